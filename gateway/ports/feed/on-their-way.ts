/**
 * Messages that a door has taken and that are not yet stored and answered. Bounds: how many, and their bytes; one message may be larger
 * than all bytes. What happens at the bound is the door's: it waits, or leaves messages alone.
 */
export class OnTheirWay {
  readonly #max: { readonly messages: number; readonly bytes: number };
  readonly #taking = new Set<Promise<void>>();
  #bytes = 0;

  constructor(max: { readonly messages: number; readonly bytes: number }) {
    this.#max = max;
  }

  get isFull(): boolean {
    return this.#taking.size >= this.#max.messages || this.#bytes >= this.#max.bytes;
  }

  /** `work` must not reject. */
  add(bytes: number, work: Promise<void>): void {
    this.#bytes += bytes;
    const taking = work.finally(() => {
      this.#bytes -= bytes;
      this.#taking.delete(taking);
    });
    this.#taking.add(taking);
  }

  /** Resolves when one more is stored. */
  async room(): Promise<void> {
    await Promise.race(this.#taking);
  }
}
