/**
 * The forwarder: buffer → batches → destination → receipts → buffer, one loop a destination.
 *
 * Promise: everything the buffer holds for the destination is sent, urgent first, again and again until it is receipted.
 * A destination that is down costs the others nothing, and a batch that gets no receipt while others do yields to them
 * (sending-window.ts) and is tried ever more seldom (passed-over.ts). Bounds, also right after a reconnect: `window` batches and
 * `windowBytes` in flight, up to three times that while they are overdue; those of passed-over.ts wait for another try. An address
 * where nobody is gets an attempt within a second; a connection that the other side refused or closed is tried again after a random
 * part of `reconnectWithinMs`, so that a city's gateways do not return in the same second, and then ever more seldom (keep-open.ts).
 * The longer a connected city OS stays silent, the less often it is sent to, and now and then by a new connection (no-answer.ts).
 */
import type { Clock } from '../../shared/clock.ts';
import { messageOf, TextError, textOf } from '../../shared/errors.ts';
import { type Receipt, refusalsOf } from '../../shared/feed/receipt.ts';
import type { Text } from '../../shared/text.ts';
import type { ReadingBuffer } from '../buffer/buffer.ts';
import type { Outgoing } from '../buffer/outgoing.ts';
import type { Log } from '../machine/log.ts';
import { keepOpen, onAbort, type Retry } from '../net/keep-open.ts';
import { BatchSizes, type KnownSizes, type Lost } from './batch-sizes.ts';
import type { Destination, Session, Standing } from './destination.ts';
import { NoAnswer } from './no-answer.ts';
import { PassedOver } from './passed-over.ts';
import { SendingWindow } from './sending-window.ts';
import { say } from './words.ts';

export interface ForwarderOptions {
  readonly destination: Destination;
  readonly buffer: ReadingBuffer;
  readonly clock: Clock;
  readonly log: Log;
  random(): number;
}

export interface ForwarderStats {
  state: 'connected' | 'disconnected';
  /** Why it is disconnected; undefined while it is connected. */
  why: Text | undefined;
  /** When it is tried again; undefined while it is connected, and before the first attempt has failed. */
  retry: Retry | undefined;
  batchesSent: number;
  readingsStored: number;
  bytesSent: number;
  resent: number;
  /** Batches sealed again since the destination had another one under their number. */
  conflicts: number;
  /** Sends without a receipt since the last receipt, whichever connection they went by. */
  unanswered: number;
  sizes: KnownSizes;
  /** Why the last of them got none. */
  whyUnanswered: Text | undefined;
  /** Epoch ms of the last receipt. */
  lastReceiptAt?: number;
}

const BACK_OFF = { firstMs: 500, maxMs: 60_000 };
const reportEveryMs = 30_000;
/** Without a nudge the pump looks again after this. */
const longMs = 60_000;
/** After a send that got no receipt, the pause before the next; it doubles with every window of them. */
const UNANSWERED_PAUSE = { firstMs: 1_000, maxMs: 60_000 };

/** Is told what becomes of batches and gaps. */
export interface Follower {
  sent(outgoing: Outgoing): void;
  receipted(outgoing: Outgoing, receipt: Receipt): void;
}

/** The session and window that a send belongs to. */
interface Pumping {
  readonly session: Session;
  readonly window: SendingWindow;
  /** What was on its way when the session ended. */
  readonly lost: Lost[];
  /** Call when there may be room. */
  nudge(): void;
}

export class Forwarder {
  readonly stats: ForwarderStats = {
    state: 'disconnected',
    why: say.notConnectedYet(),
    retry: undefined,
    batchesSent: 0,
    readingsStored: 0,
    bytesSent: 0,
    resent: 0,
    conflicts: 0,
    unanswered: 0,
    whyUnanswered: undefined,
    sizes: { tooLargeFrom: undefined, sealWithin: undefined },
  };
  readonly #options: ForwarderOptions;
  readonly #sizes: BatchSizes;
  readonly #passedOver: PassedOver;
  readonly #noAnswer: NoAnswer | undefined;
  /** Sends without a receipt on this connection, since the last receipt. */
  #missed = 0;
  /** While it is connected. */
  #open: Session | undefined;
  readonly #followers = new Set<Follower>();

