/** Turns a device's raw values into the values of a reading; undefined for a value of the wrong type. Pure. */
import type { Value } from '../../shared/reading.ts';
import type { Field } from './fields.ts';
import type { ProfileKind } from './kinds.ts';

/** Degrees that positions cannot exceed. */
const LIMITS: ReadonlyMap<string, number> = new Map([
  ['lat', 90],
  ['lon', 180],
]);

/** The value of a field: a finite number, scaled and offset; text; or a boolean (true/false, on/off, 1/0). */
export function fieldValue(raw: unknown, field: Field, kind: ProfileKind): Value | undefined {
  switch (field.type) {
    case 'number': {
      const number = finiteNumber(raw);
      const value = number === undefined ? Number.NaN : scaled(number, field);
      const limit = kind === 'position' ? (LIMITS.get(field.quantity) ?? Number.MAX_VALUE) : Number.MAX_VALUE;
      return Math.abs(value) <= limit ? value : undefined;
    }
    case 'text':
      return typeof raw === 'string' || typeof raw === 'number' ? String(raw) : undefined;
    case 'boolean': {
      const text = typeof raw === 'object' ? '' : String(raw).trim().toLowerCase(); // String() may throw on an object
      return /^(true|on|1)$/.test(text) ? true : /^(false|off|0)$/.test(text) ? false : undefined;
    }
  }
}

/**
 * `raw` × `scale` + `offset` without the noise of binary fractions, which begins after fifteen digits of the largest number in it: 123 × 0.01
 * is 1.23, not 1.2300000000000002, and a counter keeps all its digits up to 2^53.
 */
export function scaled(raw: number, { scale = 1, offset = 0 }: { readonly scale?: number; readonly offset?: number }) {
  const value = raw * scale + offset;
  if (Number.isInteger(value) || !Number.isFinite(value)) return value === 0 ? 0 : value; // no -0
  const largest = Math.max(Math.abs(raw * scale), Math.abs(offset));
  if (largest < 1e8 && Math.round(value * 1e6) / 1e6 === value) return value; // six decimals are within the fifteen digits
  const decimals = 14 - Number(largest.toExponential().split('e')[1]); // a logarithm of 99999999999999.8 is 14
  return Number(value.toFixed(Math.min(100, Math.max(0, decimals))));
}

/** Whether a device says that it has no value: nothing, null, or a text that is NaN or infinite. */
export function isNoValue(raw: unknown): boolean {
  if (raw === undefined || raw === null || Number.isNaN(raw)) return true;
  return typeof raw === 'string' && NO_NUMBER.test(raw.trim());
}

/** As C libraries and JSON writers print what is no number. */
const NO_NUMBER = /^(?:[-+]?(?:nan(?:\(\w*\))?|inf(?:inity)?|1\.#\w+)|null)?$/i;

export function finiteNumber(raw: unknown): number | undefined {
  if (typeof raw === 'number') return Number.isFinite(raw) ? raw : undefined;
  if (typeof raw !== 'string') return undefined;
  const text = raw.trim();
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text) ? finiteNumber(Number(text)) : undefined;
}
