/**
 * `maxbotix`: an ultrasonic water-level sensor with MaxBotix serial output.
 *
 * A frame is `R`, the distance in digits (range-frame.ts), and CR.
 *
 * Promise: each frame is one sample; a reading's distance is the median of the last `medianOf` samples, so that a single
 * echo from a bird does not move it. The median holds no sample from before the sensor saw nothing, or was silent for
 * `maxSilenceMs`. Bounds: lines of `maxLineBytes`, `medianOf` samples. If a line has bytes before its
 * frame (a CR was lost), the frame is read and those bytes are noise; any other damaged line is malformed. Text, such as
 * the sensor's name and firmware after power-up or its temperature, is skipped.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { duration } from '../../shared/duration.ts';
import type { WaterLevel } from '../../shared/reading.ts';
import { listOf, must, oneOf, setting } from '../../shared/setting.ts';
import { say as sayShared } from '../../shared/words.ts';
import {
  type ConfiguredDevice,
  type Decoder,
  type DeviceType,
  type Doubt,
  onlyDevice,
  type Step,
} from '../device-type.ts';
import { latin1Bytes, latin1Of } from '../framing/latin1.ts';
import { LineFramer } from '../framing/line-framer.ts';
import { type Range, RangeReader } from './range-frame.ts';
import { say } from './words.ts';

const maxLineBytes = 64;
const maxSilenceMs = 60_000;
/** The longest reach of any model (XL-MaxSonar-WRLA). */
const maxReachM = 10.68;
/** Higher than a bridge; a datum far below the gauge, such as sea level, is possible. */
const plausibleHeightM = 50;

const options = v.object({
  mountingHeightM: setting(
    v.pipe(
      v.number(must(say.mustBeHeight())),
      v.minValue(-500, must(sayShared.mustBeAtLeast({ min: -500 }))),
      v.maxValue(9000, must(sayShared.mustBeAtMost({ max: 9000 }))),
    ),
    say.mountingHeight(),
  ),
  unit: v.optional(setting(oneOf(['mm', 'cm', 'in']), say.unit()), 'mm'),
  medianOf: v.optional(
    setting(
      v.pipe(
        v.number(must(say.mustBeOdd())),
        v.integer(must(say.mustBeOdd())),
        v.minValue(1, must(sayShared.mustBeAtLeast({ min: 1 }))),
        v.maxValue(999, must(sayShared.mustBeAtMost({ max: 999 }))),
        v.check((samples) => samples % 2 === 1, must(say.mustBeOdd())),
      ),
      say.medianOf(),
    ),
    5,
  ),
  reportIntervalMs: v.optional(setting(duration(), say.reportInterval()), '0s'),
  noTargetMm: v.optional(setting(listOf(v.number(must(say.mustBeMillimetres())), 10), say.noTarget())),
});

type Options = v.InferOutput<typeof options>;

export const maxbotix: DeviceType<typeof options> = {
  name: 'maxbotix',
  summary: say.summary(),
  kinds: ['water-level'],
  options,
  maxDevicesPerPort: 1,
  quietForMs: ({ reportIntervalMs }) => Math.max(60_000, 3 * reportIntervalMs), // the sensor itself ranges several times a second
  quantities: () => ['level', 'distance'],
  signature: {
    proof: 'form',
    enough: 6,
    guises: () => [
      { devices: [{ mountingHeightM: 0 }], remark: say.measureHeight() },
      { devices: [{ mountingHeightM: 0, unit: 'cm' }], remark: say.measureHeightAndUnit() },
    ],
  },
  limits: ({ mountingHeightM: height }) => ({
    level: { min: metres(height - maxReachM), max: height },
    distance: { min: 0, max: maxReachM },
  }),
  doubts: ({ mountingHeightM: height }) => (Math.abs(height) > plausibleHeightM ? [heightInDoubt(height)] : []),
  framer: () => new LineFramer(maxLineBytes, '\r'),
  decoder: (devices) => new MaxbotixDecoder(onlyDevice(devices)),
};

