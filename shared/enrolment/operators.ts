/**
 * The operators' list: whose tags an edge may see, and to whom it seals them. It holds no tag. Signed by the hub, so that an edge takes
 * no list that a stranger made; numbered, so that it takes no older one; with an end, so that what was revoked is gone everywhere by
 * then: after it an edge reports no tag until a newer list comes.
 *
 *   CBOR array: the list (bytes: a CBOR map, below) │ Ed25519 signature of those bytes (RFC 8032, 64 bytes)
 */
import * as v from 'valibot';
import { FormatError } from '../errors.ts';
import { decodeCbor, encodeCbor } from '../feed/cbor.ts';
import { fromMap, toMap } from '../feed/record.ts';
import { must } from '../setting.ts';
import { printable } from '../text.ts';
import { type Bytes, canBeSealedTo, type Key, readPublicKey } from './keys.ts';
import { type Pattern, patternSchema } from './pattern.ts';
import { say } from './words.ts';

/** A company whose tags are looked for. Its texts are shown to volunteers and citizens. */
export interface Operator {
  readonly id: string;
  readonly name: { readonly en: string; readonly ja: string };
  /** Why its tags are looked for. */
  readonly purpose: { readonly en: string; readonly ja: string };
  /** X25519, 32 bytes. */
  readonly publicKey: Bytes;
  readonly patterns: readonly Pattern[];
  /** How long an edge keeps a sighting that it cannot send, ms. */
  readonly retentionMs: number;
}

export interface OperatorList {
  /** Counts up with each list of this issuer. */
  readonly number: number;
  /** Epoch ms. */
  readonly issuedAt: number;
  readonly validUntil: number;
  readonly operators: readonly Operator[];
}

/** RFC 8032. */
const signatureBytes = 64;
export const maxOperators = 100;
export const maxPatterns = 100;
export const maxListBytes = 256 * 1024;
export const maxRetentionMs = 31 * 86_400_000;

const bytesOf = (length: number) =>
  v.pipe(
    v.instance(Uint8Array),
    v.length(length),
    v.transform((bytes) => Uint8Array.from(bytes)),
  );
/** On one line, and nothing that steers a terminal: hubs of before took such in. */
const shortText = v.pipe(v.string(), v.maxLength(500), v.transform(printable));
const both = v.object(v.entriesFromList(['en', 'ja'], shortText));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** As an id stands in topics and paths. */
export const operatorId = v.pipe(
  v.string(must(say.mustBeOperatorId())),
  v.regex(/^[a-z0-9][a-z0-9-]{0,31}$/, must(say.mustBeOperatorId())),
);

export const operatorSchema = v.object({
  id: operatorId,
  name: both,
  purpose: both,
  publicKey: bytesOf(32),
  patterns: v.pipe(v.array(patternSchema), v.minLength(1), v.maxLength(maxPatterns)),
  retentionMs: v.pipe(count, v.maxValue(maxRetentionMs)),
});

const listSchema = v.object({
  version: v.literal(1),
  number: count,
  issuedAt: count,
  validUntil: count,
  operators: v.pipe(v.array(operatorSchema), v.maxLength(maxOperators)),
});

/** `key`: an Ed25519 private key. */
export async function signOperatorList(list: OperatorList, key: Key): Promise<Bytes> {
  const bytes = unsigned(list);
  const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', key, bytes));
  return Uint8Array.from(encodeCbor([bytes, signature]));
}

/** How large the signed list is. */
export function signedListBytes(list: OperatorList): number {
  return encodeCbor([unsigned(list), new Uint8Array(signatureBytes)]).length;
}

function unsigned(list: OperatorList): Bytes {
  return Uint8Array.from(encodeCbor(toMap({ version: 1, ...list })));
}

/**
 * The list, if it is well formed and `key` (Ed25519, 32 bytes) signed it, without operators to whom nothing can be sealed; rejects with a
 * FormatError otherwise. Whether it is no older than the one before, and not over, is `isCurrent`.
 */
export async function readOperatorList(signed: Uint8Array, key: Bytes): Promise<OperatorList> {
  if (signed.length > maxListBytes) throw new FormatError(say.listTooLarge({ max: maxListBytes }));
  const parsed = v.safeParse(v.tuple([v.instance(Uint8Array), bytesOf(signatureBytes)]), decoded(signed));
  if (!parsed.success) throw new FormatError(say.notList());
  const [bytes, signature] = [Uint8Array.from(parsed.output[0]), parsed.output[1]];
  const publicKey = await readPublicKey('Ed25519', key);
  if (!(await crypto.subtle.verify('Ed25519', publicKey, signature, bytes)))
    throw new FormatError(say.wrongSignature());
  const list = v.safeParse(listSchema, decoded(bytes));
  if (!list.success) throw new FormatError(say.notList());
  const { operators } = list.output;
  const isUsable = await Promise.all(operators.map(({ publicKey: own }) => canBeSealedTo(own)));
  return { ...list.output, operators: operators.filter((_, i) => isUsable[i]) }; // of another, nothing could be sealed with the rest
}

/** Of two with one number the later signed is newer, since a hub signs a list again to lengthen it. */
export function isOlder(list: OperatorList, before: OperatorList): boolean {
  return list.number < before.number || (list.number === before.number && list.issuedAt < before.issuedAt);
}

/** `wall`: epoch ms by a clock that is set. */
export function isCurrent(list: OperatorList, before: OperatorList | undefined, wall: number): boolean {
  return wall < list.validUntil && (before === undefined || !isOlder(list, before));
}

function decoded(bytes: Uint8Array): unknown {
  try {
    return fromMap(decodeCbor(bytes, { items: 20_000, containers: 5_000 }));
  } catch {
    return undefined; // it is told as no list
  }
}
