/**
 * Orders that somebody wrote into the context broker: an attribute named like the action, of the `Device` entity of the gateway or device.
 *
 *   look, every `commandsEveryMs` ──▶ entities with the attribute ──▶ the hub's orders (destination.ts) ──▶ `<name>_status`, `<name>_info`
 *
 * Promise: the broker is asked, so that nobody has to reach this hub. An order is known by its `orderId`, or by when its attribute was
 * written, so it is given once however often it is seen; the attribute stays as it was written. Both answers have the time of the order
 * that they are about, and are written only when they change.
 *
 * Bounds: `maxPages` of `pageSize` entities for each action in one look; what is further back is not seen. A look that fails is made up for by the
 * next one; readings do not wait for it.
 */
import type { Clock } from '../../../shared/clock.ts';
import { messageOf } from '../../../shared/errors.ts';
import { inEveryLanguage } from '../../../shared/text.ts';
import type { Log } from '../../machine/log.ts';
import type { AskOrder, OrderStanding } from '../destination.ts';
import { isGood, wordsOf } from './answers.ts';
import type { Broker } from './broker.ts';
import { plainText } from './characters.ts';
import type { AttributeValue, Chosen, Entity } from './entity.ts';
import type { AskedOrder } from './format.ts';
import { say } from './words.ts';

const pageSize = 100;
const maxPages = 20;
const maxInfo = 1_000;
const TYPE = 'Device';
const ENDS: readonly unknown[] = ['OK', 'ERROR', 'EXPIRED'] satisfies OrderStanding['state'][];

export interface Asking {
  readonly destination: string;
  readonly broker: Broker;
  readonly commands: readonly string[];
  readonly commandsEveryMs: number;
  readonly order: AskOrder;
  readonly clock: Clock;
  readonly log: Log;
}

/** Looks until the signal aborts. Never rejects. */
export async function askForOrders(asking: Asking, signal: AbortSignal): Promise<void> {
  const { destination, commands, commandsEveryMs, clock, log } = asking;
  while (!signal.aborted) {
    for (const action of commands) {
      try {
        await look(asking, action, signal);
      } catch (fault) {
        if (!signal.aborted)
          log.warn('The broker could not be asked for orders', { destination, fault: messageOf(fault) });
      }
    }
    await clock.sleep(commandsEveryMs, signal);
  }
}

/** "log-level": "logLevel". NGSI-LD takes no hyphen in a name. */
export function attributeOf(action: string): string {
  return action.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

async function look(asking: Asking, action: string, signal: AbortSignal): Promise<void> {
  const { broker, destination, log } = asking;
  const name = attributeOf(action);
  for (let page = 0; page < maxPages && !signal.aborted; page++) {
    const asked = broker.format.orders({ type: TYPE, name, offset: page * pageSize, limit: pageSize });
    const answer = await broker.ask(asked, signal);
    if (answer.status === 404) return; // a tenant that nothing was written to yet
    if (!isGood(answer)) {
      log.warn('The broker does not say what was ordered', { destination, answer: wordsOf(answer) });
      return;
    }
    const { count, orders } = broker.format.readOrders(answer, name);
    for (const order of orders) await settle(order, action, asking, signal);
    if (count < pageSize) return;
  }
}

async function settle(asked: AskedOrder, action: string, { broker, order, ...rest }: Asking, signal: AbortSignal) {
  const { id, type, writtenAt, status, value, expiresAt } = asked;
  const to = addressIn(id);
  const told = status?.of === writtenAt ? status.value : undefined;
  if (to === undefined || ENDS.includes(told)) return;
  const key = `${id} ${action} ${asked.orderId ?? writtenAt}`;
  const given = argumentsIn(value);
  const standing: OrderStanding =
    given === undefined
      ? { state: 'ERROR', info: say.noArguments() }
      : await order({ ...to, key, action, arguments: given, issuedAt: writtenAt, expiresAt });
  if (standing.state === told) return;
  const name = attributeOf(action);
  const attributes = new Map<string, Chosen>([
    [`${name}_status`, chosen(standing.state, writtenAt)],
    [`${name}_info`, chosen(infoOf(standing), writtenAt)],
  ]);
  const entity: Entity = { id, type, attributes };
  const answer = await broker.ask(broker.format.update([broker.format.entity(entity)]), signal);
  if (broker.format.judge(answer, [entity]).is !== 'taken') {
    const { destination, log } = rest;
    log.warn('The broker does not take what became of an order', { destination, answer: wordsOf(answer) });
  }
}

function chosen(value: string, at: number): Chosen {
  const attribute: AttributeValue = { is: 'text', value };
  return { attribute, mark: { at } };
}

function infoOf({ info }: OrderStanding): string {
  return info === undefined ? '-' : plainText(inEveryLanguage(info)).slice(0, maxInfo);
}

/** `urn:ngsi-ld:Device:<tenant>:<gateway>`, and the device if it is to one. Undefined of an entity that somebody else has made. */
function addressIn(id: string) {
  const [urn, scheme, type, tenant, gateway, device, ...rest] = id.split(':');
  if (urn !== 'urn' || scheme !== 'ngsi-ld' || type !== TYPE || rest.length > 0) return undefined;
  const parts = [tenant, gateway, ...(device === undefined ? [] : [device])];
  if (!parts.every((part) => part !== undefined && /^[A-Za-z0-9._-]{1,64}$/.test(part))) return undefined;
  return { tenant: tenant ?? '', gateway: gateway ?? '', ...(device !== undefined && { device }) };
}

/** An object of texts, numbers and flags; what says nothing is none. Undefined if it is anything else. */
function argumentsIn(value: unknown): Readonly<Record<string, string | number | boolean>> | undefined {
  if (value === '' || value === null || value === true) return {};
  if (typeof value !== 'object' || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  const isFlat = entries.every(([, each]) => ['string', 'number', 'boolean'].includes(typeof each));
  return isFlat ? Object.fromEntries(entries) : undefined;
}
