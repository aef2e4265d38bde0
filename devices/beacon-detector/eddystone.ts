import { AD_SERVICE_DATA_16, type AdStructure } from './ad-structures.ts';

/** `id` is namespace (10 bytes) and instance (6); `txPower` dBm at 0 m. */
export interface EddystoneUid {
  readonly format: 'eddystone-uid';
  readonly id: Uint8Array;
  readonly txPower: number;
}

/** Of a beacon itself; absent members are ones that it cannot measure. */
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
