/**
 * A CBOR sequence (RFC 8742), item by item as its bytes come in.
 *
 * Promise: items come out whole and in order. Memory holds one item and one piece of the input, however long the sequence.
 * Bounds: `maxItemBytes` per item, `maxDepth` levels within it. If the bytes are not well-formed (RFC 8949 §3) or end
 * within an item, it throws after the last whole item. Strings of indefinite length, which the feed does not use, count
 * as not well-formed.
 */
import { FormatError, MachimoriError } from '../errors.ts';
import type { Text } from '../text.ts';
import { say } from './words.ts';

export interface SequenceItem {
  /** The item's bytes, the caller's to keep. */
  readonly bytes: Uint8Array;
  /** Where it begins in the sequence. */
  readonly at: number;
}

export interface SequenceOptions {
  /** The sequence's name in errors: its file. */
  readonly name: string;
  readonly maxItemBytes: number;
}

const maxDepth = 64;
const BREAK = 0xff;

/** Throws a MachimoriError "malformed" or "cut-short". */
export async function* readSequence(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { name, maxItemBytes }: SequenceOptions,
): AsyncGenerator<SequenceItem> {
  let buffer = new Uint8Array(0);
  let start = 0;
  let end = 0;
  let at = 0;
  let scan = new ItemScan(maxItemBytes);
  for await (const chunk of chunks) {
    if (end + chunk.length > buffer.length) {
      const live = end - start;
      const roomy = live + chunk.length <= buffer.length ? buffer : new Uint8Array(2 * (live + chunk.length));
      roomy.set(buffer.subarray(start, end));
      [buffer, start, end] = [roomy, 0, live];
    }
    buffer.set(chunk, end);
    end += chunk.length;
    while (start < end) {
      const length = lengthOf(scan, buffer.subarray(start, end), name, at);
      if (length === undefined) break;
      yield { bytes: buffer.slice(start, start + length), at };
      start += length;
      at += length;
      scan = new ItemScan(maxItemBytes);
    }
  }
  if (start < end) throw cutShort(name, at + end - start);
}

/** The sequence ends before it is complete. */
export function cutShort(name: string, atByte: number): MachimoriError {
  return new MachimoriError('cut-short', {
    what: say.cutShort({ bytes: atByte }),
    on: name,
    hint: say.copyRest(),
  });
}

/** The sequence cannot be read from that byte on. */
export function malformed(name: string, atByte: number, why: Text): MachimoriError {
  return new MachimoriError('malformed', {
    what: say.malformedFrom({ at: atByte, why }),
    on: name,
    hint: say.copyAgain(),
  });
}

function lengthOf(scan: ItemScan, bytes: Uint8Array, name: string, at: number): number | undefined {
  try {
    return scan.lengthOf(bytes);
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw malformed(name, at, cause.text);
  }
}

/** Finds the end of one item, resuming where the bytes ended last time. */
class ItemScan {
  readonly #maxBytes: number;
  /** Members still to come of each open array, map or tag; infinite if a break ends it. */
  readonly #open: number[] = [];
  #at = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The length of the item at the start of `bytes`; undefined if its end has not come. Throws a FormatError. */
  lengthOf(bytes: Uint8Array): number | undefined {
    for (;;) {
      const initial = bytes[this.#at];
      if (initial === undefined) return undefined;
      const head = readHead(bytes, this.#at, initial);
      if (head === undefined) return undefined;
      const { length, argument } = head;
      const major = initial >> 5;
      const isString = major === 2 || major === 3;
      const next = this.#at + length + (isString ? argument : 0);
      if (next > this.#maxBytes || argumentIsTooLong(major, argument, this.#maxBytes)) {
        throw new FormatError(say.itemTooLong({ max: this.#maxBytes }));
      }
      if (next > bytes.length) return undefined;
      this.#at = next;
      if (initial === BREAK) this.#close();
      else if (major === 4 || major === 5) this.#enter(argument * (major - 3));
      else if (major === 6) this.#enter(1);
      else this.#complete();
      if (this.#open.length === 0) return this.#at;
    }
  }

  #enter(members: number): void {
    if (this.#open.length === maxDepth) throw new FormatError(say.itemTooDeep({ max: maxDepth }));
    if (members === 0) this.#complete();
    else this.#open.push(members);
  }

  #close(): void {
    if (this.#open.pop() !== Number.POSITIVE_INFINITY) throw new FormatError(say.strayBreak());
    this.#complete();
  }

  /** An item is complete, and so is whatever it was the last member of. */
  #complete(): void {
    for (let left = this.#open.pop(); left !== undefined; left = this.#open.pop()) {
      if (left > 1) {
        this.#open.push(left - 1);
        return;
      }
    }
  }
}

/** Length and argument of an item's head (RFC 8949 §3); undefined if it is not complete yet. */
function readHead(
  bytes: Uint8Array,
  at: number,
  initial: number,
): { readonly length: number; readonly argument: number } | undefined {
  const info = initial & 31;
  if (info < 24) return { length: 1, argument: info };
  if (info === 31) {
    if (initial !== BREAK && initial >> 5 !== 4 && initial >> 5 !== 5) throw new FormatError(say.noLength());
    return { length: 1, argument: Number.POSITIVE_INFINITY };
  }
  if (info > 27) throw new FormatError(say.badInitial({ byte: initial }));
  const length = 1 + 2 ** (info - 24);
  if (at + length > bytes.length) return undefined;
  let argument = 0;
  for (const byte of bytes.subarray(at + 1, at + length)) argument = argument * 256 + byte;
  return { length, argument };
}

/** Every member of an array or map takes at least one byte. */
function argumentIsTooLong(major: number, argument: number, maxBytes: number): boolean {
  return (major === 4 || major === 5) && Number.isFinite(argument) && argument > maxBytes;
}
