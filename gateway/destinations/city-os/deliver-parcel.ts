/**
 * Delivers a parcel: publishes its messages to the city OS as their gateway would have, and awaits a receipt for each.
 *
 *   parcel ──message──▶ publish under the gateway's topic ──▶ city OS ──receipt──▶ tally, `onReceipt`
 *                         └─ none in time, or the connection lost: again, at most `maxTries` times
 *
 * Promise: only a receipt makes a message delivered. One that was stored before is receipted again but not stored again, so a
 * parcel may be delivered any number of times. Birth and status are left to the gateway itself. Bound: `window` messages on
 * their way. One message without a receipt does not stop the others; a whole window of them in a row does: the city OS is
 * not answering.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../shared/clock.ts';
import { MachimoriError, textOf } from '../../../shared/errors.ts';
import { decodeBatch } from '../../../shared/feed/batch.ts';
import {
  type DamagedMessage,
  isBroken,
  type OpenParcel,
  type ParcelHead,
  type ParcelMessage,
} from '../../../shared/feed/parcel.ts';
import { decodeGap, decodeReceipt, type Receipt, refusalsOf } from '../../../shared/feed/receipt.ts';
import { formatTopic } from '../../../shared/feed/topics.ts';
import { foreign, type Text } from '../../../shared/text.ts';
import { type BrokerSettings, connectMqtt, type MqttConnection } from '../../net/mqtt-connection.ts';
import { AwaitedReceipts, type Awaiting } from './awaited-receipts.ts';
import { say } from './words.ts';

export interface DeliveryOptions {
  readonly broker: BrokerSettings;
  readonly window: number;
  readonly receiptTimeoutMs: number;
  readonly clock: Clock;
  /** Called for each receipt before the next message is sent in its place. */
  onReceipt(receipt: Receipt): Promise<void>;
}

/** What became of the messages. */
export interface Tally {
  batches: number;
  gaps: number;
  /** Readings that the city OS has stored, now or before. */
  stored: number;
  /** What it refused, by reason; a batch that it could not read counts with all its readings. */
  readonly refused: Map<string, { readonly reason: Text; readings: number }>;
  /** Messages that were damaged on their way here and not sent. */
  damaged: number;
  /** Messages that were sent and got no receipt. */
  unanswered: number;
  /** Why the last of them got none. */
  whyUnanswered: Text | undefined;
  /** Why the parcel was not delivered to its end; undefined if it was. */
  brokenOff: Text | undefined;
}

const maxTries = 3;
const pauseAfterFailureMs = 1_000;
/** Reasons of refusal counted apart; further ones are counted together. */
const maxReasons = 20;

interface Message extends Awaiting {
  readonly kind: 'batch' | 'gap';
  readonly bytes: Uint8Array;
  /** Readings of a batch. */
  readonly count: number;
}

/** Rejects with a MachimoriError "broker-unreachable" if not even the first connection succeeds. */
export async function deliverParcel(
  { head, messages }: OpenParcel,
  options: DeliveryOptions,
  tally: Tally = newTally(),
): Promise<Tally> {
  const courier = new Courier(head, options);
  await courier.connect();
  let unansweredInARow = 0;
  const carry = async () => {
    while (unansweredInARow < options.window) {
      const next = await messages.next();
      if (next.done) return;
      const message = readMessage(next.value, head);
      if (message === undefined) {
        tally.damaged++;
        continue;
      }
      const receipt = await courier.deliver(message).catch(textOf);
      if ('code' in receipt) {
        unansweredInARow++;
        tally.unanswered++;
        tally.whyUnanswered = receipt;
      } else {
        unansweredInARow = 0;
        count(message, receipt, tally);
        await options.onReceipt(receipt);
      }
    }
    tally.brokenOff = say.nobodyAnswers({ count: unansweredInARow });
  };
  try {
    const ends = await Promise.allSettled(Array.from({ length: options.window }, carry));
    for (const end of ends) if (end.status === 'rejected') noteEnd(end.reason, tally);
  } finally {
    await messages.return(undefined);
    await courier.close();
  }
  return tally;
}

export function newTally(): Tally {
  return {
    batches: 0,
    gaps: 0,
    stored: 0,
    refused: new Map(),
    damaged: 0,
    unanswered: 0,
    whyUnanswered: undefined,
    brokenOff: undefined,
  };
}

