/** The beacons in an advertising payload, and the identifiers that they send. */
import type { TagId } from '../../shared/enrolment/tag-id.ts';
import { type AdStructure, adStructures } from './ad-structures.ts';
import { type AltBeacon, parseAltBeacon } from './altbeacon.ts';
import { type Eddystone, parseEddystone } from './eddystone.ts';
import { type IBeacon, parseIBeacon } from './ibeacon.ts';

export type Beacon = IBeacon | Eddystone | AltBeacon;

/** Every beacon frame in the payload; the ids are views into it. */
export function beaconsIn(payload: Uint8Array): Beacon[] {
  return adStructures(payload).flatMap((structure) => beaconIn(structure) ?? []);
}

export function beaconIn(structure: AdStructure): Beacon | undefined {
  return parseIBeacon(structure) ?? parseEddystone(structure) ?? parseAltBeacon(structure);
}

/** What it is told from others by, a view into the payload; undefined if the frame has nothing of the kind. */
export function beaconId(beacon: Beacon): TagId | undefined {
  return 'id' in beacon ? { format: beacon.format, bytes: beacon.id } : undefined;
}
