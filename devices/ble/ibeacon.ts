/** iBeacon. Source: Apple, Proximity Beacon Specification R1, §2. */
import { type AdStructure, manufacturerData, signed } from './ad-structures.ts';

/** `id`: UUID (16 bytes), major and minor (2 each, high byte first) as sent; `measuredPower`: dBm at 1 m. */
export interface IBeacon {
  readonly format: 'ibeacon';
  readonly id: Uint8Array;
  readonly measuredPower: number;
}

const APPLE = 0x004c;
const TYPE = 0x02;
const LENGTH = 0x15;
const idBytes = 20;

/** Some makers add bytes behind the power, such as the battery's. */
export function parseIBeacon(structure: AdStructure): IBeacon | undefined {
  const { company, data } = manufacturerData(structure) ?? {};
  if (company !== APPLE || data === undefined || data.length < 2 + LENGTH) return undefined;
  if (data[0] !== TYPE || data[1] !== LENGTH) return undefined;
  return { format: 'ibeacon', id: data.subarray(2, 2 + idBytes), measuredPower: signed(data[2 + idBytes]) };
}
