/**
 * `nmea`: a GPS (GNSS) receiver that speaks NMEA 0183.
 *
 * Promise: one `position` reading for each epoch with a fix, merged from the sentences RMC, GGA, GNS, GLL, VTG, GSA and ZDA
 * of any talker, with the receiver's own time. Bounds: lines of `maxLineBytes`; one open epoch; the times of the last
 * `maxTimesKept` positions. A sentence that cannot be used is rubbish; an epoch without a known date is one "no-time"
 * rubbish. Other sentences (other types, proprietary ones, AIS) are skipped.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { duration } from '../../shared/duration.ts';
import type { Position } from '../../shared/reading.ts';
import { flag, must, setting } from '../../shared/setting.ts';
import type { Text } from '../../shared/text.ts';
import { say as sayShared } from '../../shared/words.ts';
import {
  type ConfiguredDevice,
  type Decoder,
  type DeviceType,
  onlyDevice,
  type Place,
  type Rubbish,
  rubbishStep,
  type Step,
} from '../device-type.ts';
import { LineFramer } from '../framing/line-framer.ts';
import { type Epoch, rounded } from './epoch.ts';
import { EpochCutter } from './epoch-cutter.ts';
import { distanceM } from './geodesy.ts';
import { type Report, readReport } from './nmea-report.ts';
import { type Found, readSentences } from './nmea-sentence.ts';
import { ReceiverTime } from './receiver-time.ts';
import { say } from './words.ts';

/**
 * The standard allows 82 characters per sentence (NMEA 0183). Receivers with many satellites exceed that, and some send
 * binary messages, without line ends, between sentences: u-blox raw measurements take 2 kB.
 */
const maxLineBytes = 4096;
/** Enough to recognise a repeated time, few enough for a receiver that sets its clock back. */
const maxTimesKept = 4;
/** Over a longer gap the mean speed says nothing about the current speed. */
const maxGapMs = 30_000;

const options = v.object({
  minIntervalMs: v.optional(setting(duration(), say.minInterval()), '0s'),
  minDistanceM: v.optional(
    setting(
      v.pipe(v.number(must(say.mustBeMetres())), v.minValue(0, must(sayShared.mustBeAtLeast({ min: 0 })))),
      say.minDistance(),
    ),
    0,
  ),
  deriveSpeed: v.optional(setting(flag, say.deriveSpeed()), true),
  pendingMs: v.optional(setting(duration(50, 60_000), say.pending()), '500ms'),
  notBefore: v.optional(
    setting(v.pipe(v.string(must(say.mustBeDate())), v.isoDate(must(say.mustBeDate()))), say.notBefore()),
  ),
});

type Options = v.InferOutput<typeof options>;

export const nmea: DeviceType<typeof options> = {
  name: 'nmea',
  summary: say.summary(),
  kinds: ['position'],
  options,
  maxDevicesPerPort: 1,
  keepsOwnTime: () => true,
  setsClock: true,
  framer: () => new LineFramer(maxLineBytes),
  decoder: (devices, place) => new NmeaDecoder(onlyDevice(devices), place),
};

class NmeaDecoder implements Decoder {
  readonly #device: string;
  readonly #options: Options;
  readonly #wallTellsDate: boolean;
  readonly #time: ReceiverTime;
  readonly #cutter = new EpochCutter();
  #heardAt = 0;
  /** The last position, and the last one reported. */
  #previous: Position | undefined;
  #given: Position | undefined;
  #times: readonly number[] = [];

  constructor(device: ConfiguredDevice<Options>, place: Place) {
    const { notBefore } = device.options;
    this.#device = device.id;
    this.#options = device.options;
    this.#wallTellsDate = place.transport !== 'file'; // a recording is of another day
    this.#time = new ReceiverTime(notBefore === undefined ? place.notBefore : Date.parse(notBefore));
  }

  opened(): Step {
    this.#cutter.forget();
    return {};
  }

