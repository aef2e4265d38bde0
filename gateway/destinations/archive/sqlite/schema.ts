/**
 * The archive's tables in SQLite, and its views.
 *
 * Readings lie in the order of their time (`stored`, WITHOUT ROWID), so that a commit writes few pages, a range of time is read in one
 * go, and the oldest leave whole pages behind. There is no index by device for the sake of the card: ask for a range of time.
 */
import { UNITS_OF_KIND } from '../../../../shared/reading.ts';
import type { Db } from '../../sqlite/guarded-file.ts';
import { checkOwner, makeTables } from '../../sqlite/owner.ts';
import { PARTS_AND_GAPS } from '../../sqlite/parts-and-gaps.ts';

const OWNER = { applicationId: 0x4d_61_63_68, version: 1 }; // "Mach"

const TABLES = `${PARTS_AND_GAPS}
  CREATE TABLE device (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    gateway TEXT NOT NULL,
    device TEXT NOT NULL,
    type TEXT,
    profile TEXT,
    group_name TEXT,
    place_name TEXT,
    lat REAL,
    lon REAL,
    kinds TEXT,                      -- JSON, as in the birth
    units TEXT,                      -- JSON: quantity → SenML unit
    thresholds TEXT,                 -- JSON
    described_at INTEGER NOT NULL,   -- epoch ms
    UNIQUE (tenant, gateway, device)
  );
  CREATE TABLE batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    gateway TEXT NOT NULL,
    epoch TEXT NOT NULL,
    number INTEGER NOT NULL,
    lane TEXT NOT NULL,
    digest TEXT NOT NULL,
    count INTEGER NOT NULL,          -- readings in the batch
    stored INTEGER NOT NULL,         -- of which are here
    refused TEXT,                    -- JSON: [[index, reason], …]
    received_at INTEGER NOT NULL,
    filed_until INTEGER NOT NULL,    -- it is forgotten with its newest reading
    UNIQUE (tenant, gateway, epoch, number)
  );
  CREATE TABLE stored (
    filed_at INTEGER NOT NULL,       -- observed_at, or the arrival if that is beyond belief
    batch INTEGER NOT NULL,          -- batch.id
    "index" INTEGER NOT NULL,
    device INTEGER NOT NULL,         -- device.id
    kind TEXT NOT NULL,
    observed_at INTEGER NOT NULL,
    "values" TEXT NOT NULL,          -- JSON: quantity → value
    quality TEXT,
    doubtful TEXT,                   -- JSON: quantities that the quality is about; NULL: all
    lat REAL,
    lon REAL,
    PRIMARY KEY (filed_at, batch, "index")
  ) WITHOUT ROWID;
  CREATE TABLE newest (
    device INTEGER NOT NULL,
    kind TEXT NOT NULL,
    ranked_at INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    "values" TEXT NOT NULL,
    quality TEXT,
    doubtful TEXT,
    lat REAL,
    lon REAL,
    PRIMARY KEY (device, kind)
  ) WITHOUT ROWID;
  CREATE TABLE unit_of_kind (kind TEXT NOT NULL, quantity TEXT NOT NULL, unit TEXT NOT NULL, PRIMARY KEY (kind, quantity));
`;

const iso = (column: string) => `strftime('%Y-%m-%dT%H:%M:%f', ${column} / 1000.0, 'unixepoch') || 'Z'`;

/** As the device's birth says, else as the kind of reading defines it. */
const unit = (quantity: string) =>
  `coalesce((SELECT u.value FROM json_each(d.units) u WHERE u.key = ${quantity}),
        (SELECT k.unit FROM unit_of_kind k WHERE k.kind = s.kind AND k.quantity = ${quantity}))`;

const VIEWS = `
  CREATE VIEW reading AS
    SELECT d.tenant, d.gateway, b.epoch, b.number, s."index", d.device, s.kind, ${iso('s.observed_at')} AS observed_at,
      s."values", s.quality, s.doubtful, s.lat, s.lon, ${iso('b.received_at')} AS received_at,
      s.observed_at AS observed_ms, s.filed_at AS filed_ms
    FROM stored s JOIN device d ON d.id = s.device JOIN batch b ON b.id = s.batch;
  CREATE VIEW latest AS
    SELECT d.tenant, d.gateway, d.device, n.kind, ${iso('n.observed_at')} AS observed_at, n."values", n.quality, n.doubtful,
      n.lat, n.lon, n.observed_at AS observed_ms
    FROM newest n JOIN device d ON d.id = n.device;
  CREATE VIEW series AS
    SELECT d.tenant, d.gateway, d.device, s.kind, q.key AS quantity,
      CASE WHEN q.type IN ('integer', 'real') THEN q.value END AS number,
      CASE WHEN q.type = 'text' THEN q.value END AS text,
      CASE q.type WHEN 'true' THEN 1 WHEN 'false' THEN 0 END AS flag,
      ${unit('q.key')} AS unit, ${iso('s.observed_at')} AS observed_at,
      CASE WHEN s.doubtful IS NULL OR EXISTS (SELECT 1 FROM json_each(s.doubtful) u WHERE u.value = q.key) THEN s.quality END
        AS quality,
      s.lat, s.lon, s.observed_at AS observed_ms, s.filed_at AS filed_ms
    FROM stored s JOIN device d ON d.id = s.device, json_each(s."values") q
    UNION ALL                        -- quantities in doubt that have no value
    SELECT d.tenant, d.gateway, d.device, s.kind, q.value, NULL, NULL, NULL, ${unit('q.value')}, ${iso('s.observed_at')},
      s.quality, s.lat, s.lon, s.observed_at, s.filed_at
    FROM stored s JOIN device d ON d.id = s.device, json_each(s.doubtful) q
    WHERE NOT EXISTS (SELECT 1 FROM json_each(s."values") u WHERE u.key = q.value);
`;

/** Whether the file has the archive's tables; false if it is empty. Throws a MachimoriError "archive-too-new" or "archive-not-ours". */
export function isArchive(db: Db, file: string): boolean {
  return checkOwner(db, file, OWNER);
}

/** Throws what `isArchive` does, and SQLITE_BUSY while another process writes. */
export function migrate(db: Db, file: string): void {
  makeTables(db, file, OWNER, () => {
    db.exec(TABLES);
    const insert = db.prepare('INSERT INTO unit_of_kind VALUES (?, ?, ?)');
    for (const [kind, units] of Object.entries(UNITS_OF_KIND)) {
      for (const [quantity, unit] of Object.entries(units)) insert.run(kind, quantity, unit);
    }
    db.exec(VIEWS);
  });
}
