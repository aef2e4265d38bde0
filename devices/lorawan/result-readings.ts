/**
 * The readings in what a codec returns, by the device's profile.
 *
 *   result ──▶ samples, each with a time of its own, in order of time ──▶ what else the frame says, as of its arrival
 *
 * Promise: everything that a codec returns becomes readings or is counted. Mapped values make a reading of the profile's
 * kind; the others are kept as a measurement, named after their paths in whatever script, without units. A frame need not hold every field: devices send
 * battery and level in separate frames. Bounds: `maxSamples`; `maxUnmapped` values of each, `maxTextLength`.
 */
import { toHex } from '../../shared/hex.ts';
import type { Quality, Reading, Value } from '../../shared/reading.ts';
import { hasQuantitiesOf } from '../profile/kinds.ts';
import { follow, type Place } from '../profile/path.ts';
import { type Time, timeValue } from '../profile/time.ts';
import { fieldValue } from '../profile/values.ts';
import type { LorawanProfile, Samples } from './profile.ts';

/** More than one for each byte that a frame can carry. */
const maxSamples = 256;
const maxUnmapped = 100;
const maxTextLength = 256;
const maxDepth = 8;
/** Of a quantity's name, so that a number fits behind it. */
const maxStemLength = 60;

export interface Arrival {
  readonly device: string;
  /** Epoch ms of the frame. */
  readonly at: number;
  /** The clock is not set yet; when it is, readings are moved by its step. */
  readonly isClockUnset?: boolean;
  /** Values of the frame itself, such as rssi and snr; they go with what the frame says of its arrival. */
  readonly radio: Readonly<Record<string, Value>>;
}

/** The readings in a codec's result, and how many of its values they hold and how many did not fit. */
export interface ResultReadings {
  readonly readings: readonly Reading[];
  readonly taken: number;
  readonly omitted: number;
}

export function readingsOf(data: unknown, profile: LorawanProfile, arrival: Arrival): ResultReadings {
  const list = profile.samples && samplesIn(data, profile.samples);
  const samples = list && profile.samples ? sampleReadings(list.value, profile.samples, profile, arrival) : NOTHING;
  const frame = frameReadings(data, profile, arrival, list && placeOf(list.keys), samples.readings.length > 0);
  return {
    readings: [...samples.readings, ...frame.readings],
    taken: samples.taken + frame.taken,
    omitted: samples.omitted + frame.omitted,
  };
}

/** A payload that could not or should not be decoded: kept as it came, so that nothing is lost. */
export function rawReading(
  payload: Uint8Array,
  port: number,
  { device, at, radio }: Arrival,
  isUndecoded: boolean,
): Reading {
  const values = { ...radio, port, payload: toHex(payload) };
  return { device, kind: 'measurement', observedAt: at, values, ...(isUndecoded && { quality: 'undecoded' as const }) };
}

const NOTHING: ResultReadings = { readings: [], taken: 0, omitted: 0 };

/** What a frame says beside its samples. After samples, what it says of nothing but the link is a status. */
function frameReadings(
  data: unknown,
  { fields, kind, time: toldTime }: LorawanProfile,
  { device, at, radio, isClockUnset = false }: Arrival,
  samplesAt: string | undefined,
  hasSamples: boolean,
): ResultReadings {
  const time = isClockUnset ? undefined : toldTime; // the step would move it too
  const used = new Set(samplesAt === undefined ? [] : [samplesAt]);
  const { parts, told, taken, omitted } = contentOf(data, { fields, kind, time }, used, radio);
  const observedAt = (time && timeValue(told, time)) ?? at;
  const isLinkOnly = taken === 0 && hasSamples;
  const readings = isLinkOnly
    ? [reading(device, 'status', at, radio)]
    : parts.map(({ kind, values }) => reading(device, kind, observedAt, values));
  return { readings, taken, omitted };
}

/** The list that the profile's samples come from, if this result has it: a list of objects or lists. */
function samplesIn(data: unknown, { from }: Samples): Place<readonly unknown[]> | undefined {
  const found = from === undefined ? { value: data, keys: [] } : follow(data, from);
  const isList = Array.isArray(found?.value) && found.value.every((element) => typeof element === 'object');
  return isList ? (found as Place<readonly unknown[]>) : undefined; // every element was looked at
}

