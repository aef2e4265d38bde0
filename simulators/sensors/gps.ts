/**
 * A GPS receiver on NMEA 0183 (version 4.10): RMC, VTG, GGA, GSA and, optionally, ZDA in each epoch.
 *
 * In a dead zone it keeps sending void sentences, as receivers do. It counts one position for each epoch with a fix whose
 * RMC or GGA went out whole; either gives a position to a gateway that knows the date.
 */
import type { Clock } from '../../shared/clock.ts';
import { FaultBoard, type FaultKind } from '../fault-board.ts';
import { ascii, beats, type Simulator, Tally } from '../simulator.ts';
import { CLOCK_JUMP, freezing } from './measuring-faults.ts';
import { say } from './words.ts';

/** Where the antenna is: WGS 84 degrees, metres above mean sea level, m/s, degrees from true north. */
export interface Fix {
  readonly lat: number;
  readonly lon: number;
  readonly altitudeM: number;
  readonly speedMps: number;
  readonly courseDeg: number;
}

export interface GpsOptions {
  readonly clock: Clock;
  /** Its position, by seconds since the start; undefined if no satellite is visible. */
  readonly route: (seconds: number) => Fix | undefined;
  /** Epochs per second: 1, 5 or 10. */
  readonly hz?: number;
  /** Two letters: GP, GN, GL, IN, … */
  readonly talker?: string;
  readonly sendsZda?: boolean;
  /** By how many days the date of the next epoch is wrong. */
  readonly daysOff?: () => number;
  readonly faults?: FaultBoard;
}

export const GPS_FAULTS: readonly FaultKind[] = [
  CLOCK_JUMP,
  {
    name: 'days-off',
    meaning: say.daysOff(),
    parameters: { days: { meaning: say.days(), unit: 'days', default: 1, min: -10_000, max: 10_000 } },
  },
  { name: 'week-rollover', meaning: say.weekRollover() },
  { name: 'no-fix', meaning: say.noFix() },
  { name: 'frozen', meaning: say.frozenFix() },
  {
    name: 'drift',
    meaning: say.drift(),
    parameters: { metres: { meaning: say.metres(), unit: 'count', default: 50, min: 0, max: 100_000 } },
  },
];

const SATELLITES = ['02', '05', '12', '15', '18', '24', '25', '29'];
const HDOP = '0.9';
const GEOID_SEPARATION_M = 42;
const DAY_MS = 86_400_000;
/** The week number has ten bits (IS-GPS-200 §20.3.3.3.1.1). */
const ROLL_OVER_DAYS = 1024 * 7;
const DRIFT_TURN_S = 60;
/** Of latitude, on a sphere of the Earth's mean radius. */
const METRES_PER_DEGREE = 111_195;
const KNOT_MPS = 1852 / 3600;

export function simulateGps(options: GpsOptions): Simulator {
  const { clock, route, hz = 1, talker = 'GN', sendsZda = false, daysOff = () => 0 } = options;
  const { faults = new FaultBoard(GPS_FAULTS) } = options;
  const seen = seenBy(route, faults);
  const tally = new Tally();
  return {
    type: 'nmea',
    sent: tally.sent,
    async run(wire, signal) {
      const epochMs = 1000 / hz;
      const startedAt = Math.floor(clock.moment().wall / epochMs) * epochMs;
      for await (const seconds of beats(clock, epochMs, signal)) {
        const at = new Date(startedAt + seconds * 1000 + (faults.get('clock-jump')?.ms ?? 0));
        const fix = seen(seconds);
        const days =
          daysOff() + (faults.get('days-off')?.days ?? 0) - (faults.get('week-rollover') ? ROLL_OVER_DAYS : 0);
        const dated = new Date(at.getTime() + days * DAY_MS);
        const send = (content: string) => wire.write(ascii(sentence(talker + content)));
        const byRmc = send(rmc(dated, fix));
        send(vtg(fix));
        const byGga = send(gga(at, fix));
        send(gsa(fix));
        if (sendsZda) send(zda(dated));
        if (fix && (byRmc || byGga)) tally.count('position');
      }
    },
  };
}

