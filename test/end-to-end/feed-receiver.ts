/** A city OS behind a broker of its own choice (a real Mosquitto): the receiving half of the feed as an MQTT client. */
import { connectAsync, type MqttClient } from 'mqtt';
import { decompress } from '../../gateway/buffer/compress.ts';
import { Arrivals } from '../../shared/feed/arrivals.ts';
import { type FeedStore, receiveBatch, receiveGap } from '../../shared/feed/receive.ts';
import { formatTopic, parseTopic, topicFilter } from '../../shared/feed/topics.ts';
import type { Reading } from '../../shared/reading.ts';

export class FeedReceiver {
  readonly readings: Reading[] = [];
  readonly births: Uint8Array[] = [];
  readonly statuses: Uint8Array[] = [];
  repeated = 0;
  readonly #arrivals = new Map<string, Arrivals>();
  #client: MqttClient | undefined;

  async connect(url: string, protocolVersion: 4 | 5): Promise<void> {
    this.#client = await connectAsync(url, { protocolVersion, clientId: 'city-os' });
    this.#client.on('message', (topic, payload) => void this.#take(topic, payload));
    for (const message of ['batch', 'gap', 'birth', 'status'] as const) {
      await this.#client.subscribeAsync(topicFilter(message), { qos: 1 });
    }
  }

  async close(): Promise<void> {
    await this.#client?.endAsync();
  }

  async #take(topic: string, payload: Uint8Array): Promise<void> {
    const parts = parseTopic(topic);
    if (parts === undefined) return;
    if (parts.message === 'birth') this.births.push(payload);
    if (parts.message === 'status') this.statuses.push(payload);
    if (parts.message !== 'batch' && parts.message !== 'gap') return;
    const receive = parts.message === 'batch' ? receiveBatch : receiveGap;
    const receipt = await receive(payload, { decompress, store: this.#store });
    await this.#client?.publishAsync(formatTopic({ ...parts, message: 'receipt' }), Buffer.from(receipt), { qos: 1 });
  }

  readonly #store: FeedStore = {
    storeBatch: ({ gateway, epoch, number }, readings) => {
      const key = `${gateway} ${epoch}`;
      const arrivals = this.#arrivals.get(key) ?? new Arrivals();
      this.#arrivals.set(key, arrivals);
      if (arrivals.has(number)) {
        this.repeated++;
        return 'repeated';
      }
      arrivals.add(number);
      this.readings.push(...readings);
      return 'stored';
    },
    storeGap: () => {},
  };
}
