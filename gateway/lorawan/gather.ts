/**
 * Several stations hear one frame: it is worked on once, with all that heard it.
 *
 * The first copy opens a window of `gatherMs`; copies within it are gathered, and then all go on together. A copy that comes
 * later is judged by its frame counter, as a retransmission is. Bounds: `maxGathering` frames at once, then the oldest goes
 * on early; `maxCopies` of one frame, further ones are left out.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Reception } from './radio.ts';

const maxGathering = 10_000;
const maxCopies = 64;

export type Gathered<Heard extends Reception> = readonly [Heard, ...Heard[]];

export class Gather<Heard extends Reception> {
  readonly #clock: Clock;
  readonly #gatherMs: number;
  readonly #done: (copies: Gathered<Heard>) => void;
  readonly #open = new Map<string, [Heard, ...Heard[]]>();

  constructor(clock: Clock, gatherMs: number, done: (copies: Gathered<Heard>) => void) {
    this.#clock = clock;
    this.#gatherMs = gatherMs;
    this.#done = done;
  }

  add(reception: Heard, signal: AbortSignal): void {
    const key = Buffer.from(reception.bytes).toString('latin1');
    const copies = this.#open.get(key);
    if (copies !== undefined) {
      if (copies.length < maxCopies) copies.push(reception);
      return;
    }
    const [oldest] = this.#open.keys();
    if (this.#open.size >= maxGathering && oldest !== undefined) this.#close(oldest);
    this.#open.set(key, [reception]);
    void this.#clock.sleep(this.#gatherMs, signal).then(() => this.#close(key));
  }

  #close(key: string): void {
    const copies = this.#open.get(key);
    if (copies === undefined) return; // it has gone on early
    this.#open.delete(key);
    this.#done(copies);
  }
}
