/**
 * Which rows the database refuses, found by halves: each half is tried in a transaction that is rolled back.
 *
 * Bound: `maxTrials`. If so many readings are refused that this is not enough, what has not been told apart by then is refused
 * together.
 */
import type { Row } from '../history.ts';

const maxTrials = 200;

/** The refused ones by their index, with what the database said. `trial` resolves with a fault about the data, or undefined. */
export async function findRefused(
  rows: readonly Row[],
  trial: (rows: readonly Row[]) => Promise<unknown>,
): Promise<Map<number, unknown>> {
  const refused = new Map<number, unknown>();
  let trials = 0;
  const search = async (part: readonly Row[]): Promise<void> => {
    if (part.length === 0) return;
    const fault = await trial(part);
    trials++;
    if (fault === undefined) return;
    if (part.length === 1 || trials >= maxTrials) {
      for (const { index } of part) refused.set(index, fault);
      return;
    }
    const half = part.length >> 1;
    await search(part.slice(0, half));
    await search(part.slice(half));
  };
  await search(rows);
  return refused;
}
