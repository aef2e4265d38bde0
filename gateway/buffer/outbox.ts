/**
 * The outbox of one destination: everything that waits for it, in the current epoch and in earlier ones that are not done.
 *
 * Gaps go first, then the urgent lane, then routine: the oldest batch, but every `freshEvery`-th time the newest, so that
 * after an outage the map is current while history fills in. Earlier epochs (every opening of the file begins one) go before the
 * current one.
 *
 * A receiver that has another batch under a number answers "conflict": this machine was set back, or copied, while it ran. The
 * batch is sealed again under another number, and if that happens in the current epoch a new one begins.
 *
 * Epochs of another gateway, whose file this was, are not sent: they wait to be carried by hand.
 */
import {
  type Compression,
  decodeBatch,
  decodeBody,
  type Encoding,
  encodeBatch,
  LANES,
  type Lane,
  type SealedBatch,
} from '../../shared/feed/batch.ts';
import { wholeOf } from '../../shared/feed/parts.ts';
import type { GapReason, Receipt } from '../../shared/feed/receipt.ts';
import type { Reading, Units } from '../../shared/reading.ts';
import { type Body, type BodyOptions, bodiesOf, bodiesOfHalves } from './bodies.ts';
import { decompress } from './compress.ts';
import { answers, digestOf } from './digest.ts';
import type { Candidate, Damaged, Epoch, Numbering } from './epoch.ts';
import type { Apply, Outgoing } from './outgoing.ts';
import type { Refused } from './refused.ts';

export interface OutboxOptions {
  readonly name: string;
  readonly encoding: Encoding;
  readonly compression: Compression;
  /** While a backlog drains, every n-th routine batch sent is the newest instead of the oldest. */
  readonly freshEvery: number;
  /** Bytes of batches that may wait; beyond that this outbox drops its oldest, even if the file has room. */
  readonly maxBytes?: number;
  /** The largest batch that may be sealed, as far as is known; one of a single reading may be larger. */
  maxBatchBytes?(): number | undefined;
  /** Which readings go to this destination. */
  accepts(reading: Reading): boolean;
  /** SenML units of a device's quantities, as its birth tells them. */
  unitsOf?(device: string): Units | undefined;
}

export interface OutboxStats {
  readonly epoch: string;
  /** Highest number sealed so far, 0 before the first. */
  readonly sealed: number;
  readonly waiting: Readonly<Record<Lane, number>>;
  readonly inFlight: number;
  readonly gaps: number;
  readonly refused: number;
  /** What waits of other gateways whose file this was, by gateway: batches and gaps. None of it is in the other counts. */
  readonly ofOthers: Readonly<Record<string, number>>;
}

/** Bound of our own batches when they are read back. */
const maxOwnBody = 64 * 1024 * 1024;

export class Outbox {
  readonly name: string;
  readonly #gateway: string;
  readonly #options: OutboxOptions;
  readonly #refused: Refused;
  /** Oldest first; the last is the current one. */
  #epochs: readonly Epoch[];
  #current: Epoch;
  #routineTaken = 0;
  readonly #insertEpoch: () => Epoch | undefined;

  /** `insertEpoch` puts a new current epoch into the file, unless there are too many. */
  constructor(
    gateway: string,
    options: OutboxOptions,
    { epochs, refused, insertEpoch }: { epochs: readonly Epoch[]; refused: Refused; insertEpoch(): Epoch | undefined },
  ) {
    const current = epochs.at(-1);
    if (current === undefined) throw new RangeError('an outbox has at least one epoch');
    this.name = options.name;
    this.#gateway = gateway;
    this.#options = options;
    this.#epochs = epochs;
    this.#current = current;
    this.#refused = refused;
    this.#insertEpoch = insertEpoch;
  }

  get epoch(): string {
    return this.#current.name;
  }

  get epochs(): readonly Epoch[] {
    return this.#epochs;
  }

