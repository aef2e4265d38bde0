/**
 * `people-counter`: a counter that reports the totals of people who entered and left in lines of text.
 *
 * Promise: each line becomes one reading of the people since the line before, also across restarts of the gateway (the
 * totals are remembered in the transaction that stores the reading), roll-over and power cuts of the counter. Bounds:
 * lines of `maxLineBytes`; two totals are held. A line that does not fit the pattern as a whole is rubbish.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import type { PeopleCount } from '../../shared/reading.ts';
import type { ConfiguredDevice, Decoder, DeviceType, Step } from '../device-type.ts';
import { latin1Of } from '../framing/latin1.ts';
import { LineFramer } from '../framing/line-framer.ts';
import { onlyDevice } from '../only-device.ts';
import { groupsOf, lineReader, patternSetting } from '../profile/pattern.ts';
import { countSince, parseTotals, type Totals } from './totals.ts';

const maxLineBytes = 256;

/** IN=000123,OUT=000120, also with a semicolon or spaces between. */
const DEFAULT_PATTERN = String.raw`(?i)\s*IN\s*=\s*(?P<entered>\d{1,15})\s*[;,\s]\s*OUT\s*=\s*(?P<left>\d{1,15})\s*`;

const options = v.object({
  pattern: v.optional(
    v.pipe(
      patternSetting(),
      v.check((pattern) => {
        const groups = groupsOf(pattern);
        return groups.has('entered') && groups.has('left');
      }, 'must have the groups (?P<entered>…) and (?P<left>…)'),
      v.description(
        'Regular expression (RE2) of a whole line, with the groups "entered" and "left" around the totals.',
      ),
    ),
    DEFAULT_PATTERN,
  ),
  rollOver: v.optional(
    v.pipe(
      v.number('must be a whole number'),
      v.integer('must be a whole number'),
      v.minValue(2, 'must be at least 2'),
      v.maxValue(Number.MAX_SAFE_INTEGER, 'is too great'),
      v.description('The number at which the totals start again from 0: 1000000 for six digits.'),
    ),
    1_000_000,
  ),
  maxPerReading: v.optional(
    v.pipe(
      v.number('must be a whole number'),
      v.integer('must be a whole number'),
      v.minValue(1, 'must be at least 1'),
      v.description(
        'The most people believed to pass one way between two lines; more are counted, but marked as changing too fast.',
      ),
    ),
    2000,
  ),
});

type Options = v.InferOutput<typeof options>;

export const peopleCounter: DeviceType<typeof options> = {
  name: 'people-counter',
  summary: { en: 'People counter with totals in text lines', ja: '人流カウンター（積算値テキスト出力）' },
  kinds: ['people-count'],
  options,
  maxDevicesPerPort: 1,
  takesMessages: true,
  framer: () => new LineFramer(maxLineBytes),
  decoder: (devices) => new PeopleCounterDecoder(onlyDevice(devices)),
};

class PeopleCounterDecoder implements Decoder {
  readonly #device: string;
  readonly #options: Options;
  readonly #read: ReturnType<typeof lineReader>;
  #last: Totals | undefined;

  constructor(device: ConfiguredDevice<Options>) {
    this.#device = device.id;
    this.#options = device.options;
    this.#read = lineReader(device.options.pattern);
    this.#last = parseTotals(device.remembered);
  }

  decode(bytes: Uint8Array, at: Moment): Step {
    const groups = this.#read(latin1Of(bytes));
    if (!groups) return { rubbish: [{ code: 'unknown-format', bytes, device: this.#device }] };
    const now = { entered: this.#total(groups.get('entered')), left: this.#total(groups.get('left')) };
    if (Number.isNaN(now.entered) || Number.isNaN(now.left)) {
      const detail = `a total is no whole number below ${this.#options.rollOver}`;
      return { rubbish: [{ code: 'malformed', bytes, device: this.#device, detail }] };
    }
    const { entered, left, isTooFast } = countSince(this.#last, now, this.#options);
    this.#last = now;
    const reading: PeopleCount = {
      device: this.#device,
      kind: 'people-count',
      observedAt: at.wall,
      values: { entered, left },
      ...(isTooFast && { quality: 'changing-too-fast' }),
    };
    return { readings: [reading], remember: new Map([[this.#device, now]]) };
  }

  /** NaN for what cannot be a total of this counter. */
  #total(text = ''): number {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return value < this.#options.rollOver ? value : Number.NaN;
  }
}
