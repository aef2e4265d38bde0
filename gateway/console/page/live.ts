/**
 * The gateway's status as it changes, and whether it still comes.
 *
 * Promise: `connection` is "live" only while the server has been heard within the last `quietMs`, by an event or, if nothing
 * changes there, by an answer to a question; as soon as the stream breaks or the browser goes offline it is "lost". It tries
 * again until it is closed.
 *
 *   opening ──status──▶ live ──broken, offline, silent──▶ lost ──status──▶ live
 *                         └──"gone"──▶ gone ──status──▶ live
 */
import type { Status } from '../../status/status.ts';
import { currentSession } from './door.ts';
import { History } from './history.ts';
import { keepSame } from './same.ts';

export type Connection = 'opening' | 'live' | 'lost' | 'gone';

/** After so long without an event the server is asked whether it is still there. */
const quietMs = 8_000;
const lookEveryMs = 2_000;
const answerWithinMs = 4_000;
const againAfterMs = 3_000;
/** A server that has said that it is over may have meant the session: that is asked sooner. */
const askAfterMs = 500;
/** A difference of clocks below this cannot be told from the way there: a server tells whole seconds. */
const leastAheadMs = 2_000;

export class Live {
  readonly history = new History();
  #status: Status | undefined;
  #connection: Connection = 'opening';
  #aheadMs = 0;
  #heardAt = 0;
  #isAsking = false;
  #stream: EventSource | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #looking: ReturnType<typeof setInterval> | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #signedOut: () => void;
  readonly #goOffline = () => this.#lose('lost');
  readonly #comeBack = () => void this.#look();

  constructor(signedOut: () => void) {
    this.#signedOut = signedOut;
  }

  /** The last that came; undefined before the first. Unchanged parts stay the same objects. */
  get status(): Status | undefined {
    return this.#status;
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** When it was last known that the server is there, epoch ms of this device. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** The gateway's clock minus this device's, ms; 0 if they differ by less than can be told. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  /** By the gateway's clock, epoch ms. */
  get now(): number {
    return Date.now() + this.#aheadMs;
  }

  /** Calls `changed` after each change; returns a function that forgets about it. */
  onChange(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  }

  open(): void {
    addEventListener('offline', this.#goOffline);
    addEventListener('online', this.#comeBack);
    document.addEventListener('visibilitychange', this.#comeBack);
    this.#looking = setInterval(() => void this.#look(), lookEveryMs);
    this.#listen();
    void this.#measureClock();
  }

  close(): void {
    removeEventListener('offline', this.#goOffline);
    removeEventListener('online', this.#comeBack);
    document.removeEventListener('visibilitychange', this.#comeBack);
    clearInterval(this.#looking);
    this.#looking = undefined;
    clearTimeout(this.#again);
    this.#stream?.close();
    this.#stream = undefined;
  }

  #listen(): void {
    this.#stream?.close();
    const stream = new EventSource('./live');
    this.#stream = stream;
    stream.addEventListener('status', ({ data }) => this.#take(byNames(JSON.parse(data))));
    stream.addEventListener('gone', () => this.#lose('gone'));
    stream.addEventListener('error', () => this.#lose(this.#connection === 'gone' ? 'gone' : 'lost'));
  }

  #take(status: Status): void {
    const wasSet = this.#status?.clockSynchronised;
    const cameBack = this.#connection !== 'live';
    this.#heardAt = Date.now();
    this.#status = keepSame(this.#status, status);
    this.history.take(this.#status.devices);
    this.#connection = 'live';
    this.#tell();
    if (cameBack || wasSet !== status.clockSynchronised) void this.#measureClock();
  }

  #lose(connection: 'lost' | 'gone'): void {
    this.#stream?.close();
    this.#stream = undefined;
    clearTimeout(this.#again);
    const isNew = connection === 'gone' && this.#connection !== 'gone';
    this.#connection = connection;
    this.#again = setTimeout(() => void this.#tryAgain(), isNew ? askAfterMs : againAfterMs);
    this.#tell();
  }

  async #tryAgain(): Promise<void> {
    const session = await currentSession().catch(() => 'unreached' as const);
    if (this.#looking === undefined || this.#stream !== undefined) return;
    if (session === undefined) this.#signedOut();
    else if (session === 'unreached') this.#lose(this.#connection === 'gone' ? 'gone' : 'lost');
    else this.#listen();
  }

  /** If nothing came for a while, asks; what is lost is tried again by its own time. */
  async #look(): Promise<void> {
    if (this.#connection !== 'live' || this.#isAsking || Date.now() - this.#heardAt < quietMs) return;
    if (!(await this.#measureClock()) && this.#connection === 'live') this.#lose('lost');
  }

  /** Returns whether the server answered. Its page tells the time there; asking for it does not count for a session. */
  async #measureClock(): Promise<boolean> {
    this.#isAsking = true;
    const askedAt = Date.now();
    try {
      const signal = AbortSignal.timeout(answerWithinMs);
      const { headers } = await fetch('./', { cache: 'no-store', signal });
      this.#heardAt = Date.now();
      const told = Date.parse(headers.get('date') ?? '');
      const ahead = told + 500 - (askedAt + this.#heardAt) / 2;
      const known = Number.isNaN(ahead) || Math.abs(ahead) < leastAheadMs ? 0 : Math.round(ahead);
      if (Math.abs(known - this.#aheadMs) >= leastAheadMs || known === 0) this.#setAhead(known);
      return true;
    } catch {
      return false;
    } finally {
      this.#isAsking = false;
    }
  }

  #setAhead(aheadMs: number): void {
    if (aheadMs === this.#aheadMs) return;
    this.#aheadMs = aheadMs;
    this.#tell();
  }

  #tell(): void {
    for (const changed of [...this.#listeners]) changed();
  }
}

/** With nothing under any name but what the gateway has: "constructor" may stand in an address, or be typed as the name of a device. */
function byNames(status: Status): Status {
  for (const named of [status.devices, status.ports]) Object.setPrototypeOf(named, null);
  return status;
}
