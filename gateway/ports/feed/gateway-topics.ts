/** Which topics a gateway may use: its own, and none of another's. A neighbouring hub sends the batches of any gateway on. */
import * as v from 'valibot';
import { formatTopic, type Origin, parseTopic, topicFilter } from '../../../shared/feed/topics.ts';
import { id } from '../../../shared/setting.ts';
import { FEED_MESSAGES, type FeedMessage, type GatewayLogin } from '../port.ts';

/** What a gateway hears: receipts, orders, operators, and its own birth, by which it finds out that another box has its name. */
const HEARD = ['receipt', 'command', 'birth', 'operators'] as const;

export function mayPublish(topic: string, login: GatewayLogin): boolean {
  return feedTopic(topic, login) !== undefined;
}

export function maySubscribe(filter: string, { tenant, gateway, isHub }: GatewayLogin): boolean {
  if (isHub && (filter === topicFilter('receipt') || parseTopic(filter)?.message === 'receipt')) return true;
  return HEARD.some((message) => filter === formatTopic({ tenant, gateway, message }));
}

/** Whose message it is and what; undefined if it is not one that a hub reads, or not this login's to send. */
export function feedTopic(topic: string, login: GatewayLogin): { from: Origin; message: FeedMessage } | undefined {
  const parsed = parseTopic(topic);
  const message = FEED_MESSAGES.find((known) => known === parsed?.message);
  if (parsed === undefined || message === undefined) return undefined;
  const { tenant, gateway } = parsed;
  const isOwn = tenant === login.tenant && gateway === login.gateway;
  const sendsOn = login.isHub && message !== 'result'; // what became of an order, its gateway alone says
  return isOwn || (sendsOn && isOrigin({ tenant, gateway })) ? { from: { tenant, gateway }, message } : undefined;
}

/** Whether both are names, as `id` of shared/setting.ts: a neighbouring hub and a broker that is trusted may name any gateway. */
export function isOrigin({ tenant, gateway }: Origin): boolean {
  return v.is(id, tenant) && v.is(id, gateway);
}
