/**
 * The city's orders at a gateway: each is done at most once, and what became of it is told for as long as anybody asks.
 *
 *   message ──▶ authenticated ──▶ known? ──yes──▶ the first result again
 *                                   └─no─▶ clock set? judged ──▶ remembered ──▶ acted ──▶ result remembered ──▶ told
 *
 * Promise: nothing is done that is not remembered first, and no result is told that is not. Cut off in between, by a kill or a power cut,
 * an order is not done again: its act says what became of it if it can (`resume`), else it is "interrupted". One order at a time, in the
 * order in which they came; others need not wait for the end of one that takes long.
 *
 * Bounds: `maxReading` messages are read at once, further ones are dropped, and their hub asks again; `maxWaiting` orders wait for their turn or for the clock to be set, further ones are refused "too-many" and may come again; so
 * is one that cannot be remembered (order-memory.ts). Refusals of what no key here has signed are answered `maxAnswersAMinute` times, and counted beyond.
 */
import type { Clock } from '../../shared/clock.ts';
import { messageOf, textOf } from '../../shared/errors.ts';
import { maxOrderBytes, type Order, orderDigest } from '../../shared/orders/order.ts';
import { type Details, encodeResult, type OrderOutcome, type OrderResult } from '../../shared/orders/result.ts';
import { isoTime } from '../../shared/reading.ts';
import type { Text } from '../../shared/text.ts';
import type { Log } from '../machine/log.ts';
import { authenticate, expired, type JudgeSurroundings, judge, judgeTime, type Refusal } from './judge.ts';
import type { OrderAudit } from './order-audit.ts';
import type { OrderKey } from './order-keys.ts';
import type { OrderMemory, RememberedOrder } from './order-memory.ts';
import { say } from './words.ts';

export const maxReading = 16;
export const maxWaiting = 32;
export const maxAnswersAMinute = 10;
const lookEveryMs = 1_000;

/** What became of it. */
export interface Acted {
  readonly outcome: Extract<OrderOutcome, 'done' | 'refused' | 'failed' | 'interrupted'>;
  readonly reason?: string;
  readonly text?: Text;
  readonly details?: Details;
  /** As in a result, base64url. */
  readonly attachment?: string;
}

export interface Act {
  /** It may take minutes and more: other orders are done meanwhile. */
  readonly isLong?: true;
  /** What it will need to know after a restart, in a few characters. */
  mark?(order: Order): string;
  /** Undefined: the gateway ends before it is known, and `resume` will tell. What it throws is "failed". */
  run(order: Order, signal: AbortSignal): Promise<Acted | undefined>;
  /** After a start: what became of one that had begun; undefined as in `run`. Absent: nobody knows. */
  resume?(order: RememberedOrder, signal: AbortSignal): Promise<Acted | undefined>;
}

/** Tells a result to whoever sent the order; what is not told is asked for again. */
export type Answer = (result: Uint8Array) => void;

export interface OrdersOptions {
  readonly tenant: string;
  readonly gateway: string;
  readonly keys: Promise<ReadonlyMap<string, OrderKey>>;
  readonly memory: OrderMemory;
  /** Who does an action, on a device if it names one; undefined if nobody. */
  actOf(action: string, device: string | undefined): Act | undefined;
  readonly device: JudgeSurroundings['device'];
  readonly audit: OrderAudit;
  readonly clock: Clock;
  readonly log: Log;
}

/** For the status. */
export interface OrderCounts {
  readonly done: number;
  readonly refused: number;
  readonly failed: number;
  /** The last refusal, and when, epoch ms. */
  readonly lastRefusal?: { readonly text: Text; readonly at: number } | undefined;
  readonly waiting: number;
}

interface Waiting {
  readonly order: Order;
  readonly key: OrderKey;
  readonly digest: string;
}

export class Orders {
  readonly #options: OrdersOptions;
  /** By id: on its way, from its authentication to its end. */
  readonly #waiting = new Map<string, Waiting & { answer: Answer }>();
  /** By id: begun, here or before the last start, and who is told its end: whoever has asked last. */
  readonly #begun = new Map<string, { answer: Answer | undefined }>();
  #turn: Promise<unknown> = Promise.resolve();
  /** Those that take long. */
  readonly #long = new Set<Promise<void>>();
  readonly #over = new AbortController();
  readonly #counts = { done: 0, refused: 0, failed: 0 };
  #lastRefusal: OrderCounts['lastRefusal'];
  #answered: number[] = [];
  #reading = 0;
  /** An act has ended the gateway: what waits comes again at the next one. */
  #isEnding = false;

  constructor(options: OrdersOptions) {
    this.#options = options;
    this.#inTurn(() => this.#auditEnds());
    for (const [id, order] of options.memory.unfinished()) {
      this.#begun.set(id, { answer: undefined });
      this.#inTurn(() => this.#unlessLong(options.actOf(order.action, order.device), () => this.#resume(id, order)));
    }
  }

