/** What an advertising payload says, for a person who looks at one: recordings and single payloads only, never live traffic. */
import { toHex } from '../../shared/hex.ts';
import type { Value } from '../../shared/reading.ts';
import {
  AD_TYPE,
  type AdStructure,
  adStructures,
  manufacturerData,
  serviceData,
  serviceUuids,
  signed,
} from './ad-structures.ts';
import { type Beacon, beaconIn } from './beacon.ts';
import { isStrangers } from './match.ts';

export interface DescribedAdvertisement {
  readonly structures: readonly Readonly<Record<string, unknown>>[];
  /** What follows the last whole structure, in hexadecimal; absent if there is nothing but zeros. */
  readonly rest?: string;
}

export function describeAdvertisement(payload: Uint8Array): DescribedAdvertisement {
  const structures = adStructures(payload);
  const used = structures.reduce((sum, { data }) => sum + 2 + data.length, 0);
  const rest = payload.subarray(used);
  return {
    structures: structures.map(describeStructure),
    ...(rest.some((byte) => byte !== 0) && { rest: toHex(rest) }),
  };
}

/** `strangers`: it is what phones and belongings of strangers send, and is nobody's tag here. */
function describeStructure(structure: AdStructure): Readonly<Record<string, unknown>> {
  const beacon = beaconIn(structure);
  return {
    type: structure.type,
    ...contentOf(structure),
    ...(beacon !== undefined && { beacon: beaconValues(beacon) }),
    ...(isStrangers(structure) && { strangers: true }),
  };
}

/** Core Specification Supplement Part A §1. */
function contentOf(structure: AdStructure): Readonly<Record<string, unknown>> {
  const { type, data } = structure;
  const [first] = data;
  if (type === AD_TYPE.flags && first !== undefined) return { flags: first };
  if (type === AD_TYPE.shortName || type === AD_TYPE.completeName) return { name: new TextDecoder().decode(data) };
  if (type === AD_TYPE.txPower && first !== undefined) return { txPower: signed(first) };
  const services = serviceUuids(structure);
  if (services !== undefined) return { services };
  const { company, uuid, data: own } = { ...manufacturerData(structure), ...serviceData(structure) };
  return {
    ...(company !== undefined && { company: company.toString(16).padStart(4, '0') }),
    ...(uuid !== undefined && { service: uuid }),
    data: toHex(own ?? data),
  };
}

/** A beacon's content by name: powers in dBm, battery in V, temperature in Cel, uptime in s. */
export function beaconValues(beacon: Beacon): Record<string, Value> {
  const { format } = beacon;
  switch (format) {
    case 'ibeacon': {
      const hex = toHex(beacon.id);
      const uuid = hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
      const [major, minor] = [Number.parseInt(hex.slice(32, 36), 16), Number.parseInt(hex.slice(36), 16)];
      return { format, uuid, major, minor, measuredPower: beacon.measuredPower };
    }
    case 'altbeacon':
      return { format, beaconId: toHex(beacon.id), company: beacon.company, referenceRssi: beacon.referenceRssi };
    case 'eddystone-uid': {
      const hex = toHex(beacon.id);
      return { format, namespace: hex.slice(0, 20), instance: hex.slice(20), txPower: beacon.txPower };
    }
    case 'eddystone-url':
      return { format, url: beacon.url, txPower: beacon.txPower };
    case 'eddystone-eid':
      return { format, ephemeralId: toHex(beacon.id), txPower: beacon.txPower };
    case 'eddystone-etlm':
      return { format };
    case 'eddystone-tlm': {
      const { batteryMv, temperatureC, advertisements, uptimeS } = beacon;
      return {
        format,
        ...(batteryMv === undefined ? {} : { battery: batteryMv / 1000 }),
        ...(temperatureC === undefined ? {} : { temperature: temperatureC }),
        advertisements,
        uptimeS,
      };
    }
  }
}
