/** The value of a cell as its field has it, or what is wrong with it. */
import type { Value } from '../../shared/reading.ts';
import { foreign, type Text } from '../../shared/text.ts';
import type { ProfileKind } from '../profile/kinds.ts';
import { fieldValue } from '../profile/values.ts';
import { plain } from './page-words.ts';
import type { WebField } from './profile.ts';
import { say } from './words.ts';
import { writtenNumber } from './written-number.ts';

/** A text is cut to so many characters. */
const maxText = 200;
const maxShown = 60;

export type CellValue = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly fault: Text };

export function cellValue(raw: unknown, field: WebField, kind: ProfileKind): CellValue {
  const { quantity, from, type, unit, scale, suffix, words } = field;
  const isScalar = typeof raw !== 'object';
  const about = { quantity, from, raw: foreign(isScalar ? String(raw).slice(0, maxShown) : '{}') };
  if (words.length > 0) {
    const text = isScalar ? plain(String(raw)) : undefined;
    const word = words.find(({ written }) => plain(written) === text);
    return word === undefined ? { ok: false, fault: say.unknownWord(about) } : { ok: true, value: word.means };
  }
  const suffixes = unit === undefined || scale !== 1 ? suffix : [unit, ...suffix]; // a scaled number is in another unit
  const given =
    type === 'number' ? writtenNumber(raw, suffixes) : typeof raw === 'string' ? plain(raw).slice(0, maxText) : raw;
  const value = fieldValue(given, field, kind);
  if (value !== undefined) return { ok: true, value };
  if (type === 'number') return { ok: false, fault: say.notNumber(about) };
  return { ok: false, fault: type === 'boolean' ? say.notBoolean(about) : say.notText({ quantity, from }) };
}
