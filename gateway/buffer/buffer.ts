/**
 * The buffer: the only queue, durable when `append` resolves.
 *
 * Promises (each is a test file under test/gateway/buffer/):
 *  1. `append` resolves only when the readings would survive a power cut (WAL, synchronous=FULL, group commit).
 *  2. Readings wait in an open set and are sealed into batches per destination. A sealed batch never changes.
 *  3. A batch leaves the disk only on a receipt.
 *  4. A batch is (gateway, epoch, number); numbers have no holes, and every opening begins a new epoch, so that a
 *     restored backup or a copied file gives no number a second time.
 *  5. Urgent readings are sealed at once and overtake everything.
 *  6. The quota is enforced: the oldest routine batches go first, and each drop is reported as a gap.
 *  7. Refused readings are set aside with the reason, up to a bound.
 *  8. A damaged file is set aside, everything readable in it is kept (salvage.ts), and the rest is reported as gaps.
 *  9. Few writes: commits that no caller waits for are made late and together, and seal what they bring.
 * 10. What was delivered or dropped is overwritten, in the file within a minute and in its log within ten; so is what may be
 *     kept no longer (sifting/).
 *
 *   append ─▶ pending ─group commit─▶ open set ─count or age─▶ sealed batches (an outbox a destination) ─▶ take … settle
 *                                       ▲ clock set
 *                              held ────┘ readings taken before the clock was (clock-wait.ts)
 *
 * Bounds: `maxPending` readings and `maxSettled` receipts wait for the group commit; at the bound it happens at once. While
 * receipts cannot be written, nothing more is given out. A full disk makes room (store.ts); a failing disk and a damaged file are
 * handled in live-file.ts. If neither helps, `append` rejects with "buffer-full"; everything else is retried until it works.
 */
import type { Receipt } from '../../shared/feed/receipt.ts';
import type { Reading } from '../../shared/reading.ts';
import { type Answered, oldestSealed, settleAnswered, settleWithinMs, withoutAnswered } from './answered.ts';
import { BatchBounds } from './batch-bounds.ts';
import type { AppendOptions, BufferOptions, BufferStats, ByHand, Pending, TakeRoom } from './buffer-options.ts';
import { dropRefused, type Retried, retryRefused, settleByHand } from './by-hand.ts';
import { ClockWait } from './clock-wait.ts';
import { bufferFull } from './database.ts';
import type { Numbering } from './epoch.ts';
import { LiveFile, reopenEveryMs } from './live-file.ts';
import { OpenAge } from './open-age.ts';
import { isUrgent } from './outbox.ts';
import type { Apply, Outgoing, OutgoingBatch } from './outgoing.ts';
import { Doorstep } from './passing/doorstep.ts';
import { type Arriving, takeIn } from './passing/take-in.ts';
import type { Known, SourceState } from './passing/taken-in.ts';
import { readWaiting } from './read-waiting.ts';
import type { RefusedFilter, RefusedReading } from './refused.ts';
import { reportFault } from './report-fault.ts';
import { SealedWhen } from './sealed-when.ts';
import type { Erased } from './sifting/erase.ts';
import { Expiry } from './sifting/expiry.ts';
import { cameSince, sortPending } from './sort-pending.ts';
import type { Store } from './store.ts';
import { takeNext } from './take-next.ts';
import { Takers } from './takers.ts';
import { Timer } from './timer.ts';

const maxPending = 10_000;
const maxSettled = 64;
/** Receipts that could not be written. */
const settleAgainMs = 10_000;

export class ReadingBuffer {
  #options: BufferOptions;
  readonly #commitTimer: Timer;
  readonly #openAge: OpenAge;
  readonly #takers = new Takers();
  readonly #file: LiveFile;
  readonly #clockWait: ClockWait;
  readonly #expiry: Expiry;
  #pending: Pending[] = [];
  #pendingReadings = 0;
  readonly #doorstep = new Doorstep();
  #isClosed = false;
  #settled: Answered[] = [];
  readonly #sealedWhen = new SealedWhen();
  readonly #batchBounds = new BatchBounds();
  #appended = 0;

