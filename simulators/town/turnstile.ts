/**
 * The counting part of a people counter: totals that wrap at its width and are lost with its power.
 *
 * It also keeps the truth: the number of people in its whole reports, which a gateway's readings must add up to.
 */
import type { Clock } from '../../shared/clock.ts';
import { FaultBoard, type FaultKind } from '../fault-board.ts';
import { say } from './words.ts';

/** People who entered and left since the counter was mounted. */
export interface Totals {
  readonly entered: number;
  readonly left: number;
}

export interface TurnstileOptions {
  readonly clock: Clock;
  /** People who have passed, by seconds since the start; never falls. */
  readonly crowd: (seconds: number) => Totals;
  /** What the counter showed at the start. */
  readonly startTotals?: Totals;
  /** The number at which totals restart from zero. */
  readonly rollOver: number;
  readonly faults?: FaultBoard;
}

export const TURNSTILE_FAULTS: readonly FaultKind[] = [
  {
    name: 'power-cycle',
    meaning: say.powerCycle(),
    parameters: { s: { meaning: say.offFor(), unit: 's', default: 0, min: 0, max: 86_400 } },
    isMomentary: true,
  },
  { name: 'reset', meaning: say.reset(), isMomentary: true },
  { name: 'stuck', meaning: say.stuck() },
];

const NOBODY: Totals = { entered: 0, left: 0 };

export class Turnstile {
  readonly #options: TurnstileOptions;
  readonly #faults: FaultBoard;
  #people: Totals = NOBODY;
  /** When it is to begin at zero, monotonic. */
  #zeroAtMs: number | undefined;
  /** Who had passed when it last began at zero, and how often it has. */
  #zero: { readonly passed: Totals; readonly times: number } = { passed: NOBODY, times: 0 };
  /** Who passed while it was stuck. */
  #missed: Totals = NOBODY;
  #stuckAt: Totals | undefined;
  /** The basis of the last whole report. */
  #reported: { readonly passed: Totals; readonly times: number } | undefined;

  /** Its board's faults reach it as long as both exist. */
  constructor(options: TurnstileOptions) {
    const { clock, faults = new FaultBoard(TURNSTILE_FAULTS) } = options;
    this.#options = options;
    this.#faults = faults;
    faults.onStruck(({ kind: { name }, settings }) => {
      if (name !== 'power-cycle' && name !== 'reset') return;
      this.#zeroAtMs = clock.moment().monotonic + (settings.s ?? 0) * 1000;
    });
  }

  /** Whether it has power. */
  get isOn(): boolean {
    return this.#zeroAtMs === undefined || this.#options.clock.moment().monotonic >= this.#zeroAtMs;
  }

  /** The displayed totals. `seconds` is now. */
  totals(seconds: number): Totals {
    const { rollOver, startTotals = NOBODY } = this.#options;
    const passed = this.#passed(seconds);
    if (this.isOn) this.#beginAtZero(seconds, passed);
    const { passed: before, times } = this.#zero;
    const shown = add(times === 0 ? startTotals : NOBODY, subtract(passed, before));
    return { entered: shown.entered % rollOver, left: shown.left % rollOver };
  }

  /** The totals of this moment went out whole. */
  reported(seconds: number): void {
    const passed = this.#passed(seconds);
    const { times, passed: before } = this.#zero;
    const last = this.#reported;
    if (last) {
      const since = last.times === times ? last.passed : before;
      this.#people = add(this.#people, subtract(passed, since));
    }
    this.#reported = { passed, times };
  }

  /**
   * People who passed between the first and the last whole report, without those between a report and a power failure, whom
   * cannot be known, and those who passed while it was stuck.
   */
  people(): Totals {
    return this.#people;
  }

  #passed(seconds: number): Totals {
    const passed = subtract(this.#options.crowd(seconds), this.#missed);
    if (this.#faults.get('stuck') === undefined) {
      this.#stuckAt = undefined;
      return passed;
    }
    this.#stuckAt ??= passed;
    this.#missed = add(this.#missed, subtract(passed, this.#stuckAt));
    return this.#stuckAt;
  }

  #beginAtZero(seconds: number, passed: Totals): void {
    if (this.#zeroAtMs === undefined) return;
    const { crowd, clock } = this.#options;
    const agoS = (clock.moment().monotonic - this.#zeroAtMs) / 1000;
    const then = subtract(crowd(Math.max(0, seconds - agoS)), this.#missed);
    this.#zero = { passed: this.#stuckAt ? passed : then, times: this.#zero.times + 1 };
    this.#zeroAtMs = undefined;
  }
}

function add(a: Totals, b: Totals): Totals {
  return { entered: a.entered + b.entered, left: a.left + b.left };
}

function subtract(a: Totals, b: Totals): Totals {
  return { entered: a.entered - b.entered, left: a.left - b.left };
}
