/**
 * Frames of Modbus RTU and Modbus TCP in a byte stream.
 *
 * MBAP has no checksum; unless its header is sane (protocol 0, a length within the specification), the framer moves on by a
 * byte. RTU marks the end of a frame by silence, which is lost in a byte stream, so frames are found by their structure and
 * proven by their CRC. Two things make that ambiguous; what this port asks settles both:
 *
 *   - a line adapter may echo our requests. A request has its address where an answer has its byte count, and a CRC also
 *     proves a frame with one zero more or less at its end. Only bytes equal to one of our requests are an echo; otherwise
 *     the answer's length is tried first;
 *   - noise may look like the start of a long frame. While such a frame waits for its end, a later one wins if it is proven
 *     and part of a conversation of ours: noise never holds up an answer, and an answer's data is never cut.
 *
 * Bounds: an RTU frame has at most 256 bytes, an MBAP frame 260; the bytes held are fewer. Bytes outside frames come out as
 * rubbish.
 */

import type { Frame, RubbishCode } from '../device-type.ts';
import { ByteFramer } from '../framing/byte-framer.ts';
import { endsWithCrc, type Framing, maxRegistersPerRequest, type ReadRequest, RTU_REQUEST_BYTES } from './adu.ts';

const maxFrameBytes = 260;

/** What is at a position: a frame of that many bytes, the possible start of one, or rubbish. */
type Look = number | 'incomplete' | RubbishCode;

export class ModbusFramer extends ByteFramer {
  readonly #framing: Framing;
  readonly #asked: Asked;

  /** `asked`: the reads of this port, whatever their register counts. */
  constructor(framing: Framing, asked: readonly Omit<ReadRequest, 'count'>[]) {
    super(maxFrameBytes);
    this.#framing = framing;
    this.#asked = new Asked(asked);
  }

  protected override cut(held: Uint8Array, frames: Frame[]): number {
    let start = 0;
    for (let cut = this.#next(held, start); cut; cut = this.#next(held, start)) {
      const { from, to } = cut;
      if (from > start)
        frames.push({ ok: false, code: this.#rubbishCode(held, start), bytes: held.slice(start, from) });
      if (to > from) frames.push({ ok: true, bytes: held.slice(from, to) });
      start = to;
    }
    return start;
  }

  /** The first frame from `start` on, or an empty one at the end of the rubbish there; undefined if more bytes are needed. */
  #next(held: Uint8Array, start: number): { readonly from: number; readonly to: number } | undefined {
    let waitsFrom: number | undefined;
    for (let at = start; at < held.length; at++) {
      const look = this.#look(held, at);
      if (typeof look === 'number' && (waitsFrom === undefined || this.#asked.isOurs(held, at))) {
        return { from: at, to: at + look };
      }
      if (look === 'incomplete') waitsFrom ??= at;
      if (waitsFrom !== undefined && this.#framing === 'tcp') break;
    }
    const end = waitsFrom ?? held.length;
    return end > start ? { from: end, to: end } : undefined;
  }

  #look(held: Uint8Array, at: number): Look {
    return this.#framing === 'tcp' ? lookForMbap(held, at) : lookForRtu(held, at, this.#asked);
  }

  #rubbishCode(held: Uint8Array, at: number): RubbishCode {
    const look = this.#look(held, at);
    return look === 'incomplete' || typeof look === 'number' ? 'truncated' : look;
  }
}

/** The reads of this port, which distinguish our conversations from other traffic and from chance. */
class Asked {
  /** Unit, function and address as a request carries them in its first four bytes. */
  readonly #starts: ReadonlySet<number>;
  readonly #conversations: ReadonlySet<number>;

  constructor(asked: readonly Omit<ReadRequest, 'count'>[]) {
    this.#starts = new Set(asked.map((read) => (read.unit * 256 + read.function) * 65_536 + read.address));
    this.#conversations = new Set(asked.map((read) => read.unit * 256 + read.function));
  }

  /** Whether the six bytes at `at` are a request of this port; the count may be a probe's. */
  isRequest(held: Uint8Array, at: number): boolean {
    const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, high = 0, low = 0] = held.subarray(at, at + 6);
    if (high !== 0 || low === 0 || low > maxRegistersPerRequest) return false;
    return this.#starts.has((b0 * 256 + b1) * 65_536 + b2 * 256 + b3);
  }

  /** Whether the frame at `at` has a unit and function (or its exception) that this port asks. */
  isOurs(held: Uint8Array, at: number): boolean {
    return this.#conversations.has((held[at] ?? 0) * 256 + ((held[at + 1] ?? 0) & 0x7f));
  }
}

/** How long an answer is or, failing that, another master's request: MODBUS Application Protocol V1.1b3 §6. */
function rtuLengths(code: number, third: number): readonly number[] {
  if (code > 0x80 && code <= 0x90) return [5];
  if (code === 5 || code === 6 || code === 15 || code === 16) return [RTU_REQUEST_BYTES];
  if (code < 1 || code > 4) return [];
  const isByteCount = code < 3 ? third >= 1 && third <= 250 : third >= 2 && third <= 250 && third % 2 === 0;
  return isByteCount ? [third + 5, RTU_REQUEST_BYTES] : [RTU_REQUEST_BYTES];
}

function lookForRtu(held: Uint8Array, at: number, asked: Asked): Look {
  const left = held.length - at;
  const code = held[at + 1];
  if (code === undefined) return 'incomplete';
  if (rtuLengths(code, 0).length === 0) return 'noise';
  const third = held[at + 2];
  if (third === undefined) return 'incomplete';
  const isEcho = asked.isRequest(held, at) && (left < RTU_REQUEST_BYTES || isProven(held, at, RTU_REQUEST_BYTES));
  for (const length of isEcho ? [RTU_REQUEST_BYTES] : rtuLengths(code, third)) {
    if (left < length) return 'incomplete';
    if (isProven(held, at, length)) return length;
  }
  return 'bad-checksum';
}

function isProven(held: Uint8Array, at: number, length: number): boolean {
  return endsWithCrc(held, at, at + length);
}

/** MODBUS Messaging on TCP/IP Implementation Guide V1.0b §3.1.3: length counts unit, function and data. */
function lookForMbap(held: Uint8Array, at: number): Look {
  const left = held.length - at;
  if ((left > 2 && held[at + 2] !== 0) || (left > 3 && held[at + 3] !== 0)) return 'noise';
  if (left < 6) return 'incomplete';
  const length = ((held[at + 4] ?? 0) << 8) | (held[at + 5] ?? 0);
  if (length < 3 || length > 254) return 'noise';
  return left < 6 + length ? 'incomplete' : 6 + length;
}
