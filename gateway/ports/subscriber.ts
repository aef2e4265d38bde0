/**
 * A port's sessions at an existing broker.
 *
 * The broker keeps its subscriptions while the gateway is away, and what comes for them (a persistent session): a restart costs
 * nothing. A topic that no device has any more is unsubscribed when a message comes for it. The client id names tenant, gateway
 * and port, so that two gateways never meet under one; if another client has it all the same, the receiver is told.
 */
import { textOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { onAbort } from '../net/keep-open.ts';
import { type BrokerSettings, type ConnectOptions, isTakeOver, type MqttConnection } from '../net/mqtt-connection.ts';
import type { MessageReceiver, PortSurroundings } from './port.ts';

interface Subscription {
  readonly port: string;
  readonly broker: Omit<BrokerSettings, 'keepaliveMs'>;
  /** Whether the broker can keep a session. */
  readonly keepsSession: boolean;
  readonly filters: readonly string[];
}

export type SubscriberSurroundings = Pick<PortSurroundings, 'clock' | 'log' | 'connect' | 'tenant' | 'gateway'>;

const keepaliveMs = 30_000;
/** A broker that closes sessions as often as this lets another client of the name in. */
const maxClosed = 3;
const withinMs = 10 * 60_000;

export class Subscriber {
  readonly #subscription: Subscription;
  readonly #around: SubscriberSurroundings;
  #open: MqttConnection | undefined;
  #hasBeenOpen = false;
  /** When the broker last closed sessions for no reason it gave. */
  #closedAt: readonly number[] = [];

  constructor(subscription: Subscription, around: SubscriberSurroundings) {
    this.#subscription = subscription;
    this.#around = around;
  }

  /** The connection, while there is one. */
  get connection(): MqttConnection | undefined {
    return this.#open;
  }

  /** One session: connects, subscribes, and resolves with the reason when it has ended. */
  async session(
    receiver: Pick<MessageReceiver, 'opened' | 'rival'>,
    onMessage: ConnectOptions['onMessage'],
    signal: AbortSignal,
  ): Promise<Text> {
    const { port, broker, keepsSession, filters } = this.#subscription;
    const { tenant, gateway, connect } = this.#around;
    const options = { clientId: `machimori:${tenant}:${gateway}:${port}`, keepsSession, filters, onMessage };
    const connection = await connect({ ...broker, keepaliveMs }, options, signal).catch((fault) => {
      this.#closedAt = []; // a broker that goes and comes has no rival in it
      throw fault;
    });
    this.#open = connection;
    if (keepsSession && this.#hasBeenOpen && !connection.wasKept) this.#sayLost();
    this.#hasBeenOpen = true;
    receiver.opened();
    const forget = onAbort(signal, () => void connection.close());
    const why = await connection.ended.finally(() => {
      this.#open = undefined;
      forget();
    });
    if (this.#isTakenOver(why)) receiver.rival();
    return why;
  }

  /** Unsubscribes from a topic that no device has any more. */
  drop(topic: string): void {
    this.#open?.unsubscribe(topic).catch((fault) => {
      this.#around.log.warn('A topic could not be unsubscribed', {
        port: this.#subscription.port,
        why: textOf(fault).en,
      });
    });
  }

  #sayLost(): void {
    const { port } = this.#subscription;
    this.#around.log.warn('The broker did not keep what came while the port was closed', { port });
  }

  #isTakenOver(why: Text): boolean {
    const how = isTakeOver(why);
    if (how !== 'perhaps') return how === 'yes';
    const { monotonic } = this.#around.clock.moment();
    this.#closedAt = [...this.#closedAt.filter((at) => monotonic - at < withinMs), monotonic].slice(-maxClosed);
    return this.#closedAt.length >= maxClosed;
  }
}
