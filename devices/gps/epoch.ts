/**
 * One epoch of a receiver: everything its sentences say about one moment.
 *
 * Promise: within an epoch the later sentence wins, except for the satellites (the highest count: GGA stops at 12 and some
 * receivers leave it at 0) and the fix (the best method named). Only a position that the receiver vouches for counts.
 * Bounded: a few numbers, and the types of at most `maxSentences` sentences.
 */
import type { Moment } from '../../shared/clock.ts';
import type { Quality } from '../../shared/reading.ts';
import type { FixMethod, Report } from './nmea-report.ts';

/** More than any cycle has; a longer epoch is still merged, but not recognised as a cycle. */
const maxSentences = 64;

/** The first of these that a sentence names is the fix. */
const METHODS: readonly FixMethod[] = ['rtk', 'float', 'pps', 'estimated', 'manual', 'simulator', 'dgps'];

const WITHOUT_SATELLITES: readonly FixMethod[] = ['estimated', 'manual', 'simulator'];

/** A tenth of a knot in m/s. */
const RMC_ROUNDING_MS = 0.1 * (1852 / 3600);

/** The result of an epoch: a position without its date. */
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
  /** "uncertain" if one sentence vouches for the position and another calls it void, or if no satellite was used. */
  readonly quality: Quality | undefined;
}

export class Epoch {
  timeOfDay: number | undefined;
  day: number | undefined;
  /** When its first sentence with a time came. */
  heard: Moment | undefined;
  #types: string[] = [];
  #lat: number | undefined;
  #lon: number | undefined;
  #altitude: number | undefined;
  #speed: number | undefined;
  #course: number | undefined;
  #hdop: number | undefined;
  #satellites: number | undefined;
  #dimensions: number | undefined;
  /** The types of the sentences that call the position void. */
  readonly #void = new Set<string>();
  readonly #methods = new Set<FixMethod>();

  /** The types of its sentences in order; undefined for none or too many. */
  get signature(): string | undefined {
    return this.#types.length === 0 || this.#types.length > maxSentences ? undefined : this.#types.join(' ');
  }

  add(report: Report, at: Moment): void {
    if (report.timeOfDay !== undefined) this.heard ??= at;
    this.timeOfDay ??= report.timeOfDay;
    this.day = report.day ?? this.day;
    if (this.#types.length <= maxSentences) this.#types.push(report.type);
    if (report.type !== 'VTG' || this.#speed === undefined || isSameSpeed(this.#speed, report.speed)) {
      this.#speed = report.speed ?? this.#speed;
      this.#course = report.course ?? this.#course;
    }
    this.#dimensions = Math.max(report.dimensions ?? 0, this.#dimensions ?? 0);
    this.#hdop = report.type === 'GSA' ? (this.#hdop ?? report.hdop) : (report.hdop ?? this.#hdop);
    if (report.valid === false) this.#void.add(report.type);
    if (report.valid === true) this.#void.delete(report.type);
    if (report.valid !== true || report.lat === undefined || report.lon === undefined) return;
    this.#lat = report.lat;
    this.#lon = report.lon;
    this.#altitude = report.altitude ?? this.#altitude;
    if (report.satellites !== undefined) this.#satellites = Math.max(report.satellites, this.#satellites ?? 0);
    if (report.method) this.#methods.add(report.method);
  }

  /**
   * The epoch's position; undefined if no sentence vouches for one (by NMEA 0183, RMC and GLL status V, GGA quality 0 and
   * mode N are void). `fix` is the first of `METHODS` that a sentence names, otherwise "3d" or "2d" by GSA, otherwise "gps".
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
      quality: this.#void.size > 0 || this.#lacksSatellites(method) ? 'uncertain' : undefined,
    };
  }

  /** No sentence counts a satellite, and the position is not one that needs none. */
  #lacksSatellites(method: FixMethod | undefined): boolean {
    return this.#satellites === 0 && !WITHOUT_SATELLITES.some((each) => each === method);
  }
}

/**
 * VTG carries no time. It may give the speed of RMC more precisely (RMC often has one decimal), but if it differs by more
 * than the rounding, it belongs to the epoch before or after.
 */
function isSameSpeed(a: number, b: number | undefined): boolean {
  return b === undefined || Math.abs(a - b) <= RMC_ROUNDING_MS;
}

export function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
