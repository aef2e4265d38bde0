/** Work in turn: pieces that name the same thing are done one after the other, in the order in which they came. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();
  readonly #underWay = new Set<Promise<unknown>>();

  /** Pieces that wait or are being done. */
  get size(): number {
    return this.#underWay.size;
  }

  /** Does `work` when everything before it that names one of `names` is done, however that ended; settles as it does. */
  async take<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = Promise.all(names.map((name) => this.#last.get(name)));
    const done = before.then(work);
    const over = done.catch(() => {}); // who asked hears of it
    this.#underWay.add(over);
    for (const name of names) this.#last.set(name, over);
    try {
      return await done;
    } finally {
      this.#underWay.delete(over);
      for (const name of names) if (this.#last.get(name) === over) this.#last.delete(name);
    }
  }

  /** Resolves when all that had been taken is done. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay);
  }
}
