/**
 * The orders of a hub, durable: a row of its buffer's file each, so that one more costs one row, however many wait.
 *
 * Promise: an order is on the disk before it is published, and its result before it is told. Bounds: `maxWaiting` orders without a result and
 * `maxBookBytes` of them, further ones are refused; `maxEnded` with one (or with none that will come), and as many bytes, those that ended first
 * are forgotten, whenever they were given: whoever waits for an end has to see it. A small buffer has a smaller book: batches have to wait there too.
 */
import * as v from 'valibot';
import type { Origin } from '../../shared/feed/topics.ts';
import type { OrderResult } from '../../shared/orders/result.ts';
import { keptResult } from '../commands/kept-result.ts';
import type { Log } from '../machine/log.ts';

export const maxWaiting = 10_000;
export const maxBookBytes = 64_000_000;
export const maxEnded = 10_000;
/** A gateway remembers for a day after the end what became of an order. */
export const askedForMs = 86_400_000;
const PREFIX = 'hub/order/';

const entrySchema = v.object({
  id: v.string(),
  tenant: v.string(),
  gateway: v.string(),
  action: v.string(),
  device: v.optional(v.string()),
  by: v.string(),
  issuedAt: v.number(),
  expiresAt: v.number(),
  /** Of the message (`orderDigest`). */
  digest: v.string(),
  /** The message in base64, for as long as it may have to be published. */
  message: v.optional(v.string()),
  /** When the result came, epoch ms. */
  endedAt: v.optional(v.number()),
  /** Where what its result brought is kept: a support bundle. */
  file: v.optional(v.string()),
  result: v.optional(keptResult),
});
export type BookedOrder = Readonly<v.InferOutput<typeof entrySchema>> & { readonly result?: OrderResult | undefined };

/** Resolves when it is durable; undefined forgets. */
export type Keep = (values: ReadonlyMap<string, string | undefined>) => Promise<void>;

export class OrderBook {
  /** Those that have ended in the order of their ends, those that wait the oldest first. */
  readonly #orders = new Map<string, BookedOrder>();
  readonly #byDigest = new Map<string, string>();
  /** Ids of those without a result, by gateway. */
  readonly #waiting = new Map<string, Set<string>>();
  readonly #keep: Keep;
  readonly #maxBytes: number;
  #waitingCount = 0;
  /** As written. */
  readonly #bytes = { waiting: 0, ended: 0 };

  constructor(remembered: ReadonlyMap<string, string>, keep: Keep, log: Log, maxBytes = maxBookBytes) {
    this.#keep = keep;
    this.#maxBytes = maxBytes;
    const found = [...remembered].flatMap(([key, text]) => {
      if (!key.startsWith(PREFIX)) return [];
      try {
        return [v.parse(entrySchema, JSON.parse(text))];
      } catch {
        log.error('An order in the book could not be read; it is not published any more', { row: key });
        return [];
      }
    });
    const since = ({ endedAt, issuedAt }: BookedOrder) => endedAt ?? issuedAt;
    for (const entry of found.toSorted((a, b) => since(a) - since(b))) this.#set(entry);
  }

  get(id: string): BookedOrder | undefined {
    return this.#orders.get(id);
  }

  withDigest(digest: string): BookedOrder | undefined {
    const id = this.#byDigest.get(digest);
    return id === undefined ? undefined : this.#orders.get(id);
  }

  /** The newest first. */
  all(): readonly BookedOrder[] {
    return [...this.#orders.values()].reverse().toSorted((a, b) => b.issuedAt - a.issuedAt);
  }

  get waiting(): number {
    return this.#waitingCount;
  }

  /** Those that have no result, the oldest first. */
  *waitingOf(to: Origin): Generator<BookedOrder> {
    for (const id of this.#waiting.get(nameOf(to)) ?? []) {
      const entry = this.#orders.get(id);
      if (entry !== undefined) yield entry;
    }
  }

  *allWaiting(): Generator<BookedOrder> {
    if (this.#waitingCount === 0) return;
    for (const entry of this.#orders.values()) if (isWaiting(entry)) yield entry;
  }

  /** Whether it may be added. */
  hasRoom(entry: BookedOrder): boolean {
    return this.#waitingCount < maxWaiting && this.#bytes.waiting + bytesOf(entry) <= this.#maxBytes;
  }

  /** Adds one or puts it in the place of what it was. Rejects as the buffer does; then nothing has changed. */
  async put(entry: BookedOrder): Promise<void> {
    const forgotten = isWaiting(entry) ? [] : this.#excess(entry);
    await this.#keep(
      new Map<string, string | undefined>([
        ...forgotten.map((id) => [PREFIX + id, undefined] as const),
        [PREFIX + entry.id, JSON.stringify(entry)],
      ]),
    );
    for (const id of forgotten) this.#remove(id);
    this.#set(entry);
  }

  /** The first that ended, which must make room for one more. */
  #excess(entry: BookedOrder): readonly string[] {
    let count = this.#orders.size - this.#waitingCount + 1;
    let bytes = this.#bytes.ended + bytesOf(entry);
    const first: string[] = [];
    for (const [id, each] of this.#orders) {
      if (count <= maxEnded && bytes <= this.#maxBytes) break;
      if (isWaiting(each) || id === entry.id) continue;
      first.push(id);
      count--;
      bytes -= bytesOf(each);
    }
    return first;
  }

  #set(entry: BookedOrder): void {
    this.#count(this.#orders.get(entry.id), -1);
    if (!isWaiting(entry)) this.#orders.delete(entry.id); // the last that has ended
    this.#orders.set(entry.id, entry);
    this.#byDigest.set(entry.digest, entry.id);
    this.#count(entry, 1);
  }

  #remove(id: string): void {
    const entry = this.#orders.get(id);
    if (entry === undefined) return;
    this.#count(entry, -1);
    this.#orders.delete(id);
    this.#byDigest.delete(entry.digest);
  }

  #count(entry: BookedOrder | undefined, sign: 1 | -1): void {
    if (entry === undefined) return;
    this.#bytes[isWaiting(entry) ? 'waiting' : 'ended'] += sign * bytesOf(entry);
    if (!isWaiting(entry)) return;
    this.#waitingCount += sign;
    const name = nameOf(entry);
    const ids = this.#waiting.get(name) ?? new Set();
    if (sign === 1) ids.add(entry.id);
    else ids.delete(entry.id);
    if (ids.size === 0) this.#waiting.delete(name);
    else this.#waiting.set(name, ids);
  }
}

/** About what its row takes. */
function bytesOf({ message = '', result }: BookedOrder): number {
  return 500 + message.length + (result === undefined ? 0 : Buffer.byteLength(JSON.stringify(result)));
}

/** Whether it may still have to be published. */
export function isWaiting({ message }: BookedOrder): boolean {
  return message !== undefined;
}

/** Neither has a slash: both are levels of a topic. */
export function nameOf({ tenant, gateway }: Origin): string {
  return `${tenant}/${gateway}`;
}
