/**
 * One frame with all that heard it: by whom, how well, and when. What stations say of a frame is believed within bounds only,
 * since a station may be broken, or not ours: a reading must not be spoilt by it, nor put into another year.
 */
import type { Clock, Moment } from '../../shared/clock.ts';
import { RELEASED_AT } from '../machine/release.ts';
import type { Reception } from '../ports/radio.ts';

/** When a frame was heard, and by whom: the station that heard it best first. */
export interface Heard<R extends Reception = Reception> {
  readonly copies: readonly [R, ...R[]];
  /** Epoch ms. */
  readonly observedAt: number;
  /** Whether `observedAt` is by a clock that somebody has set: ours, or a station's GPS. */
  readonly isClockSet: boolean;
}

/** So much later than it was received a frame may come: a station that had lost its line may hand it over then. */
const maxLateMs = 10 * 60_000;
/** So much may our clock be behind that of a station. */
const maxEarlyMs = 10_000;
/** No station can know a time after it: 2100. */
const notAfter = Date.UTC(2100, 0);

/** SX1302 and SX1276 give no values outside these. */
const RSSI_DBM = [-200, 50] as const;
const SNR_DB = [-64, 64] as const;
/** LoRa is used from 150 MHz to 2.5 GHz. */
const FREQUENCY_HZ = [100e6, 3e9] as const;

/** What is wrong with a reception; undefined where nothing is. */
export function whyNotHeard({ rssi, snr, frequencyHz }: Reception): string | undefined {
  const isWithin = (value: number, [least, most]: readonly [number, number]) => value >= least && value <= most;
  if (!isWithin(rssi, RSSI_DBM)) return `no station hears at ${rssi} dBm`;
  if (snr !== undefined && !isWithin(snr, SNR_DB)) return `no station hears at an SNR of ${snr} dB`;
  return isWithin(frequencyHz, FREQUENCY_HZ) ? undefined : `no station hears on ${frequencyHz} Hz`;
}

/** The time is that of a station's GPS where one says so and can be right, else when the first copy came. */
export function heardBy<R extends Reception>(copies: readonly [R, ...R[]]): Heard<R> {
  const [first] = copies;
  const [best = first, ...others] = [...copies].sort((a, b) => b.rssi - a.rssi);
  const byGps = copies.find(({ receivedAt, at }) => receivedAt !== undefined && isPossible(receivedAt, at))?.receivedAt;
  return {
    copies: [best, ...others],
    observedAt: byGps === undefined ? first.at.wall : Math.round(byGps),
    isClockSet: byGps !== undefined || first.at.synchronised,
  };
}

function isPossible(receivedAt: number, { wall, synchronised }: Moment): boolean {
  if (!synchronised) return receivedAt >= RELEASED_AT && receivedAt < notAfter;
  return receivedAt >= wall - maxLateMs && receivedAt <= wall + maxEarlyMs;
}

type Copy = Pick<Reception, 'station' | 'rssi' | 'snr'>;

/** Quantities of the frame itself: how it was heard, by each station, the best first: "EUI RSSI SNR, …". */
export function radioOf(
  copies: readonly [Copy, ...Copy[]],
  frameCounter: number,
): Readonly<Record<string, number | string>> {
  const [{ rssi, snr }] = copies;
  const receptions = copies.map((copy) => [copy.station, copy.rssi, copy.snr].filter((x) => x !== undefined).join(' '));
  return { rssi, ...(snr !== undefined && { snr }), frameCounter, receptions: receptions.join(', ') };
}

/**
 * Several stations hear one frame: it is worked on once, with all that heard it.
 *
 * The first copy opens a window of `gatherMs`; copies within it are gathered, and then all go on together. A copy that comes
 * later is judged by its frame counter, as a retransmission is. Bounds: `maxGathering` frames at once, then the oldest goes
 * on early; `maxCopies` of one frame, further ones are left out.
 */

const maxGathering = 10_000;
const maxCopies = 64;

export type Gathered<Heard extends Reception> = readonly [Heard, ...Heard[]];

export class Gather<Heard extends Reception> {
  readonly #clock: Clock;
  readonly #gatherMs: number;
  readonly #done: (copies: Gathered<Heard>) => void;
  readonly #open = new Map<string, [Heard, ...Heard[]]>();

  constructor(clock: Clock, gatherMs: number, done: (copies: Gathered<Heard>) => void) {
    this.#clock = clock;
    this.#gatherMs = gatherMs;
    this.#done = done;
  }

  add(reception: Heard, signal: AbortSignal): void {
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
