/** What a relay reads of an archive: batches that are committed for good, a page at a time, with their readings and devices. */
import type { Client } from 'pg';
import type { Lane } from '../../../shared/feed/batch.ts';
import type { DeviceDescription } from '../../../shared/feed/birth.ts';
import type { Origin } from '../../../shared/feed/topics.ts';
import type { Quality, Reading, ReadingKind, Values } from '../../../shared/reading.ts';
import { quoted } from '../../postgres/schema.ts';
import type { Landmark } from './position.ts';

export const maxPageBatches = 500;
/** A single batch may have more. */
export const maxPageReadings = 20_000;
/** Gateways whose devices are read with one query. */
const gatewaysAtOnce = 20;
/** Devices of a gateway that are described, as at a hub (hub/strangers-birth.ts). */
export const maxDevices = 10_000;
const dayMs = 86_400_000;
/** Batches whose readings are read together span no more, so that a wrong clock makes nobody else search through years. */
const maxSpanMs = 7 * dayMs;

export interface ArchivedBatch extends Origin, Omit<Landmark, 'page'> {
  readonly epoch: string;
  readonly number: number;
  readonly lane: Lane;
  /** How many readings the archive had of it. */
  readonly stored: number;
  /** When its readings were observed, epoch ms; null if none is stored, or an older release has written it. */
  readonly from: number | null;
  readonly until: number | null;
}

export interface Page {
  readonly batches: readonly ArchivedBatch[];
  /** By the batch's id, in their order. */
  readonly readings: ReadonlyMap<number, readonly Reading[]>;
  /** There may be more at once. */
  readonly isFull: boolean;
  /** The oldest transaction that was open, if batches wait for it. */
  readonly waitsFor: string | undefined;
}

type After = Pick<Landmark, 'transaction' | 'id'>;

/**
 * The next batches after a row of `batch`, in a read-only transaction of its own. A transaction below the snapshot's xmin is over: nothing
 * will ever appear among those rows (PostgreSQL documentation, 9.27.12, pg_snapshot_xmin).
 *
 * If readings are lacking they may have been moved to a new partition after the snapshot, which sees them in the old one while the plan
 * looks only into the new one. So it is read once more; what is lacking then was deleted.
 */
export async function readPage(client: Client, schema: string, after: After): Promise<Page> {
  const page = await readOnce(client, schema, after);
  return lackingIn(page) === 0 ? page : readOnce(client, schema, after);
}

/** How many readings of its batches are no longer there. */
export function lackingIn({ batches, readings }: Page): number {
  return batches.reduce((sum, { id, stored }) => sum + stored - (readings.get(id)?.length ?? 0), 0);
}

function readOnce(client: Client, schema: string, after: After): Promise<Page> {
  return inSnapshot(client, async () => {
    const { transaction, id } = after;
    const found = await client.query({
      name: 'page',
      text: `${selectBatch(schema)} WHERE (transaction, id) > ($1::xid8, $2::bigint) AND ${isOver}
        ORDER BY transaction, id LIMIT ${maxPageBatches}`,
      values: [transaction, id],
    });
    const batches = withinBound(found.rows.map(batchOf));
    const readings = new Map<number, Reading[]>();
    for (const query of queriesFor(batches)) {
      for (const row of await readingsOf(client, schema, query)) {
        const own = readings.get(row.batch) ?? [];
        readings.set(row.batch, own);
        own.push(readingOf(row));
      }
    }
    const isFull = found.rows.length === maxPageBatches || batches.length < found.rows.length;
    const waitsFor = isFull ? undefined : await oldestOpen(client, schema);
    return { batches, readings, isFull, waitsFor };
  });
}

/** Of these rows of `batch` the first that is there as it was. */
export async function firstThere(
  client: Client,
  schema: string,
  landmarks: readonly Landmark[],
): Promise<Landmark | undefined> {
  for (const landmark of landmarks) {
    const { transaction, id, receivedAt } = landmark;
    const { rowCount } = await client.query(
      `SELECT 1 FROM ${quoted(schema)}.batch WHERE id = $1 AND transaction = $2::xid8 AND received_at::text = $3`,
      [id, transaction, receivedAt],
    );
    if (rowCount !== 0) return landmark;
  }
  return undefined;
}

