/**
 * Messages that were published and await the city OS's receipt: each is answered once, or its sender hears why not.
 *
 * One message may await twice, as a volunteer's phone sends its upload again and nothing is remembered of it (feed/anonymous.ts): a receipt
 * answers both.
 *
 * Bound: as many as the caller has in flight. An unawaited receipt is late, a repeat, or not for us. Nor is one with another
 * digest: it answers a copy of this gateway, which has given the same number to another batch. A message that gets none in time is told
 * what came instead.
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
  /** The last receipt that settled nothing. */
  #useless: { readonly why: Text } | undefined;

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
    const before = this.#useless;
    const late = () => (this.#useless === before ? undefined : this.#useless?.why) ?? say.noReceipt();
    try {
      const published = publish().then(() => receipt);
      return await inTime(Promise.race([receipt, published]), this.#withinMs, this.#clock, late);
    } finally {
      all.delete(waiting);
      if (all.size === 0) this.#waiting.delete(key);
    }
  }

  take(receipt: Receipt): void {
    const answered = [...(this.#waiting.get(keyOf(receipt)) ?? [])].filter(({ bytes }) => answers(receipt, bytes));
    for (const waiting of answered) waiting.resolve(receipt);
    if (answered.length === 0 && this.#awaitsAnyOf(receipt.gateway)) this.#useless = { why: say.otherReceipt() };
  }

  /** What came as a receipt cannot be read. */
  unreadable(): void {
    this.#useless = { why: say.unreadableReceipt() };
  }

  /** At a hub come the receipts of all gateways. */
  #awaitsAnyOf(gateway: string): boolean {
    return [...this.#waiting.keys()].some((key) => key.startsWith(`${gateway} `));
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

/** Settles as `answer` does, or rejects if that takes longer than a receipt may; `late` says why. */
export async function inTime<T>(
  answer: Promise<T>,
  withinMs: number,
  clock: Clock,
  late: () => Text = say.noReceipt,
): Promise<T> {
  const timeout = new AbortController();
  const isLate = clock.sleep(withinMs, timeout.signal).then(() => {
    if (!timeout.signal.aborted) throw new TextError(late());
  });
  try {
    return await Promise.race([answer, isLate.then(() => answer)]);
  } finally {
    timeout.abort();
  }
}
