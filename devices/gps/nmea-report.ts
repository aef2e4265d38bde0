/**
 * What one NMEA 0183 sentence says about the position: RMC, GGA, GNS, GLL, VTG, GSA and ZDA (v4.10), in SI units.
 *
 * Promise: empty fields are ignored, as are quantities that are not a number or out of range; a time or an angle that
 * breaks the standard's format makes the whole sentence malformed. The coordinates of a void sentence are not read: receivers
 * fill them with anything (8960.0000). Fields beyond the standard are ignored, and trailing
 * fields may be missing (each version of the standard added some). Pure; holds nothing.
 */
import type { Text } from '../../shared/text.ts';
import type { Sentence } from './nmea-sentence.ts';
import { say } from './words.ts';

const KNOT_MS = 1852 / 3600;
const DAY_MS = 86_400_000;

/** How the receiver got the position (RMC mode, GGA quality, GNS mode). */
export type FixMethod = 'gps' | 'dgps' | 'pps' | 'rtk' | 'float' | 'estimated' | 'manual' | 'simulator';

export interface Report {
  readonly type: string;
  /** Milliseconds since midnight UTC; 86 400 000 or more in a leap second. */
  readonly timeOfDay?: number | undefined;
  /** Days since 1970-01-01. */
  readonly day?: number | undefined;
  /** Whether the receiver vouches for the position; undefined if the sentence does not say. */
  readonly valid?: boolean | undefined;
  readonly method?: FixMethod | undefined;
  /** Degrees, south and west negative. */
  readonly lat?: number | undefined;
  readonly lon?: number | undefined;
  /** Metres above mean sea level. */
  readonly altitude?: number | undefined;
  /** Metres per second over ground. */
  readonly speed?: number | undefined;
  /** Degrees from true north. */
  readonly course?: number | undefined;
  readonly satellites?: number | undefined;
  readonly hdop?: number | undefined;
  /** 2 or 3 dimensions (GSA). */
  readonly dimensions?: number | undefined;
}

const MODES: ReadonlyMap<string, FixMethod> = new Map([
  ['A', 'gps'],
  ['D', 'dgps'],
  ['P', 'pps'],
  ['R', 'rtk'],
  ['F', 'float'],
  ['E', 'estimated'],
  ['M', 'manual'],
  ['S', 'simulator'],
]);
const GGA_QUALITIES: readonly (FixMethod | undefined)[] = [
  undefined,
  'gps',
  'dgps',
  'pps',
  'rtk',
  'float',
  'estimated',
  'manual',
  'simulator',
];
/** A GNS sentence names a method per constellation, one letter each: the first of these that occurs counts. */
const GNS_ORDER = 'RFPDAEMS';

const PARSERS: Readonly<Record<string, (fields: Fields) => Omit<Report, 'type'>>> = {
  RMC: (f) => {
    // The standard's status is A or V; Unicore receivers send D with a differential fix.
    const valid = (f.text(1) === 'A' || f.text(1) === 'D') && f.text(11) !== 'N';
    const timed = { timeOfDay: f.time(0), day: f.dayMonthYear(8), valid, method: f.mode(11) };
    const motion = { speed: f.number(6, { unit: KNOT_MS }), course: f.number(7, { max: 360 }) };
    return valid ? { ...timed, ...f.position(2), ...motion } : timed;
  },
  GGA: (f) => {
    const quality = f.number(5) ?? 0;
    return {
      timeOfDay: f.time(0),
      ...(quality > 0 && f.position(1)),
      valid: quality > 0,
      method: GGA_QUALITIES[quality] ?? 'gps',
      satellites: f.number(6),
      hdop: f.number(7),
      altitude: f.number(8, { min: -Number.MAX_VALUE }),
    };
  },
  GNS: (f) => {
    const modes = f.text(5);
    const best = [...GNS_ORDER].find((mode) => modes.includes(mode));
    return {
      timeOfDay: f.time(0),
      ...(best !== undefined && f.position(1)),
      valid: best !== undefined,
      method: MODES.get(best ?? ''),
      satellites: f.number(6),
      hdop: f.number(7),
      altitude: f.number(8, { min: -Number.MAX_VALUE }),
    };
  },
  GLL: (f) => {
    const valid = f.text(5) === '' ? undefined : f.text(5) === 'A' && f.text(6) !== 'N';
    return { timeOfDay: f.time(4), valid, method: f.mode(6), ...(valid !== false && f.position(0)) };
  },
  VTG: (f) => {
    // Before version 2 the four numbers came without unit letters.
    const at = f.text(1) === 'T' || f.text(5) === 'N' ? { knots: 4, kmh: 6 } : { knots: 2, kmh: 3 };
    if (f.text(8) === 'N') return {};
    return {
      course: f.number(0, { max: 360 }),
      speed: f.number(at.knots, { unit: KNOT_MS }) ?? f.number(at.kmh, { unit: 1 / 3.6 }),
    };
  },
  GSA: (f) => ({ dimensions: f.number(1), hdop: f.number(15) }),
  ZDA: (f) => ({ timeOfDay: f.time(0), day: f.date(f.text(3), f.text(2), f.text(1)) }),
};

