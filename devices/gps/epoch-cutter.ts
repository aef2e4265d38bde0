/**
 * Cuts a receiver's stream of sentences into epochs.
 *
 *   … GGA 12:00:01 │ GSA  RMC 12:00:01 ┃ GGA 12:00:02 …
 *                                      ┗━ the time changes, or the cycle is known to end here, or silence
 *
 * Promise: an epoch ends with a sentence of another time; or at once with the sentence that completes the cycle, which is
 * known after `cyclesToLearn` epochs in a row with the same sentences; or when the owner says so (`finish`). Sentences
 * without a time (VTG, GSA) belong to the open epoch. A sentence that comes too late for its epoch is dropped, and the
 * cycle is learnt again: no epoch comes out twice. Bounded: one open epoch, one cycle.
 */
import type { Moment } from '../../shared/clock.ts';
import { Epoch } from './epoch.ts';
import type { Report } from './nmea-report.ts';

const cyclesToLearn = 3;

export class EpochCutter {
  #open = new Epoch();
  #endedTime: number | undefined;
  #cycle: string | undefined;
  #timesSeen = 0;

  /** Whether an epoch is waiting for its end. */
  get isOpen(): boolean {
    return this.#open.timeOfDay !== undefined;
  }

  /** Whether a sentence comes too late for its epoch. */
  isLate({ timeOfDay }: Report): boolean {
    return timeOfDay !== undefined && !this.isOpen && timeOfDay === this.#endedTime;
  }

  /** Takes a sentence, heard now, and gives the epochs that it ends, oldest first: none, one or two. */
  add(report: Report, at: Moment): readonly Epoch[] {
    const ended: Epoch[] = [];
    const time = report.timeOfDay;
    if (time !== undefined && this.#open.timeOfDay !== undefined && time !== this.#open.timeOfDay) {
      ended.push(...this.finish());
    } else if (this.isLate(report)) {
      this.#timesSeen = 0;
      this.#open = new Epoch();
      return ended;
    }
    this.#open.add(report, at);
    const known = this.#timesSeen >= cyclesToLearn && this.#open.signature === this.#cycle;
    return known && this.isOpen ? [...ended, ...this.finish()] : ended;
  }

  /** Ends the open epoch, if there is one. */
  finish(): readonly Epoch[] {
    const epoch = this.#open;
    if (epoch.timeOfDay === undefined) return [];
    this.#open = new Epoch();
    // The first fix may come with the time of a void epoch before it.
    this.#endedTime = epoch.fix() && epoch.timeOfDay;
    this.#timesSeen = epoch.signature === this.#cycle ? this.#timesSeen + 1 : 1;
    this.#cycle = epoch.signature;
    return [epoch];
  }

  /** The stream was interrupted: drops the open epoch, which is incomplete. */
  forget(): void {
    this.#open = new Epoch();
    this.#endedTime = undefined;
  }
}
