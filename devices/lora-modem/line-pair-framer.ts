/**
 * Frames for modems that print a packet as two lines, signal and data: both lines are one frame, with CR LF between them.
 * Other lines are frames of their own.
 *
 * Bounds: a line has fewer than `maxLineBytes`, and at most two are held. The signal's line waits for the next line; if that
 * is not the data, both come out separately.
 */
import type { Frame, Framer } from '../device-type.ts';
import { latin1Of } from '../framing/latin1.ts';
import { LineFramer } from '../framing/line-framer.ts';

export class LinePairFramer implements Framer {
  readonly maxFrameBytes: number;
  readonly #lines: LineFramer;
  readonly #first: RegExp;
  readonly #second: RegExp;
  #waiting: (Frame & { readonly ok: true }) | undefined;

  /** `first` and `second` say which lines make a pair. */
  constructor(maxLineBytes: number, { first, second }: { readonly first: RegExp; readonly second: RegExp }) {
    this.maxFrameBytes = 2 * maxLineBytes;
    this.#lines = new LineFramer(maxLineBytes);
    this.#first = first;
    this.#second = second;
  }

  push(bytes: Uint8Array): readonly Frame[] {
    return this.#pair(this.#lines.push(bytes));
  }

  end(): readonly Frame[] {
    const frames = this.#pair(this.#lines.end());
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting ? [...frames, waiting] : frames;
  }

  #pair(lines: readonly Frame[]): readonly Frame[] {
    const frames: Frame[] = [];
    for (const line of lines) {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      if (waiting && line.ok && this.#second.test(latin1Of(line.bytes))) {
        frames.push({ ok: true, bytes: Uint8Array.of(...waiting.bytes, 0x0d, 0x0a, ...line.bytes) });
        continue;
      }
      if (waiting) frames.push(waiting);
      if (line.ok && this.#first.test(latin1Of(line.bytes))) this.#waiting = line;
      else frames.push(line);
    }
    return frames;
  }
}
