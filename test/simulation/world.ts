/** What everything in a simulation shares. */
import type { Random } from '../../simulators/random.ts';
import type { VirtualClock } from '../../simulators/virtual-clock.ts';
import type { History } from './history.ts';
import type { Traps } from './traps.ts';
import type { Violations } from './violations.ts';

export interface World {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly history: History;
  readonly violations: Violations;
  readonly moments: Moments;
  readonly traps: Traps;
}

/** What has just come to a gateway or gone from it: where a kill finds most. */
export const MOMENTS = ['frame', 'message', 'sent'] as const;
/** The same of a hub: "answered" is a receipt. */
export const HUB_MOMENTS = ['message', 'answered', 'answered', 'sent'] as const;
export type Moment = (typeof MOMENTS)[number] | (typeof HUB_MOMENTS)[number];

export class Moments {
  #waiting: { readonly moment: Moment; goOn(): void }[] = [];

  pass(moment: Moment): void {
    const due = this.#waiting.filter((each) => each.moment === moment);
    this.#waiting = this.#waiting.filter((each) => each.moment !== moment);
    for (const { goOn } of due) goOn();
  }

  next(moment: Moment): Promise<void> {
    return new Promise((goOn) => this.#waiting.push({ moment, goOn }));
  }
}

/** Exponentially distributed with this mean: the time to what happens by chance. */
export function chanceMs(random: Random, meanMs: number): number {
  return Math.ceil(-Math.log(1 - random.next()) * meanMs);
}
