/**
 * A gateway as a hub sees it, without what is behind it: it seals what it observes every ten seconds, keeps each batch until its receipt
 * and sends it again after half a minute. Of it there are 1,500 in one process.
 */
import { createHash, randomBytes } from 'node:crypto';
import { brotliCompressSync, constants } from 'node:zlib';
import { connectAsync, type MqttClient } from 'mqtt';
import { encodeBatch, encodeBody } from '../../shared/feed/batch.ts';
import { type DeviceDescription, encodeBirth, encodeStatus } from '../../shared/feed/birth.ts';
import { decodeReceipt } from '../../shared/feed/receipt.ts';
import { formatTopic, type Message } from '../../shared/feed/topics.ts';
import type { Reading } from '../../shared/reading.ts';

const resendMs = 30_000;
const QUICK = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

export interface Identity {
  readonly tenant: string;
  readonly gateway: string;
  readonly password: string;
}

export interface Counts {
  sentReadings: number;
  sentBatches: number;
  receipts: number;
  resent: number;
  refused: number;
}

export class SendingGateway {
  readonly #identity: Identity;
  readonly #counts: Counts;
  readonly #epoch = randomBytes(8).toString('hex');
  readonly #waiting = new Map<number, { readonly bytes: Uint8Array; sentAt: number }>();
  #number = 0;
  #client: MqttClient | undefined;

  constructor(identity: Identity, counts: Counts) {
    this.#identity = identity;
    this.#counts = counts;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  async connect(url: string, devices: readonly DeviceDescription[]): Promise<void> {
    const { tenant, gateway, password } = this.#identity;
    const username = `${tenant}/${gateway}`;
    const options = { clientId: `load-${username}`, username, password, keepalive: 60, reconnectPeriod: 1_000 };
    const client = await connectAsync(url, options, true);
    this.#client = client;
    client.on('error', () => {}); // it connects again
    client.on('message', (_topic, payload) => this.#receipted(payload));
    await client.subscribeAsync(this.#topic('receipt'), { qos: 1 });
    const about = { gateway, epoch: this.#epoch };
    const birth = encodeBirth({ ...about, tenant, software: 'load', at: Date.now(), devices });
    await client.publishAsync(this.#topic('birth'), Buffer.from(birth), { qos: 1, retain: true });
    const status = encodeStatus({ ...about, state: 'online', at: Date.now(), clockSynchronised: true });
    await client.publishAsync(this.#topic('status'), Buffer.from(status), { qos: 1, retain: true });
  }

  /** Seals and sends. */
  send(readings: readonly Reading[], lane: 'routine' | 'urgent' = 'routine'): void {
    if (readings.length === 0) return;
    const { gateway } = this.#identity;
    const { body, doubts } = encodeBody('columns', readings);
    const number = ++this.#number;
    const about = { gateway, epoch: this.#epoch, number, lane, count: readings.length, doubts } as const;
    const bytes = encodeBatch(
      { ...about, encoding: 'columns', compression: 'brotli' },
      brotliCompressSync(body, QUICK),
    );
    this.#counts.sentReadings += readings.length;
    this.#counts.sentBatches++;
    this.#waiting.set(number, { bytes, sentAt: Date.now() });
    this.#publish(bytes);
  }

  /** Sends again what has waited for its receipt for too long. */
  repeat(): void {
    const now = Date.now();
    for (const each of this.#waiting.values()) {
      if (now - each.sentAt < resendMs) continue;
      each.sentAt = now;
      this.#counts.resent++;
      this.#publish(each.bytes);
    }
  }

  end(): void {
    this.#client?.end(true);
  }

  #publish(bytes: Uint8Array): void {
    if (this.#client?.connected) this.#client.publish(this.#topic('batch'), Buffer.from(bytes), { qos: 1 }, () => {});
  }

  #receipted(payload: Uint8Array): void {
    const { number, outcome, refused, digest } = decodeReceipt(payload);
    const waiting = this.#waiting.get(number);
    if (waiting === undefined || outcome !== 'stored' || digest !== digestOf(waiting.bytes)) return;
    this.#counts.receipts++;
    this.#counts.refused += refused.length;
    this.#waiting.delete(number);
  }

  #topic(message: Message): string {
    const { tenant, gateway } = this.#identity;
    return formatTopic({ tenant, gateway, message });
  }
}

function digestOf(message: Uint8Array): string {
  return createHash('sha256').update(message).digest('hex').slice(0, 16);
}
