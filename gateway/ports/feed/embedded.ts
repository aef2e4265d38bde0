/**
 * The hub's own broker: each enrolled gateway has its own topics. A batch is acknowledged when it is stored, and answered by its receipt.
 * Bounds: those of net/broker/broker.ts.
 */
import { formatTopic } from '../../../shared/feed/topics.ts';
import type { Text } from '../../../shared/text.ts';
import { type Login, type OpenBroker, serveBroker } from '../../net/broker/broker.ts';
import type { GuardSettings } from '../../net/guarded-server.ts';
import type { FeedReceiver, GatewayLogin, PortSurroundings } from '../port.ts';
import { feedTopic, mayPublish, maySubscribe } from './gateway-topics.ts';
import { tellOperators } from './tell-operators.ts';
import { tellOrders } from './tell-orders.ts';
import { say } from './words.ts';

export interface EmbeddedSettings extends GuardSettings {
  readonly listen: string;
  readonly maxClients: number;
  readonly maxMessageBytes: number;
}

interface BrokerLogin extends Login {
  readonly of: GatewayLogin;
}

const NOTHING = new Uint8Array(0);

/** Serves until the signal aborts or the address is lost; says why it ended. */
export function serveGateways(
  settings: EmbeddedSettings,
  receiver: FeedReceiver,
  { clock, gateways, operators, orders }: PortSurroundings,
  signal: AbortSignal,
): Promise<Text> {
  let broker: OpenBroker | undefined;
  const told = tellOperators(operators, (topic, bytes) => broker?.publish(topic, bytes));
  const ordered = tellOrders(orders, clock, (topic, bytes) => broker?.publish(topic, bytes));
  const forget = gateways.onRevoked((revoked) => {
    told.forget(revoked);
    broker?.drop(`${revoked.tenant}/${revoked.gateway}`);
  });
  return serveBroker<BrokerLogin>(
    {
      ...settings,
      clock,
      loginOf(user = '', password = NOTHING, certified = '') {
        const at = clock.moment().wall;
        const login =
          gateways.certified(certified, at) ?? gateways.login(user, Buffer.from(password).toString('utf8'), at);
        return login && loginOf(login);
      },
      async take(topic, payload, { of }) {
        const sent = feedTopic(topic, of);
        if (sent === undefined) return 'kept';
        const { from, message } = sent;
        const receipt = await receiver.take(from, message, payload).catch(() => undefined); // without one it comes again
        if (receipt !== undefined) broker?.publish(formatTopic({ ...from, message: 'receipt' }), receipt);
        const isOwnBirth = message === 'birth' && from.tenant === of.tenant && from.gateway === of.gateway;
        if (isOwnBirth) told.born(from);
        if (isOwnBirth || message === 'status') ordered.heard(from, isOwnBirth);
        return isOwnBirth && !of.isHub ? 'passed-on' : 'kept';
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
  ).finally(() => {
    forget();
    told.close();
    ordered.close();
  });
}

function loginOf(of: GatewayLogin): BrokerLogin {
  return {
    user: `${of.tenant}/${of.gateway}`,
    of,
    mayPublish: (topic) => mayPublish(topic, of),
    maySubscribe: (filter) => maySubscribe(filter, of),
  };
}
