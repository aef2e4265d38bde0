/**
 * The tags that an operator has enrolled, from its own table. They are personal data: no error repeats one.
 * Bounds: `maxTags` identifiers; of those that rotate `maxEphemeral` and `maxResolvable`.
 */
import { maxTagIdBytes, TAG_FORMATS, tagKey } from '../../../shared/enrolment/tag-id.ts';
import { TextError } from '../../../shared/errors.ts';
import { hexBytes } from '../../../shared/hex.ts';
import { readCsv } from './csv-rows.ts';
import { say } from './words.ts';

export const maxTags = 500_000;
/** Their identifiers are computed ahead, some for each quarter of an hour (rotating-tags.ts). */
export const maxEphemeral = 50_000;
/** An address is tried with each key. */
export const maxResolvable = 4_000;
const maxNameLength = 200;

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

/** Throws what `readCsv` throws. */
export async function readEnrolledTags(file: string): Promise<EnrolledTags> {
  const lines = new Map<string, number>();
  const fixed = new Map<string, EnrolledTag>();
  const ephemeral: EphemeralTag[] = [];
  const resolvable: ResolvableTag[] = [];
  const names = new Set<string>();
  await readCsv(file, ['tag', 'identifier', 'opt_in', 'consent'], ({ line, cell }) => {
    const identifier = identifierOf(cell('identifier'));
    if (identifier === undefined) throw new TextError(say.notIdentifier());
    const first = lines.get(identifier.id);
    if (first !== undefined) throw new TextError(say.identifierTwice({ first }));
    lines.set(identifier.id, line);
    const tag = { tag: cell('tag'), optIn: cell('opt_in'), consent: cell('consent') };
    if (!isName(tag.tag)) throw new TextError(say.notTagName({ max: maxNameLength }));
    names.add(tag.tag);
    if (identifier.kind === 'fixed') fixed.set(identifier.id, tag);
    else if (identifier.kind === 'eid') ephemeral.push({ ...tag, ...identifier });
    else resolvable.push({ ...tag, ...identifier });
    for (const [count, max] of [
      [lines.size, maxTags],
      [ephemeral.length, maxEphemeral],
      [resolvable.length, maxResolvable],
    ] as const) {
      if (count > max) throw new TextError(say.tooManyTags({ max }));
    }
  });
  return { fixed, ephemeral, resolvable, names };
}

/** What a database and a log of questions hold as it is. */
function isName(tag: string): boolean {
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

/** "iBeacon:F7826DA6-…", "eid:<key>,<exponent>,<zero at>" or "irk:<key>"; undefined if it is none. */
function identifierOf(written: string): Identifier | undefined {
  const [name = '', ...rest] = written.split(':');
  const format = name.trim().toLowerCase();
  if (format === 'eid') return ephemeralOf(rest.join(':'));
  const bytes = bytesOf(rest.join(''));
  if (bytes === undefined) return undefined;
  if (format === 'irk') return bytes.length === 16 ? { kind: 'irk', id: `irk:${bytes}`, key: bytes } : undefined;
  const known = TAG_FORMATS.find((each) => each === format);
  const isId = known !== undefined && bytes.length <= maxTagIdBytes;
  return isId ? { kind: 'fixed', id: tagKey({ format: known, bytes }) } : undefined;
}

function ephemeralOf(written: string): Identifier | undefined {
  const [digits = '', ...numbers] = written.split(',');
  const key = bytesOf(digits);
  const [exponent = -1, zeroAt = -1] = numbers.map((each) => (/^\s*\d{1,10}\s*$/.test(each) ? Number(each) : -1));
  if (key?.length !== 16 || numbers.length !== 2) return undefined;
  if (exponent < minExponent || exponent > maxExponent || zeroAt < 0 || zeroAt > maxZeroAt) return undefined;
  return { kind: 'eid', id: `eid:${key}`, key, exponent, zeroAt };
}

function bytesOf(written: string): Uint8Array | undefined {
  const digits = written.replace(/[-\s]/g, '').toLowerCase();
  return /^([0-9a-f]{2})+$/.test(digits) ? hexBytes(digits) : undefined;
}
