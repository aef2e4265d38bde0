/**
 * A message port with its devices: topic → device → step → intake. A message is a frame, so there is no framer.
 *
 * A message is acknowledged when its readings are on the disk. Rubbish, or a message on no device's topic, is counted and
 * acknowledged too: sending it again would not make it better. A decoder that gathers (a detector's windows) is called when it is due,
 * and asked for the rest at the end.
 */
import type { Decoder, Rubbish, Step } from '../../devices/device-type.ts';
import type { Clock, Moment } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
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
import type { PortTap } from './frame-tap.ts';
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
  /** Who watches the messages. */
  readonly tap?: PortTap | undefined;
  readonly activity: PortActivity;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly log: Log;
}

/** `end`: the port has stopped, and what is pending becomes readings. */
export type MessageReader = DoorReceiver & { end(): Promise<unknown> };

export function messageReader(options: MessageReaderOptions): MessageReader {
  const { name, deviceAt, tap, activity, intake, clock, log } = options;
  /** Of devices whose decoders want to be called: those that hold something. */
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
  const pending = (device: MessageDevice, which: 'due' | 'end') => {
    const at = clock.moment();
    try {
      const step = device.decoder[which]?.(at) ?? {};
      if (tap?.isWatched) tap.note({ at, step });
      return take(device, step, at, false).catch(() => {}); // the intake logs what it could not store
    } catch (fault) {
      log.error('What a device had sent could not be decoded because of a fault in its type. The port goes on', {
        port: name,
        fault: messageOf(fault),
      });
    }
  };
  const due = (device: MessageDevice) => {
    void pending(device, 'due');
    arm(device);
  };
  const arm = (device: MessageDevice) => {
    const timer = timers.get(device) ?? new DueTimer(device.decoder, clock, () => due(device));
    timer.arm();
    if (timer.isArmed) timers.set(device, timer);
    else timers.delete(device);
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
        if (tap?.isWatched) tap.note({ at, bytes: payload, topic, step: { rubbish } });
        return intake.take({ rubbish }, { port: activity, at, ownTime: false, awaited: true });
      }
      if (!('decoder' in device)) {
        turnedAway({ code: 'over-limit', bytes: payload, detail: device });
        return;
      }
      device.heard?.(at);
      noteFrame(activity, at.wall);
      const step = device.decoder.decode(payload, at);
      if (tap?.isWatched) tap.note({ at, bytes: payload, topic, step });
      arm(device);
      return take(device, step, at, true);
    },
    end() {
      for (const timer of timers.values()) timer.stop();
      return Promise.all([...timers.keys()].map((device) => pending(device, 'end')));
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
