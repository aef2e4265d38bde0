/**
 * Frames for text-line protocols, on `@serialport/parser-readline`.
 *
 * The parser keeps every byte until its delimiter comes. So it is fed in pieces and replaced once it holds the bound: what it
 * held, and the rest of that line, are "too-long" rubbish. It is read in paused mode with `readableObjectMode`, which is
 * synchronous and never joins lines.
 */
import { ReadlineParser } from '@serialport/parser-readline';
import type { Frame, Framer } from '../device-type.ts';
import { latin1Bytes } from './latin1.ts';

export class LineFramer implements Framer {
  readonly maxFrameBytes: number;
  readonly #delimiter: '\n' | '\r';
  #parser: ReadlineParser;
  #heldBytes = 0;
  #skipping = false;

  /** Lines end with `delimiter`; a CR before an LF is not part of the line. Empty lines are skipped. */
  constructor(maxFrameBytes: number, delimiter: '\n' | '\r' = '\n') {
    this.maxFrameBytes = maxFrameBytes;
    this.#delimiter = delimiter;
    this.#parser = newParser(delimiter);
  }

  push(bytes: Uint8Array): readonly Frame[] {
    const frames: Frame[] = [];
    for (let from = 0; from < bytes.length; ) {
      const room = Math.max(1, this.maxFrameBytes - this.#heldBytes);
      const piece = bytes.subarray(from, from + room);
      from += piece.length;
      this.#take(piece, frames);
    }
    return frames;
  }

  end(): readonly Frame[] {
    const last = this.#takeHeld();
    const skipped = this.#skipping;
    this.#skipping = false;
    if (last.length === 0) return [];
    return [skipped ? { ok: false, code: 'too-long', bytes: last } : { ok: true, bytes: last }];
  }

  #take(piece: Uint8Array, frames: Frame[]): void {
    this.#parser.write(piece);
    for (let line = this.#read(); line !== null; line = this.#read()) {
      const bytes = lineBytes(line);
      if (bytes.length > 0) frames.push(this.#skipping ? { ok: false, code: 'too-long', bytes } : { ok: true, bytes });
      this.#skipping = false;
    }
    const lastEnd = piece.lastIndexOf(this.#delimiter.charCodeAt(0));
    this.#heldBytes = lastEnd < 0 ? this.#heldBytes + piece.length : piece.length - lastEnd - 1;
    if (this.#heldBytes >= this.maxFrameBytes) {
      frames.push({ ok: false, code: 'too-long', bytes: this.#takeHeld() });
      this.#skipping = true;
    }
  }

  #read(): string | null {
    return this.#parser.read() as string | null; // with an encoding the parser yields strings, one per line
  }

  /** Flushes the parser and replaces it. */
  #takeHeld(): Uint8Array {
    const spent = this.#parser;
    this.#parser = newParser(this.#delimiter);
    this.#heldBytes = 0;
    spent.write(this.#delimiter);
    const held = spent.read() as string | null; // as in #read
    spent.destroy();
    return lineBytes(held ?? '');
  }
}

function newParser(delimiter: string): ReadlineParser {
  return new ReadlineParser({ delimiter, encoding: 'latin1', readableObjectMode: true });
}

/** The bytes of a line without the CR of its line end. */
function lineBytes(line: string): Uint8Array {
  return latin1Bytes(line.endsWith('\r') ? line.slice(0, -1) : line);
}
