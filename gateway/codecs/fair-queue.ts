/**
 * A queue that serves its customers in turn, each one's oldest item first, however many items another has waiting.
 *
 * Bound: `maxQueued` items per customer; further ones are not accepted.
 */
export class FairQueue<T> {
  readonly #maxQueued: number;
  /** The customer to serve next comes first. */
  readonly #waiting = new Map<string, T[]>();

  constructor(maxQueued: number) {
    this.#maxQueued = maxQueued;
  }

  /** Returns whether it was accepted. */
  add(customer: string, item: T): boolean {
    const waiting = this.#waiting.get(customer);
    if (waiting === undefined) this.#waiting.set(customer, [item]);
    else if (waiting.length >= this.#maxQueued) return false;
    else waiting.push(item);
    return true;
  }

  /** What was taken but not served comes next of its customer again, whatever the bound. */
  putBack(customer: string, items: readonly T[]): void {
    this.#waiting.set(customer, [...items, ...(this.#waiting.get(customer) ?? [])]);
  }

  take(): T | undefined {
    const [next] = this.#waiting;
    if (next === undefined) return undefined;
    const [customer, waiting] = next;
    this.#waiting.delete(customer);
    const item = waiting.shift();
    if (waiting.length > 0) this.#waiting.set(customer, waiting); // to the end of the line
    return item;
  }
}
