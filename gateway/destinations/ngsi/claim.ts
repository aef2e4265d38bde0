/**
 * A batch whose readings are on their way: it is answered once every entity that they became has been settled.
 *
 * A reading is refused if any of its entities is, with the first reason. Whatever else becomes of it, taken or too late to be the
 * current value, it is stored.
 */

import { TextError } from '../../../shared/errors.ts';
import type { BatchId } from '../../../shared/feed/batch.ts';
import { maxReasonLength, type Receipt } from '../../../shared/feed/receipt.ts';
import type { Text } from '../../../shared/text.ts';

export class Claim {
  readonly receipt: Promise<Receipt>;
  /** Monotonic ms. */
  readonly since: number;
  #open = 0;
  #isOver = false;
  readonly #batch: BatchId;
  readonly #refused = new Map<number, string>();
  #resolve: (receipt: Receipt) => void = () => {};
  #reject: (fault: Error) => void = () => {};

  constructor({ gateway, epoch, number }: BatchId, since: number) {
    this.#batch = { gateway, epoch, number };
    this.since = since;
    this.receipt = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get mark(): Pick<BatchId, 'epoch' | 'number'> {
    return this.#batch;
  }

  /** One more entity is to be settled. */
  open(): void {
    this.#open++;
  }

  settle(): void {
    this.#open--;
    this.close();
  }

  refuse(index: number, why: string): void {
    if (!this.#refused.has(index)) this.#refused.set(index, why.slice(0, maxReasonLength));
  }

  /** Answers if nothing is open. Call it when all its entities are known. */
  close(): void {
    if (this.#isOver || this.#open > 0) return;
    this.#isOver = true;
    const refused = [...this.#refused].map(([index, reason]) => ({ index, reason })).sort((a, b) => a.index - b.index);
    this.#resolve({ ...this.#batch, outcome: 'stored', refused });
  }

  /** It is not answered: the forwarder sends it again. */
  giveUp(why: Text): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#reject(new TextError(why));
  }
}
