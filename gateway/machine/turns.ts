/** Takes work in turn: pieces that name the same thing run one after the other, in order of arrival. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();
  readonly #underWay = new Set<Promise<unknown>>();

  /** Pieces waiting or running. */
  get size(): number {
    return this.#underWay.size;
  }

  /** Runs `work` after all earlier pieces that share one of the names, however they ended. Settles as it does. */
  async take<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = Promise.all(names.map((name) => this.#last.get(name)));
    const done = before.then(work);
    const over = done.catch(() => {}); // the caller learns of it
    this.#underWay.add(over);
    for (const name of names) this.#last.set(name, over);
    try {
      return await done;
    } finally {
      this.#underWay.delete(over);
      for (const name of names) if (this.#last.get(name) === over) this.#last.delete(name);
    }
  }

  /** Resolves when everything taken so far is done. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay);
  }
}
