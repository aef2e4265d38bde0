/**
 * `line`: any sensor that sends text lines, described by a profile.
 *
 * Promise: each line (or MQTT message) gives a reading, a JSON list one for each of its objects; what the profile asks
 * for and the line does not have makes it rubbish, never a reading with half its values. Bounds: lines of the profile's
 * `maxLineBytes`, `maxReadingsPerLine`. Holds nothing between lines.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import type { Reading, Value } from '../../shared/reading.ts';
import type { ConfiguredDevice, Decoder, DeviceType, Rubbish, Step } from '../device-type.ts';
import { LineFramer } from '../framing/line-framer.ts';
import { onlyDevice } from '../only-device.ts';
import { PROFILE_KINDS } from '../profile/kinds.ts';
import { fieldValue, timeValue } from '../profile/values.ts';
import { type Extract, extractor, type Lookup } from './extract.ts';
import { profileSchema } from './profile.ts';
import { shippedProfiles } from './shipped-profiles.ts';

const options = v.object({
  profile: v.pipe(
    profileSchema,
    v.description('How a line becomes a reading: the name of a profile that ships, or a profile of your own.'),
  ),
});

type Options = v.InferOutput<typeof options>;

export const line: DeviceType<typeof options> = {
  name: 'line',
  summary: { en: 'Sensor with text lines, described by a profile', ja: 'テキスト行出力センサー（プロファイルで定義）' },
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
    const rubbish = (code: Rubbish['code'], detail: string) => ({ code, bytes, device: this.#device, detail });
    const { maxLineBytes } = this.#profile;
    // Lines are cut by the framer; a message comes whole.
    if (bytes.length > maxLineBytes) return { rubbish: [rubbish('too-long', `more than ${maxLineBytes} bytes`)] };
    const extracts = this.#extract(Buffer.from(bytes).toString('utf8'));
    if (typeof extracts === 'string') return { rubbish: [rubbish('unknown-format', extracts)] };
    const results = extracts.map((lookup) => this.#reading(lookup, at));
    const readings = results.filter((result) => typeof result !== 'string');
    const faults = results.filter((result) => typeof result === 'string');
    return {
      ...(readings.length > 0 && { readings }),
      ...(faults.length > 0 && { rubbish: faults.map((fault) => rubbish('malformed', fault)) }),
    };
  }

  /** One reading, or what is wrong with which field. */
  #reading(lookup: Lookup, at: Moment): Reading | string {
    const { fields, kind, time } = this.#profile;
    const values: [string, Value][] = [];
    for (const field of fields) {
      const raw = lookup(field.from);
      const value = fieldValue(raw, field, kind);
      if (value === undefined)
        return `${field.quantity} (${field.from}) ${raw === undefined ? 'is missing' : `is no ${field.type} in its range`}`;
      values.push([field.quantity, value]);
    }
    const observedAt = time ? timeValue(lookup(time.from), time.format) : at.wall;
    if (observedAt === undefined) return `the time (${time?.from}) is missing or wrong`;
    // The profile's schema has seen to it that the fields are those that the kind demands.
    return { device: this.#device, kind, observedAt, values: Object.fromEntries(values) } as Reading;
  }
}
