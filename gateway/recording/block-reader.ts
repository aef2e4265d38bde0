/**
 * Cuts a file into blocks that tell their own length.
 *
 * Promise: every whole block comes out, in order, with its offset. Where a length cannot be right, the next place is looked for at which a
 * block surely begins, and what lies between is one piece of damage. A file that ends inside a block is "cut" at that block's offset.
 * Bound: a block has at most `maxBlockBytes`; a longer one is damage, and no memory is taken for it.
 */

export const maxBlockBytes = 1024 * 1024;

/** How a format is cut, and who takes it: a piece at a time, since one may say how to read the next. */
export interface BlockForm {
  /** Blocks begin at multiples of it. */
  readonly alignment: number;
  /**
   * How long the block at `at` is; 0 if none can begin there, undefined if more bytes are needed to tell. `isLost`: this follows damage, so
   * that only what is surely a block counts. `isEnd`: no more bytes come.
   */
  lengthAt(
    held: Uint8Array,
    at: number,
    how: { readonly isLost: boolean; readonly isEnd: boolean },
  ): number | undefined;
  take(piece: Piece): void;
}

/** `damagedFrom`: bytes up to here that are in no block. `isCut`: the file ends before the block does. */
export type Piece =
  | { readonly offset: number; readonly block: Uint8Array }
  | { readonly damagedFrom: number; readonly isCut: boolean };

export class BlockReader {
  readonly #form: BlockForm;
  #held = new Uint8Array(0);
  /** Of the first byte held. */
  #offset = 0;
  #lostFrom: number | undefined;
  /** What was lost begins like a block, but the file has ended. */
  #isCut = false;

  /** `offset`: where in the file the first block begins. */
  constructor(form: BlockForm, offset = 0) {
    this.#form = form;
    this.#offset = offset;
  }

  push(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.#held.length + bytes.length);
    joined.set(this.#held);
    joined.set(bytes, this.#held.length);
    this.#held = joined;
    this.#cut(false);
  }

  end(): void {
    this.#cut(true);
    if (this.#lostFrom !== undefined) this.#form.take({ damagedFrom: this.#lostFrom, isCut: this.#isCut });
    this.#lostFrom = undefined;
  }

  #cut(isEnd: boolean): void {
    const held = this.#held;
    let at = 0;
    while (at < held.length) {
      const isLost = this.#lostFrom !== undefined;
      const length = this.#form.lengthAt(held, at, { isLost, isEnd });
      const isWhole = length !== undefined && length > 0 && at + length <= held.length;
      if (isWhole) {
        if (this.#lostFrom !== undefined) this.#form.take({ damagedFrom: this.#lostFrom, isCut: false });
        this.#lostFrom = undefined;
        this.#form.take({ offset: this.#offset + at, block: held.slice(at, at + length) });
        at += length;
      } else if (length === 0 || isEnd) {
        if (!isLost) this.#isCut = length !== 0;
        this.#lostFrom ??= this.#offset + at;
        at += this.#form.alignment;
      } else break;
    }
    at = Math.min(at, held.length);
    this.#held = held.slice(at);
    this.#offset += at;
  }
}
