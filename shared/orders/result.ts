/**
 * What became of an order: a CBOR map that the gateway publishes on `result`. It is not signed: a receiver believes it as it believes
 * the gateway's batches, by the login under which the broker let it publish. docs/orders.md is its contract.
 *
 * It names the message that it answers by digest, and the order by its id once the signature was found to be good: an answer to a forgery
 * can so never pass for the answer to the order whose id the forger took. Bounds: `maxResultBytes`, and those of each member.
 */
import * as v from 'valibot';
import { fromBase64url, toBase64url } from '../enrolment/base64url.ts';
import { FormatError } from '../errors.ts';
import { decodeCbor, encodeCbor } from '../feed/cbor.ts';
import { fromMap, toMap } from '../feed/record.ts';
import { hexBytes, toHex } from '../hex.ts';
import { id as name } from '../setting.ts';
import { printable, type Text } from '../text.ts';
import { say } from './words.ts';

export const maxResultBytes = 40 * 1024;
export const maxDetails = 16;
/** It leaves a quarter of the message to what is said beside it. */
export const maxAttachmentBytes = 30 * 1024;
const maxDetailCharacters = 500;
const maxTextCharacters = 1_000;

/**
 * done: it was · refused: nothing was done, and why · failed: it was tried · expired: its time was over before its turn came ·
 * interrupted: the gateway was cut off between beginning and end, so that nobody knows.
 */
export const ORDER_OUTCOMES = ['done', 'refused', 'failed', 'expired', 'interrupted'] as const;
export type OrderOutcome = (typeof ORDER_OUTCOMES)[number];

export type Details = Readonly<Record<string, string | number | boolean>>;

export interface OrderResult {
  /** Of the message that it answers (`orderDigest`). */
  readonly order: string;
  /** 32 hexadecimal digits; absent if no key vouched for the message. */
  readonly id?: string | undefined;
  readonly gateway: string;
  readonly outcome: OrderOutcome;
  /** Why it was not done: a word for programs ("not-allowed"). */
  readonly reason?: string | undefined;
  /** The same for people, with what to do. */
  readonly text?: Text | undefined;
  /** When it ended, epoch ms by the gateway's clock; absent while that is not set. */
  readonly at?: number | undefined;
  readonly details?: Details | undefined;
  /** What the action was to bring, base64url: the support bundle of `support`, as gzip (RFC 1952). */
  readonly attachment?: string | undefined;
}

const code = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9.-]{0,63}$/));
const said = v.pipe(v.string(), v.maxLength(maxTextCharacters), v.transform(printable));
const detail = v.union([
  v.pipe(v.string(), v.maxLength(maxDetailCharacters), v.transform(printable)),
  v.pipe(v.number(), v.finite()),
  v.boolean(),
]);
const hexOf = (bytes: number) =>
  v.pipe(
    v.instance(Uint8Array),
    v.length(bytes),
    v.transform((given) => toHex(given)),
  );

/** Members of later releases are left alone: a result asks for nothing. */
const resultSchema = v.object({
  version: v.literal(1),
  order: hexOf(8),
  id: v.optional(hexOf(16)),
  gateway: name,
  outcome: v.picklist(ORDER_OUTCOMES),
  reason: v.optional(code),
  text: v.optional(v.object({ code, en: said, ja: said })),
  at: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  details: v.optional(
    v.pipe(
      v.record(v.pipe(v.string(), v.maxLength(64), v.transform(printable)), detail),
      v.check((all) => Object.keys(all).length <= maxDetails),
    ),
  ),
  attachment: v.optional(
    v.pipe(
      v.instance(Uint8Array),
      v.maxLength(maxAttachmentBytes),
      v.transform((bytes) => toBase64url(bytes)),
    ),
  ),
});

/** Texts and details that are longer than a result has room for are cut; an attachment that is, is left out, and beside one details for which there is no room. */
export function encodeResult(result: OrderResult): Uint8Array {
  const bytes = encoded(result);
  return bytes.length <= maxResultBytes ? bytes : encoded({ ...result, details: undefined });
}

function encoded({ order, id, text, details, attachment = '', ...rest }: OrderResult): Uint8Array {
  const cut = (said: string, max = maxTextCharacters) => said.slice(0, max);
  const attached = fromBase64url(attachment) ?? new Uint8Array();
  return encodeCbor(
    toMap({
      version: 1,
      order: hexBytes(order),
      ...(id !== undefined && { id: hexBytes(id) }),
      ...rest,
      ...(text && { text: { code: text.code, en: cut(text.en), ja: cut(text.ja) } }),
      ...(details && {
        details: Object.fromEntries(
          Object.entries(details)
            .slice(0, maxDetails)
            .map(([key, value]) => [key, typeof value === 'string' ? cut(value, maxDetailCharacters) : value]),
        ),
      }),
      ...(attached.length > 0 && attached.length <= maxAttachmentBytes && { attachment: attached }),
    }),
  );
}

/** Throws a FormatError. */
export function decodeResult(bytes: Uint8Array): OrderResult {
  if (bytes.length > maxResultBytes) throw new FormatError(say.notResult());
  const parsed = v.safeParse(resultSchema, decoded(bytes));
  if (!parsed.success) throw new FormatError(say.notResult());
  const { version: _, ...result } = parsed.output;
  return result;
}

function decoded(bytes: Uint8Array): unknown {
  try {
    return fromMap(decodeCbor(bytes, { items: 200, containers: 20 }));
  } catch {
    return undefined; // it is told as no result
  }
}
