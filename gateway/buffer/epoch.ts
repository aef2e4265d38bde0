/**
 * One epoch of one destination's batches: numbered without holes, in two lanes; each batch stays until its receipt.
 *
 *   seal ──▶ batch table ──send──▶ in flight ──settle(receipt)──▶ deleted
 *                 ▲                   │
 *                 └─────release───────┘  (delivery failed: the same bytes go again)
 *
 * What is in flight is known in memory only: after a restart it is sent again, and the receiver drops the repeat.
 *
 * All writes happen inside the caller's transaction (store.ts). Each returns a function that updates memory, to be called
 * once the transaction has been committed.
 */

import { crc32 } from 'node:zlib';
import { decodeBatch, LANES, type Lane, type SealedBatch } from '../../shared/feed/batch.ts';
import type { Gap, GapReason } from '../../shared/feed/receipt.ts';
import { checkFits, corruption } from './database.ts';
import type { EpochSql } from './epoch-sql.ts';
import type { Apply, Outgoing, OutgoingBatch } from './outgoing.ts';
import type { Damaged, Queue, Row } from './queue.ts';
import { batchKey, numberOfKey } from './schema.ts';

/** An epoch as stored (the table is called `feed`; see schema.ts). */
export interface EpochRow {
  readonly id: number;
  /** Whose numbers they are: the gateway that began it. */
  readonly gateway: string;
  readonly epoch: string;
  readonly next: number;
  readonly routine: number;
  readonly urgent: number;
}

interface GapRow {
  readonly id: number;
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly reason: GapReason;
}

/** A batch before it enters the table. */
interface Sealing {
  readonly number: number;
  readonly lane: Lane;
  readonly count: number;
  readonly bytes: Uint8Array;
  /** Its place in the order of all outboxes' batches. */
  readonly sealed: number;
}

/** Numbers given out and epochs begun within one transaction; memory learns of them only after the commit. */
export class Numbering {
  readonly #next = new Map<Epoch, number>();
  /** By destination. */
  readonly begun = new Map<string, Epoch>();

  next(epoch: Epoch): number {
    const number = this.#next.get(epoch) ?? epoch.next;
    this.#next.set(epoch, number + 1);
    return number;
  }
}

export class Epoch implements Queue {
  readonly name: string;
  readonly gateway: string;
  readonly #id: number;
  readonly #sql: EpochSql;
  #next: number;
  readonly #waiting: Record<Lane, number>;
  #gaps: number;
  readonly #inFlight = new Map<number, SealedBatch>();
  readonly #gapsInFlight = new Map<number, Gap>();
  /** Of the waiting batches. Counted on first use, then kept up to date. */
  #bytes: number | undefined;
  /** By lane: every number up to here is in flight or settled, so the search for the next starts here. */
  readonly #cursor = { routine: 0, urgent: 0 };

  constructor({ id, gateway, epoch, next, routine, urgent }: EpochRow, sql: EpochSql) {
    this.name = epoch;
    this.gateway = gateway;
    this.#id = id;
    this.#sql = sql;
    this.#next = next;
    this.#waiting = { routine, urgent };
    this.#gaps = sql.countGaps.get(id) as number; // COUNT(*)
  }

  get id(): number {
    return this.#id;
  }

  /** The next batch's number. */
  get next(): number {
    return this.#next;
  }

  get waiting(): Readonly<Record<Lane, number>> {
    return this.#waiting;
  }

  /** Bytes of the waiting batches. */
  get bytes(): number {
    this.#bytes ??= LANES.reduce((sum, lane) => sum + this.#bytesIn(lane), 0);
    return this.#bytes;
  }

  get gaps(): number {
    return this.#gaps;
  }

  get batchesInFlight(): number {
    return this.#inFlight.size;
  }

  /** Nothing waits any more; it may be forgotten. */
  get isDone(): boolean {
    return this.#waiting.routine === 0 && this.#waiting.urgent === 0 && this.#gaps === 0;
  }