/** The last batch before `from`: before all that was received since that time (epoch ms), or of all that is there now. */
export async function lastBefore(
  client: Client,
  schema: string,
  from: number | 'now',
): Promise<Omit<Landmark, 'page'> | undefined> {
  return inSnapshot(client, async () => {
    let bound = '';
    if (from !== 'now') {
      const since = await client.query(
        // OFFSET 0: found by the time, not by walking through all that came before in their order.
        `SELECT transaction::text, id FROM (SELECT transaction, id FROM ${quoted(schema)}.batch
           WHERE received_at >= to_timestamp($1::float8 / 1000) OFFSET 0) since ORDER BY since.transaction, id LIMIT 1`,
        [from],
      );
      const [first] = since.rows;
      if (first !== undefined) bound = `AND (transaction, id) < ('${first.transaction}'::xid8, ${Number(first.id)})`;
    }
    const { rows } = await client.query(
      `${selectBatch(schema)} WHERE ${isOver} ${bound} ORDER BY transaction DESC, id DESC LIMIT 1`,
    );
    const [last] = rows;
    return last === undefined ? undefined : landmarkOf(last);
  });
}

export interface ArchivedDevice extends Origin {
  readonly device: string;
  /** Undefined: its gateway has not described it. */
  readonly description: DeviceDescription | undefined;
}

/** What the archive knows of the devices of these gateways. */
export async function readDevices(
  client: Client,
  schema: string,
  gateways: readonly Origin[],
): Promise<readonly ArchivedDevice[]> {
  const devices: ArchivedDevice[] = [];
  for (let at = 0; at < gateways.length; at += gatewaysAtOnce) {
    const some = gateways.slice(at, at + gatewaysAtOnce);
    const { rows } = await client.query(
      `SELECT d.tenant, d.gateway, d.device, type, profile, group_name, place_name, lat, lon, kinds, units, thresholds
       FROM unnest($1::text[], $2::text[]) g (tenant, gateway) CROSS JOIN LATERAL (
         SELECT * FROM ${quoted(schema)}.device d WHERE (d.tenant, d.gateway) = (g.tenant, g.gateway)
         ORDER BY d.tenant, d.gateway, d.device LIMIT ${maxDevices}
       ) d`,
      [some.map(({ tenant }) => tenant), some.map(({ gateway }) => gateway)],
    );
    devices.push(...rows.map(deviceOf));
  }
  return devices;
}

const isOver = 'transaction < pg_snapshot_xmin(pg_current_snapshot())';

function selectBatch(schema: string): string {
  const ms = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;
  return `SELECT transaction::text, id, received_at::text, tenant, gateway, epoch, number, lane, stored,
    ${ms('observed_from')} AS observed_from, ${ms('observed_until')} AS observed_until FROM ${quoted(schema)}.batch`;
}

async function inSnapshot<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const result = await work(); // a fault ends the session, and the transaction with it
  await client.query('COMMIT');
  return result;
}

/** As `selectBatch` names them, with int8 as numbers. */
interface BatchRow extends Omit<ArchivedBatch, 'receivedAt' | 'from' | 'until'> {
  readonly received_at: string;
  readonly observed_from: number | null;
  readonly observed_until: number | null;
}

function landmarkOf({ transaction, id, received_at }: BatchRow): Omit<Landmark, 'page'> {
  return { transaction, id, receivedAt: received_at };
}

function batchOf(row: BatchRow): ArchivedBatch {
  const { tenant, gateway, epoch, number, lane, stored, observed_from: from, observed_until: until } = row;
  return { ...landmarkOf(row), tenant, gateway, epoch, number, lane, stored, from, until };
}