  private constructor(given: BufferOptions) {
    const options = { ...given, outboxes: this.#batchBounds.on(given.outboxes) };
    this.#options = options;
    this.#file = new LiveFile(options, {
      replaced: () => {
        this.#openAge.replaced(this.#file.store.openSet.size);
        this.#takers.seeNothing();
      },
      failed: () => this.#commitWithin(reopenEveryMs),
    });
    this.#takers.see(this.#file.store.work);
    this.#sealedWhen.note(this.#file.store.sealed, this.#now());
    this.#commitTimer = new Timer(options.clock);
    this.#openAge = new OpenAge({
      clock: options.clock,
      batchAgeMs: options.batchAgeMs,
      isTaken: () => this.#takers.isAnyone,
      pauseMs: () => this.#file.pauseMs,
      due: () => this.#commit(),
    });
    const owner = {
      isTaken: () => this.#takers.isAnyone,
      commit: () => this.#commit(),
      committed: () => this.#afterCommit(),
      attempt: (action: () => void) => this.#attempt(action),
    };
    this.#clockWait = new ClockWait(options, this.#file, owner);
    this.#expiry = new Expiry(options, this.#file, owner);
  }

  /** Opens or creates the file and takes up what an earlier run left in it. Throws what `openDatabase` throws. */
  static open(options: BufferOptions): ReadingBuffer {
    const buffer = new ReadingBuffer(options);
    buffer.#openAge.found(buffer.#file.store.openSet.size);
    buffer.#attempt(() => buffer.#clockWait.letGoDue());
    if (buffer.#clockWait.mustLetGo) buffer.#commitWithin(0);
    return buffer;
  }

  /** Resolves when the readings and what is to be remembered are on the disk; rejects with "buffer-full". */
  append(readings: readonly Reading[], options: AppendOptions = {}): Promise<void> {
    if (this.#isClosed) return Promise.reject(new RangeError('the buffer is closed'));
    return new Promise((resolve, reject) => {
      this.#pending.push({ readings, options, at: this.#now(), resolve, reject });
      this.#pendingReadings += readings.length;
      if (this.#pendingReadings >= maxPending) this.#commit();
      else this.#commitWithin(readings.some(isUrgent) ? 0 : (options.withinMs ?? 0));
    });
  }

  /** Resolves when a message of another gateway is on the disk for each destination that wants it, or was; rejects with "buffer-full". */
  takeIn(arriving: Arriving): Promise<Known> {
    if (this.#isClosed) return Promise.reject(new RangeError('the buffer is closed'));
    const known = this.#doorstep.add(arriving);
    if (this.#doorstep.isFull) this.#commit();
    else this.#commitWithin(0);
    return known;
  }

  /** What has come of other gateways, by epoch, a gateway's latest last. */
  sources(): Iterable<SourceState> {
    return this.#file.store.takenIn.sources();
  }

  /** What was last remembered of each device, as JSON text. Read from the file; throws SQLite's errors. */
  remembered(): ReadonlyMap<string, string> {
    return this.#file.use((store) => store.remembered());
  }

  /**
   * The next thing to send to a destination. It counts as in flight until `release` or `settle`. Undefined if nothing waits,
   * or the next is larger than `room.bytes`, or not urgent if it must be.
   */
  take(destination: string, room: TakeRoom = {}): Outgoing | undefined {
    if (this.#settled.length >= maxSettled) return undefined; // they cannot be written; more would only fill the memory
    return this.#read((store) => takeNext(store, destination, room));
  }

  /** Whether an alarm waits for a destination, and is not in flight. */
  hasUrgent(destination: string): boolean {
    return this.#read((store) => store.outbox(destination).hasUrgent) ?? false;
  }

  /** Delivery failed: it waits again, unchanged. */
  release(destination: string, outgoing: Outgoing): void {
    this.#file.store.outbox(destination).release(outgoing);
    this.#takers.tell(destination);
  }

  /** The destination has answered. The batch leaves the disk with the next commit, within a minute (answered.ts). */
  settle(destination: string, outgoing: Outgoing, receipt: Receipt): void {
    this.#settled.push({ destination, outgoing, receipt });
    if (this.#settled.length >= maxSettled && this.#file.fault === '') this.#commit();
    else this.#commitWithin(settleWithinMs(receipt));
  }

  /**
   * What waits for a destination, without taking it: this gateway's, or another's whose file this was. The buffer may be
   * written to while this is read. What is damaged comes as gaps.
   */
  waiting(destination: string, gateway?: string): Generator<Outgoing> {
    return readWaiting(this.#file, destination, gateway);
  }

  /** Batches for a destination are sealed no larger from now on, unless a single reading is; undefined: any size. */
  sealWithin(destination: string, maxBytes: number | undefined): void {
    this.#batchBounds.set(destination, maxBytes);
  }

  /**
   * A batch is larger than its broker takes: it becomes parts under new numbers and a gap. A single reading is set aside as refused.
   * Throws a MachimoriError "buffer-full".
   */
  split(destination: string, outgoing: OutgoingBatch, why: string): void {
    this.#change((store, numbers) => ({
      told: undefined,
      applies: store.outbox(destination).split(outgoing, why, numbers, store.nextSealed()),
    }));
  }

  /** Receipts carried here by hand; settles whatever they answer that is still here. Throws a MachimoriError "buffer-full". */
  settleByHand(receipts: readonly Receipt[]): ByHand {
    return this.#change((store, numbers) => settleByHand(store, receipts, numbers));
  }

  /** What the city OS has refused, oldest first. The buffer may be written to while this is read. */
  refused(filter?: RefusedFilter): Generator<RefusedReading> {
    return this.#file.store.refused.list(filter);
  }

  /** Seals refused readings again, each for the destination that refused it. Throws a MachimoriError "buffer-full". */
  retryRefused(filter?: RefusedFilter): Retried {
    return this.#change((store, numbers) => retryRefused(store, filter, this.#options, numbers));
  }

  /** Deletes refused readings and returns how many. Throws a MachimoriError "buffer-full". */
  dropRefused(filter?: RefusedFilter): number {
    const readings = this.#change(({ refused }) => dropRefused(refused, filter));
    if (readings > 0) this.#options.log.warn('Refused readings were dropped by the operator', { readings });
    return readings;
  }

  /** Erases from everything that waits here (sifting/erase.ts). Rejects with SQLite's errors. */
  erase(isIt: (reading: Reading) => boolean): Promise<Erased> {
    return this.#expiry.erase(isIt);
  }

  /**
   * Calls `listener` whenever there may be something to take, until the returned function is called. Batches are sealed by
   * age only while someone listens.
   */
  onWork(destination: string, listener: () => void): () => void {
    this.#file.store.outbox(destination); // throws if there is none
    const stop = this.#takers.add(destination, listener);
    this.#openAge.watch();
    this.#clockWait.watch();
    return stop;
  }

  /** Other destinations from now on, each in a new epoch. What waits for one that goes is kept. Throws what `open` throws. */
  useOutboxes(outboxes: BufferOptions['outboxes']): void {
    this.sealOpen();
    this.#options = { ...this.#options, outboxes: this.#batchBounds.on(outboxes) };
    this.#file.openAgain(this.#options);
    this.#takers.tellAll();
  }

  /** Makes the file fit its bound, as each commit does. Opening does not, so that a command that only reads drops nothing. */
  enforceBounds(): void {
    this.#attempt(() => this.#file.use((store) => store.enforceBounds()));
  }

  /** The clock was set: readings that waited for it get their real time. */
  clockSet(): void {
    this.#commit();
  }

  /** Commits what is pending and seals what is open. Readings that wait for the clock go on waiting. */
  sealOpen(): void {
    this.#commit();
    this.#attempt(() => this.#sealRest());
  }

  /** Commits and seals everything, whatever it still waits for: age, count or clock. */
  flush(): void {
    this.#commit();
    this.#clockWait.letGoAll();
    this.#sealRest();
  }

  /** Receipted batches no longer count as waiting, although they stay in the file until the next commit. */
  stats(): BufferStats {
    const { file, maxBytes } = this.#options;
    const { outboxes: all, ...stats } = this.#file.store.stats();
    const outboxes = withoutAnswered(all, this.#settled);
    const pendingMs = this.#now() - (this.#pending[0]?.at ?? this.#now());
    return { ...stats, outboxes, file, maxBytes, appended: this.#appended, fault: this.#file.fault, pendingMs };
  }

  /** For how long at least the oldest batch of a destination has waited, ms; undefined if none waits, or the disk fails. */
  oldestWaitingMs(destination: string): number | undefined {
    const sealed = oldestSealed(this.#file.store.outbox(destination), this.#settled);
    return sealed === undefined ? undefined : this.#sealedWhen.age(sealed, this.#now());
  }

  /** Commits what is pending and closes the file. What is open stays in it. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#commit();
    for (const timer of [this.#commitTimer, this.#openAge, this.#clockWait, this.#expiry]) timer.end();
    this.#attempt(() => this.#file.close());
  }

  #now(): number {
    return this.#options.clock.moment().monotonic;
  }

  #commitWithin(ms: number): void {
    this.#commitTimer.setSooner(ms, () => this.#commit());
  }

  /** One transaction for everything that waits: readings, memories, receipts, and the open set if it is old enough to seal. */
  #commit(): void {
    this.#commitTimer.cancel();
    const [pending, settled] = [this.#pending, this.#settled];
    const isOfAge = this.#openAge.isOfAge(pending[0]?.at);
    const hasCome = pending.length > 0 || !this.#doorstep.isEmpty || settled.length > 0;
    if (!hasCome && !isOfAge && !this.#clockWait.mustLetGo && !this.#file.mustReopen) return;
    this.#pending = [];
    this.#pendingReadings = 0;
    this.#settled = [];
    const arriving = this.#doorstep.take();
    let known: readonly Known[] = [];
    try {
      this.#clockWait.letGoDue(); // before the readings that came after them
      this.#transact((numbers) => {
        const settling = settleAnswered(settled, this.#file.store, numbers);
        const forgetting = [...this.#file.store.outboxes.values()].map((outbox) => outbox.forgetDone());
        const taken = takeIn(arriving, this.#file.store, numbers);
        known = taken.known;
        return [...settling, ...forgetting, ...taken.applies, ...this.#write(pending, numbers, isOfAge)];
      });
    } catch (fault) {
      this.#settled.push(...settled);
      if (settled.length > 0) this.#commitWithin(settleAgainMs);
      if (this.#file.mustReopen || this.#clockWait.mustLetGo) this.#commitWithin(reopenEveryMs);
      const error = bufferFull(this.#options.file, fault);
      for (const { reject } of [...pending, ...arriving]) reject(error);
      this.#openAge.watch();
      return;
    }
    if (settled.length >= maxSettled) this.#takers.tellAll();
    for (const { readings, resolve } of pending) {
      this.#appended += readings.length;
      resolve();
    }
    for (const [i, { resolve }] of arriving.entries()) resolve(known[i] ?? 'new');
    if (this.#clockWait.mustLetGo) this.#commitWithin(0);
  }

  #write(pending: readonly Pending[], numbers: Numbering, sealRest: boolean): Apply[] {
    const store = this.#file.store;
    const { urgent, routine, applies } = sortPending(pending, store, this.#options.boot);
    if (urgent.length > 0) applies.push(...store.seal(urgent, 'urgent', numbers));
    const { size } = store.openSet;
    const since = (count: number) => cameSince(pending, count) ?? this.#now();
    const grown = () => this.#openAge.grown(store.openSet.size, size, routine.length, since);
    return [...applies, ...store.openSet.add(routine, numbers, sealRest), grown];
  }

  /** Runs `work` in a transaction for a caller that waits for the result. */
  #change<T>(work: (store: Store, numbers: Numbering) => { readonly told: T; readonly applies: readonly Apply[] }): T {
    let told: T | undefined;
    try {
      this.#transact((numbers) => {
        const done = work(this.#file.store, numbers);
        told = done.told;
        return done.applies;
      });
    } catch (fault) {
      throw bufferFull(this.#options.file, fault);
    }
    return told as T; // the transaction has run
  }

  #sealRest(): void {
    this.#transact((numbers) => this.#file.store.openSet.add([], numbers, true));
  }

  /** Runs `work` in a transaction, then applies what it returned to memory. */
  #transact(work: (numbers: Numbering) => readonly Apply[]): void {
    this.#file.use((store) => store.transact(work));
    this.#afterCommit();
  }

  #afterCommit(): void {
    this.#attempt(() => this.#file.use((store) => store.enforceBounds()));
    this.#openAge.found(this.#file.store.openSet.size);
    this.#sealedWhen.note(this.#file.store.sealed, this.#now());
    this.#openAge.watch();
    this.#clockWait.watch();
    this.#takers.tellOf(this.#file.store.work);
  }

  /** Undefined if the file cannot be read, which is logged. */
  #read<T>(work: (store: Store) => T): T | undefined {
    try {
      return this.#file.use(work);
    } catch (fault) {
      if (fault instanceof RangeError) throw fault;
      reportFault(this.#options, fault);
      return undefined;
    }
  }

  /** Logs a fault that no caller waits for. */
  #attempt(action: () => void): void {
    try {
      action();
    } catch (fault) {
      reportFault(this.#options, fault);
    }
  }
}
