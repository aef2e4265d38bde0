/**
 * What the model sees of one destination's traffic from the network's side: the window is kept at all times, a number
 * always carries the same bytes, and no routine batch goes out while an alarm has waited.
 */

import { maxWindows } from '../../gateway/destinations/sending-window.ts';
import { type BatchHeader, type BatchId, decodeBatch } from '../../shared/feed/batch.ts';
import { decodeGap, decodeReceipt } from '../../shared/feed/receipt.ts';
import { type Origin, parseTopic } from '../../shared/feed/topics.ts';
import type { Observer } from './virtual-broker.ts';
import type { World } from './world.ts';

interface WatchOptions {
  readonly name: string;
  readonly world: World;
  readonly window: number;
  readonly receiptTimeoutMs: number;
  /** When the youngest reading of an urgent batch was heard: its alarm has waited since then. */
  heardAt(message: Uint8Array, topic: string): number;
}

/** An alarm is committed and sealed at once; this much is for promises to settle. */
const sealingMs = 100;

export class SessionWatch implements Observer {
  readonly #options: WatchOptions;
  readonly #bytes = new Map<string, Uint8Array>();
  /** By epoch and number: when it was last sent in this session and not yet answered. */
  readonly #unanswered = new Map<string, number>();
  #session = 0;
  #lastRoutineAt = Number.NEGATIVE_INFINITY;
  mostUnanswered = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  published(session: number, topic: string, payload: Uint8Array): void {
    const message = parseTopic(topic)?.message;
    if (message === 'batch') {
      const { header } = decodeBatch(payload);
      this.#sameBytes(idOf(topic, header), payload);
      this.#overtakes(topic, header, payload);
      this.#sent(session, idOf(topic, header));
    } else if (message === 'gap') {
      this.#sent(session, idOf(topic, decodeGap(payload)));
    }
  }

  publishedByOther(topic: string, payload: Uint8Array): void {
    if (parseTopic(topic)?.message === 'batch') this.#sameBytes(idOf(topic, decodeBatch(payload).header), payload);
  }

  heard(_session: number, topic: string, payload: Uint8Array): void {
    if (parseTopic(topic)?.message !== 'receipt') return;
    try {
      this.#unanswered.delete(idOf(topic, decodeReceipt(payload)));
    } catch {
      return; // garbled: it answers nothing
    }
  }

  #sent(session: number, id: string): void {
    const { world, name, window, receiptTimeoutMs } = this.#options;
    if (session !== this.#session) this.#unanswered.clear();
    this.#session = session;
    const now = world.clock.moment().monotonic;
    for (const [sent, at] of this.#unanswered) if (at + receiptTimeoutMs <= now) this.#unanswered.delete(sent);
    this.#unanswered.set(id, now);
    this.mostUnanswered = Math.max(this.mostUnanswered, this.#unanswered.size);
    const most = maxWindows * window + 1; // one that was passed over is tried again
    if (this.#unanswered.size > most) {
      world.violations.add('bound', `${name}: ${this.#unanswered.size} on their way, the window is ${window}`);
    }
  }

  #sameBytes(id: string, payload: Uint8Array): void {
    const { world, name } = this.#options;
    const before = this.#bytes.get(id);
    if (before !== undefined && !Buffer.from(before).equals(payload)) {
      world.violations.add('changed', `${name}: ${id} was sent again with other bytes`);
    }
    this.#bytes.set(id, payload);
  }

  /** At the first sending of an alarm nothing routine may have gone out since it was sealed. */
  #overtakes(topic: string, header: BatchHeader, payload: Uint8Array): void {
    const { lane } = header;
    const id = idOf(topic, header.partOf === undefined ? header : header.partOf); // its parts were sent with it
    const { world, name, heardAt } = this.#options;
    if (lane === 'routine') {
      this.#lastRoutineAt = world.clock.moment().monotonic;
    } else if (!this.#unanswered.has(id) && !this.#urgentSent.has(id)) {
      this.#urgentSent.add(id);
      const waitedSince = heardAt(payload, topic) + sealingMs;
      if (this.#lastRoutineAt > waitedSince) {
        world.violations.add('overtaking', `${name}: a routine batch was sent while alarm ${id} waited`);
      }
    }
  }

  readonly #urgentSent = new Set<string>();
}

/** By the topic it came under: two gateways may have one id, and epochs of the same name. */
export function idOf(topic: string, { epoch, number }: Pick<BatchId, 'epoch' | 'number'>): string {
  const origin = parseTopic(topic);
  return `${origin && nameOf(origin)} ${epoch} ${number}`;
}

export function nameOf({ tenant, gateway }: Origin): string {
  return `${tenant}/${gateway}`;
}
