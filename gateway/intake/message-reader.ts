/**
 * A message port with its devices: topic → device → step → intake. A message is a frame, so there is no framer.
 *
 * A message is acknowledged when its readings are on the disk. Rubbish, or a message on no device's topic, is counted and
 * acknowledged too: sending it again would not make it better.
 */
import type { Decoder, Rubbish } from '../../devices/device-type.ts';
import type { Clock, Moment } from '../../shared/clock.ts';
import type { Text } from '../../shared/text.ts';
import type { Log } from '../machine/log.ts';
import { shownTopic } from '../net/broker/topics.ts';
import type { DoorReceiver } from '../ports/port.ts';
import { say } from '../ports/words.ts';
import {
  noteBytes,
  noteClosed,
  noteFrame,
  noteOpen,
  noteRubbish,
  noteTurnedAway,
  type PortActivity,
} from './activity.ts';
import type { Intake } from './intake.ts';
import type { SetClock } from './set-clock.ts';

export interface MessageDevice {
  readonly decoder: Decoder;
  readonly ownTime: boolean;
  readonly setClock?: SetClock | undefined;
  /** A message of it has come. */
  heard?(at: Moment): void;
}

export interface MessageReaderOptions {
  readonly name: string;
  /** The device with this topic: why it is turned away, or undefined if there is none. */
  deviceAt(topic: string): MessageDevice | Text | undefined;
  readonly activity: PortActivity;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly log: Log;
}

export function messageReader({ name, deviceAt, activity, intake, clock, log }: MessageReaderOptions): DoorReceiver {
  const turnedAway = (rubbish: Rubbish) => {
    noteTurnedAway(activity, rubbish, clock.moment().wall);
    log.warn('A client was turned away', { port: name, code: rubbish.code, why: rubbish.detail?.en });
  };
  return {
    opened: () => noteOpen(activity),
    async message(topic, payload) {
      const at = clock.moment();
      noteBytes(activity, payload.length, at.wall);
      const device = deviceAt(topic);
      const origin = { port: activity, at, ownTime: false, awaited: true };
      if (device === undefined) {
        const detail = say.unknownTopic({ topic: shownTopic(topic) });
        return intake.take({ rubbish: [{ code: 'unknown-address', bytes: payload, detail }] }, origin);
      }
      if (!('decoder' in device)) {
        turnedAway({ code: 'over-limit', bytes: payload, detail: device });
        return;
      }
      device.heard?.(at);
      noteFrame(activity, at.wall);
      const step = device.decoder.decode(payload, at);
      device.setClock?.(step, at);
      return intake.take(step, { ...origin, ownTime: device.ownTime && !step.hasGatewayTime });
    },
    ignored(rubbish) {
      noteRubbish(activity, rubbish, clock.moment().wall);
      log.warn('Something was left alone', { port: name, code: rubbish.code, why: rubbish.detail?.en });
    },
    turnedAway,
    rival() {
      activity.lastRivalAt = clock.moment().wall;
    },
    closed: (why, retry) => noteClosed(activity, why, retry),
  };
}
