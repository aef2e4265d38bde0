/**
 * A clock that stands still until it is moved on, and then jumps from one sleeper to the next.
 *
 * Whoever wakes does all that it can before the next one wakes: a tick (`process.nextTick`) that is asked for by a promise
 * comes when no promise has anything left to do. Sleepers with the same time wake in the order in which they lay down,
 * so that a run over virtual things only is the same each time. Real input and output gets its turn now and then.
 */
import { nextTick } from 'node:process';
import type { Clock, Moment } from '../shared/clock.ts';
import { Heap } from './heap.ts';

/** A sleeper that can vanish: its sleeps never end. */
export interface Sleeper {
  readonly isGone: boolean;
}

interface Sleep {
  readonly until: number;
  readonly order: number;
  readonly sleeper: Sleeper | undefined;
  /** Those whose signal is the same. */
  readonly bedroom: Set<Sleep> | undefined;
  isOver: boolean;
  resolve(): void;
}

const ready = Promise.resolve();
/** Steps between turns of the event loop. */
const stepsInARow = 10_000;

export class VirtualClock implements Clock {
  synchronised = true;
  #origin: number;
  #monotonic = 0;
  #slept = 0;
  readonly #bedrooms = new WeakMap<AbortSignal, Set<Sleep>>();
  readonly #sleeps = new Heap<Sleep>((a, b) => a.until < b.until || (a.until === b.until && a.order < b.order));

  constructor(at = '2026-01-15T03:00:00.000Z') {
    this.#origin = Date.parse(at);
  }

  moment(): Moment {
    return { wall: this.#origin + this.#monotonic, monotonic: this.#monotonic, synchronised: this.synchronised };
  }

  /** Somebody sets it: wall minus monotonic ms. */
  setTo(offsetMs: number): void {
    this.#origin = offsetMs;
    this.synchronised = true;
  }

  sleep(ms: number, signal?: AbortSignal, sleeper?: Sleeper): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const until = this.#monotonic + Math.max(0, ms);
      const bedroom = signal && this.#bedroom(signal);
      const sleep: Sleep = { until, order: this.#slept++, sleeper, bedroom, isOver: false, resolve };
      bedroom?.add(sleep);
      this.#sleeps.add(sleep);
    });
  }

  /** Advances, and lets everything that wakes on the way run; no further than to the sleeper that aborts the signal. */
  async advance(ms: number, signal?: AbortSignal): Promise<void> {
    const target = this.#monotonic + ms;
    await eventLoopTurn();
    await new Promise<void>((resolve) => {
      let steps = 0;
      const step = (): void => {
        const next = signal?.aborted ? undefined : this.#nextUntil(target);
        if (next === undefined) {
          resolve();
          return;
        }
        this.#monotonic = next.until;
        next.bedroom?.delete(next);
        next.resolve();
        if (++steps % stepsInARow === 0) setImmediate(step);
        else void ready.then(() => nextTick(step));
      };
      step();
    });
    if (!signal?.aborted) this.#monotonic = target;
  }

  /**
   * Advances until the condition holds, but no further than `maxMs`; it is asked every `lookEveryMs`, and once at the start.
   * Resolves with whether it came to hold.
   */
  async runUntil(condition: () => boolean | Promise<boolean>, maxMs: number, lookEveryMs = 1_000): Promise<boolean> {
    const until = this.#monotonic + maxMs;
    while (!(await condition())) {
      const leftMs = until - this.#monotonic;
      if (leftMs <= 0) return false;
      await this.advance(Math.min(lookEveryMs, leftMs));
    }
    return true;
  }

  /** Advances until the work, which sleeps by this clock, is done; throws a RangeError if it is not within `maxMs`. */
  async runThrough<T>(work: Promise<T>, maxMs = 3_600_000): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    work.then(over, over);
    if (await this.runUntil(() => isOver, maxMs, 100)) return work;
    throw new RangeError(`what was waited for did not end within ${maxMs} ms of the virtual clock`);
  }

  /** One listener a signal, however many sleep by it: to add and remove one a sleep costs more than the sleep. */
  #bedroom(signal: AbortSignal): Set<Sleep> {
    const known = this.#bedrooms.get(signal);
    if (known !== undefined) return known;
    const bedroom = new Set<Sleep>();
    this.#bedrooms.set(signal, bedroom);
    const wakeAll = () => {
      for (const sleep of bedroom) {
        sleep.isOver = true;
        sleep.resolve();
      }
      bedroom.clear();
    };
    signal.addEventListener('abort', wakeAll, { once: true });
    return bedroom;
  }

  #nextUntil(target: number): Sleep | undefined {
    for (let next = this.#sleeps.least(); next !== undefined && next.until <= target; next = this.#sleeps.least()) {
      this.#sleeps.removeLeast();
      if (!next.isOver && next.sleeper?.isGone !== true) return next;
    }
    return undefined;
  }
}

/** Everything that was ready to go on has gone on. */
function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
