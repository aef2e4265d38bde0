/**
 * Readings are bounded where they enter: what a device, a codec or a stranger puts into one can cost no other reading.
 *
 * A text that is not Unicode, or a name that no object can hold, is mended, and a number that is none is left out; a reading beyond READING_BOUNDS, or without a time that a Date can hold, is refused.
 */
import { isTime, READING_BOUNDS, type Reading, type Value } from '../../shared/reading.ts';
import { wellFormed } from '../../shared/text.ts';

export type Bounded =
  | { readonly ok: true; readonly reading: Reading; readonly isMended: boolean }
  | { readonly ok: false };

const SURROGATE = /\p{Surrogate}/u;
const { maxValues, maxNameLength, maxTextLength } = READING_BOUNDS;

export function boundReading(reading: Reading): Bounded {
  if (!Number.isInteger(reading.observedAt) || !isTime(reading.observedAt)) return { ok: false };
  let count = 0;
  let isMended = false;
  for (const name in reading.values) {
    const value = reading.values[name];
    if (++count > maxValues || name.length > maxNameLength) return { ok: false };
    if (typeof value === 'string') {
      if (value.length > maxTextLength) return { ok: false };
      isMended ||= SURROGATE.test(value);
    } else if (typeof value === 'number') isMended ||= !Number.isFinite(value);
    isMended ||= name === '__proto__' || SURROGATE.test(name);
  }
  return isMended ? { ok: true, reading: mended(reading), isMended } : { ok: true, reading, isMended };
}

/** Objects that are filled by name have no place for "__proto__". */
function nameOf(name: string): string {
  return name === '__proto__' ? 'proto' : wellFormed(name);
}

function mended(reading: Reading): Reading {
  const values: Record<string, Value> = {};
  for (const [name, value] of Object.entries(reading.values)) {
    if (value !== undefined && (typeof value !== 'number' || Number.isFinite(value)))
      values[nameOf(name)] = typeof value === 'string' ? wellFormed(value) : value;
  }
  return { ...reading, values } as Reading; // the same quantities, their texts mended
}
