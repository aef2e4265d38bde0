/**
 * The beacons in an advertising payload, and the identifiers that they send: iBeacon and AltBeacon here, Eddystone in `eddystone.ts`.
 *
 * Sources: Apple, Proximity Beacon Specification R1, §2; AltBeacon Protocol Specification v1.0. Some makers add bytes behind the power, such
 * as the battery's, so that a specification's length is the least that a structure has.
 */
import { APPLE } from '../../shared/enrolment/breadth.ts';
import type { TagId } from '../../shared/enrolment/tag-id.ts';
import { type AdStructure, adStructures, manufacturerData, signed } from './ad-structures.ts';
import { type Eddystone, parseEddystone } from './eddystone.ts';

export type Beacon = IBeacon | AltBeacon | Eddystone;

/** `id`: UUID (16 bytes), major and minor (2 each, high byte first) as sent; `measuredPower`: dBm at 1 m. */
export interface IBeacon {
  readonly format: 'ibeacon';
  readonly id: Uint8Array;
  readonly measuredPower: number;
}

/** `id`: the 20-byte beacon id; `referenceRssi`: dBm at 1 m; `company`: as in the Assigned Numbers. */
export interface AltBeacon {
  readonly format: 'altbeacon';
  readonly id: Uint8Array;
  readonly company: number;
  readonly referenceRssi: number;
}

const idBytes = 20;
/** Two bytes that tell the format, the id, the power. */
const leastBytes = 2 + idBytes + 1;

/** Every beacon frame in the payload; the ids are views into it. */
export function beaconsIn(payload: Uint8Array): Beacon[] {
  return adStructures(payload).flatMap((structure) => beaconIn(structure) ?? []);
}

export function beaconIn(structure: AdStructure): Beacon | undefined {
  return parseManufacturers(structure) ?? parseEddystone(structure);
}

/** What it is told from others by, a view into the payload; undefined if the frame has nothing of the kind. */
export function beaconId(beacon: Beacon): TagId | undefined {
  return 'id' in beacon ? { format: beacon.format, bytes: beacon.id } : undefined;
}

function parseManufacturers(structure: AdStructure): IBeacon | AltBeacon | undefined {
  const { company, data } = manufacturerData(structure) ?? {};
  if (company === undefined || data === undefined || data.length < leastBytes) return undefined;
  const id = data.subarray(2, 2 + idBytes);
  const power = signed(data[2 + idBytes]);
  if (company === APPLE && data[0] === 0x02 && data[1] === 0x15) return { format: 'ibeacon', id, measuredPower: power };
  if (data[0] === 0xbe && data[1] === 0xac) return { format: 'altbeacon', id, company, referenceRssi: power };
  return undefined;
}
