/**
 * `machimori decode ble-advertisement`: what Bluetooth LE advertisements say, one JSON object a line for each line of hexadecimal AD
 * structures.
 *
 * Promise: each line that is neither empty nor a comment (#) gives one line, in the same order; one that is wrong gives {"error":"…"}.
 * Bounds: lines of `maxLineBytes`.
 */

import { describeAdvertisement } from '../../devices/ble/describe.ts';
import type { Frame } from '../../devices/device-type.ts';
import { LineFramer } from '../../devices/framing/line-framer.ts';
import type { Terminal } from './terminal.ts';
import { say } from './words/decode.ts';

/** The longest advertisement has 1,650 bytes (Core Spec Vol 6 Part B §2.3.4.9), and blanks may stand between digits. */
const maxLineBytes = 8_192;

export class AdvertisementDecoding {
  readonly #lines = new LineFramer(maxLineBytes);
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  bytes(chunk: Uint8Array): void {
    this.#take(this.#lines.push(chunk));
  }

  end(): void {
    this.#take(this.#lines.end());
  }

  #take(lines: readonly Frame[]): void {
    const { language } = this.#terminal;
    for (const { ok, bytes } of lines) {
      const digits = Buffer.from(bytes).toString('latin1').replace(/\s+/g, '');
      if (ok && (digits === '' || digits.startsWith('#'))) continue;
      const answer = ok ? describe(digits) : { error: say.longLine({ max: maxLineBytes })[language] };
      this.#terminal.writeJson(JSON.stringify(answer ?? { error: say.noHexLine()[language] }));
    }
  }
}

function describe(digits: string): object | undefined {
  if (digits.length % 2 !== 0 || /[^0-9a-fA-F]/.test(digits)) return undefined;
  return describeAdvertisement(Buffer.from(digits, 'hex'));
}
