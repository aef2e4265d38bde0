/**
 * A BLE tag detector: a controller on a serial line that reports every advertisement it hears, from enrolled tags and from
 * strangers.
 *
 * It counts one sighting per enrolled tag and window: a window opens at the tag's first advertisement and closes `windowMs`
 * later; the next advertisement opens the next. It does not hear a tag within `WINDOW_EDGE_MS` of its window's end, so that
 * a few milliseconds between clocks do not change the count. Strangers come and go without being remembered.
 */
import type { Clock } from '../../shared/clock.ts';
import { FaultBoard, type FaultKind } from '../fault-board.ts';
import type { Random } from '../random.ts';
import { beats, type Simulator, Tally } from '../simulator.ts';
import type { Wire } from '../wires/wire.ts';
import { advertise, manufacturerData, type TagFrame, telemetry } from './advertisement.ts';
import {
  type Advertisement,
  advertisingReports,
  commandComplete,
  commandFramer,
  extendedReport,
  hardwareError,
  readyAgain,
  supportedCommands,
} from './hci.ts';
import { say } from './words.ts';

/** A tag that a person carries. */
export interface Tag {
  readonly frame: TagFrame;
  /** Metres to the detector, by seconds since the start; undefined: out of range. */
  readonly distanceM: (seconds: number) => number | undefined;
}

export interface BeaconDetectorOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly tags: readonly Tag[];
  /** The gateway's window for one sighting, ms. */
  readonly windowMs: number;
  /** Strangers' devices within range at any moment. */
  readonly strangers?: number;
  /** 'legacy': the controller has no extended scanning. 'extended': it has. 'mixed': it has, and alternates between both forms. */
  readonly reports?: 'legacy' | 'extended' | 'mixed';
  /** What its gateway does about it clears "deaf-until-scan" and "deaf-until-reset". */
  readonly faults?: FaultBoard;
}

export const DETECTOR_FAULTS: readonly FaultKind[] = [
  { name: 'restart', meaning: say.restart(), isMomentary: true },
  { name: 'failure', meaning: say.failure(), isMomentary: true },
  { name: 'deaf', meaning: say.deaf() },
  { name: 'deaf-until-scan', meaning: say.deafUntilScan() },
  { name: 'deaf-until-reset', meaning: say.deafUntilReset() },
];
const DEAFNESSES = ['deaf', 'deaf-until-scan', 'deaf-until-reset'];

const HCI_RESET = 0x0c03;
const SET_EVENT_MASK = 0x0c01;
const LE_SET_EVENT_MASK = 0x2001;
const LE_SET_SCAN_PARAMETERS = 0x200b;
const LE_SET_SCAN_ENABLE = 0x200c;
const LE_SET_EXTENDED_SCAN_PARAMETERS = 0x2041;
const LE_SET_EXTENDED_SCAN_ENABLE = 0x2042;
const READ_LOCAL_SUPPORTED_COMMANDS = 0x1002;
const SET_UP_COMMANDS: readonly number[] = [
  HCI_RESET,
  SET_EVENT_MASK,
  LE_SET_EVENT_MASK,
  LE_SET_SCAN_PARAMETERS,
  LE_SET_SCAN_ENABLE,
];
const EXTENDED_COMMANDS: readonly number[] = [LE_SET_EXTENDED_SCAN_PARAMETERS, LE_SET_EXTENDED_SCAN_ENABLE];
const SUCCESS = 0x00;
const UNKNOWN_COMMAND = 0x01;

export const TICK_MS = 250;
const WINDOW_EDGE_MS = 200;
/** One in this many advertisements of an Eddystone tag is telemetry. */
const TELEMETRY_EVERY = 8;
const STRANGER_CHANCE_PER_TICK = 0.2;

/** Log-distance path loss (Rappaport, "Wireless Communications" §4.9): RSSI at 1 m, exponent of a street, shadowing in dB. */
const POWER_AT_1M_DBM = -59;
const PATH_LOSS_EXPONENT = 2.5;
const SHADOWING_DB = 3;
const SENSITIVITY_DBM = -94;

