/**
 * From a receiver's time of day to a moment.
 *
 * Promise: a date that the receiver itself gives wins; without one the time of day is put on the day that brings it
 * nearest to what was known last, so that midnight needs no date. Holds one moment. Without any date the answer is
 * "unknown", never a guess.
 */
const DAY_MS = 86_400_000;
/** The week number that GPS satellites send has ten bits (IS-GPS-200, §20.3.3.3.1.1). */
const ROLL_OVER_MS = 1024 * 7 * DAY_MS;

export class ReceiverTime {
  readonly #notBefore: number;
  #last: number | undefined;

  /** `notBefore`: epoch ms before which the receiver's dates must be from before a roll-over of its week number. */
  constructor(notBefore = Number.NEGATIVE_INFINITY) {
    this.#notBefore = notBefore;
  }

  /**
   * Epoch ms of `timeOfDay` (ms since midnight UTC) on the receiver's `day` (days since 1970), or without one on the
   * day nearest to the last moment, or else to `wall` (epoch ms) where that can be trusted.
   */
  resolve(timeOfDay: number, day: number | undefined, wall: number | undefined): number | undefined {
    if (day === undefined && this.#last === undefined) return wall === undefined ? undefined : nearest(timeOfDay, wall);
    const moment = day === undefined ? nearest(timeOfDay, this.#last ?? 0) : this.#corrected(day * DAY_MS + timeOfDay);
    this.#last = moment;
    return moment;
  }

  #corrected(moment: number): number {
    if (moment >= this.#notBefore) return moment;
    return moment + Math.ceil((this.#notBefore - moment) / ROLL_OVER_MS) * ROLL_OVER_MS;
  }
}

function nearest(timeOfDay: number, reference: number): number {
  return Math.round((reference - timeOfDay) / DAY_MS) * DAY_MS + timeOfDay;
}
