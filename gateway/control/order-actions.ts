/** What the command line may ask of a hub about orders. */
import * as v from 'valibot';
import { fromBase64url } from '../../shared/enrolment/base64url.ts';
import { MachimoriError } from '../../shared/errors.ts';
import { ACTIONS } from '../../shared/orders/actions.ts';
import { maxLifetimeMs, maxOrderBytes, orderedBy, orderId } from '../../shared/orders/order.ts';
import type { OrderResult } from '../../shared/orders/result.ts';
import { id } from '../../shared/setting.ts';
import type { RememberedOrder } from '../commands/order-memory.ts';
import type { HubOrders } from '../hub/hub-orders.ts';
import { type BookedOrder, isWaiting, nameOf } from '../hub/order-book.ts';
import type { RollOut } from '../hub/roll-out.ts';
import { maxPauseMs, maxStages, minPatienceMs } from '../hub/roll-out-plan.ts';
import type { StatusSources } from '../status/sources.ts';
import type { HubSources } from './hub-actions.ts';
import { type Act, badRequest, count, json, jsonLines, notRunning, parse } from './messages.ts';
import { orderForms } from './order-fields.ts';
import { say } from './words.ts';

const value = v.union([v.string(), v.number(), v.boolean()]);
const wanted = v.strictObject({
  tenant: id,
  gateway: id,
  action: v.string(),
  device: v.exactOptional(id),
  arguments: v.record(v.string(), value),
  by: v.exactOptional(orderedBy),
  expiresMs: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1_000), v.maxValue(maxLifetimeMs))),
});
const passed = v.strictObject({
  message: v.pipe(
    v.string(),
    v.maxLength(Math.ceil((maxOrderBytes * 4) / 3)),
    v.transform((text) => fromBase64url(text) ?? new Uint8Array()),
  ),
});

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const rollOut = v.strictObject({
  ...ACTIONS.update.arguments.entries,
  stages: v.pipe(
    v.array(v.pipe(share, v.gtValue(0))),
    v.minLength(1),
    v.maxLength(maxStages),
    v.check((stages) => stages.every((each, i) => each > (stages[i - 1] ?? 0))),
  ),
  pauseMs: v.pipe(v.number(), v.minValue(0), v.maxValue(maxPauseMs)),
  patienceMs: v.pipe(v.number(), v.minValue(minPatienceMs), v.maxValue(maxLifetimeMs)),
  stopShare: share,
});

/** An order as it is listed: without its message. */
export type ListedOrder = Omit<BookedOrder, 'message' | 'digest'> & {
  /** An outcome of its result, "waiting", or "unanswered" if none came. */
  readonly state: string;
};

/** An order that this gateway has taken, as it is listed. */
export type TakenOrder = Omit<RememberedOrder, 'digest' | 'mark' | 'result'> & {
  readonly id: string;
  /** Absent: it has begun and not ended. */
  readonly result?: Omit<OrderResult, 'attachment'> | undefined;
};

interface OrderSources extends HubSources {
  readonly status?: StatusSources;
  /** Who asks: an account of the console; absent: the command line. */
  readonly by?: string;
}

export const ORDER_ACTIONS: Readonly<Record<string, Act<OrderSources>>> = {
  /** A `ListedOrder`. The gateway has to be enrolled here. At the console nobody orders in another's name. */
  async 'send-order'(parameters, sources) {
    const orders = ordersOf(sources);
    const { by: given, ...asked } = parse(wanted, parameters);
    const by = sources.by ?? given;
    if (by === undefined) throw badRequest(say.nobodyOrders());
    checkEnrolled(nameOf(asked), sources);
    return json(listed(await orders.send({ ...asked, by })));
  },

  /** The same for one that was signed elsewhere (base64url). */
  async 'pass-order'(parameters, sources) {
    return json(listed(await ordersOf(sources).pass(parse(passed, parameters).message)));
  },

  /** A `ListedOrder`, or null. */
  'show-order'(parameters, sources) {
    const entry = ordersOf(sources).book.get(parse(v.strictObject({ id: orderId }), parameters).id);
    return json(entry === undefined ? null : listed(entry));
  },

  /** A line of JSON for each `ListedOrder`, the newest first; only those of a gateway ("tenant/gateway") if it is named, and the newest `max`. */
  'list-orders'(parameters, sources) {
    const { gateway, max } = parse(
      v.strictObject({ gateway: v.exactOptional(v.string()), max: v.exactOptional(count) }),
      parameters,
    );
    const all = ordersOf(sources).book.all();
    const wanted = all.filter((entry) => gateway === undefined || nameOf(entry) === gateway);
    return jsonLines(wanted.slice(0, max).map(listed));
  },

  /** A line for each `OrderForm`. */
  'list-actions'(parameters) {
    parse(v.strictObject({}), parameters);
    return jsonLines(orderForms());
  },

  /** A line for each `TakenOrder` that this gateway remembers, the newest first. */
  'list-taken-orders'(parameters, { status }) {
    parse(v.strictObject({}), parameters);
    return jsonLines((status?.orders?.taken?.() ?? []).map(([id, order]) => takenOrder(id, order)));
  },

  /** `{ publicKey, unordered }`: base64url, and how many results answered no order of this hub's. */
  'order-key'(_parameters, sources) {
    const { publicKey, unordered } = ordersOf(sources);
    return json({ publicKey, unordered });
  },

  /** Begins a roll-out (hub/roll-out-plan.ts): `stages` and `stopShare` as shares of 1. */
  async 'begin-roll-out'(parameters, sources) {
    await rollOutOf(sources).begin(parse(rollOut, parameters));
    return json(rollOutOf(sources).sight ?? null);
  },

  /** A `RollOutSight`, or null. */
  'roll-out'(_parameters, sources) {
    return json(rollOutOf(sources).sight ?? null);
  },

  /** The same, after the stop. */
  async 'stop-roll-out'(_parameters, sources) {
    await rollOutOf(sources).stop();
    return json(rollOutOf(sources).sight ?? null);
  },
};

/** Only a hub that runs has one. */
function rollOutOf({ hub: { rollOut, orders } }: HubSources): RollOut {
  if (rollOut !== undefined) return rollOut;
  throw orders === undefined ? notHub() : notRunning();
}

function takenOrder(id: string, { digest: _, mark: __, result, ...order }: RememberedOrder): TakenOrder {
  if (result === undefined) return { id, ...order };
  const { attachment: ___, ...rest } = result;
  return { id, ...order, result: rest };
}

function listed(booked: BookedOrder): ListedOrder {
  const { message: _, digest: __, ...entry } = booked;
  return { ...entry, state: stateOf(booked) };
}

function stateOf(entry: BookedOrder): string {
  if (isWaiting(entry)) return 'waiting';
  return entry.result?.outcome ?? 'unanswered';
}

function ordersOf({ hub: { orders } }: HubSources): HubOrders {
  if (orders !== undefined) return orders;
  throw notHub();
}

function notHub(): MachimoriError {
  return new MachimoriError('not-a-hub', { what: say.noOrders(), on: say.theGateway(), hint: say.askHub() });
}

/** At a worker its broker alone says who may connect. */
function checkEnrolled(name: string, { hub: { enrolled } }: HubSources): void {
  const { all } = enrolled;
  if (all.length === 0 || all.some((each) => nameOf(each) === name)) return;
  throw new MachimoriError('not-enrolled', { what: say.notEnrolled(), on: name, hint: say.seeGateways() });
}
