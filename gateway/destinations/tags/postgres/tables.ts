/**
 * The tables in PostgreSQL: a tag's sightings by day (UTC), so that what is past its retention leaves as a whole file, and an index for
 * each day that answers alone (`INCLUDE`), whatever else is in the day.
 *
 * Bound: days from `retention` before now to a day after it; what is outside is not stored. Whoever opens them makes what is missing, one at
 * a time (an advisory lock).
 */
import type { Client } from 'pg';
import { MachimoriError } from '../../../../shared/errors.ts';
import { bookkeeping, hasTable, LOCK, locked, prepareConnection, quoted } from '../../../postgres/schema.ts';
import { say as archive } from '../../archive/words.ts';
import { say } from '../words.ts';

const version = 1;
const dayMs = 86_400_000;
/** Nobody waits behind a lock that does not come. */
const lockTimeoutMs = 3_000;

const tables = (schema: string) => `
  CREATE TABLE ${schema}.meta (version integer NOT NULL);
  INSERT INTO ${schema}.meta VALUES (${version});
  ${bookkeeping(schema)}
  CREATE TABLE ${schema}.tag (id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, name text NOT NULL UNIQUE);
  ALTER TABLE ${schema}.tag ALTER COLUMN name SET STATISTICS 0; -- which would keep names that were erased
  CREATE TABLE ${schema}.detector (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    tenant text NOT NULL,
    gateway text NOT NULL,
    device text NOT NULL,
    place_name text,
    lat double precision,
    lon double precision,
    UNIQUE (tenant, gateway, device)
  );
  CREATE TABLE ${schema}.sighting (
    at timestamptz NOT NULL,
    first_at timestamptz NOT NULL,
    batch bigint NOT NULL,
    lat double precision,
    lon double precision,
    tag integer NOT NULL,
    index integer NOT NULL,
    detector integer,
    accuracy real,
    rssi real,
    count integer NOT NULL,
    is_phone boolean NOT NULL
  ) PARTITION BY RANGE (at);
  CREATE INDEX sighting_tag ON ${schema}.sighting (tag, at, batch, index)
    INCLUDE (first_at, lat, lon, detector, accuracy, rssi, count, is_phone);
  CREATE TABLE ${schema}.beacon_clock (beacon text PRIMARY KEY, tag integer NOT NULL, zero_at bigint NOT NULL, heard_at bigint NOT NULL);
  CREATE TABLE ${schema}.dropped (reason text PRIMARY KEY, count bigint NOT NULL);
`;

/** Throws as `prepareConnection` does, and a MachimoriError "archive-not-ours" or "archive-too-new". */
export async function prepareTables(client: Client, name: string): Promise<void> {
  await prepareConnection(client);
  await locked(client, async () => {
    if (!(await hasTable(client, name, 'meta'))) {
      const schema = quoted(name);
      const there = await client.query('SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1', [name]);
      if (there.rowCount === 0) await client.query(`CREATE SCHEMA ${schema}`);
      await client.query(tables(schema));
      return;
    }
    if (!(await hasTable(client, name, 'sighting'))) {
      throw new MachimoriError('archive-not-ours', { what: say.schemaOfOther(), on: name, hint: say.otherSchema() });
    }
    const { rows } = await client.query(`SELECT version FROM ${quoted(name)}.meta`);
    const found = Number(rows[0]?.version);
    if (found > version) {
      const what = archive.tooNew({ found, known: version });
      throw new MachimoriError('archive-too-new', { what, on: name, hint: archive.updateGateway() });
    }
  });
}

/** The days that there are. */
export class Days {
  readonly #client: Client;
  readonly #schema: string;
  /** Since 1970. */
  readonly #made = new Set<number>();

  /** `schema` is quoted. */
  constructor(client: Client, schema: string) {
    this.#client = client;
    this.#schema = schema;
  }

  /** Makes the days of these times, epoch ms; outside any transaction. */
  async make(times: Iterable<number>): Promise<void> {
    const days = new Set<number>();
    for (const time of times) {
      const day = Math.floor(time / dayMs);
      if (!this.#made.has(day)) days.add(day);
    }
    for (const day of days) {
      const [from, to] = [day, day + 1].map((each) => `'${new Date(each * dayMs).toISOString()}'`);
      await this.#locked(
        `CREATE TABLE IF NOT EXISTS ${this.#schema}.${nameOf(day)} PARTITION OF ${this.#schema}.sighting
           FOR VALUES FROM (${from}) TO (${to})`,
      );
      this.#made.add(day);
    }
  }

  /** Drops a day that is wholly before this time; false if there is none. */
  async dropOne(before: number): Promise<boolean> {
    const { rows } = await this.#client.query(
      'SELECT c.relname FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = $1::regclass',
      [`${this.#schema}.sighting`],
    );
    const past = rows
      .map(({ relname }) => dayOfName(String(relname)))
      .find((day) => day !== undefined && (day + 1) * dayMs <= before);
    if (past === undefined) return false;
    await this.#locked(`DROP TABLE IF EXISTS ${this.#schema}.${nameOf(past)}`);
    this.#made.delete(past);
    return true;
  }

  async #locked(sql: string): Promise<void> {
    await this.#client.query(
      `BEGIN; SET LOCAL lock_timeout = ${lockTimeoutMs}; SELECT pg_advisory_xact_lock(${LOCK.space}, ${LOCK.schema})`,
    );
    try {
      await this.#client.query(`${sql}; COMMIT`);
    } catch (fault) {
      await this.#client.query('ROLLBACK');
      throw fault;
    }
  }
}

function nameOf(day: number): string {
  return `sighting_${new Date(day * dayMs).toISOString().slice(0, 10).replaceAll('-', '_')}`;
}

function dayOfName(name: string): number | undefined {
  const [, year, month, date] = /^sighting_(\d{4})_(\d\d)_(\d\d)$/.exec(name) ?? [];
  return year === undefined ? undefined : Date.UTC(Number(year), Number(month) - 1, Number(date)) / dayMs;
}
