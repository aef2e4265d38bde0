/**
 * Which sightings of one tag can be true together: nobody is in two places at once, and nobody travels faster than `maxSpeed`.
 *
 * Forged and replayed sightings are told by that alone, so the most trustworthy line through all of them counts: the one of the greatest
 * weight in which each place can be reached from the one before. A detector weighs more than a phone, since anybody may be a
 * phone. What is not on that line is unlikely, and is told as such, never withheld. Judged when somebody asks, so that the order of
 * arrival does not matter. Pure. Each sighting is compared with the `maxBack` before it at most.
 */
import type { Sighting, Source } from './store.ts';

const WEIGHT: Readonly<Record<Source, number>> = { detector: 2, phone: 1 };
const maxBack = 500;
/** How far from its detector a tag is heard, twice; and what clocks differ by, in all. */
const slackM = 400;
const slackMs = 10_000;

interface Placed {
  readonly lat: number;
  readonly lon: number;
  readonly accuracyM: number;
  readonly at: number;
  readonly weight: number;
  /** Its place in what was given. */
  readonly index: number;
}

/** For each sighting, in the order of time, whether it is unlikely. `maxSpeed`: m/s. One without a place is never unlikely. */
export function unlikelyAmong(sightings: readonly Sighting[], maxSpeed: number): readonly boolean[] {
  const placed = sightings.flatMap(({ lat, lon, accuracyM = 0, at, source }, index): Placed[] =>
    lat === undefined || lon === undefined ? [] : [{ lat, lon, accuracyM, at, weight: WEIGHT[source], index }],
  );
  const weights: number[] = [];
  const before: (number | undefined)[] = [];
  /** The greatest weight of any line that ends here or earlier. */
  const most: number[] = [];
  let end: number | undefined;
  for (const [i, here] of placed.entries()) {
    let [heaviest, from]: [number, number | undefined] = [0, undefined];
    for (let j = i - 1; j >= 0 && j >= i - maxBack && (most[j] ?? 0) > heaviest; j--) {
      const there = placed[j];
      const weight = weights[j] ?? 0;
      if (there !== undefined && weight > heaviest && isReachable(there, here, maxSpeed))
        [heaviest, from] = [weight, j];
    }
    weights.push(heaviest + here.weight);
    before.push(from);
    most.push(Math.max(most[i - 1] ?? 0, heaviest + here.weight));
    if (end === undefined || heaviest + here.weight > (weights[end] ?? 0)) end = i;
  }
  const unlikely = new Set(placed.map(({ index }) => index));
  for (let i = end; i !== undefined; i = before[i]) unlikely.delete(placed[i]?.index ?? -1);
  return sightings.map((_, i) => unlikely.has(i));
}

function isReachable(from: Placed, to: Placed, maxSpeed: number): boolean {
  const seconds = (Math.abs(to.at - from.at) + slackMs) / 1000;
  return distanceM(from, to) <= maxSpeed * seconds + slackM + from.accuracyM + to.accuracyM;
}

const earthRadiusM = 6_371_008.8;
const radians = Math.PI / 180;

/** Along a great circle (haversine). */
export function distanceM(
  a: { readonly lat: number; readonly lon: number },
  b: { readonly lat: number; readonly lon: number },
): number {
  const dLat = Math.sin(((b.lat - a.lat) * radians) / 2);
  const dLon = Math.sin(((b.lon - a.lon) * radians) / 2);
  const h = dLat * dLat + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * dLon * dLon;
  return 2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(h)));
}
