/**
 * The orders that a hub gives: signed, in its book, published until their results come.
 *
 *   send ──▶ checked, signed ──▶ book ──▶ published ◀── again: birth, status, or nothing heard for a while
 *                                  ▲
 *   result ──▶ of an order of ours? ┘ ──▶ told to whoever waits
 *
 * A gateway answers a repeat with the first result, so publishing again costs nothing but the message. It is done until `askedForMs` after the
 * order's end, since its result may have been lost and not the order; after that it counts as unanswered. A result "too-many" or
 * "cannot-remember" is no end: the gateway has forgotten the order, and it comes again.
 *
 * Bounds: those of the book; `maxAtOnce` orders on their way to a gateway, `maxAgain` to all in one look. Results that answer no order of ours are counted.
 */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { Clock } from '../../shared/clock.ts';
import { fromBase64url } from '../../shared/enrolment/base64url.ts';
import { FormatError, MachimoriError, messageOf } from '../../shared/errors.ts';
import { badMessage } from '../../shared/feed/batch.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import { actionOf } from '../../shared/orders/actions.ts';
import { maxOrderBytes, type Order, orderDigest, orderIdOf, readOrder, signOrder } from '../../shared/orders/order.ts';
import { decodeResult, type OrderResult } from '../../shared/orders/result.ts';
import { isoTime } from '../../shared/reading.ts';
import { readSign1 } from '../../shared/signing/sign1.ts';
import type { OrderAudit } from '../commands/order-audit.ts';
import type { Log } from '../machine/log.ts';
import { Turns } from '../machine/turns.ts';
import { schemaFault } from '../words/fault.ts';
import { askedForMs, type BookedOrder, isWaiting, nameOf, type OrderBook } from './order-book.ts';
import type { OrderSigner } from './order-key.ts';
import { say } from './order-words.ts';

/** Fewer than a gateway lets wait. */
export const maxAtOnce = 16;
const maxAgain = 500;
/** How soon an order that nothing was heard of is published again; each time twice as late, up to the last. */
const againAfterMs = 30_000;
const againAtLeastMs = 3_600_000;
/** Refusals that a gateway does not remember. */
const PASSING = ['too-many', 'cannot-remember'];

export interface HubOrdersOptions {
  readonly book: OrderBook;
  /** Made when it is first needed. */
  key(): OrderSigner;
  readonly clock: Clock;
  readonly audit: Pick<OrderAudit, 'append'>;
  /** Keeps what the result of `support` brought, and returns the file. Throws what the disk throws. */
  keepBundle(of: BookedOrder, at: number, bytes: Uint8Array): string;
  readonly log: Log;
}

/** What is to be ordered. `id` and `issuedAt`: drawn here if they are absent. */
export type Wanted = Pick<Order, 'tenant' | 'gateway' | 'action' | 'device' | 'arguments' | 'by'> & {
  readonly expiresMs?: number | undefined;
  readonly id?: string;
  readonly issuedAt?: number;
};

export class HubOrders {
  readonly #options: HubOrdersOptions;
  readonly #listeners = new Set<(to: Origin, message: Uint8Array) => void>();
  /** When each was last published, monotonic ms, and how often. */
  readonly #told = new Map<string, { readonly at: number; readonly times: number }>();
  /** By id: one end of an order after the other, so that each knows of the last. */
  readonly #ends = new Turns();
  #unordered = 0;

  constructor(options: HubOrdersOptions) {
    this.#options = options;
  }

  /** Base64url. Throws as `orderKey`. */
  get publicKey(): string {
    return this.#options.key().publicKey;
  }

  get book(): OrderBook {
    return this.#options.book;
  }

  /** Results that answered no order of this hub's. */
  get unordered(): number {
    return this.#unordered;
  }

