/** Archives for the contract in archives.test.ts: one of each engine, looked into with SQL of its own. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import * as v from 'valibot';
import { onTestFinished } from 'vitest';
import { compress } from '../../gateway/buffer/compress.ts';
import { digestOf } from '../../gateway/buffer/digest.ts';
import type { Outgoing } from '../../gateway/buffer/outgoing.ts';
import { withUnits } from '../../gateway/config/case.ts';
import { archiveType } from '../../gateway/destinations/archive/archive.ts';
import type { DestinationSurroundings, Session } from '../../gateway/destinations/destination.ts';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { openHttp } from '../../gateway/net/http.ts';
import { connectMqtt } from '../../gateway/net/mqtt-connection.ts';
import type { Clock } from '../../shared/clock.ts';
import { encodeBatch, encodeBody, type PartOf } from '../../shared/feed/batch.ts';
import type { Receipt } from '../../shared/feed/receipt.ts';
import type { Reading } from '../../shared/reading.ts';
import { AT } from '../gateway/buffer/buffer-rig.ts';
import { LogBook } from '../gateway/machine/log-book.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import type { Postgres } from '../postgres/postgres.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const EPOCH = '0011223344556677';
const standing = { at: 0, sealed: 0, waiting: { routine: 0, urgent: 0 }, clockSynchronised: true };

/** A stored reading, as both engines tell it. */
export interface StoredReading {
  readonly tenant: string;
  readonly gateway: string;
  readonly epoch: string;
  readonly number: number;
  readonly index: number;
  readonly device: string;
  readonly kind: string;
  /** Epoch ms. */
  readonly observedAt: number;
  readonly values: Readonly<Record<string, unknown>>;
  readonly quality: string | null;
  readonly doubtful: readonly string[] | null;
  readonly lat: number | null;
  readonly lon: number | null;
}

type Row = Readonly<Record<string, unknown>>;

export interface Place {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly dataDirectory: string;
  /** With the tables' names as they are; both engines take `"index"` and `"values"`. */
  query(sql: string): Promise<readonly Row[]>;
  readings(): Promise<readonly StoredReading[]>;
}

/** A clock that shows an hour after `AT`, and goes. */
export class HistoryClock implements Clock {
  readonly #real = new SystemClock('always');
  readonly #began = this.#real.moment().monotonic;
  shiftMs = HOUR;
  isSynchronised = true;

  moment() {
    const { monotonic } = this.#real.moment();
    return { monotonic, wall: AT + this.shiftMs + (monotonic - this.#began), synchronised: this.isSynchronised };
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return this.#real.sleep(ms, signal);
  }
}

/** A folder that stays for all tests of a group, which removes it. */
export function standingFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'machimori-'));
  return folder;
}

export function sqlitePlace(dataDirectory = temporaryFolder()): Place {
  const file = join(dataDirectory, 'history.sqlite');
  const query = async (sql: string) => {
    const db = new Database(file, { readonly: true });
    try {
      return db.prepare(sql).all() as Row[]; // rows of columns
    } finally {
      db.close();
    }
  };
  return {
    settings: { url: 'sqlite:history.sqlite' },
    dataDirectory,
    query,
    readings: async () =>
      (await query('SELECT * FROM reading ORDER BY tenant, gateway, epoch, number, "index"')).map(
        ({ values, doubtful, observed_ms, ...row }) =>
          ({
            ...row,
            observedAt: observed_ms,
            values: JSON.parse(String(values)),
            doubtful: typeof doubtful === 'string' ? JSON.parse(doubtful) : null,
          }) as unknown as StoredReading, // the columns of the view
      ),
  };
}

let schemas = 0;

export function postgresPlace(postgres: Postgres, dataDirectory = temporaryFolder()): Place {
  const schema = `archive_${++schemas}`;
  const query = (sql: string) => postgres.query(`SET search_path = ${schema}, public`).then(() => postgres.query(sql));
  return {
    settings: { url: postgres.url, schema },
    dataDirectory,
    query,
    readings: async () =>
      (
        await query(
          `SELECT r.tenant, r.gateway, b.epoch, b.number::int, r.index, r.device, r.kind, r.values, r.quality, r.doubtful, r.lat,
             r.lon, r.observed_at FROM reading r JOIN batch b ON b.id = r.batch ORDER BY 1, 2, 3, 4, 5`,
        )
      ).map(({ observed_at, ...row }) => ({ ...row, observedAt: Number(observed_at) }) as unknown as StoredReading), // its columns
  };
}

interface More {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly surroundings?: Partial<DestinationSurroundings>;
}

export function surroundingsOf(
  place: Pick<Place, 'dataDirectory'>,
  more: Partial<DestinationSurroundings> = {},
): DestinationSurroundings {
  return {
    gateway: 'gateway-01',
    tenant: 'kakogawa',
    software: 'machimori 0.1.0',
    epoch: () => EPOCH,
    devices: () => [],
    silent: () => [],
    problems: () => [],
    clock: new HistoryClock(),
    log: new LogBook(),
    connect: connectMqtt,
    openHttp,
    accepts: () => true,
    describe: () => undefined,
    dataDirectory: place.dataDirectory,
    ...more,
  };
}

/** As a configuration would open it. */
export function archiveAt(
  place: Pick<Place, 'settings' | 'dataDirectory'>,
  { settings = {}, surroundings = {} }: More = {},
) {
  const written = { name: 'history', type: 'archive', ...place.settings, ...settings };
  const parsed = v.parse(archiveType.settings, withUnits(archiveType.settings, written));
  return archiveType.open(parsed, surroundingsOf(place, surroundings));
}

export async function sessionAt(place: Pick<Place, 'settings' | 'dataDirectory'>, more?: More): Promise<Session> {
  const session = await archiveAt(place, more).open(new AbortController().signal);
  onTestFinished(() => session.close(standing));
  return session;
}

export const close = (session: Session) => session.close(standing);

interface BatchOptions {
  readonly number?: number;
  readonly gateway?: string;
  readonly epoch?: string;
  readonly tenant?: string;
  readonly partOf?: PartOf;
}

export function batch(readings: readonly Reading[], options: BatchOptions = {}): Outgoing & { kind: 'batch' } {
  const { number = 1, gateway = 'gateway-01', epoch = EPOCH, tenant, partOf } = options;
  const { body, doubts } = encodeBody('columns', readings);
  const id = { gateway, epoch, number, lane: 'routine', count: readings.length } as const;
  const header = { ...id, encoding: 'columns', compression: 'brotli', doubts, partOf } as const;
  const bytes = encodeBatch(header, compress(body, 'brotli'));
  return { kind: 'batch', batch: { ...id, bytes }, ...(tenant !== undefined && { tenant }) };
}

/** That the readings from `first` on stood at this place of a batch. */
export function partOf({ batch: { epoch, number, bytes } }: Outgoing & { kind: 'batch' }, first: number): PartOf {
  return { epoch, number, digest: digestOf(bytes), first };
}

export const stored = (receipt: Receipt) => receipt.outcome === 'stored' && receipt.refused.length === 0;
