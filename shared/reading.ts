/**
 * A reading: what one device observed at one moment.
 *
 * Quantities and units are those of the SenML registry (RFC 8428 §12.1, RFC 8798). As JSON
 * (`decode`, logs, fixtures) `observedAt` is ISO 8601 in UTC with milliseconds.
 */

export type Value = number | string | boolean;
export type Values = Readonly<Record<string, Value>>;

/** Why a value is in doubt. A reading without one is good. */
export const QUALITIES = [
  'clock-unsynchronised', // observedAt comes from a clock that had not been set, or from arrival because the device's clock is wrong
  'out-of-range', // outside the configured range
  'changing-too-fast', // changes faster than the configured limit
  'no-target', // the sensor saw nothing to measure
  'not-a-number', // the device answered NaN or an infinity
  'device-fault', // the device reports a fault of its own
  'stale', // the device repeats an old value
  'uncertain', // the device itself doubts the value
  'undecoded', // the payload could not be decoded; its bytes are in `payload`
] as const;
export type Quality = (typeof QUALITIES)[number];

/** What one reading may hold. The intake keeps to it, so that nothing that is written is more than can be read again. */
export const READING_BOUNDS = {
  maxValues: 256,
  /** UTF-16 units of a quantity's name, and of a text. */
  maxNameLength: 64,
  maxTextLength: 4_096,
} as const;

interface Observation<Kind extends string, V> {
  /** Stable id from the configuration, such as "gauge-hikichi-01". */
  readonly device: string;
  readonly kind: Kind;
  /** Epoch milliseconds of the observation, not of its arrival. */
  readonly observedAt: number;
  readonly values: Readonly<V>;
  readonly quality?: Quality;
  /** The quantities that the quality is about, with a value or without; absent if it is about all of them. */
  readonly doubtful?: readonly string[];
}

type Extra = { [quantity: string]: Value | undefined };

/** `level` m above the gauge's datum, `distance` m from the sensor, `temperature` Cel, `pressure` Pa. */
export type WaterLevel = Observation<'water-level', { level?: number; distance?: number } & Extra>;
/** `entered` and `left`: people since the last reading. */
export type PeopleCount = Observation<'people-count', { entered?: number; left?: number } & Extra>;
/** A tag of the city's own, by its configured name. */
export interface NamedTag {
  tag: string;
}
/** An operator's tag, which the operator alone can tell (enrolment/seal.ts): base64url. */
export interface SealedTag {
  operator: string;
  sealed: string;
  sealedWith: string;
}
/** RSSI in dBm if it is known, times in epoch ms. */
interface SightingWindow {
  rssi?: number;
  rssiMean?: number;
  count: number;
  firstAt: number;
  lastAt: number;
}
/** A tag at a detector within a window. */
export type Sighting = Observation<'sighting', (NamedTag | SealedTag) & SightingWindow & Extra>;
/** One that is sealed. It has no other values. */
export type SealedSighting = Observation<'sighting', SealedTag & SightingWindow & Extra>;
/** WGS 84 degrees, metres above mean sea level, m/s, degrees from true north. */
export type Position = Observation<
  'position',
  {
    lat: number;
    lon: number;
    altitude?: number;
    speed?: number;
    course?: number;
    fix?: string;
    satellites?: number;
    hdop?: number;
  } & Extra
>;
/** A threshold was crossed: raised or cleared, by this `value` of this `quantity`. */
export type Alarm = Observation<
  'alarm',
  { alarm: string; state: 'raised' | 'cleared'; quantity: string; value: number; limit: number } & Extra
>;
/** The alarm of a device that has not reported for longer than it may; no threshold has its name. */
export const SILENT = 'silent';

/** The alarm of a device whose battery is below its `battery-below`; no threshold has its name either. */
export const LOW_BATTERY = 'battery-low';

/** What a device reports about itself: `battery` V or %EL, `online`. With `test` true it says nothing of the device (`isTest`). */
export type DeviceStatus = Observation<'status', Extra>;
/** Whether a reading was made by hand, to see that the way to the receiver is whole. */
export function isTest({ kind, values }: Pick<Reading, 'kind' | 'values'>): boolean {
  return kind === 'status' && values.test === true;
}

