/**
 * What one watcher reads of a port (shared/live-frames.ts): lines as they come, and an empty one now and then by which both ends see that the other
 * is there.
 *
 * Promise: it never waits for its reader. What the reader has not taken when `maxWaiting` lines or `maxWaitingCharacters` wait is left out and
 * counted. When the reader leaves, its place is free at once. It ends with the port, and after `maxWatchMs`.
 */
import type { Clock } from '../../shared/clock.ts';
import type { WatchEnd } from '../../shared/live-frames.ts';
import { lineOf, type Watcher } from '../intake/watcher.ts';

export const maxWatchMs = 30 * 60_000;
export const quietMs = 10_000;
const maxWaiting = 256;
const maxWaitingCharacters = 512 * 1024;

type Result = IteratorResult<Uint8Array, undefined>;
const DONE: Result = { done: true, value: undefined };

/** An iterator by hand: `return` of a generator would wait for the next line. */
export class FrameStream implements AsyncIterableIterator<Uint8Array>, Watcher {
  readonly #clock: Clock;
  readonly #over = new AbortController();
  readonly #encoder = new TextEncoder();
  #waiting: string[] = [];
  #characters = 0;
  #missed = 0;
  #isEnded = false;
  #reader: ((result: Result) => void) | undefined;
  #leave: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False if `watch` has found nothing to watch. */
  open(watch: (watcher: Watcher) => (() => void) | undefined): boolean {
    this.#leave = watch(this);
    if (this.#leave === undefined) return false;
    void this.#keepTime();
    return true;
  }

  take(line: string): void {
    if (this.#isEnded) return;
    const isFull = this.#waiting.length >= maxWaiting || this.#characters + line.length > maxWaitingCharacters;
    if (isFull) {
      this.#missed++;
      return;
    }
    if (this.#missed > 0) this.#push(lineOf({ missed: this.#missed }));
    this.#missed = 0;
    this.#push(line);
  }

  ended(): void {
    this.#end('port');
  }

  next(): Promise<Result> {
    const given = this.#given();
    if (given !== undefined) return Promise.resolve(given);
    return new Promise((resolve) => {
      this.#reader = resolve;
    });
  }

  return(): Promise<Result> {
    this.#isEnded = true;
    this.#waiting = [];
    this.#stop();
    this.#reader?.(DONE);
    this.#reader = undefined;
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #given(): Result | undefined {
    if (this.#waiting.length === 0) return this.#isEnded ? DONE : undefined;
    const value = this.#encoder.encode(`${this.#waiting.join('\n')}\n`);
    this.#waiting = [];
    this.#characters = 0;
    return { done: false, value };
  }

  #push(line: string): void {
    this.#waiting.push(line);
    this.#characters += line.length;
    const reader = this.#reader;
    if (reader === undefined) return;
    this.#reader = undefined;
    reader(this.#given() ?? DONE);
  }

  #end(why: WatchEnd): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#missed > 0) this.#push(lineOf({ missed: this.#missed }));
    this.#push(lineOf({ ended: why }));
    this.#stop();
  }

  #stop(): void {
    this.#over.abort();
    this.#leave?.();
    this.#leave = undefined;
  }

  async #keepTime(): Promise<void> {
    const { signal } = this.#over;
    const until = this.#clock.moment().monotonic + maxWatchMs;
    while (!signal.aborted) {
      await this.#clock.sleep(quietMs, signal);
      if (signal.aborted) return;
      if (this.#clock.moment().monotonic >= until) this.#end('time');
      else if (this.#waiting.length === 0) this.#push('');
    }
  }
}
