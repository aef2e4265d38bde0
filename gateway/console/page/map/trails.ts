/**
 * Where devices were within the last hour: what the gateway tells when the map is opened, and what comes after.
 *
 * Bounds: `maxPoints` of a trail, `maxTrails`; the oldest points make room, a further device has no trail.
 */
import type { TrackFeature } from '../../../map/geojson.ts';
import type { Place } from './spots.ts';

const maxTrails = 1_500;
const maxPoints = 400;
/** Nearer points are not told apart. */
const apartMs = 5_000;
export const trailMs = 3_600_000;

interface Point extends Place {
  /** Epoch ms. */
  readonly at: number;
}

export class Trails {
  readonly #trails = new Map<string, Point[]>();

  /** What the gateway tells; `id` of the spot. */
  take(id: string, { geometry, properties: { times, isWhole } }: TrackFeature): void {
    const points = geometry.coordinates.map(([lon, lat], i) => ({ at: times[i] ?? 0, lat, lon }));
    if (isWhole) this.#put(id, points);
    else for (const point of points) this.add(id, point);
  }

  /** Where it is now; what is no later than the last is known already. */
  add(id: string, point: Point): void {
    const trail = this.#trails.get(id) ?? [];
    if (point.at < (trail.at(-1)?.at ?? Number.NEGATIVE_INFINITY) + apartMs) return;
    trail.push(point);
    this.#put(id, trail);
  }

  clear(isIt: (id: string) => boolean): void {
    for (const id of [...this.#trails.keys()]) if (isIt(id)) this.#trails.delete(id);
  }

  /** Those with two points or more since then, epoch ms, oldest first. */
  since(from: number): (readonly [id: string, points: readonly Point[]])[] {
    return [...this.#trails].flatMap(([id, points]) => {
      const told = points.filter(({ at }) => at >= from);
      return told.length < 2 ? [] : [[id, told] as const];
    });
  }

  #put(id: string, points: readonly Point[]): void {
    if (!this.#trails.has(id) && this.#trails.size >= maxTrails) return;
    this.#trails.set(id, points.slice(-maxPoints));
  }
}
