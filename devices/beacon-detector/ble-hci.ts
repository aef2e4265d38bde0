/**
 * `ble-hci`: a beacon detector, a Bluetooth controller on a UART that reports advertisements.
 *
 * Promise: only enrolled tags become readings, one per tag and window. Nothing of any other advertiser is kept, and rubbish
 * never carries a packet's bytes, which may hold an address; `all`, which gives every advertisement with its address, works
 * on recordings only. A controller that does not answer or reports a hardware error is set up again, with rests between
 * (see `CommandSequence`).
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { duration } from '../../shared/duration.ts';
import { tagKey } from '../../shared/enrolment/tag-id.ts';
import { type Reading, UNITS_OF_KIND } from '../../shared/reading.ts';
import { flag, listOf, must, setting, table, text, textUpTo } from '../../shared/setting.ts';
import type { Text } from '../../shared/text.ts';
import { say as sayShared } from '../../shared/words.ts';
import { parseTagId } from '../ble/written-id.ts';
import { CommandSequence } from '../command-sequence.ts';
import {
  type ConfiguredDevice,
  type Decoder,
  type DeviceType,
  onlyDevice,
  type RubbishCode,
  rubbishStep,
  type Step,
} from '../device-type.ts';
import { advertisementReading } from './advertisement-reading.ts';
import { type AdvertisingReport, parseReports } from './advertising-report.ts';
import { Fragments } from './fragments.ts';
import { H4Framer } from './h4-framer.ts';
import { EVENT, encodeCommand, type HciCommand, LE_META, SET_UP, SUBEVENT } from './hci.ts';
import { Sightings } from './sightings.ts';
import { say } from './words.ts';

const maxTags = 100_000;
const NO_BYTES = new Uint8Array(0);

const tagId = v.pipe(
  text,
  v.rawTransform<string, string>(({ dataset, addIssue, NEVER }) => {
    const id = parseTagId(dataset.value);
    if (id !== undefined) return tagKey(id);
    addIssue({ message: must(say.mustBeTagId()) });
    return NEVER;
  }),
);

const options = v.object({
  windowMs: v.optional(setting(duration(100, 3_600_000), say.window()), '10s'),
  tags: v.optional(
    setting(
      v.pipe(
        listOf(
          table({
            name: setting(v.pipe(textUpTo(64), v.minLength(1, must(sayShared.mustNotBeEmpty()))), say.tagName()),
            id: setting(tagId, say.tagId()),
          }),
          maxTags,
        ),
        v.check((tags) => new Set(tags.map((tag) => tag.id)).size === tags.length, must(say.mustListOnce())),
      ),
      say.tags(),
    ),
    [],
  ),
  setUp: v.optional(setting(flag, say.setUp()), true),
  all: v.optional(setting(flag, say.all()), false),
});
type Options = v.InferOutput<typeof options>;

export const bleHci: DeviceType<typeof options> = {
  name: 'ble-hci',
  summary: say.summary(),
  kinds: ['sighting', 'measurement'],
  units: () => ({ ...UNITS_OF_KIND.sighting, battery: 'V', temperature: 'Cel' }),
  options,
  decodeOnly: ['all'],
  maxDevicesPerPort: 1,
  isHeardByFrames: true,
  quantities: () => ['tag', 'rssi', 'rssiMean', 'count', 'firstAt', 'lastAt', 'battery', 'temperature'],
  quietForMs: () => 600_000, // somebody's telephone, lamp or shop window advertises almost anywhere
  framer: () => new H4Framer(),
  decoder: (devices, { transport }) => new HciDecoder(onlyDevice(devices), { isRecording: transport === 'file' }),
};

class HciDecoder implements Decoder {
  readonly #device: ConfiguredDevice<Options>;
  readonly #sightings: Sightings;
  readonly #fragments = new Fragments();
  readonly #setUp: CommandSequence<HciCommand>;
  readonly #givesAll: boolean;

  constructor(device: ConfiguredDevice<Options>, { isRecording }: { readonly isRecording: boolean }) {
    this.#device = device;
    this.#givesAll = isRecording && device.options.all;
    this.#sightings = new Sightings(device.id, device.options.windowMs, device.options.tags);
    this.#setUp = new CommandSequence(device.options.setUp ? SET_UP : []);
  }

  opened(at: Moment): Step {
    return toWrite(this.#setUp.start(at.monotonic));
  }

  decode(frame: Uint8Array, at: Moment): Step {
    const readings = this.#sightings.close(at.monotonic);
    const [type, code, , subevent] = frame;
    let step: Step;
    if (type !== 4) {
      step = rubbish('unknown-format', say.strangePacket({ type: String(type), bytes: frame.length }));
    } else if (code !== LE_META) step = this.#takeEvent(frame, at);
    else if (subevent === SUBEVENT.advertising || subevent === SUBEVENT.extendedAdvertising) {
      step = this.#takeReports(frame, at, readings);
    } else step = rubbish('unknown-format', say.strangeSubevent({ subevent: String(subevent) }));
    return readings.length > 0 ? { ...step, readings } : step;
  }

  dueAt(): number {
    return Math.min(this.#sightings.nextCloseAt, this.#setUp.dueAt);
  }

  due(at: Moment): Step {
    const readings = this.#sightings.close(at.monotonic);
    const { unanswered, send } = this.#setUp.due(at.monotonic);
    return {
      ...(readings.length > 0 ? { readings } : {}),
      ...(unanswered ? rubbish('no-answer', say.noAnswer({ command: unanswered.name }), this.#device.id) : {}),
      ...toWrite(send),
    };
  }

  end(): Step {
    const readings = this.#sightings.close(Number.POSITIVE_INFINITY);
    return readings.length > 0 ? { readings } : {};
  }

  #takeReports(frame: Uint8Array, at: Moment, readings: Reading[]): Step {
    const reports = parseReports(frame.subarray(3));
    if (!reports) return rubbish('malformed', say.reportCutShort({ bytes: frame.length }));
    for (const report of reports) this.#take(report, at, readings);
    return {};
  }

  #take(report: AdvertisingReport, at: Moment, readings: Reading[]): void {
    if (this.#givesAll) {
      readings.push(advertisementReading(this.#device.id, report, at.wall));
      return;
    }
    const whole = this.#fragments.add(report, at.monotonic);
    if (whole) this.#sightings.add(whole, at);
  }

  /**
   * §7.7.14, §7.7.15, §7.7.16: the result of a command, or a fault of the controller. A controller may refuse a mask and
   * still report; one that refuses to scan is asked again later.
   */
  #takeEvent(frame: Uint8Array, at: Moment): Step {
    const code = frame[1];
    if (code === EVENT.hardwareError) {
      const step = rubbish('device-error', say.hardwareError({ code: String(frame[3]) }), this.#device.id);
      return { ...step, ...toWrite(this.#setUp.start(at.monotonic)) };
    }
    const isComplete = code === EVENT.commandComplete;
    if (!isComplete && code !== EVENT.commandStatus) {
      return rubbish('unknown-format', say.strangeEvent({ code: String(code) }));
    }
    const [status, opcodeAt] = isComplete ? [frame[6], 4] : [frame[3], 5];
    const opcode = (frame[opcodeAt] ?? 0) | ((frame[opcodeAt + 1] ?? 0) << 8);
    const awaited = this.#setUp.awaited;
    if (opcode !== awaited?.opcode) return {};
    if (status === 0) return isComplete ? toWrite(this.#setUp.proceed(at.monotonic)) : {};
    const failed = say.commandFailed({ command: awaited.name, status: String(status) });
    const step = rubbish('device-error', failed, this.#device.id);
    if (awaited !== SET_UP.at(-1)) return { ...step, ...toWrite(this.#setUp.proceed(at.monotonic)) };
    this.#setUp.giveUp(at.monotonic);
    return step;
  }
}

function toWrite(command: HciCommand | undefined): Step {
  return command ? { write: [encodeCommand(command)] } : {};
}

/** Without the bytes, which may hold passers-by's addresses. */
function rubbish(code: RubbishCode, detail: Text, device?: string): Step {
  return rubbishStep(code, NO_BYTES, detail, device);
}
