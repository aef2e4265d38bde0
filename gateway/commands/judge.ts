/**
 * Whether an order is one of the city's to this gateway, and may be done now. Nothing here is believed because it came over the broker.
 *
 *   message ──▶ a signed message? ──▶ by a key that was given here? ──▶ an order, to this gateway? ──▶ (`authenticate`)
 *           ──▶ known action, device, arguments? may this key? ──▶ issued and not over, by a clock that is set? (`judge`, also before it acts)
 *
 * Only what a key here has signed is answered by its id, and remembered.
 */

import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { FormatError } from '../../shared/errors.ts';
import { toHex } from '../../shared/hex.ts';
import { actionOf } from '../../shared/orders/actions.ts';
import { maxLifetimeMs, maxOrderBytes, ORDER_CONTEXT, type Order, readOrder } from '../../shared/orders/order.ts';
import { isSignedBy, readSign1, type Sign1 } from '../../shared/signing/sign1.ts';
import type { Text } from '../../shared/text.ts';
import { schemaFault } from '../words/fault.ts';
import { mayOrder, type OrderKey } from './order-keys.ts';
import { say } from './words.ts';

/** How far the hub's clock and this one's may be apart: both are set by network time or GPS. */
export const clockToleranceMs = 5 * 60_000;

export interface Refusal {
  readonly outcome: 'refused' | 'expired';
  /** For programs. */
  readonly reason: string;
  readonly text: Text;
}

/** Of this gateway. */
export interface Addressee {
  readonly tenant: string;
  readonly gateway: string;
}

export interface JudgeSurroundings {
  /** Undefined if there is no such device. */
  device(id: string): { readonly id: string; readonly group?: string | undefined } | undefined;
  /** Whether anybody here does it. */
  does(action: string, device: string | undefined): boolean;
}

export type Authenticated =
  | { readonly ok: true; readonly order: Order; readonly key: OrderKey }
  | { readonly ok: false; readonly refusal: Refusal };

function refused(reason: string, text: Text): Refusal {
  return { outcome: 'refused', reason, text };
}

export async function authenticate(
  message: Uint8Array,
  keys: ReadonlyMap<string, OrderKey>,
  { tenant, gateway }: Addressee,
): Promise<Authenticated> {
  const not = (reason: string, text: Text): Authenticated => ({ ok: false, refusal: refused(reason, text) });
  let signed: Sign1;
  let order: Order;
  try {
    signed = readSign1(message, maxOrderBytes);
    order = readOrder(signed);
  } catch (fault) {
    if (!(fault instanceof FormatError)) throw fault;
    return not('unreadable', say.unreadable({ why: fault.text }));
  }
  const key = keys.get(toHex(signed.kid));
  if (key === undefined) return not('unknown-key', say.unknownKey());
  if (!(await isSignedBy(signed, ORDER_CONTEXT, key.publicKey))) return not('bad-signature', say.badSignature());
  if (order.tenant !== tenant || order.gateway !== gateway) {
    return not('other-gateway', say.otherGateway({ gateway: `${order.tenant}/${order.gateway}` }));
  }
  return { ok: true, order, key };
}

/** Undefined: it may be done. */
export function judge(order: Order, key: OrderKey, around: JudgeSurroundings): Refusal | undefined {
  const { action: name, device: id } = order;
  const action = actionOf(name);
  if (action === undefined) return refused('unknown-action', say.unknownAction({ action: name }));
  if ((action.place === 'device') !== (id !== undefined)) {
    return refused('wrong-place', action.place === 'device' ? say.needsDevice() : say.needsNoDevice());
  }
  const device = id === undefined ? undefined : around.device(id);
  const isAllowed = mayOrder(key, { action: name, device: device ?? (id === undefined ? undefined : { id }) });
  if (!isAllowed) return refused('not-allowed', say.notAllowed({ key: key.name, action: name }));
  if (id !== undefined && device === undefined) return refused('unknown-device', say.unknownDevice({ device: id }));
  const fault = schemaFault(action.arguments, order.arguments);
  if (fault !== undefined) {
    const argument = v.getDotPath(fault.issue) ?? name;
    return refused('bad-arguments', say.badArgument({ argument, fault: fault.message }));
  }
  return around.does(name, id) ? undefined : refused('not-supported', say.notSupported({ action: name }));
}

/** By a clock that is set. Undefined: its time has come and is not over. */
export function judgeTime({ issuedAt, expiresAt }: Order, { wall }: Moment): Refusal | undefined {
  const lifetime = expiresAt - issuedAt;
  if (lifetime <= 0 || lifetime > maxLifetimeMs) return refused('bad-lifetime', say.badLifetime());
  if (issuedAt > wall + clockToleranceMs) return refused('not-yet', say.notYet());
  return wall > expiresAt + clockToleranceMs ? expired() : undefined;
}

export function expired(): Refusal {
  return { outcome: 'expired', reason: 'expired', text: say.expired() };
}
