/**
 * What a run has promised and been promised so far, written into the watched directory between its disk operations, so that
 * it is known at every moment of the recording what must survive.
 */
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export type Mark =
  /** Handed to `append`: the readings may be there from now on. */
  | { readonly mark: 'offered'; readonly ids: readonly number[] }
  /** `append` has resolved: the readings must be there. */
  | { readonly mark: 'acknowledged'; readonly ids: readonly number[] }
  /** Taken, as if sent: its number stands for these bytes forever. */
  | { readonly mark: 'sent'; readonly epoch: string; readonly number: number; readonly hash: string }
  /** The city OS has answered a batch: it may go. */
  | { readonly mark: 'settled'; readonly epoch: string; readonly number: number; readonly ids: readonly number[] }
  /** The city OS has answered a gap. */
  | {
      readonly mark: 'gap-settled';
      readonly epoch: string;
      readonly first: number;
      readonly last: number;
      readonly count: number;
    };

/** Not a file of the buffer, so no power cut affects it. */
export const MARKS_FILE = 'marks';

/** Writes marks into a directory. */
export function openMarks(directory: string): (mark: Mark) => void {
  const file = openSync(join(directory, MARKS_FILE), 'a');
  return (mark) => void writeSync(file, JSON.stringify(mark));
}
