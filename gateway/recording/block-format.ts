/** What the formats have in common that are cut into blocks. */
import { type BlockForm, BlockReader, type Piece } from './block-reader.ts';
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
