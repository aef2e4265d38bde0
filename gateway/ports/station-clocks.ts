/**
 * When a station heard a frame, by its own clock. Its line is slow now and then, and what comes late must not be taken for a
 * new transmission.
 *
 * The station counts from some moment of its own. How far its clock is from ours, and its line long, is the least difference seen
 * within the last `windowMs` to twice that: short enough that neither clock drifts away. After a pause, or if the difference leaps,
 * the station may have started again, and its next frame is believed to be in time. Bound: a few numbers a station; the port forgets
 * stations.
 */

const windowMs = 5 * 60_000;
/** A frame that would be later comes from a clock that began again. */
const maxLateMs = 60_000;

interface Distance {
  least: number;
  /** Of the window before. */
  leastBefore: number;
  windowBeganAt: number;
}

export class StationClocks {
  readonly #wrapMs: number;
  readonly #distances = new Map<string, Distance>();

  /** `wrapMs`: when the stations' clocks begin again at 0. */
  constructor(wrapMs: number) {
    this.#wrapMs = wrapMs;
  }

  forget(station: string): void {
    this.#distances.delete(station);
  }

  /** When the frame reached us or, if it came late, would have: monotonic ms. `ticksMs`: the station's clock at its end. */
  heardAt(station: string, ticksMs: number, at: number): number {
    const distance = at - ticksMs;
    const known = this.#distances.get(station);
    if (known === undefined || at - known.windowBeganAt > 2 * windowMs) return this.#begin(station, distance, at);
    const lateMs = this.#after(Math.min(known.least, known.leastBefore), distance);
    if (lateMs > maxLateMs || lateMs < -maxLateMs) return this.#begin(station, distance, at);
    if (at - known.windowBeganAt > windowMs) {
      this.#distances.set(station, { least: distance, leastBefore: known.least, windowBeganAt: at });
    } else if (this.#after(known.least, distance) < 0) known.least = distance;
    return at - Math.max(0, lateMs);
  }

  #begin(station: string, distance: number, at: number): number {
    this.#distances.set(station, { least: distance, leastBefore: distance, windowBeganAt: at });
    return at;
  }

  /** `distance` less `least`, as if the station's clock did not begin again meanwhile. */
  #after(least: number, distance: number): number {
    const difference = (distance - least) % this.#wrapMs;
    return difference - this.#wrapMs * Math.round(difference / this.#wrapMs);
  }
}
