/**
 * A profile of LoRaWAN devices: how the payload is read, and which values are which quantities.
 *
 * Promise: everything that a codec returns becomes readings or is counted. Mapped values make a reading of the profile's
 * kind; the others are kept as a measurement, named after their paths in whatever script, without units. A frame need not hold every field: devices send
 * battery and level in separate frames. Bounds: `maxUnmapped` values, `maxTextLength`.
 */
import * as v from 'valibot';
import { duration } from '../../shared/duration.ts';
import { toHex } from '../../shared/hex.ts';
import type { Reading, Units, Value } from '../../shared/reading.ts';
import { batteryLimit, must, oneOf, setting, table, text } from '../../shared/setting.ts';
import { fieldsWith, jsonPath } from '../profile/fields.ts';
import { hasQuantitiesOf, PROFILE_KINDS, profileUnits } from '../profile/kinds.ts';
import { follow } from '../profile/path.ts';
import { timeValue, timeWith } from '../profile/time.ts';
import { fieldValue } from '../profile/values.ts';
import { say as sayProfile } from '../profile/words.ts';
import { say } from './words.ts';

const maxUnmapped = 100;
const maxTextLength = 256;
const maxDepth = 8;
/** Of a quantity's name, so that a number fits behind it. */
const maxStemLength = 60;

export const lorawanProfile = v.pipe(
  table({
    type: setting(v.literal('lorawan'), say.profileType()),
    payload: v.optional(setting(oneOf(['codec', 'lpp', 'raw']), say.payload()), 'codec'),
    codecFile: v.optional(setting(text, say.codecFile())),
    variables: v.optional(setting(v.record(v.string(), text, must(say.mustBeTable())), say.variables()), {}),
    fields: v.optional(fieldsWith(jsonPath, say.fields()), []),
    kind: v.optional(setting(oneOf(PROFILE_KINDS), say.kind()), 'measurement'),
    time: timeWith(jsonPath, say.time()),
    batteryBelow: v.optional(setting(batteryLimit, say.batteryBelow())),
    expectEveryMs: v.optional(setting(duration(), say.expectEvery())),
  }),
  v.check(({ payload, codecFile }) => (payload === 'codec') === (codecFile !== undefined), must(say.mustHaveCodec())),
  v.check(
    ({ kind, fields }) =>
      hasQuantitiesOf(kind, (name) => fields.some(({ quantity, type }) => quantity === name && type === 'number')),
    must(sayProfile.mustHaveNumberFields()),
  ),
);

export type LorawanProfile = v.InferOutput<typeof lorawanProfile>;

/** What the link itself tells of a device (radio values, and the answer to DevStatusReq), and what its profile maps. */
export function lorawanUnits({ kind, fields }: LorawanProfile): Units {
  return { rssi: 'dBm', snr: 'dB', linkMargin: 'dB', batteryLevel: '%EL', ...profileUnits(kind, fields) };
}

export interface Arrival {
  readonly device: string;
  /** Epoch ms of the frame. */
  readonly at: number;
  /** The clock is not set yet; when it is, readings are moved by its step. */
  readonly isClockUnset?: boolean;
  /** Values of the frame itself, such as rssi and snr; they go with the first reading. */
  readonly radio: Readonly<Record<string, Value>>;
}

/** The readings in a codec's result, and how many of its values they hold and how many did not fit. */
export function readingsOf(
  data: unknown,
  profile: LorawanProfile,
  { device, at, radio, isClockUnset = false }: Arrival,
): { readonly readings: readonly Reading[]; readonly taken: number; readonly omitted: number } {
  const { fields, kind } = profile;
  const time = isClockUnset ? undefined : profile.time; // the step would move it too
  const mapped: Record<string, Value> = {};
  const used = new Set<string>();
  for (const field of fields) {
    const found = follow(data, field.from);
    const value = fieldValue(found?.value, field, kind);
    if (found === undefined || value === undefined || !fits(value)) continue; // it counts as omitted below
    mapped[field.quantity] = value;
    used.add(placeOf(found.keys));
  }
  const told = time && follow(data, time.from);
  const observedAt = (time && timeValue(told?.value, time)) ?? at;
  if (told) used.add(placeOf(told.keys));
  const isOfKind = kind !== 'measurement' && hasQuantitiesOf(kind, (quantity) => quantity in mapped);
  const first = { ...radio, ...mapped };
  const rest = new Unmapped(isOfKind ? {} : first);
  rest.add(data, [], used);
  const readings = isOfKind
    ? [
        reading(device, kind, observedAt, first),
        ...(rest.count > 0 ? [reading(device, 'measurement', observedAt, rest.values)] : []),
      ]
    : [reading(device, 'measurement', observedAt, rest.values)];
  return { readings, taken: Object.keys(mapped).length + rest.count, omitted: rest.omitted };
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

function reading(device: string, kind: Reading['kind'], observedAt: number, values: Record<string, Value>): Reading {
  return { device, kind, observedAt, values } as Reading; // the caller checked the quantities of the kind
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
