/**
 * An operator's sightings in PostgreSQL: one transaction for each group, and a second connection for questions, so that none waits
 * behind a transaction.
 *
 * Whoever writes for the same gateway waits, as in the archive (../../archive/postgres/), whose bookkeeping of batches this is. Bounds:
 * `maxRows` sightings a transaction; `maxTries` when another transaction is in the way; `answer-timeout`. What is erased is deleted and
 * vacuumed; what that leaves behind on disk is in docs/operator.md.
 */
import type { Client } from 'pg';
import { maxReasonLength } from '../../../../shared/feed/receipt.ts';
import type { Text } from '../../../../shared/text.ts';
import type { PostgresAddress } from '../../../postgres/address.ts';
import type { PostgresClient } from '../../../postgres/connect.ts';
import { endsSession, isAboutData, isTransient, saidBy } from '../../../postgres/faults.ts';
import { openInTime } from '../../../postgres/open-in-time.ts';
import { quoted } from '../../../postgres/schema.ts';
import { Turns } from '../../../postgres/turns.ts';
import { type Incoming, keyOf, type Written } from '../../archive/history.ts';
import { judge, keysToKnow } from '../../archive/judge.ts';
import { Tables } from '../../archive/postgres/tables.ts';
import { knownNow } from '../../archive/when.ts';
import type { DestinationSurroundings } from '../../destination.ts';
import type { BeaconClock } from '../rotating-tags.ts';
import type { TagSettings } from '../settings.ts';
import {
  type Detector,
  type Dropped,
  type Opened,
  partedRows,
  type Sighting,
  sightingFrom,
  sumOf,
  type TagRow,
  type TagStore,
} from '../store.ts';
import { BETWEEN, NEWEST, SightingTables } from './sightings.ts';
import { Days, prepareTables } from './tables.ts';

const maxRows = 20_000;
const maxTries = 3;

type Around = Pick<DestinationSurroundings, 'clock' | 'gateway'>;

/** Rejects with `NobodyThere`, or a MachimoriError that says what to do. */
export async function openPostgresStore(
  address: PostgresAddress,
  settings: TagSettings,
  { clock, gateway }: Around,
  signal: AbortSignal,
): Promise<PostgresStore> {
  const options = { ...settings, applicationName: `machimori ${gateway}` };
  const asking = await openInTime(
    {
      ...{ address, options, clock },
      make: ({ client }) => ({ client, close: () => client.connection.stream.destroy() }),
      begin: async (_, { client }) =>
        void (await client.query(
          `SET default_transaction_read_only = on; SET plan_cache_mode = force_generic_plan; SET TIME ZONE 'UTC'`,
        )),
    },
    signal,
  );
  try {
    return await openInTime(
      {
        ...{ address, options, clock },
        make: (connection) => new PostgresStore(connection, asking.client, settings, clock),
        begin: (_, { client }) => prepareTables(client, settings.schema),
      },
      signal,
    );
  } catch (fault) {
    asking.close();
    throw fault;
  }
}

export class PostgresStore implements TagStore {
  readonly maxRows = maxRows;
  readonly overlaps = false;
  readonly ended: Promise<Text>;
  readonly #client: Client;
  readonly #asking: Client;
  readonly #clock: DestinationSurroundings['clock'];
  readonly #schema: string;
  readonly #batches: Tables;
  readonly #sightings: SightingTables;
  readonly #days: Days;
  readonly #writes: Turns;
  readonly #questions: Turns;

