/**
 * The physical world around the sensors: pure functions of the seconds since the start, made from a seed.
 *
 * `timeScale` speeds up water and crowds, so that an hour's flood can be watched in a minute. Things that move on the ground
 * keep their own speed: a snowplow that reports 25 km/h moves at 25 km/h.
 */

import { Random } from '../random.ts';
import type { Fix } from '../sensors/gps.ts';
import type { Totals } from './turnstile.ts';

export interface World {
  readonly seed: number;
  /** Seconds of the world per second of the clock. */
  readonly timeScale: number;
}

/** Metres above the gauge's datum at which a river's alarms are raised, in the order of the four Japanese levels. */
export const FLOOD_THRESHOLDS_M = {
  水防団待機水位: 1.0,
  氾濫注意水位: 1.5,
  避難判断水位: 2.0,
  氾濫危険水位: 2.5,
} as const;

const FLOOD_PERIOD_S = 3600;
const FLOOD_CREST_S = 900;
const BASE_LEVEL_M = 0.6;
const FLOOD_RISE_M = 2.3;
const TIDE_M = 0.05;
/** Period of the principal lunar tide, M2: 12.4206 h. */
const TIDE_PERIOD_S = 44_714;
const RIPPLES = [
  { heightM: 0.012, periodS: 2.3 },
  { heightM: 0.008, periodS: 5.9 },
  { heightM: 0.005, periodS: 0.9 },
] as const;

/**
 * A river that floods once per hour of the world: metres above datum. It rises past the four thresholds within a quarter of
 * an hour and falls below them in the remaining time; tide and ripples are added.
 */
export function flood({ seed, timeScale }: World): (seconds: number) => number {
  const random = new Random(seed);
  const phases = RIPPLES.map((ripple) => ({ ...ripple, phase: 2 * Math.PI * random.next() }));
  const tidePhase = 2 * Math.PI * random.next();
  return (seconds) => {
    const worldS = seconds * timeScale;
    const sinceRain = (worldS % FLOOD_PERIOD_S) / FLOOD_CREST_S;
    const wave = FLOOD_RISE_M * sinceRain ** 3 * Math.exp(3 * (1 - sinceRain));
    const tide = TIDE_M * Math.sin((2 * Math.PI * worldS) / TIDE_PERIOD_S + tidePhase);
    const ripples = phases.reduce(
      (sum, { heightM, periodS, phase }) => sum + heightM * Math.sin((2 * Math.PI * seconds) / periodS + phase),
      0,
    );
    return BASE_LEVEL_M + wave + tide + ripples;
  };
}

const RUSH_PERIOD_S = 1800;
const STAY_S = 300;

/** People at a gate: on average `perMinute` enter, in rushes every half hour of the world, and leave 5 minutes later. */
export function crowd({ seed, timeScale }: World, perMinute: number): (seconds: number) => Totals {
  const phase = 2 * Math.PI * new Random(seed).next();
  const perSecond = perMinute / 60;
  const swing = (RUSH_PERIOD_S / (2 * Math.PI)) * 0.8;
  /** The integral of perSecond × (1 + 0.8 sin(…)), which never falls. */
  const arrived = (worldS: number): number => {
    const angle = (2 * Math.PI * worldS) / RUSH_PERIOD_S + phase;
    return Math.floor(perSecond * (worldS - swing * (Math.cos(angle) - Math.cos(phase))));
  };
  return (seconds) => {
    const worldS = Math.max(0, seconds) * timeScale;
    return { entered: arrived(worldS), left: arrived(Math.max(0, worldS - STAY_S)) };
  };
}

type Place = readonly [lat: number, lon: number];

