/**
 * `maxbotix`: an ultrasonic water-level sensor with MaxBotix serial output.
 *
 * A frame is `R`, the distance in digits, and CR (MaxBotix HRXL-MaxSonar-WR datasheet, "Serial output": four digits of
 * millimetres; XL-MaxSonar-WR: three digits of centimetres; LV-MaxSonar-EZ: three digits of inches).
 *
 * Promise: each frame is one sample; a reading's distance is the median of the last `medianOf` samples, so that a single
 * echo from a bird does not move it. Bounds: lines of `maxLineBytes`, `medianOf` samples. If a line has bytes before its
 * frame (a CR was lost), the frame is read and those bytes are noise; any other damaged line is malformed. Text, such as
 * the sensor's name and firmware after power-up or its temperature, is skipped.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { duration } from '../../shared/duration.ts';
import type { WaterLevel } from '../../shared/reading.ts';
import { listOf, must, oneOf, setting } from '../../shared/setting.ts';
import { say as sayShared } from '../../shared/words.ts';
import { type ConfiguredDevice, type Decoder, type DeviceType, onlyDevice, type Step } from '../device-type.ts';
import { latin1Bytes, latin1Of } from '../framing/latin1.ts';
import { LineFramer } from '../framing/line-framer.ts';
import { say } from './words.ts';

const maxLineBytes = 64;

/** Digits per frame, millimetres per count, and the distances that mean "no echo", by the datasheets. */
const UNITS = {
  mm: { digits: 4, mm: 1, noTargetMm: [5000, 9999] }, // the models that reach 5 m and 10 m
  cm: { digits: 3, mm: 10, noTargetMm: [7650] },
  in: { digits: 3, mm: 25.4, noTargetMm: [254 * 25.4] },
} as const;

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
    return interval ? [this.#reading(interval.lastAt, interval.sawTarget)] : [];
  }

  #sample(distanceMm: number, at: Moment): readonly WaterLevel[] {
    const ended = at.monotonic >= this.dueAt() ? this.#endInterval() : [];
    const sawTarget = !this.#noTargetMm.some((mm) => Math.abs(mm - distanceMm) < 0.05);
    if (sawTarget) this.#samples = [...this.#samples, distanceMm].slice(-this.#options.medianOf);
    if (this.#options.reportIntervalMs === 0) return [this.#reading(at.wall, sawTarget)];
    this.#interval = {
      endsAt: this.#interval?.endsAt ?? at.monotonic + this.#options.reportIntervalMs,
      lastAt: at.wall,
      sawTarget: sawTarget || this.#interval?.sawTarget === true,
    };
    return ended;
  }

  /** The current median, observed with the sample at `observedAt`. */
  #reading(observedAt: number, sawTarget: boolean): WaterLevel {
    const reading = { device: this.#device, kind: 'water-level', observedAt } as const;
    const distanceMm = sawTarget ? median(this.#samples) : undefined;
    if (distanceMm === undefined) return { ...reading, values: {}, quality: 'no-target' };
    const distance = metres(distanceMm / 1000);
    return { ...reading, values: { level: metres(this.#options.mountingHeightM - distance), distance } };
  }
}

/** Words, or a value other than a distance: two letters in a row, or the T of a temperature. */
function isText(line: string): boolean {
  return /^[ -~]+$/.test(line) && /^T|[A-Za-z]{2}/.test(line);
}

/** The middle one; with an even number the lower of the two, so that it is always a sample. */
function median(samples: readonly number[]): number | undefined {
  return samples.toSorted((a, b) => a - b)[(samples.length - 1) >> 1];
}

/** Rounded to a tenth of a millimetre, finer than any of the sensors: 1.2000000000000002 becomes 1.2. */
function metres(value: number): number {
  return Number(value.toFixed(4));
}
