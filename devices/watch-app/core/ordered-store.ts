/**
 * The store as the detector uses it: one operation after another, and none of a consent that has been withdrawn. So whatever was under way,
 * nothing is in it once `clear` has resolved.
 */
import type { Store } from './surroundings.ts';

export class OrderedStore {
  readonly #store: Store;
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: Store) {
    this.#store = store;
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#next(() => this.#store.get(key));
  }

  keys(): Promise<readonly string[]> {
    return this.#next(() => this.#store.keys());
  }

  /** Does nothing if `life` has ended when its turn comes. */
  put(key: string, value: Uint8Array, life: AbortSignal): Promise<void> {
    return this.#next(async () => {
      if (!life.aborted) await this.#store.put(key, value);
    });
  }

  delete(key: string): Promise<void> {
    return this.#next(() => this.#store.delete(key));
  }

  clear(): Promise<void> {
    return this.#next(() => this.#store.clear());
  }

  #next<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#last.then(operation, operation);
    this.#last = result.catch(() => undefined); // whoever asked is told
    return result;
  }
}
