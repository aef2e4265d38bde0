/**
 * The archive's tables in PostgreSQL, and its views; their meaning is in docs/archive.md.
 *
 * `reading` is partitioned by the day of observation (partitions.ts). `batch` is not, so its primary key makes each batch, and with it
 * each reading, unique whatever the day. `newest` is kept beside the history, so that the view `latest` never looks through it.
 * Whoever opens the archive brings it to this version, one at a time (an advisory lock). A role that may not is told what to run. Once
 * the tables are there, a role needs no right to create anything: readings of new days then go to the default partition.
 *
 * `batch.transaction` is what a relay follows (ports/archive/). Its numbers mean something in one cluster only, which `meta.cluster`
 * names; in a database that was restored into another one they begin anew. What was there before has 0.
 */
import type { Client } from 'pg';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { UNITS_OF_KIND } from '../../shared/reading.ts';
import { stateOf } from './faults.ts';
import { say } from './words.ts';

export const version = 2;
const minServer = 150_000;
/** SQLSTATE insufficient_privilege. */
export const DENIED = '42501';
/** Of the advisory locks (pg_advisory_xact_lock with two numbers): "mach", and what is locked. */
export const LOCK = { space: 0x6d_61_63_68, schema: 0 };

/** The system identifier, which initdb draws. A standby and a physical backup keep it, a dump does not. */
export const CLUSTER = '(SELECT system_identifier::text FROM pg_catalog.pg_control_system())';

/** By these a relay reads. Names of indexes. */
export const RELAY_INDEXES = ['batch_relay', 'reading_batch'] as const;
/** Nobody can write while an index is made, so those of a larger archive are made by hand, beside the writing (docs/archive.md). */
export const maxIndexedBytes = 1e9;

/** A constant default rewrites nothing, however many batches there are. */
const numberAnew = (schema: string) => `
  ALTER TABLE ${schema}.batch ADD COLUMN transaction xid8 NOT NULL DEFAULT '0';
  ALTER TABLE ${schema}.batch ALTER COLUMN transaction SET DEFAULT pg_current_xact_id();
  UPDATE ${schema}.meta SET cluster = ${CLUSTER};
`;

const fromVersion1 = (schema: string) => `
  ALTER TABLE ${schema}.meta ADD COLUMN archive uuid NOT NULL DEFAULT gen_random_uuid(), ADD COLUMN cluster text NOT NULL DEFAULT '';
  ALTER TABLE ${schema}.batch ADD COLUMN observed_from timestamptz, ADD COLUMN observed_until timestamptz;
  ${numberAnew(schema)}
  UPDATE ${schema}.meta SET version = ${version};
`;

const relayIndexes = (schema: string) => `
  CREATE INDEX IF NOT EXISTS batch_relay ON ${schema}.batch (transaction, id);
  CREATE INDEX IF NOT EXISTS reading_batch ON ${schema}.reading (batch);
`;

/** By which each batch is known, whatever is stored of it. `schema` is quoted. */
export const bookkeeping = (schema: string) => `
  CREATE SEQUENCE ${schema}.batch_id INCREMENT BY 1000;
  CREATE TABLE ${schema}.batch (
    id bigint NOT NULL,
    tenant text NOT NULL,
    gateway text NOT NULL,
    epoch text NOT NULL,
    number bigint NOT NULL,
    lane text NOT NULL,
    digest text NOT NULL,
    count integer NOT NULL,
    stored integer NOT NULL,
    refused jsonb,
    received_at timestamptz NOT NULL,
    filed_until timestamptz NOT NULL,
    observed_from timestamptz,
    observed_until timestamptz,
    transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (tenant, gateway, epoch, number),
    UNIQUE (id)
  );
  CREATE INDEX ON ${schema}.batch USING brin (received_at);
  CREATE TABLE ${schema}.part (
    tenant text NOT NULL,
    gateway text NOT NULL,
    epoch text NOT NULL,
    number bigint NOT NULL,
    digest text NOT NULL,
    first integer NOT NULL,
    count integer NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, gateway, epoch, number, digest, first, count)
  );
  CREATE TABLE ${schema}.gap (
    tenant text NOT NULL,
    gateway text NOT NULL,
    epoch text NOT NULL,
    first bigint NOT NULL,
    last bigint NOT NULL,
    count bigint NOT NULL,
    reason text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, gateway, epoch, first)
  );
`;

