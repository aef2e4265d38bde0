/**
 * When batches were sealed, roughly, so that the age of the oldest that waits can be told: the file keeps their order, not their
 * time. In memory only: what an earlier run left counts from the start of this one, and no age is told too high.
 *
 * Bound: `maxMarks`; beyond it the marks are thinned, so that an age is wrong by a fortieth of it at most.
 */

const markEveryMs = 1_000;
const maxMarks = 1_024;
/** Marks closer together than this part of their age are thinned: some 900 are left of ten years. */
const finest = 1 / 44;

interface Mark {
  /** Everything up to this place in the order of all batches had been sealed… */
  readonly sealed: number;
  /** …by this moment, monotonic ms. */
  readonly at: number;
  /** The first commit that it stands for. */
  readonly from: number;
}

export class SealedWhen {
  #marks: Mark[] = [];

  /** To be called after each commit. */
  note(sealed: number, at: number): void {
    const last = this.#marks.at(-1);
    if (last !== undefined && last.sealed >= sealed) return;
    const isNew = last === undefined || this.#marks.length === 1 || at - last.from >= markEveryMs;
    if (isNew) this.#marks.push({ sealed, at, from: at });
    else this.#marks[this.#marks.length - 1] = { sealed, at, from: last.from };
    if (this.#marks.length > maxMarks) this.#marks = thinned(this.#marks, at).slice(-maxMarks);
  }

  /** How long ago at least the batch at this place was sealed, ms. */
  age(sealed: number, now: number): number {
    let [low, high] = [0, this.#marks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#marks[middle]?.sealed ?? 0) >= sealed) high = middle;
      else low = middle + 1;
    }
    return Math.max(0, now - (this.#marks[low]?.at ?? now));
  }
}

function thinned(marks: readonly Mark[], now: number): Mark[] {
  const kept: Mark[] = [];
  for (const [n, mark] of marks.entries()) {
    const before = kept.at(-1);
    const after = marks[n + 1];
    const isFine = before !== undefined && after !== undefined && after.at - before.at <= (now - after.at) * finest;
    if (!isFine) kept.push(mark);
  }
  return kept;
}
