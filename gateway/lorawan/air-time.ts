/**
 * What each station may still send, and when: one transmission at a time, within the law.
 *
 * Japan (ARIB STD-T108): at most 4 s, then a pause of 50 ms; the station itself listens before it talks. Europe (EN 300 220): a
 * share of each hour per frequency band. A class A answer can only go in its window, so one that does not fit is not sent.
 * Bounds: `maxStations` stations, and `maxTransmissions` per station within the hour; further ones are not sent.
 */
import { type Region, timeOnAirMs } from '../../devices/lorawan/region.ts';
import { maxStations, type ReceiveWindow } from '../ports/radio.ts';

const hourMs = 3_600_000;
const maxTransmissions = 4_000;
/** Pause between transmissions where the law requires none: the station has to switch. */
const leastPauseMs = 5;

interface Transmission {
  /** Monotonic ms. */
  readonly from: number;
  readonly to: number;
  readonly frequencyHz: number;
}

export class AirTime {
  readonly #region: Region;
  readonly #stations = new Map<string, Transmission[]>();

  constructor(region: Region) {
    this.#region = region;
  }

  /** Books a transmission of that many bytes at `at` (monotonic ms). False if it is not allowed, or the time is taken. */
  book(station: string, bytes: number, { frequencyHz, modulation }: ReceiveWindow, at: number): boolean {
    const { listenBeforeTalk, dutyCycles = [] } = this.#region;
    const lastsMs = timeOnAirMs(bytes, modulation, { crc: false });
    if (listenBeforeTalk !== undefined && lastsMs > listenBeforeTalk.longestTransmissionMs) return false;
    const booked = (this.#stations.get(station) ?? []).filter(({ to }) => to > at - hourMs);
    const pauseMs = listenBeforeTalk?.pauseMs ?? leastPauseMs;
    if (booked.some(({ from, to }) => at < to + pauseMs && from < at + lastsMs + pauseMs)) return false;
    const cycle = dutyCycles.find(({ fromHz, toHz }) => frequencyHz >= fromHz && frequencyHz < toHz);
    if (cycle !== undefined) {
      const own = booked.filter((other) => other.frequencyHz >= cycle.fromHz && other.frequencyHz < cycle.toHz);
      const usedMs = own.reduce((sum, { from, to }) => sum + to - from, 0);
      if (usedMs + lastsMs > cycle.share * hourMs) return false;
    }
    if (booked.length >= maxTransmissions) return false;
    if (!this.#stations.has(station) && this.#stations.size >= maxStations) this.#forgetOldest();
    this.#stations.set(station, [...booked, { from: at, to: at + lastsMs, frequencyHz }]);
    return true;
  }

  /** Cancels a booking that the station did not accept. */
  unbook(station: string, at: number): void {
    const booked = this.#stations.get(station);
    if (booked !== undefined) {
      this.#stations.set(
        station,
        booked.filter(({ from }) => from !== at),
      );
    }
  }

  #forgetOldest(): void {
    const [oldest] = this.#stations.keys();
    if (oldest !== undefined) this.#stations.delete(oldest);
  }
}
