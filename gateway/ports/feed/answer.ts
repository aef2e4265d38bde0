/** A message of a feed that came by way of an existing broker: whose it is, whether it is heard, and what is answered. */
import { type FeedTopic, formatTopic, type Origin } from '../../../shared/feed/topics.ts';
import { shownTopic } from '../../net/broker/topics.ts';
import { FEED_MESSAGES, type FeedReceiver, type GatewayLogins } from '../port.ts';
import { isOrigin } from './gateway-topics.ts';
import { say } from './words.ts';

const NOTHING = new Uint8Array(0);
/** Gateways that a worker hears: of each it keeps a birth in memory. */
const maxTrusted = 50_000;

/** The topic and the bytes of the receipt; undefined if there is nothing to answer, or it comes again. Never rejects. */
export async function answerTo(
  from: FeedTopic | undefined,
  payload: Uint8Array,
  receiver: FeedReceiver,
  gateways: Pick<GatewayLogins, 'has'>,
): Promise<{ readonly topic: string; readonly receipt: Uint8Array } | undefined> {
  const message = FEED_MESSAGES.find((known) => known === from?.message);
  if (from === undefined || message === undefined) return undefined;
  const { tenant, gateway } = from;
  if (!gateways.has({ tenant, gateway })) {
    const detail = say.notEnrolled({ gateway: shownTopic(`${tenant}/${gateway}`) });
    receiver.turnedAway({ code: 'unknown-address', bytes: NOTHING, detail });
    return undefined;
  }
  const receipt = await receiver.take({ tenant, gateway }, message, payload).catch(() => undefined); // it comes again
  return receipt && { topic: formatTopic({ tenant, gateway, message: 'receipt' }), receipt };
}

/** Whoever a broker lets publish, which alone says who may: `maxTrusted` of them, while this program runs. */
export function trustedGateways(): Pick<GatewayLogins, 'has'> {
  const heard = new Set<string>();
  return {
    has(origin: Origin) {
      const name = `${origin.tenant}/${origin.gateway}`;
      if (heard.has(name)) return true;
      if (heard.size >= maxTrusted || !isOrigin(origin)) return false;
      heard.add(name);
      return true;
    },
  };
}
