/**
 * A BLE tag detector: a controller on a serial line that reports every advertisement it hears, from enrolled tags and from
 * strangers.
 *
 * It counts one sighting per enrolled tag and window: a window opens at the tag's first advertisement and closes `windowMs`
 * later; the next advertisement opens the next. It does not hear a tag within `WINDOW_EDGE_MS` of its window's end, so that
 * a few milliseconds between clocks do not change the count. Strangers come and go without being remembered.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Random } from '../random.ts';
import { beats, type Simulator, Tally } from '../simulator.ts';
import type { Wire } from '../wires/wire.ts';
import { advertise, manufacturerData, type TagFrame, telemetry } from './advertisement.ts';
import { type Advertisement, advertisingReports, commandComplete, commandFramer, extendedReport } from './hci.ts';

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
  /** A standard controller reports in the form of the command that enabled scanning; 'mixed' alternates between both. */
  readonly reports?: 'legacy' | 'extended' | 'mixed';
}

const HCI_RESET = 0x0c03;
const SET_EVENT_MASK = 0x0c01;
const LE_SET_EVENT_MASK = 0x2001;
const LE_SET_SCAN_PARAMETERS = 0x200b;
const LE_SET_SCAN_ENABLE = 0x200c;
const LE_SET_EXTENDED_SCAN_PARAMETERS = 0x2041;
const LE_SET_EXTENDED_SCAN_ENABLE = 0x2042;
const SET_UP_COMMANDS: readonly number[] = [
  HCI_RESET,
  SET_EVENT_MASK,
  LE_SET_EVENT_MASK,
  LE_SET_SCAN_PARAMETERS,
  LE_SET_SCAN_ENABLE,
  LE_SET_EXTENDED_SCAN_PARAMETERS,
  LE_SET_EXTENDED_SCAN_ENABLE,
];
const SUCCESS = 0x00;
const UNKNOWN_COMMAND = 0x01;

const TICK_MS = 250;
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
  const { clock, random, tags, windowMs, strangers = 20, reports = 'legacy' } = options;
  const tally = new Tally();
  const heardTags = tags.map((tag) => ({ tag, address: staticAddress(random), frames: 0, windowEndS: 0 }));

  /** What is heard in this tick: advertisements and, for each enrolled tag, what to do once they went out. */
  function listen(seconds: number): readonly Heard[] {
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
  }

  return {
    type: 'ble-hci',
    sent: tally.sent,
    async run(wire, signal) {
      const scan = { isOn: false };
      const framer = commandFramer();
      const stopListening = wire.onBytes((bytes) => {
        for (const { opcode, parameters } of framer(bytes)) {
          if (opcode === HCI_RESET) scan.isOn = false;
          if (opcode === LE_SET_SCAN_ENABLE || opcode === LE_SET_EXTENDED_SCAN_ENABLE) scan.isOn = parameters[0] === 1;
          wire.write(commandComplete(opcode, SET_UP_COMMANDS.includes(opcode) ? SUCCESS : UNKNOWN_COMMAND));
        }
      });
      for await (const seconds of beats(clock, TICK_MS, signal)) {
        if (!scan.isOn) continue;
        const tick = Math.round((seconds * 1000) / TICK_MS);
        const isExtended = reports === 'extended' || (reports === 'mixed' && tick % 2 === 1);
        report(wire, listen(seconds), isExtended);
      }
      stopListening();
    },
  };
}

interface Heard extends Advertisement {
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