  get counts(): OrderCounts {
    return { ...this.#counts, lastRefusal: this.#lastRefusal, waiting: this.#waiting.size };
  }

  /** What is remembered, by id, the newest first. */
  taken(): readonly (readonly [id: string, order: RememberedOrder])[] {
    return this.#options.memory.all();
  }

  /** Resolves when it is settled or waits for its turn. Never rejects. */
  async take(message: Uint8Array, answer: Answer): Promise<void> {
    if (this.#over.signal.aborted) return;
    if (this.#reading >= maxReading) {
      this.#counts.refused++;
      return;
    }
    this.#reading++;
    try {
      await this.#read(message, answer);
    } finally {
      this.#reading--;
    }
  }

  async #read(message: Uint8Array, answer: Answer): Promise<void> {
    const { tenant, gateway, keys } = this.#options;
    // A message that is far too large is not even summed.
    const digest = await orderDigest(message.subarray(0, maxOrderBytes + 1));
    const found = await authenticate(message, await keys, { tenant, gateway });
    if (!found.ok) {
      // The key has gone since, by this very order perhaps: what became of it is told all the same.
      const id = found.refusal.reason === 'unknown-key' ? this.#options.memory.withDigest(digest) : undefined;
      return id === undefined ? this.#turnAway(found.refusal, digest, answer) : this.#again(id, answer);
    }
    const { order, key } = found;
    const sameAs = (this.#options.memory.get(order.id) ?? this.#waiting.get(order.id))?.digest;
    if (sameAs !== undefined && sameAs !== digest) {
      return this.#tell({ ...this.#resultOf(order.id, digest, taken()) }, answer);
    }
    if (sameAs !== undefined) return this.#again(order.id, answer);
    if (this.#waiting.size >= maxWaiting) return this.#tell(this.#resultOf(order.id, digest, tooMany()), answer);
    const entry = { order, key, digest, answer };
    this.#waiting.set(order.id, entry);
    this.#inTurn(() => this.#settle(entry));
  }

  /** One that is known: its first result again, or its end when it has come. */
  #again(id: string, answer: Answer): void {
    const result = this.#options.memory.get(id)?.result;
    const asked = this.#waiting.get(id) ?? this.#begun.get(id);
    if (result !== undefined) answer(encodeResult(result));
    else if (asked !== undefined) asked.answer = answer;
  }

  /** Resolves when nothing that was taken waits for its turn. */
  async idle(): Promise<void> {
    await this.#turn;
  }

  /** Ends what waits; an act that runs is awaited, or told to end by its signal. */
  async stop(): Promise<void> {
    this.#over.abort();
    await this.#turn;
    await Promise.all(this.#long);
  }

  #inTurn(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work).catch((fault) => {
      this.#options.log.error('An order could not be settled', { fault: messageOf(fault) });
    });
  }

  async #settle(entry: Waiting & { answer: Answer }): Promise<void> {
    const { order, digest } = entry;
    try {
      if (this.#isEnding || !(await this.#clockIsSet())) return; // the gateway stops: it comes again
      const refusal = this.#judge(entry);
      if (refusal?.reason === 'too-many') return this.#tell(this.#resultOf(order.id, digest, refusal), entry.answer);
      await this.#carryOut(entry, refusal);
    } finally {
      this.#waiting.delete(order.id);
    }
  }

