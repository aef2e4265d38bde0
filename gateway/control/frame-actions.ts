/** What the command line and the console may see of a port: its frames as they come. */
import * as v from 'valibot';
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError } from '../../shared/errors.ts';
import { flag, id } from '../../shared/setting.ts';
import type { Text } from '../../shared/text.ts';
import { type FrameTaps, maxWatchers, type NotRecorded } from '../intake/frame-tap.ts';
import { suggestedName } from '../words/suggestion.ts';
import { FrameStream } from './frame-stream.ts';
import { type Act, notRunning, parse } from './messages.ts';
import { say } from './words.ts';

export interface FrameSources {
  /** Absent if no gateway runs. */
  readonly frames?: FrameTaps;
  readonly clock: Clock;
}

export const FRAME_ACTIONS: Readonly<Record<string, Act<FrameSources>>> = {
  /** Lines of shared/live-frames.ts as things happen, until the reader leaves, the port ends, or `maxWatchMs` are over. */
  'watch-frames'(parameters, { frames, clock }) {
    const { port } = parse(v.strictObject({ port: id }), parameters);
    if (frames === undefined) throw notRunning();
    refuseIfFull(frames, port);
    const stream = new FrameStream(clock);
    if (stream.open((watcher) => frames.watch(port, watcher))) return stream;
    const hint = suggestedName(port, frames.names, say.noPorts());
    throw new MachimoriError('no-port', { what: say.noFrames(), on: port, hint });
  },

  /**
   * The bytes of a stream port, both ways, in the same way. `mayPersonal`: whoever asks may record strangers' addresses, which are in what a
   * detector says.
   */
  'record-port'(parameters, { frames, clock }) {
    const form = v.strictObject({ port: id, mayPersonal: v.optional(flag, false) });
    const { port, mayPersonal } = parse(form, parameters);
    if (frames === undefined) throw notRunning();
    refuseIfFull(frames, port);
    const stream = new FrameStream(clock);
    let why: NotRecorded | undefined;
    const isOpen = stream.open((recorder) => {
      const leave = frames.record(port, recorder, mayPersonal);
      if (typeof leave === 'function') return leave;
      why = leave;
      return undefined;
    });
    if (isOpen) return stream;
    throw new MachimoriError(why ?? 'no-port', { on: port, ...explained(why ?? 'no-port', port, frames.names) });
  },
};

function refuseIfFull(frames: FrameTaps, port: string): void {
  if (!frames.isFull) return;
  const what = say.manyWatch({ max: maxWatchers });
  throw new MachimoriError('too-many', { what, on: port, hint: say.stopWatching() });
}

function explained(
  why: NotRecorded,
  port: string,
  names: readonly string[],
): { readonly what: Text; readonly hint: Text } {
  switch (why) {
    case 'no-port':
      return { what: say.noFrames(), hint: suggestedName(port, names, say.noPorts()) };
    case 'no-stream':
      return { what: say.noStream(), hint: say.recordFrames() };
    case 'personal':
      return { what: say.personalPort(), hint: say.sayYouMay() };
    case 'recorded':
      return { what: say.isRecorded(), hint: say.endRecording() };
  }
}
