/**
 * AD structures, of which an advertising payload is a list: a length, a type, data.
 *
 * Source: Bluetooth Core Spec Vol 3 Part C §11; types and their data in the Core Specification Supplement Part A and the Assigned
 * Numbers §2.3. Every array is a view into the payload.
 */
import { toHex } from '../../shared/hex.ts';
import { shortUuid } from '../../shared/short-uuid.ts';

export interface AdStructure {
  readonly type: number;
  readonly data: Uint8Array;
}

export const AD_TYPE = {
  flags: 0x01,
  shortName: 0x08,
  completeName: 0x09,
  txPower: 0x0a,
  serviceData16: 0x16,
  serviceData32: 0x20,
  serviceData128: 0x21,
  manufacturer: 0xff,
} as const;

/**
 * The structures of a payload, in order. A length of 0 ends the significant part, and so does a structure that reaches beyond the
 * payload; those before it stand.
 */
export function adStructures(payload: Uint8Array): AdStructure[] {
  const structures: AdStructure[] = [];
  for (let at = 0; at < payload.length; ) {
    const length = payload[at] ?? 0;
    const type = payload[at + 1];
    const end = at + 1 + length;
    if (length === 0 || type === undefined || end > payload.length) break;
    structures.push({ type, data: payload.subarray(at + 2, end) });
    at = end;
  }
  return structures;
}

/** `company`: as in the Assigned Numbers. */
export interface ManufacturerData {
  readonly company: number;
  readonly data: Uint8Array;
}

/** Undefined if it is another structure, or too short to name a company. */
export function manufacturerData({ type, data }: AdStructure): ManufacturerData | undefined {
  const [low, high] = data;
  if (type !== AD_TYPE.manufacturer || low === undefined || high === undefined) return undefined;
  return { company: low | (high << 8), data: data.subarray(2) };
}

/** `uuid`: as `shortUuid` gives it. */
export interface ServiceData {
  readonly uuid: string;
  readonly data: Uint8Array;
}

const UUID_BYTES: Readonly<Record<number, number>> = {
  [AD_TYPE.serviceData16]: 2,
  [AD_TYPE.serviceData32]: 4,
  [AD_TYPE.serviceData128]: 16,
};

/** Undefined if it is another structure, or too short to name a service. */
export function serviceData({ type, data }: AdStructure): ServiceData | undefined {
  const length = UUID_BYTES[type];
  if (length === undefined || data.length < length) return undefined;
  return { uuid: shortUuid(toHex(data.subarray(0, length).toReversed())), data: data.subarray(length) };
}

/** Lists of services by their type: how long each UUID is (complete or not, or solicited). */
const UUIDS_OF_TYPE: Readonly<Record<number, number>> = {
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 16,
  7: 16,
  20: 2,
  21: 16,
  31: 4,
};

/** The services that a structure lists; a rest that is no whole UUID is left out. Undefined if it is no list of services. */
export function serviceUuids({ type, data }: AdStructure): readonly string[] | undefined {
  const length = UUIDS_OF_TYPE[type];
  if (length === undefined) return undefined;
  return Array.from({ length: Math.floor(data.length / length) }, (_, at) =>
    shortUuid(toHex(data.subarray(at * length, (at + 1) * length).toReversed())),
  );
}

/** A byte as a signed number: powers in dBm. */
export function signed(byte: number | undefined): number {
  return ((byte ?? 0) << 24) >> 24;
}

/** What a receiver may say of a signal's strength: Core Spec Vol 4 Part E §7.7.65.2. */
const MIN_DBM = -127;
const MAX_DBM = 20;

/** dBm; undefined for what the specification does not allow, such as 127 for "not known". */
export function plausibleRssi(rssi: number): number | undefined {
  return rssi >= MIN_DBM && rssi <= MAX_DBM ? rssi : undefined;
}
