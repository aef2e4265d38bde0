/** The topics of the feed: `machimori/v1/<tenant>/<gateway>/<message>`. */

export const MESSAGES = ['birth', 'batch', 'receipt', 'status', 'command', 'result', 'gap', 'operators'] as const;
export type Message = (typeof MESSAGES)[number];

/** Whose batches and births they are. Two tenants may have gateways of one id. */
export interface Origin {
  readonly tenant: string;
  readonly gateway: string;
}

export interface FeedTopic extends Origin {
  readonly message: Message;
}

const PREFIX = 'machimori/v1';

export function formatTopic({ tenant, gateway, message }: FeedTopic): string {
  return `${PREFIX}/${tenant}/${gateway}/${message}`;
}

/** The filter for one kind of message from every gateway of every tenant. */
export function topicFilter(message: Message): string {
  return `${PREFIX}/+/+/${message}`;
}

/** The parts of a topic; undefined if it is not one of the feed's. */
export function parseTopic(topic: string): FeedTopic | undefined {
  const [root, version, tenant, gateway, last, ...rest] = topic.split('/');
  const message = MESSAGES.find((known) => known === last);
  if (`${root}/${version}` !== PREFIX || !tenant || !gateway || message === undefined || rest.length > 0)
    return undefined;
  return { tenant, gateway, message };
}
