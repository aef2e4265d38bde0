/** What of a batch may stay and what is given up, reading by reading. */
import { type BatchHeader, decodeBatch, decodeBody, type PartOf } from '../../../shared/feed/batch.ts';
import { wholeOf } from '../../../shared/feed/parts.ts';
import type { GapReason } from '../../../shared/feed/receipt.ts';
import type { Reading } from '../../../shared/reading.ts';
import { decompress } from '../compress.ts';
import { digestOf } from '../digest.ts';
import { carried } from '../passing/carried.ts';
import type { Row } from '../queue.ts';

/** What to look for. */
export interface Sieve {
  /** Until when a reading may stay, epoch ms: `Infinity` for good. Must not throw. */
  staysUntil(reading: Reading): number;
  /** Epoch ms. */
  readonly now: number;
  /** What may stay no longer than this from now goes with what is due now. */
  readonly togetherMs: number;
  readonly reason: GapReason;
}

/** Readings that stand together in a batch. */
interface Run {
  /** The place of the first in the batch. */
  readonly first: number;
  readonly readings: readonly Reading[];
}

export interface Sifted {
  /** Whose batch it is, if it passes through. */
  readonly tenant: string | undefined;
  readonly header: BatchHeader;
  readonly partOf: PartOf;
  /** How many readings are given up. */
  readonly gone: number;
  /** Those that stay. */
  readonly runs: readonly Run[];
  /** When the next of them is to be given up. */
  readonly dueAt: number;
}

/** Bound of a batch that is read back. */
const maxBody = 64 * 1024 * 1024;

/** Undefined if the batch cannot be read, which its own checks have not told. */
export function siftBatch({ bytes, count }: Row, sieve: Sieve): Sifted | undefined {
  const found = carried(bytes);
  const message = found?.message ?? bytes;
  let header: BatchHeader;
  let readings: readonly Reading[];
  try {
    const { body, ...rest } = decodeBatch(message);
    header = rest.header;
    readings = decodeBody(header, decompress(body, header.compression, maxBody), count);
  } catch {
    return undefined; // nobody else can read it either
  }
  const partOf = wholeOf({ ...header, digest: digestOf(message) });
  return { tenant: found?.tenant, header, partOf, ...siftReadings(readings, sieve) };
}

export function siftReadings(
  readings: readonly Reading[],
  { staysUntil, now, togetherMs }: Sieve,
): Pick<Sifted, 'gone' | 'runs' | 'dueAt'> {
  const ends = readings.map((reading) => staysUntil(reading));
  const limit = ends.some((end) => end <= now) ? now + togetherMs : now;
  const runs: { first: number; readings: Reading[] }[] = [];
  let gone = 0;
  let dueAt = Number.POSITIVE_INFINITY;
  for (const [index, reading] of readings.entries()) {
    const end = ends[index] ?? dueAt;
    if (end <= limit) {
      gone++;
      continue;
    }
    dueAt = Math.min(dueAt, end);
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.readings.length === index) last.readings.push(reading);
    else runs.push({ first: index, readings: [reading] });
  }
  return { gone, runs, dueAt };
}
