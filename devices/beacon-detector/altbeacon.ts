import { AD_MANUFACTURER, type AdStructure } from './ad-structures.ts';

/** `id` is the 20-byte beacon id; `referenceRssi` dBm at 1 m; `company` as in the Assigned Numbers. */
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
