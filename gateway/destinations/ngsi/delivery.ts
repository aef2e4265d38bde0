/**
 * One lane to the broker: one request at a time, each entity once in it, nothing older over anything newer.
 *
 *   pool ─▶ ask what the broker has of new ones ─▶ leave out what is late ─▶ remember ─▶ request ─▶ judge the answer
 *
 *   taken            every batch that waited for it has one less to wait for
 *   bad entity       halves, until the one at fault is alone; then what each reading says of it, one by one; that reading is refused
 *   too large        halves, and no larger request from then on
 *   some failed      those alone as above; the rest is taken
 *   not now          the same entities again after a pause (pauses.ts), with what has come since. Of a broker's own errors (500,
 *                    503) requests become smaller, down to one entity, which then goes alone. It is refused only after three
 *                    times (strikes.ts) between which the broker has taken others: else it is the broker that fails
 *
 * Promise: no reading is refused unless the broker takes others or says 400 of it alone; after `maxRefusedInARow` refusals and
 * nothing taken lately the others go first, and if none of them is taken either the session ends, since then it is not the
 * readings. A batch that has waited longer than `answerTimeoutMs` is given back after a failed request, and comes again.
 */
import type { Clock } from '../../../shared/clock.ts';
import { textOf } from '../../../shared/errors.ts';
import type { Text } from '../../../shared/text.ts';
import type { Log } from '../../machine/log.ts';
import { isNobodyThere } from '../../net/absence.ts';
import type { HttpAnswer } from '../../net/http.ts';
import { say as net } from '../../net/words.ts';
import { wordsOf } from './answers.ts';
import type { Broker } from './broker.ts';
import type { Failure, Verdict } from './format.ts';
import { futureMs, type Newest } from './newest.ts';
import { maxPauseMs, pauseMs } from './pauses.ts';
import { type Plan, type Planned, plan } from './plan.ts';
import { type Pool, type Waiting, waiting } from './pool.ts';
import { readBack } from './read-back.ts';
import { Strikes } from './strikes.ts';
import { say } from './words.ts';

/** What the broker has taken and answered, whichever lane it came by. Times: monotonic ms. */
export interface Progress {
  /** Requests of which it took some. */
  taken: number;
  takenAt: number;
  answeredAt: number;
  /** It asked to be left alone until then. */
  notBefore: number;
}

export interface DeliveryOptions {
  readonly destination: string;
  readonly broker: Broker;
  readonly pool: Pool;
  readonly newest: Newest;
  /** Shared with the other lanes. */
  readonly progress: Progress;
  readonly maxEntities: number;
  readonly maxRequestBytes: number;
  readonly answerTimeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** A new tenant gets one entity first: Scorpio makes a database for it (ScorpioBroker#653). */
  readonly beginsWithOne: boolean;
}

/** The longest pause while it is looked for the entity on which the broker fails. */
const isolatingMs = 4_000;
/** Failed requests in a row before they become smaller. */
const patience = 3;
/** The broker is said to take nothing after so many failed requests in a row. */
const saidAfter = 2;
/** Requests in a row that broke off before the connection is given up. */
const maxBroken = 5;
const maxRefusedInARow = 20;
/** The same, soon after the broker has taken something. */
const maxRefusedIfTrusted = 1_000;
const trustMs = 60_000;
/** The pool is looked into at least this often. */
const longMs = 60_000;

/** Parts of a request that go next, the last first. */
type Stack = (readonly Waiting[])[];

export class Delivery {
  readonly #options: DeliveryOptions;
  /** How many entities go in one request now. */
  #limit: number;
  #maxBytes: number;
  #failures = 0;
  /** What was wrong with the last of them. */
  #lastWords = '';
  #broken = 0;
  #refusedInARow = 0;
  #notBefore = 0;
  /** Counts what makes a plan that was made ahead wrong. */
  #refusals = 0;
  #ahead: { readonly taken: readonly Waiting[]; readonly plan: Plan; readonly refusals: number } | undefined;
  #isTurnOfAlone = false;
  /** Requests become smaller until the entity on which the broker fails is alone. */
  #isIsolating = false;
  readonly #strikes = new Strikes();
  #wake = new AbortController();
  #end: Text | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#limit = options.beginsWithOne ? 1 : options.maxEntities;
    this.#maxBytes = options.maxRequestBytes;
  }

