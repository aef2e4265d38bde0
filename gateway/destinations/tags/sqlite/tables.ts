/**
 * The tables in SQLite. Sightings lie by tag and time (WITHOUT ROWID), so that a tag's newest and its path are read in one go.
 */
import type { Db } from '../../sqlite/guarded-file.ts';
import { makeTables } from '../../sqlite/owner.ts';
import { PARTS_AND_GAPS } from '../../sqlite/parts-and-gaps.ts';

const OWNER = { applicationId: 0x4d_61_54_67, version: 1 }; // "MaTg"

const TABLES = `${PARTS_AND_GAPS}
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

/** Throws a MachimoriError "archive-not-ours" or "archive-too-new", and SQLITE_BUSY while another process writes. */
export function prepareTables(db: Db, file: string): void {
  makeTables(db, file, OWNER, () => db.exec(TABLES));
}
