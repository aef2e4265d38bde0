/**
 * Frames of HCI's UART transport: a type byte, a header with a length, the rest.
 *
 * Source: Bluetooth Core Spec Vol 4 Part A §2 (types 1 to 5), Part E §5.4 (headers). Bound: `maxPacketBytes`; an event has
 * at most 258, and longer data packets, which a detector never sees, count as noise.
 *
 * A byte that is no type means that the stream is out of step. From there on only the start of an event that a
 * detector expects (command complete or status, an LE advertising report) is believed, so that bytes inside of other
 * packets are not taken for headers; the bytes before it are noise.
 */
import { ByteFramer } from '../byte-framer.ts';
import type { Frame } from '../device-type.ts';
import { EVENT, LE_META, SUBEVENT } from './hci.ts';

const maxPacketBytes = 1_100;

/** Bytes before the length, the length's bytes; by packet type. */
const HEADERS: Readonly<Record<number, readonly [number, 1 | 2]>> = {
  1: [3, 1], // command: opcode
  2: [3, 2], // ACL data: handle
  3: [3, 1], // synchronous data: handle
  4: [2, 1], // event: code
  5: [3, 2], // isochronous data: handle
};

export class H4Framer extends ByteFramer {
  #isInStep = true;

  constructor() {
    super(maxPacketBytes);
  }

  override end(): readonly Frame[] {
    this.#isInStep = true;
    return super.end();
  }

  protected override cut(held: Uint8Array, frames: Frame[]): number {
    let noiseFrom = 0;
    let at = 0;
    const takeNoise = () => {
      if (at > noiseFrom) frames.push({ ok: false, code: 'noise', bytes: held.slice(noiseFrom, at) });
    };
    while (at < held.length) {
      const length = this.#isInStep || isExpectedEvent(held, at) ? this.#lengthAt(held, at) : 0;
      if (length === undefined || at + length > held.length) break;
      if (length === 0) {
        this.#isInStep = false;
        at++;
        continue;
      }
      takeNoise();
      this.#isInStep = true;
      frames.push({ ok: true, bytes: held.slice(at, at + length) });
      at += length;
      noiseFrom = at;
    }
    takeNoise();
    return at;
  }

  /** Bytes of the packet at `at`; 0 where none can begin, undefined where more bytes are needed to tell. */
  #lengthAt(held: Uint8Array, at: number): number | undefined {
    const header = HEADERS[held[at] ?? 0];
    if (!header) return 0;
    const lengthAt = at + header[0];
    const last = held[lengthAt + header[1] - 1];
    if (last === undefined) return undefined;
    const content = header[1] === 1 ? last : (held[lengthAt] ?? 0) | ((last & 0x3f) << 8);
    const length = header[0] + header[1] + content;
    return length <= maxPacketBytes ? length : 0;
  }
}

/** Whether the bytes at `at` are, as far as they go, the start of an event that a detector waits for. */
function isExpectedEvent(held: Uint8Array, at: number): boolean {
  const [type, code, , subevent] = held.subarray(at, at + 4);
  if (type !== 4) return false;
  if (code === undefined || code === EVENT.commandComplete || code === EVENT.commandStatus) return true;
  if (code !== LE_META) return false;
  return subevent === undefined || subevent === SUBEVENT.advertising || subevent === SUBEVENT.extendedAdvertising;
}
