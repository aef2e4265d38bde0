/**
 * NATS: the gateways speak MQTT to the servers, and the workers are a queue group of core NATS on the same subjects ("/" is "." there).
 *
 *   machimori.v1.*.*.batch, .gap   each to one worker of the group      machimori.v1.*.*.birth   to every worker
 *   machimori.v1.<tenant>.<gateway>.receipt   published by the worker that has stored it
 *
 * Core NATS delivers at most once, which loses nothing: a gateway sends until it has the receipt. Bound: `maxInFlight` messages or
 * `maxInFlightBytes` on their way to the database; beyond it a message is left alone and counted, and its gateway sends it again.
 */
import { type Message, parseTopic, topicFilter } from '../../../shared/feed/topics.ts';
import type { Text } from '../../../shared/text.ts';
import { onAbort } from '../../net/keep-open.ts';
import { connectNats, type NatsSettings } from '../../net/nats-connection.ts';
import type { FeedReceiver, PortSurroundings } from '../port.ts';
import { answerTo } from './answer.ts';
import { OnTheirWay } from './on-their-way.ts';
import { maxInFlightBytes } from './subscribed.ts';
import { tellOrders } from './tell-orders.ts';
import { say } from './words.ts';

export interface QueueGroupSettings extends NatsSettings {
  readonly name: string;
  readonly share: string;
  readonly maxInFlight: number;
  /** Whether births come here, and not by MQTT. */
  readonly hearsBirths: boolean;
}

const NOTHING = new Uint8Array(0);

/** One session; resolves with the reason when it has ended. */
export async function joinQueueGroup(
  { name, share, maxInFlight, hearsBirths, ...settings }: QueueGroupSettings,
  receiver: FeedReceiver,
  { tenant, gateway, gateways, orders, clock }: PortSurroundings,
  signal: AbortSignal,
): Promise<Text> {
  const connection = await connectNats(settings, `machimori:${tenant}:${gateway}:${name}`, signal);
  const forgetAbort = onAbort(signal, () => void connection.close());
  const onTheirWay = new OnTheirWay({ messages: maxInFlight, bytes: maxInFlightBytes });
  const ordered = tellOrders(orders, clock, (topic, bytes) => connection.publish(subjectOf(topic), bytes));
  const forget = () => {
    forgetAbort();
    ordered.close();
  };
  const take = async (subject: string, payload: Uint8Array) => {
    const from = parseTopic(subject.replaceAll('.', '/'));
    const answer = await answerTo(from, payload, receiver, gateways);
    if (from?.message === 'birth' && gateways.has(from)) ordered.heard(from, true);
    if (answer !== undefined) connection.publish(subjectOf(answer.topic), answer.receipt);
  };
  const onMessage = (subject: string, payload: Uint8Array) => {
    if (onTheirWay.isFull) receiver.ignored({ code: 'over-limit', bytes: NOTHING, detail: say.tooManyInFlight() });
    else onTheirWay.add(payload.length, take(subject, payload));
  };
  try {
    await connection.subscribe(everyones('result'), undefined, onMessage); // whichever has given the order
    if (hearsBirths) await connection.subscribe(everyones('birth'), undefined, onMessage);
    for (const message of ['batch', 'gap'] as const) await connection.subscribe(everyones(message), share, onMessage);
  } catch (fault) {
    forget();
    await connection.close();
    throw fault;
  }
  receiver.opened();
  return connection.ended.finally(forget);
}

function everyones(message: Message): string {
  return subjectOf(topicFilter(message)).replaceAll('+', '*');
}

/** No name in it has a dot: those that have are refused by the server, which takes MQTT topics of that kind from nobody. */
function subjectOf(topic: string): string {
  return topic.replaceAll('/', '.');
}