  /** What the broker says instead of taking what waits for it; undefined while it takes it. */
  get trouble(): string | undefined {
    return this.#failures < saidAfter || this.#options.pool.isEmpty ? undefined : this.#lastWords;
  }

  /** There is more in the pool. */
  nudge(): void {
    this.#wake.abort();
  }

  /** Nothing is asked before this, monotonic ms. */
  waitFor(answer: HttpAnswer): void {
    this.#pause(answer.headers['retry-after']);
  }

  /** Delivers until the signal aborts or the session has to end; resolves with why. */
  async run(signal: AbortSignal): Promise<Text> {
    const { clock, pool, progress } = this.#options;
    while (!signal.aborted && this.#end === undefined) {
      this.#wake = new AbortController();
      const wake = AbortSignal.any([signal, this.#wake.signal]);
      const waitMs = Math.max(this.#notBefore, progress.notBefore) - clock.moment().monotonic;
      if (waitMs > 0) await clock.sleep(waitMs, signal);
      else if (pool.isEmpty && this.#ahead === undefined) await clock.sleep(longMs, wake);
      else await this.#step(signal);
    }
    return this.#end ?? net.stopped();
  }

  async #step(signal: AbortSignal): Promise<void> {
    const { newest } = this.#options;
    const ahead = this.#takeAhead();
    const taken = ahead === undefined ? this.#take() : [];
    const unknown = taken.filter(({ id }) => newest.mustAsk(id));
    if (unknown.length > 0 && !(await this.#askTimes(unknown, signal))) return this.#giveBack(taken);
    const stack: Stack = [];
    for (let next = ahead ?? this.#plan(taken); ; next = this.#plan(stack.pop() ?? [])) {
      const again = await this.#send(next, stack, signal);
      if (again.length > 0 || this.#end !== undefined) return this.#giveBack([...again, ...stack.reverse().flat()]);
      if (stack.length === 0) break;
    }
    if (this.#failures > 0) this.#giveBack([]);
  }

  /** The next entities; one on which the broker failed alone is set apart again. */
  #take(): readonly Waiting[] {
    const { pool } = this.#options;
    const all = pool.take(this.#limit, this.#isTurnOfAlone);
    this.#isTurnOfAlone = false;
    const taken = all.length === 1 ? all : all.filter(({ id }) => this.#strikes.mayJoin(id));
    for (const each of all) if (!taken.includes(each)) pool.setApart(each);
    return taken;
  }

  #plan(part: readonly Waiting[]): Plan {
    const { newest, broker, clock } = this.#options;
    const { wall, synchronised } = clock.moment();
    const latest = synchronised ? wall + futureMs : Number.POSITIVE_INFINITY;
    return plan(part, { newest, format: broker.format, maxBytes: this.#maxBytes, latest });
  }

  /** While the broker works on one request the next is made, if all goes well and nothing has to be asked first. */
  async #planAhead(isLast: boolean, signal: AbortSignal): Promise<void> {
    const { pool, newest, clock } = this.#options;
    await clock.sleep(0, signal); // the request goes first
    if (!isLast || this.#failures > 0 || this.#isIsolating || !pool.hasOthers || this.#isTurnOfAlone) return;
    const taken = this.#take();
    if (taken.some(({ id }) => newest.mustAsk(id))) pool.putBack(taken);
    else this.#ahead = { taken, plan: this.#plan(taken), refusals: this.#refusals };
  }

  /** What was planned ahead, unless an alarm has come since, or what it was planned on no longer holds. */
  #takeAhead(): Plan | undefined {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead === undefined) return undefined;
    if (ahead.refusals === this.#refusals && !this.#options.pool.hasUrgent) return ahead.plan;
    this.#options.pool.putBack(ahead.taken);
    return undefined;
  }

  /** False if it has to be tried again. */
  async #askTimes(unknown: readonly Waiting[], signal: AbortSignal): Promise<boolean> {
    const { broker, newest, destination, log } = this.#options;
    const read = await readBack(broker, unknown, signal).catch((fault: unknown) => this.#brokeOff(fault, signal));
    if (read === undefined) return false;
    this.#answered();
    const ids = unknown.map(({ id }) => id);
    if (read.is === 'read') newest.told(ids, read.times);
    else if (read.is === 'forbidden') {
      log.warn('The broker does not let its entities be read: what was sent before is known from the file alone', {
        destination,
        answer: wordsOf(read.answer),
      });
      newest.told(ids, new Map());
    } else {
      if (read.answer.status === 401) this.#end = say.unauthorised({ words: wordsOf(read.answer) });
      this.#failed(wordsOf(read.answer), read.answer.headers['retry-after']);
      return false;
    }
    return true;
  }

  /** One request, and what follows from its answer. What is to go right after it is put on the stack. Returns what is to go later. */
  async #send({ due, late, left }: Plan, stack: Stack, signal: AbortSignal): Promise<readonly Waiting[]> {
    const { broker, newest } = this.#options;
    for (const each of late) settle(each);
    if (left.length > 0) stack.push(left);
    if (due.length === 0) return [];
    newest.set(new Map(due.map(({ waiting: { id }, marks }) => [id, marks])));
    const planned = due.map((each) => each.waiting);
    const asking = broker
      .ask(broker.format.update(due.map(({ json }) => json)), signal)
      .catch((fault: unknown) => this.#brokeOff(fault, signal));
    await this.#planAhead(stack.length === 0, signal);
    const answer = await asking;
    if (answer === undefined) return planned;
    this.#answered();
    const verdict = broker.format.judge(answer, planned);
    switch (verdict.is) {
      case 'taken':
        this.#tookSome();
        for (const each of planned) this.#settle(each);
        return [];
      case 'some-failed':
        this.#someFailed(planned, verdict.failed, stack);
        return [];
      case 'too-large':
        this.#refusals++;
        this.#maxBytes = Math.max(1, Math.floor(Math.min(this.#maxBytes, bytesOf(due)) / 2));
        this.#divide(planned, verdict.why, stack);
        return [];
      case 'bad-entity':
        this.#divide(planned, verdict.why, stack);
        return [];
      case 'not-now':
        return this.#notNow(planned, verdict, stack);
      case 'unauthorised':
        this.#end = say.unauthorised({ words: verdict.why });
        return planned;
      case 'forbidden':
        this.#end = say.forbidden({ words: verdict.why });
        return planned;
    }
  }

  /** Halves go next, the first half first; one alone is refused, reading by reading. */
  #divide(part: readonly Waiting[], why: string, stack: Stack): void {
    const [only] = part;
    const half = Math.ceil(part.length / 2);
    if (part.length === 1 && only !== undefined) this.#refuse(only, why, stack);
    else stack.push(part.slice(half), part.slice(0, half));
  }

  #refuse(each: Waiting, why: string, stack: Stack): void {
    const { newest, pool, destination, log } = this.#options;
    this.#refusals++;
    newest.set(new Map([[each.id, each.before ?? new Map()]]));
    const inOrder = each.said.toSorted((a, b) => a.mark.at - b.mark.at);
    if (inOrder.length > 1) {
      for (const said of inOrder.reverse()) stack.push([waiting(each, [said])]);
      return;
    }
    if (this.#refusedInARow >= (this.#isTrusted ? maxRefusedIfTrusted : maxRefusedInARow)) {
      const isLast = stack.length === 0 && this.#ahead === undefined && !pool.hasOthers;
      if (isLast) this.#end = say.refusesEverything({ words: why });
      pool.setApart(each);
      return;
    }
    this.#refusedInARow++;
    log.warn('The broker refused an entity; the reading is set aside with its words', { destination, answer: why });
    for (const { claim, mark } of each.said) claim.refuse(mark.index, why);
    settle(each);
  }

  #someFailed(part: readonly Waiting[], failed: ReadonlyMap<string, Failure>, stack: Stack): void {
    if (failed.size < part.length) this.#tookSome();
    for (const each of part) {
      const failure = failed.get(each.id);
      if (failure === undefined) this.#settle(each);
      else if (failure.isNotNow) {
        this.#strike(each, failure.why, stack);
        if (failed.size === part.length) this.#failed(failure.why, undefined);
      } else this.#refuse(each, failure.why, stack);
    }
  }

  #notNow(part: readonly Waiting[], verdict: Extract<Verdict, { is: 'not-now' }>, stack: Stack): readonly Waiting[] {
    this.#isIsolating ||= verdict.isPoison === true && this.#failures + 1 >= patience;
    this.#failed(verdict.why, verdict.retryAfter, this.#isIsolating && part.length > 1 ? isolatingMs : maxPauseMs);
    if (!this.#isIsolating || verdict.isPoison !== true) return part;
    this.#limit = Math.max(1, Math.floor(Math.min(this.#limit, part.length) / 2));
    const [only] = part;
    if (part.length > 1 || only === undefined) return part;
    this.#isIsolating = false;
    this.#strike(only, verdict.why, stack);
    return [];
  }

  /** It failed alone. */
  #strike(each: Waiting, why: string, stack: Stack): void {
    if (!this.#strikes.strike(each.id, this.#options.progress.taken)) {
      this.#options.pool.setApart(each);
      return;
    }
    if (each.said.length > 1) this.#strikes.expectAnother(each.id);
    this.#refuse(each, why, stack);
  }

  #settle(each: Waiting): void {
    this.#strikes.forget(each.id);
    settle(each);
  }

  get #isTrusted(): boolean {
    const { progress, clock } = this.#options;
    return progress.taken > 0 && clock.moment().monotonic - progress.takenAt < trustMs;
  }

  #tookSome(): void {
    const { progress, pool, clock, maxEntities } = this.#options;
    progress.taken++;
    progress.takenAt = clock.moment().monotonic;
    this.#failures = 0;
    this.#refusedInARow = 0;
    if (!this.#isIsolating) this.#limit = Math.min(maxEntities, this.#limit * 2);
    this.#isTurnOfAlone = true;
    pool.rejoin((id) => this.#strikes.mayJoin(id));
  }

  #answered(): void {
    const { progress, clock } = this.#options;
    this.#broken = 0;
    progress.answeredAt = clock.moment().monotonic;
  }

  /** Nobody there, no answer in time, or the connection was cut: whether the broker has it is not known, so it goes again. */
  #brokeOff(fault: unknown, signal: AbortSignal): undefined {
    if (signal.aborted) return;
    const why = textOf(fault);
    if (isNobodyThere(fault)) this.#end = isNobodyThere(why) ? why : net.vanished({ why });
    else if (++this.#broken >= maxBroken) this.#end = net.connectionLost({ why });
    else this.#failed(why.en, undefined);
  }

  #failed(why: string, retryAfter: string | undefined, longestMs = maxPauseMs): void {
    const { destination, log } = this.#options;
    this.#failures++;
    this.#lastWords = why;
    this.#pause(retryAfter, longestMs);
    log.warn('The broker did not take a request; the same entities go again', { destination, answer: why });
  }

  #pause(retryAfter: string | undefined, longestMs = maxPauseMs): void {
    const { clock, progress } = this.#options;
    const { monotonic, wall } = clock.moment();
    this.#notBefore = monotonic + pauseMs(this.#failures, retryAfter, wall, longestMs);
    if (retryAfter !== undefined) progress.notBefore = Math.max(progress.notBefore, this.#notBefore);
  }

  /** Back into the pool; batches that have waited long enough go back to the forwarder. */
  #giveBack(all: readonly Waiting[]): void {
    const { pool, clock, answerTimeoutMs } = this.#options;
    pool.putBack([...all, ...(this.#ahead?.taken ?? [])]);
    this.#ahead = undefined;
    const now = clock.moment().monotonic;
    for (const claim of pool.claims()) if (now - claim.since >= answerTimeoutMs) claim.giveUp(say.notTakenYet());
    pool.sweep();
  }
}

function settle({ said }: Pick<Waiting, 'said'>): void {
  for (const { claim } of said) claim.settle();
}

function bytesOf(due: readonly Planned[]): number {
  return due.reduce((sum, { json }) => sum + Buffer.byteLength(json), 0);
}