const tables = (schema: string) => `
  CREATE TABLE ${schema}.meta (
    version integer NOT NULL,
    has_postgis boolean NOT NULL DEFAULT false,
    archive uuid NOT NULL DEFAULT gen_random_uuid(),
    cluster text NOT NULL DEFAULT ''
  );
  INSERT INTO ${schema}.meta (version, cluster) SELECT ${version}, ${CLUSTER};
  ${bookkeeping(schema)}
  CREATE TABLE ${schema}.device (
    tenant text NOT NULL,
    gateway text NOT NULL,
    device text NOT NULL,
    type text,
    profile text,
    group_name text,
    place_name text,
    lat double precision,
    lon double precision,
    kinds jsonb,
    units jsonb,
    thresholds jsonb,
    described_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, gateway, device)
  );
  CREATE TABLE ${schema}.reading (
    batch bigint NOT NULL,
    index integer NOT NULL,
    observed_at timestamptz NOT NULL,
    tenant text NOT NULL,
    gateway text NOT NULL,
    device text NOT NULL,
    kind text NOT NULL,
    values jsonb NOT NULL,
    quality text,
    doubtful text[],
    lat double precision,
    lon double precision
  ) PARTITION BY RANGE (observed_at);
  CREATE INDEX ON ${schema}.reading (device, observed_at);
  CREATE TABLE ${schema}.reading_other PARTITION OF ${schema}.reading DEFAULT;
  CREATE INDEX ON ${schema}.reading_other (observed_at);
  CREATE TABLE ${schema}.newest (
    tenant text NOT NULL,
    gateway text NOT NULL,
    device text NOT NULL,
    kind text NOT NULL,
    ranked_at timestamptz NOT NULL,
    batch bigint NOT NULL,
    index integer NOT NULL,
    observed_at timestamptz NOT NULL,
    values jsonb NOT NULL,
    quality text,
    doubtful text[],
    lat double precision,
    lon double precision,
    PRIMARY KEY (tenant, gateway, device, kind)
  ) WITH (fillfactor = 70);
  CREATE TABLE ${schema}.unit_of_kind (kind text, quantity text, unit text NOT NULL, PRIMARY KEY (kind, quantity));
  INSERT INTO ${schema}.unit_of_kind VALUES ${unitsOfKinds()};
`;

/** A view only ever gets columns at its end, so that views which others made on it go on. `place` is PostGIS's. */
const views = (schema: string, postgis: string | undefined) => {
  const place = (of: string) =>
    postgis === undefined
      ? ''
      : `, ${postgis}.ST_SetSRID(${postgis}.ST_MakePoint(${of}.lon, ${of}.lat), 4326)::${postgis}.geometry(Point, 4326) AS place`;
  return `
  CREATE OR REPLACE VIEW ${schema}.latest AS
    SELECT tenant, gateway, device, kind, observed_at, values, quality, doubtful, lat, lon${place('n')} FROM ${schema}.newest n;
  CREATE OR REPLACE VIEW ${schema}.series AS
    SELECT r.tenant, r.gateway, r.device, r.kind, q.quantity,
      CASE WHEN jsonb_typeof(q.value) = 'number' THEN q.value::double precision END AS number,
      CASE WHEN jsonb_typeof(q.value) = 'string' THEN q.value #>> '{}' END AS text,
      CASE WHEN jsonb_typeof(q.value) = 'boolean' THEN q.value::boolean END AS flag,
      coalesce(d.units ->> q.quantity, k.unit) AS unit,
      r.observed_at,
      CASE WHEN r.doubtful IS NULL OR q.quantity = ANY (r.doubtful) THEN r.quality END AS quality,
      r.lat, r.lon${place('r')}
    FROM ${schema}.reading r
    CROSS JOIN LATERAL (
      SELECT key, value FROM jsonb_each(r.values)
      UNION ALL
      SELECT doubt, NULL FROM unnest(r.doubtful) doubt WHERE NOT r.values ? doubt
    ) q (quantity, value)
    LEFT JOIN ${schema}.device d ON (d.tenant, d.gateway, d.device) = (r.tenant, r.gateway, r.device)
    LEFT JOIN ${schema}.unit_of_kind k ON (k.kind, k.quantity) = (r.kind, q.quantity);
${postgis === undefined ? '' : `  CREATE OR REPLACE VIEW ${schema}.reading_place AS SELECT r.*${place('r')} FROM ${schema}.reading r;`}
  UPDATE ${schema}.meta SET has_postgis = ${postgis !== undefined};
`;
};

