/**
 * What was last sent of each entity, kept across restarts: `<destination>.newest.sqlite` in the data directory.
 *
 * It is written before the request goes (WAL, `synchronous=NORMAL`: a killed process loses nothing; a power cut may lose the newest,
 * and the broker is asked anyway). Bound: `maxEntities`; then a tenth, those written longest ago, is forgotten. A file that is damaged or cannot
 * be written costs no reading: it is begun again, or done without, and the log says so.
 */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { messageOf } from '../../../shared/errors.ts';
import type { Log } from '../../machine/log.ts';
import { makeFolder } from '../../machine/make-folder.ts';

export interface NewestFile {
  get(id: string): string | undefined;
  put(entries: Iterable<readonly [id: string, marks: string]>): void;
  close(): void;
}

export interface NewestFileOptions {
  readonly file: string;
  readonly destination: string;
  readonly log: Log;
  /** For tests. */
  readonly maxEntities?: number;
}

const defaultMaxEntities = 1_000_000;
const forgottenPart = 10;
const lockedMs = 2_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS newest (
    id TEXT PRIMARY KEY,
    marks TEXT NOT NULL,      -- JSON
    written INTEGER NOT NULL  -- grows with every write
  ) WITHOUT ROWID;
`;

export function openNewestFile(options: NewestFileOptions): NewestFile {
  const { file, destination, log } = options;
  try {
    makeFolder(dirname(file));
    return openOrThrow(options);
  } catch (fault) {
    log.warn('What was last sent cannot be read and is begun again; the broker is asked instead', {
      destination,
      fault: messageOf(fault),
    });
  }
  try {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
    return openOrThrow(options);
  } catch (fault) {
    log.error('What was last sent cannot be kept on this disk; the broker is asked after each start', {
      destination,
      fault: messageOf(fault),
    });
    return { get: () => undefined, put: () => {}, close: () => {} };
  }
}

function openOrThrow({ file, destination, log, maxEntities = defaultMaxEntities }: NewestFileOptions): NewestFile {
  const db = new Database(file, { timeout: lockedMs });
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.exec(SCHEMA);
  } catch (fault) {
    db.close();
    throw fault;
  }
  const select = db.prepare<[string], string>('SELECT marks FROM newest WHERE id = ?').pluck();
  const upsert = db.prepare(
    'INSERT INTO newest VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET marks = excluded.marks, written = excluded.written',
  );
  const forget = db.prepare('DELETE FROM newest WHERE id IN (SELECT id FROM newest ORDER BY written LIMIT ?)');
  const counts = db.prepare<[], { entities: number; written: number }>(
    'SELECT count(*) AS entities, coalesce(max(written), 0) AS written FROM newest',
  );
  let { entities = 0, written = 0 } = counts.get() ?? {};
  const putAll = db.transaction((entries: Iterable<readonly [string, string]>) => {
    for (const [id, marks] of entries) {
      upsert.run(id, marks, ++written);
      entities++; // at most: some were there
    }
    if (entities <= maxEntities) return;
    entities = counts.get()?.entities ?? 0;
    if (entities <= maxEntities) return;
    entities -= forget.run(entities - maxEntities + Math.floor(maxEntities / forgottenPart)).changes;
  });
  const guarded = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (fault) {
      log.warn('What is sent could not be remembered; the broker is asked after the next start', {
        destination,
        fault: messageOf(fault),
      });
      return undefined;
    }
  };
  return {
    get: (id) => guarded(() => select.get(id)),
    put: (entries) => guarded(() => putAll(entries)),
    close: () => db.close(),
  };
}