/** A round through central Aizuwakamatsu, from the city hall to the castle and back past the station. */
const PLOW_ROUND: readonly [Place, ...Place[]] = [
  [37.49475, 139.92977],
  [37.49122, 139.92987],
  [37.48802, 139.92974],
  [37.48781, 139.93344],
  [37.49117, 139.93371],
  [37.49512, 139.93392],
  [37.49838, 139.93311],
  [37.50218, 139.93181],
  [37.50521, 139.93046],
  [37.50187, 139.92924],
  [37.49829, 139.92948],
];
const PLOW_SPEED_MPS = 7;
const PLOW_ALTITUDE_M = 218;
/** Metres along the round between which no satellite is visible: under the railway. */
const DEAD_ZONE = { fromM: 140, toM: 210 };

/** A snowplow on its round, `aheadM` metres from the start; undefined in the dead zone. */
export function plow(aheadM = 0): (seconds: number) => Fix | undefined {
  const legs = PLOW_ROUND.map((from, index) => leg(from, PLOW_ROUND[index + 1] ?? PLOW_ROUND[0]));
  const roundM = legs.reduce((sum, { lengthM }) => sum + lengthM, 0);
  return (seconds) => {
    const atM = (aheadM + seconds * PLOW_SPEED_MPS) % roundM;
    if (atM >= DEAD_ZONE.fromM && atM < DEAD_ZONE.toM) return undefined;
    let beforeM = 0;
    for (const { from, to, lengthM, courseDeg } of legs) {
      const share = (atM - beforeM) / lengthM;
      if (share < 1) {
        const lat = from[0] + (to[0] - from[0]) * share;
        const lon = from[1] + (to[1] - from[1]) * share;
        return { lat, lon, altitudeM: PLOW_ALTITUDE_M, speedMps: PLOW_SPEED_MPS, courseDeg };
      }
      beforeM += lengthM;
    }
    return undefined;
  };
}

function leg(from: Place, to: Place) {
  const northM = (to[0] - from[0]) * metresPerDegree(from[0]).lat;
  const eastM = (to[1] - from[1]) * metresPerDegree(from[0]).lon;
  const courseDeg = ((Math.atan2(eastM, northM) * 180) / Math.PI + 360) % 360;
  return { from, to, lengthM: Math.hypot(northM, eastM), courseDeg };
}

/** Length of a degree on the WGS 84 ellipsoid at this latitude, from its radii of curvature (NIMA TR8350.2 §3). */
function metresPerDegree(latDeg: number): { readonly lat: number; readonly lon: number } {
  const SEMI_MAJOR_M = 6_378_137;
  const ECCENTRICITY_SQUARED = 0.00669437999;
  const latitude = (latDeg * Math.PI) / 180;
  const flattened = 1 - ECCENTRICITY_SQUARED * Math.sin(latitude) ** 2;
  const meridianM = (SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED)) / flattened ** 1.5;
  const normalM = SEMI_MAJOR_M / Math.sqrt(flattened);
  return { lat: (meridianM * Math.PI) / 180, lon: (normalM * Math.cos(latitude) * Math.PI) / 180 };
}

const WALK_MPS = 1.4;
const STREET_M = 84;
const PAVEMENT_TO_POST_M = 3;

/**
 * A child walking up and down a street of 84 m every two minutes: metres to a detector on a lamp post that many metres from
 * the street's beginning. `lateS` shifts the walk, for a second child.
 */
export function childNear(postAtM: number, lateS = 0): (seconds: number) => number {
  return (seconds) => {
    const walkedM = Math.max(0, seconds - lateS) * WALK_MPS;
    const there = walkedM % (2 * STREET_M);
    const atM = there <= STREET_M ? there : 2 * STREET_M - there;
    return Math.hypot(atM - postAtM, PAVEMENT_TO_POST_M);
  };
}

/** A mild day by the river: it warms by 4 °C and dries by 20 % within six hours of the world, and back. */
export function weather({ timeScale }: World): (seconds: number) => {
  readonly temperatureCel: number;
  readonly humidityPercent: number;
  readonly pressureHpa: number;
} {
  return (seconds) => {
    const day = Math.sin((2 * Math.PI * seconds * timeScale) / 43_200);
    return { temperatureCel: 8 + 4 * day, humidityPercent: 70 - 20 * day, pressureHpa: 1013.2 - 3 * day };
  };
}
