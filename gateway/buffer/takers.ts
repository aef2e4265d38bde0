/** The takers of the buffer. Each is notified when there may be something for it. */

const nothingSeen = -1;

export class Takers {
  readonly #listeners = new Map<string, Set<() => void>>();
  /** The store's work count at the last notification. */
  #workSeen: number = nothingSeen;

  /** Whether anyone takes at all. */
  get isAnyone(): boolean {
    return [...this.#listeners.values()].some(({ size }) => size > 0);
  }

  /** Calls `listener` until the returned function is called. */
  add(destination: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(destination) ?? new Set();
    this.#listeners.set(destination, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  tell(destination: string): void {
    for (const listener of this.#listeners.get(destination) ?? []) listener();
  }

  tellAll(): void {
    for (const destination of this.#listeners.keys()) this.tell(destination);
  }

  /** Tells everyone if the work count has changed since they were last told. */
  tellOf(work: number): void {
    if (work === this.#workSeen) return;
    this.#workSeen = work;
    this.tellAll();
  }

  /** Takes note of a work count without telling anyone. */
  see(work: number): void {
    this.#workSeen = work;
  }

  /** Another store has replaced the one that was counted: everything in it is new. */
  seeNothing(): void {
    this.#workSeen = nothingSeen;
  }
}
