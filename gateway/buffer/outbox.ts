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
 * At a hub, batches of other gateways pass through (passing/passage.ts), in turn with its own.
 *
 * Epochs of another gateway, whose file this was, are not sent: they wait to be carried by hand.
 */
import { decodeBatch, decodeBody, encodeBatch, LANES, type Lane, type SealedBatch } from '../../shared/feed/batch.ts';
import { wholeOf } from '../../shared/feed/parts.ts';
import type { GapReason, Receipt } from '../../shared/feed/receipt.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import { isTest, type Reading } from '../../shared/reading.ts';
import { type Body, type BodyOptions, bodiesOf, bodiesOfHalves } from './bodies.ts';
import { decompress } from './compress.ts';
import { answers, digestOf } from './digest.ts';
import type { Epoch, Numbering } from './epoch.ts';
import type { OutboxOptions, OutboxParts, OutboxStats } from './outbox-options.ts';
import type { Apply, Outgoing, OutgoingBatch } from './outgoing.ts';
import type { Entering, Passage } from './passing/passage.ts';
import type { PassedGap } from './passing/passed-gaps.ts';
import { enteringOf, type Making, sealFor } from './passing/seal-for.ts';
import type { Candidate, Damaged, Queue } from './queue.ts';
import type { Refused } from './refused.ts';

/** Bound of our own batches when they are read back. */
const maxOwnBody = 64 * 1024 * 1024;

export class Outbox {
  readonly name: string;
  readonly #gateway: string;
  readonly #options: OutboxOptions;
  readonly #refused: Refused;
  readonly #passage: Passage | undefined;
  /** Oldest first; the last is the current one. */
  #epochs: readonly Epoch[];
  #current: Epoch;
  #routineTaken = 0;
  readonly #insertEpoch: () => Epoch | undefined;
  readonly #drawEpoch: () => string;

  constructor(
    gateway: string,
    options: OutboxOptions,
    { epochs, refused, passage, insertEpoch, drawEpoch }: OutboxParts,
  ) {
    const current = epochs.at(-1);
    if (current === undefined) throw new RangeError('an outbox has at least one epoch');
    this.name = options.name;
    this.#gateway = gateway;
    this.#options = options;
    this.#epochs = epochs;
    this.#current = current;
    this.#refused = refused;
    this.#passage = passage;
    this.#insertEpoch = insertEpoch;
    this.#drawEpoch = drawEpoch;
  }

  get epoch(): string {
    return this.#current.name;
  }

  get epochs(): readonly Epoch[] {
    return this.#epochs;
  }

  get passage(): Passage | undefined {
    return this.#passage;
  }

