/** A GPS receiver in a vehicle, or standing still. */
import * as v from 'valibot';
import { duration } from '../../../shared/duration.ts';
import { filled, finite, flag, must, setting } from '../../../shared/setting.ts';
import { type Fix, GPS_FAULTS, simulateGps } from '../../sensors/gps.ts';
import { plow } from '../../town/scenarios.ts';
import { TEXT_LINE } from '../../wires/faults.ts';
import { latitude, longitude } from '../common-settings.ts';
import { type KindDevice, rigKind, type WorldSurroundings } from '../kind.ts';
import type { Sense } from '../quantity.ts';
import { playing } from '../senses.ts';
import { between, readSeries } from '../series.ts';
import { say } from './words.ts';

const route = v.variant('is', [
  v.strictObject({
    is: setting(v.literal('plow'), say.plow()),
    aheadMs: v.optional(setting(duration(), say.ahead()), '0s'),
  }),
  v.strictObject({
    is: setting(v.literal('standing'), say.standing()),
    lat: latitude,
    lon: longitude,
    altitude: v.optional(setting(finite, say.altitude()), 0),
  }),
  v.strictObject({
    is: setting(v.literal('track'), say.track()),
    file: setting(filled, say.trackFile()),
    ...playing,
  }),
]);

const settings = v.strictObject({
  hz: v.optional(setting(v.picklist([1, 5, 10], must(say.mustBeHz())), say.hz()), 1),
  talker: v.optional(
    setting(v.pipe(v.string(must(say.mustBeTalker())), v.regex(/^[A-Z]{2}$/, must(say.mustBeTalker()))), say.talker()),
    'GN',
  ),
  zda: v.optional(setting(flag, say.zda()), false),
  route: v.optional(setting(route, say.route()), { is: 'plow' }),
});
type Settings = v.InferOutput<typeof settings>;

const PLOW_MPS = 7;

/** Position, altitude, speed and course: what the route says, or what somebody has set. */
const QUANTITIES = ['lat', 'lon', 'altitude', 'speed', 'course'] as const;
type Place = Readonly<Record<(typeof QUANTITIES)[number], number>>;

export const gps = rigKind<typeof settings>({
  name: 'nmea',
  meaning: say.gps(),
  settings,
  quantities: {},
  worlds(given, around) {
    const at = placesOf(given, around);
    return Object.fromEntries(QUANTITIES.map((name) => [name, (seconds: number) => at(seconds)?.[name]]));
  },
  faults: GPS_FAULTS,
  maxOnLine: 1,
  nth: (given, n) => ({
    ...given,
    route: given.route.is === 'plow' ? { ...given.route, aheadMs: given.route.aheadMs + n * 20_000 } : given.route,
  }),
  open([device], { clock }) {
    if (device === undefined) throw new RangeError('a receiver needs a device');
    const { hz, talker, zda } = device.settings;
    const simulator = simulateGps({
      ...{ clock, hz, talker, sendsZda: zda, faults: device.faults },
      route: (seconds) => fixOf(device, seconds),
    });
    const configured = { type: 'nmea', settings: {} };
    return { simulator, shape: TEXT_LINE, isPolled: false, devices: [{ sent: simulator.sent, configured }] };
  },
});

function fixOf({ quantities }: KindDevice<Settings>, seconds: number): Fix | undefined {
  const [lat, lon, altitudeM, speedMps, courseDeg] = QUANTITIES.map((name) => quantities[name]?.at(seconds));
  if (lat === undefined || lon === undefined) return undefined;
  return { lat, lon, altitudeM: altitudeM ?? 0, speedMps: speedMps ?? 0, courseDeg: courseDeg ?? 0 };
}

function placesOf({ route }: Settings, { path }: WorldSurroundings): (seconds: number) => Place | undefined {
  switch (route.is) {
    case 'plow': {
      const at = plow((route.aheadMs / 1000) * PLOW_MPS);
      return (seconds) => {
        const fix = at(seconds);
        return fix && { ...fix, altitude: fix.altitudeM, speed: fix.speedMps, course: fix.courseDeg };
      };
    }
    case 'standing': {
      const place = { lat: route.lat, lon: route.lon, altitude: route.altitude, speed: 0, course: 0 };
      return () => place;
    }
    case 'track':
      return trackOf(path(route.file), route);
  }
}

/** A table with the columns time, lat and lon: straight from place to place, with the speed and course that this takes. */
function trackOf(file: string, playing: { readonly speed: number; readonly loop: boolean }) {
  const [lat, lon] = ['lat', 'lon'].map((value): Sense => between(readSeries(file, { time: 'time', value }), playing));
  const placeAt = (seconds: number) => {
    const [latDeg, lonDeg] = [lat?.(seconds), lon?.(seconds)];
    return latDeg === undefined || lonDeg === undefined ? undefined : { lat: latDeg, lon: lonDeg };
  };
  return (seconds: number): Place | undefined => {
    const [here, next] = [placeAt(seconds), placeAt(seconds + 1)];
    if (here === undefined) return undefined;
    const northM = ((next?.lat ?? here.lat) - here.lat) * METRES_PER_DEGREE;
    const eastM = ((next?.lon ?? here.lon) - here.lon) * METRES_PER_DEGREE * Math.cos((here.lat * Math.PI) / 180);
    const course = ((Math.atan2(eastM, northM) * 180) / Math.PI + 360) % 360;
    return { ...here, altitude: 0, speed: Math.hypot(northM, eastM), course };
  };
}

/** Of a great circle on a sphere of 6,371 km: enough for a speed. */
const METRES_PER_DEGREE = 111_195;