  /** Orders are judged by a clock that is set; until then they wait. */
  async #clockIsSet(): Promise<boolean> {
    const { clock } = this.#options;
    const { signal } = this.#over;
    while (!signal.aborted && !clock.moment().synchronised) await clock.sleep(lookEveryMs, signal);
    return !signal.aborted;
  }

  #judge({ order, key }: Waiting): Refusal | undefined {
    const { memory, clock, device, actOf } = this.#options;
    if (memory.isOver(order.expiresAt)) return expired();
    const does = (action: string, id: string | undefined) => actOf(action, id) !== undefined;
    const refusal = judgeTime(order, clock.moment()) ?? judge(order, key, { device, does });
    return refusal === undefined && !memory.hasRoom(clock.moment().wall) ? tooMany() : refusal;
  }

  async #carryOut(entry: Waiting & { answer: Answer }, refusal: Refusal | undefined): Promise<void> {
    const { memory, clock, log, actOf } = this.#options;
    const { order, key, digest } = entry;
    const act = refusal === undefined ? actOf(order.action, order.device) : undefined;
    const begun: RememberedOrder = {
      ...{ digest, action: order.action, device: order.device, by: order.by, key: key.name },
      ...{ expiresAt: order.expiresAt, mark: act?.mark?.(order) },
    };
    if (act === undefined) {
      const result = this.#resultOf(order.id, digest, refusal ?? tooMany());
      // What it can never be, whatever the clock says later, need not be remembered.
      if (refusal?.reason === 'bad-lifetime' || memory.isOver(order.expiresAt)) return this.#tell(result, entry.answer);
      await memory.begin(order.id, { ...begun, isRefusal: true, result }, clock.moment().wall);
      return this.#ended(order.id, begun, result, entry.answer);
    }
    try {
      await memory.begin(order.id, begun, clock.moment().wall);
    } catch (fault) {
      log.error('An order could not be remembered, and was not done', { fault: messageOf(fault) });
      return this.#tell(this.#resultOf(order.id, digest, cannotRemember()), entry.answer);
    }
    this.#begun.set(order.id, entry);
    await this.#audit(order.id, begun, 'begun');
    await this.#unlessLong(act, async () => {
      const acted = await act.run(order, this.#over.signal).catch(failed);
      if (acted === undefined) this.#isEnding = true;
      else await this.#end(order.id, begun, acted);
    });
  }

  /** Resolves at once if the act takes long, else once it is over. */
  async #unlessLong(act: Act | undefined, work: () => Promise<void>): Promise<void> {
    const done = work();
    if (act?.isLong !== true) return done;
    const settled = done
      .catch((fault) => this.#options.log.error('An order could not be settled', { fault: messageOf(fault) }))
      .finally(() => this.#long.delete(settled));
    this.#long.add(settled);
  }

  async #resume(id: string, order: RememberedOrder): Promise<void> {
    const act = this.#options.actOf(order.action, order.device);
    const acted = act?.resume === undefined ? interrupted() : await act.resume(order, this.#over.signal).catch(failed);
    if (acted === undefined) this.#isEnding = true;
    else await this.#end(id, order, acted);
  }

  async #end(id: string, begun: RememberedOrder, acted: Acted): Promise<void> {
    const result = this.#resultOf(id, begun.digest, acted);
    await this.#options.memory.end(id, result);
    const asked = this.#begun.get(id);
    this.#begun.delete(id);
    await this.#ended(id, begun, result, asked?.answer);
  }

  async #ended(id: string, begun: RememberedOrder, result: OrderResult, answer: Answer | undefined): Promise<void> {
    await this.#audit(id, begun, result.outcome, result.reason);
    this.#tell(result, answer);
  }

  /** Writes the ends that are remembered and that a kill has kept out of the audit. */
  async #auditEnds(): Promise<void> {
    const { memory, audit } = this.#options;
    const ended = memory.all().flatMap(([id, order]) => {
      const { result } = order;
      return result === undefined ? [] : [{ id, order, result }];
    });
    if (ended.length === 0) return;
    const recent = await audit.recent();
    const told = new Set(recent.filter(({ outcome }) => outcome !== 'begun').map(({ id }) => id));
    const since = Date.parse(recent[0]?.at ?? '') || 0;
    for (const { id, order, result } of ended.toReversed()) {
      const { outcome, reason, at = 0 } = result;
      if (at >= since && !told.has(id)) await this.#audit(id, order, outcome, reason, at);
    }
  }

  /** That it cannot be written keeps no order from being done: the buffer's file has it too. `endedAt`: epoch ms, now unless it says. */
  async #audit(
    id: string,
    { action, device, by, key }: RememberedOrder,
    outcome: string,
    reason?: string,
    endedAt = this.#options.clock.moment().wall,
  ): Promise<void> {
    const { audit, log } = this.#options;
    const at = isoTime(endedAt);
    const entry = { at, id, action, device, by, key, outcome, reason };
    await audit.append(entry).catch((fault) => {
      log.error('The audit of orders could not be written', { fault: messageOf(fault) });
    });
  }

  #resultOf(id: string | undefined, order: string, acted: Acted | Refusal): OrderResult {
    const { clock, gateway } = this.#options;
    const { wall, synchronised } = clock.moment();
    return { order, id, gateway, ...acted, ...(synchronised && { at: wall }) };
  }

  /** Of nobody's whom this gateway knows. */
  #turnAway(refusal: Refusal, digest: string, answer: Answer): void {
    const { monotonic } = this.#options.clock.moment();
    this.#answered = this.#answered.filter((at) => monotonic - at < 60_000);
    this.#options.log.warn('An order was refused', { reason: refusal.reason });
    const result = this.#resultOf(undefined, digest, refusal);
    const isAnswered = this.#answered.length < maxAnswersAMinute;
    if (isAnswered) this.#answered.push(monotonic);
    this.#tell(result, isAnswered ? answer : undefined);
  }

  #tell(result: OrderResult, answer: Answer | undefined): void {
    this.#count(result);
    answer?.(encodeResult(result));
  }

  #count({ outcome, text }: OrderResult): void {
    if (outcome === 'done') this.#counts.done++;
    else if (outcome === 'refused' || outcome === 'expired') this.#counts.refused++;
    else this.#counts.failed++;
    if (outcome !== 'refused' || text === undefined) return;
    this.#lastRefusal = { text, at: this.#options.clock.moment().wall };
  }
}

function tooMany(): Refusal {
  return { outcome: 'refused', reason: 'too-many', text: say.tooMany() };
}

function taken(): Refusal {
  return { outcome: 'refused', reason: 'id-taken', text: say.idTaken() };
}

function cannotRemember(): Refusal {
  return { outcome: 'refused', reason: 'cannot-remember', text: say.cannotRemember() };
}

/** Whether it was done is not known. */
export function interrupted(): Acted {
  return { outcome: 'interrupted', reason: 'interrupted', text: say.interrupted() };
}

function failed(fault: unknown): Acted {
  return { outcome: 'failed', reason: 'failed', text: textOf(fault) };
}
