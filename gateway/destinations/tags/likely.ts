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
const earthRadiusM = 6_371_008.8;
const radians = Math.PI / 180;

interface Placed {
  /** On a sphere, metres from the Earth's centre. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly accuracyM: number;
  readonly at: number;
  readonly weight: number;
  /** Its place in what was given. */
  readonly index: number;
}

/** For each sighting, in the order of time, whether it is unlikely. `maxSpeed`: m/s. One without a place is never unlikely. */
export function unlikelyAmong(sightings: readonly Sighting[], maxSpeed: number): readonly boolean[] {
  const placed: Placed[] = [];
  for (const [index, { lat, lon, accuracyM = 0, at, source }] of sightings.entries()) {
    if (lat === undefined || lon === undefined) continue;
    const [parallel, meridian] = [lat * radians, lon * radians];
    const fromAxisM = earthRadiusM * Math.cos(parallel);
    placed.push({
      x: fromAxisM * Math.cos(meridian),
      y: fromAxisM * Math.sin(meridian),
      z: earthRadiusM * Math.sin(parallel),
      accuracyM,
      at,
      weight: WEIGHT[source],
      index,
    });
  }
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

/**
 * Straight through the Earth, so that the many pairs of a path cost no sine each: over 300 km that is 28 m shorter than along the ground.
 */
function isReachable(from: Placed, to: Placed, maxSpeed: number): boolean {
  const seconds = (Math.abs(to.at - from.at) + slackMs) / 1000;
  const reachM = maxSpeed * seconds + slackM + from.accuracyM + to.accuracyM;
  const [x, y, z] = [to.x - from.x, to.y - from.y, to.z - from.z];
  return x * x + y * y + z * z <= reachM * reachM;
}
