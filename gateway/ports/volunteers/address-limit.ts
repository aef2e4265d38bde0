/**
 * How often one address may ask in a minute, so that nobody can flood the hub with uploads. In memory only, for the minute.
 *
 * Bound: `maxAddresses`; beyond it, who has not asked in this minute waits for the next.
 */
const minuteMs = 60_000;
const maxAddresses = 50_000;

export class AddressLimit {
  readonly #perMinute: number;
  readonly #asked = new Map<string, number>();
  #minute = 0;

  /** 0: as often as they like. */
  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Counts a request. `now`: monotonic ms. */
  allows(address: string, now: number): boolean {
    if (this.#perMinute === 0) return true;
    const minute = Math.floor(now / minuteMs);
    if (minute !== this.#minute) this.#asked.clear();
    this.#minute = minute;
    const before = this.#asked.get(address);
    if (before === undefined && this.#asked.size >= maxAddresses) return false;
    this.#asked.set(address, (before ?? 0) + 1);
    return (before ?? 0) < this.#perMinute;
  }
}
