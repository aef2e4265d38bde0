/**
 * Which orders have been taken, and how they ended, across restarts: a row of the buffer's file each, by the order's id.
 *
 * Promise: `begin` resolves when the row is on the disk, and only then is anything done; `end` likewise, and only then is it told. So a
 * row without an end, found at a start, is an order that was begun and may or may not have been done.
 *
 * Bounds: `maxAttachments` results keep their attachment, the newest. `maxRemembered` orders that were begun; at the bound one is forgotten whose
 * end of validity is `keptMs` past, or no further one may be begun. Nothing is forgotten before: a clock that was set far ahead must not make this
 * gateway answer that an order is over which it has done. The end of what was forgotten is kept, and an order that ends no later is over whatever
 * the clock says. All rows take at most `maxBytes`, of which orders that were begun take three quarters at most: what is new pushes out the oldest
 * refusals, then what is past, and an attachment for which there is no room is told once and not kept. Of orders that were refused unbegun `maxRefused` of each key, so that nobody's refusals take the place of
 * others' orders; the oldest go, and would be judged once more. A restored backup knows only what it knew: an order that was done after it was
 * made can come once more until its end (docs/orders.md).
 */
import * as v from 'valibot';
import type { OrderResult } from '../../shared/orders/result.ts';
import { keptResult } from './kept-result.ts';
import { maxOrderKeys } from './order-keys.ts';

export const maxRemembered = 500;
/** Refusals of a key, and of keys that have gone since as many as there can be keys. */
export const maxRefused = 100;
const maxRefusedInAll = maxOrderKeys * maxRefused;
/** Results with an attachment that are told again with it: 40 kB each. */
export const maxAttachments = 4;
/** Of all rows, however large the buffer is. */
export const maxMemoryBytes = 1_000_000;
/** Of them, what orders that were begun may take. */
const begunShare = 3 / 4;
/** Room that is kept for a row and its result, without an attachment. */
const rowBytes = 1_500;
/** Longer than any clock is wrong by. */
const keptMs = 86_400_000;
const PREFIX = 'order/';
/** Not an id: those have digits only. */
const FLOOR = 'order/over-until';

const begunSchema = v.object({
  /** Of the message (`orderDigest`). */
  digest: v.string(),
  action: v.string(),
  device: v.optional(v.string()),
  by: v.string(),
  /** The name of the key. */
  key: v.string(),
  expiresAt: v.number(),
  /** What its act needs to know after a restart. */
  mark: v.optional(v.string()),
  /** It was refused, and never begun. */
  isRefusal: v.optional(v.literal(true)),
  result: v.optional(keptResult),
});

export type RememberedOrder = Readonly<v.InferOutput<typeof begunSchema>> & {
  readonly result?: OrderResult | undefined;
};

/** Resolves when it is durable; undefined forgets. */
export type Remember = (values: ReadonlyMap<string, string | undefined>) => Promise<void>;

export class OrderMemory {
  readonly #orders = new Map<string, RememberedOrder>();
  readonly #remember: Remember;
  readonly #maxBytes: number;
  #overUntil = 0;

  /**
   * `remembered`: what was on the disk. A row that cannot be read counts as an order that is not known any more. `maxBytes`: of all rows, at most
   * `maxMemoryBytes`.
   */
  constructor(remembered: ReadonlyMap<string, string>, remember: Remember, maxBytes = maxMemoryBytes) {
    this.#remember = remember;
    this.#maxBytes = Math.min(maxMemoryBytes, maxBytes);
    for (const [key, text] of remembered) {
      if (key === FLOOR) this.#overUntil = Number(text) || 0;
      else if (key.startsWith(PREFIX)) this.#read(key.slice(PREFIX.length), text);
    }
  }

  get(id: string): RememberedOrder | undefined {
    return this.#orders.get(id);
  }

