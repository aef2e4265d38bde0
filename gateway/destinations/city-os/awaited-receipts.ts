/**
 * Messages that were published and await the city OS's receipt: each is answered once, or its sender hears why not.
 *
 * One message may await twice, as a volunteer's phone sends its upload again and nothing is remembered of it (feed/anonymous.ts): a receipt
 * answers both.
 *
 * Bound: as many as the caller has in flight. An unawaited receipt is late, a repeat, or not for us. Nor is one with another
 * digest: it answers a copy of this gateway, which has given the same number to another batch.
 */
import type { Clock } from '../../../shared/clock.ts';
import { TextError } from '../../../shared/errors.ts';
import type { BatchId } from '../../../shared/feed/batch.ts';
import type { Receipt } from '../../../shared/feed/receipt.ts';
import type { Text } from '../../../shared/text.ts';
import { answers } from '../../buffer/digest.ts';
import { say as net } from '../../net/words.ts';
import { say } from './words.ts';

/** A batch with its bytes, or a gap with its last number: once the gap has grown, its earlier receipt no longer counts. */
export interface Awaiting extends BatchId {
  readonly last?: number;
  readonly bytes?: Uint8Array;
}

class Waiting {
  readonly bytes: Uint8Array | undefined;
  readonly receipt: Promise<Receipt>;
  resolve: (receipt: Receipt) => void = () => {};
  reject: (fault: Error) => void = () => {};

  constructor(bytes: Uint8Array | undefined) {
    this.bytes = bytes;
    this.receipt = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
  }
}

export class AwaitedReceipts {
  readonly #withinMs: number;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<Waiting>>();

  constructor(withinMs: number, clock: Clock) {
    this.#withinMs = withinMs;
    this.#clock = clock;
  }

  /** The receipt of what `publish` sends; rejects when that does, when the connection is lost, or when it is late. */
  async of(message: Awaiting, publish: () => Promise<void>): Promise<Receipt> {
    const key = keyOf(message);
    const all = this.#waiting.get(key) ?? new Set<Waiting>();
    const waiting = new Waiting(message.bytes);
    this.#waiting.set(key, all.add(waiting));
    const { receipt } = waiting;
    try {
      const published = publish().then(() => receipt);
      return await inTime(Promise.race([receipt, published]), this.#withinMs, this.#clock);
    } finally {
      all.delete(waiting);
      if (all.size === 0) this.#waiting.delete(key);
    }
  }

  take(receipt: Receipt): void {
    for (const waiting of this.#waiting.get(keyOf(receipt)) ?? []) {
      if (answers(receipt, waiting.bytes)) waiting.resolve(receipt);
    }
  }

  connectionLost(why: Text): void {
    for (const all of this.#waiting.values()) {
      for (const { reject } of all) reject(new TextError(net.connectionLost({ why })));
    }
  }
}

function keyOf({ gateway, epoch, number, last }: Awaiting): string {
  return `${gateway} ${epoch} ${number} ${last ?? ''}`;
}

/** Settles as `answer` does, or rejects if that takes longer than a receipt may. */
export async function inTime<T>(answer: Promise<T>, withinMs: number, clock: Clock): Promise<T> {
  const timeout = new AbortController();
  const late = clock.sleep(withinMs, timeout.signal).then(() => {
    if (!timeout.signal.aborted) throw new TextError(say.noReceipt());
  });
  try {
    return await Promise.race([answer, late.then(() => answer)]);
  } finally {
    timeout.abort();
  }
}
