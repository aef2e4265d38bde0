/**
 * Test readings: one that is made by hand goes the whole way, and whoever sent it sees what became of it.
 *
 *   send ──▶ buffer (durable, urgent lane) ──batch──▶ destination ──receipt──▶ the events, and the device's record
 *
 * Promise: a receipt is told only if it is for the batch that holds this very reading, and with what it says of that reading. What has no receipt after
 * `waitMs` is told as such; the reading itself goes on waiting like any other. It is followed to its end whether anybody still reads the events.
 * Bounds: `maxAtOnce` tests, one of a device; a few events for each destination and every `saidEveryMs`.
 */
import type { Clock, Moment } from '../../shared/clock.ts';
import { MachimoriError } from '../../shared/errors.ts';
import { decodeBatch, decodeBody, type SealedBatch } from '../../shared/feed/batch.ts';
import { type Receipt, refusalsOf } from '../../shared/feed/receipt.ts';
import { type DeviceStatus, isTest, type Reading } from '../../shared/reading.ts';
import type { ReadingBuffer } from '../buffer/buffer.ts';
import { decompress } from '../buffer/compress.ts';
import type { Outgoing } from '../buffer/outgoing.ts';
import type { Forwarder } from '../destinations/forwarder.ts';
import type { TestEvent, TestReceipt } from './answers.ts';
import { say } from './words.ts';

type Taker = Pick<Forwarder, 'name' | 'stats' | 'takesBrokersWord' | 'follow'>;

export interface TestOptions {
  readonly buffer: Pick<ReadingBuffer, 'append'>;
  readonly clock: Clock;
  /** Of the gateway. */
  readonly signal: AbortSignal;
  forwarders(): readonly Taker[];
  /** Whether a destination wants a reading. */
  accepts(destination: string, reading: Reading): boolean;
  /** Keeps what a test of a device ended with. */
  ended(device: string, at: number, receipts: readonly TestReceipt[], unanswered: readonly string[]): void;
}

const maxAtOnce = 4;
const waitMs = 60_000;
const saidEveryMs = 5_000;
/** Bound of our own batches when they are read back. */
const maxBodyBytes = 64 * 1024 * 1024;

export class TestReadings {
  readonly #options: TestOptions;
  readonly #running = new Map<string, TestRun>();

  constructor(options: TestOptions) {
    this.#options = options;
  }

