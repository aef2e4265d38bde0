/** Whether the phone lies still: then it need not listen, since it would hear the same again. */
import type { Place } from '../../../shared/enrolment/tag-id.ts';

const stillAfterMs = 10 * 60_000;
const stillWithinM = 50;
/** A place less certain than this says nothing of moving. */
const maxAccuracyM = 100;
const maxPlaces = 64;

export class Stillness {
  #places: { readonly at: number; readonly place: Place }[] = [];

  /** `now`: monotonic ms. */
  note(place: Place | undefined, now: number): void {
    if (place === undefined || place.accuracy > maxAccuracyM) return;
    const isSame = this.#places.every((each) => metresBetween(each.place, place) <= stillWithinM);
    this.#places = [...(isSame ? this.#places : []), { at: now, place }];
    if (this.#places.length > maxPlaces) this.#places.splice(1, 1); // the first tells since when
  }

  /** While no place comes, nothing is known: it counts as moving. */
  isStill(now: number): boolean {
    const [first, last] = [this.#places[0], this.#places.at(-1)];
    return (
      first !== undefined && last !== undefined && last.at - first.at >= stillAfterMs && now - last.at < stillAfterMs
    );
  }

  forget(): void {
    this.#places = [];
  }
}

const metresPerDegree = 111_195; // of a great circle, on a sphere of 6,371 km

function metresBetween(a: Place, b: Place): number {
  const north = b.lat - a.lat;
  const east = (b.lon - a.lon) * Math.cos((a.lat * Math.PI) / 180);
  return Math.hypot(north, east) * metresPerDegree;
}
