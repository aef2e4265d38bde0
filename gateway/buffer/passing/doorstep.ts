/** Messages of other gateways that wait for the group commit. */
import type { Arriving } from './take-in.ts';
import type { Known } from './taken-in.ts';

export interface Awaiting {
  readonly arriving: Arriving;
  resolve(known: Known): void;
  reject(fault: Error): void;
}

/** At this many the commit happens at once. */
const maxArriving = 1_000;

export class Doorstep {
  #awaiting: Awaiting[] = [];

  get isEmpty(): boolean {
    return this.#awaiting.length === 0;
  }

  get isFull(): boolean {
    return this.#awaiting.length >= maxArriving;
  }

  /** Resolves when it has been committed. */
  add(arriving: Arriving): Promise<Known> {
    return new Promise((resolve, reject) => this.#awaiting.push({ arriving, resolve, reject }));
  }

  /** All of them; the next commit's begin anew. */
  take(): readonly Awaiting[] {
    const taken = this.#awaiting;
    this.#awaiting = [];
    return taken;
  }
}
