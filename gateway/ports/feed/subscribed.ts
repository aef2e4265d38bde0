/**
 * An existing broker: the hub subscribes to every gateway's messages there and publishes the receipts. That broker says who may publish
 * what (`machimori gateway acl` writes it down); a gateway that is not enrolled is refused here too.
 *
 * Workers share the batches and gaps: `$share/<share>/…` (MQTT 5, 4.8.2), once a canary has shown that the broker delivers them. Births are
 * not shared: each worker describes the devices of all gateways.
 *
 * A message is acknowledged to the broker before it is stored, since its gateway keeps it until the receipt. Bound: of `maxInFlight`
 * messages or `maxInFlightBytes` on their way to the disk; then the broker waits. Room comes with what is stored alone, never with the
 * broker's PUBACK for a receipt: that stands behind the messages that wait for room. Of `maxUnacknowledged` receipts; one beyond is not
 * sent, and its batch comes again.
 */
import { type Message, parseTopic, topicFilter } from '../../../shared/feed/topics.ts';
import type { Text } from '../../../shared/text.ts';
import { onAbort } from '../../net/keep-open.ts';
import type { BrokerSettings, MqttConnection } from '../../net/mqtt-connection.ts';
import { FEED_MESSAGES, type FeedReceiver, type PortSurroundings } from '../port.ts';
import { answerTo } from './answer.ts';
import { Canary } from './canary.ts';
import { OnTheirWay } from './on-their-way.ts';
import { tellOperators } from './tell-operators.ts';
import { tellOrders } from './tell-orders.ts';

export const maxInFlightBytes = 64_000_000;
/** Receipts that the broker has not acknowledged, some 2 kB each in memory. */
const maxUnacknowledged = 10_000;

export interface SubscribedSettings extends BrokerSettings {
  readonly url: string;
  readonly name: string;
  /** The group of workers that batches and gaps are shared with. */
  readonly share?: string | undefined;
  /** What is subscribed to for this client alone. */
  readonly messages?: readonly Message[];
  readonly maxInFlight: number;
}

/** One session; resolves with the reason when it has ended. */
export async function followBroker(
  { name, share, messages, maxInFlight, ...settings }: SubscribedSettings,
  receiver: FeedReceiver,
  { tenant: own, gateway: hub, gateways, operators, orders, connect, clock, random }: PortSurroundings,
  signal: AbortSignal,
): Promise<Text> {
  let connection: MqttConnection | undefined;
  const onTheirWay = new OnTheirWay({ messages: maxInFlight, bytes: maxInFlightBytes });
  const canary = new Canary(`${own}-${hub}-${name}-${Math.floor(random() * 2 ** 32).toString(16)}`);
  const told = tellOperators(operators, (topic, bytes) => {
    connection?.publish(topic, bytes).catch(() => {}); // it goes again with the next birth or list
  });
  const ordered = tellOrders(orders, clock, (topic, bytes) => {
    connection?.publish(topic, bytes).catch(() => {}); // it goes again
  });
  let unacknowledged = 0;
  const give = (topic: string, receipt: Uint8Array) => {
    if (connection === undefined || unacknowledged >= maxUnacknowledged) return; // it comes again
    unacknowledged++;
    const isOver = () => {
      unacknowledged--;
    };
    connection.publish(topic, receipt).then(isOver, isOver); // if it was lost, it comes again
  };
  const take = async (topic: string, payload: Uint8Array) => {
    const from = parseTopic(topic);
    const answer = await answerTo(from, payload, receiver, gateways);
    if (share === undefined && from?.message === 'birth' && gateways.has(from)) told.born(from);
    const isHeard = (from?.message === 'birth' || from?.message === 'status') && gateways.has(from);
    if (isHeard) ordered.heard(from, from.message === 'birth');
    if (answer !== undefined) give(answer.topic, answer.receipt);
  };
  connection = await connect(
    settings,
    {
      clientId: `machimori:${own}:${hub}:${name}`,
      filters: (messages ?? FEED_MESSAGES).map((message) => topicFilter(message)),
      async onMessage(topic, payload) {
        if (canary.heard(topic)) return;
        onTheirWay.add(payload.length, take(topic, payload));
        if (onTheirWay.isFull) await onTheirWay.room();
      },
    },
    signal,
  ).catch((fault) => {
    told.close();
    ordered.close();
    throw fault;
  });
  told.tellAll(); // retained births may have come before this
  const stopTelling = gateways.onRevoked((revoked) => told.forget(revoked));
  const forgetAbort = onAbort(signal, () => void connection.close());
  const forget = () => {
    forgetAbort();
    stopTelling();
    told.close();
    ordered.close();
  };
  try {
    if (share !== undefined) {
      await canary.sing(connection, settings.url, clock, signal);
      for (const message of ['batch', 'gap'] as const)
        await connection.subscribe(`$share/${share}/${topicFilter(message)}`);
    }
  } catch (fault) {
    forget();
    await connection.close();
    throw fault;
  }
  receiver.opened();
  return connection.ended.finally(forget);
}
