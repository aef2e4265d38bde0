/**
 * The hub's own broker: each enrolled gateway has its own topics. A batch is acknowledged when it is stored, and answered by its receipt.
 * Bounds: those of net/broker/broker.ts.
 */
import { formatTopic, type Origin } from '../../../shared/feed/topics.ts';
import type { Text } from '../../../shared/text.ts';
import { type Login, type OpenBroker, serveBroker } from '../../net/broker/broker.ts';
import type { GuardSettings } from '../../net/guarded-server.ts';
import type { FeedReceiver, PortSurroundings } from '../port.ts';
import { feedTopic, mayPublish, maySubscribe } from './gateway-topics.ts';
import { say } from './words.ts';

export interface EmbeddedSettings extends GuardSettings {
  readonly listen: string;
  readonly maxClients: number;
  readonly maxMessageBytes: number;
}

interface GatewayLogin extends Login {
  readonly origin: Origin;
}

const NOTHING = new Uint8Array(0);

/** Serves until the signal aborts or the address is lost; says why it ended. */
export function serveGateways(
  settings: EmbeddedSettings,
  receiver: FeedReceiver,
  { clock, gateways }: PortSurroundings,
  signal: AbortSignal,
): Promise<Text> {
  let broker: OpenBroker | undefined;
  const forget = gateways.onRevoked(({ tenant, gateway }) => broker?.drop(`${tenant}/${gateway}`));
  return serveBroker<GatewayLogin>(
    {
      ...settings,
      clock,
      loginOf(user = '', password = NOTHING, certified = '') {
        const origin = gateways.certified(certified) ?? gateways.login(user, Buffer.from(password).toString('utf8'));
        return origin && loginOf(origin);
      },
      async take(topic, payload, { origin }) {
        const message = feedTopic(topic, origin);
        if (message === undefined) return 'kept';
        const receipt = await receiver.take(origin, message, payload).catch(() => undefined); // without one it comes again
        if (receipt !== undefined) broker?.publish(formatTopic({ ...origin, message: 'receipt' }), receipt);
        return message === 'birth' ? 'passed-on' : 'kept';
      },
      opened(opened) {
        broker = opened;
        receiver.opened();
      },
      turnedAway: (code, detail) => receiver.turnedAway({ code, bytes: NOTHING, detail }),
      notSubscribed(filter, user) {
        const detail = say.notItsTopic({ user: user?.user ?? '', filter });
        receiver.turnedAway({ code: 'not-allowed', bytes: NOTHING, detail });
      },
    },
    signal,
  ).finally(forget);
}

function loginOf(origin: Origin): GatewayLogin {
  const { tenant, gateway } = origin;
  return {
    user: `${tenant}/${gateway}`,
    origin: { tenant, gateway },
    mayPublish: (topic) => mayPublish(topic, origin),
    maySubscribe: (filter) => maySubscribe(filter, origin),
  };
}
