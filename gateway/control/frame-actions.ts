/** What the command line and the console may see of a port: its frames as they come. */
import * as v from 'valibot';
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError } from '../../shared/errors.ts';
import { id } from '../../shared/setting.ts';
import { type FrameTaps, maxWatchers } from '../intake/frame-tap.ts';
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
    if (frames.isFull) {
      const what = say.manyWatch({ max: maxWatchers });
      throw new MachimoriError('too-many', { what, on: port, hint: say.stopWatching() });
    }
    const stream = new FrameStream(clock);
    if (stream.open((watcher) => frames.watch(port, watcher))) return stream;
    const hint = suggestedName(port, frames.names, say.noPorts());
    throw new MachimoriError('no-port', { what: say.noFrames(), on: port, hint });
  },
};
