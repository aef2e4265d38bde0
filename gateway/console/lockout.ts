/**
 * How long somebody who has named wrong passwords waits before the next try: nothing for the first `free`, then pauses that double, up to
 * `maxMs`. Once nothing was tried for `forgetMs` all is forgotten.
 *
 * A try counts as wrong from its beginning, so that many at once gain nothing; a right one clears the name. Times are monotonic ms. Bound: `maxNames`;
 * beyond it, the name that was tried longest ago is forgotten.
 */
const maxNames = 10_000;
const firstMs = 1_000;
const forgetMs = 3_600_000;

interface Tries {
  readonly count: number;
  readonly at: number;
  readonly until: number;
}

export class Lockout {
  readonly #free: number;
  readonly #maxMs: number;
  readonly #tries = new Map<string, Tries>();

  constructor({ free, maxMs }: { readonly free: number; readonly maxMs: number }) {
    this.#free = free;
    this.#maxMs = maxMs;
  }

  /** How long it may not try yet; 0 if it may. */
  waitMs(name: string, now: number): number {
    return Math.max(0, (this.#of(name, now)?.until ?? now) - now);
  }

  count(name: string, now: number): void {
    const count = (this.#of(name, now)?.count ?? 0) + 1;
    const pauseMs = count < this.#free ? 0 : Math.min(this.#maxMs, firstMs * 2 ** (count - this.#free));
    const [oldest] = this.#tries.keys();
    this.#tries.delete(name); // so that it is the newest
    if (this.#tries.size >= maxNames && oldest !== undefined) this.#tries.delete(oldest);
    this.#tries.set(name, { count, at: now, until: now + pauseMs });
  }

  clear(name: string): void {
    this.#tries.delete(name);
  }

  #of(name: string, now: number): Tries | undefined {
    const tries = this.#tries.get(name);
    return tries === undefined || now - tries.at >= Math.max(forgetMs, this.#maxMs) ? undefined : tries;
  }
}

/** By whom addresses are counted: an IPv6 address by its /64, which one household or attacker has as a whole. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const [before, after] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':'))) as [
    string[],
    string[],
  ];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array.from({ length: zeros }, () => '0'), ...after].slice(0, 4).join(':');
}
