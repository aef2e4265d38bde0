/**
 * The downlinks waiting for devices, and their outcomes. Each change is on the disk before it counts, and takes its turn with
 * the device's frames (turns.ts). Bounds: see downlink-queue.ts.
 */

import type { Step } from '../../devices/device-type.ts';
import type { Clock } from '../../shared/clock.ts';
import { newPortActivity } from '../intake/activity.ts';
import type { Intake } from '../intake/intake.ts';
import type { Turns } from '../machine/turns.ts';
import type { Sent } from '../ports/radio.ts';
import type { DeviceStates, Remember } from './device-states.ts';
import {
  cancel,
  type DownlinkQueue,
  enqueue,
  expire,
  type NewDownlink,
  resultReading,
  sentOut,
} from './downlink-queue.ts';
import type { RegisteredDevice } from './registered-device.ts';

/** How often it looks for what has expired. */
const expireEveryMs = 600_000;

export interface DownlinksOptions {
  readonly states: DeviceStates;
  readonly turns: Turns;
  readonly intake: Intake;
  readonly clock: Clock;
}

export class Downlinks {
  readonly #options: DownlinksOptions;
  /** For steps that no frame caused. */
  readonly #noPort = newPortActivity('');

  constructor(options: DownlinksOptions) {
    this.#options = options;
  }

  /** The downlinks waiting for a device. */
  of(device: RegisteredDevice): DownlinkQueue {
    return this.#options.states.downlinks(device);
  }

  /**
   * Queues a downlink and resolves with its id once that is on the disk; undefined if the queue is full. Rejects with the
   * buffer's error.
   */
  send(device: RegisteredDevice, downlink: NewDownlink): Promise<number | undefined> {
    return this.#options.turns.take([device.devEui], async () => {
      const { wall } = this.#options.clock.moment();
      const { queue: waiting, ended } = expire(this.of(device), wall);
      const queue = enqueue(waiting, downlink);
      const step = { readings: ended.map((each) => resultReading(device.id, wall, each)) };
      if (queue !== undefined || ended.length > 0) await this.#remember(device, queue ?? waiting, step);
      return queue && queue.next - 1;
    });
  }

  /**
   * Removes downlinks from the queue, all without `ids`. Resolves with how many once that is on the disk; rejects with the
   * buffer's error.
   */
  cancel(device: RegisteredDevice, ids?: readonly number[]): Promise<number> {
    return this.#options.turns.take([device.devEui], async () => {
      const { queue, ended } = cancel(this.of(device), ids);
      if (ended.length === 0) return 0;
      const { wall } = this.#options.clock.moment();
      await this.#remember(device, queue, { readings: ended.map((each) => resultReading(device.id, wall, each)) });
      return ended.length;
    });
  }

  /** Ends what has expired while its device is silent, now and every ten minutes until the signal. */
  async watch(signal: AbortSignal): Promise<void> {
    const { states, clock } = this.#options;
    while (!signal.aborted) {
      for (const device of states.withDownlinks()) await this.#expire(device).catch(() => {}); // the intake has logged it
      await clock.sleep(expireEveryMs, signal);
    }
  }

  #expire(device: RegisteredDevice): Promise<void> {
    return this.#options.turns.take([device.devEui], async () => {
      const { wall } = this.#options.clock.moment();
      const { queue, ended } = expire(this.of(device), wall);
      if (ended.length === 0) return;
      await this.#remember(device, queue, { readings: ended.map((each) => resultReading(device.id, wall, each)) });
    });
  }

  /** Records what the station says of a queued downlink. */
  sentOut(device: RegisteredDevice, fCnt: number, outcome: Sent['outcome']): Promise<void> {
    return this.#options.turns.take([device.devEui], async () => {
      const before = this.of(device);
      const { queue, ended } = sentOut(before, fCnt, outcome);
      if (queue.items === before.items) return;
      const { wall } = this.#options.clock.moment();
      await this.#remember(device, queue, { readings: ended.map((each) => resultReading(device.id, wall, each)) });
    });
  }

  async #remember(device: RegisteredDevice, queue: DownlinkQueue, step: Step = {}): Promise<void> {
    const { intake, clock, states } = this.#options;
    const remember: Remember = new Map();
    states.rememberDownlinks(device, queue, remember);
    await intake.take(
      { ...step, remember },
      {
        port: this.#noPort,
        at: clock.moment(),
        ownTime: false,
        awaited: true,
      },
    );
  }
}