  /**
   * Resolves once the test reading is on the disk; the events come as they happen. Rejects with a MachimoriError: "test-runs", "too-many-tests",
   * "buffer-full".
   */
  async send(device: string): Promise<AsyncIterable<TestEvent>> {
    if (this.#running.has(device)) {
      throw new MachimoriError('test-runs', { what: say.testRuns(), on: device, hint: say.waitForTest() });
    }
    if (this.#running.size >= maxAtOnce) {
      const what = say.tooManyTests({ max: maxAtOnce });
      throw new MachimoriError('too-many-tests', { what, on: device, hint: say.waitForTest() });
    }
    const run = new TestRun(device, this.#options);
    this.#running.set(device, run);
    try {
      await run.begin();
    } catch (fault) {
      this.#running.delete(device);
      throw fault;
    }
    void run.follow().finally(() => this.#running.delete(device));
    return run.events();
  }
}

class TestRun {
  readonly #options: TestOptions;
  readonly #reading: DeviceStatus;
  readonly #began: Moment;
  readonly #events: TestEvent[] = [];
  readonly #receipts: TestReceipt[] = [];
  readonly #sentAs = new Map<string, string>();
  readonly #takers: readonly Taker[];
  readonly #stop: (() => void)[] = [];
  #wake = new AbortController();
  #isOver = false;

  constructor(device: string, options: TestOptions) {
    this.#options = options;
    this.#began = options.clock.moment();
    this.#reading = { device, kind: 'status', observedAt: Math.round(this.#began.wall), values: { test: true } };
    this.#takers = options.forwarders().filter(({ name }) => options.accepts(name, this.#reading));
  }

  async begin(): Promise<void> {
    const { buffer, forwarders } = this.#options;
    const takers = this.#takers.map(({ name }) => name);
    const others = forwarders().flatMap(({ name }) => (takers.includes(name) ? [] : [name]));
    const { device, observedAt: at } = this.#reading;
    this.#tell({ event: 'begun', device, at, destinations: takers, others });
    if (takers.length === 0) return;
    for (const forwarder of this.#takers) {
      this.#stop.push(
        forwarder.follow({
          sent: (outgoing) => this.#sent(forwarder.name, outgoing),
          receipted: (outgoing, receipt) => this.#receipted(forwarder, outgoing, receipt),
        }),
      );
    }
    const { wall, monotonic, synchronised } = this.#began;
    try {
      await buffer.append([this.#reading], {
        withinMs: 0,
        ...(!synchronised && { unsynchronisedOffsetMs: wall - monotonic }),
      });
    } catch (fault) {
      for (const stop of this.#stop) stop();
      throw fault;
    }
    this.#tell({ event: 'kept', afterMs: this.#afterMs });
  }

  /** Never rejects. */
  async follow(): Promise<void> {
    const { clock, signal, ended } = this.#options;
    let saidAt = this.#afterMs;
    while (!signal.aborted && this.#open.length > 0 && this.#afterMs < waitMs) {
      await clock.sleep(Math.min(saidEveryMs, waitMs - this.#afterMs), AbortSignal.any([signal, this.#wake.signal]));
      if (this.#afterMs - saidAt < saidEveryMs || this.#afterMs >= waitMs) continue;
      saidAt = this.#afterMs;
      this.#sayWhoWaits();
    }
    for (const stop of this.#stop) stop();
    const unanswered = this.#open;
    for (const { name, stats, takesBrokersWord } of unanswered) {
      const hint = stats.state === 'connected' ? say.lookAtReceiver() : say.lookAtLink();
      const what = takesBrokersWord
        ? say.noBrokersWord()
        : say.noReceipt({ seconds: Math.round(this.#afterMs / 1_000) });
      this.#tell({ event: 'none', destination: name, what, hint });
    }
    if (this.#takers.length > 0) {
      const { device, observedAt } = this.#reading;
      ended(
        device,
        observedAt,
        this.#receipts,
        unanswered.map(({ name }) => name),
      );
    }
    this.#isOver = true;
    this.#wake.abort();
  }

  /** As they come, until the test is over. */
  async *events(): AsyncGenerator<TestEvent> {
    let told = 0;
    for (;;) {
      const events = this.#events.slice(told);
      told += events.length;
      yield* events;
      if (told < this.#events.length) continue; // more came while these were taken
      if (this.#isOver) return;
      await this.#options.clock.sleep(waitMs, this.#wake.signal);
    }
  }

  /** That have not answered. */
  get #open() {
    return this.#takers.filter(({ name }) => this.#receipts.every(({ destination }) => destination !== name));
  }

  get #afterMs(): number {
    return Math.round(this.#options.clock.moment().monotonic - this.#began.monotonic);
  }

  #tell(event: TestEvent): void {
    this.#events.push(event);
    const woken = this.#wake;
    if (!this.#isOver) this.#wake = new AbortController();
    woken.abort();
  }

  #sayWhoWaits(): void {
    for (const { name, stats } of this.#open) {
      const why = stats.why ?? stats.whyUnanswered;
      const isConnected = stats.state === 'connected';
      this.#tell({
        ...{ event: 'waits', destination: name, isConnected, afterMs: this.#afterMs },
        ...(why !== undefined && { why }),
      });
    }
  }

  #sent(destination: string, outgoing: Outgoing): void {
    if (outgoing.kind !== 'batch' || this.#indexIn(outgoing) === undefined) return;
    const { epoch, number } = outgoing.batch;
    const batch = `${epoch} ${number}`;
    if (this.#sentAs.get(destination) === batch) return; // again
    this.#sentAs.set(destination, batch);
    this.#tell({ event: 'sent', destination, epoch, number, afterMs: this.#afterMs });
  }

  #receipted(forwarder: Taker, outgoing: Outgoing, receipt: Receipt): void {
    if (outgoing.kind !== 'batch' || receipt.outcome === 'conflict') return; // it goes again under another number
    const index = this.#indexIn(outgoing);
    if (index === undefined) return;
    const { epoch, number, count } = outgoing.batch;
    const refusal = refusalsOf(receipt, count).find((each) => each.index === index);
    const reason = receipt.outcome === 'unreadable' ? (receipt.reason ?? '') : refusal?.reason;
    const received: TestReceipt = {
      destination: forwarder.name,
      ...{ epoch, number, at: Math.round(this.#options.clock.moment().wall), afterMs: this.#afterMs },
      outcome: reason === undefined ? 'stored' : 'refused',
      ...(reason !== undefined && reason !== '' && { reason }),
      isBrokersWord: forwarder.takesBrokersWord,
    };
    this.#receipts.push(received);
    this.#tell({ event: 'receipt', ...received });
  }

  /** The place of the test in a batch; undefined if it is not in it. Tests are urgent, so no other lane is looked into. */
  #indexIn(outgoing: Extract<Outgoing, { kind: 'batch' }>): number | undefined {
    const { batch, place } = outgoing;
    if (batch.lane !== 'urgent' || place !== undefined) return undefined; // what passes through a hub is not of this gateway
    const { device, observedAt } = this.#reading;
    const index = readingsOf(batch).findIndex(
      (each) => each.device === device && each.observedAt === observedAt && isTest(each),
    );
    return index === -1 ? undefined : index;
  }
}

function readingsOf({ bytes, count }: SealedBatch): readonly Reading[] {
  try {
    const { header, body } = decodeBatch(bytes);
    return decodeBody(header, decompress(body, header.compression, maxBodyBytes), count);
  } catch {
    return []; // a damaged batch is the buffer's affair; nobody looks for a test in it
  }
}
