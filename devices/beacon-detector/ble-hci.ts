/**
 * `ble-hci`: a beacon detector, a Bluetooth controller on a UART that reports advertisements.
 *
 * Promise: only enrolled tags become readings, and only what fits operators' patterns becomes sightings for them, one per tag and window.
 * Nothing of any other advertiser is kept, and rubbish never carries a packet's bytes, which may hold an address; `all`, which gives
 * every advertisement with its address, works on recordings only. A controller that restarts, fails or goes deaf is set up again
 * (`controller.ts`); the detector counts as heard only when it hears an advertisement, or its reference beacon.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import type { Reading } from '../../shared/reading.ts';
import { flag, setting } from '../../shared/setting.ts';
import type { Text } from '../../shared/text.ts';
import {
  type ConfiguredDevice,
  type Decoder,
  type DeviceType,
  onlyDevice,
  type Place,
  type Rubbish,
  type RubbishCode,
  type Step,
} from '../device-type.ts';
import { advertisementReading } from './advertisement-reading.ts';
import { type AdvertisingReport, parseReports } from './advertising-report.ts';
import { type Action, Controller } from './controller.ts';
import { Detector, detectorEntries, detectorQuantities, detectorQuietMs, detectorUnits, together } from './detector.ts';
import { Fragments } from './fragments.ts';
import { H4Framer } from './h4-framer.ts';
import { EVENT, encodeCommand, LE_META, READ_COMMANDS, SUBEVENT, VENDOR_EVENT } from './hci.ts';
import { say } from './words.ts';

const NO_BYTES = new Uint8Array(0);

const options = v.object({
  ...detectorEntries,
  duplicateFilter: v.optional(setting(flag, say.duplicateFilter()), false),
  setUp: v.optional(setting(flag, say.setUp()), true),
  all: v.optional(setting(flag, say.all()), false),
});
type Options = v.InferOutput<typeof options>;

export const bleHci: DeviceType<typeof options> = {
  name: 'ble-hci',
  summary: say.summary(),
  kinds: ['sighting', 'measurement'],
  units: () => detectorUnits,
  options,
  decodeOnly: ['all'],
  maxDevicesPerPort: 1,
  provesItself: true,
  quantities: () => detectorQuantities,
  quietForMs: detectorQuietMs,
  signature: {
    proof: 'form',
    enough: 3,
    guises: () => [{ devices: [{}] }],
    tells: isReport,
    isPersonal: true,
    questions: [{ bytes: encodeCommand(READ_COMMANDS), isAnswer: isAnswered }],
  },
  framer: () => new H4Framer(),
  decoder: (devices, place) => new HciDecoder(onlyDevice(devices), place),
};

/** Advertising reports that fill their event. */
function isReport(frame: Uint8Array): boolean {
  const [type, code, , subevent] = frame;
  const isLe = subevent === SUBEVENT.advertising || subevent === SUBEVENT.extendedAdvertising;
  return type === 4 && code === LE_META && isLe && parseReports(frame.subarray(3)) !== undefined;
}

/** Whether a Command Complete (Core Spec Vol 4 Part E §7.7.14) for the question is among the bytes. */
function isAnswered(bytes: Uint8Array): boolean {
  const { opcode } = READ_COMMANDS;
  return new H4Framer().push(bytes).some((frame) => {
    const [type, code, , , low, high] = frame.bytes;
    return frame.ok && type === 4 && code === EVENT.commandComplete && low === (opcode & 0xff) && high === opcode >>> 8;
  });
}

/** So many rungs of the ladder are tried before the detector counts as silent. */
const rungsInTime = 3;
const longestRungMs = 60_000;
/** Scanning that is switched off and on more often would miss too much. */
const minFilterMs = 1_000;

class HciDecoder implements Decoder {
  readonly #device: ConfiguredDevice<Options>;
  readonly #detector: Detector;
  readonly #fragments = new Fragments();
  readonly #controller: Controller;
  readonly #givesAll: boolean;