/** Where it believes itself to be. */
function seenBy(route: GpsOptions['route'], faults: FaultBoard): GpsOptions['route'] {
  const frozen = freezing(faults, route);
  return (seconds) => {
    const fix = faults.get('no-fix') ? undefined : frozen(seconds);
    const metres = faults.get('drift')?.metres;
    return fix && metres !== undefined ? drifted(fix, metres, (2 * Math.PI * seconds) / DRIFT_TURN_S) : fix;
  };
}

function drifted(fix: Fix, metres: number, direction: number): Fix {
  const degrees = metres / METRES_PER_DEGREE;
  const lat = fix.lat + degrees * Math.cos(direction);
  return { ...fix, lat, lon: fix.lon + (degrees * Math.sin(direction)) / Math.cos((fix.lat * Math.PI) / 180) };
}

/** `$content*hh` CR LF, where hh is the exclusive or of all characters of the content (NMEA 0183 §5.3). */
export function sentence(content: string): string {
  const checksum = ascii(content).reduce((sum, byte) => sum ^ byte, 0);
  return `$${content}*${checksum.toString(16).toUpperCase().padStart(2, '0')}\r\n`;
}

/** Recommended minimum data: status A or V, navigational status V (the receiver gives none). */
export function rmc(at: Date, fix: Fix | undefined): string {
  const position = fix ? latLon(fix) : ',,,';
  const motion = fix ? `${knots(fix).toFixed(3)},${fix.courseDeg.toFixed(2)}` : ',';
  return `RMC,${timeOf(at)},${fix ? 'A' : 'V'},${position},${motion},${dateOf(at)},,,${fix ? 'A' : 'N'},V`;
}

/** Course over ground and ground speed, in knots and km/h. */
export function vtg(fix: Fix | undefined): string {
  if (!fix) return 'VTG,,T,,M,,N,,K,N';
  const kmh = (fix.speedMps * 3.6).toFixed(3);
  return `VTG,${fix.courseDeg.toFixed(2)},T,,M,${knots(fix).toFixed(3)},N,${kmh},K,A`;
}

/** Fix data: quality 1 is a GPS fix, 0 is no fix. */
export function gga(at: Date, fix: Fix | undefined): string {
  if (!fix) return `GGA,${timeOf(at)},,,,,0,00,99.99,,,,,,`;
  const satellites = String(SATELLITES.length).padStart(2, '0');
  const height = `${fix.altitudeM.toFixed(1)},M,${GEOID_SEPARATION_M.toFixed(1)},M`;
  return `GGA,${timeOf(at)},${latLon(fix)},1,${satellites},${HDOP},${height},,`;
}

/** Dilution of precision and satellites in use: fix 3 is 3D, 1 is no fix; system 1 is GPS. */
export function gsa(fix: Fix | undefined): string {
  const inUse = Array.from({ length: 12 }, (_, slot) => (fix ? (SATELLITES[slot] ?? '') : '')).join(',');
  return fix ? `GSA,A,3,${inUse},1.6,${HDOP},1.3,1` : `GSA,A,1,${inUse},99.99,99.99,99.99,1`;
}

/** Time and date with the full year, zone 00:00. */
export function zda(at: Date): string {
  const [year, month, day] = at.toISOString().slice(0, 10).split('-');
  return `ZDA,${timeOf(at)},${day},${month},${year},00,00`;
}

function knots(fix: Fix): number {
  return fix.speedMps / KNOT_MPS;
}

/** hhmmss.ss */
function timeOf(at: Date): string {
  return at.toISOString().slice(11, 22).replaceAll(':', '');
}

/** ddmmyy */
function dateOf(at: Date): string {
  const [year = '', month = '', day = ''] = at.toISOString().slice(0, 10).split('-');
  return day + month + year.slice(2);
}

function latLon(fix: Fix): string {
  return `${degreesMinutes(fix.lat, 2)},${fix.lat < 0 ? 'S' : 'N'},${degreesMinutes(fix.lon, 3)},${fix.lon < 0 ? 'W' : 'E'}`;
}

/** (d)ddmm.mmmmm, rounded as a whole so that minutes never come out as 60. */
function degreesMinutes(degrees: number, digits: number): string {
  const hundredThousandths = Math.round(Math.abs(degrees) * 60e5);
  const whole = Math.floor(hundredThousandths / 60e5);
  const minutes = ((hundredThousandths % 60e5) / 1e5).toFixed(5).padStart(8, '0');
  return String(whole).padStart(digits, '0') + minutes;
}