  /** Which was this message, byte for byte (`orderDigest`). */
  withDigest(digest: string): string | undefined {
    return [...this.#orders].find(([, order]) => order.digest === digest)?.[0];
  }

  /** All of them, the newest first. */
  all(): readonly (readonly [id: string, order: RememberedOrder])[] {
    return [...this.#orders].reverse();
  }

  /** Those that have no end yet. */
  unfinished(): readonly (readonly [id: string, order: RememberedOrder])[] {
    return [...this.#orders].filter(([, { result }]) => result === undefined);
  }

  /** Whether an order with this end of validity, epoch ms, is over whatever the clock says. */
  isOver(expiresAt: number): boolean {
    return expiresAt <= this.#overUntil;
  }

  /** Whether there is room for one more that is begun; `wall`: epoch ms by a clock that is set. A refusal always has room. */
  hasRoom(wall: number): boolean {
    const due = this.#due(wall);
    const begun = [...this.#orders].filter(([, { isRefusal }]) => isRefusal !== true);
    const bytes = sum(begun) - sum(due) + rowBytes;
    return begun.length - due.length < maxRemembered && bytes <= this.#maxBytes * begunShare;
  }

  /** Rejects as the buffer does; then nothing is remembered, and nothing may be done. */
  async begin(id: string, order: RememberedOrder, wall: number): Promise<void> {
    const forgotten = this.#crowdedOut(id, order, wall);
    const past = forgotten
      .flatMap((each) => this.#orders.get(each) ?? [])
      .filter(({ isRefusal }) => isRefusal !== true);
    const over = Math.max(this.#overUntil, ...past.map(({ expiresAt }) => expiresAt));
    this.#orders.set(id, order);
    try {
      await this.#remember(
        new Map<string, string | undefined>([
          ...forgotten.map((each) => [PREFIX + each, undefined] as const),
          ...(over > this.#overUntil ? [[FLOOR, String(over)] as const] : []),
          [PREFIX + id, JSON.stringify(order)],
        ]),
      );
    } catch (fault) {
      this.#orders.delete(id);
      throw fault;
    }
    this.#overUntil = over;
    for (const each of forgotten) this.#orders.delete(each);
  }

  /** Rejects as the buffer does: it stays begun, and is told of as such after a restart. */
  async end(id: string, result: OrderResult): Promise<void> {
    const begun = this.#orders.get(id);
    if (begun === undefined) throw new RangeError(`the order ${id} has not begun`);
    const changed = new Map<string, RememberedOrder>([[id, { ...begun, result }]]);
    if (result.attachment !== undefined) {
      for (const [other, order] of this.#lightened(id)) changed.set(other, order);
      if (sum(new Map([...this.#orders, ...changed])) > this.#maxBytes)
        changed.set(id, { ...begun, result: light(result) });
    }
    await this.#remember(new Map([...changed].map(([each, order]) => [PREFIX + each, JSON.stringify(order)])));
    for (const [each, order] of changed) this.#orders.set(each, order);
  }

  /** The oldest that must leave their attachment, so that the order `id` may have one. */
  #lightened(id: string): readonly (readonly [string, RememberedOrder])[] {
    const attached = [...this.#orders].filter(
      ([other, { result }]) => other !== id && result?.attachment !== undefined,
    );
    return attached.slice(0, Math.max(0, attached.length + 1 - maxAttachments)).flatMap(([other, order]) => {
      if (order.result === undefined) return [];
      return [[other, { ...order, result: light(order.result) }]] as const;
    });
  }

  /** Those that were begun and may be forgotten, the first to end first. */
  #due(wall: number): readonly (readonly [string, RememberedOrder])[] {
    const isDue = ({ expiresAt, result, isRefusal }: RememberedOrder) =>
      result !== undefined && isRefusal !== true && expiresAt + keptMs < wall;
    return [...this.#orders].filter(([, order]) => isDue(order)).toSorted(([, a], [, b]) => a.expiresAt - b.expiresAt);
  }

  /** The oldest first. */
  #refusals(): readonly (readonly [string, RememberedOrder])[] {
    return [...this.#orders].filter(([, { isRefusal }]) => isRefusal === true);
  }

  /** What must make room for this one: refusals the oldest first, others only once they are past. */
  #crowdedOut(id: string, order: RememberedOrder, wall: number): readonly string[] {
    const [refusals, due] = [this.#refusals(), this.#due(wall)];
    const begun = this.#orders.size - refusals.length;
    const out = new Set<string>();
    if (order.isRefusal === true) {
      const own = refusals.filter(([, { key }]) => key === order.key);
      const crowd = own.length >= maxRefused ? own : refusals.length >= maxRefusedInAll ? refusals : [];
      for (const [each] of crowd.slice(0, 1)) out.add(each);
    } else if (begun >= maxRemembered) for (const [each] of due.slice(0, 1)) out.add(each);
    let bytes = sum([[id, order], ...[...this.#orders].filter(([each]) => !out.has(each))]);
    for (const row of [...refusals, ...due].filter(([each]) => !out.has(each))) {
      if (bytes <= this.#maxBytes - rowBytes) break;
      out.add(row[0]);
      bytes -= sum([row]);
    }
    return [...out];
  }

  #read(id: string, text: string): void {
    try {
      this.#orders.set(id, v.parse(begunSchema, JSON.parse(text)));
    } catch {
      // The disk has damaged it, or a later release wrote it: it is as if it had been restored from an older copy.
    }
  }
}

/** Bytes of their rows. */
function sum(orders: Iterable<readonly [string, RememberedOrder]>): number {
  return [...orders].reduce((bytes, [id, order]) => bytes + id.length + Buffer.byteLength(JSON.stringify(order)), 0);
}

/** Without its attachment. */
function light({ attachment: _, ...result }: OrderResult): OrderResult {
  return result;
}