/** Anything else. */
export type Measurement = Observation<'measurement', Extra>;

export type Reading = WaterLevel | PeopleCount | Sighting | Position | Alarm | DeviceStatus | Measurement;
export type ReadingKind = Reading['kind'];
export const READING_KINDS = [
  'water-level',
  'people-count',
  'sighting',
  'position',
  'alarm',
  'status',
  'measurement',
] as const satisfies readonly ReadingKind[];

/**
 * Units of the quantities that a kind of reading defines: SenML unit names, primary (RFC 8428 §12.1, RFC 8798 §2) or secondary
 * (RFC 8798 §3). Times within values are epoch milliseconds ("ms"). Any other quantity has the unit that a profile names, or none.
 */
export const UNITS_OF_KIND: Readonly<Record<ReadingKind, Units>> = {
  'water-level': { level: 'm', distance: 'm' },
  'people-count': { entered: 'count', left: 'count' },
  sighting: { rssi: 'dBm', rssiMean: 'dBm', count: 'count', firstAt: 'ms', lastAt: 'ms' },
  position: {
    lat: 'lat',
    lon: 'lon',
    altitude: 'm',
    speed: 'm/s',
    course: 'deg',
    satellites: 'count',
    hdop: '/',
  },
  alarm: {},
  status: {},
  measurement: {},
};

/** SenML units by quantity. Names may be strangers': ask `unitOf`. */
export type Units = Readonly<Record<string, string>>;

export function unitOf(units: Units, quantity: string): string | undefined {
  return Object.hasOwn(units, quantity) ? units[quantity] : undefined;
}

/** The operator to whom a sighting is sealed; undefined of any other reading. */
export function operatorOf({ kind, values }: Reading): string | undefined {
  const { operator, sealed } = values;
  return kind === 'sighting' && typeof sealed === 'string' && typeof operator === 'string' ? operator : undefined;
}

/** Whether a reading's value of this quantity is in doubt. A time in doubt says nothing against the values. */
export function isDoubtful({ quality, doubtful }: Pick<Reading, 'quality' | 'doubtful'>, quantity: string): boolean {
  if (doubtful !== undefined) return doubtful.includes(quantity);
  return quality !== undefined && quality !== 'clock-unsynchronised';
}

/** Whether a Date can hold it as a time in epoch ms (ECMA-262 §21.4.1.1). */
export function isTime(ms: number): boolean {
  return Math.abs(ms) <= 8.64e15;
}

/** Epoch ms in ISO 8601; a number that no Date can hold as it is, so that a stranger's time never throws. */
export function isoTime(ms: number): string {
  return isTime(ms) ? new Date(ms).toISOString() : `${ms} ms`;
}

/** A reading as JSON: the same members, with the time in ISO 8601. */
export function readingToJson(reading: Reading): Record<string, unknown> {
  return { ...reading, observedAt: isoTime(reading.observedAt) };
}

/** The inverse of `readingToJson`; undefined for anything else. */
export function readingFromJson(json: unknown): Reading | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { device, kind, observedAt, values, quality, doubtful } = json as Record<string, unknown>; // any object has this type
  const at = typeof observedAt === 'string' ? Date.parse(observedAt) : Number.NaN;
  if (typeof device !== 'string' || Number.isNaN(at) || typeof values !== 'object' || values === null) return undefined;
  if (!READING_KINDS.some((known) => known === kind)) return undefined;
  if (quality !== undefined && !QUALITIES.some((known) => known === quality)) return undefined;
  if (!Object.values(values).every((value) => ['number', 'string', 'boolean'].includes(typeof value))) return undefined;
  if (doubtful !== undefined && !isListOfTexts(doubtful)) return undefined;
  const reading: object = {
    device,
    kind,
    observedAt: at,
    values,
    ...(quality !== undefined && { quality }),
    ...(doubtful !== undefined && { doubtful }),
  };
  return reading as Reading; // every member was checked
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
