/** The statements on the tables in SQLite, prepared once. */
import type { Refusal } from '../../../../shared/feed/receipt.ts';
import { descriptionCells } from '../../archive/description-cells.ts';
import type { Key } from '../../archive/history.ts';
import type { KnownBatch, NewBatch } from '../../archive/judge.ts';
import type { Db } from '../../sqlite/guarded-file.ts';
import { PartsAndGaps } from '../../sqlite/parts-and-gaps.ts';
import type { BeaconClock } from '../rotating-tags.ts';
import { type Detector, type Dropped, type Sighting, type SightingRow, sightingFrom, type TagRow } from '../store.ts';

/** Rows, and batches, that leave at once. */
const chunk = 2_000;

export class Statements {
  readonly partsAndGaps: PartsAndGaps;
  readonly #sql: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.partsAndGaps = new PartsAndGaps(db);
    this.#sql = prepare(db);
  }

  batch({ tenant, gateway, epoch, number }: Key): KnownBatch | undefined {
    const row = this.#sql.batch.get(tenant, gateway, epoch, number) as { digest: string; refused: string } | undefined; // its columns
    return row && { digest: row.digest, refused: JSON.parse(row.refused) as Refusal[] }; // as `insertBatch` wrote it
  }

  /** Returns its id. */
  insertBatch({ batch }: NewBatch, rows: readonly TagRow[], receivedAt: number): number {
    const { tenant, gateway, epoch, number, digest, refused } = batch;
    const until = rows.reduce((latest, { at }) => Math.max(latest, at), receivedAt);
    const cells = [tenant, gateway, epoch, number, digest, JSON.stringify(refused), until];
    const { lastInsertRowid } = this.#sql.insertBatch.run(cells);
    this.partsAndGaps.addPart(batch, receivedAt);
    return Number(lastInsertRowid);
  }

  insertRow(batch: number, row: TagRow, detector: number | undefined): void {
    const { index, tag, at, firstAt, source, lat, lon, accuracyM, rssi, count } = row;
    const isPhone = source === 'phone' ? 1 : 0;
    const places = [lat, lon, accuracyM, rssi].map((each) => each ?? null);
    this.#sql.insertRow.run(this.#tagId(tag), at, batch, index, firstAt, isPhone, detector ?? null, ...places, count);
  }

  detector({ tenant, gateway, device, described }: Detector): number {
    const known = this.#sql.detector.get(tenant, gateway, device) as number | undefined; // its column
    if (known !== undefined && described === undefined) return known;
    const place = descriptionCells(described).slice(3, 6);
    return this.#sql.upsertDetector.get(tenant, gateway, device, ...place) as number; // it returns the id
  }

  drop(dropped: ReadonlyMap<Dropped, number>): void {
    for (const [reason, count] of dropped) this.#sql.drop.run(reason, count);
  }

  dropped(): Partial<Record<Dropped, number>> {
    const rows = this.#sql.dropped.all() as { reason: Dropped; count: number }[]; // its columns
    return Object.fromEntries(rows.map(({ reason, count }) => [reason, count]));
  }

  learn(beacon: string, { tag, zeroAt, heardAt }: BeaconClock & { readonly tag: string }): void {
    this.#sql.learn.run(beacon, this.#tagId(tag), zeroAt, heardAt);
  }

  clocks(): ReadonlyMap<string, BeaconClock> {
    const rows = this.#sql.clocks.all() as (BeaconClock & { beacon: string })[]; // its columns
    return new Map(rows.map(({ beacon, zeroAt, heardAt }) => [beacon, { zeroAt, heardAt }]));
  }

  newest(tag: string, most: number): readonly Sighting[] {
    return (this.#sql.newest.all(tag, most) as SightingRow[]).map(sightingFrom); // its columns
  }

  between(tag: string, from: number, until: number, most: number): readonly Sighting[] {
    return (this.#sql.between.all(tag, from, until, most) as SightingRow[]).map(sightingFrom); // its columns
  }

  tagNames(): readonly string[] {
    return this.#sql.tagNames.all() as string[]; // its column
  }

  /** Some of a tag's rows; false if none were left. */
  eraseSome(tag: string): boolean {
    return this.#sql.eraseRows.run(tag).changes > 0;
  }

  eraseTag(tag: string): void {
    this.#sql.eraseClocks.run(tag);
    this.#sql.eraseTag.run(tag);
  }

  /** Some of what was before `before`; false if nothing was. */
  forgetSome(before: number): boolean {
    return this.#sql.forget.map((forget) => forget.run(before).changes).some((changes) => changes > 0);
  }

  /** Some of the oldest sightings; false if there are none. */
  dropOldest(): boolean {
    return this.#sql.dropOldest.run().changes > 0;
  }

  #tagId(name: string): number {
    const known = this.#sql.tag.get(name) as number | undefined; // its column
    return known ?? Number(this.#sql.insertTag.run(name).lastInsertRowid);
  }
}

/** The place that was told with the sighting counts; else where the detector is known to be by now. */
const SIGHTING = `s.at, s.first_at AS firstAt, s.is_phone AS isPhone, d.device AS detector, d.tenant, d.gateway, d.place_name AS placeName,
  coalesce(s.lat, d.lat) AS lat, coalesce(s.lon, d.lon) AS lon, s.accuracy AS accuracyM, s.rssi, s.count
  FROM sighting s LEFT JOIN detector d ON d.id = s.detector WHERE s.tag = (SELECT id FROM tag WHERE name = ?)`;

function prepare(db: Db) {
  const key = 'WHERE tenant = ? AND gateway = ? AND epoch = ? AND number = ?';
  return {
    batch: db.prepare(`SELECT digest, refused FROM batch ${key}`),
    insertBatch: db.prepare(
      'INSERT INTO batch (tenant, gateway, epoch, number, digest, refused, filed_until) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    insertRow: db.prepare('INSERT INTO sighting VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    detector: db.prepare('SELECT id FROM detector WHERE tenant = ? AND gateway = ? AND device = ?').pluck(),
    upsertDetector: db
      .prepare(
        `INSERT INTO detector (tenant, gateway, device, place_name, lat, lon) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (tenant, gateway, device) DO UPDATE SET place_name = excluded.place_name, lat = excluded.lat, lon = excluded.lon
         RETURNING id`,
      )
      .pluck(),
    drop: db.prepare('INSERT INTO dropped VALUES (?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count'),
    dropped: db.prepare('SELECT reason, count FROM dropped'),
    learn: db.prepare(
      `INSERT INTO beacon_clock VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET zero_at = excluded.zero_at, heard_at = excluded.heard_at`,
    ),
    clocks: db.prepare('SELECT beacon, zero_at AS zeroAt, heard_at AS heardAt FROM beacon_clock'),
    newest: db.prepare(`SELECT ${SIGHTING} ORDER BY s.at DESC, s.batch DESC, s."index" DESC LIMIT ?`),
    between: db.prepare(`SELECT ${SIGHTING} AND s.at >= ? AND s.at <= ? ORDER BY s.at, s.batch, s."index" LIMIT ?`),
    tag: db.prepare('SELECT id FROM tag WHERE name = ?').pluck(),
    insertTag: db.prepare('INSERT INTO tag (name) VALUES (?)'),
    tagNames: db.prepare('SELECT name FROM tag').pluck(),
    eraseRows: db.prepare(
      `DELETE FROM sighting WHERE (tag, at, batch, "index") IN (SELECT tag, at, batch, "index" FROM sighting
         WHERE tag = (SELECT id FROM tag WHERE name = ?) LIMIT ${chunk})`,
    ),
    eraseClocks: db.prepare('DELETE FROM beacon_clock WHERE tag = (SELECT id FROM tag WHERE name = ?)'),
    eraseTag: db.prepare('DELETE FROM tag WHERE name = ?'),
    forget: [
      db.prepare(
        `DELETE FROM sighting WHERE (tag, at, batch, "index") IN
           (SELECT tag, at, batch, "index" FROM sighting WHERE at < ? ORDER BY at LIMIT ${chunk})`,
      ),
      db.prepare(`DELETE FROM batch WHERE id IN (SELECT id FROM batch WHERE filed_until < ? LIMIT ${chunk})`),
      db.prepare('DELETE FROM part WHERE received_at < ?'),
      db.prepare('DELETE FROM gap WHERE received_at < ?'),
    ],
    dropOldest: db.prepare(
      `DELETE FROM sighting WHERE (tag, at, batch, "index") IN
         (SELECT tag, at, batch, "index" FROM sighting ORDER BY at LIMIT ${chunk})`,
    ),
  };
}
