/**
 * The outbox of one destination: everything that waits for it, in the current epoch and in earlier ones that are not done.
 *
 * Gaps go first, then the urgent lane, then routine: the oldest batch, but every `freshEvery`-th time the newest, so that
 * after an outage the map is current while history fills in. Earlier epochs (every opening of the file begins one) go before the
 * current one.
 */
import { randomBytes } from 'node:crypto';
import { type Compression, type Encoding, encodeBatch, encodeBody, LANES, type Lane } from '../../shared/feed/batch.ts';
import type { Receipt } from '../../shared/feed/receipt.ts';
import type { Reading } from '../../shared/reading.ts';
import { compress } from './compress.ts';
import { corruption } from './database.ts';
import { Epoch, type EpochRow, type EpochSql, type Numbering, type Row } from './epoch.ts';
import type { Apply, Outgoing } from './outgoing.ts';
import type { Refused } from './refused.ts';
import { type Db, maxEpochId } from './schema.ts';

export interface OutboxOptions {
  readonly name: string;
  readonly encoding: Encoding;
  readonly compression: Compression;
  /** While a backlog drains, every n-th routine batch sent is the newest instead of the oldest. */
  readonly freshEvery: number;
  /** Bytes of batches that may wait; beyond that this outbox drops its oldest, even if the file has room. */
  readonly maxBytes?: number;
  /** Which readings go to this destination. */
  accepts(reading: Reading): boolean;
}

export interface OutboxStats {
  readonly epoch: string;
  /** Highest number sealed so far, 0 before the first. */
  readonly sealed: number;
  readonly waiting: Readonly<Record<Lane, number>>;
  readonly inFlight: number;
  readonly gaps: number;
  readonly refused: number;
}

/** A batch that may be sent or dropped. */
export interface Candidate {
  readonly epoch: Epoch;
  readonly lane: Lane;
  readonly row: Row;
}

export class Outbox {
  readonly name: string;
  readonly #gateway: string;
  readonly #options: OutboxOptions;
  readonly #refused: Refused;
  /** Oldest first; the last is the current one. */
  #epochs: readonly Epoch[];
  #current: Epoch;
  #routineTaken = 0;

