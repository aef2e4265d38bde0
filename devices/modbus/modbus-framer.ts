/**
 * Frames of Modbus RTU and Modbus TCP out of a byte stream.
 *
 * RTU marks the end of a frame by silence, which a byte stream has lost, so frames are found by their structure and
 * proven by their CRC. Where an earlier position still waits for bytes and a later one already is a proven frame, the
 * later one wins: noise that looks like the start of a long frame never holds an answer back. MBAP has no checksum; its
 * header (protocol 0, a length within the specification) must be sane, else the framer slides on by a byte.
 *
 * With 'auto' the first whole frame tells which of the two it is: the byte after an RTU answer's function is never 0,
 * that of an MBAP header always is, and a CRC proves RTU. MBAP, which is never proven, is doubted again at the first
 * header that is not sane.
 *
 * Bounds: an RTU frame has at most 256 bytes, an MBAP frame 260, so the bytes held are fewer: more would be a frame or
 * rubbish. Bytes of no frame come out as rubbish.
 */
import type { Frame, Framer, RubbishCode } from '../device-type.ts';
import type { Framing } from './adu.ts';
import { endsWithCrc } from './crc16.ts';

/** What stands at a position: a frame of so many bytes, the possible start of one, or rubbish. */
type Look = number | 'incomplete' | RubbishCode;

export class ModbusFramer implements Framer {
  readonly maxFrameBytes = 260;
  readonly #configured: Framing | 'auto';
  #framing: Framing | 'auto';
  #held = new Uint8Array(0);

  constructor(framing: Framing | 'auto') {
    this.#configured = framing;
    this.#framing = framing;
  }

  push(bytes: Uint8Array): readonly Frame[] {
    const frames: Frame[] = [];
    for (let from = 0; from < bytes.length; ) {
      const piece = bytes.subarray(from, from + this.maxFrameBytes - this.#held.length);
      from += piece.length;
      const joined = new Uint8Array(this.#held.length + piece.length);
      joined.set(this.#held);
      joined.set(piece, this.#held.length);
      this.#held = joined;
      while (this.#cut(frames)); // leaves less than a whole frame of the longest kind, so there is always room
    }
    return frames;
  }

  end(): readonly Frame[] {
    const frames: Frame[] = [];
    this.#drop(this.#held.length, 'truncated', frames);
    this.#framing = this.#configured;
    return frames;
  }

  /** Takes the first frame and the rubbish before it; false when more bytes are needed. */
  #cut(frames: Frame[]): boolean {
    const held = this.#held;
    let waitsFrom = held.length;
    for (let at = 0; at < held.length; at++) {
      const look = waitsFrom < at ? lookForRtu(held, at) : this.#look(at);
      if (typeof look === 'number') {
        this.#drop(at, this.#rubbishCode(), frames);
        frames.push({ ok: true, bytes: held.slice(at, at + look) });
        this.#held = held.slice(at + look);
        if (waitsFrom < at) this.#framing = 'rtu';
        return true;
      }
      if (look === 'incomplete') waitsFrom = Math.min(waitsFrom, at);
      if (this.#framing === 'tcp' && waitsFrom <= at) break;
    }
    this.#drop(waitsFrom, this.#rubbishCode(), frames);
    return false;
  }

  /** What stands at `at`, where everything before is rubbish; a whole frame, or its failing, settles 'auto'. */
  #look(at: number): Look {
    if (this.#framing === 'tcp') {
      const mbap = lookForMbap(this.#held, at);
      if (mbap === 'noise') this.#framing = this.#configured;
      return mbap;
    }
    const rtu = lookForRtu(this.#held, at);
    if (this.#framing === 'rtu') return rtu;
    const mbap = typeof rtu === 'number' ? 'noise' : lookForMbap(this.#held, at);
    if (typeof rtu === 'number') this.#framing = 'rtu';
    if (typeof mbap === 'number') this.#framing = 'tcp';
    return mbap === 'noise' ? rtu : mbap;
  }

  #rubbishCode(): RubbishCode {
    const look = this.#framing === 'tcp' ? 'noise' : lookForRtu(this.#held, 0);
    return look === 'incomplete' || typeof look === 'number' ? 'truncated' : look;
  }

  #drop(count: number, code: RubbishCode, frames: Frame[]): void {
    if (count === 0) return;
    frames.push({ ok: false, code, bytes: this.#held.slice(0, count) });
    this.#held = this.#held.slice(count);
  }
}

/** MODBUS Application Protocol V1.1b3 §6: how long an answer is, or a request that a line adapter echoes. */
function rtuLengths(code: number, third: number): readonly number[] {
  if (code > 0x80 && code <= 0x90) return [5];
  if (code === 5 || code === 6 || code === 15 || code === 16) return [8];
  if (code < 1 || code > 4) return [];
  const isByteCount = code < 3 ? third >= 1 && third <= 250 : third >= 2 && third <= 250 && third % 2 === 0;
  if (!isByteCount) return [8];
  return third < 3 ? [third + 5, 8] : [8, third + 5];
}

function lookForRtu(held: Uint8Array, at: number): Look {
  const left = held.length - at;
  const code = held[at + 1];
  if (code === undefined) return 'incomplete';
  if (rtuLengths(code, 0).length === 0) return 'noise';
  const third = held[at + 2];
  if (third === undefined) return 'incomplete';
  for (const length of rtuLengths(code, third)) {
    if (left < length) return 'incomplete';
    if (endsWithCrc(held, at, at + length)) return length;
  }
  return 'bad-checksum';
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
