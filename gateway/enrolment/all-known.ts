/**
 * The operators whose tags a gateway looks for, of all lists that it has: the one that came from a hub, and at a hub with detectors of its own
 * the one that it signs itself.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Operator } from '../../shared/enrolment/operators.ts';
import type { OperatorPattern } from '../../shared/enrolment/pattern.ts';
import type { ListState } from './known-operators.ts';

export interface Known {
  /** Whose tags to look for now; the same array until that changes. */
  readonly operators: readonly Operator[];
  readonly stats: ListState;
}

/** Of a hub's own operators. */
interface OwnOperators {
  readonly current:
    | { readonly number: number; readonly validUntil: number; readonly operators: readonly Operator[] }
    | undefined;
}

const NOBODY: readonly Operator[] = [];
const NONE: ListState = { state: 'none', operators: 0, refused: 0 };

/** The list that a hub signs counts at the hub as it does at its gateways: until its end, by a clock that is set. */
export function ownKnown({ current }: OwnOperators, clock: Clock): Known {
  const { wall, synchronised } = clock.moment();
  if (current === undefined || wall >= current.validUntil) {
    return { operators: NOBODY, stats: NONE }; // why it is not signed is said as the hub's fault
  }
  const { number, validUntil } = current;
  const operators = synchronised ? current.operators : NOBODY;
  const state = synchronised ? 'current' : 'clock-unset';
  return { operators, stats: { state, number, validUntil, operators: operators.length, refused: 0 } };
}

export class AllKnown implements Known {
  readonly #lists: () => readonly Known[];
  #from: readonly (readonly Operator[])[] = [];
  #operators: readonly Operator[] = NOBODY;
  #patterns: readonly OperatorPattern[] = [];

  /** Of two operators with one id the one of the first list counts. */
  constructor(lists: () => readonly Known[]) {
    this.#lists = lists;
  }

  get operators(): readonly Operator[] {
    this.#look();
    return this.#operators;
  }

  /** By what to tell them; the same array until that changes. */
  patterns(): readonly OperatorPattern[] {
    this.#look();
    return this.#patterns;
  }

  /** That of the list of which there is most to say. */
  get stats(): ListState {
    const all = this.#lists().map(({ stats }) => stats);
    const [said = NONE] = all.toSorted((a, b) => WEIGHT[b.state] - WEIGHT[a.state]);
    const { lastRefusedAt, lastRefused } = all.find((each) => each.lastRefused !== undefined) ?? NONE;
    return {
      ...said,
      ...(lastRefusedAt !== undefined && { lastRefusedAt }),
      ...(lastRefused !== undefined && { lastRefused }),
      refused: refusedOf(all),
      operators: this.operators.length,
    };
  }

  #look(): void {
    const from = this.#lists().map(({ operators }) => operators);
    if (from.length === this.#from.length && from.every((each, i) => each === this.#from[i])) return;
    this.#from = from;
    this.#operators = from.flat().filter(({ id }, i, all) => all.findIndex((each) => each.id === id) === i);
    this.#patterns = this.#operators.flatMap(({ id, patterns }) =>
      patterns.map((pattern) => ({ operator: id, pattern })),
    );
  }
}

const WEIGHT: Readonly<Record<ListState['state'], number>> = { none: 0, current: 1, over: 2, 'clock-unset': 3 };

function refusedOf(all: readonly ListState[]): number {
  return all.reduce((total, { refused }) => total + refused, 0);
}
