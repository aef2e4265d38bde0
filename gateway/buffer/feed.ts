/**
 * One destination's queue of sealed batches: numbered without a hole, two lanes, gone only on a receipt.
 *
 *   seal ──▶ batch table ──take──▶ in flight ──settle(receipt)──▶ deleted, refusals set aside
 *                 ▲                   │
 *                 └─────release───────┘  (the link broke: the same bytes go again)
 *
 * `take` gives gaps first, then the urgent lane, then routine: the oldest, but every `freshEvery`-th time the newest, so
 * that after an outage the map is current while history fills in. What is in flight is known in memory only: after a
 * restart it is sent again and the receiver drops the repeat.
 *
 * All writes happen inside the transaction of the caller (buffer.ts); what they change in memory is applied by the
 * function they return, once that transaction has been committed.
 */
import { randomBytes } from 'node:crypto';
import {
  type Compression,
  decodeBatch,
  decodeBody,
  type Encoding,
  encodeBatch,
  encodeBody,
  LANES,
  type Lane,
  type SealedBatch,
} from '../../shared/feed/batch.ts';
import type { Gap, GapReason, Receipt } from '../../shared/feed/receipt.ts';
import { type Reading, readingToJson } from '../../shared/reading.ts';
import { compress, decompress } from '../compress.ts';
import type { Db } from './database.ts';

export interface FeedOptions {
  readonly name: string;
  readonly encoding: Encoding;
  readonly compression: Compression;
  /** Which readings go to this destination. */
  accepts(reading: Reading): boolean;
}

/** What a destination has to send next. */
export type Outgoing =
  | { readonly kind: 'batch'; readonly batch: SealedBatch }
  | { readonly kind: 'gap'; readonly gap: Gap };

/** Applies to memory what a transaction has just committed. */
export type Apply = () => void;

export interface FeedStats {
  readonly epoch: string;
  /** Highest number sealed so far; 0 before the first. */
  readonly sealed: number;
  readonly waiting: Readonly<Record<Lane, number>>;
  readonly inFlight: number;
  readonly gaps: number;
  readonly refused: number;
}

interface Row {
  readonly number: number;
  readonly lane: number;
  readonly count: number;
  readonly bytes: Buffer;
}

/** Every how many-th routine batch is the newest one instead of the oldest, while there is a backlog. */
const freshEvery = 4;
/** Refused readings kept for the technician, all destinations together; beyond it the oldest go. */
const maxRefused = 10_000;
/** Bounds of a batch of our own, read back to find what was refused. */
const maxOwnBody = 64 * 1024 * 1024;

export class Feed {
  readonly name: string;
  readonly epoch: string;
  readonly #gateway: string;
  readonly #options: FeedOptions;
  readonly #sql: ReturnType<typeof prepare>;
  #next: number;
  readonly #waiting: Record<Lane, number>;
  #gaps: number;
  #refused: number;
  readonly #inFlight = new Set<number>();
  readonly #gapsInFlight = new Set<number>();
  /** By lane: every number up to it is in flight or settled, so that the search for the next one starts there. */
  readonly #cursor = { routine: 0, urgent: 0 };
  #routineTaken = 0;
  readonly #listeners = new Set<() => void>();

