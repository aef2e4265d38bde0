/**
 * Whether the broker takes the birth. It describes every device, and may be larger than any batch.
 *
 * A birth that the broker says is too large, or on which it closed the connection `maxStrikes` times in a row, is left out: readings go
 * without it, and the last birth that the broker keeps holds. It is tried again after `retryMs`, and sooner if it has become smaller or
 * if the connection does not last without it either.
 */
import type { Text } from '../../../shared/text.ts';
import { isNobodyThere } from '../../net/absence.ts';
import { isPacketTooLarge } from '../../net/mqtt-connection.ts';

const maxStrikes = 3;
const retryMs = 3_600_000;

export class BirthSize {
  #strikes = 0;
  /** The smallest that was too large, and when that was found, monotonic ms. */
  #tooLarge: { readonly bytes: number; readonly at: number } | undefined;
  /** It has been seen that the broker takes other messages. */
  #isSure = false;
  #sending: number | undefined;

  /** Its bytes, while it is left out. */
  get leftOut(): number | undefined {
    return this.#isSure ? this.#tooLarge?.bytes : undefined;
  }

  /** Whether one that is left out should be tried again. */
  isDue(now: number): boolean {
    return this.#tooLarge !== undefined && now - this.#tooLarge.at >= retryMs;
  }

  /** Whether one of so many bytes may be sent. `maxBytes`: what the broker says that it takes. */
  mayGo(bytes: number, maxBytes: number | undefined, now: number): boolean {
    if (maxBytes !== undefined && bytes > maxBytes) this.tooLarge(bytes, now);
    if (maxBytes !== undefined) return bytes <= maxBytes;
    return this.#tooLarge === undefined || bytes < this.#tooLarge.bytes || this.isDue(now);
  }

  sending(bytes: number): void {
    this.#sending = bytes;
  }

  taken(): void {
    this.#sending = undefined;
    this.#strikes = 0;
    this.#tooLarge = undefined;
  }

  /** The broker says so. */
  tooLarge(bytes: number, now: number): void {
    this.#sending = undefined;
    this.#strikes = maxStrikes;
    this.#isSure = true;
    this.#tooLarge = { bytes, at: now };
  }

  /** The broker has taken another message. */
  otherTaken(): void {
    if (this.#sending === undefined) this.#isSure = true;
  }

  /** A session has ended. */
  ended(why: Text, wasClosedByUs: boolean, now: number): void {
    const sent = this.#sending;
    this.#sending = undefined;
    if (wasClosedByUs || isNobodyThere(why)) return;
    if (sent === undefined) {
      if (!this.#isSure) this.#tooLarge = undefined;
    } else if (isPacketTooLarge(why)) {
      this.tooLarge(sent, now);
    } else if (++this.#strikes >= maxStrikes) {
      this.#isSure = false;
      this.#tooLarge = { bytes: sent, at: now };
    }
  }
}
