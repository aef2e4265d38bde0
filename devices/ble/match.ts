/**
 * Which operators' tags an advertisement may be of: operators' patterns, compiled once.
 *
 * Promise: whatever the payload, it gives each (operator, identifier) at most once and never throws. An identifier owns its bytes. What
 * strangers' phones and belongings send (`isStrangers`) is nobody's tag, whatever a pattern says, and an address is taken only with bytes
 * beside it that a pattern needs: a pattern of addresses alone fits every phone, and nothing here. Cost: a structure is looked up by its
 * format, company or service, so that patterns of others cost nothing.
 */
import {
  APPLE,
  EDDYSTONE_UUID,
  EXPOSURE_NOTIFICATION_UUID,
  FIND_HUB_FRAMES,
  FIND_MY_TYPE,
  neededBytes,
} from '../../shared/enrolment/breadth.ts';
import type { OperatorPattern, Pattern } from '../../shared/enrolment/pattern.ts';
import type { TagFormat, TagId } from '../../shared/enrolment/tag-id.ts';
import { toHex } from '../../shared/hex.ts';
import { shortUuid } from '../../shared/short-uuid.ts';
import { type AdStructure, adStructures, manufacturerData, serviceData } from './ad-structures.ts';
import { addressBytes, isResolvable } from './address.ts';
import { beaconId, beaconIn } from './beacon.ts';

export interface Advertisement {
  readonly payload: Uint8Array;
  /** 48 bits, in hexadecimal as people write it; absent if it is not known (a phone's app is not told). */
  readonly address?: number;
  /** As HCI has it: 1 is random. */
  readonly addressType?: number;
}

export interface Match {
  readonly operator: string;
  readonly id: TagId;
}

export type Matcher = (advertisement: Advertisement) => readonly Match[];

/** Bytes that must be there and where the identifier stands, behind the company's or service's id. */
interface Cut {
  readonly operator: string;
  readonly needed: readonly { readonly at: number; readonly byte: number }[];
  /** The identifier is the resolvable address of who sent it. */
  readonly byAddress: boolean;
  readonly from: number;
  readonly to: number;
}

type CutPattern = Extract<Pattern, { format: 'manufacturer' | 'service' }>;

export function matcher(patterns: readonly OperatorPattern[]): Matcher {
  const beacons = new Map<string, { readonly operator: string; readonly major?: number | undefined }[]>();
  const cuts = new Map<number | string, Cut[]>();
  for (const { operator, pattern } of patterns) {
    if (pattern.format === 'manufacturer') add(cuts, pattern.company, cutOf(operator, pattern));
    else if (pattern.format === 'service') add(cuts, shortUuid(pattern.uuid), cutOf(operator, pattern));
    else if (pattern.format !== 'resolvable-address') {
      add(beacons, beaconKey(pattern), { operator, major: pattern.format === 'ibeacon' ? pattern.major : undefined });
    }
  }

  function* beaconMatches(structure: AdStructure): Generator<Match> {
    const beacon = beacons.size === 0 ? undefined : beaconIn(structure);
    const id = beacon && beaconId(beacon);
    if (id === undefined) return;
    const wanted = beacons.get(id.format + toHex(id.bytes.subarray(0, FLEET_BYTES[id.format] ?? 0))) ?? [];
    for (const { operator, major } of wanted) {
      if (major === undefined || major === majorOf(id.bytes)) yield { operator, id };
    }
  }

  function* cutMatches(structure: AdStructure, resolvable: TagId | undefined): Generator<Match> {
    if (cuts.size === 0) return;
    const manufacturer = manufacturerData(structure);
    const service = manufacturer === undefined ? serviceData(structure) : undefined;
    const data = manufacturer?.data ?? service?.data;
    if (data === undefined) return;
    for (const { operator, needed, byAddress, from, to } of cuts.get(manufacturer?.company ?? service?.uuid ?? '') ??
      []) {
      if (needed.some(({ at, byte }) => data[at] !== byte)) continue;
      if (!byAddress && data.length >= to) yield { operator, id: { format: 'raw', bytes: data.subarray(from, to) } };
      if (byAddress && resolvable !== undefined) yield { operator, id: resolvable };
    }
  }

  return ({ payload, address, addressType }) => {
    let matches: Match[] | undefined;
    const take = (match: Match) => {
      matches ??= [];
      if (!matches.some((other) => isSame(other, match))) matches.push(owned(match));
    };
    const structures = adStructures(payload);
    if (structures.some(isStrangers)) return NO_MATCHES;
    const resolvable = cuts.size === 0 ? undefined : resolvableId(address, addressType);
    for (const structure of structures) {
      for (const match of beaconMatches(structure)) take(match);
      for (const match of cutMatches(structure, resolvable)) take(match);
    }
    return matches ?? NO_MATCHES;
  };
}

function resolvableId(address: number | undefined, addressType: number | undefined): TagId | undefined {
  if (address === undefined || !isResolvable(address, addressType ?? 0)) return undefined;
  return { format: 'address', bytes: addressBytes(address) };
}

const NO_MATCHES: readonly Match[] = [];

/** What the phones and lost belongings of people send whom nobody looks for: exposure notifications, and frames of finder networks. */
export function isStrangers(structure: AdStructure): boolean {
  const manufacturer = manufacturerData(structure);
  if (manufacturer !== undefined) return manufacturer.company === APPLE && manufacturer.data[0] === FIND_MY_TYPE;
  const { uuid, data } = serviceData(structure) ?? {};
  const frame = data?.[0];
  const isFindHub = uuid === EDDYSTONE_UUID && frame !== undefined && FIND_HUB_FRAMES.includes(frame);
  return isFindHub || uuid === EXPOSURE_NOTIFICATION_UUID;
}

/** How many bytes of an identifier tell whose fleet it is of. */
const FLEET_BYTES: Partial<Record<TagFormat, number>> = { ibeacon: 16, altbeacon: 16, 'eddystone-uid': 10 };

function beaconKey(pattern: Exclude<Pattern, CutPattern | { format: 'resolvable-address' }>): string {
  switch (pattern.format) {
    case 'ibeacon':
      return `ibeacon${pattern.uuid}`;
    case 'altbeacon':
      return `altbeacon${pattern.organisation}`;
    case 'eddystone-uid':
      return `eddystone-uid${pattern.namespace}`;
    case 'eddystone-eid':
      return 'eddystone-eid';
  }
}

function majorOf(iBeaconId: Uint8Array): number {
  return ((iBeaconId[16] ?? 0) << 8) | (iBeaconId[17] ?? 0);
}

function cutOf(operator: string, pattern: CutPattern): Cut {
  const { id, address } = pattern;
  const needed = neededBytes(pattern);
  return { operator, needed, byAddress: address !== undefined, from: id.at, to: id.at + id.length };
}

function add<K, V>(table: Map<K, V[]>, key: K, value: V): void {
  const there = table.get(key);
  if (there === undefined) table.set(key, [value]);
  else there.push(value);
}

function isSame(a: Match, b: Match): boolean {
  return (
    a.operator === b.operator &&
    a.id.format === b.id.format &&
    a.id.bytes.length === b.id.bytes.length &&
    a.id.bytes.every((byte, at) => byte === b.id.bytes[at])
  );
}

function owned({ operator, id: { format, bytes } }: Match): Match {
  return { operator, id: { format, bytes: Uint8Array.from(bytes) } }; // a slice of Node's Buffer would be a view
}
