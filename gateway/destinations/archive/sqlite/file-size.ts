/** How `max-size` is shared: the file, and its write-ahead log with what a transaction adds to it. */

/** The log is emptied into the file at this size. */
export const maxLogBytes = 2_000_000;

export function maxFileBytes(maxSizeBytes: number): number {
  return maxSizeBytes - 2 * maxLogBytes;
}
