/**
 * A city's gateways as a broker sees them: batches of many gateways, sealed in advance, sent over a few connections with a bounded number
 * on their way, each until its receipt comes.
 */
import { connectAsync, type MqttClient } from 'mqtt';
import { compress } from '../../gateway/buffer/compress.ts';
import { encodeBatch, encodeBody } from '../../shared/feed/batch.ts';
import { decodeReceipt } from '../../shared/feed/receipt.ts';
import type { Reading } from '../../shared/reading.ts';
import { Random } from '../../simulators/random.ts';

export interface CityBatch {
  readonly gateway: string;
  readonly number: number;
  readonly readings: number;
  readonly bytes: Uint8Array;
}

export interface CityOptions {
  readonly gateways: number;
  readonly batchesEach: number;
  readonly readings: number;
  readonly seed: number;
}

/** Epoch of all batches, which are of one run. */
const epochOf = (seed: number) => seed.toString(16).padStart(16, '0');

/** In the order in which a city's gateways send them: each its first, each its second. Three values a reading, with noise. */
export function cityBatches({ gateways, batchesEach, readings, seed }: CityOptions): CityBatch[] {
  const random = new Random(seed);
  const at = Date.now();
  const batches: CityBatch[] = [];
  for (let number = 1; number <= batchesEach; number++) {
    for (let g = 1; g <= gateways; g++) {
      const content = Array.from({ length: readings }, (_, i): Reading => {
        const level = random.int(1_000, 3_000) / 1000;
        const values = { level, temperature: random.int(100, 200) / 10, battery: random.int(360, 362) / 100 };
        return { device: `d${g}-${i % 100}`, kind: 'water-level', observedAt: at + number * 10_000 + i, values };
      });
      const { body, doubts } = encodeBody('columns', content);
      const gateway = `g${g}`;
      const about = { encoding: 'columns', compression: 'brotli', lane: 'routine', count: readings, doubts } as const;
      const bytes = encodeBatch({ ...about, gateway, epoch: epochOf(seed), number }, compress(body, 'brotli'));
      batches.push({ gateway, number, readings, bytes });
    }
  }
  return batches;
}

export interface Sent {
  readonly seconds: number;
  readonly receipts: number;
  readonly repeats: number;
}

/** The default of `receipt-timeout`. */
const sendAgainMs = 30_000;

/** Sends all, with at most `inFlight` on their way, over some connections; resolves when every receipt has come. */
export async function sendCity(
  urls: readonly string[],
  batches: readonly CityBatch[],
  inFlight: number,
): Promise<Sent> {
  const clients = await Promise.all(
    urls.map((url, i) => connectAsync(url, { clientId: `load-${i}`, reconnectPeriod: 0 }, false)),
  );
  const waiting = new Map<string, { batch: CityBatch; at: number }>();
  let next = 0;
  let repeats = 0;
  let receipts = 0;
  const clientOf = (gateway: string) => clients[Number(gateway.slice(1)) % clients.length] as MqttClient;
  const publish = (batch: CityBatch) => {
    const topic = `machimori/v1/load/${batch.gateway}/batch`;
    clientOf(batch.gateway).publish(topic, Buffer.from(batch.bytes), { qos: 1 });
  };
  return new Promise<Sent>((resolve, reject) => {
    const from = performance.now();
    const again = setInterval(() => {
      const now = performance.now();
      for (const each of waiting.values()) {
        if (now - each.at < sendAgainMs) continue;
        each.at = now;
        repeats++;
        publish(each.batch);
      }
    }, 500);
    const fill = () => {
      while (waiting.size < inFlight && next < batches.length) {
        const batch = batches[next++] as CityBatch;
        waiting.set(`${batch.gateway} ${batch.number}`, { batch, at: performance.now() });
        publish(batch);
      }
      if (waiting.size > 0) return;
      clearInterval(again);
      const seconds = (performance.now() - from) / 1000;
      void Promise.all(clients.map((client) => client.endAsync(true))).then(() =>
        resolve({ seconds, receipts, repeats }),
      );
    };
    for (const client of clients) {
      client.on('error', reject);
      client.on('message', (_topic, payload) => {
        const { gateway, number } = decodeReceipt(payload);
        if (!waiting.delete(`${gateway} ${number}`)) return; // another connection has heard it too
        receipts++;
        fill();
      });
    }
    // Each hears all: a connection for each gateway would measure this program.
    void clients[0]?.subscribeAsync('machimori/v1/load/+/receipt', { qos: 1 }).then(fill, reject);
  });
}
