/**
 * BLE tags' advertisements: lists of AD structures (length, type, data; Core Specification Supplement Part A), at most
 * 31 bytes in a legacy advertisement.
 */

export type TagFrame =
  | { readonly format: 'ibeacon'; readonly uuid: string; readonly major: number; readonly minor: number }
  | { readonly format: 'eddystone'; readonly namespace: string; readonly instance: string }
  | { readonly format: 'altbeacon'; readonly id: string };

const FLAGS = 0x01;
const COMPLETE_SERVICES_16 = 0x03;
const SERVICE_DATA_16 = 0x16;
const MANUFACTURER_DATA = 0xff;

/** LE General Discoverable, no BR/EDR. */
const FLAGS_VALUE = 0x06;
/** 0xFEAA and 0x004C, low byte first. */
const EDDYSTONE = [0xaa, 0xfe] as const;
const APPLE = [0x4c, 0x00] as const;
/** AltBeacons carry the company of the tag's maker; Radius Networks defined the format. */
const RADIUS_NETWORKS = [0x18, 0x01] as const;
/** Eddystone gives the power at 0 m, 41 dB above that at 1 m (Eddystone-UID, "Tx Power"). */
const DB_FROM_1M_TO_0M = 41;

/** A tag's advertisement; `powerAt1m` is the RSSI at 1 m, dBm. */
export function advertise(tag: TagFrame, powerAt1m: number): Uint8Array {
  switch (tag.format) {
    case 'ibeacon': // Proximity Beacon Specification R1: type 0x02, length 0x15
      return flagged(
        structure(
          MANUFACTURER_DATA,
          ...APPLE,
          0x02,
          0x15,
          ...hex(tag.uuid),
          ...uint16(tag.major),
          ...uint16(tag.minor),
          powerAt1m & 0xff,
        ),
      );
    case 'eddystone': // Eddystone-UID: frame type 0x00, two bytes reserved
      return eddystone(
        0x00,
        (powerAt1m + DB_FROM_1M_TO_0M) & 0xff,
        ...hex(tag.namespace),
        ...hex(tag.instance),
        0x00,
        0x00,
      );
    case 'altbeacon': // AltBeacon 1.0: beacon code 0xBEAC, reference RSSI, one byte of the maker's
      return flagged(
        structure(MANUFACTURER_DATA, ...RADIUS_NETWORKS, 0xbe, 0xac, ...hex(tag.id), powerAt1m & 0xff, 0x00),
      );
  }
}

/** Eddystone-TLM, unencrypted: battery in mV, temperature in 1/256 °C, frames sent, time since power-up in 0.1 s. */
export function telemetry(given: {
  readonly batteryV: number;
  readonly temperatureCel: number;
  readonly frames: number;
  readonly uptimeS: number;
}): Uint8Array {
  const { batteryV, temperatureCel, frames, uptimeS } = given;
  return eddystone(
    0x20,
    0x00,
    ...uint16(Math.round(batteryV * 1000)),
    ...uint16(Math.round(temperatureCel * 256) & 0xffff),
    ...uint16(Math.floor(frames / 0x10000)),
    ...uint16(frames % 0x10000),
    ...uint16(Math.floor((uptimeS * 10) / 0x10000)),
    ...uint16(Math.floor(uptimeS * 10) % 0x10000),
  );
}

/** A manufacturer's own data, as strangers' phones and earphones send. */
export function manufacturerData(company: number, data: Uint8Array): Uint8Array {
  return flagged(structure(MANUFACTURER_DATA, company & 0xff, company >>> 8, ...data));
}

function eddystone(...frame: number[]): Uint8Array {
  return flagged(structure(COMPLETE_SERVICES_16, ...EDDYSTONE), structure(SERVICE_DATA_16, ...EDDYSTONE, ...frame));
}

function flagged(...structures: number[][]): Uint8Array {
  return Uint8Array.from([structure(FLAGS, FLAGS_VALUE), ...structures].flat());
}

function structure(type: number, ...data: number[]): number[] {
  return [data.length + 1, type, ...data];
}

function uint16(value: number): [number, number] {
  return [(value >>> 8) & 0xff, value & 0xff];
}

/** The bytes of hexadecimal digits; dashes, as in a UUID, are skipped. */
export function hex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits.replaceAll('-', ''), 'hex'));
}
