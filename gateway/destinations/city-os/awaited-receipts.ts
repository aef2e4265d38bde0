/**
 * Messages that were published and wait for the city OS's receipt: each is answered once, or its sender hears why not.
 *
 * Bound: as many as the caller has on their way. A receipt that nobody waits for is late, a repeat, or not for us.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { BatchId } from '../../../shared/feed/batch.ts';
import type { Receipt } from '../../../shared/feed/receipt.ts';

/** A batch, or a gap with its last number: the receipt of one that has grown since is another's. */
export interface Awaiting extends BatchId {
  readonly last?: number;
}

interface Waiting {
  resolve(receipt: Receipt): void;
  reject(fault: Error): void;
}

export class AwaitedReceipts {
  readonly #withinMs: number;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting>();

  constructor(withinMs: number, clock: Clock) {
    this.#withinMs = withinMs;
    this.#clock = clock;
  }

  /** The receipt of what `publish` sends; rejects when that does, when the connection is lost, or when it is late. */
  async of(message: Awaiting, publish: () => Promise<void>): Promise<Receipt> {
    const key = keyOf(message);
    const receipt = new Promise<Receipt>((resolve, reject) => this.#waiting.set(key, { resolve, reject }));
    try {
      const published = publish().then(() => receipt);
      return await inTime(Promise.race([receipt, published]), this.#withinMs, this.#clock);
    } finally {
      this.#waiting.delete(key);
    }
  }

  take(receipt: Receipt): void {
    this.#waiting.get(keyOf(receipt))?.resolve(receipt);
  }

  connectionLost(why: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(`the connection was lost: ${why}`));
  }
}

function keyOf({ epoch, number, last }: Awaiting): string {
  return `${epoch} ${number} ${last ?? ''}`;
}

/** As `answer` settles, or rejects when that takes longer than a receipt may. */
export async function inTime<T>(answer: Promise<T>, withinMs: number, clock: Clock): Promise<T> {
  const timeout = new AbortController();
  const late = clock.sleep(withinMs, timeout.signal).then(() => {
    if (!timeout.signal.aborted) throw new Error('no receipt came in time');
  });
  try {
    return await Promise.race([answer, late.then(() => answer)]);
  } finally {
    timeout.abort();
  }
}
