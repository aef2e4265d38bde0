/**
 * How often a device reports, learned from its readings: enough to tell a pause from silence.
 *
 * A device may be quiet for several times its longest usual gap; the more uneven its gaps, the longer. The longest gap of a
 * window does not count, so that one outage teaches nothing; two are a habit. A window is at least `windowGaps` gaps and
 * `windowMs` long, and the one before it counts too, so that quiet nights and weekends are learned. Memory: a few numbers.
 */

/** Readings closer together belong to one report. */
const reportMs = 1_000;
/** So many gaps are enough to judge by. */
const enoughGaps = 8;
const windowGaps = 24;
const windowMs = 3 * 86_400_000;
/** Nobody is called silent sooner. */
const leastMs = 60_000;

export class Rhythm {
  /** What was learned in an earlier run, until there is enough to judge by. */
  readonly #rememberedMs: number | undefined;
  #beatAt: number | undefined;
  #gaps = 0;
  #sumMs = 0;
  #longestMs = 0;
  #secondMs = 0;
  /** Of the window before. */
  #before: { readonly usualMs: number; readonly meanMs: number } | undefined;

  constructor(rememberedMs?: number) {
    this.#rememberedMs = rememberedMs;
  }

  /** The device has reported; `at` is monotonic ms. */
  beat(at: number): void {
    if (this.#beatAt !== undefined) {
      const gapMs = at - this.#beatAt;
      if (gapMs < reportMs) return;
      this.#note(gapMs);
    }
    this.#beatAt = at;
  }

  /** How long it may be quiet, ms; undefined while too little is known. */
  get expectedMs(): number | undefined {
    if (this.#before === undefined && this.#gaps < enoughGaps) return this.#rememberedMs;
    const { usualMs, meanMs } = this.#before ?? { usualMs: 0, meanMs: this.#sumMs / this.#gaps };
    return patienceMs(Math.max(usualMs, this.#secondMs), meanMs);
  }

  /** As long as too little is known: by the longest gap so far. */
  get guessedMs(): number {
    return this.#gaps === 0 ? 0 : patienceMs(this.#longestMs, this.#longestMs);
  }

  #note(gapMs: number): void {
    this.#gaps++;
    this.#sumMs += gapMs;
    if (gapMs > this.#longestMs) [this.#longestMs, this.#secondMs] = [gapMs, this.#longestMs];
    else if (gapMs > this.#secondMs) this.#secondMs = gapMs;
    if (this.#gaps < windowGaps || this.#sumMs < windowMs) return;
    this.#before = { usualMs: this.#secondMs, meanMs: this.#sumMs / this.#gaps };
    this.#gaps = 0;
    this.#sumMs = 0;
    this.#longestMs = 0;
    this.#secondMs = 0;
  }
}

/** Three gaps of a device as regular as a clock; more if its longest usual gap is far from its mean one. */
function patienceMs(usualMs: number, meanMs: number): number {
  return Math.max(leastMs, Math.round(usualMs * (2 + usualMs / meanMs)));
}
