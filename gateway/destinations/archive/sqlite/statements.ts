/** The statements that write the archive's tables in SQLite, prepared once. */
import type { DeviceDescription } from '../../../../shared/feed/birth.ts';
import type { Refusal } from '../../../../shared/feed/receipt.ts';
import type { Db } from '../../sqlite/guarded-file.ts';
import { PartsAndGaps } from '../../sqlite/parts-and-gaps.ts';
import { descriptionCells } from '../description-cells.ts';
import type { Key, Row } from '../history.ts';
import type { KnownBatch, NewBatch } from '../judge.ts';
import { filedAt, rankOf } from '../when.ts';

/** Readings per INSERT statement. */
const ROWS = 50;
const COLUMNS = 11;

export class Statements {
  readonly partsAndGaps: PartsAndGaps;
  readonly #sql: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.partsAndGaps = new PartsAndGaps(db);
    this.#sql = prepare(db);
  }

  batch({ tenant, gateway, epoch, number }: Key): KnownBatch | undefined {
    const row = this.#sql.batch.get(tenant, gateway, epoch, number) as
      | { digest: string; refused: string | null }
      | undefined; // its columns
    return row && { digest: row.digest, refused: refusalsIn(row.refused) };
  }

  /** `devices` has the rows of `device` by `deviceKey`. */
  insert(
    { batch, rows }: NewBatch,
    devices: (device: string) => number,
    receivedAt: number,
    now: number | undefined,
  ): void {
    const { tenant, gateway, epoch, number, lane, digest, count, refused } = batch;
    const until = rows.reduce((latest, { observedAt }) => Math.max(latest, filedAt(observedAt, now)), receivedAt);
    const refusals = refused.length === 0 ? null : JSON.stringify(refused.map(({ index, reason }) => [index, reason]));
    const { lastInsertRowid: id } = this.#sql.insertBatch.run(
      ...[tenant, gateway, epoch, number, lane, digest, count, rows.length, refusals, receivedAt, until],
    );
    this.partsAndGaps.addPart(batch, receivedAt);
    const newest = new Map<string, readonly unknown[]>();
    const ranks = new Map<string, number>();
    let cells: unknown[] = [];
    for (const row of rows) {
      const device = devices(row.device);
      const rest = restOf(row);
      cells.push(filedAt(row.observedAt, now), id, row.index, device, row.kind, ...rest);
      if (cells.length === ROWS * COLUMNS) {
        this.#sql.insertRows.run(cells);
        cells = [];
      }
      const rank = rankOf(row.observedAt, now);
      const key = `${device} ${row.kind}`;
      if (rank >= (ranks.get(key) ?? Number.NEGATIVE_INFINITY)) {
        ranks.set(key, rank);
        newest.set(key, [device, row.kind, rank, id, row.index, ...rest]);
      }
    }
    for (let from = 0; from < cells.length; from += COLUMNS) this.#sql.insertRow.run(cells.slice(from, from + COLUMNS));
    for (const row of newest.values()) this.#sql.upsertNewest.run(row);
  }

  /** The row of a device, as its birth describes it now; without a birth it keeps what is known. */
  device(tenant: string, gateway: string, id: string, known: DeviceDescription | undefined, at: number): number {
    const own = this.#sql.device.get(tenant, gateway, id) as number | undefined; // its column
    if (own !== undefined && known === undefined) return own;
    const cells = [tenant, gateway, id, ...descriptionCells(known), at];
    return this.#sql.upsertDevice.get(cells) as number; // it returns the id
  }
}

function restOf({ observedAt, values, quality, doubtful, lat, lon }: Row): unknown[] {
  const doubts = doubtful === undefined ? null : JSON.stringify(doubtful);
  return [observedAt, values, quality ?? null, doubts, lat ?? null, lon ?? null];
}

function refusalsIn(json: string | null): Refusal[] {
  if (json === null) return [];
  return (JSON.parse(json) as [number, string][]).map(([index, reason]) => ({ index, reason })); // as `insert` wrote it
}

function prepare(db: Db) {
  const row = `(${Array(COLUMNS).fill('?').join(', ')})`;
  const inserts = (rows: number) => db.prepare(`INSERT INTO stored VALUES ${Array(rows).fill(row).join(', ')}`);
  return {
    batch: db.prepare(
      'SELECT digest, refused FROM batch WHERE tenant = ? AND gateway = ? AND epoch = ? AND number = ?',
    ),
    insertBatch: db.prepare(
      `INSERT INTO batch (tenant, gateway, epoch, number, lane, digest, count, stored, refused, received_at, filed_until)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    insertRow: inserts(1),
    insertRows: inserts(ROWS),
    upsertNewest: db.prepare(
      `INSERT INTO newest VALUES ${row} ON CONFLICT DO UPDATE SET ranked_at = excluded.ranked_at, batch = excluded.batch,
         "index" = excluded."index", observed_at = excluded.observed_at, "values" = excluded."values",
         quality = excluded.quality, doubtful = excluded.doubtful, lat = excluded.lat, lon = excluded.lon
       WHERE excluded.ranked_at >= newest.ranked_at`,
    ),
    device: db.prepare('SELECT id FROM device WHERE tenant = ? AND gateway = ? AND device = ?').pluck(),
    upsertDevice: db
      .prepare(
        `INSERT INTO device (tenant, gateway, device, type, profile, group_name, place_name, lat, lon, kinds, units, thresholds,
           described_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (tenant, gateway, device) DO UPDATE SET type = excluded.type, profile = excluded.profile,
           group_name = excluded.group_name, place_name = excluded.place_name, lat = excluded.lat, lon = excluded.lon,
           kinds = excluded.kinds, units = excluded.units, thresholds = excluded.thresholds, described_at = excluded.described_at
         RETURNING id`,
      )
      .pluck(),
  };
}
