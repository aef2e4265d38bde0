/**
 * The largest batch that a destination's broker takes: announced by it (MQTT 5), said when it refuses one, or learnt.
 *
 * Most brokers of MQTT 3.1.1 say nothing and close the connection on a larger message. So does a network, now and then; a size is
 * blamed only if
 *   - the other side closed the connection soon after the batch was sent and before it was acknowledged,
 *   - that happened `maxStrikes` times in a row, the last time with the batch sent by itself after the others, and
 *   - no batch as large has been stored in between, nor ever since the limit was last forgotten.
 *
 *   sealWithin ≤ … < tooLarge: what is between is tried, one at a time, after the others. From tooLarge on nothing is sent.
 *
 * Sealing begins far below a size that was too large, and doubles with what is stored. Bounds: no size up to `minBytes` is blamed. If
 * nothing is stored at all, size is not the reason: after `maxBlind` sizes in a row nothing is blamed until something is stored. What
 * was learnt is forgotten after `forgetAfterMs`, since the broker's settings may have changed; what it announces holds for a session.
 */

/** Batches up to this size are never blamed. */
export const minBytes = 512;
const maxStrikes = 3;
/** Strikes after which what may be too large goes by itself. */
const suspectAfter = 2;
const maxBlind = 2;
const firstPart = 1 / 16;
const forgetAfterMs = 6 * 3_600_000;

export class SizeLimit {
  #announced = Number.POSITIVE_INFINITY;
  /** The smallest that was too large. */
  #tooLarge = Number.POSITIVE_INFINITY;
  /** When that was found, monotonic ms. */
  #foundAt = 0;
  #largestStored = 0;
  #suspect = { bytes: Number.POSITIVE_INFINITY, strikes: 0 };
  /** Sizes blamed since anything was stored. */
  #blind = 0;

  /** What the broker of a new session says that it takes; undefined if it says nothing. */
  announced(bytes: number | undefined): void {
    this.#announced = bytes ?? Number.POSITIVE_INFINITY;
  }

  stored(bytes: number): void {
    this.#blind = 0;
    this.#largestStored = Math.max(this.#largestStored, bytes);
    if (bytes >= this.#suspect.bytes) this.#trust();
    if (bytes >= this.#tooLarge) this.#tooLarge = Number.POSITIVE_INFINITY;
  }

  /** The other side closed the connection soon after this was sent. True if its size is to blame. */
  closedOn(bytes: number, now: number): boolean {
    const isTelling = bytes > this.#largestStored && (bytes > minBytes || this.#blind > 0);
    if (!isTelling || this.#blind > maxBlind) return false;
    const { bytes: before, strikes } = this.#suspect;
    const smallest = Math.min(before, bytes);
    this.#suspect = { bytes: smallest, strikes: strikes + 1 };
    if (this.#suspect.strikes < maxStrikes) return false;
    this.#find(smallest, now);
    this.#blind = smallest <= minBytes ? maxBlind + 1 : this.#blind + 1;
    if (this.#blind <= maxBlind) return true;
    this.#tooLarge = Number.POSITIVE_INFINITY; // it closes on everything
    return false;
  }

  /** The broker said that this is too large. */
  refused(bytes: number, now: number): void {
    if (bytes <= this.#largestStored) this.#largestStored = 0; // its settings have changed
    this.#find(bytes, now);
    this.#blind = 0;
  }

  /** Call now and then. */
  forgetOld(now: number): void {
    if (now - this.#foundAt >= forgetAfterMs) this.#tooLarge = Number.POSITIVE_INFINITY;
  }

  /** From this size on a batch was too large; undefined if none was. */
  get tooLargeFrom(): number | undefined {
    return Number.isFinite(this.#tooLarge) ? this.#tooLarge : undefined;
  }

  /** The largest batch to seal; undefined: any. */
  get sealWithin(): number | undefined {
    const within = Math.min(this.#announced, this.#learnt);
    return Number.isFinite(within) ? within : undefined;
  }

  /** It need not be tried: it is known to be too large, and that smaller ones are not. */
  isTooLarge(bytes: number): boolean {
    return bytes > this.#announced || (bytes >= this.#tooLarge && this.#blind === 0);
  }

  /** It may be too large: it goes by itself, after the others. */
  isSuspect(bytes: number): boolean {
    const { bytes: from, strikes } = this.#suspect;
    return (strikes >= suspectAfter && bytes >= from) || bytes > this.#learnt;
  }

  /** It waits until it is known whether smaller ones are taken. */
  mustWait(bytes: number): boolean {
    return bytes >= this.#tooLarge && this.#blind > 0;
  }

  get #learnt(): number {
    const [tooLarge, stored] = [this.#tooLarge, this.#largestStored];
    if (!Number.isFinite(tooLarge)) return tooLarge;
    return Math.max(minBytes, Math.floor(tooLarge * firstPart), 2 * stored < tooLarge ? 2 * stored : stored);
  }

  #find(tooLarge: number, now: number): void {
    this.#tooLarge = Math.min(this.#tooLarge, tooLarge);
    this.#foundAt = now;
    this.#trust();
  }

  #trust(): void {
    this.#suspect = { bytes: Number.POSITIVE_INFINITY, strikes: 0 };
  }
}