  constructor(options: ForwarderOptions) {
    this.#options = options;
    const { destination, buffer, clock, log, random } = options;
    this.#passedOver = new PassedOver(clock);
    this.#noAnswer = destination.mayBeDeaf ? new NoAnswer(random) : undefined;
    this.#sizes = new BatchSizes({
      ...{ destination: destination.name, buffer, clock, log },
      known: (sizes) => {
        this.stats.sizes = sizes;
      },
    });
  }

  get name(): string {
    return this.#options.destination.name;
  }

  /** Batches and gaps that get no receipt although others do. */
  get passedOver(): number {
    return this.#passedOver.count;
  }

  /** Whether another box is found to speak in this gateway's name. */
  get hasRival(): boolean {
    return this.#options.destination.hasRival?.() ?? false;
  }

  /** Bytes of the birth, while it is left out because the broker does not take it. */
  get birthLeftOut(): number | undefined {
    return this.#options.destination.birthLeftOut?.();
  }

  /** Whether its receipts say no more than that a broker has the batch. */
  get takesBrokersWord(): boolean {
    return this.#options.destination.takesBrokersWord ?? false;
  }

  /** Tells `follower` of each send and receipt until the returned function is called. */
  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  /** What the destination says is wrong, while it is connected. */
  get problems(): readonly Text[] {
    return this.#open?.problems?.() ?? [];
  }

  /** Why the destination takes nothing at present, if it says so, while it is connected. */
  get trouble(): Text | undefined {
    return this.#open?.trouble?.();
  }

  /** At a worker: sends past the buffer, on the connection that is open. Rejects if there is none, or no receipt comes. */
  async sendStraight(outgoing: Outgoing): Promise<Receipt> {
    if (this.#open === undefined) throw new TextError(this.stats.why ?? say.notConnectedYet());
    const receipt = await this.#sendOnce(outgoing, this.#open);
    this.#stored(outgoing, receipt);
    return receipt;
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { destination, clock, log, random } = this.#options;
    const ended = (why: Text, retry: Retry) => {
      this.stats.state = 'disconnected';
      this.stats.why = why;
      this.stats.retry = retry;
    };
    await keepOpen(
      { destination: destination.name },
      () => this.#session(signal),
      { ...BACK_OFF, spreadMs: destination.reconnectWithinMs },
      { clock, log, random, ended },
      signal,
    );
    this.stats.state = 'disconnected';
  }

  async #session(signal: AbortSignal): Promise<Text> {
    const { destination, log } = this.#options;
    const session = await destination.open(signal);
    const over = new AbortController();
    void session.ended.then(() => over.abort());
    const stop = () => {
      over.abort();
      void session.close(this.#standing());
    };
    const forget = onAbort(signal, stop);
    this.#noAnswer?.connected(this.#options.clock.moment().monotonic, stop);
    this.#open = session;
    this.stats.state = 'connected';
    this.stats.why = undefined;
    this.stats.retry = undefined;
    this.#missed = 0;
    log.info('Connected to the destination', { destination: destination.name });
    this.#sizes.begin(session.maxBatchBytes);
    const [lost] = await Promise.all([this.#pump(session, over.signal), this.#reportNowAndThen(session, over.signal)]);
    forget();
    this.#open = undefined;
    const why = await session.ended;
    if (this.#noAnswer?.hasGivenUp === true) return say.noAnswer();
    if (!signal.aborted) await this.#sizes.ended(lost, why, signal);
    return why;
  }

  /** Keeps the window full until the signal aborts and what is in flight has come back. Resolves with what was lost. */
  async #pump(session: Session, signal: AbortSignal): Promise<readonly Lost[]> {
    const { buffer, destination, clock } = this.#options;
    const window = new SendingWindow(destination);
    const pumping: Pumping = { session, window, lost: [], nudge: () => wake.abort() };
    const inFlight = new Set<Promise<void>>();
    let wake = new AbortController();
    const { nudge } = pumping;
    const unsubscribe = buffer.onWork(destination.name, nudge);
    signal.addEventListener('abort', nudge, { once: true });
    while (!signal.aborted) {
      wake = new AbortController();
      const now = clock.moment().monotonic;
      const room = window.room(now);
      const outgoing = room && buffer.take(destination.name, room);
      if (outgoing === undefined) {
        this.#sizes.forgetOld();
        await clock.sleep(window.opensInMs(now) ?? longMs, wake.signal);
      } else {
        const sending = this.#send(outgoing, pumping, signal).finally(() => {
          inFlight.delete(sending);
          nudge();
        });
        inFlight.add(sending);
      }
    }
    unsubscribe();
    await Promise.all(inFlight);
    return pumping.lost;
  }

  async #send(outgoing: Outgoing, pumping: Pumping, signal: AbortSignal): Promise<void> {
    const { buffer, destination, clock } = this.#options;
    const { window, session } = pumping;
    let sent = window.begin(bytesOf(outgoing), clock.moment().monotonic);
    let isTaken = false;
    const mustYield = () => this.#mustYield(outgoing);
    const endTurn = await this.#sizes.turn(outgoing, mustYield, signal);
    try {
      if (signal.aborted || (endTurn !== undefined && mustYield())) return buffer.release(destination.name, outgoing);
      if (await this.#sizes.splits(outgoing, signal)) return;
      if (endTurn !== undefined) {
        window.end(sent);
        sent = window.begin(bytesOf(outgoing), clock.moment().monotonic);
      }
      const receipt = await this.#sendOnce(outgoing, session, () => {
        isTaken = true;
      });
      window.answered(sent, clock.moment().monotonic);
      await this.#settle(outgoing, receipt, signal);
    } catch (fault) {
      this.#unanswered(fault, signal);
      if (!signal.aborted) this.#noAnswer?.missed(sent.at, clock.moment().monotonic);
      if (await this.#sizes.refused(outgoing, fault, signal)) return;
      if (signal.aborted) {
        if (!isTaken && outgoing.kind === 'batch') pumping.lost.push({ outgoing, sentAt: sent.at });
      } else if (window.isPassedOver(sent) && !this.#passedOver.isFull) {
        window.end(sent);
        endTurn?.(); // it may be tried for hours
        pumping.nudge();
        if (await this.#tryNowAndThen(outgoing, session, signal)) return;
      } else await this.#pause(textOf(fault), signal);
      buffer.release(destination.name, outgoing);
    } finally {
      endTurn?.();
      window.end(sent);
    }
  }

  /** As passed-over.ts has it, and not while an alarm waits for room. True once it is settled; false if the session has ended. */
  async #tryNowAndThen(outgoing: Outgoing, session: Session, signal: AbortSignal): Promise<boolean> {
    const send = async () => {
      if (this.#mustYield(outgoing)) return undefined;
      return this.#sendOnce(outgoing, session).catch((fault) => this.#unanswered(fault, signal));
    };
    const receipt = await this.#passedOver.tryNowAndThen(send, signal);
    if (receipt !== undefined) await this.#settle(outgoing, receipt, signal);
    return receipt !== undefined;
  }

  /** Whether an alarm waits that is to go before this. */
  #mustYield(outgoing: Outgoing): boolean {
    const { buffer, destination } = this.#options;
    const isAlarm = outgoing.kind === 'batch' && outgoing.batch.lane === 'urgent';
    return !isAlarm && buffer.hasUrgent(destination.name);
  }

  #sendOnce(outgoing: Outgoing, session: Session, taken?: () => void): Promise<Receipt> {
    this.stats.batchesSent++;
    this.stats.bytesSent += bytesOf(outgoing);
    for (const follower of this.#followers) follower.sent(outgoing);
    return session.send(outgoing, taken);
  }

  #unanswered(fault: unknown, signal: AbortSignal): undefined {
    const { destination, log } = this.#options;
    this.stats.resent++;
    if (signal.aborted) return;
    log.warn('A batch was not receipted; it will be sent again', {
      destination: destination.name,
      fault: messageOf(fault),
    });
  }

  async #settle(outgoing: Outgoing, receipt: Receipt, signal: AbortSignal): Promise<void> {
    const { buffer, destination, clock } = this.#options;
    this.#noAnswer?.answered(clock.moment().monotonic);
    buffer.settle(destination.name, outgoing, receipt);
    for (const follower of this.#followers) follower.receipted(outgoing, receipt);
    if (receipt.outcome === 'conflict') return this.#sealedAgain(signal);
    this.#sizes.stored(outgoing);
    this.#stored(outgoing, receipt);
  }

  #stored(outgoing: Outgoing, receipt: Receipt): void {
    const { destination, clock, log } = this.#options;
    this.#missed = 0;
    this.stats.unanswered = 0;
    this.stats.lastReceiptAt = clock.moment().wall;
    if (outgoing.kind === 'batch' && receipt.outcome === 'stored') {
      this.stats.readingsStored += outgoing.batch.count - refusalsOf(receipt, outgoing.batch.count).length;
    }
    if (receipt.outcome === 'unreadable' || receipt.refused.length > 0) {
      log.error('The city OS refused readings; they were set aside with its reason', {
        destination: destination.name,
        readings: receipt.outcome === 'unreadable' ? 'the whole batch' : receipt.refused.length,
        reason: receipt.reason ?? receipt.refused[0]?.reason,
      });
    }
  }

  /** Paced like a missing receipt, since a city OS that answers every batch with a conflict would keep this gateway busy for ever. */
  async #sealedAgain(signal: AbortSignal): Promise<void> {
    const { destination, log } = this.#options;
    this.stats.conflicts++;
    log.error('The city OS has another batch under this number. The readings are sent again under a new one', {
      destination: destination.name,
    });
    await this.#pause(say.numberTaken(), signal);
  }

  async #pause(why: Text, signal: AbortSignal): Promise<void> {
    const { destination, clock } = this.#options;
    this.stats.unanswered++;
    this.stats.whyUnanswered = why;
    const windows = Math.floor(this.#missed++ / destination.window);
    await clock.sleep(Math.min(UNANSWERED_PAUSE.maxMs, UNANSWERED_PAUSE.firstMs * 2 ** windows), signal);
  }

  async #reportNowAndThen(session: Session, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // A lost report is followed by the next one, and a lost connection ends the session.
      await session.report(this.#standing()).catch(() => {});
      await this.#options.clock.sleep(reportEveryMs, signal);
    }
  }

  #standing(): Standing {
    const { buffer, destination, clock } = this.#options;
    const outbox = buffer.stats().outboxes[destination.name];
    const { wall, synchronised } = clock.moment();
    return {
      at: wall,
      sealed: outbox?.sealed ?? 0,
      waiting: outbox?.waiting ?? { routine: 0, urgent: 0 },
      clockSynchronised: synchronised,
    };
  }
}

function bytesOf(outgoing: Outgoing): number {
  return outgoing.kind === 'batch' ? outgoing.batch.bytes.length : 0;
}
