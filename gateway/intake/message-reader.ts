/**
 * A message port with its devices: topic → device → step → intake. A message is a frame, so there is no framer.
 *
 * A message is acknowledged when its readings are on the disk. Rubbish, or a message on no device's topic, is counted and
 * acknowledged too: sending it again would not make it better.
 */
import type { Decoder } from '../../devices/device-type.ts';
import type { Clock } from '../../shared/clock.ts';
import { shownTopic } from '../ports/mqtt/topics.ts';
import type { DoorReceiver } from '../ports/port.ts';
import { say } from '../ports/words.ts';
import { noteBytes, noteClosed, noteFrame, noteOpen, type PortActivity } from './activity.ts';
import type { Intake } from './intake.ts';
import type { SetClock } from './set-clock.ts';

export interface MessageReaderOptions {
  /** By topic. */
  readonly decoders: ReadonlyMap<
    string,
    { readonly decoder: Decoder; readonly ownTime: boolean; readonly setClock?: SetClock | undefined }
  >;
  readonly activity: PortActivity;
  readonly intake: Intake;
  readonly clock: Clock;
}

export function messageReader({ decoders, activity, intake, clock }: MessageReaderOptions): DoorReceiver {
  return {
    opened: () => noteOpen(activity),
    async message(topic, payload) {
      const at = clock.moment();
      noteBytes(activity, payload.length, at.wall);
      const device = decoders.get(topic);
      const origin = { port: activity, at, ownTime: false, awaited: true };
      if (device === undefined) {
        const detail = say.unknownTopic({ topic: shownTopic(topic) });
        return intake.take({ rubbish: [{ code: 'unknown-address', bytes: payload, detail }] }, origin);
      }
      noteFrame(activity, at.wall);
      const step = device.decoder.decode(payload, at);
      device.setClock?.(step, at);
      return intake.take(step, { ...origin, ownTime: device.ownTime && !step.hasGatewayTime });
    },
    rubbish(rubbish) {
      const origin = { port: activity, at: clock.moment(), ownTime: false, awaited: false };
      void intake.take({ rubbish: [rubbish] }, origin);
    },
    closed: (why) => noteClosed(activity, why),
  };
}
