/** The raw limits of this machine, measured in the same run as the product, so that a ratio means something. */
import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { encodeCbor } from '../../shared/feed/cbor.ts';
import type { Reading } from '../../shared/reading.ts';
import { perSecond } from './stopwatch.ts';

/** better-sqlite3 alone: the same rows at `synchronous=FULL`, so many in a transaction; rows a second. */
export function sqliteInserts(file: string, readings: readonly Reading[], perTransaction: number): number {
  const db = new Database(file);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.exec('CREATE TABLE row (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT)');
    const insert = db.prepare('INSERT INTO row (body) VALUES (?)');
    const rows = readings.map((reading) => JSON.stringify(reading));
    const transaction = db.transaction((from: number) => {
      for (const row of rows.slice(from, from + perTransaction)) insert.run(row);
    });
    return perSecond(rows.length, () => {
      for (let from = 0; from < rows.length; from += perTransaction) transaction.immediate(from);
    });
  } finally {
    db.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  }
}

/** cbor-x alone: the same readings, 500 in an array; readings a second. */
export function cborEncoding(readings: readonly Reading[]): number {
  return perSecond(readings.length, () => {
    for (let from = 0; from < readings.length; from += 500) encodeCbor(readings.slice(from, from + 500));
  });
}