export function simulateBeaconDetector(options: BeaconDetectorOptions): Simulator {
  const { clock, reports = 'legacy', faults = new FaultBoard(DETECTOR_FAULTS) } = options;
  const hasExtended = reports !== 'legacy';
  const tally = new Tally();
  const listen = listener(options, tally);

  return {
    type: 'ble-hci',
    sent: tally.sent,
    async run(wire, signal) {
      const scan = { isOn: false, isExtended: false };
      const framer = commandFramer();
      const obey = (opcode: number, parameters: Uint8Array): Uint8Array => {
        const isExtended = EXTENDED_COMMANDS.includes(opcode);
        if (opcode === READ_LOCAL_SUPPORTED_COMMANDS) {
          return commandComplete(opcode, SUCCESS, supportedCommands(hasExtended));
        }
        if (!SET_UP_COMMANDS.includes(opcode) && !(isExtended && hasExtended)) {
          return commandComplete(opcode, UNKNOWN_COMMAND);
        }
        if (opcode === HCI_RESET) {
          scan.isOn = false;
          faults.clear('deaf-until-scan');
          faults.clear('deaf-until-reset');
        }
        if (opcode === LE_SET_SCAN_ENABLE || opcode === LE_SET_EXTENDED_SCAN_ENABLE) {
          if (parameters[0] === 0) faults.clear('deaf-until-scan');
          scan.isOn = parameters[0] === 1;
          scan.isExtended = isExtended;
        }
        return commandComplete(opcode, SUCCESS);
      };
      const stopListening = wire.onBytes((bytes) => {
        for (const { opcode, parameters } of framer(bytes)) wire.write(obey(opcode, parameters));
      });
      const stopFailing = faults.onStruck(({ kind: { name } }) => {
        if (name !== 'restart' && name !== 'failure') return;
        scan.isOn = false;
        wire.write(name === 'restart' ? readyAgain() : hardwareError(0x42));
      });
      for await (const seconds of beats(clock, TICK_MS, signal)) {
        if (!scan.isOn || DEAFNESSES.some((name) => faults.get(name))) continue;
        const tick = Math.round((seconds * 1000) / TICK_MS);
        report(wire, listen(seconds), scan.isExtended && (reports === 'extended' || tick % 2 === 1));
      }
      stopListening();
      stopFailing();
    },
  };
}

/** What a detector hears in a tick: advertisements and, for each enrolled tag, what to do once they went out. */
export function listener(
  { random, tags, windowMs, strangers = 20 }: Omit<BeaconDetectorOptions, 'clock'>,
  tally: Tally,
): (seconds: number) => readonly Heard[] {
  const heardTags = tags.map((tag) => ({ tag, address: staticAddress(random), frames: 0, windowEndS: 0 }));
  return (seconds) => {
    const heard: Heard[] = [];
    for (const known of heardTags) {
      const rssi = received(known.tag.distanceM(seconds), random);
      const edgeS = WINDOW_EDGE_MS / 1000;
      if (rssi === undefined || Math.abs(seconds - known.windowEndS) < edgeS) continue;
      known.frames += 1;
      const isOpen = seconds < known.windowEndS;
      const isTelemetry = isOpen && known.tag.frame.format === 'eddystone' && known.frames % TELEMETRY_EVERY === 0;
      const payload = isTelemetry
        ? telemetry({ batteryV: 2.95, temperatureCel: 18.5, frames: known.frames, uptimeS: seconds })
        : advertise(known.tag.frame, POWER_AT_1M_DBM);
      const sent = () => {
        if (isOpen) return;
        known.windowEndS = seconds + windowMs / 1000;
        tally.count('sighting');
      };
      heard.push({ address: known.address, isRandomAddress: true, rssi, payload, sent });
    }
    for (let stranger = 0; stranger < strangers; stranger += 1) {
      if (random.chance(STRANGER_CHANCE_PER_TICK)) heard.push(strangersAdvertisement(random));
    }
    return heard.sort((a, b) => a.rssi - b.rssi);
  };
}

export interface Heard extends Advertisement {
  readonly sent?: () => void;
}

/** Writes the events; notifies the tags in each event that went out whole. */
function report(wire: Wire, heard: readonly Heard[], isExtended: boolean): void {
  const maxReportsPerEvent = 5; // at most 41 bytes each, of 253
  const perEvent = isExtended ? 1 : maxReportsPerEvent;
  for (let from = 0; from < heard.length; from += perEvent) {
    const together = heard.slice(from, from + perEvent);
    const events = isExtended ? together.map(extendedReport) : advertisingReports(together);
    if (events.every((event) => wire.write(event))) for (const { sent } of together) sent?.();
  }
}

/** The RSSI in whole dBm; undefined if the signal is too weak. */
function received(distanceM: number | undefined, random: Random): number | undefined {
  if (distanceM === undefined) return undefined;
  const loss = 10 * PATH_LOSS_EXPONENT * Math.log10(Math.max(0.1, distanceM));
  const rssi = Math.round(random.normal(POWER_AT_1M_DBM - loss, SHADOWING_DB));
  return rssi < SENSITIVITY_DBM ? undefined : Math.min(rssi, 20);
}

/** A phone, an earphone or someone else's beacon, under an address that changes each time. */
function strangersAdvertisement(random: Random): Heard {
  const company = random.pick([0x004c, 0x0006, 0x0075, 0x00e0]);
  const payload = random.chance(0.2)
    ? advertise({ format: 'ibeacon', uuid: Buffer.from(random.bytes(16)).toString('hex'), major: 1, minor: 1 }, -59)
    : manufacturerData(company, Uint8Array.of(0x10, ...random.bytes(random.int(2, 20))));
  return { address: resolvableAddress(random), isRandomAddress: true, rssi: random.int(SENSITIVITY_DBM, -45), payload };
}

/** Random static device address: the two highest bits are 1 (Core Specification Vol 6 Part B §1.3.2.1). */
function staticAddress(random: Random): Uint8Array {
  return random.bytes(6).map((byte, index) => (index === 0 ? byte | 0xc0 : byte));
}

/** Resolvable private address: the two highest bits are 01 (§1.3.2.2). */
function resolvableAddress(random: Random): Uint8Array {
  return random.bytes(6).map((byte, index) => (index === 0 ? (byte & 0x3f) | 0x40 : byte));
}
