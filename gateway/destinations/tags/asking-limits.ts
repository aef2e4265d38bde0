/**
 * How often somebody may ask, and how often in vain: by account and by address, in memory.
 *
 * An address that names wrong credentials `maxWrong` times waits for `lockedMs`, whatever it says then. An account is never locked for others:
 * whoever guesses at it could otherwise keep a family from an answer. Bound: `maxNames`; beyond it, who is not known yet waits for the
 * next minute.
 */
const minuteMs = 60_000;
const maxWrong = 10;
const lockedMs = 15 * minuteMs;
const maxNames = 50_000;

export class AskingLimits {
  readonly #perMinute: number;
  readonly #asked = new Map<string, number>();
  readonly #wrong = new Map<string, { count: number; since: number }>();
  #minute = 0;

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Counts a question of an account or address. `now`: monotonic ms. */
  allows(name: string, now: number): boolean {
    const minute = Math.floor(now / minuteMs);
    if (minute !== this.#minute) this.#asked.clear();
    this.#minute = minute;
    const before = this.#asked.get(name) ?? 0;
    if (before === 0 && this.#asked.size >= maxNames) return false;
    this.#asked.set(name, before + 1);
    return before < this.#perMinute;
  }

  isLocked(address: string, now: number): boolean {
    const wrong = this.#wrong.get(address);
    if (wrong === undefined) return false;
    if (now - wrong.since < lockedMs) return wrong.count >= maxWrong;
    this.#wrong.delete(address);
    return false;
  }

  /** Counts wrong credentials. */
  wrong(address: string, now: number): void {
    const before = this.#wrong.get(address);
    const [oldest] = this.#wrong.keys();
    if (before === undefined && this.#wrong.size >= maxNames && oldest !== undefined) this.#wrong.delete(oldest);
    this.#wrong.set(address, { count: (before?.count ?? 0) + 1, since: now });
  }
}
