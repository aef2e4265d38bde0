/**
 * Requests to strangers' servers, one after another for each host, whichever port asks.
 *
 * Promise: never two at once to a host, and `gapMs` between the end of one and the start of the next. Bound: one who waits for each port.
 */
import type { Clock } from '../../shared/clock.ts';
import { TextError } from '../../shared/errors.ts';
import { onAbort } from './keep-open.ts';
import { say } from './words.ts';

export class HostTurns {
  readonly #clock: Clock;
  readonly #gapMs: number;
  /** By host: settles when the last one who asked for a turn has had it, and the gap. */
  readonly #last = new Map<string, Promise<void>>();

  constructor(clock: Clock, gapMs = 1_000) {
    this.#clock = clock;
    this.#gapMs = gapMs;
  }

  /** Does `work` when it is its turn. Rejects as `work` does, or if the signal aborts while it waits. */
  take<T>(host: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const before = this.#last.get(host) ?? Promise.resolve();
    const done = until(before, signal).then(work);
    const after = Promise.all([before, done.catch(() => {})]).then(() => this.#clock.sleep(this.#gapMs, signal));
    this.#last.set(host, after);
    void after.then(() => {
      if (this.#last.get(host) === after) this.#last.delete(host);
    });
    return done;
  }
}

function until(before: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(new TextError(say.stopped())));
    void before.then(() => {
      forget();
      resolve();
    });
  });
}