  /** Rejects with a MachimoriError: "bad-order", "too-many-orders", as `orderKey`, and as the buffer does. */
  async send({ expiresMs, ...wanted }: Wanted): Promise<BookedOrder> {
    const action = actionOf(wanted.action);
    if (action === undefined) throw badOrder(wanted, say.noAction({ action: wanted.action }));
    if ((action.place === 'device') !== (wanted.device !== undefined)) {
      throw badOrder(wanted, action.place === 'device' ? say.nameDevice() : say.leaveDeviceOut());
    }
    const fault = schemaFault(action.arguments, wanted.arguments);
    if (fault !== undefined) {
      const argument = v.getDotPath(fault.issue) ?? wanted.action;
      throw badOrder(wanted, say.badArgument({ argument, fault: fault.message }));
    }
    const { id = orderIdOf(randomBytes(16)), issuedAt = this.#options.clock.moment().wall } = wanted;
    const expiresAt = issuedAt + (expiresMs ?? action.expiresMs);
    const order = { ...wanted, id, issuedAt, expiresAt };
    return this.#add(order, await signOrder(order, await this.#options.key().signer()));
  }

  /** One that somebody has signed elsewhere. Rejects as `send`. */
  async pass(message: Uint8Array): Promise<BookedOrder> {
    try {
      return await this.#add(readOrder(readSign1(message, maxOrderBytes)), message);
    } catch (fault) {
      if (!(fault instanceof FormatError)) throw fault;
      throw new MachimoriError('bad-order', { what: fault.text, on: say.theOrder(), hint: say.signAgain() });
    }
  }

  async #add(order: Order, message: Uint8Array): Promise<BookedOrder> {
    const { book } = this.#options;
    const { id, tenant, gateway, action, device, by, issuedAt, expiresAt } = order;
    if (book.get(id) !== undefined) throw badOrder(order, say.idIsThere());
    const entry: BookedOrder = {
      ...{ id, tenant, gateway, action, device, by, issuedAt, expiresAt },
      digest: await orderDigest(message),
      message: Buffer.from(message).toString('base64'),
    };
    if (!book.hasRoom(entry)) {
      throw new MachimoriError('too-many-orders', {
        what: say.tooMany(),
        on: nameOf(order),
        hint: say.waitForResults(),
      });
    }
    await this.#audit(entry, 'ordered');
    await book.put(entry);
    this.#tell(entry);
    return entry;
  }