export type ReportResult =
  | { readonly ok: true; readonly report: Report }
  /** Which field is wrong, and how. */
  | { readonly ok: false; readonly fault: Text };

/** Reads a sentence; undefined if its type is not one of the seven. */
export function readReport(sentence: Sentence): ReportResult | undefined {
  const parse = Object.hasOwn(PARSERS, sentence.type) ? PARSERS[sentence.type] : undefined;
  if (!parse) return undefined;
  const fields = new Fields(sentence);
  const report = { type: sentence.type, ...parse(fields) };
  return fields.fault === undefined ? { ok: true, report } : { ok: false, fault: fields.fault };
}

/** The data fields of one sentence. `fault` is the first that breaks its format. */
class Fields {
  fault: Text | undefined;
  readonly #type: string;
  readonly #fields: readonly string[];

  constructor({ type, fields }: Sentence) {
    this.#type = type;
    this.#fields = fields;
  }

  text(index: number): string {
    return this.#fields[index] ?? '';
  }

  number(index: number, { min = 0, max = Number.MAX_VALUE, unit = 1 } = {}): number | undefined {
    const text = this.text(index);
    const value = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value * unit : undefined;
  }

  mode(index: number): FixMethod | undefined {
    return MODES.get(this.text(index));
  }

  /** hhmmss with any number of decimals; second 60 is a leap second. */
  time(index: number): number | undefined {
    const text = this.text(index);
    if (text === '') return undefined;
    const match = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d|60)(\.\d*)?$/.exec(text);
    if (!match) return this.#wrong(say.notATime(this.#place(index)));
    const seconds = Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
    return seconds * 1000 + Math.round(Number(`0${match[4] ?? ''}`) * 1000);
  }

  /** ddmmyy; years 80 to 99 are 1980 to 1999, since GPS time began in 1980. */
  dayMonthYear(index: number): number | undefined {
    const text = this.text(index);
    const year = text.slice(4);
    return /^\d{6}$/.test(text)
      ? this.date(`${Number(year) >= 80 ? '19' : '20'}${year}`, text.slice(2, 4), text.slice(0, 2))
      : undefined;
  }

  /** Days since 1970; undefined for a date that does not exist (receivers send zeros until they know it). */
  date(year: string, month: string, day: string): number | undefined {
    if (!/^\d{4}$/.test(year) || !/^\d{1,2}$/.test(month) || !/^\d{1,2}$/.test(day)) return undefined;
    const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
    const exists = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
    return exists && Number(year) >= 1980 ? date.getTime() / DAY_MS : undefined;
  }

  /** Latitude, N or S, longitude, E or W in four fields from `index`; nothing if one of them is empty. */
  position(index: number): { lat?: number | undefined; lon?: number | undefined } {
    for (let i = index; i < index + 4; i += 1) if (this.text(i) === '') return {};
    return { lat: this.#angle(index, 90, 'NS'), lon: this.#angle(index + 2, 180, 'EW') };
  }

  /** Degrees and minutes dddmm.mmmm, with the hemisphere's letter in the next field. */
  #angle(index: number, max: number, hemispheres: string): number | undefined {
    const match = /^(\d{0,3})(\d{2}(?:\.\d*)?)$/.exec(this.text(index));
    const minutes = Number(match?.[2]);
    const degrees = Number(match?.[1]) + minutes / 60;
    const hemisphere = hemispheres.indexOf(this.text(index + 1));
    if (!(minutes < 60 && degrees <= max)) return this.#wrong(say.notAnAngle(this.#place(index)));
    if (hemisphere < 0) return this.#wrong(say.notAHemisphere({ ...this.#place(index + 1), letters: hemispheres }));
    return hemisphere === 0 ? degrees : -degrees;
  }

  #wrong(fault: Text): undefined {
    this.fault ??= fault;
  }

  #place(index: number) {
    return { type: this.#type, field: index + 1, text: this.text(index) };
  }
}
