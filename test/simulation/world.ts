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
}

/** Exponentially distributed with this mean: the time to what happens by chance. */
export function chanceMs(random: Random, meanMs: number): number {
  return Math.ceil(-Math.log(1 - random.next()) * meanMs);
}
