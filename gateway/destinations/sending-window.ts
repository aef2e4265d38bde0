/**
 * How much may be on its way to a destination at once, so that what gets no receipt never holds up what would.
 *
 * A send is *overdue* once it has waited clearly longer than answers take, and *passed over* once a later send has been
 * answered. One that is both no longer counts. If a full window is overdue and nothing has been answered, either the
 * destination is silent or only these batches are stuck: to find out, more are sent one at a time, up to a second window, and
 * alarms up to a third.
 */
import type { Destination } from './destination.ts';

/** Shorter than this nothing is overdue. */
const minOverdueMs = 1_000;
/** Overdue is what waits this many times longer than the slowest of the last answers took. */
const patience = 3;
/** How much of the slowest answer's time is kept from one answer to the next. */
const fading = 0.95;
/** Windows that may be on their way altogether. */
export const maxWindows = 3;

/** Something on its way. */
export interface Sent {
  readonly order: number;
  readonly at: number;
  readonly bytes: number;
}

/** What may be sent next. `bytes` is infinite if nothing else is on its way, or all of it is overdue. */
export interface Room {
  readonly bytes: number;
  readonly urgentOnly: boolean;
}

export class SendingWindow {
  readonly #bounds: Pick<Destination, 'window' | 'windowBytes'>;
  readonly #onItsWay = new Set<Sent>();
  #order = 0;
  /** The latest send that was answered. */
  #answered = 0;
  #slowestMs = 0;

  constructor(bounds: Pick<Destination, 'window' | 'windowBytes'>) {
    this.#bounds = bounds;
  }

  /** What may be sent at `now`, monotonic ms; undefined if nothing may. */
  room(now: number): Room | undefined {
    const { window, windowBytes } = this.#bounds;
    const all = this.#onItsWay.size;
    const counting = [...this.#onItsWay].filter((sent) => !this.#makesRoom(sent, now));
    const left = windowBytes - counting.reduce((sum, { bytes }) => sum + bytes, 0);
    if (all >= maxWindows * window) return undefined;
    if (counting.length === 0) return ANYTHING;
    if (counting.length < window && left > 0) return { bytes: left, urgentOnly: false };
    if (!counting.every((sent) => this.#isOverdue(sent, now))) return undefined;
    return all < 2 * window ? ANYTHING : { ...ANYTHING, urgentOnly: true };
  }

  /** How long from `now` until a full window may open by itself, ms; undefined if only an answer can open it. */
  opensInMs(now: number): number | undefined {
    const youngest = Math.max(...[...this.#onItsWay].map(({ at }) => at));
    const opensAt = youngest + this.#overdueMs;
    return opensAt > now ? opensAt - now : undefined;
  }

  begin(bytes: number, now: number): Sent {
    const sent = { order: ++this.#order, at: now, bytes };
    this.#onItsWay.add(sent);
    return sent;
  }

  answered(sent: Sent, now: number): void {
    this.#slowestMs = Math.max(now - sent.at, this.#slowestMs * fading);
    this.#answered = Math.max(this.#answered, sent.order);
  }

  /** It was answered or given up, and no longer counts. */
  end(sent: Sent): void {
    this.#onItsWay.delete(sent);
  }

  isPassedOver(sent: Sent): boolean {
    return sent.order < this.#answered;
  }

  get #overdueMs(): number {
    return Math.max(minOverdueMs, patience * this.#slowestMs);
  }

  #isOverdue(sent: Sent, now: number): boolean {
    return now - sent.at >= this.#overdueMs;
  }

  #makesRoom(sent: Sent, now: number): boolean {
    return this.isPassedOver(sent) && this.#isOverdue(sent, now);
  }
}

const ANYTHING: Room = { bytes: Number.POSITIVE_INFINITY, urgentOnly: false };
