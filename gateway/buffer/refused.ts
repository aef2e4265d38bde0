/**
 * What city OSes refused, kept for the technician with their reasons.
 *
 * Bound: `maxRefused` readings, all destinations together; beyond it the oldest go, and are counted.
 */
import { decodeBatch, decodeBody, type SealedBatch } from '../../shared/feed/batch.ts';
import type { Receipt } from '../../shared/feed/receipt.ts';
import { readingToJson } from '../../shared/reading.ts';
import { decompress } from '../compress.ts';
import type { Db } from './database.ts';
import type { Apply } from './epoch.ts';

export const maxRefused = 10_000;
/** Bound of a batch of our own, read back to find what was refused. */
const maxOwnBody = 64 * 1024 * 1024;

/** A refused reading as it lies on the disk. */
export interface Refusal {
  readonly destination: string;
  readonly number: number;
  readonly reason: string;
  /** JSON; "null" where the disk had damaged the batch. */
  readonly reading: string;
}

export class Refused {
  readonly #sql: ReturnType<typeof prepare>;
  #counts: ReadonlyMap<string, number>;

  constructor(db: Db) {
    this.#sql = prepare(db);
    this.#counts = this.#count();
  }

  countOf(destination: string): number {
    return this.#counts.get(destination) ?? 0;
  }

  /** Keeps what of a batch the city OS refused. Call inside a transaction. */
  setAside(destination: string, { number, bytes }: SealedBatch, receipt: Receipt): Apply | undefined {
    if (receipt.outcome === 'stored' && receipt.refused.length === 0) return undefined;
    const readings = ownReadings(bytes);
    const reasons =
      receipt.outcome === 'unreadable'
        ? readings.map((_, index) => ({ index, reason: receipt.reason ?? 'the batch was unreadable' }))
        : receipt.refused;
    for (const { index, reason } of reasons) {
      this.#sql.insert.run(destination, number, reason, JSON.stringify(readings[index] ?? null));
    }
    this.#sql.trim.run(maxRefused);
    return () => {
      this.#counts = this.#count();
    };
  }

  /** What another file held. Call inside a transaction. */
  takeUp(refusals: readonly Refusal[]): Apply {
    for (const { destination, number, reason, reading } of refusals) {
      this.#sql.insert.run(destination, number, reason, reading);
    }
    this.#sql.trim.run(maxRefused);
    return () => {
      this.#counts = this.#count();
    };
  }

  #count(): ReadonlyMap<string, number> {
    const rows = this.#sql.count.all() as { destination: string; n: number }[];
    return new Map(rows.map(({ destination, n }) => [destination, n]));
  }
}

/**
 * The readings of a batch of our own, as JSON. One that the disk has damaged gives a single null, so that it still leaves
 * the queue and what was refused is on record.
 */
function ownReadings(bytes: Uint8Array): readonly unknown[] {
  try {
    const { header, body } = decodeBatch(bytes);
    const plain = decompress(body, header.compression, maxOwnBody);
    return decodeBody(header.encoding, plain, header.count).map(readingToJson);
  } catch {
    return [null];
  }
}

function prepare(db: Db) {
  return {
    count: db.prepare('SELECT destination, COUNT(*) AS n FROM refused GROUP BY destination'),
    insert: db.prepare('INSERT INTO refused (destination, number, reason, reading) VALUES (?, ?, ?, ?)'),
    trim: db.prepare('DELETE FROM refused WHERE id <= (SELECT MAX(id) FROM refused) - ?'),
  };
}
