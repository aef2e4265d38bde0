/**
 * The tables of the buffer's file, and the steps from each released schema to the next; `user_version` counts them.
 *
 * A commit at a quiet site touches two pages, the last of `batch` and the one of `feed`. A batch's key combines its epoch,
 * lane and number, so it needs no index; the counts of what waits sit beside the next number, so opening a long backlog reads
 * none of it. `crc` is the row's check (row-checks.ts). The rows of each table look different, so that they can be told apart
 * without the schema (salvage/rows.ts).
 *
 * An update that does not work is taken back, and then the release before meets a file of a later schema. It salvages that file, which finds every
 * row as long as a later schema only adds tables whose rows look different, and columns at the end of the tables that are here.
 *
 * A row of the table `feed`, and a column of that name, is one epoch of an outbox. Files of released versions have
 * these names; nothing else here is called a feed. `epoch` repeats, on a page of its own, whose each epoch is: without that
 * nobody would know where its batches go.
 */

import { crc32 } from 'node:zlib';
import type Database from 'better-sqlite3';
import { decodeBatch } from '../../shared/feed/batch.ts';
import { decodeColumns } from '../../shared/feed/columns.ts';
import { crcOf, defineChecks } from './row-checks.ts';

export type Db = Database.Database;

/** Bound of one row of readings when it is read back after a restart. */
export const maxRowReadings = 1_000_000;

/** `key` of a batch: (epoch's id × 2 + lane) × 2^40 + number. */
const NUMBERS = 2 ** 40;
/** Greatest id of an epoch: with a greater one keys would reach 2^53. */
export const maxEpochId = 4_095;

export function batchKey(epoch: number, lane: number, number: number): number {
  return (epoch * 2 + lane) * NUMBERS + number;
}

export function numberOfKey(key: number): number {
  return key % NUMBERS;
}

export function epochOfKey(key: number): number {
  return Math.floor(key / NUMBERS / 2);
}

/** 1 while the file is in use: if the log is missing then, it has been lost. */
const CONDITION = `
  CREATE TABLE condition (is_open INTEGER NOT NULL);
  INSERT INTO condition VALUES (0);
`;
const EPOCHS = `
  CREATE TABLE feed (
    id INTEGER PRIMARY KEY,
    destination TEXT NOT NULL,
    epoch TEXT NOT NULL,
    is_current INTEGER NOT NULL, -- the destination's epoch that new batches are sealed into
    next INTEGER NOT NULL,
    routine INTEGER NOT NULL,    -- waiting batches
    urgent INTEGER NOT NULL,
    gateway TEXT NOT NULL,       -- whose numbers they are
    crc INTEGER GENERATED ALWAYS AS (${crcOf('feed')}) STORED
  );
  CREATE TABLE epoch (
    id INTEGER PRIMARY KEY,
    destination TEXT NOT NULL,
    epoch TEXT NOT NULL,
    gateway TEXT NOT NULL,
    crc INTEGER GENERATED ALWAYS AS (${crcOf('epoch')}) STORED
  );
  CREATE TRIGGER epoch_begins AFTER INSERT ON feed BEGIN
    INSERT OR REPLACE INTO epoch VALUES (NEW.id, NEW.destination, NEW.epoch, NEW.gateway);
  END;
  CREATE TRIGGER epoch_is_renamed AFTER UPDATE OF epoch, gateway ON feed BEGIN
    INSERT OR REPLACE INTO epoch VALUES (NEW.id, NEW.destination, NEW.epoch, NEW.gateway);
  END;
  CREATE TRIGGER epoch_is_done AFTER DELETE ON feed BEGIN
    DELETE FROM epoch WHERE id = OLD.id;
  END;
  CREATE TABLE gap (
    id INTEGER PRIMARY KEY,
    feed INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    count INTEGER NOT NULL,
    reason TEXT NOT NULL,
    crc INTEGER GENERATED ALWAYS AS (${crcOf('gap')}) STORED
  );
`;
const TABLES = `
  CREATE TABLE batch (
    key INTEGER PRIMARY KEY,
    sealed INTEGER NOT NULL,     -- grows with each batch of any destination
    count INTEGER NOT NULL,
    crc INTEGER NOT NULL,
    bytes BLOB NOT NULL
  );
  CREATE TABLE open (id INTEGER PRIMARY KEY, crc INTEGER NOT NULL, body BLOB NOT NULL); -- readings, in columns
  CREATE TABLE held (
    id INTEGER PRIMARY KEY,
    boot TEXT NOT NULL,
    taken_at REAL NOT NULL,      -- monotonic ms
    clock_offset REAL NOT NULL,  -- wall minus monotonic ms when the readings were taken
    count INTEGER NOT NULL,
    crc INTEGER NOT NULL,
    body BLOB NOT NULL
  );
`;
const REFUSED = `
  CREATE TABLE refused (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    destination TEXT NOT NULL,
    number INTEGER NOT NULL,
    reason TEXT NOT NULL,
    reading TEXT NOT NULL      -- JSON
  );
`;
const MEMORY = 'CREATE TABLE memory (device TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;';
/** Rows of earlier releases have none. */
const CHECKS = 'ALTER TABLE refused ADD COLUMN crc INTEGER; ALTER TABLE memory ADD COLUMN crc INTEGER;';

