/**
 * From a receiver's time of day to a moment.
 *
 * Promise: a date from the receiver wins; without one, the time of day goes to the day nearest to the last known moment, so
 * that midnight needs no date. Without any date the answer is "unknown", never a guess. Holds one moment.
 */
const DAY_MS = 86_400_000;
/** GPS satellites send a week number of ten bits (IS-GPS-200, §20.3.3.3.1.1). */
const ROLL_OVER_MS = 1024 * 7 * DAY_MS;

export class ReceiverTime {
  readonly #notBefore: number;
  #last: number | undefined;

  /** `notBefore`: epoch ms; an earlier date means that the receiver missed a roll-over of the week number. */
  constructor(notBefore = Number.NEGATIVE_INFINITY) {
    this.#notBefore = notBefore;
  }

  /**
   * Epoch ms of `timeOfDay` (ms since midnight UTC) on the receiver's `day` (days since 1970); without one, on the day
   * nearest to the last moment or, failing that, to `wall` (epoch ms), which is given only if it can be trusted.
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
