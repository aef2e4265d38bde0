/**
 * What an MQTT client sends, passed on as it comes, as long as each packet keeps its bound. MQTT allows 256 MB a packet, and
 * the broker holds one until it is whole: so a longer one must end the connection before it is kept.
 *
 * Of its messages only so many are passed on before they are stored (`maxUnsettled`): then the client waits, by the back-pressure of its
 * socket, and the others have their turn.
 *
 * The first packet is the CONNECT of somebody unknown, and has a bound of its own.
 * Source: MQTT 3.1.1 (OASIS), 2.2: type in one byte, remaining length in one to four of seven bits each.
 */
import { Transform, type TransformCallback } from 'node:stream';

/** Most bytes of the packet with which a client logs in: its id, will, user name and password. */
export const maxLoginBytes = 4_096;

const PUBLISH = 3;

export class PacketTooLong extends Error {
  readonly max: number;
  constructor(max: number) {
    super(`a packet of more than ${max} bytes`);
    this.max = max;
  }
}

/** Fails with `PacketTooLong`. */
export class PacketGuard extends Transform {
  readonly #maxBytes: number;
  readonly #maxUnsettled: () => number;
  #max = maxLoginBytes;
  #state: 'type' | 'length' | 'body' = 'type';
  #length = 0;
  #lengthBytes = 0;
  #unsettled = 0;
  #goOn: (() => void) | undefined;

  /** `maxBytes` of a packet after the first; `maxUnsettled` as it is at the moment. */
  constructor(maxBytes: number, maxUnsettled: () => number) {
    super();
    this.#maxBytes = maxBytes;
    this.#maxUnsettled = maxUnsettled;
  }

  override _transform(bytes: Buffer, encoding: BufferEncoding, done: TransformCallback): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#state === 'type' && (bytes[at] ?? 0) >> 4 === PUBLISH) {
        if (this.#unsettled >= this.#maxUnsettled()) {
          if (at > 0) this.push(bytes.subarray(0, at));
          this.#goOn = () => this._transform(bytes.subarray(at), encoding, done);
          return;
        }
        this.#unsettled++;
      }
      at += this.#state === 'body' ? this.#skip(bytes.length - at) : this.#header(bytes[at] ?? 0);
      if (this.#length > this.#max) {
        done(new PacketTooLong(this.#max));
        return;
      }
    }
    done(null, bytes);
  }

  /** A message has been stored, or turned down. */
  settled(): void {
    if (this.#unsettled > 0) this.#unsettled--; // a last will has not come by here
    if (this.#goOn === undefined || this.#unsettled > this.#maxUnsettled() / 2) return;
    const goOn = this.#goOn;
    this.#goOn = undefined;
    setImmediate(goOn); // after those who wait
  }

  #header(byte: number): 1 {
    if (this.#state === 'type') {
      this.#state = 'length';
      this.#lengthBytes = 0;
      return 1;
    }
    this.#length += (byte & 0x7f) * 2 ** (7 * this.#lengthBytes++);
    const isLast = byte < 0x80 || this.#lengthBytes === 4; // a fifth byte is the broker's to refuse
    if (isLast) this.#begin();
    return 1;
  }

  #begin(): void {
    this.#state = 'body';
    if (this.#length === 0) this.#end();
  }

  /** Returns how many bytes of the body there were. */
  #skip(available: number): number {
    const skipped = Math.min(available, this.#length);
    this.#length -= skipped;
    if (this.#length === 0) this.#end();
    return skipped;
  }

  #end(): void {
    this.#state = 'type';
    this.#max = this.#maxBytes;
  }
}
