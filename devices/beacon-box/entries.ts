/**
 * What a box heard, from one of its messages by its profile.
 *
 * Promise: whatever the message, it never throws. What is no advertisement (a box that tells of itself) is passed over; one with a part
 * that cannot be read is only counted. Bounds: `maxEntries` advertisements of a message; those beyond are counted apart.
 */
import { hexBytes } from '../../shared/hex.ts';
import type { Heard } from '../beacon-detector/sightings.ts';
import { AD_TYPE, plausibleRssi, signed } from '../ble/ad-structures.ts';
import { ADDRESS_TYPE, addressOf, parseAddress } from '../ble/address.ts';
import { followPointer } from '../profile/pointer.ts';
import { timeValue } from '../profile/time.ts';
import { finiteNumber } from '../profile/values.ts';
import type { BoxProfile } from './profile.ts';

export const maxEntries = 2_000;
/** Of an AD structure, whose length is one byte. */
const maxDataBytes = 254;
const addressBytes = 6;

export interface BoxHeard extends Heard {
  /** Epoch ms by the box's clock. */
  readonly toldAt?: number;
}

export interface BoxEntries {
  readonly heard: readonly BoxHeard[];
  readonly unusable: number;
  readonly tooMany: number;
}

/** Undefined if the profile's `list` leads to nothing that can hold advertisements. */
export function entriesOf(message: unknown, profile: BoxProfile): BoxEntries | undefined {
  const { list, keyed } = profile;
  const found = followPointer(message, list);
  if (!found.ok) return undefined;
  const { value } = found;
  if (keyed && (typeof value !== 'object' || value === null || Array.isArray(value))) return undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const entries: [string | undefined, unknown][] = keyed
    ? Object.entries(value)
    : (Array.isArray(value) ? value : [value]).map((entry) => [undefined, entry]);
  const heard: BoxHeard[] = [];
  let unusable = 0;
  for (const [key, entry] of entries.slice(0, maxEntries)) {
    try {
      const one = profile.packed === undefined ? taken(entry, key, profile) : unpacked(entry, profile.packed);
      if (one !== undefined) heard.push(one);
    } catch (fault) {
      if (fault !== UNUSABLE) throw fault;
      unusable++;
    }
  }
  return { heard, unusable, tooMany: Math.max(0, entries.length - maxEntries) };
}

/** Thrown to the loop above, which counts it: a part that is there and cannot be read. */
const UNUSABLE = new Error('unusable');

function unusable(): never {
  throw UNUSABLE;
}

function unpacked(entry: unknown, { address, rssi, payload }: NonNullable<BoxProfile['packed']>): BoxHeard {
  const bytes = bytesOf(entry);
  if (bytes === undefined || bytes.length < Math.max(address + addressBytes, rssi + 1, payload)) return unusable();
  const strength = plausibleRssi(signed(bytes[rssi]));
  return {
    address: addressOf(bytes.subarray(address, address + addressBytes)),
    payload: bytes.subarray(payload),
    ...(strength !== undefined && { rssi: strength }),
  };
}

function taken(entry: unknown, key: string | undefined, profile: BoxProfile): BoxHeard | undefined {
  const at = (pointer: string | undefined): unknown => {
    const found = pointer === undefined ? undefined : followPointer(entry, pointer);
    return found?.ok === true && found.value !== null && found.value !== '' ? found.value : undefined;
  };
  const payload = payloadOf(at, profile);
  const strength = at(profile.rssi);
  if (payload.length === 0 && strength === undefined) return undefined; // the box tells of itself
  const rssi = strength === undefined ? undefined : plausibleRssi(finiteNumber(strength) ?? unusable());
  const written = key ?? at(profile.address);
  const address = written === undefined ? undefined : addressFrom(written);
  const addressType = addressTypeOf(at(profile.addressType));
  const { time } = profile;
  const toldAt = time && timeValue(at(time.from), time);
  return {
    payload,
    ...(address !== undefined && { address }),
    ...(addressType !== undefined && { addressType }),
    ...(rssi !== undefined && { rssi: Math.round(rssi) }),
    ...(toldAt !== undefined && { toldAt }),
  };
}

type At = (pointer: string | undefined) => unknown;

/** The payload as it was sent, or AD structures that say the same. */
function payloadOf(at: At, profile: BoxProfile): Uint8Array {
  const whole = at(profile.payload);
  if (whole !== undefined) return bytesOf(whole) ?? unusable();
  const structures: number[] = [];
  const add = (type: number, ...parts: Uint8Array[]) => {
    const bytes = parts.reduce((sum, { length }) => sum + length, 0);
    if (bytes > maxDataBytes) unusable();
    structures.push(bytes + 1, type, ...parts.flatMap((part) => [...part]));
  };
  const manufacturer = at(profile.manufacturerData);
  if (manufacturer !== undefined) add(AD_TYPE.manufacturer, bytesOf(manufacturer) ?? unusable());
  const [service, uuid] = [at(profile.serviceData), at(profile.serviceUuid)];
  if (service !== undefined && uuid !== undefined) {
    const bytes = uuidOf(uuid);
    const type = { 2: AD_TYPE.serviceData16, 4: AD_TYPE.serviceData32, 16: AD_TYPE.serviceData128 }[bytes.length];
    add(type ?? unusable(), bytes.toReversed(), bytesOf(service) ?? unusable());
  }
  const { ibeacon } = profile;
  const fleet = at(ibeacon?.uuid);
  if (ibeacon !== undefined && fleet !== undefined) {
    const id = Uint8Array.of(...uuidOf(fleet), ...uint16(at(ibeacon.major)), ...uint16(at(ibeacon.minor)));
    if (id.length !== 20) unusable();
    const power = (finiteNumber(at(ibeacon.power)) ?? 0) & 0xff;
    add(AD_TYPE.manufacturer, IBEACON_HEAD, id, Uint8Array.of(power));
  }
  return Uint8Array.from(structures);
}

/** Company, type and length: Apple, Proximity Beacon Specification R1, §2. */
const IBEACON_HEAD = Uint8Array.of(0x4c, 0x00, 0x02, 0x15);
const maxUuidDigits = 40;

function addressFrom(value: unknown): number {
  if (value instanceof Uint8Array && value.length === addressBytes) return addressOf(value);
  return (typeof value === 'string' ? parseAddress(value) : undefined) ?? unusable();
}

function addressTypeOf(value: unknown): number | undefined {
  if (value === 'random' || value === 'public') return ADDRESS_TYPE[value];
  return value === undefined ? undefined : finiteNumber(value);
}

/** Bytes as they are, or in hexadecimal, with "0x" before them or not. */
function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== 'string') return undefined;
  const digits = value.replace(/^0x/i, '');
  return digits.length % 2 === 0 && /^[0-9a-f]*$/i.test(digits) ? hexBytes(digits) : undefined;
}

/** A UUID, highest byte first, with dashes or without. */
function uuidOf(value: unknown): Uint8Array {
  const isShort = typeof value === 'string' && value.length <= maxUuidDigits;
  const bytes = isShort ? bytesOf(value.replaceAll('-', '')) : undefined;
  return bytes ?? unusable();
}

function uint16(value: unknown): [number, number] {
  const number = finiteNumber(value) ?? unusable();
  if (!Number.isInteger(number) || number < 0 || number > 0xffff) unusable();
  return [number >>> 8, number & 0xff];
}