  decode(line: Uint8Array, at: Moment): Step {
    this.#heardAt = at.monotonic;
    const steps = readSentences(line).map((found) => this.#take(found, at));
    const readings = steps.flatMap((step) => step.readings ?? []);
    const rubbish = steps.flatMap((step) => step.rubbish ?? []);
    return { ...(readings.length > 0 && { readings }), ...(rubbish.length > 0 && { rubbish }) };
  }

  due(at: Moment): Step {
    return at.monotonic >= this.dueAt() ? this.end(at) : {};
  }

  dueAt(): number {
    return this.#cutter.isOpen ? this.#heardAt + this.#options.pendingMs : Number.POSITIVE_INFINITY;
  }

  end(at: Moment): Step {
    return this.#finished(this.#cutter.finish(), at);
  }

  #take(found: Found, at: Moment): Step {
    if (!found.ok) return { rubbish: [{ ...found.why, device: this.#device }] };
    const read = readReport(found);
    if (read === undefined) return {};
    if (!read.ok) return this.#rubbish('malformed', found.bytes, read.fault);
    const { report } = read;
    if (!lacksTime(report)) return this.#finished(this.#cutter.add(report), at);
    return report.valid === true ? this.#rubbish('no-time', found.bytes, say.noTime()) : {};
  }

  #rubbish(code: Rubbish['code'], bytes: Uint8Array, detail: Text): Step {
    return rubbishStep(code, bytes, detail, this.#device);
  }

  #finished(epochs: readonly Epoch[], at: Moment): Step {
    const readings: Position[] = [];
    const rubbish: Rubbish[] = [];
    for (const epoch of epochs) {
      const position = this.#position(epoch, at);
      if (position === 'no-time') {
        rubbish.push({ code: 'no-time', bytes: new Uint8Array(), device: this.#device, detail: say.noDateYet() });
      } else if (position && this.#isWanted(position)) {
        this.#given = position;
        readings.push(position);
      }
    }
    return { ...(readings.length > 0 && { readings }), ...(rubbish.length > 0 && { rubbish }) };
  }

  #position(epoch: Epoch, at: Moment): Position | 'no-time' | undefined {
    const wall = at.synchronised && this.#wallTellsDate ? at.wall : undefined;
    const observedAt = this.#time.resolve(epoch.timeOfDay ?? 0, epoch.day, wall);
    const fix = epoch.fix();
    if (!fix) return undefined;
    if (observedAt === undefined) return 'no-time';
    if (this.#times.includes(observedAt)) return undefined;
    this.#times = [...this.#times, observedAt].slice(-maxTimesKept);
    const speed = fix.values.speed ?? this.#derivedSpeed(observedAt, fix.values);
    const position: Position = {
      device: this.#device,
      kind: 'position',
      observedAt,
      values: speed === undefined ? fix.values : { ...fix.values, speed },
      ...(fix.quality && { quality: fix.quality }),
    };
    this.#previous = position;
    return position;
  }

  /** Metres per second from the previous position to this one. */
  #derivedSpeed(observedAt: number, here: { lat: number; lon: number }): number | undefined {
    if (!this.#options.deriveSpeed || !this.#previous) return undefined;
    const gapMs = observedAt - this.#previous.observedAt;
    if (gapMs <= 0 || gapMs > maxGapMs) return undefined;
    return rounded(distanceM(this.#previous.values, here) / (gapMs / 1000), 3);
  }

  /** Whether enough time has passed, or enough distance, since the last reading. */
  #isWanted(position: Position): boolean {
    const { minIntervalMs, minDistanceM } = this.#options;
    if (!this.#given || (minIntervalMs === 0 && minDistanceM === 0)) return true;
    const waitedMs = Math.abs(position.observedAt - this.#given.observedAt); // a receiver may set its clock back
    if (minIntervalMs > 0 && waitedMs >= minIntervalMs) return true;
    return minDistanceM > 0 && distanceM(this.#given.values, position.values) >= minDistanceM;
  }
}

/** Whether a sentence that should carry a time does not, as receivers send until they know it. VTG and GSA never do. */
function lacksTime(report: Report): boolean {
  return report.timeOfDay === undefined && report.type !== 'VTG' && report.type !== 'GSA';
}
