/**
 * A connection that is open, on which messages go out, and by which no receipt comes: it is opened anew, after a time that grows.
 *
 * A server of a cluster that was killed while the cluster formed keeps connections and forgets their subscriptions: the gateway sends, the
 * city OS stores and answers, and nothing arrives. Nobody says so, and only a new connection helps. It does not help if the city OS itself
 * is away behind a broker that is well, and then a city's gateways must not return in step. So: `minMissed` sends in a row without a
 * receipt, and since the last receipt (or since it was opened) `patience` times what a send waits, at least `minMs`; each further time
 * twice as long, up to `maxMs`; and of all that once to twice as much, drawn for each connection. A receipt begins it anew.
 */
const minMissed = 3;
const patience = 3;
const minMs = 10_000;
/** Half an hour with what is drawn. */
const maxMs = 15 * 60_000;
const maxDoublings = 16;

export class NoAnswer {
  readonly #random: () => number;
  #giveUp: () => void = () => {};
  #since = 0;
  #missed = 0;
  /** Connections that were given up since a receipt. */
  #givenUp = 0;
  /** Of the time to wait, what is added: 0 to 1, drawn for each connection. */
  #spread = 0;
  /** Whether the connection that is ending was given up. */
  hasGivenUp = false;

  /** `random`: 0 ≤ x < 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** `giveUp` ends the connection. Times are monotonic ms. */
  connected(now: number, giveUp: () => void): void {
    this.#giveUp = giveUp;
    this.hasGivenUp = false;
    this.#spread = this.#random();
    this.#begin(now);
  }

  answered(now: number): void {
    this.#givenUp = 0;
    this.#begin(now);
  }

  /** What was sent at `sentAt` got no receipt in time. */
  missed(sentAt: number, now: number): void {
    if (this.hasGivenUp || ++this.#missed < minMissed) return;
    const waitMs = Math.max(minMs, patience * (now - sentAt)) * 2 ** Math.min(this.#givenUp, maxDoublings);
    if (now - this.#since < Math.min(maxMs, waitMs) * (1 + this.#spread)) return;
    this.#givenUp++;
    this.hasGivenUp = true;
    this.#giveUp();
  }

  #begin(now: number): void {
    this.#since = now;
    this.#missed = 0;
  }
}
