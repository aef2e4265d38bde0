/** AltBeacon. Source: AltBeacon Protocol Specification v1.0: any company, beacon code, id, reference RSSI, the maker's own. */
import { type AdStructure, manufacturerData, signed } from './ad-structures.ts';

/** `id`: the 20-byte beacon id; `referenceRssi`: dBm at 1 m; `company`: as in the Assigned Numbers. */
export interface AltBeacon {
  readonly format: 'altbeacon';
  readonly id: Uint8Array;
  readonly company: number;
  readonly referenceRssi: number;
}

const CODE = [0xbe, 0xac] as const;
const idBytes = 20;

/** The maker's byte at the end may be missing, or more than one. */
export function parseAltBeacon(structure: AdStructure): AltBeacon | undefined {
  const { company, data } = manufacturerData(structure) ?? {};
  if (company === undefined || data === undefined || data.length < 2 + idBytes + 1) return undefined;
  if (data[0] !== CODE[0] || data[1] !== CODE[1]) return undefined;
  const referenceRssi = signed(data[2 + idBytes]);
  return { format: 'altbeacon', id: data.subarray(2, 2 + idBytes), company, referenceRssi };
}
