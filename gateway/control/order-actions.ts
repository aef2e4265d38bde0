/** What the command line may ask of a hub about orders. */
import * as v from 'valibot';
import { fromBase64url } from '../../shared/enrolment/base64url.ts';
import { MachimoriError } from '../../shared/errors.ts';
import { ACTIONS } from '../../shared/orders/actions.ts';
import { maxLifetimeMs, maxOrderBytes, orderId } from '../../shared/orders/order.ts';
import { id } from '../../shared/setting.ts';
import { isPrintable } from '../../shared/text.ts';
import type { HubOrders } from '../hub/hub-orders.ts';
import { type BookedOrder, isWaiting, nameOf } from '../hub/order-book.ts';
import type { RollOut } from '../hub/roll-out.ts';
import type { HubSources } from './hub-actions.ts';
import { type Act, json, jsonLines, parse } from './messages.ts';
import { say } from './words.ts';

const value = v.union([v.string(), v.number(), v.boolean()]);
const wanted = v.strictObject({
  tenant: id,
  gateway: id,
  action: v.string(),
  device: v.exactOptional(id),
  arguments: v.record(v.string(), value),
  by: v.pipe(v.string(), v.minLength(1), v.maxLength(120), v.check(isPrintable)),
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
    v.maxLength(20),
    v.check((stages) => stages.every((each, i) => each > (stages[i - 1] ?? 0))),
  ),
  pauseMs: v.pipe(v.number(), v.minValue(0), v.maxValue(31 * 86_400_000)),
  patienceMs: v.pipe(v.number(), v.minValue(60_000), v.maxValue(maxLifetimeMs)),
  stopShare: share,
});

/** An order as it is listed: without its message. */
export type ListedOrder = Omit<BookedOrder, 'message' | 'digest'> & {
  /** An outcome of its result, "waiting", or "unanswered" if none came. */
  readonly state: string;
};

export const ORDER_ACTIONS: Readonly<Record<string, Act<HubSources>>> = {
  /** A `ListedOrder`. The gateway has to be enrolled here. */
  async 'send-order'(parameters, sources) {
    const orders = ordersOf(sources);
    const asked = parse(wanted, parameters);
    checkEnrolled(nameOf(asked), sources);
    return json(listed(await orders.send(asked)));
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

  /** A line of JSON for each `ListedOrder`, the newest first; only those of a gateway ("tenant/gateway") if it is named. */
  'list-orders'(parameters, sources) {
    const { gateway } = parse(v.strictObject({ gateway: v.exactOptional(v.string()) }), parameters);
    const all = ordersOf(sources).book.all();
    return jsonLines(all.filter((entry) => gateway === undefined || nameOf(entry) === gateway).map(listed));
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
function rollOutOf({ hub: { rollOut } }: HubSources): RollOut {
  if (rollOut !== undefined) return rollOut;
  throw new MachimoriError('not-a-hub', { what: say.noOrders(), on: say.theGateway(), hint: say.askHub() });
}

function listed({ message: _, digest: __, ...entry }: BookedOrder): ListedOrder {
  return { ...entry, state: stateOf({ ...entry, digest: __, message: _ }) };
}

function stateOf(entry: BookedOrder): string {
  if (isWaiting(entry)) return 'waiting';
  return entry.result?.outcome ?? 'unanswered';
}

function ordersOf({ hub: { orders } }: HubSources): HubOrders {
  if (orders !== undefined) return orders;
  throw new MachimoriError('not-a-hub', { what: say.noOrders(), on: say.theGateway(), hint: say.askHub() });
}

/** At a worker its broker alone says who may connect. */
function checkEnrolled(name: string, { hub: { enrolled } }: HubSources): void {
  const { all } = enrolled;
  if (all.length === 0 || all.some((each) => nameOf(each) === name)) return;
  throw new MachimoriError('not-enrolled', { what: say.notEnrolled(), on: name, hint: say.seeGateways() });
}
