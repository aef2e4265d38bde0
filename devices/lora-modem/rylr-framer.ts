/**
 * Frames of a Reyax RYLR modem: lines. `+RCV=<address>,<length>,<data>,<RSSI>,<SNR>` is cut by its length, since the data
 * may hold commas and line ends. Frames come without their line end; empty lines are skipped.
 *
 * Bounds: data has at most 240 bytes (REYAX, LoRa AT Command Guide, AT+SEND), a line `maxFrameBytes`; a longer one is
 * "too-long". If no RSSI and SNR follow the data, bytes were lost: the line is "truncated", and the framer goes on at the
 * next line or the next "+RCV=" in it. Bytes that do not begin a line are noise.
 */
import type { Frame, Framer, RubbishCode } from '../device-type.ts';
import { latin1Bytes, latin1Of } from '../framing/latin1.ts';

const maxDataBytes = 240;
const RECEIVED = '+RCV=';
/** With all its digits, commas and line end. */
const maxTailBytes = ',-9999,-999.99\r\n'.length;

/** What the held bytes begin with: a whole line (and where the next one begins), part of one, or rubbish. */
type Look = { readonly end: number; readonly next: number } | 'incomplete' | 'truncated';

export class RylrFramer implements Framer {
  readonly maxFrameBytes = 288;
  /** As Latin-1, one character per byte. */
  #held = '';

  push(bytes: Uint8Array): readonly Frame[] {
    const frames: Frame[] = [];
    for (let from = 0; from < bytes.length; ) {
      const piece = bytes.subarray(from, from + this.maxFrameBytes - this.#held.length);
      from += piece.length;
      this.#held += latin1Of(piece);
      while (this.#cut(frames));
      if (this.#held.length >= this.maxFrameBytes) this.#drop(this.#held.length, 'too-long', frames);
    }
    return frames;
  }

  end(): readonly Frame[] {
    const frames: Frame[] = [];
    this.#held += '\n';
    while (this.#cut(frames));
    this.#drop(Math.max(0, this.#held.length - 1), 'truncated', frames);
    this.#held = '';
    return frames;
  }

  /** Takes the first line, or the rubbish before it; false if more bytes are needed. */
  #cut(frames: Frame[]): boolean {
    const held = this.#held;
    if (held === '') return false;
    const start = held.search(/[+\r\n]/);
    if (start !== 0) {
      this.#drop(start < 0 ? held.length : start, 'noise', frames);
      return true;
    }
    if (held[0] !== '+') {
      this.#held = held.replace(/^[\r\n]+/, '');
      return true;
    }
    const look = held.startsWith(RECEIVED) ? lookForReceived(held) : lookForLine(held);
    if (look === 'incomplete') return false;
    if (look === 'truncated') this.#drop(endOfBroken(held), 'truncated', frames);
    else {
      frames.push({ ok: true, bytes: latin1Bytes(held.slice(0, look.end)) });
      this.#held = held.slice(look.next);
    }
    return true;
  }

  #drop(count: number, code: RubbishCode, frames: Frame[]): void {
    if (count > 0) frames.push({ ok: false, code, bytes: latin1Bytes(this.#held.slice(0, count)) });
    this.#held = this.#held.slice(count);
  }
}

function lookForLine(held: string): Look {
  const end = held.indexOf('\n');
  const nested = held.indexOf(RECEIVED, 1);
  if (nested > 0 && (end < 0 || nested < end)) return 'truncated';
  return end < 0 ? 'incomplete' : { end: held[end - 1] === '\r' ? end - 1 : end, next: end + 1 };
}

function lookForReceived(held: string): Look {
  const head = /^\+RCV=\d{1,5},(\d{1,3}),/.exec(held);
  if (!head) return /^\+RCV=\d{0,5}(,\d{0,3})?$/.test(held) ? 'incomplete' : 'truncated';
  const length = Number(head[1]);
  if (length > maxDataBytes) return 'truncated';
  const tailAt = head[0].length + length;
  const after = held.slice(tailAt, tailAt + maxTailBytes);
  const tail = /^(,-?\d{1,4},-?\d{1,3}(?:\.\d{1,2})?)(\r?\n)/.exec(after);
  if (tail) return { end: tailAt + (tail[1] ?? '').length, next: tailAt + tail[0].length };
  return after.length < maxTailBytes && !after.includes('\n') ? 'incomplete' : 'truncated';
}

/** A broken line ends at the next "+RCV=" or line end in it, whichever comes first. */
function endOfBroken(held: string): number {
  const ends = [held.indexOf(RECEIVED, 1), held.indexOf('\n') + 1].filter((end) => end > 0);
  return Math.min(held.length, ...ends);
}
