/**
 * An existing broker: the hub subscribes to every gateway's messages there and publishes the receipts. That broker says who may publish
 * what (`machimori gateway acl` writes it down); a gateway that is not enrolled is refused here too.
 *
 * A message is acknowledged to the broker before it is stored, since its gateway keeps it until the receipt. Bound: of `maxUnsettled`
 * messages on their way to the disk; then the broker waits.
 */
import { formatTopic, parseTopic, topicFilter } from '../../../shared/feed/topics.ts';
import type { Text } from '../../../shared/text.ts';
import { shownTopic } from '../../net/broker/topics.ts';
import { onAbort } from '../../net/keep-open.ts';
import type { BrokerSettings, MqttConnection } from '../../net/mqtt-connection.ts';
import { FEED_MESSAGES, type FeedReceiver, type PortSurroundings } from '../port.ts';
import { say } from './words.ts';

const maxUnsettled = 2_000;
const NOTHING = new Uint8Array(0);

/** One session; resolves with the reason when it has ended. */
export async function followBroker(
  { name, ...settings }: BrokerSettings & { readonly name: string },
  receiver: FeedReceiver,
  { tenant: own, gateway: hub, gateways, connect }: PortSurroundings,
  signal: AbortSignal,
): Promise<Text> {
  let connection: MqttConnection | undefined;
  const unsettled = new Set<Promise<void>>();
  const take = async (topic: string, payload: Uint8Array) => {
    const from = parseTopic(topic);
    const message = FEED_MESSAGES.find((known) => known === from?.message);
    if (from === undefined || message === undefined) return;
    const { tenant, gateway } = from;
    if (!gateways.has({ tenant, gateway })) {
      const detail = say.notEnrolled({ gateway: shownTopic(`${tenant}/${gateway}`) });
      receiver.turnedAway({ code: 'unknown-address', bytes: NOTHING, detail });
      return;
    }
    const receipt = await receiver.take({ tenant, gateway }, message, payload).catch(() => undefined); // it comes again
    if (receipt === undefined) return;
    await connection?.publish(formatTopic({ tenant, gateway, message: 'receipt' }), receipt).catch(() => {}); // likewise
  };
  connection = await connect(
    settings,
    {
      clientId: `machimori:${own}:${hub}:${name}`,
      filters: FEED_MESSAGES.map((message) => topicFilter(message)),
      async onMessage(topic, payload) {
        const taking = take(topic, payload).finally(() => unsettled.delete(taking));
        unsettled.add(taking);
        if (unsettled.size >= maxUnsettled) await Promise.race(unsettled);
      },
    },
    signal,
  );
  receiver.opened();
  const forget = onAbort(signal, () => void connection.close());
  return connection.ended.finally(forget);
}
