import { AD_MANUFACTURER, type AdStructure } from './ad-structures.ts';

/** `id` is UUID (16 bytes), major and minor (2 each, high byte first) as sent; `measuredPower` dBm at 1 m. */
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
