/**
 * The tables in SQLite. Sightings lie by tag and time (WITHOUT ROWID), so that a tag's newest and its path are read in one go. A file
 * knows its version (`user_version`) and whose it is (`application_id`); one that is another program's is not touched.
 */
import type Database from 'better-sqlite3';
import { MachimoriError } from '../../../../shared/errors.ts';
import { say as archive } from '../../archive/words.ts';

export type Db = Database.Database;

const version = 1;
const applicationId = 0x4d_61_54_67; // "MaTg"

const TABLES = `
  CREATE TABLE tag (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
  CREATE TABLE detector (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    gateway TEXT NOT NULL,
    device TEXT NOT NULL,
    place_name TEXT,
    lat REAL,
    lon REAL,
    UNIQUE (tenant, gateway, device)
  );
  CREATE TABLE batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    gateway TEXT NOT NULL,
    epoch TEXT NOT NULL,
    number INTEGER NOT NULL,
    digest TEXT NOT NULL,
    refused TEXT NOT NULL,           -- JSON: [{index, reason}, …]
    filed_until INTEGER NOT NULL,    -- epoch ms: it is forgotten with its newest sighting
    UNIQUE (tenant, gateway, epoch, number)
  );
  CREATE INDEX batch_filed ON batch (filed_until);
  CREATE TABLE part (                -- what came of a batch that may also come whole
    tenant TEXT NOT NULL,
    gateway TEXT NOT NULL,
    epoch TEXT NOT NULL,
    number INTEGER NOT NULL,
    digest TEXT NOT NULL,
    first INTEGER NOT NULL,
    count INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, gateway, epoch, number, digest, first, count)
  ) WITHOUT ROWID;
  CREATE TABLE gap (
    tenant TEXT NOT NULL,
    gateway TEXT NOT NULL,
    epoch TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    count INTEGER NOT NULL,
    reason TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, gateway, epoch, first)
  ) WITHOUT ROWID;
  CREATE TABLE sighting (
    tag INTEGER NOT NULL,
    at INTEGER NOT NULL,             -- epoch ms
    batch INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    is_phone INTEGER NOT NULL,
    detector INTEGER,
    lat REAL,
    lon REAL,
    accuracy REAL,
    rssi REAL,
    count INTEGER NOT NULL,
    PRIMARY KEY (tag, at, batch, "index")
  ) WITHOUT ROWID;
  CREATE INDEX sighting_at ON sighting (at);
  CREATE TABLE beacon_clock (beacon TEXT PRIMARY KEY, tag INTEGER NOT NULL, zero_at INTEGER NOT NULL, heard_at INTEGER NOT NULL);
  CREATE TABLE dropped (reason TEXT PRIMARY KEY, count INTEGER NOT NULL);
`;

/** Brings an opened file to this version. Throws a MachimoriError "archive-not-ours" or "archive-too-new", and SQLITE_BUSY. */
export function prepareTables(db: Db, file: string): void {
  const found = Number(db.pragma('user_version', { simple: true }));
  const owner = Number(db.pragma('application_id', { simple: true }));
  const isEmpty = db.prepare('SELECT COUNT(*) FROM sqlite_schema').pluck().get() === 0;
  if (!isEmpty && owner !== applicationId) {
    throw new MachimoriError('archive-not-ours', { what: archive.notOurs(), on: file, hint: archive.otherFile() });
  }
  if (found > version) {
    const what = archive.tooNew({ found, known: version });
    throw new MachimoriError('archive-too-new', { what, on: file, hint: archive.updateGateway() });
  }
  if (found === version) return;
  db.transaction(() => {
    if (Number(db.pragma('user_version', { simple: true })) === version) return; // another process was faster
    db.exec(TABLES);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${version}`);
  }).immediate();
}
