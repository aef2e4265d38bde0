/**
 * The counting part of a people counter: totals that wrap at its width and are lost with its power.
 *
 * It also keeps the truth: the number of people in its whole reports, which a gateway's readings must add up to.
 */

/** People who entered and left since the counter was mounted. */
export interface Totals {
  readonly entered: number;
  readonly left: number;
}

export interface TurnstileOptions {
  /** People who have passed, by seconds since the start; never falls. */
  readonly crowd: (seconds: number) => Totals;
  /** What the counter showed at the start. */
  readonly startTotals?: Totals;
  /** The number at which totals restart from zero. */
  readonly rollOver: number;
  readonly powerCyclesAtS?: readonly number[];
}

const NOBODY: Totals = { entered: 0, left: 0 };

export class Turnstile {
  readonly #options: TurnstileOptions;
  #people: Totals = NOBODY;
  /** The basis of the last whole report. */
  #reported: { readonly passed: Totals; readonly poweredAtS: number } | undefined;

  constructor(options: TurnstileOptions) {
    this.#options = options;
  }

  /** The displayed totals. */
  totals(seconds: number): Totals {
    const poweredAtS = this.#poweredAtS(seconds);
    const { crowd, rollOver, startTotals = NOBODY } = this.#options;
    const shown = add(poweredAtS === 0 ? startTotals : NOBODY, subtract(crowd(seconds), crowd(poweredAtS)));
    return { entered: shown.entered % rollOver, left: shown.left % rollOver };
  }

  /** These totals went out whole. */
  reported(seconds: number): void {
    const passed = this.#options.crowd(seconds);
    const poweredAtS = this.#poweredAtS(seconds);
    const last = this.#reported;
    if (last) {
      const since = last.poweredAtS === poweredAtS ? last.passed : this.#options.crowd(poweredAtS);
      this.#people = add(this.#people, subtract(passed, since));
    }
    this.#reported = { passed, poweredAtS };
  }

  /**
   * People who passed between the first and the last whole report, without those between a report and a power failure, whom
   * cannot be known.
   */
  people(): Totals {
    return this.#people;
  }

  #poweredAtS(seconds: number): number {
    return Math.max(0, ...(this.#options.powerCyclesAtS ?? []).filter((atS) => atS <= seconds));
  }
}

function add(a: Totals, b: Totals): Totals {
  return { entered: a.entered + b.entered, left: a.left + b.left };
}

function subtract(a: Totals, b: Totals): Totals {
  return { entered: a.entered - b.entered, left: a.left - b.left };
}
