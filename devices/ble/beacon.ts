/** The beacon formats recognised in an advertising payload, and how their ids are written. */
import { toHex } from '../../shared/hex.ts';

export type Beacon = IBeacon | EddystoneUid | EddystoneTlm | AltBeacon;

/** Every beacon frame in the payload; the ids are views into it. */
export function beaconsIn(payload: Uint8Array): Beacon[] {
  return adStructures(payload).flatMap(
    (structure) => parseIBeacon(structure) ?? parseEddystone(structure) ?? parseAltBeacon(structure) ?? [],
  );
}

/** The beacon's key in a list of tags ("ibeacon:…" in lower-case hex); undefined for telemetry. */
export function beaconKey(beacon: Beacon): string | undefined {
  if (beacon.format === 'eddystone-tlm') return undefined;
  return `${beacon.format === 'eddystone-uid' ? 'eddystone' : beacon.format}:${toHex(beacon.id)}`;
}

/**
 * The key of an id as people write it: "ibeacon:UUID/major/minor", "eddystone:NAMESPACE/INSTANCE", "altbeacon:ID" or
 * "address:aa:bb:cc:dd:ee:ff", in upper or lower case, with or without dashes. Undefined for anything else.
 */
export function parseBeaconId(text: string): string | undefined {
  const [, scheme, rest = ''] = /^\s*(ibeacon|eddystone|altbeacon|address)\s*:\s*(.*?)\s*$/i.exec(text) ?? [];
  if (scheme === undefined) return undefined;
  const hex = rest.toLowerCase().replaceAll('-', '');
  switch (scheme.toLowerCase()) {
    case 'ibeacon': {
      const [, uuid, major, minor] = /^([0-9a-f]{32})\/(\d{1,5})\/(\d{1,5})$/.exec(hex) ?? [];
      if (uuid === undefined || Number(major) > 0xffff || Number(minor) > 0xffff) return undefined;
      return `ibeacon:${uuid}${hex16(Number(major))}${hex16(Number(minor))}`;
    }
    case 'eddystone':
      return /^[0-9a-f]{20}\/[0-9a-f]{12}$/.test(hex) ? `eddystone:${hex.replace('/', '')}` : undefined;
    case 'altbeacon':
      return /^[0-9a-f]{40}$/.test(hex) ? `altbeacon:${hex}` : undefined;
    default: {
      const address = hex.replaceAll(':', '');
      return /^[0-9a-f]{12}$/.test(address) ? `address:${address}` : undefined;
    }
  }
}

function hex16(number: number): string {
  return number.toString(16).padStart(4, '0');
}

/** `id`: UUID (16 bytes), major and minor (2 each, high byte first) as sent; `measuredPower`: dBm at 1 m. */
export interface IBeacon {
  readonly format: 'ibeacon';
  readonly id: Uint8Array;
  readonly measuredPower: number;
}

/** Source: Apple, Proximity Beacon Specification R1, §2: company 0x004C, type 0x02, length 0x15. */
export function parseIBeacon({ type, data }: AdStructure): IBeacon | undefined {
  if (type !== AD_MANUFACTURER || data.length !== 25) return undefined;
  if (data[0] !== 0x4c || data[1] !== 0x00 || data[2] !== 0x02 || data[3] !== 0x15) return undefined;
  return { format: 'ibeacon', id: data.subarray(4, 24), measuredPower: ((data[24] ?? 0) << 24) >> 24 };
}

/** `id`: the 20-byte beacon id; `referenceRssi`: dBm at 1 m; `company`: as in the Assigned Numbers. */
export interface AltBeacon {
  readonly format: 'altbeacon';
  readonly id: Uint8Array;
  readonly company: number;
  readonly referenceRssi: number;
}

/** Source: AltBeacon Protocol Specification v1.0: any company, beacon code 0xBEAC, id, reference RSSI, one more byte. */
export function parseAltBeacon({ type, data }: AdStructure): AltBeacon | undefined {
  if (type !== AD_MANUFACTURER || data.length !== 26) return undefined;
  if (data[2] !== 0xbe || data[3] !== 0xac) return undefined;
  return {
    format: 'altbeacon',
    id: data.subarray(4, 24),
    company: (data[0] ?? 0) | ((data[1] ?? 0) << 8),
    referenceRssi: ((data[24] ?? 0) << 24) >> 24,
  };
}

/** `id`: namespace (10 bytes) and instance (6); `txPower`: dBm at 0 m. */
export interface EddystoneUid {
  readonly format: 'eddystone-uid';
  readonly id: Uint8Array;
  readonly txPower: number;
}

/** Telemetry of the beacon itself; values that it cannot measure are absent. */
export interface EddystoneTlm {
  readonly format: 'eddystone-tlm';
  readonly batteryMv?: number;
  readonly temperatureC?: number;
  /** Advertisements since power-on. */
  readonly advertisements: number;
  readonly uptimeS: number;
}

/**
 * Eddystone UID and unencrypted TLM: service data of UUID 0xFEAA.
 * Source: Eddystone Protocol Specification, eddystone-uid (frame 0x00) and eddystone-tlm/tlm-plain (frame 0x20, version
 * 0x00: battery 0 and temperature 0x8000 mean not supported).
 */
export function parseEddystone({ type, data }: AdStructure): EddystoneUid | EddystoneTlm | undefined {
  if (type !== AD_SERVICE_DATA_16 || data[0] !== 0xaa || data[1] !== 0xfe) return undefined;
  if (data[2] === 0x00 && data.length >= 20) {
    return { format: 'eddystone-uid', id: data.subarray(4, 20), txPower: ((data[3] ?? 0) << 24) >> 24 };
  }
  if (data[2] !== 0x20 || data[3] !== 0x00 || data.length < 16) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const batteryMv = view.getUint16(4);
  const temperature = view.getInt16(6);
  return {
    format: 'eddystone-tlm',
    ...(batteryMv === 0 ? {} : { batteryMv }),
    ...(temperature === -0x8000 ? {} : { temperatureC: temperature / 256 }),
    advertisements: view.getUint32(8),
    uptimeS: view.getUint32(12) / 10,
  };
}

/** One AD structure: its type and its data, a view into the payload. */
export interface AdStructure {
  readonly type: number;
  readonly data: Uint8Array;
}

const AD_SERVICE_DATA_16 = 0x16;
const AD_MANUFACTURER = 0xff;

/**
 * The AD structures of an advertising payload, in order. A length of 0 ends the significant part, and so does a structure
 * that reaches beyond the payload; those before it stand.
 * Source: Bluetooth Core Spec Vol 3 Part C §11; types in Assigned Numbers §2.3.
 */
export function adStructures(payload: Uint8Array): AdStructure[] {
  const structures: AdStructure[] = [];
  for (let at = 0; at < payload.length; ) {
    const length = payload[at] ?? 0;
    const type = payload[at + 1];
    const end = at + 1 + length;
    if (length === 0 || type === undefined || end > payload.length) break;
    structures.push({ type, data: payload.subarray(at + 2, end) });
    at = end;
  }
  return structures;
}
