/** The statements on sightings in PostgreSQL. */
import type { Client } from 'pg';
import { descriptionCells } from '../../archive/description-cells.ts';
import { DeviceCache } from '../../archive/device-cache.ts';
import type { BeaconClock } from '../rotating-tags.ts';
import type { Detector, Dropped, TagRow } from '../store.ts';

const ms = (column: string) => `(extract(epoch FROM ${column}) * 1000)::double precision`;

/** What a question gets: the place that was told with the sighting, else where its detector is known to be by now. */
const asked = (schema: string, some: string) => `
  SELECT ${ms('s.at')} AS at, ${ms('s.first_at')} AS "firstAt", s.is_phone AS "isPhone", d.device AS detector, d.tenant, d.gateway, d.place_name AS "placeName",
    coalesce(s.lat, d.lat) AS lat, coalesce(s.lon, d.lon) AS lon, s.accuracy AS "accuracyM", s.rssi, s.count
  FROM (
    SELECT at, first_at, batch, index, is_phone, detector, lat, lon, accuracy, rssi, count FROM ${schema}.sighting
    WHERE tag = (SELECT id FROM ${schema}.tag WHERE name = $1) ${some}
  ) s LEFT JOIN ${schema}.detector d ON d.id = s.detector`;

/** Of a tag ($1) so many ($2). */
export const NEWEST = (schema: string) =>
  `${asked(schema, 'ORDER BY at DESC, batch DESC, index DESC LIMIT $2')} ORDER BY s.at DESC, s.batch DESC, s.index DESC`;

/** Of a tag ($1) from ($2) until ($3), so many ($4). */
export const BETWEEN = (schema: string) =>
  `${asked(schema, 'AND at >= $2 AND at <= $3 ORDER BY at, batch, index LIMIT $4')} ORDER BY s.at, s.batch, s.index`;

interface StoredRow extends TagRow {
  readonly batch: number;
  /** Of `detectors`. */
  readonly detectorKey: string | undefined;
}

export class SightingTables {
  readonly #client: Client;
  readonly #schema: string;
  readonly #detectors = new DeviceCache<number>();

  /** `schema` is quoted. */
  constructor(client: Client, schema: string) {
    this.#client = client;
    this.#schema = schema;
  }