function sampleReadings(
  list: readonly unknown[],
  { fields, time }: Samples,
  { kind }: LorawanProfile,
  { device, at, isClockUnset = false }: Arrival,
): ResultReadings {
  const samples = list.slice(0, maxSamples).map((element) => {
    const content = contentOf(element, { fields, kind, time }, new Set(), {});
    return {
      ...content,
      time: content.told === undefined ? undefined : (timeValue(content.told, time) ?? 'unreadable'),
    };
  });
  const newest = Math.max(...samples.flatMap(({ time }) => (typeof time === 'number' ? time : [])));
  const readings = samples.flatMap(({ parts, time, taken }) => {
    if (taken === 0) return [];
    // Before the clock is set they keep their distances, the newest as of now: the step will move them all.
    const observedAt = typeof time !== 'number' ? at : isClockUnset ? at - (newest - time) : time;
    const isDoubtful = time === 'unreadable' || (typeof time === 'number' && isClockUnset);
    const quality = isDoubtful ? 'clock-unsynchronised' : undefined;
    return parts.map(({ kind, values }) => reading(device, kind, observedAt, values, quality));
  });
  return {
    readings: readings.sort((a, b) => a.observedAt - b.observedAt),
    taken: samples.reduce((sum, { taken }) => sum + taken, 0),
    omitted: samples.reduce((sum, { omitted }) => sum + omitted, Math.max(0, list.length - maxSamples)),
  };
}

interface Content {
  /** Readings without their time: of the profile's kind, and what is beside it; or all as a measurement. */
  readonly parts: readonly { readonly kind: Reading['kind']; readonly values: Readonly<Record<string, Value>> }[];
  /** What stands where the time should be; undefined if nothing does. */
  readonly told: unknown;
  readonly taken: number;
  readonly omitted: number;
}

/** What one object says. `used`: places that are not its own; `beside`: values that go with the first part. */
function contentOf(
  data: unknown,
  { fields, kind, time }: Pick<LorawanProfile, 'fields' | 'kind'> & { readonly time: Time | undefined },
  used: Set<string>,
  beside: Readonly<Record<string, Value>>,
): Content {
  const mapped: Record<string, Value> = {};
  for (const field of fields) {
    const found = follow(data, field.from);
    const value = fieldValue(found?.value, field, kind);
    if (found === undefined || value === undefined || !fits(value)) continue; // it counts as omitted below
    mapped[field.quantity] = value;
    used.add(placeOf(found.keys));
  }
  const told = time && follow(data, String(time.from));
  if (told) used.add(placeOf(told.keys));
  const isOfKind = kind !== 'measurement' && hasQuantitiesOf(kind, (quantity) => quantity in mapped);
  const first = { ...beside, ...mapped };
  const rest = new Unmapped(isOfKind ? {} : first);
  rest.add(data, [], used);
  const others = { kind: 'measurement', values: rest.values } as const;
  return {
    parts: isOfKind ? [{ kind, values: first }, ...(rest.count > 0 ? [others] : [])] : [others],
    told: told?.value ?? undefined,
    taken: Object.keys(mapped).length + rest.count,
    omitted: rest.omitted,
  };
}

function reading(
  device: string,
  kind: Reading['kind'],
  observedAt: number,
  values: Readonly<Record<string, Value>>,
  quality?: Quality,
): Reading {
  // The caller checked the quantities of the kind.
  return { device, kind, observedAt, values, ...(quality !== undefined && { quality }) } as Reading;
}

/** JSON can hold numbers that become infinite: 1e999. */
function fits(value: Value): boolean {
  return typeof value === 'string'
    ? value.length <= maxTextLength
    : typeof value === 'boolean' || Number.isFinite(value);
}

/** The values that the profile does not map, flattened: `{ soil: { temp_1: 3 } }` becomes `soilTemp1: 3`. */
class Unmapped {
  readonly values: Record<string, Value>;
  count = 0;
  omitted = 0;

  constructor(values: Record<string, Value>) {
    this.values = { ...values };
  }

  add(value: unknown, path: readonly string[], used: ReadonlySet<string>): void {
    if (used.has(placeOf(path)) || value === null || value === undefined) return;
    if (typeof value === 'object') {
      if (path.length >= maxDepth) this.omitted++;
      else for (const [key, member] of Object.entries(value)) this.add(member, [...path, key], used);
    } else if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') {
      if (this.count >= maxUnmapped || !fits(value)) this.omitted++;
      else {
        this.values[this.#freeName(path)] = value;
        this.count++;
      }
    }
  }

  #freeName(path: readonly string[]): string {
    const name = quantityNameOf(path);
    for (let n = 2; ; n++) {
      const candidate = n === 2 ? name : `${name}${n - 1}`;
      if (!Object.hasOwn(this.values, candidate)) return candidate;
    }
  }
}

/** One text for each place in a codec's result. */
function placeOf(keys: readonly string[]): string {
  return JSON.stringify(keys);
}

/** A valid name of a quantity (profile/kinds.ts). */
function quantityNameOf(path: readonly string[]): string {
  const words = path
    .flatMap((step) => step.normalize('NFC').split(/[^\p{L}\p{M}\p{N}]+/u))
    .filter((word) => word !== '');
  const joined = words.map((word, i) => (i === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join('');
  const named = /^\p{L}/u.test(joined) ? joined : `value${joined}`;
  const name = named.slice(0, maxStemLength).replace(/[\ud800-\udbff]$/, '');
  return name === 'quality' ? 'valueQuality' : name;
}
