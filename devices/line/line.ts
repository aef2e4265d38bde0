/**
 * `line`: any sensor that sends text lines, described by a profile.
 *
 * Promise: each line (or MQTT message) gives a reading, a JSON list one per object. A value that is missing or cannot be used
 * costs only itself: it is rubbish by its name, unless the profile says that it is optional, and the others are kept; without
 * those of its kind they are a measurement. A time that cannot be read is replaced by that of arrival, and the reading says
 * so. Bounds: lines of the profile's `maxLineBytes`,
 * `maxReadingsPerLine`. Holds nothing between lines.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { toHex } from '../../shared/hex.ts';
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
import { latin1Of } from '../framing/latin1.ts';
import { LineFramer } from '../framing/line-framer.ts';
import type { Field } from '../profile/fields.ts';
import { hasQuantitiesOf, PROFILE_KINDS, profileUnits } from '../profile/kinds.ts';
import { timeValue } from '../profile/time.ts';
import { fieldValue, isNoValue } from '../profile/values.ts';
import { type Extract, type Extracted, extractor, type Lookup } from './extract.ts';
import { profileSchema } from './profile.ts';
import { shippedProfiles } from './shipped-profiles.ts';
import { say } from './words.ts';

const options = v.object({ profile: setting(profileSchema, say.profile()) });

type Options = v.InferOutput<typeof options>;
interface Result {
  readonly reading: Reading | undefined;
  readonly faults: readonly Text[];
}

export const line: DeviceType<typeof options> = {
  name: 'line',
  summary: say.summary(),
  kinds: PROFILE_KINDS,
  options,
  profiles: shippedProfiles,
  maxDevicesPerPort: 1,
  takesMessages: true,
  keepsOwnTime: ({ profile }) => profile.time !== undefined,
  units: ({ profile }) => profileUnits(profile.kind, profile.fields),
  quantities: ({ profile }) => profile.fields.map(({ quantity }) => quantity),
  signature: {
    proof: 'form',
    enough: 3,
    guises: () => TELLING_PROFILES.map((profile) => ({ devices: [{ profile }] })),
  },
  framer(devices) {
    const { maxLineBytes, delimiter } = onlyDevice(devices).options.profile;
    return new LineFramer(maxLineBytes, delimiter === 'cr' ? '\r' : '\n');
  },
  decoder: (devices) => new LineDecoder(onlyDevice(devices)),
};

/** Whose lines name what they say; numbers in a row (`weather-csv`) could be anything. */
const TELLING_PROFILES = [
  'level-json',
  'level-text',
  'weather-text',
] as const satisfies (keyof typeof shippedProfiles)[];

class LineDecoder implements Decoder {
  readonly #device: string;
  readonly #profile: Options['profile'];
  readonly #extract: Extract;
  readonly #text: InstanceType<typeof TextDecoder>;

  constructor(device: ConfiguredDevice<Options>) {
    this.#device = device.id;
    this.#profile = device.options.profile;
    this.#extract = extractor(this.#profile);
    this.#text = new TextDecoder(this.#profile.encoding, { fatal: true });
  }

  decode(bytes: Uint8Array, at: Moment): Step {
    const { maxLineBytes } = this.#profile;
    // The framer cuts lines, but a message comes whole.
    if (bytes.length > maxLineBytes) {
      return rubbishStep('too-long', bytes, say.tooLong({ max: maxLineBytes }), this.#device);
    }
    const text = this.#textOf(bytes);
    if (text === '') return {};
    const extracted: Extracted =
      text === undefined
        ? { ok: false, fault: say.notEncoded({ encoding: this.#profile.encoding }) }
        : this.#extract(text);
    if (!extracted.ok) {
      const detail = say.misfit({
        why: extracted.fault,
        text: shownText(text ?? latin1Of(bytes)),
        hex: shownHex(bytes),
      });
      return rubbishStep('unknown-format', bytes, detail, this.#device);
    }
    const readings: Reading[] = [];
    const rubbish: Rubbish[] = [];
    for (const lookup of extracted.lookups) {
      const { reading, faults } = this.#read(lookup, at);
      if (reading !== undefined) readings.push(reading);
      for (const detail of faults) rubbish.push({ code: 'malformed', bytes, device: this.#device, detail });
    }
    if (rubbish.length === 0) return { readings };
    return { ...(readings.length > 0 && { readings }), rubbish };
  }

  /** The line without what nobody sees: a byte order mark, NULs and line ends around it; undefined if it is not encoded so. */
  #textOf(bytes: Uint8Array): string | undefined {
    try {
      return withoutUnseen(this.#text.decode(bytes));
    } catch {
      return undefined;
    }
  }

  #read(lookup: Lookup, at: Moment): Result {
    const { fields, time, decimalComma } = this.#profile;
    const values: Record<string, Value> = {};
    let isEmpty = true;
    const faults: Text[] = [];
    for (const field of fields) {
      const given = lookup(field.from);
      const raw = decimalComma && field.type === 'number' ? withPoint(given) : given;
      const value = fieldValue(raw, field, this.#profile.kind);
      if (value !== undefined) {
        values[field.quantity] = value;
        isEmpty = false;
      } else if (!field.optional || !isNoValue(raw)) faults.push(faultOf(field, raw));
    }
    if (isEmpty) return { reading: undefined, faults };
    const ownTime = time && timeValue(lookup(time.from), time);
    const isTimeLost = time !== undefined && ownTime === undefined;
    if (isTimeLost) faults.push(say.badTime({ from: time.from }));
    const kind = hasQuantitiesOf(this.#profile.kind, (quantity) => Object.hasOwn(values, quantity))
      ? this.#profile.kind
      : 'measurement';
    const reading = {
      device: this.#device,
      kind,
      observedAt: ownTime ?? at.wall,
      values,
      ...(isTimeLost && { quality: 'clock-unsynchronised' }),
    } as Reading; // of a kind whose quantities are there
    return { reading, faults };
  }
}

/** "12,5" as "12.5". Digits in groups ("1.234,5") stay what they are, no number: nobody could tell what "1.234" would be. */
function withPoint(raw: unknown): unknown {
  return typeof raw === 'string' && /^\s*[+-]?\d*,\d+\s*$/.test(raw) ? raw.replace(',', '.') : raw;
}

const UNSEEN = new Set(['\0', '\r', '\n', '\ufeff']);

function withoutUnseen(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && UNSEEN.has(text.charAt(from))) from++;
  while (from < to && UNSEEN.has(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

const maxShownBytes = 40;

function shownText(text: string): string {
  return text.slice(0, maxShownBytes).replace(/\p{C}/gu, '·');
}

function shownHex(bytes: Uint8Array): string {
  const hex = toHex(bytes.subarray(0, maxShownBytes)).replace(/..(?!$)/g, '$& ');
  return bytes.length > maxShownBytes ? `${hex} …` : hex;
}

function faultOf({ quantity, from, type }: Field, raw: unknown): Text {
  if (isNoValue(raw)) return say.missing({ quantity, from });
  if (type === 'number') return say.notNumber({ quantity, from });
  return type === 'text' ? say.notText({ quantity, from }) : say.notBoolean({ quantity, from });
}
