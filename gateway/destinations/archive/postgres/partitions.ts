/**
 * The partitions of `reading`: one for each day of observation (UTC), `reading_2026_11_25`, made ahead for today and tomorrow and
 * whenever a reading of another day comes.
 *
 * Bound: days from 400 before to 7 after now (when.ts). What was observed before or after, by its device's clock, goes to the default
 * partition `reading_other`; so does everything while a day cannot be made, be it that the role may not or that somebody's query holds
 * the lock for longer than `lockTimeoutMs`. When a day is made later, its readings move there. With a retention, days that are wholly
 * past it are dropped, sightings of the day that is partly past it are deleted, and what is in `reading_other` goes by the time at which it came.
 */
import type { Client } from 'pg';
import type { Clock } from '../../../../shared/clock.ts';
import { messageOf } from '../../../../shared/errors.ts';
import type { Log } from '../../../machine/log.ts';
import { endsSession } from '../../../postgres/faults.ts';
import { hasTable, LOCK, quoted } from '../../../postgres/schema.ts';
import { filedAt, knownNow } from '../when.ts';

const dayMs = 86_400_000;
const lockTimeoutMs = 3_000;
/** A day that could not be made is tried again after this. */
const againMs = 60_000;

export class Partitions {
  readonly #client: Client;
  readonly #name: string;
  readonly #schema: string;
  readonly #clock: Clock;
  readonly #log: Log;
  /** Days since 1970 that have a partition. */
  readonly #made = new Set<number>();
  /** When one that could not be made is due again, monotonic ms. */
  #againAt = 0;

  constructor(client: Client, schema: string, clock: Clock, log: Log) {
    this.#client = client;
    this.#name = schema;
    this.#schema = quoted(schema);
    this.#clock = clock;
    this.#log = log;
  }

  /** Reads which days are there. */
  async load(): Promise<void> {
    const { rows } = await this.#client.query(
      'SELECT c.relname FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = $1::regclass',
      [`${this.#schema}.reading`],
    );
    this.#made.clear();
    for (const { relname } of rows) {
      const day = dayOfName(String(relname));
      if (day !== undefined) this.#made.add(day);
    }
  }

  /** Makes today and tomorrow. */
  async makeAhead(): Promise<void> {
    const now = knownNow(this.#clock);
    if (now !== undefined) await this.make([now, now + dayMs]);
  }

  /** Makes the days of these times, as far as they can and may be made; outside any transaction. */
  async make(times: Iterable<number>): Promise<void> {
    const now = knownNow(this.#clock);
    if (now === undefined) return;
    const days = new Set<number>();
    let last: number | undefined;
    for (const time of times) {
      const day = Math.floor(time / dayMs);
      if (day === last) continue;
      last = day;
      if (!this.#made.has(day) && !days.has(day) && filedAt(time, now) === time) days.add(day);
    }
    if (days.size === 0 || this.#clock.moment().monotonic < this.#againAt) return;
    for (const day of [...days].sort((a, b) => a - b)) {
      try {
        await this.#makeDay(day);
        this.#made.add(day);
      } catch (fault) {
        await this.#client.query('ROLLBACK');
        if (endsSession(fault) && !isDenied(fault)) throw fault;
        this.#againAt = this.#clock.moment().monotonic + againMs;
        this.#log.warn('A day of the archive could not be made; its readings go to reading_other until it can', {
          ...{ day: nameOf(day), fault: messageOf(fault) },
        });
        return;
      }
    }
  }

  /** Days that are wholly before this time. */
  async past(before: number): Promise<readonly number[]> {
    await this.load();
    return [...this.#made].filter((day) => (day + 1) * dayMs <= before).sort((a, b) => a - b);
  }

  async drop(day: number): Promise<void> {
    await this.#locked(`DROP TABLE IF EXISTS ${this.#schema}.${nameOf(day)}`);
    this.#made.delete(day);
  }

  /** Deletes the sightings of a day that is not wholly past yet: where somebody was is not kept until midnight. */
  async forgetSightings(before: number): Promise<void> {
    const day = Math.floor(before / dayMs);
    if (!this.#made.has(day)) return;
    const limit = `'${new Date(before).toISOString()}'`;
    await this.#locked(`DELETE FROM ${this.#schema}.${nameOf(day)} WHERE kind = 'sighting' AND observed_at < ${limit}`);
  }

  /** Deletes what else is older: by its arrival, if it was not filed by its day. */
  async forget(before: number): Promise<void> {
    const [schema, limit] = [this.#schema, `'${new Date(before).toISOString()}'`];
    await this.#locked(
      `DELETE FROM ${schema}.reading_other r USING ${schema}.batch b WHERE b.id = r.batch AND b.received_at < ${limit};
       DELETE FROM ${schema}.newest WHERE ranked_at < ${limit};
       DELETE FROM ${schema}.part WHERE received_at < ${limit};
       DELETE FROM ${schema}.gap WHERE received_at < ${limit};
       DELETE FROM ${schema}.batch WHERE received_at < ${limit} AND filed_until < ${limit}`,
    );
  }

  async #makeDay(day: number): Promise<void> {
    const [schema, name] = [this.#schema, nameOf(day)];
    const [from, to] = [day, day + 1].map((each) => `'${new Date(each * dayMs).toISOString()}'`);
    await this.#begin();
    if (!(await hasTable(this.#client, this.#name, name))) {
      await this.#client.query(
        `CREATE TABLE ${schema}.${name} (LIKE ${schema}.reading INCLUDING ALL EXCLUDING INDEXES);
         WITH moved AS (DELETE FROM ${schema}.reading_other WHERE observed_at >= ${from} AND observed_at < ${to} RETURNING *)
           INSERT INTO ${schema}.${name} SELECT * FROM moved;
         ALTER TABLE ${schema}.reading ATTACH PARTITION ${schema}.${name} FOR VALUES FROM (${from}) TO (${to})`,
      );
    }
    await this.#client.query('COMMIT');
  }

  async #locked(sql: string): Promise<void> {
    await this.#begin();
    try {
      await this.#client.query(sql);
      await this.#client.query('COMMIT');
    } catch (fault) {
      await this.#client.query('ROLLBACK');
      throw fault;
    }
  }

  /** One at a time makes or drops days, and nobody waits behind a lock that does not come. */
  async #begin(): Promise<void> {
    await this.#client.query(
      `BEGIN; SET LOCAL lock_timeout = ${lockTimeoutMs}; SELECT pg_advisory_xact_lock(${LOCK.space}, ${LOCK.schema})`,
    );
  }
}

function isDenied(fault: unknown): boolean {
  return fault instanceof Error && 'code' in fault && fault.code === '42501';
}

function nameOf(day: number): string {
  return `reading_${new Date(day * dayMs).toISOString().slice(0, 10).replaceAll('-', '_')}`;
}

function dayOfName(name: string): number | undefined {
  const [, year, month, date] = /^reading_(\d{4})_(\d\d)_(\d\d)$/.exec(name) ?? [];
  return year === undefined ? undefined : Date.UTC(Number(year), Number(month) - 1, Number(date)) / dayMs;
}