function unitsOfKinds(): string {
  return Object.entries(UNITS_OF_KIND)
    .flatMap(([kind, units]) =>
      Object.entries(units).map(([quantity, unit]) => `('${kind}', '${quantity}', '${unit}')`),
    )
    .join(', ');
}

/** A schema's name as SQL has it; settings.ts lets no quote in. */
export function quoted(schema: string): string {
  return `"${schema}"`;
}

/**
 * Checks the server, and makes what is missing; `relayed`: with the indexes of a relay, if it has at most `maxIndexed` bytes. Throws a MachimoriError "archive-too-old",
 * "archive-not-utf8", "archive-read-only", "archive-not-owner" or "archive-too-new", and what PostgreSQL says.
 */
export async function prepareSchema(
  client: Client,
  name: string,
  { relayed = false, maxIndexed = maxIndexedBytes } = {},
): Promise<void> {
  const schema = quoted(name);
  await prepareConnection(client);
  if ((await versionOf(client, name)) !== version) await locked(client, () => makeOrUpdate(client, name));
  await prepareForRelays(client, name, relayed ? maxIndexed : undefined);
  if (!(await isSettled(client, schema))) await addPostgis(client, schema);
}

/** Checks the server, and sets what a writer relies on. Throws as `prepareSchema` does. */
export async function prepareConnection(client: Client): Promise<void> {
  await checkServer(client);
  // A receipt means durable. Whoever set it to more than "on" (remote_apply) keeps that.
  await client.query(
    `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')`,
  );
  await client.query(`SET statement_timeout = 0; SET idle_in_transaction_session_timeout = '60s'; SET TIME ZONE 'UTC'`);
}

async function makeOrUpdate(client: Client, name: string): Promise<void> {
  const found = await versionOf(client, name);
  if (found === undefined) return create(client, name);
  if (found === version) return;
  try {
    await client.query(fromVersion1(quoted(name)));
  } catch (fault) {
    if (stateOf(fault) !== DENIED) throw fault;
    const what = say.notOwner({ found, known: version, why: messageOf(fault) });
    throw new MachimoriError('archive-not-owner', { what, on: name, hint: say.openAsOwner(), cause: fault });
  }
}

/** A role that does not own the tables writes all the same; a relay says what it lacks. */
async function prepareForRelays(client: Client, name: string, maxIndexed: number | undefined): Promise<void> {
  const schema = quoted(name);
  const isMoved = async () => !(await readIdentity(client, name)).isOfThisCluster;
  const lacksIndexes = async () =>
    maxIndexed !== undefined &&
    (await lackedIndexes(client, name)).length > 0 &&
    (await sizeOf(client, schema)) <= maxIndexed;
  if (!(await isMoved()) && !(await lacksIndexes())) return;
  try {
    await locked(client, async () => {
      if (await isMoved()) {
        await client.query(`ALTER TABLE ${schema}.batch DROP COLUMN transaction; ${numberAnew(schema)}`);
      }
      if (await lacksIndexes()) await client.query(relayIndexes(schema));
    });
  } catch (fault) {
    if (stateOf(fault) !== DENIED) throw fault;
  }
}

/** One at a time prepares an archive. */
export async function locked(client: Client, work: () => Promise<void>): Promise<void> {
  await client.query(`BEGIN; SELECT pg_advisory_xact_lock(${LOCK.space}, ${LOCK.schema})`);
  try {
    await work();
    await client.query('COMMIT');
  } catch (fault) {
    await client.query('ROLLBACK');
    throw fault;
  }
}

export interface ArchiveIdentity {
  /** Drawn when the tables were made, and kept by every backup. */
  readonly archive: string;
  readonly cluster: string;
  /** Whether its transactions have the numbers of the cluster that it is in. */
  readonly isOfThisCluster: boolean;
}

export async function readIdentity(client: Client, name: string): Promise<ArchiveIdentity> {
  const { rows } = await client.query(
    `SELECT archive::text, cluster, cluster = ${CLUSTER} AS here FROM ${quoted(name)}.meta`,
  );
  const { archive, cluster, here } = rows[0]; // one row, always
  return { archive, cluster, isOfThisCluster: here };
}