  constructor(db: Db, gateway: string, options: FeedOptions) {
    this.#gateway = gateway;
    this.#options = options;
    this.name = options.name;
    this.#sql = prepare(db);
    const known = this.#sql.feed.get(this.name) as { epoch: string; next: number } | undefined;
    this.epoch = known?.epoch ?? randomBytes(8).toString('hex');
    this.#next = known?.next ?? 1;
    if (known === undefined) this.#sql.insertFeed.run(this.name, this.epoch, 1);
    this.#waiting = {
      routine: this.#countOf(this.#sql.countBatches, LANES.indexOf('routine')),
      urgent: this.#countOf(this.#sql.countBatches, LANES.indexOf('urgent')),
    };
    this.#gaps = this.#countOf(this.#sql.countGaps);
    this.#refused = this.#countOf(this.#sql.countRefused);
  }

  /** Seals what of `readings` goes to this destination into one batch. Call inside a transaction. */
  seal(readings: readonly Reading[], lane: Lane, numbers: Numbering): Apply {
    const own = readings.filter((reading) => this.#options.accepts(reading));
    if (own.length === 0) return () => {};
    const number = numbers.next(this.name, this.#next);
    const { encoding, compression } = this.#options;
    const header = {
      gateway: this.#gateway,
      epoch: this.epoch,
      number,
      lane,
      count: own.length,
      encoding,
      compression,
    };
    const bytes = encodeBatch(header, compress(encodeBody(encoding, own), compression));
    this.#sql.insertBatch.run(this.name, LANES.indexOf(lane), number, own.length, bytes);
    this.#sql.updateNext.run(number + 1, this.name);
    return () => {
      this.#next = Math.max(this.#next, number + 1);
      this.#waiting[lane]++;
      this.#notify();
    };
  }

  /** The next thing to send, now in flight; undefined when everything is in flight or settled. */
  take(): Outgoing | undefined {
    return this.#takeGap() ?? this.#takeBatch('urgent') ?? this.#takeBatch('routine');
  }

  /** It could not be delivered: it waits again. */
  release(outgoing: Outgoing): void {
    if (outgoing.kind === 'gap') {
      this.#gapsInFlight.delete(outgoing.gap.number);
    } else {
      const { number, lane } = outgoing.batch;
      this.#inFlight.delete(number);
      this.#cursor[lane] = Math.min(this.#cursor[lane], number - 1);
    }
    this.#notify();
  }

  /** The city OS has answered. Call inside a transaction. */
  settle(outgoing: Outgoing, receipt: Receipt): Apply {
    if (outgoing.kind === 'gap') {
      this.#sql.deleteGap.run(this.name, outgoing.gap.number);
      return () => {
        this.#gapsInFlight.delete(outgoing.gap.number);
        this.#gaps--;
      };
    }
    const { number, lane, bytes } = outgoing.batch;
    const refused = this.#setAside(number, bytes, receipt);
    this.#sql.deleteBatch.run(this.name, LANES.indexOf(lane), number);
    return () => {
      this.#inFlight.delete(number);
      this.#waiting[lane]--;
      this.#refused = Math.min(maxRefused, this.#refused + refused);
    };
  }

  /** Drops the oldest batch of a lane that is not in flight; undefined when there is none. Call inside a transaction. */
  dropOldest(lane: Lane, reason: GapReason): Apply | undefined {
    const row = this.#oldest(lane, 0);
    if (row === undefined) return undefined;
    this.#sql.deleteBatch.run(this.name, LANES.indexOf(lane), row.number);
    type LastGap = { id: number; first: number; last: number; reason: string };
    const previous = this.#sql.lastGap.get(this.name) as LastGap | undefined;
    const extend =
      previous?.last === row.number - 1 && previous.reason === reason && !this.#gapsInFlight.has(previous.first);
    if (extend) this.#sql.extendGap.run(row.number, row.count, previous.id);
    else this.#sql.insertGap.run(this.name, row.number, row.number, row.count, reason);
    return () => {
      this.#waiting[lane]--;
      if (!extend) this.#gaps++;
      this.#notify();
    };
  }

  /** Age of the oldest batch of a lane, as its row id: grows with each batch of any destination. */
  oldestId(lane: Lane): number | undefined {
    const row = this.#sql.oldestId.get(this.name, LANES.indexOf(lane)) as { id: number } | undefined;
    return row?.id;
  }

  /** Calls `listener` whenever there may be something to take, until the returned function is called. */
  onWork(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stats(): FeedStats {
    return {
      epoch: this.epoch,
      sealed: this.#next - 1,
      waiting: { ...this.#waiting },
      inFlight: this.#inFlight.size,
      gaps: this.#gaps,
      refused: this.#refused,
    };
  }

  #takeGap(): Outgoing | undefined {
    if (this.#gaps === this.#gapsInFlight.size) return undefined;
    for (const row of this.#sql.gaps.iterate(this.name)) {
      const { first, last, count, reason } = row as { first: number; last: number; count: number; reason: GapReason };
      if (this.#gapsInFlight.has(first)) continue;
      this.#gapsInFlight.add(first);
      return { kind: 'gap', gap: { gateway: this.#gateway, epoch: this.epoch, number: first, last, count, reason } };
    }
    return undefined;
  }

  #takeBatch(lane: Lane): Outgoing | undefined {
    if (this.#waiting[lane] === 0) return undefined;
    const fresh = lane === 'routine' && ++this.#routineTaken % freshEvery === 0;
    const row = fresh ? this.#newest(lane) : this.#oldest(lane, this.#cursor[lane]);
    if (row === undefined) return undefined;
    if (!fresh) this.#cursor[lane] = row.number;
    this.#inFlight.add(row.number);
    const { number, count, bytes } = row;
    return { kind: 'batch', batch: { gateway: this.#gateway, epoch: this.epoch, number, lane, count, bytes } };
  }

  /** Searches from `after` upwards past what is in flight: at most as many steps as the window is wide. */
  #oldest(lane: Lane, after: number): Row | undefined {
    for (let from = after; ; ) {
      const row = this.#sql.oldest.get(this.name, LANES.indexOf(lane), from) as Row | undefined;
      if (row === undefined || !this.#inFlight.has(row.number)) return row;
      from = row.number;
    }
  }

  #newest(lane: Lane): Row | undefined {
    for (let below = Number.MAX_SAFE_INTEGER; ; ) {
      const row = this.#sql.newest.get(this.name, LANES.indexOf(lane), below) as Row | undefined;
      if (row === undefined || !this.#inFlight.has(row.number)) return row;
      below = row.number;
    }
  }

  /** Keeps what the city OS refused, with its reason; returns how many. */
  #setAside(number: number, bytes: Uint8Array, receipt: Receipt): number {
    if (receipt.outcome === 'stored' && receipt.refused.length === 0) return 0;
    const readings = ownReadings(bytes);
    const reasons =
      receipt.outcome === 'unreadable'
        ? readings.map((_, index) => ({ index, reason: receipt.reason ?? 'the batch was unreadable' }))
        : receipt.refused;
    for (const { index, reason } of reasons) {
      this.#sql.insertRefused.run(this.name, number, reason, JSON.stringify(readings[index] ?? null));
    }
    this.#sql.trimRefused.run(maxRefused);
    return reasons.length;
  }

  #countOf(statement: { get(...args: unknown[]): unknown }, ...args: unknown[]): number {
    return (statement.get(this.name, ...args) as { n: number }).n;
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

/**
 * Destinations that are no longer configured but still have batches in the file. They get no more, are shown in the
 * statistics, and their batches are dropped like others when space is needed.
 */
export function formerFeeds(db: Db, configured: readonly FeedOptions[]): FeedOptions[] {
  const known = db.prepare('SELECT destination FROM feed').all() as { destination: string }[];
  return known
    .filter(({ destination }) => !configured.some(({ name }) => name === destination))
    .map(({ destination: name }) => ({ name, encoding: 'columns', compression: 'none', accepts: () => false }));
}

/**
 * The readings of a batch of our own, as JSON. One that the disk has damaged gives a single null, so that it still leaves
 * the queue and what was refused is on record.
 */
function ownReadings(bytes: Uint8Array): readonly unknown[] {
  try {
    const { header, body } = decodeBatch(bytes);
    const plain = decompress(body, header.compression, maxOwnBody);
    return decodeBody(header.encoding, plain, header.count).map(readingToJson);
  } catch {
    return [null];
  }
}

/** The numbers given out within one transaction, which memory only learns of when it has been committed. */
export class Numbering {
  readonly #next = new Map<string, number>();

  next(destination: string, committed: number): number {
    const number = this.#next.get(destination) ?? committed;
    this.#next.set(destination, number + 1);
    return number;
  }
}

function prepare(db: Db) {
  const batch = 'SELECT number, lane, count, bytes FROM batch WHERE destination = ? AND lane = ?';
  return {
    feed: db.prepare('SELECT epoch, next FROM feed WHERE destination = ?'),
    insertFeed: db.prepare('INSERT INTO feed (destination, epoch, next) VALUES (?, ?, ?)'),
    updateNext: db.prepare('UPDATE feed SET next = ? WHERE destination = ?'),
    countBatches: db.prepare('SELECT COUNT(*) AS n FROM batch WHERE destination = ? AND lane = ?'),
    countGaps: db.prepare('SELECT COUNT(*) AS n FROM gap WHERE destination = ?'),
    countRefused: db.prepare('SELECT COUNT(*) AS n FROM refused WHERE destination = ?'),
    insertBatch: db.prepare('INSERT INTO batch (destination, lane, number, count, bytes) VALUES (?, ?, ?, ?, ?)'),
    deleteBatch: db.prepare('DELETE FROM batch WHERE destination = ? AND lane = ? AND number = ?'),
    oldest: db.prepare(`${batch} AND number > ? ORDER BY number LIMIT 1`),
    newest: db.prepare(`${batch} AND number < ? ORDER BY number DESC LIMIT 1`),
    oldestId: db.prepare('SELECT id FROM batch WHERE destination = ? AND lane = ? ORDER BY number LIMIT 1'),
    gaps: db.prepare('SELECT first, last, count, reason FROM gap WHERE destination = ? ORDER BY id'),
    lastGap: db.prepare('SELECT id, first, last, reason FROM gap WHERE destination = ? ORDER BY id DESC LIMIT 1'),
    insertGap: db.prepare('INSERT INTO gap (destination, first, last, count, reason) VALUES (?, ?, ?, ?, ?)'),
    extendGap: db.prepare('UPDATE gap SET last = ?, count = count + ? WHERE id = ?'),
    deleteGap: db.prepare('DELETE FROM gap WHERE destination = ? AND first = ?'),
    insertRefused: db.prepare('INSERT INTO refused (destination, number, reason, reading) VALUES (?, ?, ?, ?)'),
    trimRefused: db.prepare('DELETE FROM refused WHERE id <= (SELECT MAX(id) FROM refused) - ?'),
  };
}
