/**
 * One frame as several stations heard it: its copies are gathered and processed together.
 *
 * The first copy opens a window of `gatherMs`; then all copies within it go on together, the best first. What a later copy is,
 * its frame counter and its time decide (late-copies.ts). Stations may be broken, or not ours, so what they report is checked: it
 * must not spoil a reading or put it into another year.
 *
 * Bounds: `maxGathering` frames at once, beyond which the oldest is processed early; `maxCopies` of a frame, beyond which copies are
 * dropped.
 */
import type { Clock, Moment } from '../../shared/clock.ts';
import type { Text } from '../../shared/text.ts';
import { RELEASED_AT } from '../machine/release.ts';
import type { Reception } from '../ports/radio.ts';
import { say } from './words.ts';

const maxGathering = 10_000;
const maxCopies = 64;

/** How late a station may deliver a frame, for example after its line was down. */
const maxLateMs = 10 * 60_000;
/** How far our clock may lag behind a station's. */
const maxEarlyMs = 10_000;
/** No station can report a later time: 2100. */
const notAfter = Date.UTC(2100, 0);

/** SX1302 and SX1276 report no values outside these. */
const RSSI_DBM = [-200, 50] as const;
const SNR_DB = [-64, 64] as const;
/** LoRa is used from 150 MHz to 2.5 GHz. */
const FREQUENCY_HZ = [100e6, 3e9] as const;

type Copies<R extends Reception> = readonly [R, ...R[]];

export interface Heard<R extends Reception = Reception> {
  /** Strongest first. */
  readonly copies: Copies<R>;
  /** When the first copy came, or would have over a line that was not slow: monotonic ms. */
  readonly arrivedAt: number;
  /** Epoch ms. */
  readonly observedAt: number;
  /** Whether `observedAt` comes from a clock that has been set: ours, or a station's GPS. */
  readonly isClockSet: boolean;
}

/** Why a reception cannot be genuine, if it cannot. */
export function whyNotHeard({ rssi, snr, frequencyHz }: Reception): Text | undefined {
  const isWithin = (value: number, [least, most]: readonly [number, number]) => value >= least && value <= most;
  if (!isWithin(rssi, RSSI_DBM)) return say.impossibleRssi({ rssi });
  if (snr !== undefined && !isWithin(snr, SNR_DB)) return say.impossibleSnr({ snr });
  return isWithin(frequencyHz, FREQUENCY_HZ) ? undefined : say.impossibleFrequency({ frequencyHz });
}

/** Gathers the copies of each frame and passes them to `done` together, in order of arrival. */
export class Gather<R extends Reception> {
  readonly #clock: Clock;
  readonly #gatherMs: number;
  readonly #done: (copies: Copies<R>) => void;
  readonly #open = new Map<string, [R, ...R[]]>();

  constructor(clock: Clock, gatherMs: number, done: (copies: Copies<R>) => void) {
    this.#clock = clock;
    this.#gatherMs = gatherMs;
    this.#done = done;
  }

  add(reception: R, signal: AbortSignal): void {
    const key = Buffer.from(reception.bytes).toString('latin1');
    const copies = this.#open.get(key);
    if (copies !== undefined) {
      if (copies.length < maxCopies) copies.push(reception);
      return;
    }
    const [oldest] = this.#open.keys();
    if (this.#open.size >= maxGathering && oldest !== undefined) this.#close(oldest);
    this.#open.set(key, [reception]);
    void this.#clock.sleep(this.#gatherMs, signal).then(() => this.#close(key));
  }

  #close(key: string): void {
    const copies = this.#open.get(key);
    if (copies === undefined) return; // it has gone on early
    this.#open.delete(key);
    this.#done(copies);
  }
}

/** When and how a frame was heard. The time is from a station's GPS if one gives a possible time, else the first arrival. */
export function heardBy<R extends Reception>(copies: Copies<R>): Heard<R> {
  const [first] = copies;
  const [best = first, ...others] = [...copies].sort((a, b) => b.rssi - a.rssi);
  const byGps = copies.find(({ receivedAt, at }) => receivedAt !== undefined && isPossible(receivedAt, at))?.receivedAt;
  return {
    copies: [best, ...others],
    arrivedAt: Math.min(...copies.map(({ heardAt }) => heardAt)),
    observedAt: byGps === undefined ? first.at.wall : Math.round(byGps),
    isClockSet: byGps !== undefined || first.at.synchronised,
  };
}

function isPossible(receivedAt: number, { wall, synchronised }: Moment): boolean {
  if (!synchronised) return receivedAt >= RELEASED_AT && receivedAt < notAfter;
  return receivedAt >= wall - maxLateMs && receivedAt <= wall + maxEarlyMs;
}

type Copy = Pick<Reception, 'station' | 'rssi' | 'snr'>;

/** Radio quantities for a reading. `receptions` lists the stations, best first: "EUI RSSI SNR, …". */
export function radioOf(
  copies: readonly [Copy, ...Copy[]],
  frameCounter: number,
): Readonly<Record<string, number | string>> {
  const [{ rssi, snr }] = copies;
  const receptions = copies.map((copy) => [copy.station, copy.rssi, copy.snr].filter((x) => x !== undefined).join(' '));
  return { rssi, ...(snr !== undefined && { snr }), frameCounter, receptions: receptions.join(', ') };
}