  async insert(rows: readonly StoredRow[], detectors: ReadonlyMap<string, Detector>): Promise<void> {
    if (rows.length === 0) return;
    const tags = await this.#tagIds([...new Set(rows.map(({ tag }) => tag))]);
    const detectorIds = await this.#detectorIds(detectors);
    const columns: readonly (readonly [string, (row: StoredRow) => unknown])[] = [
      ['timestamptz', ({ at }) => iso(at)],
      ['timestamptz', ({ firstAt }) => iso(firstAt)],
      ['bigint', ({ batch }) => batch],
      ['float8', ({ lat }) => lat ?? null],
      ['float8', ({ lon }) => lon ?? null],
      ['int', ({ tag }) => tags.get(tag)],
      ['int', ({ index }) => index],
      ['int', ({ detectorKey }) => detectorIds.get(detectorKey ?? '') ?? null],
      ['real', ({ accuracyM }) => accuracyM ?? null],
      ['real', ({ rssi }) => rssi ?? null],
      ['int', ({ count }) => count],
      ['boolean', ({ source }) => source === 'phone'],
    ];
    await this.#client.query({
      name: 'insert',
      text: `INSERT INTO ${this.#schema}.sighting (at, first_at, batch, lat, lon, tag, index, detector, accuracy, rssi, count, is_phone)
        SELECT * FROM unnest(${columns.map(([type], i) => `$${i + 1}::${type}[]`).join(', ')})`,
      values: columns.map(([, cell]) => rows.map(cell)),
    });
  }

  /** Call when the transaction was rolled back. */
  forgetDetectors(): void {
    this.#detectors.clear();
  }

  async learn(clocks: ReadonlyMap<string, BeaconClock & { readonly tag: string }>): Promise<void> {
    if (clocks.size === 0) return;
    const tags = await this.#tagIds([...new Set([...clocks.values()].map(({ tag }) => tag))]);
    const rows = [...clocks];
    await this.#client.query(
      `INSERT INTO ${this.#schema}.beacon_clock SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[])
       ON CONFLICT (beacon) DO UPDATE SET zero_at = excluded.zero_at, heard_at = excluded.heard_at`,
      [
        rows.map(([beacon]) => beacon),
        rows.map(([, { tag }]) => tags.get(tag)),
        rows.map(([, { zeroAt }]) => zeroAt),
        rows.map(([, { heardAt }]) => heardAt),
      ],
    );
  }

  async drop(dropped: ReadonlyMap<Dropped, number>): Promise<void> {
    for (const [reason, count] of dropped) {
      await this.#client.query(
        `INSERT INTO ${this.#schema}.dropped AS d VALUES ($1, $2) ON CONFLICT (reason) DO UPDATE SET count = d.count + excluded.count`,
        [reason, count],
      );
    }
  }

  /** The partitions that hold sightings of a tag, as SQL has their names. */
  async daysOf(tag: number): Promise<readonly string[]> {
    const sql = `SELECT DISTINCT tableoid::regclass::text AS day FROM ${this.#schema}.sighting WHERE tag = $1`;
    const { rows } = await this.#client.query(sql, [tag]);
    return rows.map(({ day }) => String(day));
  }

  async erase(tag: number): Promise<void> {
    for (const table of ['sighting', 'beacon_clock']) {
      await this.#client.query(`DELETE FROM ${this.#schema}.${table} WHERE tag = $1`, [tag]);
    }
    await this.#client.query(`DELETE FROM ${this.#schema}.tag WHERE id = $1`, [tag]);
  }

  /** What is older than its retention, of the day that is not wholly past it and of the bookkeeping. */
  async forget(before: number): Promise<void> {
    const limit = iso(before);
    await this.#client.query(`DELETE FROM ${this.#schema}.sighting WHERE at < $1`, [limit]);
    for (const table of ['part', 'gap']) {
      await this.#client.query(`DELETE FROM ${this.#schema}.${table} WHERE received_at < $1`, [limit]);
    }
    await this.#client.query(`DELETE FROM ${this.#schema}.batch WHERE received_at < $1 AND filed_until < $1`, [limit]);
  }

  async #tagIds(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    await this.#client.query(
      `INSERT INTO ${this.#schema}.tag (name) SELECT name FROM unnest($1::text[]) name
         WHERE name NOT IN (SELECT name FROM ${this.#schema}.tag) ON CONFLICT DO NOTHING`,
      [names],
    );
    const sql = `SELECT id, name FROM ${this.#schema}.tag WHERE name = ANY ($1)`;
    const { rows } = await this.#client.query(sql, [names]);
    return new Map(rows.map(({ id, name }) => [String(name), Number(id)]));
  }

  /** As their births describe them now; without a birth they keep what is known. */
  async #detectorIds(detectors: ReadonlyMap<string, Detector>): Promise<ReadonlyMap<string, number>> {
    const ids = new Map<string, number>();
    for (const [key, { tenant, gateway, device, described }] of detectors) {
      const known = this.#detectors.get(key, described);
      if (known !== undefined) {
        ids.set(key, known);
        continue;
      }
      const change =
        described === undefined
          ? 'SET device = excluded.device'
          : 'SET place_name = excluded.place_name, lat = excluded.lat, lon = excluded.lon';
      const { rows } = await this.#client.query(
        `INSERT INTO ${this.#schema}.detector (tenant, gateway, device, place_name, lat, lon) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (tenant, gateway, device) DO UPDATE ${change} RETURNING id`,
        [tenant, gateway, device, ...descriptionCells(described).slice(3, 6)],
      );
      const id = Number(rows[0]?.id);
      this.#detectors.put(key, described, id);
      ids.set(key, id);
    }
    return ids;
  }
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