  constructor(
    { client }: PostgresClient,
    asking: Client,
    settings: TagSettings,
    clock: DestinationSurroundings['clock'],
  ) {
    this.#client = client;
    this.#asking = asking;
    this.#clock = clock;
    this.#schema = quoted(settings.schema);
    this.#batches = new Tables(client, this.#schema);
    this.#sightings = new SightingTables(client, this.#schema);
    this.#days = new Days(client, this.#schema);
    this.#writes = new Turns(client, settings, clock);
    this.#questions = new Turns(asking, settings, clock);
    this.ended = Promise.race([this.#writes.ended, this.#questions.ended]);
    void this.ended.then((why) => this.close(why));
  }

  write(group: readonly Incoming[], opened: Opened): Promise<readonly Written[]> {
    return this.#writes.do(() => this.#writeOrIsolate(group, opened));
  }

  newest(tag: string, most: number): Promise<readonly Sighting[]> {
    return this.#ask('newest', NEWEST, [tag, most]);
  }

  between(tag: string, from: number, until: number, most: number): Promise<readonly Sighting[]> {
    return this.#ask('between', BETWEEN, [tag, new Date(from).toISOString(), new Date(until).toISOString(), most]);
  }

  async keepOnly(tags: ReadonlySet<string>): Promise<number> {
    const { rows } = await this.#writes.do(() => this.#client.query(`SELECT id, name FROM ${this.#schema}.tag`));
    const struckOut = rows.filter(({ name }) => !tags.has(String(name))).map(({ id }) => Number(id));
    if (struckOut.length === 0) return 0;
    const days = new Set<string>();
    for (const tag of struckOut) {
      for (const day of await this.#writes.do(() => this.#sightings.daysOf(tag))) days.add(day);
      await this.#writes.do(() => this.#inTransaction(() => this.#sightings.erase(tag)));
    }
    for (const day of days) await this.#writes.do(() => this.#client.query(`VACUUM ${day}`));
    await this.#writes.do(() => this.#client.query(`VACUUM (FULL) ${this.#schema}.tag`)); // small, and it has the names
    await this.#writes.do(() => this.#client.query(`VACUUM (FULL) ${this.#schema}.beacon_clock`));
    return struckOut.length;
  }

  async clocks(): Promise<ReadonlyMap<string, BeaconClock>> {
    const sql = `SELECT beacon, zero_at, heard_at FROM ${this.#schema}.beacon_clock`;
    const { rows } = await this.#writes.do(() => this.#client.query(sql));
    return new Map(rows.map((row) => [row.beacon, { zeroAt: Number(row.zero_at), heardAt: Number(row.heard_at) }]));
  }

  async dropped(): Promise<Partial<Record<Dropped, number>>> {
    const { rows } = await this.#writes.do(() =>
      this.#client.query(`SELECT reason, count FROM ${this.#schema}.dropped`),
    );
    return Object.fromEntries(rows.map(({ reason, count }) => [reason, Number(count)]));
  }

  /** A day at a time, so that batches go in between and each has its own time. */
  async forget(before: number): Promise<void> {
    const now = knownNow(this.#clock);
    if (now !== undefined) await this.#writes.do(() => this.#days.make([now, now + 86_400_000]));
    while (await this.#writes.do(() => this.#days.dropOne(before)));
    await this.#writes.do(() => this.#inTransaction(() => this.#sightings.forget(before)));
  }

  close(why: Text): void {
    this.#writes.close(why);
    this.#questions.close(why);
  }

  /** A batch that the database refuses by its content never blocks the rest. */
  async #writeOrIsolate(group: readonly Incoming[], opened: Opened): Promise<readonly Written[]> {
    try {
      return await this.#writeOrTryAgain(group, opened);
    } catch (fault) {
      if (!isAboutData(fault)) throw fault;
      const [first, ...others] = group;
      if (others.length === 0 && first?.kind === 'batch') {
        return [{ outcome: 'unreadable', reason: saidBy(fault).en.slice(0, maxReasonLength) }];
      }
      if (others.length === 0) throw fault;
      const written: Written[] = [];
      for (const each of group) written.push(...(await this.#writeOrIsolate([each], opened)));
      return written;
    }
  }

  async #writeOrTryAgain(group: readonly Incoming[], opened: Opened): Promise<readonly Written[]> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#writeOnce(group, opened);
      } catch (fault) {
        if (!isTransient(fault) || tries === maxTries) throw fault;
      }
    }
  }

  async #writeOnce(group: readonly Incoming[], opened: Opened): Promise<readonly Written[]> {
    await this.#days.make(timesOf(opened));
    const receivedAt = this.#clock.moment().wall;
    try {
      await this.#batches.begin(group);
      const judgement = judge(group, await this.#batches.known(keysToKnow(group)));
      const batches = await this.#batches.insertBatches(judgement.batches, { receivedAt, now: knownNow(this.#clock) });
      const rows: (TagRow & { readonly batch: number; readonly detectorKey: string | undefined })[] = [];
      const detectors = new Map<string, Detector>();
      const dropped: ReadonlyMap<Dropped, number>[] = [];
      for (const { id, batch, rows: fresh } of batches) {
        const parted = partedRows(fresh, opened);
        dropped.push(parted.dropped);
        for (const row of parted.stored) {
          const { detector: device } = row;
          const key = device === undefined ? undefined : keyOf({ ...batch, epoch: device, number: 0 });
          if (device !== undefined && key !== undefined) {
            detectors.set(key, {
              tenant: batch.tenant,
              gateway: batch.gateway,
              device,
              described: batch.devices.get(device),
            });
          }
          rows.push({ ...row, batch: id, detectorKey: key });
        }
      }
      await this.#sightings.insert(rows, detectors);
      await this.#sightings.learn(opened.clocks);
      await this.#sightings.drop(sumOf(dropped));
      await this.#batches.insertGaps(judgement.gaps, receivedAt);
      await this.#batches.commit();
      return judgement.written;
    } catch (fault) {
      this.#sightings.forgetDetectors();
      if (!this.#writes.isOver && !endsSession(fault)) await this.#batches.rollBack();
      throw fault;
    }
  }

  async #inTransaction(work: () => Promise<void>): Promise<void> {
    await this.#client.query('BEGIN');
    try {
      await work();
      await this.#client.query('COMMIT');
    } catch (fault) {
      if (!this.#writes.isOver && !endsSession(fault)) await this.#client.query('ROLLBACK');
      throw fault;
    }
  }

  async #ask(name: string, sql: (schema: string) => string, values: unknown[]): Promise<readonly Sighting[]> {
    const { rows } = await this.#questions.do(() => this.#asking.query({ name, text: sql(this.#schema), values }));
    return rows.map(sightingFrom);
  }
}

function* timesOf({ rows }: Opened): Generator<number> {
  for (const row of rows.values()) if (typeof row !== 'string') yield row.at;
}
