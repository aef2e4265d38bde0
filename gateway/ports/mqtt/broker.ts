/**
 * The embedded broker of a port: takes messages in and passes nothing on. A subscription is turned down and its client goes on. That a
 * client asks for its message to be retained says nothing of its age: it is published now. Bounds: those of net/broker/broker.ts.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Text } from '../../../shared/text.ts';
import { serveBroker, type TurnedAway } from '../../net/broker/broker.ts';
import type { DoorReceiver } from '../port.ts';
import { loginCheck } from './users.ts';
import { say } from './words.ts';

export type BrokerSettings = Parameters<typeof loginCheck>[0] & {
  readonly listen: string;
  readonly maxClients: number;
  readonly maxMessageBytes: number;
};

const kept = () => 'kept' as const;
const NOTHING = new Uint8Array(0);

/** Serves until the signal aborts or the address is lost; says why it ended. */
export async function serve(
  settings: BrokerSettings,
  receiver: DoorReceiver,
  clock: Clock,
  signal: AbortSignal,
): Promise<Text> {
  const { listen, maxClients, maxMessageBytes } = settings;
  const options = {
    ...{ listen, maxClients, maxMessageBytes, clock },
    loginOf: loginCheck(settings),
    take: (topic: string, payload: Uint8Array) => receiver.message(topic, payload).then(kept),
    opened: () => receiver.opened(),
    turnedAway: (code: TurnedAway, detail: Text) => receiver.turnedAway({ code, bytes: NOTHING, detail }),
    notSubscribed(filter: string) {
      receiver.ignored({ code: 'not-allowed', bytes: NOTHING, detail: say.noSubscriptions({ filter }) });
    },
  };
  return serveBroker(options, signal);
}
