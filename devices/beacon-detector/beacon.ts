/** The beacon formats that can be recognised in an advertising payload, and how their ids are written. */
import { toHex } from '../../shared/hex.ts';
import { adStructures } from './ad-structures.ts';
import { type AltBeacon, parseAltBeacon } from './altbeacon.ts';
import { type EddystoneTlm, type EddystoneUid, parseEddystone } from './eddystone.ts';
import { type IBeacon, parseIBeacon } from './ibeacon.ts';

export type Beacon = IBeacon | EddystoneUid | EddystoneTlm | AltBeacon;

/** Every beacon frame in the payload; their ids are views into it. */
export function beaconsIn(payload: Uint8Array): Beacon[] {
  return adStructures(payload).flatMap(
    (structure) => parseIBeacon(structure) ?? parseEddystone(structure) ?? parseAltBeacon(structure) ?? [],
  );
}

/** What one would call this beacon in a list of tags ("ibeacon:…" as lower-case hex); undefined for telemetry. */
export function beaconKey(beacon: Beacon): string | undefined {
  if (beacon.format === 'eddystone-tlm') return undefined;
  return `${beacon.format === 'eddystone-uid' ? 'eddystone' : beacon.format}:${toHex(beacon.id)}`;
}

/**
 * The key of an id as a person writes it: "ibeacon:UUID/major/minor", "eddystone:NAMESPACE/INSTANCE",
 * "altbeacon:ID" or "address:aa:bb:cc:dd:ee:ff", in either case, with or without dashes. Undefined for anything else.
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
