/**
 * Eddystone: service data of UUID 0xFEAA, whose first byte is the frame's type.
 *
 * Source: Eddystone Protocol Specification: eddystone-uid (0x00), eddystone-url (0x10), eddystone-tlm (0x20), eddystone-eid (0x30).
 * Google's Find Hub network uses the same UUID with types 0x40 and 0x41: they are none of these, and what they hold is a stranger's.
 */
import { EDDYSTONE_UUID } from '../../shared/enrolment/breadth.ts';
import { type AdStructure, serviceData, signed } from './ad-structures.ts';

export type Eddystone = EddystoneUid | EddystoneUrl | EddystoneTlm | EddystoneEncryptedTlm | EddystoneEid;

/** `id`: namespace (10 bytes) and instance (6); `txPower`: dBm at 0 m. */
export interface EddystoneUid {
  readonly format: 'eddystone-uid';
  readonly id: Uint8Array;
  readonly txPower: number;
}

export interface EddystoneUrl {
  readonly format: 'eddystone-url';
  readonly url: string;
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

/** Telemetry that only who has the identity key can read. */
export interface EddystoneEncryptedTlm {
  readonly format: 'eddystone-etlm';
}

/** `id`: the ephemeral id (8 bytes). */
export interface EddystoneEid {
  readonly format: 'eddystone-eid';
  readonly id: Uint8Array;
  readonly txPower: number;
}

const FRAME = { uid: 0x00, url: 0x10, tlm: 0x20, eid: 0x30 } as const;

export function parseEddystone(structure: AdStructure): Eddystone | undefined {
  const { uuid, data } = serviceData(structure) ?? {};
  if (uuid !== EDDYSTONE_UUID || data === undefined) return undefined;
  const [frame, second] = data;
  switch (frame) {
    case FRAME.uid:
      if (data.length < 18) return undefined;
      return { format: 'eddystone-uid', id: data.subarray(2, 18), txPower: signed(second) };
    case FRAME.url: {
      const url = urlOf(data.subarray(2));
      return url === undefined ? undefined : { format: 'eddystone-url', url, txPower: signed(second) };
    }
    case FRAME.tlm:
      if (second === 0x01 && data.length >= 18) return { format: 'eddystone-etlm' };
      return second === 0x00 && data.length >= 14 ? telemetry(data) : undefined;
    case FRAME.eid:
      if (data.length < 10) return undefined;
      return { format: 'eddystone-eid', id: data.subarray(2, 10), txPower: signed(second) };
    default:
      return undefined;
  }
}

/** tlm-plain: battery 0 and temperature 0x8000 mean not supported. */
function telemetry(data: Uint8Array): EddystoneTlm {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const batteryMv = view.getUint16(2);
  const temperature = view.getInt16(4);
  return {
    format: 'eddystone-tlm',
    ...(batteryMv === 0 ? {} : { batteryMv }),
    ...(temperature === -0x8000 ? {} : { temperatureC: temperature / 256 }),
    advertisements: view.getUint32(6),
    uptimeS: view.getUint32(10) / 10,
  };
}

const SCHEMES = ['http://www.', 'https://www.', 'http://', 'https://'];
const DOMAINS = ['.com', '.org', '.edu', '.net', '.info', '.biz', '.gov'];
const EXPANSIONS = [...DOMAINS.map((domain) => `${domain}/`), ...DOMAINS];

/** Undefined if it has a byte that the specification reserves. */
function urlOf([scheme, ...rest]: Uint8Array): string | undefined {
  let url = SCHEMES[scheme ?? SCHEMES.length];
  for (const byte of rest) {
    const part = EXPANSIONS[byte] ?? (byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : undefined);
    if (part === undefined || url === undefined) return undefined;
    url += part;
  }
  return url;
}
