/**
 * A parcel: a file that carries feed messages on a USB stick if there is no network. See docs/feed.md.
 *
 *   head ─ message ─ message … ─ end        a CBOR sequence (RFC 8742) of [kind, content, CRC-32 of both]
 *
 * Batches and gaps travel from the gateway to the city OS in one parcel, receipts come back in another. A parcel that was cut
 * short or altered is detected: a message with altered content comes out as damaged and the rest stays good; reading stops
 * where the framing itself is broken, and after `maxDamaged` damaged messages. An item is at most `maxItemBytes` long.
 */
import { MachimoriError } from '../errors.ts';
import { isCount, nameOf } from './batch.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { cutShort, malformed, readSequence, type SequenceItem } from './cbor-sequence.ts';
import { crc32 } from './crc32.ts';
import { say } from './words.ts';

export const PARCEL_VERSION = 1;

export interface ParcelHead {
  /** The gateway that sent the messages or, in a parcel of receipts, that they are for. */
  readonly gateway: string;
  readonly tenant: string;
  /** When it was written, epoch ms by the writer's clock. */
  readonly at: number;
}

/** A feed message, as MQTT would carry it. */
export interface ParcelMessage {
  readonly kind: 'batch' | 'gap' | 'receipt';
  readonly bytes: Uint8Array;
}

/** A message whose content was altered. */
export interface DamagedMessage {
  readonly kind: 'damaged';
  /** Where it begins in the file, in bytes. */
  readonly at: number;
}

const KINDS = ['head', 'batch', 'gap', 'receipt', 'end'] as const;
type Kind = (typeof KINDS)[number];
const HEAD = { version: 0, gateway: 1, tenant: 2, at: 3 };
const END = { messages: 0 };
export const maxItemBytes = 64 * 1024 * 1024;
/** A file of single bytes that are well-formed CBOR would otherwise be millions of them. */
export const maxDamaged = 10_000;

/** The bytes of a parcel, one piece per item. */
export function* writeParcel(head: ParcelHead, messages: Iterable<ParcelMessage>): Generator<Uint8Array> {
  yield encodeHead(head);
  let count = 0;
  for (const { kind, bytes } of messages) {
    yield encodeItem(kind, bytes);
    count++;
  }
  yield encodeEnd(count);
}

export function encodeHead({ gateway, tenant, at }: ParcelHead): Uint8Array {
  const entries: [number, unknown][] = [
    [HEAD.version, PARCEL_VERSION],
    [HEAD.gateway, gateway],
    [HEAD.tenant, tenant],
    [HEAD.at, at],
  ];
  return encodeItem('head', encodeCbor(new Map(entries)));
}

/** `messages`: the number of messages between head and end. */
export function encodeEnd(messages: number): Uint8Array {
  return encodeItem('end', encodeCbor(new Map([[END.messages, messages]])));
}

/** Written by hand so that a batch is copied only once: 0x83, kind, 0x5a and length, content, 0x1a and CRC-32. */
export function encodeItem(kind: Kind, content: Uint8Array): Uint8Array {
  const item = new Uint8Array(content.length + 12);
  const view = new DataView(item.buffer);
  const code = KINDS.indexOf(kind);
  item.set([0x83, code, 0x5a]);
  view.setUint32(3, content.length);
  item.set(content, 7);
  item[content.length + 7] = 0x1a;
  view.setUint32(content.length + 8, sumOf(code, content));
  return item;
}

export interface OpenParcel {
  readonly head: ParcelHead;
  /** Can be iterated once. Throws a MachimoriError "cut-short" or "malformed" after the last good message. */
  readonly messages: AsyncGenerator<ParcelMessage | DamagedMessage>;
}

/**
 * Reads the head of a parcel. `name` names it in errors.
 * Throws a MachimoriError "not-a-parcel" if it does not begin as a parcel of a version that this code knows.
 */
export async function openParcel(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  name: string,
): Promise<OpenParcel> {
  const items = readSequence(chunks, { name, maxItemBytes });
  const first = await items.next().catch((fault) => {
    if (isBroken(fault)) return undefined;
    throw fault;
  });
  const head = first?.done === false ? headOf(first.value) : undefined;
  if (head === undefined) {
    await items.return(undefined);
    throw new MachimoriError('not-a-parcel', {
      what: say.notAParcel(),
      on: name,
      hint: say.checkPath(),
    });
  }
  return { head, messages: messagesOf(items, name) };
}

/** Whether the error means that the parcel itself ends early or is damaged. */
export function isBroken(fault: unknown): fault is MachimoriError {
  return fault instanceof MachimoriError && (fault.code === 'cut-short' || fault.code === 'malformed');
}

async function* messagesOf(
  items: AsyncGenerator<SequenceItem>,
  name: string,
): AsyncGenerator<ParcelMessage | DamagedMessage> {
  let count = 0;
  let damaged = 0;
  let endsAt = 0;
  for await (const item of items) {
    endsAt = item.at + item.bytes.length;
    const read = itemOf(item);
    if (read?.kind === 'end') {
      const written = mapOf(read.content)?.get(END.messages);
      if (written === count) return;
      throw malformed(name, item.at, say.wrongMessageCount({ given: count, expected: String(written) }));
    }
    count++;
    if (read !== undefined && read.kind !== 'head') {
      yield { kind: read.kind, bytes: read.content };
    } else {
      if (damaged++ === maxDamaged) throw malformed(name, item.at, say.tooManyDamaged({ max: maxDamaged }));
      yield { kind: 'damaged', at: item.at };
    }
  }
  throw cutShort(name, endsAt);
}

function headOf(item: SequenceItem): ParcelHead | undefined {
  const read = itemOf(item);
  const map = read?.kind === 'head' ? mapOf(read.content) : undefined;
  const [gateway, tenant, at] = [map?.get(HEAD.gateway), map?.get(HEAD.tenant), map?.get(HEAD.at)];
  if (map?.get(HEAD.version) !== PARCEL_VERSION) return undefined;
  return isName(gateway) && isName(tenant) && isCount(at) ? { gateway, tenant, at } : undefined;
}

/** A name that may appear in a topic. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(value);
}

function mapOf(content: Uint8Array): ReadonlyMap<unknown, unknown> | undefined {
  const map = decodeIntact(content);
  return map instanceof Map ? map : undefined;
}

/** Undefined if the item was altered. */
function itemOf({ bytes }: SequenceItem): { kind: Kind; content: Uint8Array } | undefined {
  const item = decodeIntact(bytes);
  const [code, content, crc] = Array.isArray(item) && item.length === 3 ? item : [];
  const kind = nameOf(KINDS, code);
  const isIntact = kind !== undefined && content instanceof Uint8Array && sumOf(KINDS.indexOf(kind), content) === crc;
  return isIntact ? { kind, content } : undefined;
}

/** CRC-32 of the kind, as one byte, and the content. */
function sumOf(code: number, content: Uint8Array): number {
  return crc32(content, crc32(Uint8Array.of(code)));
}

/** Undefined if it is not CBOR. */
function decodeIntact(bytes: Uint8Array): unknown {
  try {
    return decodeCbor(bytes);
  } catch {
    return undefined;
  }
}
