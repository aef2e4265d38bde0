/**
 * One epoch of a receiver: all that its sentences say about one moment.
 *
 * Promise: within an epoch the later sentence wins, except for the satellites (the greatest count: GGA stops at 12 and
 * some receivers leave it at 0) and the fix (the best method named). Bounded: a few numbers, and the types of at most
 * `maxSentences` sentences. Only what carries the receiver's word for it becomes a position.
 */
import type { Quality } from '../../shared/reading.ts';
import type { FixMethod, Report } from './nmea-report.ts';

/** More sentences than any cycle has; an epoch of more is merged all the same but cannot be recognised again. */
const maxSentences = 64;

/** Which method gives its name to the fix, where sentences differ. */
const METHODS: readonly FixMethod[] = ['rtk', 'float', 'pps', 'estimated', 'manual', 'simulator', 'dgps'];

/** A tenth of a knot in m/s. */
const RMC_ROUNDING_MS = 0.1 * (1852 / 3600);

/** What an epoch comes to: a position without its date. */
export interface Fix {
  readonly values: {
    lat: number;
    lon: number;
    altitude?: number;
    speed?: number;
    course?: number;
    fix: string;
    satellites?: number;
    hdop?: number;
  };
  /** "uncertain" where one sentence vouches for the position and another warns of it. */
  readonly quality: Quality | undefined;
}

export class Epoch {
  timeOfDay: number | undefined;
  day: number | undefined;
  #types: string[] = [];
  #lat: number | undefined;
  #lon: number | undefined;
  #altitude: number | undefined;
  #speed: number | undefined;
  #course: number | undefined;
  #hdop: number | undefined;
  #satellites: number | undefined;
  #dimensions: number | undefined;
  #void = false;
  readonly #methods = new Set<FixMethod>();

  /** The types of its sentences in their order; undefined for none or too many. */
  get signature(): string | undefined {
    return this.#types.length === 0 || this.#types.length > maxSentences ? undefined : this.#types.join(' ');
  }

  add(report: Report): void {
    this.timeOfDay ??= report.timeOfDay;
    this.day = report.day ?? this.day;
    if (this.#types.length <= maxSentences) this.#types.push(report.type);
    if (report.type !== 'VTG' || this.#speed === undefined || isSameSpeed(this.#speed, report.speed)) {
      this.#speed = report.speed ?? this.#speed;
      this.#course = report.course ?? this.#course;
    }
    this.#dimensions = Math.max(report.dimensions ?? 0, this.#dimensions ?? 0);
    this.#hdop = report.type === 'GSA' ? (this.#hdop ?? report.hdop) : (report.hdop ?? this.#hdop);
    if (report.valid === false) this.#void = true;
    if (report.valid !== true || report.lat === undefined || report.lon === undefined) return;
    this.#lat = report.lat;
    this.#lon = report.lon;
    this.#altitude = report.altitude ?? this.#altitude;
    if (report.satellites !== undefined) this.#satellites = Math.max(report.satellites, this.#satellites ?? 0);
    if (report.method) this.#methods.add(report.method);
  }

  /**
   * The epoch's position; undefined where no sentence vouches for one (RMC and GLL status V, GGA quality 0 and mode N
   * are void by NMEA 0183). Its `fix` is one word: how the position was had, where a sentence says more than
   * "by satellites" (the first of `METHODS`), else "3d" or "2d" by GSA, else "gps".
   */
  fix(): Fix | undefined {
    if (this.#lat === undefined || this.#lon === undefined) return undefined;
    const method = METHODS.find((name) => this.#methods.has(name));
    const dimensions = this.#dimensions === 2 || this.#dimensions === 3 ? `${this.#dimensions}d` : 'gps';
    return {
      values: {
        lat: rounded(this.#lat, 8), // 1 mm
        lon: rounded(this.#lon, 8),
        ...(this.#altitude !== undefined && { altitude: this.#altitude }),
        ...(this.#speed !== undefined && { speed: rounded(this.#speed, 3) }),
        ...(this.#course !== undefined && { course: this.#course }),
        fix: method ?? dimensions,
        ...(this.#satellites !== undefined && { satellites: this.#satellites }),
        ...(this.#hdop !== undefined && { hdop: this.#hdop }),
      },
      quality: this.#void ? 'uncertain' : undefined,
    };
  }
}

/**
 * VTG names no time: where RMC has given the epoch's speed, VTG may give it more finely (RMC often has one decimal), but
 * one that is off by more than the rounding is of the epoch before or after.
 */
function isSameSpeed(a: number, b: number | undefined): boolean {
  return b === undefined || Math.abs(a - b) <= RMC_ROUNDING_MS;
}

export function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