/** Those that are not there, or not valid: half made, or not of every partition yet. */
export async function lackedIndexes(client: Client, name: string): Promise<readonly string[]> {
  const { rows } = await client.query(
    `SELECT relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid WHERE nspname = $1 AND relname = ANY ($2) AND indisvalid`,
    [name, RELAY_INDEXES],
  );
  const there = new Set(rows.map(({ relname }) => String(relname)));
  return RELAY_INDEXES.filter((index) => !there.has(index));
}

/** Bytes of its batches and readings, without their indexes. */
async function sizeOf(client: Client, schema: string): Promise<number> {
  const { rows } = await client.query(
    `SELECT (pg_table_size($1::regclass) + sum(pg_table_size(inhrelid)))::float8 AS bytes FROM pg_catalog.pg_inherits
     WHERE inhparent = $2::regclass`,
    [`${schema}.batch`, `${schema}.reading`],
  );
  return rows[0]?.bytes ?? 0;
}

async function create(client: Client, name: string): Promise<void> {
  const schema = quoted(name);
  const there = await client.query('SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1', [name]);
  if (there.rowCount === 0) await client.query(`CREATE SCHEMA ${schema}`);
  await client.query(tables(schema));
  await client.query(views(schema, undefined));
}

/** PostGIS is used if it is there, or may be made. Without the right to that, or to the views, the archive goes on without it. */
async function addPostgis(client: Client, schema: string): Promise<void> {
  await client.query(`BEGIN; SELECT pg_advisory_xact_lock(${LOCK.space}, ${LOCK.schema})`);
  try {
    let postgis = await postgisIn(client);
    if (postgis === undefined) {
      await client.query('CREATE EXTENSION IF NOT EXISTS postgis');
      postgis = await postgisIn(client);
    }
    await client.query(views(schema, postgis));
    await client.query('COMMIT');
  } catch (fault) {
    if (stateOf(fault) === '') throw fault;
    await client.query('ROLLBACK');
  }
}

/** Whether the views are as they can be: nothing is to be made at this opening. */
async function isSettled(client: Client, schema: string): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT m.has_postgis OR NOT EXISTS (SELECT 1 FROM pg_catalog.pg_available_extensions WHERE name = 'postgis')
       OR (NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)
         AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_extension WHERE extname = 'postgis')) AS settled FROM ${schema}.meta m`,
  );
  return rows[0]?.settled === true;
}

/** The schema that PostGIS is in, quoted. */
async function postgisIn(client: Client): Promise<string | undefined> {
  const { rows } = await client.query(
    `SELECT quote_ident(nspname) AS schema FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
     WHERE extname = 'postgis'`,
  );
  return rows[0]?.schema;
}

async function checkServer(client: Client): Promise<void> {
  const { rows } = await client.query(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version,
       current_setting('server_encoding') AS encoding, current_setting('transaction_read_only') AS readonly,
       current_database() AS database`,
  );
  const { number, version: told, encoding, readonly, database } = rows[0]; // one row, always
  const fault = (code: string, what: ReturnType<typeof say.readOnly>, hint: ReturnType<typeof say.readOnly>) =>
    new MachimoriError(code, { what, on: String(database), hint });
  if (number < minServer) throw fault('archive-too-old', say.tooOld({ version: told }), say.needsVersion());
  if (encoding !== 'UTF8') throw fault('archive-not-utf8', say.notUtf8({ encoding }), say.createDatabase({ database }));
  if (readonly === 'on') throw fault('archive-read-only', say.readOnly(), say.namePrimary());
}

/** Undefined if there are no tables yet. */
export async function versionOf(client: Client, name: string): Promise<number | undefined> {
  if (!(await hasTable(client, name, 'meta'))) return undefined;
  const { rows } = await client.query(`SELECT version FROM ${quoted(name)}.meta`);
  const found: unknown = rows[0]?.version;
  if (typeof found === 'number' && found > version) {
    const what = say.tooNew({ found, known: version });
    throw new MachimoriError('archive-too-new', { what, on: name, hint: say.updateGateway() });
  }
  return typeof found === 'number' ? found : undefined;
}

/**
 * Whether there is a table. It asks the catalogue itself: after waiting for a lock, to_regclass may still remember that there was none.
 */
export async function hasTable(client: Client, schema: string, table: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE nspname = $1 AND relname = $2',
    [schema, table],
  );
  return rowCount !== 0;
}