/** A parcel that ends early has been delivered until there; anything else is a fault. */
function noteEnd(fault: unknown, tally: Tally): void {
  if (!isBroken(fault)) throw fault;
  tally.brokenOff = textOf(fault);
}

function count(message: Message, receipt: Receipt, tally: Tally): void {
  if (message.kind === 'gap') {
    tally.gaps++;
    return;
  }
  tally.batches++;
  if (receipt.outcome === 'unreadable') {
    countRefused(receipt.reason === undefined ? say.unreadable() : foreign(receipt.reason), message.count, tally);
    return;
  }
  if (receipt.outcome === 'conflict') {
    countRefused(say.sealedAgain(), message.count, tally);
    return;
  }
  const refused = refusalsOf(receipt, message.count);
  for (const { reason } of refused) countRefused(foreign(reason), 1, tally);
  tally.stored += message.count - refused.length;
}

function countRefused(reason: Text, readings: number, { refused }: Tally): void {
  const isCounted = refused.has(reason.en) || refused.size < maxReasons;
  const counted = isCounted ? reason : say.otherReasons();
  refused.set(counted.en, { reason: counted, readings: (refused.get(counted.en)?.readings ?? 0) + readings });
}

/** Undefined if it is not one that its gateway would have sent. */
function readMessage(message: ParcelMessage | DamagedMessage, head: ParcelHead): Message | undefined {
  try {
    if (message.kind !== 'batch' && message.kind !== 'gap') return undefined;
    const read = message.kind === 'batch' ? decodeBatch(message.bytes).header : decodeGap(message.bytes);
    return read.gateway === head.gateway ? { ...read, kind: message.kind, bytes: message.bytes } : undefined;
  } catch (fault) {
    if (fault instanceof MachimoriError) return undefined;
    throw fault;
  }
}

/** Publishes in the name of a gateway and hands each receipt to the sender that awaits it. */
class Courier {
  readonly #head: ParcelHead;
  readonly #options: DeliveryOptions;
  readonly #awaited: AwaitedReceipts;
  readonly #over = new AbortController();
  #connection: Promise<MqttConnection> | undefined;

  constructor(head: ParcelHead, options: DeliveryOptions) {
    this.#head = head;
    this.#options = options;
    this.#awaited = new AwaitedReceipts(options.receiptTimeoutMs, options.clock);
  }

  /** The open connection, or a new one. */
  async connect(): Promise<MqttConnection> {
    this.#connection ??= this.#open();
    return this.#connection;
  }

  /** Resolves with the receipt; rejects after `maxTries`. */
  async deliver(message: Message): Promise<Receipt> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#send(message);
      } catch (fault) {
        if (tries === maxTries) throw fault;
        await this.#options.clock.sleep(pauseAfterFailureMs, this.#over.signal);
      }
    }
  }

  async close(): Promise<void> {
    this.#over.abort();
    const connection = await this.#connection?.catch(() => undefined); // then there is nothing to close
    await connection?.close();
  }

  async #open(): Promise<MqttConnection> {
    const { tenant, gateway } = this.#head;
    try {
      const connection = await connectMqtt(
        this.#options.broker,
        {
          clientId: `machimori-import-${gateway}-${randomBytes(4).toString('hex')}`,
          filters: [formatTopic({ tenant, gateway, message: 'receipt' })],
          onMessage: (_topic, payload) => this.#takeReceipt(payload),
        },
        this.#over.signal,
      );
      void connection.ended.then((why) => {
        this.#connection = undefined;
        this.#awaited.connectionLost(why);
      });
      return connection;
    } catch (fault) {
      this.#connection = undefined;
      throw fault;
    }
  }

  async #send(message: Message): Promise<Receipt> {
    const { tenant, gateway } = this.#head;
    const connection = await this.connect();
    const topic = formatTopic({ tenant, gateway, message: message.kind });
    return this.#awaited.of(message, () => connection.publish(topic, message.bytes));
  }

  /** An unawaited receipt is late, or answers the gateway itself. */
  #takeReceipt(payload: Uint8Array): void {
    try {
      this.#awaited.take(decodeReceipt(payload));
    } catch (fault) {
      if (!(fault instanceof MachimoriError)) throw fault;
      this.#awaited.unreadable();
    }
  }
}
