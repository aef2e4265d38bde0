/** What everything in a simulation shares. */
import type { Random } from '../../simulators/random.ts';
import type { VirtualClock } from '../simulators/virtual-clock.ts';
import type { History } from './history.ts';
import type { Violations } from './violations.ts';

export interface World {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly history: History;
  readonly violations: Violations;
  readonly moments: Moments;
}

/** When something has just come or gone: where a kill finds most. */
export class Moments {
  #waiting: (() => void)[] = [];

  /** Something comes or goes now. */
  pass(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const goOn of waiting) goOn();
  }

  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** Exponentially distributed with this mean: the time to what happens by chance. */
export function chanceMs(random: Random, meanMs: number): number {
  return Math.ceil(-Math.log(1 - random.next()) * meanMs);
}
