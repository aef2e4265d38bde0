/** What the formats have in common that are cut into blocks. */
import { type BlockForm, BlockReader, maxBlockBytes, type Piece } from './block-reader.ts';
import { damage, type Entry, type RecordingReader } from './recorded.ts';
import { say } from './words.ts';

/** A reader of a format that is cut into blocks. */
export abstract class BlockFormat implements RecordingReader {
  readonly #blocks: BlockReader;
  #entries: Entry[] = [];

  /** `offset`: where the first block begins. */
  constructor(alignment: number, offset: number) {
    const lengthAt: BlockForm['lengthAt'] = (...place) => this.lengthAt(...place);
    this.#blocks = new BlockReader({ alignment, lengthAt, take: (piece) => this.#take(piece) }, offset);
  }

  protected abstract lengthAt(...place: Parameters<BlockForm['lengthAt']>): number | undefined;
  /** What a block says; undefined for nothing. */
  protected abstract read(offset: number, block: Uint8Array): Entry | undefined;

  push(bytes: Uint8Array): readonly Entry[] {
    this.#blocks.push(bytes);
    return this.#taken();
  }

  end(): readonly Entry[] {
    this.#blocks.end();
    return this.#taken();
  }

  #take(piece: Piece): void {
    const entry =
      'damagedFrom' in piece
        ? damage(piece.damagedFrom, piece.isCut ? say.cut() : say.damaged())
        : this.read(piece.offset, piece.block);
    if (entry !== undefined) this.#entries.push(entry);
  }

  #taken(): readonly Entry[] {
    const entries = this.#entries;
    this.#entries = [];
    return entries;
  }
}

/** One whose blocks begin without a mark: after damage, a block counts if it is likely, and a likely one or the end follows. */
export abstract class UnmarkedFormat extends BlockFormat {
  readonly #headBytes: number;

  constructor(headBytes: number, offset: number) {
    super(1, offset);
    this.#headBytes = headBytes;
  }

  /** Bytes after the head of the block at `at`. */
  protected abstract bodyBytes(view: DataView, at: number): number;
  protected abstract isLikely(view: DataView, at: number): boolean;

  protected override lengthAt(held: Uint8Array, at: number, how: Parameters<BlockForm['lengthAt']>[2]) {
    if (at + this.#headBytes > held.length) return undefined;
    const view = viewOf(held);
    const length = this.#headBytes + this.bodyBytes(view, at);
    if (length > maxBlockBytes) return 0;
    if (!how.isLost) return length;
    if (!this.isLikely(view, at)) return 0;
    const next = at + length;
    if (how.isEnd && next === held.length) return length;
    if (next + this.#headBytes > held.length) return undefined;
    return this.isLikely(view, next) ? length : 0;
  }
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
