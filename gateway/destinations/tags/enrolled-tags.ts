/**
 * The tags that an operator has enrolled, from its own table. They are personal data: no error repeats one.
 * Bounds: `maxTags` identifiers; of those that rotate `maxEphemeral` and `maxResolvable`.
 */
import { maxTagIdBytes, TAG_FORMATS, TAG_ID_BYTES, tagKey } from '../../../shared/enrolment/tag-id.ts';
import { TextError } from '../../../shared/errors.ts';
import { hexBytes } from '../../../shared/hex.ts';
import { type CsvRow, readCsv } from './csv-rows.ts';
import { say } from './words.ts';

export const maxTags = 500_000;
/** Their identifiers are computed ahead, some for each quarter of an hour (rotating-tags.ts). */
export const maxEphemeral = 50_000;
/** An address is tried with each key. */
export const maxResolvable = 4_000;
export const maxNameLength = 200;
/** Of an identity key, and of an identity resolving key. */
const keyBytes = 16;

export interface EnrolledTag {
  readonly tag: string;
  /** As the operator wrote it: the date of consent, and a reference to it. */
  readonly optIn: string;
  readonly consent: string;
}

/** Eddystone-EID. */
export interface EphemeralTag extends EnrolledTag {
  /** 16 bytes. */
  readonly key: Uint8Array;
  /** The identifier changes every 2^exponent s. */
  readonly exponent: number;
  /** When the beacon's clock stood at 0, Unix time in seconds. */
  readonly zeroAt: number;
}

/** A resolvable private address. */
export interface ResolvableTag extends EnrolledTag {
  /** The identity resolving key: 16 bytes, highest first. */
  readonly key: Uint8Array;
}

export interface EnrolledTags {
  /** By `tagKey`. */
  readonly fixed: ReadonlyMap<string, EnrolledTag>;
  readonly ephemeral: readonly EphemeralTag[];
  readonly resolvable: readonly ResolvableTag[];
  /** Of all: as `tag` names them. */
  readonly names: ReadonlySet<string>;
}

/** What every table of enrolled tags has. */
export const COLUMNS = ['tag', 'identifier', 'opt_in', 'consent'] as const;

/** Throws what `readCsv` throws. `-`: standard input. */
export async function readEnrolledTags(file: string): Promise<EnrolledTags> {
  const table = new EnrolledTable();
  await readCsv(file, COLUMNS, (row) => table.add(row));
  return table.tags;
}

/** The rows of a table, each checked as it comes. */
export class EnrolledTable {
  readonly #lines = new Map<string, number>();
  readonly #fixed = new Map<string, EnrolledTag>();
  readonly #ephemeral: EphemeralTag[] = [];
  readonly #resolvable: ResolvableTag[] = [];
  readonly #names = new Set<string>();

  get tags(): EnrolledTags {
    return { fixed: this.#fixed, ephemeral: this.#ephemeral, resolvable: this.#resolvable, names: this.#names };
  }

  /** Throws a TextError, which never repeats an identifier. */
  add({ line, cell }: Pick<CsvRow, 'line' | 'cell'>): void {
    const identifier = identifierOf(cell('identifier'));
    const first = this.#lines.get(identifier.id);
    if (first !== undefined) throw new TextError(say.identifierTwice({ first }));
    this.#lines.set(identifier.id, line);
    const tag = { tag: cell('tag'), optIn: cell('opt_in'), consent: cell('consent') };
    if (!isName(tag.tag)) throw new TextError(say.notTagName({ max: maxNameLength }));
    if (!isDate(tag.optIn)) throw new TextError(say.notOptIn());
    this.#names.add(tag.tag);
    if (identifier.kind === 'fixed') this.#fixed.set(identifier.id, tag);
    else if (identifier.kind === 'eid') this.#ephemeral.push({ ...tag, ...identifier });
    else this.#resolvable.push({ ...tag, ...identifier });
    for (const [count, max] of [
      [this.#lines.size, maxTags],
      [this.#ephemeral.length, maxEphemeral],
      [this.#resolvable.length, maxResolvable],
    ] as const) {
      if (count > max) throw new TextError(say.tooManyTags({ max }));
    }
  }
}

/** "2026-04-01", or as spreadsheets write it: "2026/4/1". */
function isDate(written: string): boolean {
  const [, year, , month, day] = /^((?:19|20|21)\d\d)([-/])(\d{1,2})\2(\d{1,2})$/.exec(written) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

/** What a database and a log of questions hold as it is. */
export function isName(tag: string): boolean {
  return tag !== '' && tag.length <= maxNameLength && !/\p{Cc}/u.test(tag);
}

type Identifier = { readonly id: string } & (
  | { readonly kind: 'fixed' }
  | { readonly kind: 'eid'; readonly key: Uint8Array; readonly exponent: number; readonly zeroAt: number }
  | { readonly kind: 'irk'; readonly key: Uint8Array }
);

/** Less would mean thousands of identifiers a tag and hour. */
const minExponent = 6;
const maxExponent = 15;
const maxZeroAt = 2 ** 33;

/** "iBeacon:F7826DA6-…", "eid:<key>,<exponent>,<zero at>" or "irk:<key>". Throws a TextError that says what is wrong with it. */
export function identifierOf(written: string): Identifier {
  const [name = '', ...rest] = written.split(':');
  const format = name.trim().toLowerCase();
  if (format === 'eddystone') throw new TextError(say.whichEddystone());
  if (format === 'eid') return ephemeralOf(rest.join(':'));
  const known = format === 'irk' ? format : TAG_FORMATS.find((each) => each === format);
  const bytes = bytesOf(rest.join(''));
  if (known === undefined || bytes === undefined) throw new TextError(say.notIdentifier());
  const expected = known === 'irk' ? keyBytes : known === 'raw' ? undefined : TAG_ID_BYTES[known];
  if (expected === undefined ? bytes.length > maxTagIdBytes : bytes.length !== expected) {
    const [length, max] = [bytes.length, maxTagIdBytes];
    throw new TextError(
      expected === undefined ? say.rawTooLong({ length, max }) : say.notLength({ format, expected, length }),
    );
  }
  return known === 'irk'
    ? { kind: 'irk', id: `irk:${bytes}`, key: bytes }
    : { kind: 'fixed', id: tagKey({ format: known, bytes }) };
}

function ephemeralOf(written: string): Identifier {
  const [digits = '', ...numbers] = written.split(',');
  const key = bytesOf(digits);
  const [exponent = -1, zeroAt = -1] = numbers.map((each) => (/^\s*\d{1,10}\s*$/.test(each) ? Number(each) : -1));
  const isOutside = exponent < minExponent || exponent > maxExponent || zeroAt < 0 || zeroAt > maxZeroAt;
  if (key?.length !== keyBytes || numbers.length !== 2 || isOutside) throw new TextError(say.notIdentifier());
  return { kind: 'eid', id: `eid:${key}`, key, exponent, zeroAt };
}

function bytesOf(written: string): Uint8Array | undefined {
  const digits = written.replace(/[-\s]/g, '').toLowerCase();
  return /^([0-9a-f]{2})+$/.test(digits) ? hexBytes(digits) : undefined;
}
