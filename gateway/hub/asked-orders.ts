/**
 * Orders that somebody asked for by way of a city's own system: given once by their key, and told of as long as anybody asks.
 *
 * The order's id is made of the key, and its times are those of the asking. So an order that this hub has forgotten is signed into the same
 * message again, which its gateway answers with the first result. Nothing else has to be remembered.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError } from '../../shared/errors.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import { actionOf } from '../../shared/orders/actions.ts';
import { maxLifetimeMs, type Order, orderIdOf } from '../../shared/orders/order.ts';
import type { Text } from '../../shared/text.ts';
import type { HubOrders } from './hub-orders.ts';
import { type BookedOrder, isWaiting } from './order-book.ts';
import { say } from './order-words.ts';

/** A broker's clock may be ahead of this one. */
export type AskedFor = Origin &
  Pick<Order, 'action' | 'device' | 'arguments' | 'issuedAt'> & {
    readonly key: string;
    readonly expiresAt?: number | undefined;
  };

interface Standing {
  readonly state: 'PENDING' | 'OK' | 'ERROR' | 'EXPIRED';
  readonly info: Text | undefined;
}

export interface AskedSurroundings {
  readonly orders: HubOrders;
  /** Whether who asks there may order anything of it. */
  mayOrder(to: Origin): boolean;
  isEnrolled(to: Origin): boolean;
  /** Who asks, for people and for the audit. */
  readonly by: string;
  readonly clock: Clock;
}

/** Rejects as `HubOrders.send` does if the disk takes nothing. */
export async function askedOrder(asked: AskedFor, around: AskedSurroundings): Promise<Standing> {
  const { orders, mayOrder, isEnrolled, by, clock } = around;
  const { key, expiresAt, ...wanted } = asked;
  const id = orderIdOf(createHash('sha256').update(`${by} ${key}`).digest().subarray(0, 16));
  const known = orders.book.get(id);
  if (known !== undefined) return standingOf(known, clock.moment().wall);
  if (!mayOrder(asked)) return { state: 'ERROR', info: say.otherTenant() };
  if (!isEnrolled(asked)) return { state: 'ERROR', info: say.nobodyThere() };
  const now = clock.moment().wall;
  const issuedAt = Math.min(asked.issuedAt, now);
  const usual = actionOf(asked.action)?.expiresMs ?? 0;
  const expiresMs = Math.min(expiresAt === undefined ? usual : expiresAt - issuedAt, maxLifetimeMs);
  if (issuedAt + expiresMs <= now) return { state: 'EXPIRED', info: say.tooLate() };
  try {
    return standingOf(await orders.send({ ...wanted, by, id, issuedAt, expiresMs }), now);
  } catch (fault) {
    if (!(fault instanceof MachimoriError)) throw fault;
    if (fault.code === 'too-many-orders') return { state: 'PENDING', info: fault.text };
    if (fault.code === 'bad-order') return { state: 'ERROR', info: fault.text };
    throw fault;
  }
}

/** Whether it has reached its gateway is not known before its result is, so it is never said to be delivered. */
function standingOf(entry: BookedOrder, now: number): Standing {
  const { result, id, expiresAt } = entry;
  if (isWaiting(entry)) {
    return { state: 'PENDING', info: expiresAt < now ? say.awaited({ id }) : say.given({ id }) };
  }
  if (result === undefined) return { state: 'EXPIRED', info: say.noResult() };
  const { outcome, text } = result;
  if (outcome === 'done') return { state: 'OK', info: say.wasDone({ id }) };
  return { state: outcome === 'expired' ? 'EXPIRED' : 'ERROR', info: text ?? say.wasNotDone({ outcome, id }) };
}
