/** How people write a tag's identifier. */

import type { TagFormat, TagId } from '../../shared/enrolment/tag-id.ts';
import { hexBytes } from '../../shared/hex.ts';

/** What each scheme's hexadecimal digits are, without the separators that it allows. */
const DIGITS: Readonly<Record<string, { readonly format: TagFormat; readonly pattern: RegExp }>> = {
  eddystone: { format: 'eddystone-uid', pattern: /^[0-9a-f]{20}\/[0-9a-f]{12}$/ },
  altbeacon: { format: 'altbeacon', pattern: /^[0-9a-f]{40}$/ },
  address: { format: 'address', pattern: /^(?:[0-9a-f]{12}|(?:[0-9a-f]{2}:){5}[0-9a-f]{2})$/ },
};

/**
 * "ibeacon:UUID/major/minor", "eddystone:NAMESPACE/INSTANCE", "altbeacon:ID" or "address:aa:bb:cc:dd:ee:ff", in upper or lower case,
 * with or without dashes. Undefined for anything else.
 */
export function parseTagId(text: string): TagId | undefined {
  const [, scheme = '', rest = ''] = /^\s*([a-z]+)\s*:\s*(.*?)\s*$/i.exec(text) ?? [];
  const digits = rest.toLowerCase().replaceAll('-', '');
  if (scheme.toLowerCase() === 'ibeacon') return iBeaconId(digits);
  const { format, pattern } = Object.hasOwn(DIGITS, scheme.toLowerCase()) ? (DIGITS[scheme.toLowerCase()] ?? {}) : {};
  if (format === undefined || !pattern?.test(digits)) return undefined;
  return { format, bytes: hexBytes(digits.replaceAll(/[/:]/g, '')) };
}

function iBeaconId(digits: string): TagId | undefined {
  const [, uuid, major, minor] = /^([0-9a-f]{32})\/(\d{1,5})\/(\d{1,5})$/.exec(digits) ?? [];
  if (uuid === undefined || Number(major) > 0xffff || Number(minor) > 0xffff) return undefined;
  return { format: 'ibeacon', bytes: hexBytes(uuid + hex16(Number(major)) + hex16(Number(minor))) };
}

function hex16(number: number): string {
  return number.toString(16).padStart(4, '0');
}
