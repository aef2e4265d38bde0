/**
 * `people-counter`: a counter that reports totals of people who entered and left, in lines of text.
 *
 * Promise: each line becomes one reading of the people since the previous line, even across restarts of the gateway (the
 * totals are remembered in the transaction that stores the reading), roll-over and power cuts of the counter (totals.ts).
 * Bounds: lines of `maxLineBytes`. A line that does not match the whole pattern is rubbish.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import type { Reading } from '../../shared/reading.ts';
import { must, setting, whole } from '../../shared/setting.ts';
import {
  type ConfiguredDevice,
  type Decoder,
  type DeviceType,
  onlyDevice,
  rubbishStep,
  type Step,
} from '../device-type.ts';
import { latin1Of } from '../framing/latin1.ts';
import { LineFramer } from '../framing/line-framer.ts';
import { groupsOf, lineReader, maxBytesFor, patternSetting } from '../profile/pattern.ts';
import { say as sayProfile } from '../profile/words.ts';
import { maxPerMinute, PeopleCount } from './totals.ts';
import { say } from './words.ts';

const maxLineBytes = 256;

/** IN=000123,OUT=000120, also with a semicolon or spaces between. */
const DEFAULT_PATTERN = String.raw`(?i)\s*IN\s*=\s*(?P<entered>\d{1,15})\s*[;,\s]\s*OUT\s*=\s*(?P<left>\d{1,15})\s*`;

const options = v.object({
  pattern: v.optional(
    setting(
      v.pipe(
        patternSetting(),
        v.check((pattern) => {
          const groups = groupsOf(pattern);
          return groups.has('entered') && groups.has('left');
        }, must(say.mustHaveGroups())),
        v.check(
          (pattern) => maxLineBytes <= maxBytesFor(pattern),
          ({ input, lang }) => must(sayProfile.mustBeQuick({ bytes: maxLineBytes, max: maxBytesFor(input) }))({ lang }),
        ),
      ),
      say.pattern(),
    ),
    DEFAULT_PATTERN,
  ),
  rollOver: v.optional(setting(whole(2, Number.MAX_SAFE_INTEGER), say.rollOver()), 1_000_000),
  maxPerMinute,
});

type Options = v.InferOutput<typeof options>;

export const peopleCounter: DeviceType<typeof options> = {
  name: 'people-counter',
  summary: say.summary(),
  kinds: ['people-count'],
  options,
  maxDevicesPerPort: 1,
  takesMessages: true,
  quantities: () => ['entered', 'left'],
  signature: { proof: 'form', enough: 3, guises: () => [{ devices: [{}] }] },
  framer: () => new LineFramer(maxLineBytes),
  decoder: (devices) => new PeopleCounterDecoder(onlyDevice(devices)),
};

class PeopleCounterDecoder implements Decoder {
  readonly #device: string;
  readonly #options: Options;
  readonly #read: ReturnType<typeof lineReader>;
  readonly #people: PeopleCount;

  constructor(device: ConfiguredDevice<Options>) {
    this.#device = device.id;
    this.#options = device.options;
    this.#read = lineReader(device.options.pattern);
    this.#people = new PeopleCount(device.options, device.remembered);
  }

  decode(bytes: Uint8Array, at: Moment): Step {
    const groups = this.#read(latin1Of(bytes));
    if (!groups) return { rubbish: [{ code: 'unknown-format', bytes, device: this.#device }] };
    const now = { entered: this.#total(groups.get('entered')), left: this.#total(groups.get('left')) };
    if (Number.isNaN(now.entered) || Number.isNaN(now.left)) {
      return rubbishStep('malformed', bytes, say.badTotal({ rollOver: this.#options.rollOver }), this.#device);
    }
    const { entered, left, isUncertain } = this.#people.take(now, at);
    const reading: Reading = {
      device: this.#device,
      kind: 'people-count',
      observedAt: at.wall,
      values: { entered, left },
      ...(isUncertain && { quality: 'uncertain' }),
    };
    return { readings: [reading], remember: new Map([[this.#device, this.#people.memory]]) };
  }

  /** NaN if it cannot be a total of this counter. */
  #total(text = ''): number {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return value < this.#options.rollOver ? value : Number.NaN;
  }
}
