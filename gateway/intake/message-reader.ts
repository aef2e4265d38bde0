/**
 * A message port with its devices: topic → device → step → intake. A message is a frame, so there is no framer.
 *
 * A message is acknowledged when its readings are on the disk. Rubbish, or a message on no device's topic, is counted and
 * acknowledged too: sending it again would not make it better. A decoder that gathers (a detector's windows) is called when it is due,
 * and asked for the rest at the end.
 */
import type { Decoder, Rubbish, Step } from '../../devices/device-type.ts';
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
import { DueTimer } from './due-timer.ts';
import type { Intake } from './intake.ts';
import type { SetClock } from './set-clock.ts';

export interface MessageDevice {
  readonly decoder: Decoder;
  readonly ownTime: boolean;
  readonly setClock?: SetClock | undefined;
  /** A message of it has come. */
  heard?(at: Moment): void;
  /** It has shown that it works, without a reading. */
  works?(at: Moment): void;
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

/** `end`: the port has stopped, and what is pending becomes readings. */
export type MessageReader = DoorReceiver & { end(): Promise<unknown> };

export function messageReader({ name, deviceAt, activity, intake, clock, log }: MessageReaderOptions): MessageReader {
  /** Of devices whose decoders want to be called. */
  const timers = new Map<MessageDevice, DueTimer>();
  const take = (device: MessageDevice, step: Step, at: Moment, awaited: boolean): Promise<void> => {
    device.setClock?.(step, at);
    if (step.isHeard) {
      activity.rubbishInARow = 0;
      device.works?.(at);
    }
    const ownTime = device.ownTime && !step.hasGatewayTime;
    return intake.take(step, { port: activity, at, ownTime, awaited });
  };
  const due = (device: MessageDevice) => {
    const at = clock.moment();
    take(device, device.decoder.due?.(at) ?? {}, at, false).catch(() => {}); // the intake logs what it could not store
    arm(device);
  };
  const arm = (device: MessageDevice) => {
    if (device.decoder.dueAt === undefined) return;
    const timer = timers.get(device) ?? new DueTimer(device.decoder, clock, () => due(device));
    timers.set(device, timer);
    timer.arm();
  };
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
      if (device === undefined) {
        const detail = say.unknownTopic({ topic: shownTopic(topic) });
        const rubbish = [{ code: 'unknown-address', bytes: payload, detail }] as const;
        return intake.take({ rubbish }, { port: activity, at, ownTime: false, awaited: true });
      }
      if (!('decoder' in device)) {
        turnedAway({ code: 'over-limit', bytes: payload, detail: device });
        return;
      }
      device.heard?.(at);
      noteFrame(activity, at.wall);
      const step = device.decoder.decode(payload, at);
      arm(device);
      return take(device, step, at, true);
    },
    end() {
      const at = clock.moment();
      for (const timer of timers.values()) timer.stop();
      return Promise.allSettled(
        [...timers.keys()].map((device) => take(device, device.decoder.end?.(at) ?? {}, at, false)),
      );
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
