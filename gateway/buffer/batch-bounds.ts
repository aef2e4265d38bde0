/** How many bytes a batch for each destination may have, as its broker turns out to take them. */
import type { OutboxOptions } from './outbox-options.ts';

export class BatchBounds {
  readonly #maxBytes = new Map<string, number | undefined>();

  /** Undefined: any size. */
  set(destination: string, maxBytes: number | undefined): void {
    this.#maxBytes.set(destination, maxBytes);
  }

  /** The same outboxes, which keep to the bounds as they are at any time. */
  on(outboxes: readonly OutboxOptions[]): readonly OutboxOptions[] {
    return outboxes.map((each) => ({ ...each, maxBatchBytes: () => this.#maxBytes.get(each.name) }));
  }
}
