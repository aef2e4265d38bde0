/** Time that stands still until a test moves it on, and waits for the crypto that a moment sets off. */
import type { Clock } from '../../../shared/clock.ts';

const START = Date.parse('2026-11-26T01:00:00Z');

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

export class VirtualTime implements Clock {
  #now = 0;
  #sleepers: Sleeper[] = [];

  moment() {
    return { wall: START + this.#now, monotonic: this.#now, synchronised: true };
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const sleeper = { at: this.#now + Math.max(ms, 0), wake: () => done() };
      const done = () => {
        this.#sleepers = this.#sleepers.filter((each) => each !== sleeper);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#sleepers.push(sleeper);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  /** Wakes, in order, whatever is due within `ms`. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await quiet();
    for (;;) {
      const [next] = this.#sleepers.toSorted((a, b) => a.at - b.at);
      if (next === undefined || next.at > end) break;
      this.#now = next.at;
      next.wake();
      await quiet();
    }
    this.#now = end;
  }
}

let working = 0;
const { subtle } = crypto;
for (const name of [
  ...(['generateKey', 'importKey', 'exportKey', 'deriveBits', 'deriveKey'] as const),
  ...(['encrypt', 'decrypt', 'sign', 'verify', 'digest'] as const),
]) {
  const real = subtle[name].bind(subtle) as (...parameters: unknown[]) => Promise<unknown>; // counted, not changed
  Object.defineProperty(subtle, name, {
    configurable: true,
    value: (...parameters: unknown[]) => {
      working++;
      return real(...parameters).finally(() => void working--);
    },
  });
}

/** Until nothing goes on but sleeping: Web Crypto works on threads of its own, all else here in microtasks. */
export async function quiet(): Promise<void> {
  for (let turns = 0; turns < 2; turns = working === 0 ? turns + 1 : 0) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
