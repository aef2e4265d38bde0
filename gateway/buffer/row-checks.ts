/**
 * The checks of rows. SQLite does not notice when a disk changes what is in a page, so each row has a CRC-32: `batch`, `open`
 * and `held` of the bytes they carry, the others of the whole row. SQL makes those (`crc_of`).
 */
import { crc32 } from 'node:zlib';
import type Database from 'better-sqlite3';

/** The columns that a check is made of, in this order. */
const CHECKED = {
  feed: 'id, destination, epoch, is_current, next, routine, urgent, gateway',
  epoch: 'id, destination, epoch, gateway',
  gap: 'feed, first, last, count, reason',
  refused: 'destination, number, reason, reading, origin',
  memory: 'device, value',
  source: 'tenant, gateway, epoch, heard_at, arrived, lost',
  passed_gap: 'feed, tenant, gateway, epoch, first, last, count, reason',
} as const;
type Table = keyof typeof CHECKED;
const TABLES: readonly string[] = ['condition', 'open', 'held', 'arrived', ...Object.keys(CHECKED)];

/** What makes a row's check, in SQL. */
export function crcOf(table: Table): string {
  return `crc_of(${CHECKED[table]})`;
}

/** The check of a row, of the values of those columns. */
export function rowCheck(values: readonly unknown[]): number {
  return crc32(JSON.stringify(values));
}

export function defineChecks(db: Database.Database): void {
  db.function('crc_of', { varargs: true, deterministic: true }, (...values) => rowCheck(values));
}

/**
 * What is wrong in any table but `batch`, whose rows are checked as they are sent; undefined if nothing is. All of it is read
 * at opening anyhow. Rows of earlier releases may have no check.
 */
export function faultOf(db: Database.Database): string | undefined {
  for (const table of TABLES) {
    const found = String(db.pragma(`quick_check(${table})`, { simple: true }));
    if (found !== 'ok') return found;
  }
  const changed = (table: Table) => `SELECT '${table}' FROM ${table} WHERE crc <> ${crcOf(table)}`;
  const tables = Object.keys(CHECKED) as Table[]; // its keys
  const found = db.prepare(tables.map(changed).join(' UNION ALL ')).pluck().get();
  return found === undefined ? undefined : `a row of ${found} has changed`;
}
