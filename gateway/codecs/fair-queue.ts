/**
 * What waits for one server, by customer: each customer in turn has its oldest served, however many another has waiting.
 *
 * Bound: `maxQueued` of each customer; what comes beyond it is not taken. A customer is remembered while something of it waits.
 */
export class FairQueue<T> {
  readonly #maxQueued: number;
  /** The customer to be served next first. */
  readonly #waiting = new Map<string, T[]>();

  constructor(maxQueued: number) {
    this.#maxQueued = maxQueued;
  }

  /** Whether it was taken. */
  add(customer: string, item: T): boolean {
    const waiting = this.#waiting.get(customer);
    if (waiting === undefined) this.#waiting.set(customer, [item]);
    else if (waiting.length >= this.#maxQueued) return false;
    else waiting.push(item);
    return true;
  }

  take(): T | undefined {
    const [next] = this.#waiting;
    if (next === undefined) return undefined;
    const [customer, waiting] = next;
    this.#waiting.delete(customer);
    const item = waiting.shift();
    if (waiting.length > 0) this.#waiting.set(customer, waiting); // now the last in turn
    return item;
  }
}
