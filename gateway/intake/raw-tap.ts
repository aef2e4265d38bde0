/**
 * The bytes of a stream port, both ways, for whoever records it (`machimori record --config`).
 *
 * Promise: while nobody records a port, a piece of its bytes costs one look at a flag. Recording never delays a byte: what is too much is
 * left out, and counted. Bounds: `maxBytesPerSecond` of a port; one recorder each.
 */
import type { Moment } from '../../shared/clock.ts';
import { toHex } from '../../shared/hex.ts';
import type { RawBytes } from '../../shared/live-frames.ts';
import { lineOf, type Watcher } from './watcher.ts';

/** Twice what the fastest serial port brings that is in use with sensors, 921,600 bits per second. */
const maxBytesPerSecond = 200_000;

export class RawTap {
  #recorder: Watcher | undefined;
  #second = Number.NaN;
  #left = 0;
  #missed = 0;

  /** Ask before anything is made for `note`. */
  get isRecorded(): boolean {
    return this.#recorder !== undefined;
  }

  /** Returns what ends it. */
  record(recorder: Watcher): () => void {
    this.#recorder = recorder;
    this.#missed = 0;
    return () => {
      if (this.#recorder === recorder) this.#recorder = undefined;
    };
  }

  note(at: Moment, direction: RawBytes['direction'], bytes: Uint8Array): void {
    const second = Math.floor(at.monotonic / 1_000);
    if (second !== this.#second) this.#left = maxBytesPerSecond;
    this.#second = second;
    if (bytes.length > this.#left) {
      this.#missed++;
      return;
    }
    this.#left -= bytes.length;
    this.#tellMissed();
    this.#recorder?.take(lineOf({ raw: { at: at.wall, direction, hex: toHex(bytes) } }));
  }

  /** The port has ended. */
  close(): void {
    this.#tellMissed();
    this.#recorder?.ended();
    this.#recorder = undefined;
  }

  #tellMissed(): void {
    if (this.#missed > 0) this.#recorder?.take(lineOf({ missed: this.#missed }));
    this.#missed = 0;
  }
}
