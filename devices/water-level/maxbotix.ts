/**
 * `maxbotix`: an ultrasonic water-level sensor with MaxBotix's serial output.
 *
 * A frame is `R`, the distance in digits, and CR (MaxBotix HRXL-MaxSonar-WR datasheet, "Serial output": four digits of
 * millimetres; XL-MaxSonar-WR: three digits of centimetres; LV-MaxSonar-EZ: three digits of inches).
 *
 * Promise: each frame is one sample; a reading's distance is the median of the last `medianOf` samples, so that a
 * single echo from a bird does not move it. Bounds: lines of `maxLineBytes`, `medianOf` samples. A frame with something
 * else before it in its line (its CR was lost) is read, and what stands before it is noise; any other damaged line is
 * malformed. Text, such as the sensor's name and firmware after power-up or its temperature, is passed over.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { duration } from '../../shared/duration.ts';
import type { WaterLevel } from '../../shared/reading.ts';
import type { ConfiguredDevice, Decoder, DeviceType, Step } from '../device-type.ts';
import { latin1Of } from '../framing/latin1.ts';
import { LineFramer } from '../framing/line-framer.ts';
import { onlyDevice } from '../only-device.ts';

const maxLineBytes = 64;

/** Digits of a frame, millimetres of one count, and the distances that mean that no echo came, by the datasheets. */
const UNITS = {
  mm: { digits: 4, mm: 1, noTargetMm: [5000, 9999] }, // of the models that reach 5 m and 10 m
  cm: { digits: 3, mm: 10, noTargetMm: [7650] },
  in: { digits: 3, mm: 25.4, noTargetMm: [254 * 25.4] },
} as const;

const options = v.object({
  mountingHeightM: v.pipe(
    v.number("must be the height of the sensor's face above the gauge's datum, in metres"),
    v.minValue(-500, 'must be at least -500'),
    v.maxValue(9000, 'must be at most 9000'),
    v.description(
      "Height of the sensor's face above the gauge's datum, in metres: the level is this less the distance.",
    ),
  ),
  unit: v.optional(
    v.pipe(
      v.picklist(['mm', 'cm', 'in'], 'must be "mm", "cm" or "in"'),
      v.description('What the sensor counts in: "mm" (four digits), "cm" or "in" (three digits).'),
    ),
    'mm',
  ),
  medianOf: v.optional(
    v.pipe(
      v.number('must be an odd number of samples'),
      v.integer('must be an odd number of samples'),
      v.minValue(1, 'must be at least 1'),
      v.maxValue(999, 'must be at most 999'),
      v.check((samples) => samples % 2 === 1, 'must be an odd number of samples'),
      v.description('A reading is the median of this many samples; an odd number, 1 for every sample as it is.'),
    ),
    5,
  ),
  reportInterval: v.optional(
    v.pipe(duration(), v.description('Give one reading in this time; "0s" gives one for every sample.')),
    '0s',
  ),
  noTargetMm: v.optional(
    v.pipe(
      v.array(v.number('must be a distance in millimetres'), 'must be a list of distances in millimetres'),
      v.maxLength(10, 'must not have more than 10 entries'),
      v.description(
        'Distances that the sensor gives when it sees nothing; by default 5000 and 9999 in mm, 7650 in cm, 6451.6 in inches.',
      ),
    ),
  ),
});

type Options = v.InferOutput<typeof options>;

export const maxbotix: DeviceType<typeof options> = {
  name: 'maxbotix',
  summary: { en: 'MaxBotix ultrasonic water-level sensor', ja: 'MaxBotix 超音波水位センサー' },
  kinds: ['water-level'],
  options,
  maxDevicesPerPort: 1,
  framer: () => new LineFramer(maxLineBytes, '\r'),
  decoder: (devices) => new MaxbotixDecoder(onlyDevice(devices)),
};

class MaxbotixDecoder implements Decoder {
  readonly #device: string;
  readonly #options: Options;
  readonly #unit: (typeof UNITS)[keyof typeof UNITS];
  readonly #noTargetMm: readonly number[];
  readonly #frame: RegExp;
  /** Distances in mm, oldest first. */
  #samples: readonly number[] = [];
  #interval: { readonly endsAt: number; readonly lastAt: number; readonly sawTarget: boolean } | undefined;

  constructor(device: ConfiguredDevice<Options>) {
    this.#device = device.id;
    this.#options = device.options;
    this.#unit = UNITS[device.options.unit];
    this.#noTargetMm = device.options.noTargetMm ?? this.#unit.noTargetMm;
    this.#frame = new RegExp(`R(\\d{${this.#unit.digits}})$`);
  }

  opened(): Step {
    this.#samples = [];
    this.#interval = undefined;
    return {};
  }

  decode(bytes: Uint8Array, at: Moment): Step {
    const line = latin1Of(bytes).trim();
    if (line === '') return {};
    const match = this.#frame.exec(line);
    if (!match) return isText(line) ? {} : { rubbish: [{ code: 'malformed', bytes, device: this.#device }] };
    const readings = this.#sample(Number(match[1]) * this.#unit.mm, at);
    const before = Buffer.from(line.slice(0, match.index), 'latin1');
    return {
      ...(readings.length > 0 && { readings }),
      ...(before.length > 0 && { rubbish: [{ code: 'noise', bytes: Uint8Array.from(before), device: this.#device }] }),
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
    return interval ? [this.#reading(interval.lastAt, interval.sawTarget)] : [];
  }

  #sample(distanceMm: number, at: Moment): readonly WaterLevel[] {
    const ended = at.monotonic >= this.dueAt() ? this.#endInterval() : [];
    const sawTarget = !this.#noTargetMm.some((mm) => Math.abs(mm - distanceMm) < 0.05);
    if (sawTarget) this.#samples = [...this.#samples, distanceMm].slice(-this.#options.medianOf);
    if (this.#options.reportInterval === 0) return [this.#reading(at.wall, sawTarget)];
    this.#interval = {
      endsAt: this.#interval?.endsAt ?? at.monotonic + this.#options.reportInterval,
      lastAt: at.wall,
      sawTarget: sawTarget || this.#interval?.sawTarget === true,
    };
    return ended;
  }

  /** The median as it stands, observed with the sample at `observedAt`. */
  #reading(observedAt: number, sawTarget: boolean): WaterLevel {
    const reading = { device: this.#device, kind: 'water-level', observedAt } as const;
    const distanceMm = sawTarget ? median(this.#samples) : undefined;
    if (distanceMm === undefined) return { ...reading, values: {}, quality: 'no-target' };
    const distance = metres(distanceMm / 1000);
    return { ...reading, values: { level: metres(this.#options.mountingHeightM - distance), distance } };
  }
}

/** Words, or a value that is none of a distance: two letters in a row, or the T of a temperature. */
function isText(line: string): boolean {
  return /^[ -~]+$/.test(line) && /^T|[A-Za-z]{2}/.test(line);
}

/** The middle one; of an even number the lower of the two in the middle, so that it is always a sample. */
function median(samples: readonly number[]): number | undefined {
  return samples.toSorted((a, b) => a - b)[(samples.length - 1) >> 1];
}

/** To a tenth of a millimetre, finer than any of the sensors: 1.2000000000000002 becomes 1.2. */
function metres(value: number): number {
  return Number(value.toFixed(4));
}