/** What a hub takes in from other gateways (passing/). The columns of a refused reading's check have changed with the origin. */
const PASSING = `
  CREATE TABLE source (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    gateway TEXT NOT NULL,
    epoch TEXT NOT NULL,
    heard_at INTEGER NOT NULL,   -- epoch ms
    arrived TEXT NOT NULL,       -- numbers that have come, as JSON ranges
    lost TEXT NOT NULL,          -- numbers that will not
    crc INTEGER GENERATED ALWAYS AS (${crcOf('source')}) STORED
  );
  CREATE TABLE arrived (
    source INTEGER NOT NULL,
    number INTEGER NOT NULL,     -- of a gap: its first, negative
    digest TEXT NOT NULL,        -- of a gap: its last number and its count
    crc INTEGER NOT NULL,
    PRIMARY KEY (source, number)
  ) WITHOUT ROWID;
  CREATE TABLE passed_gap (
    id INTEGER PRIMARY KEY,
    feed INTEGER NOT NULL,
    tenant TEXT NOT NULL,
    gateway TEXT NOT NULL,
    epoch TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    count INTEGER NOT NULL,
    reason TEXT NOT NULL,
    crc INTEGER GENERATED ALWAYS AS (${crcOf('passed_gap')}) STORED
  );
  CREATE INDEX passed_gap_of ON passed_gap (feed, tenant, gateway, epoch);
  ALTER TABLE refused ADD COLUMN origin TEXT; -- "tenant/gateway"; NULL: this gateway
  UPDATE refused SET crc = ${crcOf('refused')} WHERE crc IS NOT NULL;
`;

/** As schemas 2 and 3 had them. */
const FEED_3 = `
  CREATE TABLE feed (id INTEGER PRIMARY KEY, destination, epoch, is_current, next, routine, urgent);
  CREATE TABLE gap (id INTEGER PRIMARY KEY, feed, first, last, count, reason);
`;