  /** Everything that is sent from here. */
  get queues(): readonly Queue[] {
    return this.#passage === undefined ? this.#epochs : [...this.#epochs, this.#passage];
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
    const bodies = bodiesOf(readings, this.bodyOptions);
    return bodies.map((body) => this.#sealBody(body, lane, numbers, sealed));
  }

  get bodyOptions(): BodyOptions {
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
  split(outgoing: OutgoingBatch, why: string, numbers: Numbering, sealed: number): Apply[] {
    const { batch, tenant } = outgoing;
    const { gateway, epoch, number, lane, count, bytes } = batch;
    const queue = this.#queueOf(outgoing);
    if (queue === undefined || !queue.has(lane, outgoing.place ?? number)) return [];
    if (count === 1) {
      this.#refused.setAside(this.name, outgoing, { ...batch, outcome: 'unreadable', refused: [], reason: why });
      return [queue.giveUp(outgoing, 1)];
    }
    const { header, body } = decodeBatch(bytes);
    const readings = decodeBody(header, decompress(body, header.compression, maxOwnBody), count);
    const partOf = wholeOf({ ...header, digest: digestOf(bytes) });
    const options = { ...this.bodyOptions, encoding: header.encoding, partOf };
    const dropped = queue.giveUp(outgoing, 0);
    const derived = digestOf(Buffer.from(`parts ${epoch} ${number} ${options.maxBytes}`));
    const parts = bodiesOfHalves(readings, options);
    return [dropped, ...this.sealParts(parts, { tenant, gateway, epoch: derived, lane, sealed }, numbers)];
  }

  /** Seals what stays of a batch that leaves: as this gateway's own, or for the gateway that it came from. Call inside a transaction. */
  sealParts(bodies: readonly Body[], { tenant, ...making }: Making, numbers: Numbering): Apply[] {
    const { lane, sealed } = making;
    if (tenant === undefined) return bodies.map((body) => this.#sealBody(body, lane, numbers, sealed));
    return enteringOf(bodies, { tenant, ...making }).map((part) => this.enter(part, numbers));
  }

  /** Reports those of these readings that were meant for this destination, and are given up unsealed. Call inside a transaction. */
  dropOpen(readings: readonly Reading[], reason: GapReason, numbers: Numbering): Apply[] {
    const own = readings.filter((reading) => this.#options.accepts(reading));
    return own.length === 0 ? [] : [this.skip(numbers, own.length, reason)];
  }

  /** Seals another gateway's readings again, which had been refused. Call inside a transaction. */
  sealFor(readings: readonly Reading[], origin: Origin, lane: Lane, numbers: Numbering, sealed: number): Apply[] {
    const parts = sealFor(readings, { ...origin, epoch: this.#drawEpoch(), lane, sealed }, this.bodyOptions);
    return parts.map((part) => this.enter(part, numbers));
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
    for (const queue of this.own) {
      const gap = queue.sendGap();
      if (gap !== undefined) return gap;
    }
    return undefined;
  }

  /** The batch to send next; undefined if everything is in flight or settled. */
  next(): Candidate | undefined {
    const isFreshTurn = (this.#routineTaken + 1) % this.#options.freshEvery === 0;
    const next =
      this.oldest('urgent', this.own) ??
      (isFreshTurn ? this.#freshest() : undefined) ??
      this.oldest('routine', this.own);
    if (next === undefined) for (const queue of this.own) queue.checkNoneIsMissing();
    return next;
  }

  /** Whether an alarm is to be sent that is not in flight. */
  get hasUrgent(): boolean {
    return this.oldest('urgent', this.own) !== undefined;
  }

  /** Puts the candidate from `next` in flight. */
  send({ queue, lane, row }: Candidate): Outgoing {
    const isFresh = lane === 'routine' && ++this.#routineTaken % this.#options.freshEvery === 0;
    return queue.send(row, lane, !isFresh);
  }

  /** The oldest batch of a lane that is not in flight. */
  oldest(lane: Lane, queues = this.queues): Candidate | undefined {
    let own: Candidate | undefined;
    for (const queue of queues) {
      if (queue !== this.#passage) own ??= candidateOf(queue, lane, 'oldest');
    }
    const passing = this.#passage && candidateOf(this.#passage, lane, 'oldest');
    return passing === undefined || (own !== undefined && own.row.sealed < passing.row.sealed) ? own : passing;
  }

  /** The newest routine batch, which is of the current epoch or passes through. */
  #freshest(): Candidate | undefined {
    const own = candidateOf(this.#current, 'routine', 'newest');
    const passing = this.#passage && candidateOf(this.#passage, 'routine', 'newest');
    return passing === undefined || (own !== undefined && own.row.sealed > passing.row.sealed) ? own : passing;
  }

  /** The oldest batch of a lane that is in flight. */
  oldestInFlight(lane: Lane): Candidate | undefined {
    for (const queue of this.queues) {
      const row = queue.peekInFlight(lane);
      if (row !== undefined) return { queue, lane, row };
    }
    return undefined;
  }

  release(outgoing: Outgoing): void {
    this.#queueOf(outgoing)?.release(outgoing);
  }

  resume(outgoing: Outgoing): void {
    this.#queueOf(outgoing)?.resume(outgoing);
  }

  /** Lets a batch of another gateway wait here. Call inside a transaction. */
  enter(entering: Entering, numbers: Numbering): Apply {
    return this.#passing.enter(entering, numbers);
  }

  /** Lets a gap of another gateway wait here. Call inside a transaction. */
  enterGap(gap: PassedGap): Apply {
    return this.#passing.enterGap(gap);
  }

  get #passing(): Passage {
    if (this.#passage === undefined) throw new RangeError(`nothing passes through to ${this.name}`);
    return this.#passage;
  }

  /** The city OS has answered. `nextSealed` gives a new batch its place in the order of all. Call inside a transaction. */
  settle(outgoing: Outgoing, receipt: Receipt, numbers: Numbering, nextSealed: () => number): Apply[] {
    const removed = this.#queueOf(outgoing)?.remove(outgoing);
    if (!removed) return [];
    if (outgoing.kind === 'gap') return [removed];
    const epoch = this.#epochOf(outgoing);
    if (receipt.outcome === 'conflict' && epoch !== undefined) {
      return [removed, ...this.#sealAgain(outgoing.batch, epoch, numbers, nextSealed())];
    }
    this.#refused.setAside(this.name, outgoing, receipt);
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
    return maxBytes === undefined ? 0 : this.queues.reduce((sum, { bytes }) => sum + bytes, 0) - maxBytes;
  }

  /** Adds an earlier epoch, before the others. */
  addEarlier(epoch: Epoch): void {
    this.#epochs = [epoch, ...this.#epochs];
  }

  /** Its newest batch's place in the order of all outboxes' batches. */
  newestSealed(): number {
    const rows = this.queues.flatMap((queue) => LANES.map((lane) => queue.peek(lane, 'newest')));
    return Math.max(0, ...rows.map((row) => row?.sealed ?? 0));
  }

  /** The place in the order of all of the oldest batch that waits; those among `answered` have their receipt. */
  oldestSealed(answered: readonly Outgoing[]): number | undefined {
    const places = this.own.flatMap((queue) => LANES.flatMap((lane) => queue.oldestSealed(lane, answered) ?? []));
    return places.length === 0 ? undefined : Math.min(...places);
  }

  stats(): OutboxStats {
    const sum = (of: (queue: Queue) => number) => this.own.reduce((total, queue) => total + of(queue), 0);
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
  get own(): readonly Queue[] {
    return this.queues.filter((queue) => queue === this.#passage || queue.gateway === this.#gateway);
  }

  #queueOf(outgoing: Outgoing): Queue | undefined {
    return outgoing.place === undefined ? this.#epochOf(outgoing) : this.#passage;
  }

  /** Undefined if it passes through. */
  #epochOf(outgoing: Outgoing): Epoch | undefined {
    if (outgoing.place !== undefined) return undefined;
    const { epoch } = outgoing.kind === 'gap' ? outgoing.gap : outgoing.batch;
    return this.#epochs.find(({ name }) => name === epoch);
  }
}

function candidateOf(queue: Queue, lane: Lane, which: 'oldest' | 'newest'): Candidate | undefined {
  const row = queue.peek(lane, which);
  return row === undefined ? undefined : { queue, lane, row };
}

/** Whether it travels in the urgent lane: an alarm, or a test, for which somebody stands and waits. */
export function isUrgent(reading: Reading): boolean {
  return reading.kind === 'alarm' || isTest(reading);
}