/** Centimetres or millimetres were given for metres, perhaps. */
function heightInDoubt(height: number): Doubt {
  const metresMeant = Math.abs(height) >= 1_000 ? height / 1_000 : height / 100;
  const [low, high] = [metres(height - maxReachM), height];
  return {
    option: 'mountingHeightM',
    what: say.farHeight({ height, low, high }),
    mend: say.heightInMetres({ metres: metres(metresMeant) }),
    isFatal: false,
  };
}

class MaxbotixDecoder implements Decoder {
  readonly #device: string;
  readonly #options: Options;
  readonly #ranges: RangeReader;
  /** Distances in mm, oldest first. */
  #samples: readonly number[] = [];
  #lastAt = 0;
  /** The reading that an open interval would give now. */
  #interval: { readonly endsAt: number; readonly reading: WaterLevel } | undefined;

  constructor(device: ConfiguredDevice<Options>) {
    this.#device = device.id;
    this.#options = device.options;
    this.#ranges = new RangeReader(device.options.unit, device.options.noTargetMm);
  }

  opened(): Step {
    this.#samples = [];
    this.#interval = undefined;
    return {};
  }

  decode(bytes: Uint8Array, at: Moment): Step {
    const line = latin1Of(bytes).trim();
    if (line === '') return {};
    const match = this.#ranges.frame.exec(line);
    if (!match) return isText(line) ? {} : { rubbish: [{ code: 'malformed', bytes, device: this.#device }] };
    const readings = this.#sample(this.#ranges.read(match[1] ?? ''), at);
    const before = latin1Bytes(line.slice(0, match.index));
    return {
      ...(readings.length > 0 && { readings }),
      ...(before.length > 0 && { rubbish: [{ code: 'noise', bytes: before, device: this.#device }] }),
    };
  }

  due(at: Moment): Step {
    return at.monotonic >= this.dueAt() ? this.end() : {};
  }

  dueAt(): number {
    return this.#interval?.endsAt ?? Number.POSITIVE_INFINITY;
  }

  end(): Step {
    const readings = this.#endInterval();
    return readings.length > 0 ? { readings } : {};
  }

  #endInterval(): readonly WaterLevel[] {
    const interval = this.#interval;
    this.#interval = undefined;
    return interval ? [interval.reading] : [];
  }

  #sample(range: Range, at: Moment): readonly WaterLevel[] {
    const ended = at.monotonic >= this.dueAt() ? this.#endInterval() : [];
    const isStale = range === 'no-target' || at.monotonic - this.#lastAt > maxSilenceMs;
    if (isStale) this.#samples = [];
    this.#lastAt = at.monotonic;
    if (typeof range === 'object') this.#samples = [...this.#samples, range.mm].slice(-this.#options.medianOf);
    const reading = this.#reading(range, at.wall);
    if (this.#options.reportIntervalMs === 0) return [reading];
    const { endsAt, reading: before } = this.#interval ?? { endsAt: at.monotonic + this.#options.reportIntervalMs };
    // What was measured in the interval counts more than that nothing was seen after it.
    const hasMeasured = before !== undefined && before.quality === undefined && reading.quality !== undefined;
    this.#interval = { endsAt, reading: hasMeasured ? before : reading };
    return ended;
  }

  #reading(range: Range, observedAt: number): WaterLevel {
    const reading = { device: this.#device, kind: 'water-level', observedAt } as const;
    if (typeof range === 'string') return { ...reading, values: {}, quality: range };
    const distance = metres(median(this.#samples) / 1000);
    return { ...reading, values: { level: metres(this.#options.mountingHeightM - distance), distance } };
  }
}

/** Words, or a value other than a distance: two letters in a row, or the T of a temperature. */
function isText(line: string): boolean {
  return /^[ -~]+$/.test(line) && /^T|[A-Za-z]{2}/.test(line);
}

/** The middle one; with an even number the lower of the two, so that it is always a sample. */
function median(samples: readonly number[]): number {
  return samples.toSorted((a, b) => a - b)[(samples.length - 1) >> 1] ?? Number.NaN; // there is always one
}

/** Rounded to a tenth of a millimetre, finer than any of the sensors: 1.2000000000000002 becomes 1.2. */
function metres(value: number): number {
  return Number(value.toFixed(4));
}
