/** The statements that write the archive's tables in PostgreSQL. */
import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import type { DeviceDescription } from '../../../../shared/feed/birth.ts';
import type { Refusal } from '../../../../shared/feed/receipt.ts';
import type { PostgresClient } from '../../../postgres/connect.ts';
import { isAboutData } from '../../../postgres/faults.ts';
import { descriptionCells } from '../description-cells.ts';
import { type Incoming, type IncomingBatch, type IncomingGap, type Key, keyOf, type Row } from '../history.ts';
import type { Known, KnownBatch, KnownPiece, NewBatch } from '../judge.ts';
import { filedAt, rankOf } from '../when.ts';
import { arrayOf, copyRows, type NumberedBatch } from './copy-rows.ts';

/** One value of the sequence stands for so many ids (schema.ts). */
const idsAtOnce = 1_000;

interface Device {
  readonly tenant: string;
  readonly gateway: string;
  readonly device: string;
  readonly described: DeviceDescription | undefined;
  /** Of the device in the cache. */
  readonly key: string;
}

interface Newest {
  rank: number;
  id: number;
  batch: IncomingBatch;
  row: Row;
}

export class Tables {
  readonly #client: Client;
  readonly #schema: string;
  #nextId = 0;
  #idsLeft = 0;

  /** `schema` is quoted. */
  constructor(client: Client, schema: string) {
    this.#client = client;
    this.#schema = schema;
  }

  /** Begins a transaction in which nobody else writes for these gateways. */
  async begin(group: readonly Incoming[]): Promise<void> {
    const locks = [...new Set(group.map(({ tenant, gateway }) => lockOf(`${this.#schema}\n${tenant}\n${gateway}`)))];
    const taken = locks.sort((a, b) => (a < b ? -1 : 1)).map((lock) => `SELECT pg_advisory_xact_lock(${lock})`);
    await this.#client.query(['BEGIN ISOLATION LEVEL READ COMMITTED', ...taken].join('; ')); // a default of the role's may be another
  }

  async commit(): Promise<void> {
    await this.#client.query('COMMIT');
  }

  async rollBack(): Promise<void> {
    await this.#client.query('ROLLBACK');
  }

