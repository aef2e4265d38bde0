/**
 * Plays a gateway against a city OS: publishes what a check asks for, valid or not, and collects the receipts.
 *
 * Bounds: one connection, `maxReceipts` receipts kept.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../shared/clock.ts';
import {
  type BatchHeader,
  type BatchId,
  type Compression,
  type Encoding,
  encodeBatch,
  encodeBody,
} from '../../../shared/feed/batch.ts';
import { encodeBirth, encodeStatus } from '../../../shared/feed/birth.ts';
import { decodeReceipt, type Receipt } from '../../../shared/feed/receipt.ts';
import { formatTopic, type Message } from '../../../shared/feed/topics.ts';
import type { Reading } from '../../../shared/reading.ts';
import { compress } from '../../buffer/compress.ts';
import { type BrokerSettings, connectMqtt, type MqttConnection } from '../../net/mqtt-connection.ts';

const maxReceipts = 10_000;
const software = 'machimori test-receiver';

export interface PlayerOptions {
  readonly broker: BrokerSettings;
  readonly tenant: string;
  readonly gateway: string;
  readonly receiptTimeoutMs: number;
  readonly clock: Clock;
}

/** How a batch differs from a plain one: two readings in deflated columns, in the routine lane. */
export interface Special extends Partial<Omit<BatchHeader, 'encoding' | 'compression'>> {
  readonly encoding?: Encoding;
  readonly compression?: Compression;
  readonly readings?: readonly Reading[];
  /** Goes into the envelope in place of the encoded readings. */
  readonly body?: Uint8Array;
}

export class Player {
  readonly #options: PlayerOptions;
  readonly #receipts: Receipt[] = [];
  /** Messages on the receipt topic that are no receipts. */
  strange = 0;
  #heard = () => {};
  #connection: MqttConnection | undefined;
  readonly epoch = randomBytes(8).toString('hex');
  #number = 0;
  #observed = 0;

  constructor(options: PlayerOptions) {
    this.#options = options;
  }

  /** Connects and introduces itself. Rejects with a MachimoriError "broker-unreachable". */
  async open(): Promise<void> {
    const { broker, gateway, tenant, clock } = this.#options;
    const status = { gateway, epoch: this.epoch };
    this.#connection = await connectMqtt(
      broker,
      {
        clientId: `machimori-test-${randomBytes(4).toString('hex')}`,
        will: { topic: this.#topic('status'), payload: encodeStatus({ ...status, state: 'offline' }) },
        filters: [this.#topic('receipt')],
        onMessage: (_topic, payload) => this.#take(payload),
      },
      new AbortController().signal,
    );
    const units = { level: 'm', battery: 'V' };
    const devices = [{ id: 'gauge-1', type: 'line', kinds: ['water-level'], units }];
    const birth = { gateway, tenant, software, epoch: this.epoch, at: clock.moment().wall, devices };
    await this.send('birth', encodeBirth(birth), true);
    await this.send('status', encodeStatus({ ...status, state: 'online', at: clock.moment().wall }), true);
  }

  /** Clears what the broker retains, and disconnects. */
  async close(): Promise<void> {
    for (const message of ['birth', 'status'] as const)
      await this.send(message, new Uint8Array(0), true).catch(() => {});
    await this.#connection?.close();
  }

  get gateway(): string {
    return this.#options.gateway;
  }

  /** The next number, and those after it. */
  takeNumbers(count = 1): number {
    this.#number += count;
    return this.#number - count + 1;
  }

  /** New readings, different each time. */
  readings(count = 2): Reading[] {
    return Array.from({ length: count }, () => ({
      device: 'gauge-1',
      kind: 'water-level' as const,
      observedAt: this.#options.clock.moment().wall + this.#observed,
      values: { level: 1 + this.#observed++ / 100, battery: 3.6 },
    }));
  }

  /** A batch, with a new number unless `special` has one. */
  batch(special: Special = {}): { readonly id: BatchId; readonly bytes: Uint8Array } {
    const { readings = this.readings(), encoding = 'columns', compression = 'deflate' } = special;
    const id = { gateway: this.gateway, epoch: this.epoch, number: special.number ?? this.takeNumbers() };
    const body = special.body ?? compress(encodeBody(encoding, readings).body, compression);
    const rest = { lane: special.lane ?? 'routine', count: special.count ?? readings.length } as const;
    return { id, bytes: encodeBatch({ ...id, ...rest, ...special, number: id.number, encoding, compression }, body) };
  }

  async send(message: Message, bytes: Uint8Array, retain = false): Promise<void> {
    await this.#connection?.publish(this.#topic(message), bytes, { retain });
  }

  /** The receipts for a number that have come since it was asked for the last time; waits for the first. */
  async receipts({ epoch, number }: Pick<BatchId, 'epoch' | 'number'>): Promise<readonly Receipt[]> {
    const { clock, receiptTimeoutMs } = this.#options;
    const until = clock.moment().monotonic + receiptTimeoutMs;
    for (;;) {
      const found = this.#receipts.filter((receipt) => receipt.epoch === epoch && receipt.number === number);
      if (found.length > 0) {
        for (const each of found) this.#receipts.splice(this.#receipts.indexOf(each), 1);
        return found;
      }
      const left = until - clock.moment().monotonic;
      if (left <= 0) return [];
      const woken = new AbortController();
      this.#heard = () => woken.abort();
      await clock.sleep(left, woken.signal);
    }
  }

  /** Whether a receipt for it has come that no check has taken. */
  hasReceipt({ epoch, number }: Pick<BatchId, 'epoch' | 'number'>): boolean {
    return this.#receipts.some((receipt) => receipt.epoch === epoch && receipt.number === number);
  }

  /** Sends and gives the first receipt; undefined if none comes in time. */
  async ask(message: Message, { id, bytes }: ReturnType<Player['batch']>): Promise<Receipt | undefined> {
    await this.send(message, bytes);
    return (await this.receipts(id))[0];
  }

  #take(payload: Uint8Array): void {
    try {
      this.#receipts.push(decodeReceipt(payload));
      if (this.#receipts.length > maxReceipts) this.#receipts.shift();
    } catch {
      this.strange++;
    }
    this.#heard();
  }

  #topic(message: Message): string {
    const { tenant, gateway } = this.#options;
    return formatTopic({ tenant, gateway, message });
  }
}