  /** Puts a batch into the table. Call inside a transaction. */
  seal({ number, lane, count, bytes, sealed }: Sealing): Apply {
    checkFits(bytes, this.#sql.maxBytes);
    this.#sql.insert.run(this.#key(lane, number), sealed, count, crc32(bytes), bytes);
    this.#sql.count[lane].run(1, number + 1, this.#id);
    return () => {
      this.#next = Math.max(this.#next, number + 1);
      this.#waiting[lane]++;
      this.#countBytes(bytes.length);
    };
  }

  /** Uses up a number without a batch. Call inside a transaction. */
  skip(number: number): Apply {
    this.#sql.count.routine.run(0, number + 1, this.#id);
    return () => {
      this.#next = Math.max(this.#next, number + 1);
    };
  }

  /** Takes over a batch of this epoch from another file, whatever its number. Call inside a transaction. */
  takeUp(sealing: Sealing): Apply {
    return this.has(sealing.lane, sealing.number) ? () => {} : this.seal(sealing);
  }

  has(lane: Lane, number: number): boolean {
    return this.#sql.at.get(this.#key(lane, number)) !== undefined;
  }

  oldestSealed(lane: Lane, answered: readonly Outgoing[]): number | undefined {
    const own = answered.flatMap((each) =>
      each.kind === 'batch' && each.batch.epoch === this.name ? [each.batch.number] : [],
    );
    return this.oldestSealedBut(lane, new Set(own));
  }

  /** The same; `answered` has their numbers. */
  oldestSealedBut(lane: Lane, answered: ReadonlySet<number>): number | undefined {
    if (this.#waiting[lane] === 0) return undefined;
    const rows = this.#sql.keys.iterate(this.#key(lane, 0), this.#key(lane, Number.MAX_SAFE_INTEGER));
    for (const { key, sealed } of rows as Iterable<Pick<Row, 'key' | 'sealed'>>) {
      if (!answered.has(numberOfKey(key))) return sealed;
    }
    return undefined;
  }

  /** Takes at most as many steps as batches are in flight. */
  peek(lane: Lane, which: 'oldest' | 'newest'): Row | undefined {
    if (this.#waiting[lane] === 0) return undefined;
    const [low, high] = [this.#key(lane, 0), this.#key(lane, Number.MAX_SAFE_INTEGER)];
    let from = which === 'oldest' ? this.#key(lane, this.#cursor[lane]) : high;
    for (;;) {
      const row = this.#sql[which].get(from, which === 'oldest' ? high : low) as Row | undefined;
      if (row !== undefined && !Buffer.isBuffer(row.bytes)) throw corruption('a batch is not made of bytes');
      if (row === undefined || !this.#inFlight.has(numberOfKey(row.key))) return row;
      from = which === 'oldest' ? further(from, row.key) : -further(-from, -row.key);
    }
  }

  after(lane: Lane, number: number): Row | undefined {
    if (this.#waiting[lane] === 0) return undefined;
    const end = this.#key(lane, Number.MAX_SAFE_INTEGER);
    return this.#sql.oldest.get(this.#key(lane, number), end) as Row | undefined;
  }

  peekInFlight(lane: Lane): Row | undefined {
    const numbers = [...this.#inFlight.values()].filter((batch) => batch.lane === lane).map(({ number }) => number);
    if (numbers.length === 0) return undefined;
    return this.#sql.at.get(this.#key(lane, Math.min(...numbers))) as Row | undefined;
  }

  checkNoneIsMissing(): void {
    const waiting = this.#waiting.routine + this.#waiting.urgent;
    if (waiting > this.#inFlight.size) throw corruption('a batch that waits is not there');
  }

  /** If they are another batch's, it is the file that lies, and the batch can be saved. */
  isWhole(row: Row, lane: Lane): boolean {
    if (!this.isUnchanged(row)) return false;
    const { header } = decodeBatch(row.bytes);
    if (header.epoch === this.name && header.number === numberOfKey(row.key) && header.lane === lane) return true;
    throw corruption('a batch is in the place of another');
  }

  isUnchanged(row: Row): boolean {
    return crc32(row.bytes) === row.crc;
  }

  numberOf({ key }: Row): number {
    return numberOfKey(key);
  }

  send(row: Row, lane: Lane, isOldest: boolean): Outgoing {
    const number = numberOfKey(row.key);
    if (isOldest) this.#cursor[lane] = number;
    const batch = this.#batchOf(row, lane);
    this.#inFlight.set(number, batch);
    return { kind: 'batch', batch };
  }

  sendGap(): Outgoing | undefined {
    if (this.#gaps === this.#gapsInFlight.size) return undefined;
    for (const row of this.#sql.gaps.iterate(this.#id, 0) as Iterable<GapRow>) {
      if (this.#gapsInFlight.has(row.first)) continue;
      const gap = this.#gapOf(row);
      this.#gapsInFlight.set(row.first, gap);
      return { kind: 'gap', gap };
    }
    return undefined;
  }

  /** The gap (if `last` is given) or batch of that number, if it is still here. */
  find(number: number, last?: number): Outgoing | undefined {
    if (last !== undefined) {
      const row = this.#sql.gapAt.get(this.#id, number) as GapRow | undefined;
      return row?.last === last ? { kind: 'gap', gap: this.#gapOf(row) } : undefined;
    }
    for (const lane of LANES) {
      const row = this.#sql.at.get(this.#key(lane, number)) as Row | undefined;
      if (row !== undefined) return { kind: 'batch', batch: this.#batchOf(row, lane) };
    }
    return undefined;
  }

  *waitingGaps(): Generator<Outgoing> {
    for (let after = 0; ; ) {
      const row = this.#sql.gaps.get(this.#id, after) as GapRow | undefined;
      if (row === undefined) return;
      yield { kind: 'gap', gap: this.#gapOf(row) };
      after = further(after, row.id);
    }
  }

  /** A lane's batches up to the number that is the last now. The caller drops those that are damaged. */
  *waitingBatches(lane: Lane): Generator<Outgoing | Damaged> {
    const end = this.#key(lane, this.#next);
    for (let from = this.#key(lane, 0); ; ) {
      const row = this.#sql.oldest.get(from, end) as Row | undefined;
      if (row === undefined) return;
      if (this.isWhole(row, lane)) yield { kind: 'batch', batch: this.#batchOf(row, lane) };
      else yield { kind: 'damaged', candidate: { queue: this, lane, row } };
      from = further(from, row.key);
    }
  }

  release(outgoing: Outgoing): void {
    if (outgoing.kind === 'gap') {
      this.#gapsInFlight.delete(outgoing.gap.number);
    } else {
      const { number, lane } = outgoing.batch;
      this.#inFlight.delete(number);
      this.#cursor[lane] = Math.min(this.#cursor[lane], number - 1);
    }
  }

  /** What is in flight, for the epoch that replaces this one when the file is reopened. */
  inFlight(): Outgoing[] {
    return [
      ...[...this.#inFlight.values()].map((batch) => ({ kind: 'batch', batch }) as const),
      ...[...this.#gapsInFlight.values()].map((gap) => ({ kind: 'gap', gap }) as const),
    ];
  }

  resume(outgoing: Outgoing): void {
    if (outgoing.kind === 'batch') {
      const { lane, number } = outgoing.batch;
      if (this.has(lane, number)) this.#inFlight.set(number, outgoing.batch);
    } else if (this.#sql.gapAt.get(this.#id, outgoing.gap.number) !== undefined) {
      this.#gapsInFlight.set(outgoing.gap.number, outgoing.gap);
    }
  }

  remove(outgoing: Outgoing): Apply | false {
    if (outgoing.kind === 'gap') {
      const { number, last } = outgoing.gap;
      if (this.#sql.deleteGap.run(this.#id, number, last).changes === 0) return false;
      return () => {
        this.#gapsInFlight.delete(number);
        this.#gaps--;
      };
    }
    const { number, lane, bytes } = outgoing.batch;
    if (this.#sql.delete.run(this.#key(lane, number)).changes === 0) return false;
    this.#sql.count[lane].run(-1, 0, this.#id);
    return () => {
      this.#inFlight.delete(number);
      this.#waiting[lane]--;
      this.#countBytes(-bytes.length);
    };
  }

  /** A receipt for it that comes later settles nothing. Call inside a transaction. Throws what `discard` throws. */
  drop(row: Row, lane: Lane, reason: GapReason): Apply {
    const number = numberOfKey(row.key);
    const discarded = this.discard(row, lane);
    const reported = this.addGap({ first: number, last: number, count: row.count, reason });
    return () => {
      discarded();
      reported();
    };
  }

  giveUp({ batch }: OutgoingBatch, lost: number): Apply {
    const { number } = batch;
    const removed = this.remove({ kind: 'batch', batch });
    const reported = this.addGap({ first: number, last: number, count: lost, reason: 'operator' });
    return () => {
      if (removed) removed();
      reported();
    };
  }

  /** Deletes it and says nothing. Call inside a transaction. Throws an error that `isDamage` recognises if it cannot be deleted. */
  discard(row: Row, lane: Lane): Apply {
    const number = numberOfKey(row.key);
    if (this.#sql.delete.run(row.key).changes === 0) throw corruption('a row that was found cannot be deleted');
    this.#sql.count[lane].run(-1, 0, this.#id);
    return () => {
      this.#inFlight.delete(number);
      this.#waiting[lane]--;
      this.#countBytes(-row.bytes.length);
    };
  }

  /** Records that these numbers will not be sent (again). Numbers of which nothing is lost have gaps of their own. Call inside a transaction. */
  addGap({ first, last, count, reason }: { first: number; last: number; count: number; reason: GapReason }): Apply {
    const previous = this.#sql.lastGap.get(this.#id) as GapRow | undefined;
    const extend =
      previous?.last === first - 1 &&
      previous.reason === reason &&
      (previous.count === 0) === (count === 0) &&
      !this.#gapsInFlight.has(previous.first);
    if (extend) this.#sql.extendGap.run(last, count, previous.id);
    else this.#sql.insertGap.run(this.#id, first, last, count, reason);
    return () => {
      if (!extend) this.#gaps++;
    };
  }

  /** Call inside a transaction, and only when it is done. */
  forget(): void {
    this.#sql.forget.run(this.#id);
  }

  #bytesIn(lane: Lane): number {
    return this.#sql.bytes.get(this.#key(lane, 0), this.#key(lane, Number.MAX_SAFE_INTEGER)) as number; // SUM
  }

  #countBytes(change: number): void {
    if (this.#bytes !== undefined) this.#bytes += change;
  }

  #batchOf({ key, count, bytes }: Row, lane: Lane): SealedBatch {
    return { gateway: this.gateway, epoch: this.name, number: numberOfKey(key), lane, count, bytes };
  }

  #gapOf({ first, last, count, reason }: GapRow): Gap {
    return { gateway: this.gateway, epoch: this.name, number: first, last, count, reason };
  }

  #key(lane: Lane, number: number): number {
    return batchKey(this.#id, LANES.indexOf(lane), Math.min(number, 2 ** 40 - 1));
  }
}

/** `to`. Throws an error that `isDamage` recognises unless it is greater: in a damaged tree a search can go round for ever. */
function further(from: number, to: number): number {
  if (to <= from) throw corruption('rows are out of order');
  return to;
}