  async known(keys: readonly Key[]): Promise<Known> {
    const batches = new Map<string, KnownBatch>();
    const pieces = new Map<string, readonly KnownPiece[]>();
    if (keys.length === 0) return { batches, pieces };
    const { rows } = await this.#client.query({
      name: 'known',
      text: `SELECT k.at, b.digest, b.refused, p.pieces
        FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) WITH ORDINALITY k (tenant, gateway, epoch, number, at)
        LEFT JOIN ${this.#schema}.batch b USING (tenant, gateway, epoch, number)
        LEFT JOIN LATERAL (
          SELECT json_agg(json_build_object('digest', digest, 'first', first, 'count', count)) AS pieces FROM ${this.#schema}.part
          WHERE (tenant, gateway, epoch, number) = (k.tenant, k.gateway, k.epoch, k.number)
        ) p ON true
        WHERE b.digest IS NOT NULL OR p.pieces IS NOT NULL`,
      values: (['tenant', 'gateway', 'epoch', 'number'] as const).map((part) => keys.map((key) => key[part])),
    });
    for (const { at, digest, refused, pieces: found } of rows) {
      const key = keys[Number(at) - 1];
      if (key === undefined) continue;
      if (digest !== null) batches.set(keyOf(key), { digest, refused: refusalsIn(refused) });
      if (found !== null) pieces.set(keyOf(key), found);
    }
    return { batches, pieces };
  }

  async insertBatches(
    batches: readonly NewBatch[],
    { receivedAt, now }: { receivedAt: number; now: number | undefined },
  ): Promise<readonly NumberedBatch[]> {
    if (batches.length === 0) return [];
    const numbered: NumberedBatch[] = [];
    for (const each of batches) numbered.push({ ...each, id: await this.#newId() });
    const received = iso(receivedAt);
    const rows = numbered.map(({ id, batch, rows }) => {
      const until = rows.reduce((latest, { observedAt }) => Math.max(latest, filedAt(observedAt, now)), receivedAt);
      const { tenant, gateway, epoch, number, lane, digest, count, refused } = batch;
      const refusals =
        refused.length === 0 ? null : JSON.stringify(refused.map(({ index, reason }) => [index, reason]));
      const about = [
        id,
        tenant,
        gateway,
        epoch,
        number,
        lane,
        digest,
        count,
        rows.length,
        refusals,
        received,
        iso(until),
      ];
      return [...about, ...timesOf(rows)];
    });
    const types =
      'bigint text text text bigint text text int int jsonb timestamptz timestamptz timestamptz timestamptz';
    await this.#insert('batch', types, rows);
    const parts = batches.flatMap(({ batch: { tenant, gateway, partOf, count } }) =>
      partOf === undefined
        ? []
        : [[tenant, gateway, partOf.epoch, partOf.number, partOf.digest, partOf.first, count, received]],
    );
    await this.#insert('part', 'text text text bigint text int int timestamptz', parts, 'ON CONFLICT DO NOTHING');
    return numbered;
  }

  /** Of each device and kind the newest, unless a newer one is there. */
  async keepNewest(batches: readonly NumberedBatch[], now: number | undefined): Promise<void> {
    const newest = new Map<string, Newest>();
    for (const { id, batch, rows } of batches) {
      const origin = `${batch.tenant}\n${batch.gateway}\n`;
      let [device, kind]: [string, string] = ['', ''];
      let current: Newest | undefined; // of this device and kind, which stand together
      for (const row of rows) {
        if (row.device !== device || row.kind !== kind) {
          ({ device, kind } = row);
          const key = `${origin}${device}\n${kind}`;
          current = newest.get(key) ?? { rank: Number.NEGATIVE_INFINITY, id, batch, row };
          newest.set(key, current);
        }
        const rank = rankOf(row.observedAt, now);
        if (current === undefined || rank < current.rank) continue;
        current.rank = rank;
        current.id = id;
        current.batch = batch;
        current.row = row;
      }
    }
    const rows = [...newest.values()].map(({ rank, id, batch: { tenant, gateway }, row }) => {
      const { device, kind, index, observedAt, values, quality, doubtful, lat, lon } = row;
      const doubts = doubtful === undefined ? null : arrayOf(doubtful);
      const place = [lat ?? null, lon ?? null];
      return [
        tenant,
        gateway,
        device,
        kind,
        iso(rank),
        id,
        index,
        iso(observedAt),
        values,
        quality ?? null,
        doubts,
        ...place,
      ];
    });
    await this.#insert(
      'newest',
      'text text text text timestamptz bigint int timestamptz jsonb text doubts float8 float8',
      rows,
      `ON CONFLICT (tenant, gateway, device, kind) DO UPDATE SET ranked_at = excluded.ranked_at, batch = excluded.batch,
         index = excluded.index, observed_at = excluded.observed_at, values = excluded.values, quality = excluded.quality,
         doubtful = excluded.doubtful, lat = excluded.lat, lon = excluded.lon WHERE excluded.ranked_at >= newest.ranked_at`,
    );
  }

  /** Devices as their births describe them now; one without a birth keeps what is known. */
  async describe(devices: readonly Device[], at: number): Promise<void> {
    const isKnown = ({ described }: Device) => described !== undefined;
    for (const [those, conflict] of [
      [devices.filter(isKnown), DESCRIBED_ANEW],
      [devices.filter((each) => !isKnown(each)), 'ON CONFLICT DO NOTHING'],
    ] as const) {
      const rows = those.map(({ tenant, gateway, device, described }) => [
        ...[tenant, gateway, device, ...descriptionCells(described), iso(at)],
      ]);
      await this.#insert(
        'device',
        'text text text text text text text float8 float8 jsonb jsonb jsonb timestamptz',
        rows,
        conflict,
      );
    }
  }

  /** Of a gap that comes again, the highest last and the highest count hold. */
  async insertGaps(gaps: readonly IncomingGap[], receivedAt: number): Promise<void> {
    for (const { tenant, gateway, epoch, number, gap } of gaps) {
      await this.#insert(
        'gap',
        'text text text bigint bigint bigint text timestamptz',
        [[tenant, gateway, epoch, number, gap.last, gap.count, gap.reason, iso(receivedAt)]],
        `ON CONFLICT (tenant, gateway, epoch, first) DO UPDATE SET last = greatest(gap.last, excluded.last),
           count = greatest(gap.count, excluded.count)`,
      );
    }
  }

  /** Copies rows as their transaction would, and rolls that back. Resolves with what is wrong with them; rejects for any other fault. */
  async tryRows(connection: PostgresClient, batch: IncomingBatch): Promise<unknown> {
    await this.#client.query('BEGIN');
    try {
      const numbered = [{ batch, rows: batch.rows, id: 0 }];
      await copyRows(connection, this.#schema, numbered);
      await this.keepNewest(numbered, undefined);
      return undefined;
    } catch (fault) {
      if (isAboutData(fault)) return fault;
      throw fault;
    } finally {
      await this.#client.query('ROLLBACK');
    }
  }

  /** One statement, however many rows: each column is an array. `doubts` are arrays in an array, which must go as text. */
  async #insert(table: string, types: string, rows: readonly (readonly unknown[])[], conflict = ''): Promise<void> {
    if (rows.length === 0) return;
    const columns = types.split(' ');
    const unnested = columns.map((type, i) => `$${i + 1}::${type === 'doubts' ? 'text' : type}[]`);
    const selected = columns.map((type, i) => (type === 'doubts' ? `c${i}::text[]` : `c${i}`));
    const names = columns.map((_, i) => `c${i}`);
    await this.#client.query({
      name: `${table} ${conflict.length}`,
      text: `INSERT INTO ${this.#schema}.${table} SELECT ${selected.join(', ')} FROM unnest(${unnested.join(', ')}) _ (${names.join(', ')}) ${conflict}`,
      values: columns.map((_, i) => rows.map((row) => row[i])),
    });
  }

  /** Ids are taken a thousand at a time, so that a batch has one before it is written. */
  async #newId(): Promise<number> {
    if (this.#idsLeft === 0) {
      const { rows } = await this.#client.query(`SELECT nextval('${this.#schema}.batch_id') AS id`);
      this.#nextId = Number(rows[0]?.id);
      this.#idsLeft = idsAtOnce;
    }
    this.#idsLeft--;
    return this.#nextId++;
  }
}

const DESCRIBED_ANEW = `ON CONFLICT (tenant, gateway, device) DO UPDATE SET type = excluded.type, profile = excluded.profile,
  group_name = excluded.group_name, place_name = excluded.place_name, lat = excluded.lat, lon = excluded.lon, kinds = excluded.kinds,
  units = excluded.units, thresholds = excluded.thresholds, described_at = excluded.described_at`;

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** When the first and the last of them were observed. */
function timesOf(rows: readonly Row[]): readonly (string | null)[] {
  if (rows.length === 0) return [null, null];
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { observedAt } of rows) {
    first = Math.min(first, observedAt);
    last = Math.max(last, observedAt);
  }
  return [iso(first), iso(last)];
}

function lockOf(name: string): bigint {
  return createHash('sha256').update(name).digest().readBigInt64BE();
}

function refusalsIn(pairs: readonly [number, string][] | null): Refusal[] {
  return (pairs ?? []).map(([index, reason]) => ({ index, reason }));
}