  /** A message `result` of a gateway. Resolves when it is durable; rejects with "bad-message", or as the buffer and `keepBundle` do: it comes again. */
  async result(from: Origin, bytes: Uint8Array): Promise<void> {
    const { attachment, ...result } = resultIn(bytes);
    const { book, clock, log, keepBundle } = this.#options;
    const found = book.withDigest(result.order);
    const isItsOwn = result.gateway === from.gateway; // one to which the order was led astray refuses it
    if (found === undefined || nameOf(found) !== nameOf(from) || !isItsOwn) {
      this.#unordered++;
      const { outcome, reason } = result;
      log.warn('A gateway answers an order that this hub has not given', { gateway: nameOf(from), outcome, reason });
      return;
    }
    await this.#ends.take([found.id], async () => {
      const entry = book.get(found.id) ?? found;
      if (!isWaiting(entry) && entry.result !== undefined) return; // it was asked twice
      if (PASSING.includes(result.reason ?? '')) return book.put({ ...entry, result });
      const { message: _, ...rest } = entry;
      const endedAt = clock.moment().wall;
      const attached = entry.action === 'support' ? fromBase64url(attachment ?? '') : undefined;
      const file = attached?.length ? { file: keepBundle(entry, endedAt, attached) } : {};
      await this.#end({ ...rest, ...file, result, endedAt }, result.outcome);
    });
    for (const next of this.due(from)) this.#publish(from, next);
  }

  /**
   * It is not published any more; a gateway that has it does it all the same. One that has ended meanwhile keeps its end. Rejects as the
   * buffer does.
   */
  withdraw({ id }: BookedOrder): Promise<void> {
    return this.#endUnheard(id, this.#options.clock.moment().wall, 'withdrawn');
  }

  /** What is to be published to a gateway that has just been heard. `isNew`: it has connected, and what went out before may not have reached it. */
  due(to: Origin, isNew = false): readonly Uint8Array[] {
    return this.#dueAmong([...this.book.waitingOf(to)].slice(0, maxAtOnce), () => (isNew ? 0 : againAfterMs));
  }

  /** What nothing was heard of for a while, to any gateway; what counts as unanswered leaves. Looked at now and then. */
  async again(): Promise<readonly { readonly to: Origin; readonly message: Uint8Array }[]> {
    const { wall, synchronised } = this.#options.clock.moment();
    const waiting = [...this.book.allWaiting()];
    const over = synchronised ? waiting.filter(({ expiresAt }) => wall > expiresAt + askedForMs) : [];
    for (const { id } of over.slice(0, maxAgain)) await this.#endUnheard(id, wall, 'unanswered');
    const due: { to: Origin; message: Uint8Array }[] = [];
    for (const entry of waiting) {
      if (due.length >= maxAgain) break;
      if (over.includes(entry)) continue;
      const [message] = this.#dueAmong([entry], (times) => Math.min(againAfterMs * 2 ** times, againAtLeastMs));
      if (message !== undefined) due.push({ to: entry, message });
    }
    return due;
  }

  /** Calls `listener` with each order that is to be published, until the returned function is called. */
  onOrdered(listener: (to: Origin, message: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #dueAmong(entries: readonly BookedOrder[], pauseMs: (times: number) => number): readonly Uint8Array[] {
    const { monotonic } = this.#options.clock.moment();
    return entries.flatMap(({ id, message }) => {
      const { at = Number.NEGATIVE_INFINITY, times = 0 } = this.#told.get(id) ?? {};
      if (message === undefined || monotonic - at < pauseMs(times)) return [];
      this.#told.set(id, { at: monotonic, times: times + 1 });
      return [Buffer.from(message, 'base64')];
    });
  }

  /** At once, unless as many as may be are on their way already. */
  #tell(entry: BookedOrder): void {
    for (const message of this.due(entry)) this.#publish(entry, message);
  }

  #publish({ tenant, gateway }: Origin, message: Uint8Array): void {
    for (const listener of this.#listeners) listener({ tenant, gateway }, message);
  }

  /** Without a result, unless one has come meanwhile. */
  #endUnheard(id: string, endedAt: number, outcome: string): Promise<void> {
    return this.#ends.take([id], async () => {
      const entry = this.book.get(id);
      if (entry === undefined || !isWaiting(entry)) return;
      const { message: _, ...rest } = entry;
      await this.#end({ ...rest, endedAt }, outcome);
    });
  }

  /** The audit comes first. If the hub is killed before the book has the end, the end comes once more, and the audit has it twice. */
  async #end(entry: BookedOrder, outcome: string): Promise<void> {
    await this.#audit(entry, outcome);
    await this.book.put(entry);
    this.#told.delete(entry.id);
  }

  /** What was ordered is in the book too; without its line of the audit it is not published. */
  async #audit(entry: BookedOrder, outcome: string): Promise<void> {
    const { id, action, device, by, result } = entry;
    const at = isoTime(this.#options.clock.moment().wall);
    const line = { at, id, gateway: nameOf(entry), action, device, by, outcome, reason: result?.reason };
    try {
      await this.#options.audit.append(line);
    } catch (fault) {
      if (outcome === 'ordered') throw fault;
      this.#options.log.error('The audit of orders could not be written', { fault: messageOf(fault) });
    }
  }
}

function resultIn(bytes: Uint8Array): OrderResult {
  try {
    return decodeResult(bytes);
  } catch (fault) {
    if (!(fault instanceof FormatError)) throw fault;
    throw badMessage(say.theResult(), fault.text);
  }
}

function badOrder(to: Origin, what: MachimoriError['what']): MachimoriError {
  return new MachimoriError('bad-order', { what, on: nameOf(to), hint: say.seeActions() });
}
