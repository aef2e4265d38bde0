/**
 * A profile of LoRaWAN devices: how the payload is read, and which of its values are which quantities.
 *
 * Promise: whatever a codec returns, all of it becomes readings or is counted. What the profile maps makes a reading of its
 * kind; what it does not map is kept as a measurement, under names made of the paths. A frame need not hold every field:
 * devices send their battery and their level in frames of their own. Bounds: `maxUnmapped` values, `maxTextLength`.
 */
import * as v from 'valibot';
import { toHex } from '../../shared/hex.ts';
import type { Reading, Value } from '../../shared/reading.ts';
import { fieldsWith, jsonPath, timeWith } from '../profile/fields.ts';
import { hasQuantitiesOf, PROFILE_KINDS, QUANTITIES_OF_KINDS } from '../profile/kinds.ts';
import { atPath, fieldValue, timeValue } from '../profile/values.ts';

const maxUnmapped = 100;
const maxTextLength = 256;
const maxDepth = 8;

export const lorawanProfile = v.pipe(
  v.strictObject({
    type: v.pipe(v.literal('lorawan'), v.description('A profile of LoRaWAN devices.')),
    payload: v.optional(
      v.pipe(
        v.picklist(['codec', 'lpp', 'raw'], 'must be "codec", "lpp" or "raw"'),
        v.description(
          'How the payload is read: by a codec (LoRa Alliance TS013), as Cayenne LPP, or kept as hexadecimal text.',
        ),
      ),
      'codec',
    ),
    codecFile: v.optional(
      v.pipe(v.string('must be text in quotes'), v.description('The codec: a JavaScript file; see docs/codecs.md.')),
    ),
    variables: v.optional(
      v.pipe(
        v.record(v.string(), v.string('must be text in quotes')),
        v.description('What the codec finds in input.variables.'),
      ),
      {},
    ),
    fields: v.optional(fieldsWith(jsonPath, 'Which value of what the codec returns becomes which quantity.'), []),
    kind: v.optional(
      v.pipe(
        v.picklist(PROFILE_KINDS, `must be one of ${PROFILE_KINDS.join(', ')}`),
        v.description('The kind of the readings that have the quantities it needs.'),
      ),
      'measurement',
    ),
    time: timeWith(jsonPath, 'Where the codec gives the time of the observation; without it, it is that of arrival.'),
  }),
  v.check(
    ({ payload, codecFile }) => (payload === 'codec') === (codecFile !== undefined),
    'needs codec-file, or payload = "lpp" or "raw" without one',
  ),
  v.check(
    ({ kind, fields }) =>
      hasQuantitiesOf(kind, (name) => fields.some(({ quantity, type }) => quantity === name && type === 'number')),
    `must have the number fields of its kind: ${QUANTITIES_OF_KINDS}`,
  ),
);

export type LorawanProfile = v.InferOutput<typeof lorawanProfile>;

export interface Arrival {
  readonly device: string;
  /** Epoch ms of the frame. */
  readonly at: number;
  /** Nobody has set the clock: readings are moved by what it steps when that is done. */
  readonly isClockUnset?: boolean;
  /** What is known of the frame itself: rssi, snr and the like. It goes with the first reading. */
  readonly radio: Readonly<Record<string, Value>>;
}

/** The readings of what a codec returned, and how many of its values there was no room for. */
export function readingsOf(
  data: unknown,
  profile: LorawanProfile,
  { device, at, radio, isClockUnset = false }: Arrival,
): { readonly readings: readonly Reading[]; readonly omitted: number } {
  const { fields, kind } = profile;
  const time = isClockUnset ? undefined : profile.time; // it would be moved too
  const mapped: Record<string, Value> = {};
  const used = new Set<string>();
  for (const field of fields) {
    const value = fieldValue(atPath(data, field.from), field, kind);
    if (value === undefined || !fits(value)) continue; // then it counts as omitted below
    mapped[field.quantity] = value;
    used.add(field.from);
  }
  const observedAt = (time && timeValue(atPath(data, time.from), time.format)) ?? at;
  if (time) used.add(time.from);
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
  return { readings, omitted: rest.omitted };
}

/** A payload that could not be read, or shall not be: kept as it came, so that nothing is lost. */
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
  return { device, kind, observedAt, values } as Reading; // the caller has looked for the quantities of the kind
}

/** JSON can write numbers that none are: 1e999. */
function fits(value: Value): boolean {
  return typeof value === 'string'
    ? value.length <= maxTextLength
    : typeof value === 'boolean' || Number.isFinite(value);
}

/** What the profile does not map, flattened: `{ soil: { temp_1: 3 } }` is `soilTemp1: 3`. */
class Unmapped {
  readonly values: Record<string, Value>;
  count = 0;
  omitted = 0;

  constructor(values: Record<string, Value>) {
    this.values = { ...values };
  }

  add(value: unknown, path: readonly string[], used: ReadonlySet<string>): void {
    if (used.has(path.join('.')) || value === null || value === undefined) return;
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

/** A name that a quantity may have (kind-quantities.ts). */
function quantityNameOf(path: readonly string[]): string {
  const words = path.flatMap((step) => step.split(/[^A-Za-z0-9]+/)).filter((word) => word !== '');
  const joined = words.map((word, i) => (i === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join('');
  const name = (/^[A-Za-z]/.test(joined) ? joined : `value${joined}`).slice(0, 60);
  return name === 'quality' ? 'valueQuality' : name;
}
