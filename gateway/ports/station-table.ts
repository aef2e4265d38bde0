/**
 * The LoRa gateways that a port knows. Anybody may invent EUIs, so there is room for `max` of them, and when one too many talks,
 * the least useful goes:
 *
 *   1. those that never delivered a frame of a registered device: the one silent longest, among those of the address that has
 *      most of them, so that whoever invents EUIs drives out their own
 *   2. those that did: the one whose last such frame is oldest
 *
 * Configured stations never go. One that went is known again as soon as it talks.
 */
import { maxStations } from './radio.ts';

export class StationTable {
  readonly #configured: ReadonlySet<string>;
  readonly #max: number;
  readonly #forget: (station: string) => void;
  /** Station → address; the one silent longest first. */
  readonly #strangers = new Map<string, string>();
  /** The one useless longest first. */
  readonly #useful = new Set<string>();

  /** `forget` is told which one goes. */
  constructor(configured: Iterable<string>, forget: (station: string) => void, max = maxStations) {
    this.#configured = new Set(configured);
    this.#forget = forget;
    this.#max = max;
  }

  /** A station talks, from an address. */
  talks(station: string, address: string): void {
    if (this.#configured.has(station) || this.#useful.has(station)) return;
    this.#strangers.delete(station);
    this.#strangers.set(station, address);
    this.#makeRoom();
  }

  /** It delivered a frame of a registered device. */
  delivered(station: string): void {
    if (this.#configured.has(station)) return;
    this.#strangers.delete(station);
    this.#useful.delete(station);
    this.#useful.add(station);
    this.#makeRoom();
  }

  #makeRoom(): void {
    if (this.#configured.size + this.#useful.size + this.#strangers.size <= this.#max) return;
    const [leastUseful] = this.#useful;
    const goes = this.#strangers.size > 1 ? this.#leastWelcome() : (leastUseful ?? this.#leastWelcome());
    if (goes === undefined) return;
    this.#strangers.delete(goes);
    this.#useful.delete(goes);
    this.#forget(goes);
  }

  #leastWelcome(): string | undefined {
    const byAddress = new Map<string, { readonly silentLongest: string; count: number }>();
    for (const [station, address] of this.#strangers) {
      const there = byAddress.get(address);
      if (there === undefined) byAddress.set(address, { silentLongest: station, count: 1 });
      else there.count++;
    }
    return [...byAddress.values()].reduce((a, b) => (b.count > a.count ? b : a)).silentLongest;
  }
}