  constructor(gateway: string, options: OutboxOptions, epochs: readonly Epoch[], refused: Refused) {
    const current = epochs.at(-1);
    if (current === undefined) throw new RangeError('an outbox has at least one epoch');
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

  /** Seals the readings for this destination into one batch. Call inside a transaction. */
  seal(readings: readonly Reading[], lane: Lane, numbers: Numbering, sealed: number): Apply {
    const own = readings.filter((reading) => this.#options.accepts(reading));
    return own.length === 0 ? () => {} : this.sealAll(own, lane, numbers, sealed);
  }

  /** Seals all of the readings, whatever the filter says. Call inside a transaction. */
  sealAll(readings: readonly Reading[], lane: Lane, numbers: Numbering, sealed: number): Apply {
    const number = numbers.next(this.#current);
    const { encoding, compression } = this.#options;
    const count = readings.length;
    const header = { gateway: this.#gateway, epoch: this.epoch, number, lane, count, encoding, compression };
    const bytes = encodeBatch(header, compress(encodeBody(encoding, readings), compression));
    return this.#current.seal({ number, lane, count, bytes, sealed });
  }

  /** Puts a gap in flight and returns it. */
  takeGap(): Outgoing | undefined {
    for (const epoch of this.#epochs) {
      const gap = epoch.sendGap();
      if (gap !== undefined) return gap;
    }
    return undefined;
  }

  /** The batch to send next; undefined if everything is in flight or settled. */
  next(): Candidate | undefined {
    const isFreshTurn = (this.#routineTaken + 1) % this.#options.freshEvery === 0;
    return (
      this.oldest('urgent') ??
      (isFreshTurn ? this.#candidate(this.#current, 'routine', 'newest') : undefined) ??
      this.oldest('routine')
    );
  }

  /** Puts the candidate from `next` in flight. */
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

  /** What a receipt answers, if that is still here; "foreign" if its epoch is not one of this outbox. */
  find(receipt: Receipt): Outgoing | 'foreign' | undefined {
    const epoch = receipt.gateway === this.#gateway && this.#epochs.find(({ name }) => name === receipt.epoch);
    return epoch ? epoch.find(receipt.number, receipt.last) : 'foreign';
  }

  /** Everything not settled: gaps, urgent, routine, each by number. The buffer may be written to while this is read. */
  *waiting(): Generator<Outgoing> {
    for (const epoch of this.#epochs) yield* epoch.waitingGaps();
    for (const lane of ['urgent', 'routine'] as const) {
      for (const epoch of this.#epochs) yield* epoch.waitingBatches(lane);
    }
  }

  /** Forgets earlier epochs that are done. Call inside a transaction. */
  forgetDone(): Apply {
    const done = this.#epochs.filter((epoch) => epoch !== this.#current && epoch.isDone);
    for (const epoch of done) epoch.forget();
    return () => {
      this.#epochs = this.#epochs.filter((epoch) => !done.includes(epoch));
    };
  }

  /** Waiting bytes beyond `maxBytes`. */
  get excessBytes(): number {
    const { maxBytes } = this.#options;
    return maxBytes === undefined ? 0 : this.#epochs.reduce((sum, { bytes }) => sum + bytes, 0) - maxBytes;
  }

  /** Adds an earlier epoch, before the others. */
  addEarlier(epoch: Epoch): void {
    this.#epochs = [epoch, ...this.#epochs];
  }

  /** Its newest batch's place in the order of all outboxes' batches. */
  newestSealed(): number {
    const rows = this.#epochs.flatMap((epoch) => LANES.map((lane) => epoch.peek(lane, 'newest')));
    return Math.max(0, ...rows.map((row) => row?.sealed ?? 0));
  }

  stats(): OutboxStats {
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

/** Once so many epochs wait, a restart goes on in the current one; salvage still has ids. */
const manyEpochs = 4_000;

type StoredEpoch = EpochRow & { readonly destination: string; readonly is_current: number };

interface Opening {
  readonly gateway: string;
  readonly configured: readonly OutboxOptions[];
  readonly sql: EpochSql;
  readonly refused: Refused;
  drawEpoch(): string;
}

/**
 * The outboxes of a file, by destination. A destination that is no longer configured but still has batches gets no new ones;
 * it shows in the statistics, and its batches are dropped like others when space is needed.
 */
export function openOutboxes(db: Db, opening: Opening): ReadonlyMap<string, Outbox> {
  const { gateway, configured, sql, refused, drawEpoch } = opening;
  const rows = db.prepare('SELECT * FROM feed ORDER BY is_current, id').all() as StoredEpoch[]; // its columns
  const former = [...new Set(rows.map(({ destination }) => destination))]
    .filter((destination) => !configured.some(({ name }) => name === destination))
    .map(
      (name): OutboxOptions => ({
        name,
        encoding: 'columns',
        compression: 'none',
        freshEvery: 4,
        accepts: () => false,
      }),
    );
  const outboxes = [...configured, ...former].map((options) => {
    const own = rows.filter(({ destination }) => destination === options.name);
    const current = beginEpoch(db, options.name, own, drawEpoch());
    const earlier = own.filter(({ id }) => id !== current.id);
    const epochs = [...earlier, current].map((row) => new Epoch(gateway, row, sql));
    return new Outbox(gateway, options, epochs, refused);
  });
  return new Map(outboxes.map((outbox) => [outbox.name, outbox]));
}

/**
 * Every opening begins an epoch. The file may be a backup, a copied card or lack the end of its log, and cannot know that:
 * under its old epoch it would give numbers a second time, and the city OS would take new readings for repeats.
 */
function beginEpoch(db: Db, destination: string, own: readonly StoredEpoch[], epoch: string): EpochRow {
  const current = own.find(({ is_current }) => is_current === 1);
  if (current?.next === 1) {
    db.prepare('UPDATE feed SET epoch = ? WHERE id = ?').run(epoch, current.id);
    return { ...current, epoch };
  }
  if (current !== undefined && epochIds(db).size >= manyEpochs) return current;
  return insertEpoch(db, destination, epoch, true);
}

/** Enters an epoch into the file. Throws an error that `isDamage` recognises if there is no id for it. */
export function insertEpoch(db: Db, destination: string, epoch: string, isCurrent: boolean): EpochRow {
  const id = freeId(epochIds(db));
  if (isCurrent) db.prepare('UPDATE feed SET is_current = 0 WHERE destination = ?').run(destination);
  db.prepare(
    'INSERT INTO feed (id, destination, epoch, is_current, next, routine, urgent) VALUES (?, ?, ?, ?, 1, 0, 0)',
  ).run(id, destination, epoch, isCurrent ? 1 : 0);
  return { id, epoch, next: 1, routine: 0, urgent: 0 };
}

function epochIds(db: Db): ReadonlySet<number> {
  return new Set(db.prepare('SELECT id FROM feed').pluck().all() as number[]); // its primary key
}

/** The next id, so that older epochs have smaller ones; once they are used up, one that is free again. */
function freeId(ids: ReadonlySet<number>): number {
  const next = Math.max(0, ...ids) + 1;
  if (next <= maxEpochId) return next;
  for (let id = 1; id <= maxEpochId; id++) if (!ids.has(id)) return id;
  throw corruption(`more than ${maxEpochId} epochs`);
}

export function drawEpoch(): string {
  return randomBytes(8).toString('hex');
}

/** Whether it travels in the urgent lane. */
export function isUrgent(reading: Reading): boolean {
  return reading.kind === 'alarm';
}
