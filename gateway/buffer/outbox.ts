/**
 * What waits for one destination: the epoch that is sealed into, and earlier ones that still hold something.
 *
 * `take` gives gaps first, then the urgent lane, then routine: the oldest, but every `freshEvery`-th time the newest, so that
 * after an outage the map is current while history fills in. Earlier epochs (of a file that was damaged) go before the
 * current one.
 */
import { randomBytes } from 'node:crypto';
import { type Compression, type Encoding, encodeBatch, encodeBody, LANES, type Lane } from '../../shared/feed/batch.ts';
import type { Receipt } from '../../shared/feed/receipt.ts';
import type { Reading } from '../../shared/reading.ts';
import { compress } from './compress.ts';
import { Epoch, type EpochSql, type Numbering, type Row } from './epoch.ts';
import type { Apply, Outgoing } from './outgoing.ts';
import type { Refused } from './refused.ts';
import type { Db } from './schema.ts';

export interface FeedOptions {
  readonly name: string;
  readonly encoding: Encoding;
  readonly compression: Compression;
  /** While a backlog drains, every how many-th routine batch is the newest instead of the oldest. */
  readonly freshEvery: number;
  /** Bytes of batches that may wait; beyond it the oldest of this destination go, whatever room there is. */
  readonly maxBytes?: number;
  /** Which readings go to this destination. */
  accepts(reading: Reading): boolean;
}

export interface FeedStats {
  readonly epoch: string;
  /** Highest number sealed so far; 0 before the first. */
  readonly sealed: number;
  readonly waiting: Readonly<Record<Lane, number>>;
  readonly inFlight: number;
  readonly gaps: number;
  readonly refused: number;
}

/** A batch that could be sent or dropped. */
export interface Candidate {
  readonly epoch: Epoch;
  readonly lane: Lane;
  readonly row: Row;
}

export class Feed {
  readonly name: string;
  readonly #gateway: string;
  readonly #options: FeedOptions;
  readonly #refused: Refused;
  /** Oldest first; the last is sealed into. */
  #epochs: readonly Epoch[];
  #current: Epoch;
  #routineTaken = 0;

  constructor(gateway: string, options: FeedOptions, epochs: readonly Epoch[], refused: Refused) {
    const current = epochs.at(-1);
    if (current === undefined) throw new RangeError('a feed has at least one epoch');
    this.name = options.name;
    this.#gateway = gateway;
    this.#options = options;
    this.#epochs = epochs;
    this.#current = current;
    this.#refused = refused;
  }

  get epoch(): string {
    return this.#current.name;
  }

  get epochs(): readonly Epoch[] {
    return this.#epochs;
  }

