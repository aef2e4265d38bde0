/**
 * `line`: any sensor that sends text lines, described by a profile.
 *
 * Promise: each line (or MQTT message) gives a reading, a JSON list one per object. A line that lacks something the profile
 * asks for is rubbish, never a reading with half its values. Bounds: lines of the profile's `maxLineBytes`,
 * `maxReadingsPerLine`. Holds nothing between lines.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import type { Reading, Value } from '../../shared/reading.ts';
import { setting } from '../../shared/setting.ts';
import type { Text } from '../../shared/text.ts';
import {
  type ConfiguredDevice,
  type Decoder,
  type DeviceType,
  onlyDevice,
  type Rubbish,
  rubbishStep,
  type Step,
} from '../device-type.ts';
import { LineFramer } from '../framing/line-framer.ts';
import type { Field } from '../profile/fields.ts';
import { PROFILE_KINDS } from '../profile/kinds.ts';
import { fieldValue, timeValue } from '../profile/values.ts';
import { type Extract, extractor, type Lookup } from './extract.ts';
import { profileSchema } from './profile.ts';
import { shippedProfiles } from './shipped-profiles.ts';
import { say } from './words.ts';

const options = v.object({ profile: setting(profileSchema, say.profile()) });

type Options = v.InferOutput<typeof options>;
type Result = { readonly ok: true; readonly reading: Reading } | { readonly ok: false; readonly fault: Text };

/** A byte order mark is part of the line. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

export const line: DeviceType<typeof options> = {
  name: 'line',
  summary: say.summary(),
  kinds: PROFILE_KINDS,
  options,
  profiles: shippedProfiles,
  maxDevicesPerPort: 1,
  takesMessages: true,
  keepsOwnTime: ({ profile }) => profile.time !== undefined,
  units: ({ profile }) =>
    Object.fromEntries(profile.fields.flatMap(({ quantity, unit }) => (unit === undefined ? [] : [[quantity, unit]]))),
  framer(devices) {
    const { maxLineBytes, delimiter } = onlyDevice(devices).options.profile;
    return new LineFramer(maxLineBytes, delimiter === 'cr' ? '\r' : '\n');
  },
  decoder: (devices) => new LineDecoder(onlyDevice(devices)),
};

class LineDecoder implements Decoder {
  readonly #device: string;
  readonly #profile: Options['profile'];
  readonly #extract: Extract;

  constructor(device: ConfiguredDevice<Options>) {
    this.#device = device.id;
    this.#profile = device.options.profile;
    this.#extract = extractor(this.#profile);
  }

  decode(bytes: Uint8Array, at: Moment): Step {
    const { maxLineBytes } = this.#profile;
    // The framer cuts lines, but a message comes whole.
    if (bytes.length > maxLineBytes) {
      return rubbishStep('too-long', bytes, say.tooLong({ max: maxLineBytes }), this.#device);
    }
    const extracted = this.#extract(utf8.decode(bytes));
    if (!extracted.ok) return rubbishStep('unknown-format', bytes, extracted.fault, this.#device);
    const readings: Reading[] = [];
    const rubbish: Rubbish[] = [];
    for (const lookup of extracted.lookups) {
      const result = this.#read(lookup, at);
      if (result.ok) readings.push(result.reading);
      else rubbish.push({ code: 'malformed', bytes, device: this.#device, detail: result.fault });
    }
    return { ...(readings.length > 0 && { readings }), ...(rubbish.length > 0 && { rubbish }) };
  }

  #read(lookup: Lookup, at: Moment): Result {
    const { fields, kind, time } = this.#profile;
    const values: [string, Value][] = [];
    for (const field of fields) {
      const raw = lookup(field.from);
      const value = fieldValue(raw, field, kind);
      if (value === undefined) return { ok: false, fault: faultOf(field, raw) };
      values.push([field.quantity, value]);
    }
    const observedAt = time ? timeValue(lookup(time.from), time.format) : at.wall;
    if (observedAt === undefined) return { ok: false, fault: say.badTime({ from: time?.from ?? '' }) };
    // The profile's schema guarantees the fields of the kind.
    const reading = { device: this.#device, kind, observedAt, values: Object.fromEntries(values) } as Reading;
    return { ok: true, reading };
  }
}

function faultOf({ quantity, from, type }: Field, raw: unknown): Text {
  if (raw === undefined) return say.missing({ quantity, from });
  if (type === 'number') return say.notNumber({ quantity, from });
  return type === 'text' ? say.notText({ quantity, from }) : say.notBoolean({ quantity, from });
}
