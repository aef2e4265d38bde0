/**
 * A beacon detector: a Bluetooth controller on a UART that reports advertisements.
 *
 * Promise: only tags on the list become readings, one a tag and window; of everything else nothing is kept, and no
 * address leaves in rubbish, which carries the bytes of no whole packet. A controller that does not answer or reports a
 * hardware error is set up again, with rests between (see `CommandSequence`).
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { duration } from '../../shared/duration.ts';
import type { Reading } from '../../shared/reading.ts';
import { parseBeaconId } from '../ble/beacon.ts';
import { CommandSequence } from '../command-sequence.ts';
import type { ConfiguredDevice, Decoder, DeviceType, Rubbish, RubbishCode, Step } from '../device-type.ts';
import { onlyDevice } from '../only-device.ts';
import { type AdvertisingReport, parseReports } from './advertising-report.ts';
import { benchReading } from './bench-reading.ts';
import { Fragments } from './fragments.ts';
import { H4Framer } from './h4-framer.ts';
import { EVENT, encodeCommand, type HciCommand, LE_META, SET_UP, SUBEVENT } from './hci.ts';
import { Sightings } from './sightings.ts';

const maxTags = 100_000;

const tagId = v.pipe(
  v.string(),
  v.rawTransform<string, string>(({ dataset, addIssue, NEVER }) => {
    const key = parseBeaconId(dataset.value);
    if (key !== undefined) return key;
    addIssue({
      message:
        'must be "ibeacon:UUID/major/minor", "eddystone:20 hex digits/12 hex digits", "altbeacon:40 hex digits" or "address:aa:bb:cc:dd:ee:ff"',
    });
    return NEVER;
  }),
);

const options = v.object({
  window: v.optional(
    v.pipe(duration(100, 3_600_000), v.description('How long the advertisements of a tag make one sighting.')),
    '10s',
  ),
  tags: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          name: v.pipe(
            v.string(),
            v.minLength(1),
            v.maxLength(64),
            v.description('What the tag is called in the feed.'),
          ),
          id: v.pipe(
            tagId,
            v.description(
              'How the tag is recognised, such as "ibeacon:UUID/major/minor" or "address:aa:bb:cc:dd:ee:ff".',
            ),
          ),
        }),
      ),
      v.maxLength(maxTags),
      v.check((tags) => new Set(tags.map((t) => t.id)).size === tags.length, 'must list each tag id only once'),
      v.description('The enrolled tags; everything else is forgotten.'),
    ),
    [],
  ),
  setUp: v.optional(
    v.pipe(v.boolean(), v.description('Whether to reset the controller and switch scanning on when the port opens.')),
    true,
  ),
  all: v.optional(
    v.pipe(
      v.boolean(),
      v.description('For the bench only: gives every advertisement of everybody as it comes, with its address.'),
    ),
    false,
  ),
});
type Options = v.InferOutput<typeof options>;

export const bleHci: DeviceType<typeof options> = {
  name: 'ble-hci',
  summary: {
    en: 'Bluetooth LE beacon detector: a controller on HCI over UART (H4)',
    ja: 'Bluetooth LEビーコン検知器（HCI UART、H4）',
  },
  kinds: ['sighting', 'measurement'],
  options,
  decodeOnly: ['all'],
  maxDevicesPerPort: 1,
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
    this.#sightings = new Sightings(device.id, device.options.window, device.options.tags);
    this.#setUp = new CommandSequence(device.options.setUp ? SET_UP : []);
  }

  opened(at: Moment): Step {
    return toWrite(this.#setUp.start(at.monotonic));
  }

  decode(frame: Uint8Array, at: Moment): Step {
    const readings = this.#sightings.close(at.monotonic);
    const [type, code, , subevent] = frame;
    let step: Step;
    if (type !== 4) step = rubbishStep('unknown-format', `packet of type ${type}, ${frame.length} bytes`);
    else if (code !== LE_META) step = this.#takeEvent(frame, at);
    else if (subevent === SUBEVENT.advertising || subevent === SUBEVENT.extendedAdvertising) {
      step = this.#takeReports(frame, at, readings);
    } else step = rubbishStep('unknown-format', `LE meta event, subevent ${subevent}`);
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
      ...(unanswered ? rubbishStep('no-answer', `no answer to ${unanswered.name}`, this.#device.id) : {}),
      ...toWrite(send),
    };
  }

  end(): Step {
    const readings = this.#sightings.close(Number.POSITIVE_INFINITY);
    return readings.length > 0 ? { readings } : {};
  }

  #takeReports(frame: Uint8Array, at: Moment, readings: Reading[]): Step {
    const reports = parseReports(frame.subarray(3));
    if (!reports) return rubbishStep('malformed', `advertising report of ${frame.length} bytes is cut short`);
    for (const report of reports) this.#take(report, at, readings);
    return {};
  }

  #take(report: AdvertisingReport, at: Moment, readings: Reading[]): void {
    if (this.#givesAll) {
      readings.push(benchReading(this.#device.id, report, at.wall));
      return;
    }
    const whole = this.#fragments.add(report, at.monotonic);
    if (whole) this.#sightings.add(whole, at);
  }

  /**
   * §7.7.14, §7.7.15, §7.7.16: how a command went, or the controller's own fault. A controller may refuse a mask and
   * still report; one that refuses to scan is asked again later.
   */
  #takeEvent(frame: Uint8Array, at: Moment): Step {
    const code = frame[1];
    if (code === EVENT.hardwareError) {
      const step = rubbishStep('device-error', `hardware error ${frame[3]}`, this.#device.id);
      return { ...step, ...toWrite(this.#setUp.start(at.monotonic)) };
    }
    const isComplete = code === EVENT.commandComplete;
    if (!isComplete && code !== EVENT.commandStatus) return rubbishStep('unknown-format', `event ${code}`);
    const [status, opcodeAt] = isComplete ? [frame[6], 4] : [frame[3], 5];
    const opcode = (frame[opcodeAt] ?? 0) | ((frame[opcodeAt + 1] ?? 0) << 8);
    const awaited = this.#setUp.awaited;
    if (opcode !== awaited?.opcode) return {};
    if (status === 0) return isComplete ? toWrite(this.#setUp.proceed(at.monotonic)) : {};
    const step = rubbishStep('device-error', `${awaited.name} failed with status ${status}`, this.#device.id);
    if (awaited !== SET_UP.at(-1)) return { ...step, ...toWrite(this.#setUp.proceed(at.monotonic)) };
    this.#setUp.giveUp(at.monotonic);
    return step;
  }
}

function toWrite(command: HciCommand | undefined): Step {
  return command ? { write: [encodeCommand(command)] } : {};
}

/** Without the bytes: they may hold the addresses of passers-by. */
function rubbishStep(code: RubbishCode, detail: string, device?: string): Step {
  const rubbish: Rubbish = { code, bytes: new Uint8Array(0), detail, ...(device === undefined ? {} : { device }) };
  return { rubbish: [rubbish] };
}
