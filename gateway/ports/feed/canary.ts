/**
 * Whether a broker delivers what is subscribed to with `$share` (MQTT 5, 4.8.2). Some accept such a filter and then deliver nothing:
 * RabbitMQ 3.10, NATS and aedes take it for a topic whose first level is called "$share". A worker would wait for ever without a word.
 *
 *   publish to …/canary/<id>          ─▶ comes by a plain subscription: this client may publish and read there
 *   publish to …/canary/<id>-shared   ─▶ comes by a shared one: the broker knows them
 *
 * The canary's group is named after this session, so that no other worker of the group can be given its message.
 */
import type { Clock } from '../../../shared/clock.ts';
import { MachimoriError } from '../../../shared/errors.ts';
import type { MqttConnection } from '../../net/mqtt-connection.ts';
import { say } from './words.ts';

const withinMs = 10_000;
const PREFIX = 'machimori/v1/canary';
const SONG = Uint8Array.of(1);

export class Canary {
  readonly #id: string;
  readonly #awaited = new Map<string, () => void>();

  /** `id` must be this session's alone. */
  constructor(id: string) {
    this.#id = id;
  }

  /** Whether the message was a canary. */
  heard(topic: string): boolean {
    if (!topic.startsWith(`${PREFIX}/`)) return false;
    this.#awaited.get(topic)?.();
    return true;
  }

  /** Throws a MachimoriError "no-shared-subscriptions" or "canary-unheard"; rejects when the connection is lost. */
  async sing(connection: MqttConnection, on: string, clock: Clock, signal: AbortSignal): Promise<void> {
    const topic = `${PREFIX}/${this.#id}`;
    if (!(await this.#comesBack(topic, topic, connection, clock, signal))) {
      const what = say.canaryUnheard({ seconds: withinMs / 1_000, topic });
      throw new MachimoriError('canary-unheard', { what, on, hint: say.allowCanary() });
    }
    const filter = `$share/${this.#id}/${topic}-shared`;
    if (!(await this.#comesBack(filter, `${topic}-shared`, connection, clock, signal))) {
      const what = say.noSharedSubscriptions({ seconds: withinMs / 1_000 });
      throw new MachimoriError('no-shared-subscriptions', { what, on, hint: say.useSharingBroker() });
    }
  }

  async #comesBack(
    filter: string,
    topic: string,
    connection: MqttConnection,
    clock: Clock,
    signal: AbortSignal,
  ): Promise<boolean> {
    const heard = new AbortController();
    const back = new Promise<true>((resolve) => this.#awaited.set(topic, () => resolve(true)));
    const over = AbortSignal.any([heard.signal, signal]);
    const late = clock.sleep(withinMs, over).then(() => false);
    try {
      await connection.subscribe(filter);
      await connection.publish(topic, SONG);
      return await Promise.race([back, late]);
    } finally {
      heard.abort();
      await late;
      this.#awaited.delete(topic);
      void connection.unsubscribe(filter).catch(() => {}); // the connection is lost, which its owner hears of
    }
  }
}
