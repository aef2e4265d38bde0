/**
 * Frames of HCI's UART transport: a type byte, a header with a length, the rest.
 *
 * Source: Bluetooth Core Spec Vol 4 Part A §2 (types 1 to 5), Part E §5.4 (headers). Bound: `maxPacketBytes`; an event has
 * at most 258 bytes, and longer data packets, which a detector never gets, count as noise.
 *
 * Nothing marks the start of a packet. So the stream is out of step until an event comes that a detector expects (one of
 * `EVENT`, an LE advertising report), and again after a byte that is not a type. In step, every packet is accepted; out of
 * step, only such an event, so that bytes inside packets are not taken for headers. The bytes before it are noise.
 */

import type { Frame } from '../device-type.ts';
import { ByteFramer } from '../framing/byte-framer.ts';
import { EVENT, LE_META, SUBEVENT } from './hci.ts';

const maxPacketBytes = 1_100;
const EXPECTED: ReadonlySet<number> = new Set(Object.values(EVENT));

/** By packet type: the bytes before the length field, and its significant bits. */
const HEADERS: Readonly<Record<number, { readonly before: number; readonly bits: 0xff | 0x3fff | 0xffff }>> = {
  1: { before: 3, bits: 0xff }, // command: opcode
  2: { before: 3, bits: 0xffff }, // ACL data: handle
  3: { before: 3, bits: 0xff }, // synchronous data: handle
  4: { before: 2, bits: 0xff }, // event: code
  5: { before: 3, bits: 0x3fff }, // isochronous data: handle
};

export class H4Framer extends ByteFramer {
  #isInStep = false;

  constructor() {
    super(maxPacketBytes);
  }

  override end(): readonly Frame[] {
    this.#isInStep = false;
    return super.end();
  }

  protected override cut(held: Uint8Array, frames: Frame[]): number {
    let noiseFrom = 0;
    let at = 0;
    const takeNoise = () => {
      if (at > noiseFrom) frames.push({ ok: false, code: 'noise', bytes: held.slice(noiseFrom, at) });
    };
    while (at < held.length) {
      const length = this.#isInStep || isExpectedEvent(held, at) ? lengthAt(held, at) : 0;
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
}

/** Length of the packet at `at`; 0 if none can begin there, undefined if more bytes are needed to tell. */
function lengthAt(held: Uint8Array, at: number): number | undefined {
  const header = HEADERS[held[at] ?? 0];
  if (!header) return 0;
  const start = at + header.before;
  const end = start + (header.bits > 0xff ? 2 : 1);
  if (end > held.length) return undefined;
  const low = held[start] ?? 0;
  const content = header.bits > 0xff ? (low | ((held[start + 1] ?? 0) << 8)) & header.bits : low;
  const length = end - at + content;
  return length <= maxPacketBytes ? length : 0;
}

/** Whether the bytes at `at`, as far as they go, begin an event that a detector waits for. */
function isExpectedEvent(held: Uint8Array, at: number): boolean {
  const [type, code, , subevent] = held.subarray(at, at + 4);
  if (type !== 4) return false;
  if (code === undefined || EXPECTED.has(code)) return true;
  if (code !== LE_META) return false;
  return subevent === undefined || subevent === SUBEVENT.advertising || subevent === SUBEVENT.extendedAdvertising;
}