/** The first element leads from schema 1 (release 0.1.0) to schema 2. */
const STEPS: readonly ((db: Db) => unknown)[] = [
  (db) => {
    db.function('count_readings', (body) => decodeColumns(body as Buffer, maxRowReadings).length); // only blobs are passed
    db.exec(`
      ALTER TABLE feed RENAME TO feed_1;
      ALTER TABLE batch RENAME TO batch_1;
      ALTER TABLE gap RENAME TO gap_1;
      ALTER TABLE open RENAME TO open_1;
      ${CONDITION}
      ${FEED_3}
      ${TABLES}
      INSERT INTO feed (destination, epoch, is_current, next, routine, urgent)
        SELECT destination, epoch, 1, next,
          (SELECT COUNT(*) FROM batch_1 WHERE batch_1.destination = feed_1.destination AND lane = 0),
          (SELECT COUNT(*) FROM batch_1 WHERE batch_1.destination = feed_1.destination AND lane = 1)
        FROM feed_1;
      INSERT INTO gap SELECT gap_1.id, feed.id, first, last, count, reason FROM gap_1 JOIN feed USING (destination);
      INSERT INTO open SELECT id, crc32(body), body FROM open_1 WHERE boot IS NULL;
      INSERT INTO held
        SELECT id, boot, 0, clock_offset, count_readings(body), crc32(body), body FROM open_1 WHERE boot IS NOT NULL;
      DROP TABLE feed_1;
      DROP TABLE gap_1;
      DROP TABLE open_1;
      PRAGMA user_version = 2;
    `);
  },
  (db) => {
    db.exec('DROP TABLE batch_1; PRAGMA user_version = 3');
  },
  (db) => {
    db.function('gateway_of', (batch) => gatewayOf(batch as Buffer)); // only blobs are passed
    const own = `key BETWEEN id * 2 * ${NUMBERS} AND (id + 1) * 2 * ${NUMBERS}`;
    db.exec(`
      ALTER TABLE feed RENAME TO feed_3;
      ALTER TABLE gap RENAME TO gap_3;
      ${EPOCHS}
      INSERT INTO feed (id, destination, epoch, is_current, next, routine, urgent, gateway)
        SELECT *, COALESCE((SELECT gateway_of(bytes) FROM batch WHERE ${own} LIMIT 1), '') FROM feed_3;
      INSERT INTO gap (id, feed, first, last, count, reason) SELECT * FROM gap_3;
      DROP TABLE feed_3;
      DROP TABLE gap_3;
      ${CHECKS}
      PRAGMA user_version = 4;
    `);
  },
  (db) => db.exec(`${PASSING} PRAGMA user_version = 5;`),
];
const RELEASED = STEPS.length + 1;

/** Batches moved in one transaction, so that a file at its bound never needs room for all of them twice. */
const movedAtOnce = 64;

/** A later release has written the file. */
export class LaterSchema extends Error {}

/** Brings the file to this release's schema. Throws a LaterSchema. */
export function migrate(db: Db): void {
  const version = versionOf(db);
  if (version > RELEASED) throw new LaterSchema(`schema ${version}, known up to ${RELEASED}`);
  defineChecks(db);
  if (version === 0) {
    const create = `${CONDITION}${EPOCHS}${TABLES}${REFUSED}${MEMORY}${CHECKS}${PASSING} PRAGMA user_version = ${RELEASED};`;
    db.transaction(() => db.exec(create)).immediate();
    return;
  }
  db.function('crc32', (bytes) => crc32(bytes as Buffer)); // only blobs are passed
  for (const [index, step] of STEPS.entries()) {
    if (versionOf(db) === 2) moveBatches(db);
    if (versionOf(db) === index + 1) db.transaction(() => step(db)).immediate();
  }
}

/** The gateway that a batch names; empty if it cannot be read. */
function gatewayOf(batch: Uint8Array): string {
  try {
    return decodeBatch(batch).header.gateway;
  } catch {
    return '';
  }
}

function versionOf(db: Db): number {
  return Number(db.pragma('user_version', { simple: true }));
}

function moveBatches(db: Db): void {
  const rows = `(SELECT id FROM batch_1 ORDER BY id LIMIT ${movedAtOnce})`;
  const copy = db.prepare(`
    INSERT INTO batch SELECT (feed.id * 2 + lane) * ${NUMBERS} + number, batch_1.id, count, crc32(bytes), bytes
    FROM batch_1 JOIN feed ON feed.destination = batch_1.destination WHERE batch_1.id IN ${rows}`);
  const clear = db.prepare(`DELETE FROM batch_1 WHERE id IN ${rows}`);
  const move = db.transaction(() => {
    copy.run();
    return clear.run().changes;
  });
  while (move.immediate() > 0);
}
