/**
 * Sets the gateway's clock from GPS, if the system's own clock is not set, and keeps it right.
 *
 * Promise: one moment, however wrong, moves nothing. The clock is set when `fixesToSet` moments in a row agree within `agreeMs`
 * about the offset, and by their median. Once it is set, drift is corrected, and a leap made, only when `fixesToMove` in a row
 * agree. What is known then is told with every moment that agrees, so that whoever listens knows how old it is. One receiver leads; another takes its place when it has told nothing for `leaderSilentMs`. Bounds: `fixesToMove`
 * offsets for each receiver.
 */
import type { Step } from '../../devices/device-type.ts';
import type { Moment } from '../../shared/clock.ts';

const fixesToSet = 3;
const fixesToMove = 30;
const agreeMs = 1_000;
/** Less is the jitter of a serial line. */
const driftMs = 50;
const leaderSilentMs = 10 * 60_000;

export type SetClock = (step: Step, at: Moment) => void;

export class GpsClock {
  readonly #set: (offsetMs: number) => void;
  #offsetMs: number | undefined;
  #leader: { readonly receiver: SetClock; toldAt: number } | undefined;

  /** `set` takes the clock's offset: wall minus monotonic time, ms. */
  constructor(set: (offsetMs: number) => void) {
    this.#set = set;
  }

  /** What one receiver tells. */
  receiver(): SetClock {
    let offsets: readonly number[] = [];
    const receiver: SetClock = ({ moments = [] }) => {
      for (const { time, heardAt } of moments) {
        const offset = time - heardAt;
        const agreeing = offsets.every((other) => Math.abs(other - offset) <= agreeMs) ? offsets : [];
        offsets = [...agreeing, offset].slice(-fixesToMove);
        this.#follow(receiver, offsets, heardAt);
      }
    };
    return receiver;
  }

  #follow(receiver: SetClock, offsets: readonly number[], toldAt: number): void {
    const leader = this.#leader;
    if (leader !== undefined && leader.receiver !== receiver && toldAt - leader.toldAt < leaderSilentMs) return;
    if (offsets.length < (this.#offsetMs === undefined ? fixesToSet : fixesToMove)) {
      if (leader?.receiver === receiver) leader.toldAt = toldAt;
      return;
    }
    this.#leader = { receiver, toldAt };
    const median = offsets.toSorted((a, b) => a - b)[offsets.length >> 1] ?? 0;
    if (this.#offsetMs === undefined || Math.abs(median - this.#offsetMs) > driftMs) this.#offsetMs = median;
    this.#set(this.#offsetMs);
  }
}