function withinBound(batches: readonly ArchivedBatch[]): readonly ArchivedBatch[] {
  let readings = 0;
  const end = batches.findIndex(({ stored }, i) => {
    readings += stored;
    return i > 0 && readings > maxPageReadings;
  });
  return end === -1 ? batches : batches.slice(0, end);
}

interface Query {
  readonly ids: number[];
  readonly from: number | null;
  until: number | null;
}

/** As few as will do, each within a few days, so that it meets few partitions. */
function queriesFor(batches: readonly ArchivedBatch[]): readonly Query[] {
  const wanted = batches.filter(({ stored }) => stored > 0);
  const undated = wanted.filter(({ from, until }) => from === null || until === null).map(({ id }) => id);
  const queries: Query[] = undated.length === 0 ? [] : [{ ids: undated, from: null, until: null }];
  let open: { ids: number[]; from: number; until: number } | undefined;
  for (const { id, from, until } of wanted.toSorted((a, b) => (a.from ?? 0) - (b.from ?? 0))) {
    if (from === null || until === null) continue;
    if (open !== undefined && Math.max(open.until, until) - open.from <= maxSpanMs) {
      open.ids.push(id);
      open.until = Math.max(open.until, until);
    } else {
      open = { ids: [id], from, until };
      queries.push(open);
    }
  }
  return queries;
}

interface ReadingRow {
  readonly batch: number;
  readonly device: string;
  readonly kind: ReadingKind;
  readonly at: number;
  readonly values: Values;
  readonly quality: Quality | null;
  readonly doubtful: readonly string[] | null;
}

async function readingsOf(client: Client, schema: string, { ids, from, until }: Query): Promise<readonly ReadingRow[]> {
  const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const within = from === null ? '' : 'AND observed_at >= $2::timestamptz AND observed_at <= $3::timestamptz';
  const { rows } = await client.query(
    `SELECT batch, device, kind, (extract(epoch FROM observed_at) * 1000)::float8 AS at, values, quality, doubtful
     FROM ${quoted(schema)}.reading WHERE batch = ANY ($1::bigint[]) ${within} ORDER BY batch, index`,
    from === null ? [ids] : [ids, time(from), time(until)],
  );
  return rows;
}

function readingOf({ device, kind, at, values, quality, doubtful }: ReadingRow): Reading {
  const reading = {
    ...{ device, kind, observedAt: Math.round(at), values },
    ...(quality !== null && { quality }),
    ...(doubtful !== null && { doubtful }),
  };
  return reading as Reading; // as the archive stored it
}

interface DeviceRow extends Origin {
  readonly device: string;
  readonly type: string | null;
  readonly profile: string | null;
  readonly group_name: string | null;
  readonly place_name: string | null;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly kinds: DeviceDescription['kinds'] | null;
  readonly units: DeviceDescription['units'] | null;
  readonly thresholds: NonNullable<DeviceDescription['thresholds']> | null;
}

function deviceOf(row: DeviceRow): ArchivedDevice {
  const { tenant, gateway, device, type, profile, group_name, place_name, lat, lon, kinds, units, thresholds } = row;
  if (type === null) return { tenant, gateway, device, description: undefined };
  const place = {
    ...(lat !== null && { lat }),
    ...(lon !== null && { lon }),
    ...(place_name !== null && { name: place_name }),
  };
  const description: DeviceDescription = {
    ...{ id: device, type, kinds: kinds ?? [], units: units ?? {} },
    ...(group_name !== null && { group: group_name }),
    ...(profile !== null && { profile }),
    ...(Object.keys(place).length > 0 && { place }),
    ...(thresholds !== null && { thresholds }),
  };
  return { tenant, gateway, device, description };
}

/** Undefined if no batch waits for a transaction. */
async function oldestOpen(client: Client, schema: string): Promise<string | undefined> {
  const { rows } = await client.query(
    `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS oldest
     WHERE EXISTS (SELECT 1 FROM ${quoted(schema)}.batch WHERE NOT (${isOver}))`,
  );
  return rows[0]?.oldest;
}
