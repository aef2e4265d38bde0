/**
 * An order of the city's to a gateway or a device of it: a CBOR map in a COSE_Sign1 (signing/sign1.ts). docs/orders.md is its contract.
 *
 * Nothing in it is to be believed before the signature is: `readOrder` reads, the gateway judges (gateway/commands/). A member that this
 * release does not know makes it no order, since it could narrow what the order asks for. Bounds: `maxOrderBytes` the whole message, and
 * those of each member. Whoever signs more gets a FormatError.
 */
import * as v from 'valibot';
import { FormatError } from '../errors.ts';
import { decodeCbor, encodeCbor } from '../feed/cbor.ts';
import { fromMap, toMap } from '../feed/record.ts';
import { hexBytes, toHex } from '../hex.ts';
import { id as name } from '../setting.ts';
import { encodeSign1, type Sign1, type Signer } from '../signing/sign1.ts';
import { isPrintable } from '../text.ts';
import { maxConfigCharacters } from './actions.ts';
import { say } from './words.ts';

/** What the signature of an order is for. */
export const ORDER_CONTEXT = 'machimori order 1';
/** A whole configuration in UTF-8 (Japanese: 3 bytes a character), and what is around it. */
export const maxOrderBytes = 3 * maxConfigCharacters + 4096;
/** Between issue and end. */
export const maxLifetimeMs = 7 * 86_400_000;
const idBytes = 16;
const maxArguments = 16;
/** Whole milliseconds that a Date can have (ECMA-262 §21.4.1.1). */
const maxTime = 8.64e15;

export type ArgumentValue = string | number | boolean;

export interface Order {
  /** 32 hexadecimal digits, drawn at random by whoever issues it. */
  readonly id: string;
  readonly tenant: string;
  readonly gateway: string;
  /** A row of `ACTIONS`, or of a later release's. */
  readonly action: string;
  /** Absent: it is to the gateway itself. */
  readonly device?: string | undefined;
  readonly arguments: Readonly<Record<string, ArgumentValue>>;
  /** Epoch ms. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Who gave it, for people: a name, an account. The signature says only which key. */
  readonly by: string;
}

export const orderId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
export const orderedBy = v.pipe(v.string(), v.minLength(1), v.maxLength(120), v.check(isPrintable));
const time = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(maxTime));
const value = v.union([
  v.pipe(v.string(), v.maxLength(maxConfigCharacters)),
  v.pipe(v.number(), v.finite()),
  v.boolean(),
]);

const orderSchema = v.strictObject({
  version: v.literal(1),
  id: v.pipe(
    v.instance(Uint8Array),
    v.length(idBytes),
    v.transform((bytes) => toHex(bytes)),
  ),
  tenant: name,
  gateway: name,
  action: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/)),
  device: v.optional(name),
  arguments: v.pipe(
    v.record(v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9]{0,31}$/)), value),
    v.check((all) => Object.keys(all).length <= maxArguments),
  ),
  issuedAt: time,
  expiresAt: time,
  by: orderedBy,
});

/** A new order's id. `random`: 16 bytes of it. */
export function orderIdOf(random: Uint8Array): string {
  return toHex(random);
}

/** The message as it is published. Rejects with a FormatError if it is beyond a bound. */
export async function signOrder(order: Order, signer: Signer): Promise<Uint8Array> {
  const { id, ...rest } = order;
  const map = { version: 1, id: hexBytes(id), ...rest };
  if (!v.is(orderSchema, withoutUndefined(map))) throw new FormatError(say.notOrder());
  const message = await encodeSign1(encodeCbor(toMap(map)), ORDER_CONTEXT, signer);
  if (message.length > maxOrderBytes) throw new FormatError(say.orderTooLarge({ max: maxOrderBytes }));
  return message;
}

/** Throws a FormatError if the payload is no order. */
export function readOrder({ payload }: Pick<Sign1, 'payload'>): Order {
  const parsed = v.safeParse(orderSchema, decoded(payload));
  if (!parsed.success) throw new FormatError(say.notOrder());
  const { version: _, ...order } = parsed.output;
  return order;
}

/** By which a result names the message that it answers: the first 8 bytes of its SHA-256, in hexadecimal. */
export async function orderDigest(message: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', Uint8Array.from(message));
  return toHex(new Uint8Array(hash).subarray(0, 8));
}

function decoded(bytes: Uint8Array): unknown {
  try {
    return fromMap(decodeCbor(bytes, { items: 100, containers: 3, hasUniqueKeys: true }));
  } catch {
    return undefined; // it is told as no order
  }
}

function withoutUndefined(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined));
}