  constructor(device: ConfiguredDevice<Options>, place: Place) {
    const { all, setUp, duplicateFilter, windowMs, referenceBeacon } = device.options;
    this.#device = device;
    this.#givesAll = place.transport === 'file' && all;
    this.#detector = new Detector(device.id, device.options, place);
    const quietMs = Math.min(longestRungMs, detectorQuietMs(device.options) / rungsInTime);
    this.#controller = new Controller({
      setsUp: setUp,
      quietMs,
      hasReference: referenceBeacon !== undefined,
      filterMs: duplicateFilter ? Math.max(minFilterMs, Math.min(windowMs, quietMs / 2)) : undefined,
    });
  }

  opened(at: Moment): Step {
    return this.#step(this.#controller.opened(at.monotonic));
  }

  closed(): Step {
    this.#controller.closed();
    return {};
  }

  decode(frame: Uint8Array, at: Moment): Step {
    const closed = this.#detector.close(at.monotonic);
    return together(closed, this.#take(frame, at));
  }

  dueAt(): number {
    return Math.min(this.#detector.nextCloseAt, this.#controller.dueAt);
  }

  due(at: Moment): Step {
    return together(this.#detector.close(at.monotonic), this.#step(this.#controller.due(at.monotonic)));
  }

  end(): Step {
    return this.#detector.close(Number.POSITIVE_INFINITY);
  }

  #take(frame: Uint8Array, at: Moment): Step {
    const [type, code, , subevent] = frame;
    if (type !== 4)
      return this.#rubbish('unknown-format', say.strangePacket({ type: String(type), bytes: frame.length }));
    switch (code) {
      case LE_META:
        if (subevent === SUBEVENT.advertising || subevent === SUBEVENT.extendedAdvertising) {
          return this.#takeReports(frame, at);
        }
        return this.#rubbish('unknown-format', say.strangeSubevent({ subevent: String(subevent) }));
      case EVENT.commandComplete:
      case EVENT.commandStatus:
      case EVENT.hardwareError:
        return this.#step(this.#controller.take(frame, at.monotonic));
      case VENDOR_EVENT: // what a maker's firmware says to its own tools
        return {};
      default:
        return this.#rubbish('unknown-format', say.strangeEvent({ code: String(code) }));
    }
  }

  #takeReports(frame: Uint8Array, at: Moment): Step {
    const reports = parseReports(frame.subarray(3));
    if (!reports) return this.#rubbish('malformed', say.reportCutShort({ bytes: frame.length }));
    if (this.#givesAll) return { readings: reports.map((report) => this.#reading(report, at)) };
    let isHeard = false;
    for (const report of reports) {
      const whole = this.#fragments.add(report, at.monotonic);
      if (whole !== undefined && this.#detector.hear({ ...whole, payload: whole.data }, at)) isHeard = true;
    }
    if (!isHeard) return {};
    this.#controller.heard(at.monotonic);
    return { isHeard };
  }

  #reading(report: AdvertisingReport, at: Moment): Reading {
    const { eventType, dataStatus } = report;
    const more = { eventType, ...(dataStatus === 'complete' ? {} : { dataStatus }) };
    return advertisementReading(this.#device.id, { ...report, payload: report.data }, at.wall, more);
  }

  #step({ send, reopen, told }: Action): Step {
    return {
      ...(told !== undefined && this.#rubbish(told.code, told.detail, this.#device.id)),
      ...(send !== undefined && { write: [encodeCommand(send)] }),
      ...(reopen !== undefined && { reopen }),
    };
  }

  /** Without the bytes, which may hold passers-by's addresses. */
  #rubbish(code: RubbishCode, detail: Text, device?: string): { readonly rubbish: readonly Rubbish[] } {
    return { rubbish: [{ code, bytes: NO_BYTES, detail, ...(device !== undefined && { device }) }] };
  }
}