  /** Seals what of `readings` goes to this destination into one batch. Call inside a transaction. */
  seal(readings: readonly Reading[], lane: Lane, numbers: Numbering, sealed: number): Apply {
    const own = readings.filter((reading) => this.#options.accepts(reading));
    return own.length === 0 ? () => {} : this.sealAll(own, lane, numbers, sealed);
  }

  /** Seals all of `readings`, whatever its filter says. Call inside a transaction. */
  sealAll(readings: readonly Reading[], lane: Lane, numbers: Numbering, sealed: number): Apply {
    const number = numbers.next(this.#current);
    const { encoding, compression } = this.#options;
    const count = readings.length;
    const header = { gateway: this.#gateway, epoch: this.epoch, number, lane, count, encoding, compression };
    const bytes = encodeBatch(header, compress(encodeBody(encoding, readings), compression));
    return this.#current.seal({ number, lane, count, bytes, sealed });
  }

  /** A gap to send, now in flight. */
  takeGap(): Outgoing | undefined {
    for (const epoch of this.#epochs) {
      const gap = epoch.sendGap();
      if (gap !== undefined) return gap;
    }
    return undefined;
  }

  /** The batch to be sent next; undefined when everything is in flight or settled. */
  next(): Candidate | undefined {
    const isFreshTurn = (this.#routineTaken + 1) % this.#options.freshEvery === 0;
    return (
      this.oldest('urgent') ??
      (isFreshTurn ? this.#candidate(this.#current, 'routine', 'newest') : undefined) ??
      this.oldest('routine')
    );
  }

  /** The candidate of `next` is now in flight. */
  send({ epoch, lane, row }: Candidate): Outgoing {
    const isFresh = lane === 'routine' && ++this.#routineTaken % this.#options.freshEvery === 0;
    return epoch.send(row, lane, !isFresh);
  }

  /** The oldest batch of a lane that is not in flight. */
  oldest(lane: Lane): Candidate | undefined {
    for (const epoch of this.#epochs) {
      const candidate = this.#candidate(epoch, lane, 'oldest');
      if (candidate !== undefined) return candidate;
    }
    return undefined;
  }

  release(outgoing: Outgoing): void {
    this.#epochOf(outgoing)?.release(outgoing);
  }

  resume(outgoing: Outgoing): void {
    this.#epochOf(outgoing)?.resume(outgoing);
  }

  /** The city OS has answered. Call inside a transaction. */
  settle(outgoing: Outgoing, receipt: Receipt): Apply {
    const epoch = this.#epochOf(outgoing);
    const removed = epoch?.remove(outgoing);
    if (epoch === undefined || !removed) return () => {};
    if (outgoing.kind === 'batch') this.#refused.setAside(this.name, outgoing.batch.bytes, receipt);
    return removed;
  }

  /** What a receipt answers, if that is still here; "foreign" where it is of no epoch of this feed. */
  find(receipt: Receipt): Outgoing | 'foreign' | undefined {
    const epoch = receipt.gateway === this.#gateway && this.#epochs.find(({ name }) => name === receipt.epoch);
    return epoch ? epoch.find(receipt.number, receipt.last) : 'foreign';
  }

  /** What has not been settled: gaps, urgent, routine, each by number. It may be sealed and settled while this is read. */
  *waiting(): Generator<Outgoing> {
    for (const epoch of this.#epochs) yield* epoch.waitingGaps();
    for (const lane of ['urgent', 'routine'] as const) {
      for (const epoch of this.#epochs) yield* epoch.waitingBatches(lane);
    }
  }

  /** Forgets earlier epochs of which nothing waits any more. Call inside a transaction. */
  forgetDone(): Apply {
    const done = this.#epochs.filter((epoch) => epoch !== this.#current && epoch.isDone);
    for (const epoch of done) epoch.forget();
    return () => {
      this.#epochs = this.#epochs.filter((epoch) => !done.includes(epoch));
    };
  }

  /** Bytes that wait beyond what may. */
  get excessBytes(): number {
    const { maxBytes } = this.#options;
    return maxBytes === undefined ? 0 : this.#epochs.reduce((sum, { bytes }) => sum + bytes, 0) - maxBytes;
  }

  /** Puts an earlier epoch before the others. */
  addEarlier(epoch: Epoch): void {
    this.#epochs = [epoch, ...this.#epochs];
  }

  /** How old its newest batch is among those of all feeds. */
  newestSealed(): number {
    const rows = this.#epochs.flatMap((epoch) => LANES.map((lane) => epoch.peek(lane, 'newest')));
    return Math.max(0, ...rows.map((row) => row?.sealed ?? 0));
  }

  stats(): FeedStats {
    const sum = (of: (epoch: Epoch) => number) => this.#epochs.reduce((total, epoch) => total + of(epoch), 0);
    return {
      epoch: this.epoch,
      sealed: this.#current.next - 1,
      waiting: { routine: sum(({ waiting }) => waiting.routine), urgent: sum(({ waiting }) => waiting.urgent) },
      inFlight: sum(({ batchesInFlight }) => batchesInFlight),
      gaps: sum(({ gaps }) => gaps),
      refused: this.#refused.count(this.name),
    };
  }

  #candidate(epoch: Epoch, lane: Lane, which: 'oldest' | 'newest'): Candidate | undefined {
    const row = epoch.peek(lane, which);
    return row === undefined ? undefined : { epoch, lane, row };
  }

  #epochOf(outgoing: Outgoing): Epoch | undefined {
    const { epoch } = outgoing.kind === 'gap' ? outgoing.gap : outgoing.batch;
    return this.#epochs.find(({ name }) => name === epoch);
  }
}

interface FeedRow {
  readonly id: number;
  readonly destination: string;
  readonly epoch: string;
  readonly next: number;
  readonly routine: number;
  readonly urgent: number;
}

interface Opening {
  readonly gateway: string;
  readonly configured: readonly FeedOptions[];
  /** The numbers given out so far are not all known: what is sealed from now on belongs to a new epoch. */
  readonly beginEpoch: boolean;
  readonly sql: EpochSql;
  readonly refused: Refused;
  drawEpoch(): string;
}

/**
 * The feeds of a file, by destination. Destinations that are no longer configured but still have batches get no more, are
 * shown in the statistics, and their batches are dropped like others when space is needed.
 */
export function openFeeds(db: Db, opening: Opening): ReadonlyMap<string, Feed> {
  const { gateway, configured, beginEpoch, sql, refused, drawEpoch } = opening;
  const rows = db.prepare('SELECT * FROM feed ORDER BY is_current, id').all() as (FeedRow & { is_current: number })[];
  const former = [...new Set(rows.map(({ destination }) => destination))]
    .filter((destination) => !configured.some(({ name }) => name === destination))
    .map(
      (name): FeedOptions => ({ name, encoding: 'columns', compression: 'none', freshEvery: 4, accepts: () => false }),
    );
  const feeds = [...configured, ...former].map((options) => {
    const own = rows.filter(({ destination }) => destination === options.name);
    const epochs = own.map((row) => new Epoch(gateway, row, sql));
    if (beginEpoch || !own.some(({ is_current }) => is_current === 1)) {
      epochs.push(new Epoch(gateway, insertFeed(db, options.name, drawEpoch(), true), sql));
    }
    return new Feed(gateway, options, epochs, refused);
  });
  return new Map(feeds.map((feed) => [feed.name, feed]));
}

/** Enters an epoch into the file. */
export function insertFeed(db: Db, destination: string, epoch: string, isCurrent: boolean): FeedRow {
  if (isCurrent) db.prepare('UPDATE feed SET is_current = 0 WHERE destination = ?').run(destination);
  const { lastInsertRowid } = db
    .prepare('INSERT INTO feed (destination, epoch, is_current, next, routine, urgent) VALUES (?, ?, ?, 1, 0, 0)')
    .run(destination, epoch, isCurrent ? 1 : 0);
  return { id: Number(lastInsertRowid), destination, epoch, next: 1, routine: 0, urgent: 0 };
}

export function drawEpoch(): string {
  return randomBytes(8).toString('hex');
}

/** Goes in the urgent lane. */
export function isUrgent(reading: Reading): boolean {
  return reading.kind === 'alarm';
}
