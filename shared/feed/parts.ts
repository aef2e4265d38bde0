/**
 * Which readings of a batch are stored that may come whole, in parts, and in parts of parts: the receiver's memory of one such batch.
 *
 * A gateway splits a batch that is too large for its broker. It cannot know whether the city OS had stored it before, and a parcel or
 * another copy of the file may still bring it afterwards. Each part names the place of its readings in the batch, so that each place is
 * stored once, whatever comes first.
 */
import type { BatchHeader, PartOf } from './batch.ts';

/** What has come of the batch: `count` readings from `first` on. */
export interface Piece {
  readonly first: number;
  readonly count: number;
}

/** The batch that a received one is a part of; itself if it is whole. */
export function wholeOf({
  epoch,
  number,
  digest,
  partOf,
}: Pick<BatchHeader, 'epoch' | 'number' | 'partOf'> & { readonly digest: string }): PartOf {
  return partOf ?? { epoch, number, digest, first: 0 };
}

/** Which of the readings at these indexes of a received batch have not come with another piece of the same batch. */
export function newIndexes(first: number, indexes: readonly number[], pieces: readonly Piece[]): number[] {
  return indexes.filter((index) => {
    const place = first + index;
    return !pieces.some((piece) => piece.first <= place && place < piece.first + piece.count);
  });
}
