/**
 * The largest batch that a destination's broker takes: announced by it (MQTT 5), said when it refuses one, or learnt.
 *
 * Most brokers of MQTT 3.1.1 say nothing and close the connection on a larger message. So does a network, now and then; a size is
 * blamed only if
 *   - the other side closed the connection soon after the batch was sent and before it was acknowledged,
 *   - that happened to this batch `maxStrikes` times, the last time with nothing as large on its way beside it, and
 *   - no batch as large has ever been stored.
 *
 *   sealWithin ≤ … < tooLarge: what is between is tried, one at a time, after the others. From tooLarge on nothing is sent, and nothing
 *   near it that can be split.
 *
 * Sealing begins far below a size that was too large, and doubles with what is stored; when that fails twice in a row, at what was stored. Bounds: no size up to `minBytes` is blamed. If
 * nothing is stored at all, size is not the reason: after `maxBlind` sizes in a row nothing is blamed until something is stored. At most
 * `maxWatched` batches are watched. What was learnt is forgotten after `forgetAfterMs`, since the broker's settings may have changed; what
 * it announces holds for a session.
 */

/** Batches up to this size are never blamed. */
export const minBytes = 512;
const maxStrikes = 3;
/** Strikes after which what may be too large goes by itself. */
const suspectAfter = 2;
const maxBlind = 2;
const maxWatched = 256;
const firstPart = 1 / 16;
/** From this part of a size that was too large on, splitting a batch costs less than trying it. */
const nearly = 7 / 8;
const forgetAfterMs = 6 * 3_600_000;

/** A batch, by its epoch and number. */
export interface Sized {
  readonly key: string;
  readonly bytes: number;
}

export class SizeLimit {
  #announced = Number.POSITIVE_INFINITY;
  /** The smallest that was too large. */
  #tooLarge = Number.POSITIVE_INFINITY;
  /** When that was found, monotonic ms. */
  #foundAt = 0;
  #largestStored = 0;
  /** How often the connection was closed on a batch that is not stored, by its key. */
  readonly #strikes = new Map<string, number>();
  /** Sizes blamed since anything was stored. */
  #blind = 0;

  /** What the broker of a new session says that it takes; undefined if it says nothing. */
  announced(bytes: number | undefined): void {
    this.#announced = bytes ?? Number.POSITIVE_INFINITY;
  }

  stored({ key, bytes }: Sized): void {
    this.#blind = 0;
    this.#strikes.delete(key);
    this.#largestStored = Math.max(this.#largestStored, bytes);
    if (bytes >= this.#tooLarge) this.#tooLarge = Number.POSITIVE_INFINITY;
  }

  /** The other side closed the connection soon after these were sent. Returns the one whose size is to blame. */
  closedOn(batches: readonly Sized[], now: number): Sized | undefined {
    const largestBytes = Math.max(...batches.map(({ bytes }) => bytes));
    const telling = batches.filter(({ bytes }) => bytes >= largestBytes / 2 && this.#isTelling(bytes));
    for (const { key } of telling) this.#strike(key);
    const [largest, next] = telling.toSorted((a, b) => b.bytes - a.bytes);
    if (largest === undefined || largest.bytes === next?.bytes) return undefined;
    if ((this.#strikes.get(largest.key) ?? 0) < maxStrikes) return undefined;
    this.#find(largest, now);
    this.#blind = largest.bytes <= minBytes ? maxBlind + 1 : this.#blind + 1;
    if (this.#blind <= maxBlind) return largest;
    this.#tooLarge = Number.POSITIVE_INFINITY; // it closes on everything
    return undefined;
  }

  /** The broker said that this is too large. */
  refused(batch: Sized, now: number): void {
    if (batch.bytes <= this.#largestStored) this.#largestStored = 0; // its settings have changed
    this.#find(batch, now);
    this.#blind = 0;
  }

  /** Call now and then. True if there was something to forget. */
  forgetOld(now: number): boolean {
    if (!Number.isFinite(this.#tooLarge) || now - this.#foundAt < forgetAfterMs) return false;
    this.#tooLarge = Number.POSITIVE_INFINITY;
    return true;
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

  /** It need not be tried: it is known to be too large, or nearly so if it can be split, and that smaller ones are not. */
  isTooLarge(bytes: number, canBeSplit = false): boolean {
    const near = Math.min(this.#tooLarge, Math.max(minBytes + 1, this.#tooLarge * nearly));
    const from = canBeSplit ? near : this.#tooLarge;
    return bytes > this.#announced || (bytes >= from && this.#blind === 0);
  }

  /** It may be too large: it goes by itself, after the others. */
  isSuspect({ key, bytes }: Sized): boolean {
    return (this.#strikes.get(key) ?? 0) >= suspectAfter || bytes > this.#learnt;
  }

  /** It waits until it is known whether smaller ones are taken. */
  mustWait(bytes: number): boolean {
    return bytes >= this.#tooLarge && this.#blind > 0;
  }

  get #learnt(): number {
    const [tooLarge, stored] = [this.#tooLarge, this.#largestStored];
    if (!Number.isFinite(tooLarge)) return tooLarge;
    if (stored > 0 && this.#blind >= maxBlind) return Math.max(minBytes, stored); // nothing between has got through
    return Math.max(minBytes, Math.floor(tooLarge * firstPart), 2 * stored < tooLarge * nearly ? 2 * stored : stored);
  }

  /** A closed connection says nothing of what is small, or as large as what was stored. */
  #isTelling(bytes: number): boolean {
    return bytes > this.#largestStored && (bytes > minBytes || this.#blind > 0) && this.#blind <= maxBlind;
  }

  #strike(key: string): void {
    const strikes = (this.#strikes.get(key) ?? 0) + 1;
    this.#strikes.delete(key);
    this.#strikes.set(key, strikes);
    const [oldest] = this.#strikes.keys();
    if (this.#strikes.size > maxWatched && oldest !== undefined) this.#strikes.delete(oldest);
  }

  #find({ key, bytes }: Sized, now: number): void {
    this.#tooLarge = Math.min(this.#tooLarge, bytes);
    this.#foundAt = now;
    this.#strikes.delete(key);
  }
}
