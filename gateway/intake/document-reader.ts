/**
 * A port of documents with its devices: document → step → intake. A document is a frame, so there is no framer.
 *
 * Promise: `document` resolves when its readings are on the disk. That a document is not as the profile says stands as a fault of the device,
 * whatever else of it could be read, until a document comes that is. A decoder that throws is a bug of this program: it is logged,
 * the document is lost, the port goes on.
 */
import type { Decoder, Step } from '../../devices/device-type.ts';
import type { Clock, Moment } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import type { Log } from '../machine/log.ts';
import type { DocumentReceiver } from '../ports/port.ts';
import {
  type Activity,
  noteBytes,
  noteClosed,
  noteFrame,
  noteHeard,
  noteOpen,
  noteRubbish,
  type PortActivity,
} from './activity.ts';
import type { PortTap } from './frame-tap.ts';
import type { Intake } from './intake.ts';

export interface DocumentReaderOptions {
  readonly name: string;
  readonly decoder: Decoder;
  /** The devices on the port. */
  readonly devices: readonly string[];
  /** Who watches the documents. */
  readonly tap?: PortTap | undefined;
  readonly activity: Activity;
  readonly port: PortActivity;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly log: Log;
}

export function documentReader(options: DocumentReaderOptions): DocumentReceiver {
  const { name, decoder, devices, tap, activity, port, intake, clock, log } = options;
  const stepOf = (work: (at: Moment) => Step | undefined, at: Moment): Step => {
    try {
      return work(at) ?? {};
    } catch (fault) {
      const what = 'A document could not be decoded because of a fault in the device type. The port goes on';
      log.error(what, { port: name, fault: messageOf(fault) });
      return {};
    }
  };
  port.isAsked = true;
  const origin = (at: Moment) => ({ port, at, ownTime: true, awaited: true });
  return {
    opened: () => noteOpen(port),
    document(text) {
      const at = clock.moment();
      noteBytes(port, text.length, at.wall);
      noteFrame(port, at.wall);
      noteAnswer(port, at);
      const step = stepOf(() => decoder.decode(text, at), at);
      if (tap?.isWatched) tap.note({ at, bytes: text, step });
      const { rubbish = [], ...rest } = step;
      for (const device of devices) noteHeard(activity, device);
      const stored = intake.take(rest, origin(at));
      void intake.take({ rubbish }, origin(at)); // after the readings, which would make up for it
      return stored;
    },
    unchanged() {
      const at = clock.moment();
      noteAnswer(port, at);
      const step = stepOf(() => decoder.unchanged?.(at), at);
      if (tap?.isWatched) tap.note({ at, step });
      intake.take(step, { ...origin(at), awaited: false }).catch(() => {}); // the intake has logged it
    },
    unusable(rubbish) {
      const at = clock.moment();
      if (tap?.isWatched) tap.note({ at, step: { rubbish: [rubbish] } });
      noteRubbish(port, rubbish, at.wall);
      noteAnswer(port, at);
      port.unusable = rubbish.detail;
      log.warn('A document cannot be used', { port: name, code: rubbish.code, why: rubbish.detail?.en });
    },
    closed: (why, retry) => noteClosed(port, why, retry),
  };
}

function noteAnswer(port: PortActivity, { wall }: Moment): void {
  port.lastAnswerAt = wall;
  port.unusable = undefined;
}
