/** Damaged files: renamed, kept (the newest `maxSetAside`) and opened for reading. */
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { codeOf } from '../../../shared/errors.ts';
import { emptyDatabase } from '../database.ts';
import type { Db } from '../schema.ts';

const maxSetAside = 3;
const headerBytes = 100;

/** Renames the file and its log; returns the new name. */
export function setAside(file: string): string {
  const prefix = `${basename(file)}.damaged-`;
  const numbers = readdirSync(dirname(file))
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length)))
    .filter(Number.isInteger)
    .sort((a, b) => a - b);
  const nameOf = (n: number) => join(dirname(file), `${prefix}${n}`);
  for (const n of numbers.slice(0, Math.max(0, numbers.length + 1 - maxSetAside))) {
    for (const suffix of ['', '-wal']) rmSync(`${nameOf(n)}${suffix}`, { force: true });
  }
  const name = nameOf((numbers.at(-1) ?? 0) + 1);
  renameSync(file, name);
  if (existsSync(`${file}-wal`)) renameSync(`${file}-wal`, `${name}-wal`);
  return name;
}

/** Opens a damaged file, if need be with the schema of a new one; undefined if even that does not help. */
export function openSetAside(file: string): Db | undefined {
  for (const mend of [() => true, () => lendSchema(file)]) {
    if (!mend()) break;
    const db = new Database(file);
    try {
      db.pragma('locking_mode = EXCLUSIVE');
      db.prepare('SELECT is_open FROM condition').get();
      return db;
    } catch (fault) {
      db.close();
      if (!codeOf(fault).startsWith('SQLITE_')) throw fault;
    }
  }
  return undefined;
}

/**
 * Gives the damaged file the header and schema of an empty one, which this release always creates the same way, with its own
 * page count. False if the page sizes differ. Offsets: SQLite's "Database File Format", 1.3.
 */
function lendSchema(name: string): boolean {
  const empty = emptyDatabase();
  const pageBytes = empty.image.readUInt16BE(16);
  const file = openSync(name, 'r+');
  try {
    const own = Buffer.alloc(headerBytes);
    readSync(file, own, 0, headerBytes, 0);
    const isOtherSize = own.toString('latin1', 0, 15) === 'SQLite format 3' && own.readUInt16BE(16) !== pageBytes;
    if (isOtherSize) return false;
    empty.image.fill(2, 18, 20); // it has a write-ahead log
    empty.image.writeUInt32BE(Math.floor(fstatSync(file).size / pageBytes), 28);
    empty.image.writeUInt32BE(empty.image.readUInt32BE(24), 92); // makes the page count valid
    for (let at = 0; at < empty.image.length; at += pageBytes) {
      if (!empty.roots.has(at / pageBytes + 1)) writeSync(file, empty.image, at, pageBytes, at);
    }
    return true;
  } finally {
    closeSync(file);
  }
}
