/**
 * Which quantities of a reading its quality is about, if not all: key 9 of a batch (docs/feed.md, "Doubts").
 *
 * By quantity, the runs of readings in which it is in doubt: unsigned varints, in turn how many readings to pass over and how many
 * are in doubt. Readings are counted as in the decoded body. A reading that no run covers has the doubt about all of its values.
 */
import { FormatError } from '../errors.ts';
import type { Reading } from '../reading.ts';
import { VarintReader, VarintWriter } from './varint.ts';
import { say } from './words.ts';

export type Doubts = ReadonlyMap<string, Uint8Array>;

/** Most marks (quantities in doubt, over all readings) that a receiver accepts: runs cost a sender next to nothing. */
const maxMarks = 2 ** 19;

/** Of readings in the order of their body; undefined if no doubt is about some of the values only. */
export function encodeDoubts(readings: readonly Reading[]): Doubts | undefined {
  const runs = new Map<string, { readonly varints: VarintWriter; end: number; count: number }>();
  for (const [index, { doubtful = [] }] of readings.entries()) {
    for (const quantity of doubtful) {
      let run = runs.get(quantity);
      if (run === undefined) {
        run = { varints: new VarintWriter(16), end: 0, count: 0 };
        run.varints.unsigned(index);
        runs.set(quantity, run);
      } else if (run.end < index) {
        run.varints.unsigned(run.count);
        run.varints.unsigned(index - run.end);
        run.count = 0;
      } else if (run.end > index) continue; // named twice
      run.count++;
      run.end = index + 1;
    }
  }
  if (runs.size === 0) return undefined;
  return new Map(
    [...runs].map(([quantity, { varints, count }]) => {
      varints.unsigned(count);
      return [quantity, varints.bytes()];
    }),
  );
}

/**
 * The readings of a body with their doubts, which may be a stranger's. Throws a FormatError if they are not runs by quantity, go
 * beyond the readings, or make too many marks.
 */
export function withDoubts(readings: readonly Reading[], doubts: Doubts | undefined): readonly Reading[] {
  if (doubts === undefined) return readings;
  if (!(doubts instanceof Map)) throw new FormatError(say.badDoubts());
  const doubtful = new Map<number, string[]>();
  let marks = 0;
  for (const [quantity, bytes] of doubts) {
    if (typeof quantity !== 'string' || !(bytes instanceof Uint8Array)) throw new FormatError(say.badDoubts());
    const varints = new VarintReader(bytes);
    for (let index = 0; !varints.atEnd(); ) {
      index += varints.unsigned();
      const end = index + varints.unsigned();
      marks += end - index;
      if (end > readings.length || marks > maxMarks) throw new FormatError(say.badDoubts());
      for (; index < end; index++) {
        const known = doubtful.get(index);
        if (known === undefined) doubtful.set(index, [quantity]);
        else known.push(quantity);
      }
    }
  }
  return readings.map((reading, index) => {
    const quantities = doubtful.get(index);
    return quantities === undefined ? reading : { ...reading, doubtful: quantities };
  });
}
