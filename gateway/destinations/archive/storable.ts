/**
 * What both engines can hold, by one rule:
 *
 * - A text is stored with U+FFFD for each NUL, which PostgreSQL refuses, and for each half of a surrogate pair, which is not Unicode.
 * - A reading is refused, with the reason in the receipt, if its time is not in the years 1 to 9999 (timestamptz holds more, but few
 *   clients read it), if a number is NaN or infinite (JSON has neither), or if its device's name is longer than an index takes.
 */
import type { Reading, Values } from '../../../shared/reading.ts';
import { type Text, wellFormed } from '../../../shared/text.ts';
import { say } from './words.ts';

const minTime = -62_135_596_800_000; // 0001-01-01T00:00:00.000Z
const maxTime = 253_402_300_799_999; // 9999-12-31T23:59:59.999Z
/** A key of a B-tree has at most 2,704 bytes in PostgreSQL, with tenant, gateway and kind beside it. */
const maxDeviceLength = 256;

/** Why a reading is refused; undefined if it can be stored. */
export function refusalOf({ device, observedAt, values }: Reading): Text | undefined {
  if (!(observedAt >= minTime && observedAt <= maxTime)) return say.badTime();
  if (device.length > maxDeviceLength) return say.longDevice({ max: maxDeviceLength });
  for (const quantity in values) {
    const value = values[quantity as keyof Values];
    if (typeof value === 'number' && !Number.isFinite(value)) return say.badNumber({ quantity });
  }
  return undefined;
}

export function storableText(text: string): string {
  return wellFormed(text).replaceAll('\0', '\ufffd');
}

/** JSON of the values. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  // JSON.stringify writes both as escapes, and hardly any other character (ECMA-262 §25.5.2.3).
  return json.includes('\\u') ? JSON.stringify(withStorableTexts(value)) : json;
}

function withStorableTexts(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(withStorableTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [storableText(key), withStorableTexts(member)]),
  );
}
