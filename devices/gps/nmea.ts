/**
 * `nmea`: a GPS (GNSS) receiver that speaks NMEA 0183.
 *
 * Promise: one `position` reading for each epoch with a fix, merged from the sentences RMC, GGA, GNS, GLL, VTG, GSA and
 * ZDA of any talker, with the receiver's own time. Bounds: lines of `maxLineBytes`; one open epoch; the times of the
 * last `maxTimesKept` positions. A sentence that cannot be used is rubbish; an epoch whose date is unknown is one
 * "no-time" rubbish. Other sentences (other types, proprietary ones, AIS) are passed over.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { duration } from '../../shared/duration.ts';
import type { Position } from '../../shared/reading.ts';
import type { ConfiguredDevice, Decoder, DeviceType, Place, Rubbish, Step } from '../device-type.ts';
import { LineFramer } from '../framing/line-framer.ts';
import { onlyDevice } from '../only-device.ts';
import { type Epoch, rounded } from './epoch.ts';
import { EpochCutter } from './epoch-cutter.ts';
import { distanceM } from './geodesy.ts';
import { type Report, readReport } from './nmea-report.ts';
import { type Found, readSentences } from './nmea-sentence.ts';
import { ReceiverTime } from './receiver-time.ts';

/**
 * The standard allows 82 characters a sentence (NMEA 0183); receivers with many satellites exceed it, and some send
 * binary messages between sentences, which have no line ends: u-blox raw measurements have 2 kB.
 */
const maxLineBytes = 4096;
/** Long enough to know a sentence that repeats a time just given; short enough for a receiver that sets its clock back. */
const maxTimesKept = 4;
/** Over a longer gap the mean speed says nothing about the speed now. */
const maxGapMs = 30_000;

const options = v.object({
  minInterval: v.optional(
    v.pipe(
      duration(),
      v.description('Give a position at most this often, unless min-distance-m was moved; "0s" is no limit.'),
    ),
    '0s',
  ),
  minDistanceM: v.optional(
    v.pipe(
      v.number('must be a number of metres'),
      v.minValue(0, 'must not be below 0'),
      v.description('Give a position whenever the receiver has moved this many metres; 0 leaves it to min-interval.'),
    ),
    0,
  ),
  deriveSpeed: v.optional(
    v.pipe(
      v.boolean('must be true or false'),
      v.description('Compute the speed from the distance moved where the receiver gives none.'),
    ),
    true,
  ),
  pending: v.optional(
    v.pipe(
      duration(50, 60_000),
      v.description('A silence of this length ends an epoch, even if more of its sentences could come.'),
    ),
    '500ms',
  ),
  notBefore: v.optional(
    v.pipe(
      v.string('must be a date such as "2024-01-01"'),
      v.isoDate('must be a date such as "2024-01-01"'),
      v.description('The receiver has miscounted its weeks if it gives a date before this one: it is then corrected.'),
    ),
  ),
});

type Options = v.InferOutput<typeof options>;

export const nmea: DeviceType<typeof options> = {
  name: 'nmea',
  summary: { en: 'GPS (GNSS) receiver, NMEA 0183', ja: 'GPS（GNSS）受信機、NMEA 0183' },
  kinds: ['position'],
  options,
  maxDevicesPerPort: 1,
  keepsOwnTime: () => true,
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
  /** The last position had, and the last that became a reading. */
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
    return this.#cutter.isOpen ? this.#heardAt + this.#options.pending : Number.POSITIVE_INFINITY;
  }

  end(at: Moment): Step {
    return this.#finished(this.#cutter.finish(), at);
  }

  #take(found: Found, at: Moment): Step {
    if (!found.ok) return { rubbish: [{ ...found.why, device: this.#device }] };
    const report = readReport(found);
    if (report === undefined) return {};
    if (typeof report === 'string') return this.#rubbish('malformed', found.bytes, report);
    if (!lacksTime(report)) return this.#finished(this.#cutter.add(report), at);
    const detail = 'the sentence has a position but no time';
    return report.valid === true ? this.#rubbish('no-time', found.bytes, detail) : {};
  }

  #rubbish(code: Rubbish['code'], bytes: Uint8Array, detail: string): Step {
    return { rubbish: [{ code, bytes, device: this.#device, detail }] };
  }

  #finished(epochs: readonly Epoch[], at: Moment): Step {
    const readings: Position[] = [];
    const rubbish: Rubbish[] = [];
    for (const epoch of epochs) {
      const position = this.#position(epoch, at);
      if (position === 'no-time') {
        const detail = 'the receiver has given no date yet';
        rubbish.push({ code: 'no-time', bytes: new Uint8Array(), device: this.#device, detail });
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

  /** Metres a second from the previous position to this one. */
  #derivedSpeed(observedAt: number, place: { lat: number; lon: number }): number | undefined {
    if (!this.#options.deriveSpeed || !this.#previous) return undefined;
    const gapMs = observedAt - this.#previous.observedAt;
    if (gapMs <= 0 || gapMs > maxGapMs) return undefined;
    return rounded(distanceM(this.#previous.values, place) / (gapMs / 1000), 3);
  }

  /** Whether it is time for another reading, or the way since the last one was long enough. */
  #isWanted(position: Position): boolean {
    const { minInterval, minDistanceM } = this.#options;
    if (!this.#given || (minInterval === 0 && minDistanceM === 0)) return true;
    const waitedMs = Math.abs(position.observedAt - this.#given.observedAt); // a receiver may set its clock back
    if (minInterval > 0 && waitedMs >= minInterval) return true;
    return minDistanceM > 0 && distanceM(this.#given.values, position.values) >= minDistanceM;
  }
}

/** A sentence that should carry a time and does not, as receivers send until they know it. VTG and GSA never do. */
function lacksTime(report: Report): boolean {
  return report.timeOfDay === undefined && report.type !== 'VTG' && report.type !== 'GSA';
}