  /** Seals the readings for this destination. Call inside a transaction. */
  seal(readings: readonly Reading[], lane: Lane, numbers: Numbering, sealed: number): Apply[] {
    const own = readings.filter((reading) => this.#options.accepts(reading));
    return own.length === 0 ? [] : this.sealAll(own, lane, numbers, sealed);
  }

  /**
   * Seals all of the readings, whatever the filter says, into one batch; into several if one would be beyond a receiver's
   * bounds, or larger than the broker takes. Call inside a transaction.
   */
  sealAll(readings: readonly Reading[], lane: Lane, numbers: Numbering, sealed: number): Apply[] {
    const bodies = bodiesOf(readings, this.#bodyOptions);
    return bodies.map((body) => this.#sealBody(body, lane, numbers, sealed));
  }

  get #bodyOptions(): BodyOptions {
    const { encoding, compression, unitsOf, maxBatchBytes } = this.#options;
    return { encoding, compression, unitsOf, maxBytes: maxBatchBytes?.() };
  }

  #sealBody({ compressed, ...about }: Body, lane: Lane, numbers: Numbering, sealed: number): Apply {
    const epoch = this.#currentIn(numbers);
    const number = numbers.next(epoch);
    const bytes = encodeBatch({ ...about, lane, gateway: this.#gateway, epoch: epoch.name, number }, compressed);
    return epoch.seal({ number, lane, count: about.count, bytes, sealed });
  }

  /**
   * The broker does not take a batch of this size: its readings are sealed again in smaller ones, under new numbers, and its own
   * becomes a gap. Each part names its place in the batch, which may have been stored after all; in its encoding, since another would
   * order the readings differently. A single reading is set aside with the reason, as if refused. Call inside a transaction.
   */
  split(batch: SealedBatch, why: string, numbers: Numbering, sealed: number): Apply[] {
    const { number, lane, count, bytes } = batch;
    const epoch = this.#epochs.find(({ name }) => name === batch.epoch);
    const row = epoch?.row(lane, number);
    if (epoch === undefined || row === undefined) return [];
    if (count === 1) {
      const { gateway } = batch;
      const receipt = { gateway, epoch: epoch.name, number, outcome: 'unreadable', refused: [], reason: why } as const;
      this.#refused.setAside(this.name, bytes, receipt);
      return [epoch.drop(row, lane, 'operator')];
    }
    const { header, body } = decodeBatch(bytes);
    const readings = decodeBody(header, decompress(body, header.compression, maxOwnBody), count);
    const partOf = wholeOf({ ...header, digest: digestOf(bytes) });
    const parts = bodiesOfHalves(readings, { ...this.#bodyOptions, encoding: header.encoding, partOf });
    const dropped = epoch.drop(row, lane, 'operator', 0);
    return [dropped, ...parts.map((part) => this.#sealBody(part, lane, numbers, sealed))];
  }

  /** Gives a number to readings that were lost before they had one: a gap. Call inside a transaction. */
  skip(numbers: Numbering, count: number, reason: GapReason): Apply {
    const epoch = this.#currentIn(numbers);
    const number = numbers.next(epoch);
    const skipped = epoch.skip(number);
    const reported = epoch.addGap({ first: number, last: number, count, reason });
    return () => {
      skipped();
      reported();
    };
  }

  /** Puts a gap in flight and returns it. */
  takeGap(): Outgoing | undefined {
    for (const epoch of this.#own) {
      const gap = epoch.sendGap();
      if (gap !== undefined) return gap;
    }
    return undefined;
  }

  /** The batch to send next; undefined if everything is in flight or settled. */
  next(): Candidate | undefined {
    const isFreshTurn = (this.#routineTaken + 1) % this.#options.freshEvery === 0;
    const next =
      this.oldest('urgent', this.#own) ??
      (isFreshTurn ? this.#candidate(this.#current, 'routine', 'newest') : undefined) ??
      this.oldest('routine', this.#own);
    if (next === undefined) for (const epoch of this.#own) epoch.checkNoneIsMissing();
    return next;
  }

  /** Whether an alarm is to be sent that is not in flight. */
  get hasUrgent(): boolean {
    return this.oldest('urgent', this.#own) !== undefined;
  }

  /** Puts the candidate from `next` in flight. */
  send({ epoch, lane, row }: Candidate): Outgoing {
    const isFresh = lane === 'routine' && ++this.#routineTaken % this.#options.freshEvery === 0;
    return epoch.send(row, lane, !isFresh);
  }

  /** The oldest batch of a lane that is not in flight. */
  oldest(lane: Lane, epochs = this.#epochs): Candidate | undefined {
    for (const epoch of epochs) {
      const candidate = this.#candidate(epoch, lane, 'oldest');
      if (candidate !== undefined) return candidate;
    }
    return undefined;
  }

  /** The oldest batch of a lane that is in flight. */
  oldestInFlight(lane: Lane): Candidate | undefined {
    for (const epoch of this.#epochs) {
      const row = epoch.peekInFlight(lane);
      if (row !== undefined) return { epoch, lane, row };
    }
    return undefined;
  }

  release(outgoing: Outgoing): void {
    this.#epochOf(outgoing)?.release(outgoing);
  }

  resume(outgoing: Outgoing): void {
    this.#epochOf(outgoing)?.resume(outgoing);
  }

  /** The city OS has answered. `nextSealed` gives a new batch its place in the order of all. Call inside a transaction. */
  settle(outgoing: Outgoing, receipt: Receipt, numbers: Numbering, nextSealed: () => number): Apply[] {
    const epoch = this.#epochOf(outgoing);
    const removed = epoch?.remove(outgoing);
    if (epoch === undefined || !removed) return [];
    if (outgoing.kind === 'gap') return [removed];
    if (receipt.outcome === 'conflict')
      return [removed, ...this.#sealAgain(outgoing.batch, epoch, numbers, nextSealed())];
    this.#refused.setAside(this.name, outgoing.batch.bytes, receipt);
    return [removed];
  }

  /** What a receipt answers, if that is still here; "foreign" if its epoch is not one of this outbox, or its digest not the batch's. */
  find(receipt: Receipt): Outgoing | 'foreign' | undefined {
    const epoch = this.#epochs.find(({ name, gateway }) => name === receipt.epoch && gateway === receipt.gateway);
    const found = epoch ? epoch.find(receipt.number, receipt.last) : 'foreign';
    return typeof found === 'object' && found.kind === 'batch' && !answers(receipt, found.batch.bytes)
      ? 'foreign'
      : found;
  }

  /**
   * Everything of a gateway that is not settled: gaps, urgent, routine, each by number. The buffer may be written to while this
   * is read.
   */
  *waiting(gateway = this.#gateway): Generator<Outgoing | Damaged> {
    const epochs = this.#epochs.filter((epoch) => epoch.gateway === gateway);
    for (const epoch of epochs) yield* epoch.waitingGaps();
    for (const lane of ['urgent', 'routine'] as const) {
      for (const epoch of epochs) yield* epoch.waitingBatches(lane);
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

  /** The place in the order of all of the oldest batch that waits; those among `answered` have their receipt. */
  oldestSealed(answered: readonly Outgoing[]): number | undefined {
    const places = this.#own.flatMap((epoch) => {
      const numbers = answered.flatMap((each) =>
        each.kind === 'batch' && each.batch.epoch === epoch.name ? [each.batch.number] : [],
      );
      return LANES.flatMap((lane) => epoch.oldestSealed(lane, new Set(numbers)) ?? []);
    });
    return places.length === 0 ? undefined : Math.min(...places);
  }

  stats(): OutboxStats {
    const sum = (of: (epoch: Epoch) => number) => this.#own.reduce((total, epoch) => total + of(epoch), 0);
    return {
      epoch: this.epoch,
      sealed: this.#current.next - 1,
      waiting: { routine: sum(({ waiting }) => waiting.routine), urgent: sum(({ waiting }) => waiting.urgent) },
      inFlight: sum(({ batchesInFlight }) => batchesInFlight),
      gaps: sum(({ gaps }) => gaps),
      refused: this.#refused.count(this.name),
      ofOthers: this.#ofOthers(),
    };
  }

  /** The epoch to seal into. */
  #currentIn(numbers: Numbering): Epoch {
    return numbers.begun.get(this.name) ?? this.#current;
  }

  /** Seals the same body under a new number. The batch itself must have left the file. */
  #sealAgain({ bytes, lane, count }: SealedBatch, taken: Epoch, numbers: Numbering, sealed: number): Apply[] {
    const begun = taken === this.#currentIn(numbers) ? this.#begin(numbers) : [];
    const { header, body } = decodeBatch(bytes);
    const epoch = this.#currentIn(numbers);
    const number = numbers.next(epoch);
    const again = encodeBatch({ ...header, gateway: this.#gateway, epoch: epoch.name, number }, body);
    return [...begun, epoch.seal({ number, lane, count, bytes: again, sealed })];
  }

  #begin(numbers: Numbering): Apply[] {
    const epoch = this.#insertEpoch();
    if (epoch === undefined) return []; // another number of the current one may be free
    numbers.begun.set(this.name, epoch);
    return [
      () => {
        this.#epochs = [...this.#epochs, epoch];
        this.#current = epoch;
      },
    ];
  }

  #ofOthers(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { gateway, waiting, gaps } of this.#epochs) {
      const count = waiting.routine + waiting.urgent + gaps;
      if (gateway !== this.#gateway && count > 0) counts[gateway] = (counts[gateway] ?? 0) + count;
    }
    return counts;
  }

  /** Those that are sent. */
  get #own(): readonly Epoch[] {
    return this.#epochs.filter(({ gateway }) => gateway === this.#gateway);
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

/** Whether it travels in the urgent lane. */
export function isUrgent(reading: Reading): boolean {
  return reading.kind === 'alarm';
}
