/** What to do when a broker cannot be reached, judged by what the network, TLS or the broker itself said. */
import type { Text } from '../../shared/text.ts';
import { say } from './words.ts';

const HINTS: readonly (readonly [said: RegExp, hint: () => Text])[] = [
  [/not authorized|bad user ?name|password/i, say.checkLogin], // CONNACK: MQTT 3.1.1 §3.2.2.3, MQTT 5 §3.2.2.2
  [/identifier rejected|client identifier/i, say.checkClientName],
  [/protocol version/i, say.setProtocol],
  [/not allow to subscribe/i, say.allowSubscription],
  [/expired|not yet valid/i, say.checkDates],
  [/altnames|does not match/i, say.matchHostName],
  [/self[- ]signed|certificate/i, say.nameAuthority],
  [/ENOTFOUND|EAI_AGAIN/, say.checkHostName],
  [/ECONNREFUSED/, say.checkHostAndPort],
  [/timeout|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/i, say.checkNetwork],
  [/ECONNRESET|wrong version number|packet|header|closed the connection/i, say.checkScheme],
];

/** What the technician can do. `why` is the fault's message, in English. */
export function brokerHint(why: string): Text {
  return (HINTS.find(([said]) => said.test(why))?.[1] ?? say.checkBroker)();
}
