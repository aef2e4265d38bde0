/** Promises that were found broken. */
import type { History } from './history.ts';

export type Promised =
  | 'lost' // a durable reading is nowhere
  | 'duplicated' // a reading was stored twice
  | 'invented' // a reading was stored that no device sent
  | 'order' // a device's readings were sealed in another order than it sent them
  | 'numbers' // a number is missing, or there are more than were sealed
  | 'changed' // a number came again with other bytes
  | 'time' // a reading's time is neither right nor marked
  | 'overtaking' // a routine batch was sent while an alarm waited
  | 'silence' // a device is silent and not named, or named and not silent
  | 'bound' // something grew beyond its bound
  | 'ordered' // something was done that nobody ordered, or twice, or an order's end is not true
  | 'drained' // with everything healed something still waits
  | 'sound'; // something failed that must not

export interface Violation {
  readonly promised: Promised;
  readonly what: string;
  /** How many readings it concerns. */
  readonly count: number;
}

/** Of a world that has gone wrong only the beginning is worth reading. */
const maxViolations = 20;

export class Violations {
  readonly #history: History;
  readonly found: Violation[] = [];

  constructor(history: History) {
    this.#history = history;
  }

  add(promised: Promised, what: string, count = 1): void {
    if (this.found.length >= maxViolations) return;
    this.found.push({ promised, what, count });
    this.#history.note(`BROKEN ${promised}: ${what}`);
  }

  count(promised: Promised): number {
    return this.found.reduce((sum, each) => sum + (each.promised === promised ? each.count : 0), 0);
  }
}
