/** Distances on the ground between nearby positions. Pure. */

interface Coordinates {
  /** Degrees, WGS 84. */
  readonly lat: number;
  readonly lon: number;
}

/** WGS 84: NIMA TR8350.2, third edition, table 3.1 and 3.3. */
const SEMI_MAJOR_M = 6_378_137;
const ECCENTRICITY_SQUARED = 6.694_379_990_14e-3;

/**
 * Metres between two positions, by the ellipsoid's two radii of curvature (meridian and prime vertical) at their mean
 * latitude: better than 0.1 % up to 100 km.
 */
export function distanceM(from: Coordinates, to: Coordinates): number {
  const meanLat = radians((from.lat + to.lat) / 2);
  const w = Math.sqrt(1 - ECCENTRICITY_SQUARED * Math.sin(meanLat) ** 2);
  const meridianM = (SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED)) / w ** 3;
  const primeVerticalM = SEMI_MAJOR_M / w;
  const lonStep = ((to.lon - from.lon + 540) % 360) - 180; // the short way across the date line
  return Math.hypot(meridianM * radians(to.lat - from.lat), primeVerticalM * Math.cos(meanLat) * radians(lonStep));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
