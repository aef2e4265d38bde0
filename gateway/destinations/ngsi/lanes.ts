/**
 * Several requests at once, and still one at a time for each entity: an entity always goes by the same lane (delivery.ts), chosen by its id.
 *
 *   entity ─▶ lane of its id ─▶ pool ─▶ delivery ─┐
 *             …                                   ├─▶ broker
 *             lane n         ─▶ pool ─▶ delivery ─┘
 *
 * What the broker has taken and how long it wants to be left alone are known to all lanes. When one lane ends, all do.
 */
import { crc32 } from 'node:zlib';
import type { Text } from '../../../shared/text.ts';
import type { HttpAnswer } from '../../net/http.ts';
import { Delivery, type DeliveryOptions, type Progress } from './delivery.ts';
import { Pool, type Said } from './pool.ts';

interface Lane {
  readonly pool: Pool;
  readonly delivery: Delivery;
}

export class Lanes {
  readonly #lanes: readonly Lane[];
  readonly #progress: Progress = { taken: 0, takenAt: 0, answeredAt: 0, notBefore: 0 };

  constructor(count: number, options: Omit<DeliveryOptions, 'pool' | 'progress'>) {
    this.#progress.answeredAt = options.clock.moment().monotonic;
    this.#lanes = Array.from({ length: count }, () => {
      const pool = new Pool();
      return { pool, delivery: new Delivery({ ...options, pool, progress: this.#progress }) };
    });
  }

  /** What the broker says instead of taking what waits for it, in the first lane that has to wait; undefined while all take it. */
  get trouble(): string | undefined {
    return this.#lanes.map(({ delivery }) => delivery.trouble).find((words) => words !== undefined);
  }

  /** Monotonic ms of the broker's last answer. */
  get answeredAt(): number {
    return this.#progress.answeredAt;
  }

  answered(at: number): void {
    this.#progress.answeredAt = at;
  }

  add(said: Said, isUrgent: boolean): void {
    this.#laneOf(said.contribution.id).pool.add(said, isUrgent);
  }

  /** There is more to deliver. */
  nudge(): void {
    for (const { delivery } of this.#lanes) delivery.nudge();
  }

  /** Nothing is asked before the answer's Retry-After, or a first pause, is over. */
  waitFor(answer: HttpAnswer): void {
    for (const { delivery } of this.#lanes) delivery.waitFor(answer);
  }

  /** Delivers until the signal aborts or a lane has to end; resolves with why. */
  run(signal: AbortSignal): Promise<Text> {
    return Promise.race(this.#lanes.map(({ delivery }) => delivery.run(signal)));
  }

  #laneOf(id: string): Lane {
    const lane = this.#lanes[crc32(id) % this.#lanes.length];
    if (lane === undefined) throw new RangeError('there is no lane');
    return lane;
  }
}
