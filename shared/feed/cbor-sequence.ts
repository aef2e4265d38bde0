/**
 * A CBOR sequence (RFC 8742), item by item as its bytes come in.
 *
 * Promise: each item is handed on whole and in order. What is in memory is one item and one piece of the input, however
 * long the sequence. Bounds: an item of `maxItemBytes`, `maxDepth` levels within it. Where the bytes are not well-formed
 * (RFC 8949 §3), or end within an item, it throws after the last whole item. Strings of indefinite length, which the feed
 * has no need of, count as not well-formed.
 */
import { MachimoriError } from '../errors.ts';

export interface SequenceItem {
  /** The item's bytes, the caller's to keep. */
  readonly bytes: Uint8Array;
  /** Where it begins in the sequence. */
  readonly at: number;
}

export interface SequenceOptions {
  /** What to call the sequence in an error: its file. */
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
    what: `the file ends early, after ${atByte} bytes`,
    on: name,
    hint: 'Copy it again from where it was written; what was read of it until there is good',
  });
}

/** From that byte on the sequence cannot be read. */
export function malformed(name: string, atByte: number, why: string): MachimoriError {
  return new MachimoriError('malformed', {
    what: `from byte ${atByte} on it cannot be read (${why})`,
    on: name,
    hint: 'It was damaged; copy it again from where it was written',
  });
}

function lengthOf(scan: ItemScan, bytes: Uint8Array, name: string, at: number): number | undefined {
  try {
    return scan.lengthOf(bytes);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw malformed(name, at, cause.message);
  }
}

/** Finds the end of one item, going on from where the bytes ended the last time. */
class ItemScan {
  readonly #maxBytes: number;
  /** Members still to come of each open array, map or tag; infinite where a break ends it. */
  readonly #open: number[] = [];
  #at = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** `bytes` begin with the item; undefined where its end has not come. Throws a RangeError. */
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
        throw new RangeError(`an item is longer than ${this.#maxBytes} bytes`);
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
    if (this.#open.length === maxDepth) throw new RangeError(`an item is nested deeper than ${maxDepth} levels`);
    if (members === 0) this.#complete();
    else this.#open.push(members);
  }

  #close(): void {
    if (this.#open.pop() !== Number.POSITIVE_INFINITY)
      throw new RangeError('a break stands where nothing is to be ended');
    this.#complete();
  }

  /** An item is complete, and with it whatever it was the last member of. */
  #complete(): void {
    for (let left = this.#open.pop(); left !== undefined; left = this.#open.pop()) {
      if (left > 1) {
        this.#open.push(left - 1);
        return;
      }
    }
  }
}

/** Length and argument of an item's head (RFC 8949 §3); undefined where it has not come whole. */
function readHead(
  bytes: Uint8Array,
  at: number,
  initial: number,
): { readonly length: number; readonly argument: number } | undefined {
  const info = initial & 31;
  if (info < 24) return { length: 1, argument: info };
  if (info === 31) {
    if (initial !== BREAK && initial >> 5 !== 4 && initial >> 5 !== 5) throw new RangeError('a length is missing');
    return { length: 1, argument: Number.POSITIVE_INFINITY };
  }
  if (info > 27) throw new RangeError(`${initial} begins no item`);
  const length = 1 + 2 ** (info - 24);
  if (at + length > bytes.length) return undefined;
  let argument = 0;
  for (const byte of bytes.subarray(at + 1, at + length)) argument = argument * 256 + byte;
  return { length, argument };
}

/** Every member of an array or map takes a byte at least. */
function argumentIsTooLong(major: number, argument: number, maxBytes: number): boolean {
  return (major === 4 || major === 5) && Number.isFinite(argument) && argument > maxBytes;
}
