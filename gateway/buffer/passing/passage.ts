/**
 * What passes through to one destination: batches of other gateways, the bytes as they came, and gaps in their numbers.
 *
 * They wait in one queue of this gateway's own, under numbers that nobody else sees (`Outgoing.place`), and leave under the name,
 * epoch and number that they came with. What is dropped here becomes a gap in the numbers of its own gateway.
 */
import { decodeBatch, type Lane } from '../../../shared/feed/batch.ts';
import type { Gap, GapReason } from '../../../shared/feed/receipt.ts';
import { corruption } from '../database.ts';
import { Epoch, type EpochRow, type Numbering } from '../epoch.ts';
import type { EpochSql } from '../epoch-sql.ts';
import type { Apply, Outgoing, OutgoingBatch } from '../outgoing.ts';
import type { Queue, Row } from '../queue.ts';
import { carried, carry } from './carried.ts';
import { type PassedGap, type PassedGapSql, PassedGaps } from './passed-gaps.ts';

/** The name of its row among the epochs. No epoch is called so: those are 16 hexadecimal digits. */
export const PASSING = 'passing';

/** A batch before it enters the queue. */
export interface Entering {
  readonly tenant: string;
  readonly lane: Lane;
  readonly count: number;
  readonly bytes: Uint8Array;
  /** Its place in the order of all outboxes' batches. */
  readonly sealed: number;
}

export class Passage implements Queue {
  readonly gateway: string;
  readonly #queue: Epoch;
  readonly #gaps: PassedGaps;
  /** What is in flight, as the queue knows it and as it was given out. By place. */
  readonly #sent = new Map<number, { readonly inside: Outgoing; readonly outside: Outgoing }>();

  constructor(row: EpochRow, sql: { readonly epochs: EpochSql; readonly passedGaps: PassedGapSql }) {
    this.gateway = row.gateway;
    this.#queue = new Epoch(row, sql.epochs);
    this.#gaps = new PassedGaps(row.id, sql.passedGaps);
  }

  get id(): number {
    return this.#queue.id;
  }

  get next(): number {
    return this.#queue.next;
  }

  get waiting(): Readonly<Record<Lane, number>> {
    return this.#queue.waiting;
  }

  get bytes(): number {
    return this.#queue.bytes;
  }

  get gaps(): number {
    return this.#gaps.count;
  }

  get batchesInFlight(): number {
    return this.#queue.batchesInFlight;
  }

  /** Call inside a transaction. */
  enter({ tenant, lane, count, bytes, sealed }: Entering, numbers: Numbering): Apply {
    const number = numbers.next(this.#queue);
    return this.#queue.seal({ number, lane, count, bytes: carry(tenant, bytes), sealed });
  }

  /** Call inside a transaction. */
  enterGap(gap: PassedGap): Apply {
    return this.#gaps.pass(gap);
  }

  has(lane: Lane, number: number): boolean {
    return this.#queue.has(lane, number);
  }

  peek(lane: Lane, which: 'oldest' | 'newest'): Row | undefined {
    return this.#queue.peek(lane, which);
  }

  after(lane: Lane, number: number): Row | undefined {
    return this.#queue.after(lane, number);
  }

  peekInFlight(lane: Lane): Row | undefined {
    return this.#queue.peekInFlight(lane);
  }

  oldestSealed(lane: Lane, answered: readonly Outgoing[]): number | undefined {
    const places = answered.flatMap(({ kind, place }) => (kind === 'batch' && place !== undefined ? [place] : []));
    return this.#queue.oldestSealedBut(lane, new Set(places));
  }

  isWhole(row: Row): boolean {
    return this.#queue.isUnchanged(row) && carried(row.bytes) !== undefined;
  }

  checkNoneIsMissing(): void {
    this.#queue.checkNoneIsMissing();
  }

  send(row: Row, lane: Lane, isOldest: boolean): Outgoing {
    const inside = this.#queue.send(row, lane, isOldest);
    const outside = outsideOf(inside);
    this.#sent.set(placeOf(outside), { inside, outside });
    return outside;
  }

  sendGap(): Outgoing | undefined {
    return this.#gaps.send();
  }

  release(outgoing: Outgoing): void {
    if (outgoing.kind === 'gap') {
      this.#gaps.release(placeOf(outgoing));
      return;
    }
    const sent = this.#sent.get(placeOf(outgoing));
    if (sent === undefined) return;
    this.#sent.delete(placeOf(outgoing));
    this.#queue.release(sent.inside);
  }

  resume(outgoing: Outgoing): void {
    if (outgoing.kind === 'gap') {
      this.#gaps.resume(outgoing, placeOf(outgoing));
      return;
    }
    const inside = insideOf(outgoing, this.gateway);
    this.#queue.resume(inside);
    this.#sent.set(placeOf(outgoing), { inside, outside: outgoing });
  }

  inFlight(): Outgoing[] {
    return [...[...this.#sent.values()].map(({ outside }) => outside), ...this.#gaps.inFlight()];
  }

  remove(outgoing: Outgoing): Apply | false {
    if (outgoing.kind === 'gap') return this.#gaps.remove(placeOf(outgoing), outgoing.gap);
    const removed = this.#queue.remove(insideOf(outgoing, this.gateway));
    return removed && this.#forgetting(placeOf(outgoing), removed);
  }

  drop(row: Row, lane: Lane, reason: GapReason): Apply {
    const discarded = this.#queue.discard(row, lane);
    const found = carried(row.bytes);
    const gap = found && gapOf(found.message, row.count, reason);
    const reported = gap && this.#gaps.add({ ...gap, tenant: found.tenant, first: gap.number });
    return this.#forgetting(this.#queue.numberOf(row), () => {
      discarded();
      reported?.();
    });
  }

  giveUp(outgoing: OutgoingBatch, lost: number): Apply {
    const { batch, tenant = '' } = outgoing;
    const { gateway, epoch, number } = batch;
    const removed = this.remove(outgoing);
    const gap = { tenant, gateway, epoch, first: number, last: number, count: lost, reason: 'operator' } as const;
    const reported = this.#gaps.add(gap);
    return () => {
      if (removed) removed();
      reported();
    };
  }

  #forgetting(place: number, applied: Apply): Apply {
    return () => {
      this.#sent.delete(place);
      applied();
    };
  }
}

function outsideOf(inside: Outgoing): Outgoing {
  if (inside.kind === 'gap') return inside;
  const { bytes, number, lane, count } = inside.batch;
  const found = carried(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  if (found === undefined) throw corruption('a batch that passes through has lost its tenant');
  const { gateway, epoch, number: own } = decodeBatch(found.message).header;
  const batch = { gateway, epoch, number: own, lane, count, bytes: found.message };
  return { kind: 'batch', batch, tenant: found.tenant, place: number };
}

function insideOf(outside: OutgoingBatch, gateway: string): Outgoing {
  const bytes = carry(outside.tenant ?? '', outside.batch.bytes);
  return { kind: 'batch', batch: { ...outside.batch, bytes, gateway, epoch: PASSING, number: placeOf(outside) } };
}

/** What is lost with a message, by its own numbers; undefined if not even its header can be read. */
function gapOf(message: Uint8Array, count: number, reason: GapReason): Gap | undefined {
  try {
    const { gateway, epoch, number } = decodeBatch(message).header;
    return { gateway, epoch, number, last: number, count, reason };
  } catch {
    return undefined; // the disk has damaged it
  }
}

function placeOf({ place }: Outgoing): number {
  if (place === undefined) throw new RangeError('it does not pass through');
  return place;
}
