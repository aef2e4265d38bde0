/**
 * `nmea`: a GPS (GNSS) receiver that speaks NMEA 0183.
 *
 * Promise: one `position` reading for each epoch with a fix, merged from the sentences RMC, GGA, GNS, GLL, VTG, GSA and ZDA
 * of any talker, with the receiver's own time. Bounds: lines of `maxLineBytes`; one open epoch; the times of the last
 * `maxTimesKept` positions. A sentence that cannot be used is rubbish. As long as nobody knows the date, neither the receiver nor
 * the gateway's clock, a position has the gateway's time and waits for the clock with other readings; in a recording it is one
 * "no-time" rubbish. Other sentences (other types, proprietary ones, AIS) are skipped.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { duration } from '../../shared/duration.ts';
import type { Position } from '../../shared/reading.ts';
import { flag, must, oneOf, setting } from '../../shared/setting.ts';
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
  type ToldMoment,
} from '../device-type.ts';
import { LineFramer } from '../framing/line-framer.ts';
import { type Epoch, type Fix, rounded } from './epoch.ts';
import { EpochCutter } from './epoch-cutter.ts';
import { distanceM } from './geodesy.ts';
import { type Report, readReport } from './nmea-report.ts';
import { type Found, readSentences } from './nmea-sentence.ts';
import { type Heard, ReceiverTime } from './receiver-time.ts';
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
  checksum: v.optional(setting(oneOf(['required', 'optional']), say.checksum()), 'required'),
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
  quietForMs: ({ minIntervalMs }) => Math.max(600_000, 3 * minIntervalMs), // once a second, but tunnels and garages have no sky
  keepsOwnTime: () => true,
  setsClock: true,
  signature: { proof: 'checksum', enough: 3, guises: () => [{ devices: [{}] }], tells: isOfPosition },
  quantities: () => ['lat', 'lon', 'altitude', 'speed', 'course', 'fix', 'satellites', 'hdop'],
  framer: () => new LineFramer(maxLineBytes),
  decoder: (devices, place) => new NmeaDecoder(onlyDevice(devices), place),
};

class NmeaDecoder implements Decoder {
  readonly #device: string;
  readonly #options: Options;
  readonly #place: Place;
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
    this.#place = place;
    this.#time = new ReceiverTime({
      notBefore: notBefore === undefined ? place.notBefore : Date.parse(notBefore),
      isLive: place.transport !== 'file',
    });
  }

  opened(): Step {
    this.#cutter.forget();
    return {};
  }

  decode(line: Uint8Array, at: Moment): Step {
    this.#heardAt = at.monotonic;
    const epochs: Epoch[] = [];
    const rubbish: Rubbish[] = [];
    for (const found of readSentences(line, this.#options.checksum)) {
      const taken = this.#take(found, at);
      epochs.push(...(taken.epochs ?? []));
      rubbish.push(...(taken.rubbish ?? []));
    }
    return this.#finished(epochs, rubbish);
  }

  due(at: Moment): Step {
    return at.monotonic >= this.dueAt() ? this.end() : {};
  }

  dueAt(): number {
    return this.#cutter.isOpen ? this.#heardAt + this.#options.pendingMs : Number.POSITIVE_INFINITY;
  }

  end(): Step {
    return this.#finished(this.#cutter.finish());
  }

  /** Gives the epochs that a sentence ends. */
  #take(found: Found, at: Moment): { readonly epochs?: readonly Epoch[]; readonly rubbish?: readonly Rubbish[] } {
    if (!found.ok) return { rubbish: [{ ...found.why, device: this.#device }] };
    const read = readReport(found);
    if (read === undefined) return {};
    if (!read.ok) return rubbishStep('malformed', found.bytes, read.fault, this.#device);
    const { report } = read;
    const { timeOfDay, day } = report;
    if (lacksTime(report)) {
      return report.valid === true ? rubbishStep('no-time', found.bytes, say.noTime(), this.#device) : {};
    }
    // Its epoch has ended, but its date still counts.
    if (this.#cutter.isLate(report) && day !== undefined) this.#time.resolve(timeOfDay ?? 0, day, this.#heard(at));
    return { epochs: this.#cutter.add(report, at) };
  }

  #heard(at: Moment | undefined): Heard {
    const { transport, recordedOn } = this.#place;
    const trusted = transport === 'file' ? recordedOn : at?.synchronised ? at.wall : undefined;
    return { monotonic: at?.monotonic ?? 0, trusted };
  }

  #finished(epochs: readonly Epoch[], rubbish: Rubbish[] = []): Step {
    const readings: Position[] = [];
    const moments: ToldMoment[] = [];
    let hasGatewayTime = false;
    for (const epoch of epochs) {
      const fix = epoch.fix();
      const told = this.#time.resolve(epoch.timeOfDay ?? 0, epoch.day, this.#heard(epoch.heard));
      if (fix === undefined || epoch.heard === undefined) continue;
      if (told === undefined && this.#place.transport === 'file') {
        rubbish.push({ code: 'no-time', bytes: new Uint8Array(), device: this.#device, detail: say.noDateYet() });
        continue;
      }
      hasGatewayTime ||= told === undefined;
      if (told !== undefined && this.#time.isSure && fix.quality === undefined) {
        moments.push({ time: told, heardAt: epoch.heard.monotonic });
      }
      const isDayDoubted = told !== undefined && this.#time.isDayDoubted;
      const position = this.#position(fix, told ?? epoch.heard.wall, isDayDoubted);
      if (position && this.#isWanted(position)) {
        this.#given = position;
        readings.push(position);
      }
    }
    return {
      ...(readings.length > 0 && { readings }),
      ...(rubbish.length > 0 && { rubbish }),
      ...(moments.length > 0 && { moments }),
      ...(hasGatewayTime && { hasGatewayTime }),
    };
  }

  #position(fix: Fix, observedAt: number, isDayDoubted: boolean): Position | undefined {
    if (this.#times.includes(observedAt)) return undefined;
    this.#times = [...this.#times, observedAt].slice(-maxTimesKept);
    const speed = fix.values.speed ?? this.#derivedSpeed(observedAt, fix.values);
    const position: Position = {
      device: this.#device,
      kind: 'position',
      observedAt,
      values: speed === undefined ? fix.values : { ...fix.values, speed },
      ...(isDayDoubted ? { quality: 'clock-unsynchronised' as const } : fix.quality && { quality: fix.quality }),
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

/** Whether a line holds a sentence about a position, with its checksum: instruments of other kinds speak NMEA 0183 too. */
function isOfPosition(line: Uint8Array): boolean {
  return readSentences(line).some((found) => found.ok && readReport(found)?.ok === true);
}

/** Whether a sentence that should carry a time does not, as receivers send until they know it. VTG and GSA never do. */
function lacksTime(report: Report): boolean {
  return report.timeOfDay === undefined && report.type !== 'VTG' && report.type !== 'GSA';
}
