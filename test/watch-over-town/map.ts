/** Where the town lies: its south-western corner, and degrees for metres. */
import type { Place } from '../../shared/enrolment/tag-id.ts';
import type { Point } from '../../simulators/town/watch-over/streets.ts';

const CORNER = { lat: 34.7567, lon: 134.8412 };
const metresPerDegree = 111_320;
const shrink = Math.cos((CORNER.lat * Math.PI) / 180);

export function placeOf({ x, y }: Point): Place {
  const [lat, lon] = [CORNER.lat + y / metresPerDegree, CORNER.lon + x / (metresPerDegree * shrink)];
  return { lat, lon, accuracy: 12 };
}

export function metresOf({ lat, lon }: Place): Point {
  return { x: (lon - CORNER.lon) * metresPerDegree * shrink, y: (lat - CORNER.lat) * metresPerDegree };
}
