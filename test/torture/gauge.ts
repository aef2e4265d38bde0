/**
 * A device that publishes numbered readings over MQTT and knows which of them were acknowledged (PUBACK): those the
 * gateway must never lose. Each number is published once, acknowledged or not.
 */
import type { MqttClient } from 'mqtt';
import { connectWhenUp } from '../end-to-end/mqtt-device.ts';

/** Publishes that are unanswered at once. */
const window = 20;
/** The level goes up and down, so that an alarm is raised and cleared all the time. */
const readingsPerTide = 50;

export class Gauge {
  readonly topic: string;
  readonly acknowledged = new Set<number>();
  readonly #port: number;
  #next: number;
  #client: MqttClient | undefined;
  #publishing: Promise<void> = Promise.resolve();

  /** Numbers its readings from `first` on. */
  constructor(topic: string, port: number, first: number) {
    this.topic = topic;
    this.#port = port;
    this.#next = first;
  }

  /** Resolves when the gateway has taken the connection; from then on it publishes as fast as it is acknowledged. */
  async start(): Promise<void> {
    const client = await connectWhenUp(this.#port, this.topic);
    client.on('error', () => {}); // the gateway was killed; `stop` follows
    this.#client = client;
    this.#publishing = this.#publish(client);
  }

  /** Resolves when all that it has published is acknowledged or given up. */
  async stop(): Promise<void> {
    this.#client?.end(true);
    this.#client = undefined;
    await this.#publishing;
  }

  async #publish(client: MqttClient): Promise<void> {
    while (client === this.#client && client.connected) {
      await Promise.all(Array.from({ length: window }, () => this.#publishNext(client)));
    }
  }

  async #publishNext(client: MqttClient): Promise<void> {
    const n = this.#next++;
    const level = Math.floor(n / readingsPerTide) % 2 === 0 ? 1 : 9;
    try {
      await client.publishAsync(this.topic, JSON.stringify({ n, level }), { qos: 1 });
      this.acknowledged.add(n);
    } catch {
      // Not acknowledged: it may be stored or not, but at most once.
    }
  }
}
