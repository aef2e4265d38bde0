/**
 * What each station may still send, and when: one thing at a time, and as the law of the land allows.
 *
 * Japan (ARIB STD-T108): 4 s at most, 50 ms pause; the station itself listens before it talks. Europe (EN 300 220): a share of
 * each hour by frequency. A class A answer has no other time than its window, so what does not fit there is not sent.
 * Bounds: `maxStations` stations; of each what it has sent within the hour, `maxTransmissions` (then none).
 */
import { type Region, timeOnAirMs } from '../../devices/lorawan/region.ts';
import { maxStations, type ReceiveWindow } from '../ports/radio.ts';

const hourMs = 3_600_000;
const maxTransmissions = 4_000;
/** Between two transmissions where no law asks for more: the station has to switch over. */
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

  /** Books a transmission of so many bytes from `at` (monotonic ms) on; false where it may not be, or something else is. */
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

  /** The station did not take it after all. */
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
