/** A binary heap: the least item is had at once, adding and removing take log n. */
export class Heap<Item> {
  readonly #isLess: (a: Item, b: Item) => boolean;
  readonly #items: Item[] = [];

  constructor(isLess: (a: Item, b: Item) => boolean) {
    this.#isLess = isLess;
  }

  least(): Item | undefined {
    return this.#items[0];
  }

  add(item: Item): void {
    let at = this.#items.push(item) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#isLessAt(at, above)) break;
      this.#swap(at, above);
      at = above;
    }
  }

  removeLeast(): void {
    const last = this.#items.pop();
    if (last === undefined || this.#items.length === 0) return;
    this.#items[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const least = this.#isLessAt(right, left) ? right : left;
      if (!this.#isLessAt(least, at)) break;
      this.#swap(at, least);
      at = least;
    }
  }

  /** A place beyond the end is less than nothing. */
  #isLessAt(a: number, b: number): boolean {
    const [one, other] = [this.#items[a], this.#items[b]];
    return one !== undefined && (other === undefined || this.#isLess(one, other));
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#items[a], this.#items[b]];
    if (one === undefined || other === undefined) return;
    this.#items[a] = other;
    this.#items[b] = one;
  }
}
