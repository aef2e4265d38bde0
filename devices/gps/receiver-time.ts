/**
 * From a receiver's time of day to a moment.
 *
 * Promise: the receiver's date counts, unless it contradicts the flow of time: a date that would set the receiver back, or put it
 * days ahead of what has passed since, must be repeated `datesToBelieve` times, each agreeing with the one before, so that one that comes a sentence late at
 * midnight, or is damaged, moves nothing. Without a date the time of day goes to the day nearest to the expected moment, so that
 * midnight needs none. Without any date the answer is "unknown", never a guess. Holds one moment.
 */
const DAY_MS = 86_400_000;
/** GPS satellites send a week number of ten bits (IS-GPS-200, §20.3.3.3.1.1). */
const ROLL_OVER_MS = 1024 * 7 * DAY_MS;
/** Week 0 of GPS time, from 1980-01-06: what a receiver counts from that does not know its week. */
const WEEK_0_ENDS = Date.UTC(1980, 0, 13);
const datesToBelieve = 3;
const datesToBeSure = 2;

export interface ReceiverTimeOptions {
  /** Epoch ms; without a clock to tell, an earlier date means that the receiver missed a roll-over of the week number. */
  readonly notBefore?: number | undefined;
  /** The sentences come as they are heard, so that a monotonic clock tells how much time has passed between them. */
  readonly isLive: boolean;
}

/** When a time of day was heard. */
export interface Heard {
  readonly monotonic: number;
  /** Epoch ms of a clock that can be trusted, or of the day of the recording. */
  readonly trusted?: number | undefined;
}

interface ToldMoment {
  readonly moment: number;
  readonly monotonic: number;
}

export class ReceiverTime {
  readonly #options: ReceiverTimeOptions;
  #last: ToldMoment | undefined;
  /** Dates in a row that contradict it and agree with each other, and the last of them. */
  #contradictions = 0;
  #rival: ToldMoment | undefined;
  /** A date of the receiver's own has counted. */
  #hasBelieved = false;
  /** Dates in a row that agreed with the flow, up to `datesToBeSure`. */
  #agreements = 0;

  constructor(options: ReceiverTimeOptions) {
    this.#options = options;
  }

  /** Whether a clock may be set by it: the receiver itself has given a date more than once, and none to the contrary. */
  get isSure(): boolean {
    return this.#agreements >= datesToBeSure && this.#contradictions === 0;
  }

  /** Whether the day is the clock's, while the receiver gives another that is not believed yet. */
  get isDayDoubted(): boolean {
    return this.#contradictions > 0 && !this.#hasBelieved;
  }

  /** Epoch ms of `timeOfDay` (ms since midnight UTC) on the receiver's `day` (days since 1970), if it gave one. */
  resolve(timeOfDay: number, day: number | undefined, heard: Heard): number | undefined {
    const expected = this.#expected(heard);
    const flow = expected === undefined ? undefined : nearest(timeOfDay, expected);
    if (day === undefined || day * DAY_MS < WEEK_0_ENDS) {
      // The clock that told the day tells the next one too; a recording has no other than what came before.
      if (flow === undefined || (this.#last === undefined && this.#options.isLive)) return flow;
      return this.#keep(flow, heard);
    }
    const dated = this.#corrected(day * DAY_MS + timeOfDay, heard.trusted);
    this.#contradictions = this.#contradicts(dated, expected) ? this.#countRival(dated, heard.monotonic) : 0;
    const isBelieved = this.#contradictions === 0 || this.#contradictions >= datesToBelieve;
    if (this.#contradictions > 0) this.#agreements = 0;
    this.#hasBelieved ||= isBelieved;
    if (isBelieved) {
      this.#agreements = Math.min(this.#agreements + 1, datesToBeSure);
      this.#contradictions = 0;
    }
    return this.#keep(isBelieved ? dated : (flow ?? dated), heard);
  }

  /** What time it should be, by the receiver's last moment if there is one. */
  #expected({ monotonic, trusted }: Heard): number | undefined {
    return this.#last === undefined ? trusted : this.#flowFrom(this.#last, monotonic);
  }

  #flowFrom(told: ToldMoment, monotonic: number): number {
    return told.moment + (this.#options.isLive ? monotonic - told.monotonic : 0);
  }

  #contradicts(dated: number, expected: number | undefined): boolean {
    const { isLive } = this.#options;
    if (expected === undefined || (this.#last === undefined && !isLive)) return false;
    const isAhead = isLive && dated > expected + DAY_MS / 2; // a recording may leave out days
    return isAhead || dated < expected - DAY_MS / 2;
  }

  #countRival(moment: number, monotonic: number): number {
    const before = this.#rival;
    this.#rival = { moment, monotonic };
    const isRepeated =
      this.#contradictions > 0 && before !== undefined && !this.#contradicts(moment, this.#flowFrom(before, monotonic));
    return isRepeated ? this.#contradictions + 1 : 1;
  }

  #keep(moment: number, { monotonic }: Heard): number {
    this.#last = { moment, monotonic };
    return moment;
  }

  #corrected(moment: number, trusted: number | undefined): number {
    if (trusted !== undefined) return moment + Math.round((trusted - moment) / ROLL_OVER_MS) * ROLL_OVER_MS;
    const { notBefore = Number.NEGATIVE_INFINITY } = this.#options;
    if (moment >= notBefore) return moment;
    return moment + Math.ceil((notBefore - moment) / ROLL_OVER_MS) * ROLL_OVER_MS;
  }
}

function nearest(timeOfDay: number, reference: number): number {
  return Math.round((reference - timeOfDay) / DAY_MS) * DAY_MS + timeOfDay;
}
