/**
 * The gateway's clock: what time it is, and whether anyone has set it.
 *
 * A box without a clock battery starts in 1970 or at its last shutdown. Until network time or a GPS fix sets the clock,
 * `synchronised` is false and the buffer holds readings back. Within one boot the monotonic clock runs on across restarts of
 * the gateway, so that an earlier run's readings can still be corrected.
 *
 * Each moment is held against the monotonic clock: if the wall clock has stepped since the system was last asked whether it
 * is set, the system is asked again, so that no reading is timed by what was true before the step.
 */
import { existsSync, readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { Clock, Moment } from '../../shared/clock.ts';
import { RELEASED_AT } from './release.ts';
import { sleep } from './sleep.ts';

/** How to tell whether the wall clock is right. */
export type Synchronisation = 'auto' | 'always' | 'never';

/** systemd-timesyncd makes the folder when it starts and the file when it has set the clock. */
const TIMESYNC = '/run/systemd/timesync';
const BOOT_ID = '/proc/sys/kernel/random/boot_id';
/** How far the wall clock must move against the monotonic one to count as a step. */
const stepMs = 500;
const watchEveryMs = 1_000;
/** Without GPS the monotonic clock drifts away from it, some tenths of a second in this time. */
const gpsHoldsMs = 3_600_000;

/** Raw time, right or not. */
export interface TimeSource {
  /** Epoch ms, whole. */
  wall(): number;
  /** Milliseconds that only grow, across restarts of the gateway within one boot. */
  monotonic(): number;
  /** Whether the system's time service has set the clock; true if there is no service to ask. */
  isSet(): boolean;
  /** As `Clock.sleep`. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export class SystemClock implements Clock {
  readonly #synchronisation: Synchronisation;
  readonly #time: TimeSource;
  /** Wall minus monotonic ms according to GPS; used until the system's own clock is set. */
  #gpsOffsetMs: number | undefined;
  #gpsToldAt = 0;
  #systemIsSet = false;
  /** Wall minus monotonic ms when the system was last asked. */
  #askedAtOffsetMs = 0;

  constructor(synchronisation: Synchronisation, time: TimeSource = systemTime()) {
    this.#synchronisation = synchronisation;
    this.#time = time;
    this.#askSystem();
  }

  moment(): Moment {
    const monotonic = this.#time.monotonic();
    const wall = this.#time.wall();
    if (Math.abs(wall - monotonic - this.#askedAtOffsetMs) > stepMs) this.#askSystem();
    const gps = this.#gpsOffsetMs;
    return this.#systemIsSet || gps === undefined
      ? { wall, monotonic, synchronised: this.#systemIsSet }
      : { wall: Math.round(monotonic + gps), monotonic, synchronised: true };
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return this.#time.sleep(ms, signal);
  }

  /** Takes the time of GPS (wall minus monotonic ms). It counts only while the system's clock is not set. */
  setFromGps(offsetMs: number): void {
    this.#gpsOffsetMs = offsetMs;
    this.#gpsToldAt = this.#time.monotonic();
  }

  /** How far the system's own clock, which somebody has set, is ahead of GPS, ms; undefined if GPS has told nothing lately. */
  get aheadOfGpsMs(): number | undefined {
    const { wall, monotonic } = this.moment();
    if (!this.#systemIsSet || this.#gpsOffsetMs === undefined) return undefined;
    return monotonic - this.#gpsToldAt > gpsHoldsMs ? undefined : wall - (monotonic + this.#gpsOffsetMs);
  }

  /** Calls `onSet` with the new offset (wall minus monotonic ms) whenever the clock is set or steps. */
  async watch(onSet: (offsetMs: number) => void, signal: AbortSignal): Promise<void> {
    let last = this.moment();
    while (!signal.aborted) {
      await this.sleep(watchEveryMs, signal);
      this.#askSystem();
      const now = this.moment();
      const step = now.wall - now.monotonic - (last.wall - last.monotonic);
      if (now.synchronised && (!last.synchronised || Math.abs(step) > stepMs)) onSet(now.wall - now.monotonic);
      last = now;
    }
  }

  #askSystem(): void {
    const wall = this.#time.wall();
    this.#askedAtOffsetMs = wall - this.#time.monotonic();
    this.#systemIsSet =
      this.#synchronisation === 'auto' ? wall >= RELEASED_AT && this.#time.isSet() : this.#synchronisation === 'always';
  }
}

/** The time of this machine. */
export function systemTime(): TimeSource {
  const origin = uptime() * 1000 - performance.now();
  return {
    wall: () => Date.now(),
    monotonic: () => origin + performance.now(),
    isSet: () => !existsSync(TIMESYNC) || existsSync(`${TIMESYNC}/synchronized`),
    sleep,
  };
}

/** An id that changes with each boot of the machine; "unknown" if the system has none. */
export function bootId(): string {
  return existsSync(BOOT_ID) ? readFileSync(BOOT_ID, 'utf8').trim() : 'unknown';
}
