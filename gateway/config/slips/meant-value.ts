/**
 * The value that was meant by a word or number as people write it: yes for true, 9,600 for 9600, 5sec for "5s".
 *
 * What is meant depends on the setting: 5m is a length of time or, of a height, a number with its unit.
 */
import type { GenericSchema } from 'valibot';
import { unitOf } from '../../../shared/setting.ts';
import { unwrap } from '../schema-walk.ts';
import { plainText } from './look-alikes.ts';
import { NO, NOTHING, SIZES, TIMES, YES } from './words.ts';

export type Kind = 'flag' | 'number' | 'duration' | 'size' | 'text' | 'other';

/** What kind of value a setting takes. */
export function kindOf(schema: GenericSchema): Kind {
  const unit = unitOf(schema);
  if (unit !== undefined) return unit === 'ms' ? 'duration' : 'size';
  const inner = unwrap(schema);
  const options = 'options' in inner && Array.isArray(inner.options) ? inner.options : [];
  switch (inner.type) {
    case 'boolean':
      return 'flag';
    case 'number':
      return 'number';
    case 'string':
    case 'literal':
      return 'text';
    case 'picklist':
      return options.every((option) => typeof option === 'number') ? 'number' : 'text';
    default:
      return 'other';
  }
}

/** As identifiers are written in hexadecimal: what "0059" is, only who wrote it knows. */
const HEX = /^(0[\da-f]*[a-f][\da-f]*|00\d\d)$/i;

/** As TOML; undefined if nothing is known to be meant. A value that is right already comes back as it is. */
export function meantValue(written: string, kind: Kind | undefined): string | undefined {
  const text = plainText(written).trim();
  if (kind === 'flag' || kind === undefined || kind === 'other') {
    if (YES.test(text)) return 'true';
    if (NO.test(text) && (kind === 'flag' || !isNothing(text))) return 'false';
  }
  if (kind === 'flag' && /^[01]$/.test(text)) return text === '1' ? 'true' : 'false';
  if (kind === 'number' && HEX.test(text)) return /[a-f]/i.test(text) ? String(Number.parseInt(text, 16)) : undefined;
  if (kind === 'number' && /^[\dOoIl]*\d[\dOoIl]*$/.test(text)) return meantNumber(digitsOf(text));
  const [, amount, unit = ''] = /^([-+]?[\d.,_ ]*\d[.,]?)\s*([^\d\s.,]*)$/.exec(text) ?? [];
  const number = amount === undefined ? undefined : meantNumber(amount.trim());
  if (number === undefined) return undefined;
  const named = kind === 'duration' ? unitIn(TIMES, unit) : kind === 'size' ? unitIn(SIZES, unit) : undefined;
  if (named !== undefined) return JSON.stringify(`${number}${named}`);
  if (kind === 'duration' || kind === 'size') return undefined;
  if (kind === 'number' && /^[kM]/i.test(unit) && unit.length === 1 && unit !== 'm') return undefined;
  if (unit === '' || kind === 'number') return number;
  return JSON.stringify(`${number}${unit}`);
}

/** Letters that were typed for digits. */
function digitsOf(text: string): string {
  return text.replace(/[Oo]/g, '0').replace(/[Il]/g, '1');
}

/** Whether it says that there is no value: TOML has none for that. */
export function isNothing(written: string): boolean {
  return NOTHING.test(plainText(written).trim());
}

/** 9,600 and 9 600 are one number, 35,5 has a decimal comma, TOML has neither 007 nor .5 nor 5. */
function meantNumber(written: string): string | undefined {
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/.exec(written) ?? [];
  const joined = /^\d{1,3}([, ]\d{3})+(\.\d+)?$/.test(digits) ? digits.replace(/[, ]/g, '') : digits.replace(',', '.');
  const match = /^(\d[\d_]*|)(?:\.(\d*))?$/.exec(joined);
  if (match === null) return undefined;
  const [, whole = '', fraction] = match.map((part) => part?.replaceAll('_', ''));
  const start = whole.replace(/^0+(?=\d)/, '') || '0';
  return `${sign === '-' ? '-' : ''}${start}${fraction === undefined || fraction === '' ? '' : `.${fraction}`}`;
}

function unitIn(units: readonly (readonly [RegExp, string])[], unit: string): string | undefined {
  return units.find(([pattern]) => pattern.test(unit))?.[1];
}
