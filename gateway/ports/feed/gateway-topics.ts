/** Which topics a gateway may use: its own, and none of another's. */
import { formatTopic, type Origin, parseTopic } from '../../../shared/feed/topics.ts';
import { FEED_MESSAGES, type FeedMessage } from '../port.ts';

/** What a gateway hears: receipts, orders, and its own birth, by which it finds out that another box has its name. */
const HEARD = ['receipt', 'command', 'birth'] as const;

export function mayPublish(topic: string, { tenant, gateway }: Origin): boolean {
  return (
    feedTopic(topic, { tenant, gateway }) !== undefined || topic === formatTopic({ tenant, gateway, message: 'result' })
  );
}

export function maySubscribe(filter: string, { tenant, gateway }: Origin): boolean {
  return HEARD.some((message) => filter === formatTopic({ tenant, gateway, message }));
}

/** What a message of this gateway is; undefined if it is not one that a hub reads, or another's. */
export function feedTopic(topic: string, origin: Origin): FeedMessage | undefined {
  const parsed = parseTopic(topic);
  if (parsed?.tenant !== origin.tenant || parsed.gateway !== origin.gateway) return undefined;
  return FEED_MESSAGES.find((message) => message === parsed.message);
}
