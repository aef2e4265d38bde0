/**
 * The roll-out of a release that a hub has under way, one at a time: looks every `lookEveryMs`, orders what is next (roll-out-plan.ts), and
 * remembers where it is, so that a hub that is started again goes on: whom it has ordered the release, and how that ended, is a row of the buffer's
 * file each, since the book of orders forgets what has ended.
 *
 * Bounds: `maxAtOnce` orders in one look; a row for each gateway that was ordered, until another roll-out begins. When it is stopped, orders that no gateway has answered are withdrawn; a gateway that is at it goes on.
 */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import type { Log } from '../machine/log.ts';
import { compareVersions } from '../update/manifest.ts';
import type { Births } from './births.ts';
import type { HubOrders } from './hub-orders.ts';
import { isWaiting, nameOf } from './order-book.ts';
import { say } from './order-words.ts';
import { nextStep, type RollOutPlan, type RollOutState, type SeenGateway, type Tally } from './roll-out-plan.ts';

const lookEveryMs = 10_000;
const maxAtOnce = 500;
const KEY = 'hub/roll-out';
/** Of the roll-out that was begun last: a row for each gateway, "tenant/gateway". */
const ORDERED = 'hub/roll-out/';

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const keptSchema = v.object({
  plan: v.object({
    id: v.string(),
    version: v.string(),
    url: v.string(),
    stages: v.array(share),
    pauseMs: v.number(),
    patienceMs: v.number(),
    stopShare: share,
  }),
  state: v.object({
    state: v.picklist(['running', 'stopped', 'done']),
    stage: v.number(),
    since: v.number(),
    endedAt: v.optional(v.number()),
  }),
});
type Kept = v.InferOutput<typeof keptSchema>;

const orderedSchema = v.object({
  /** Of the roll-out. */
  plan: v.string(),
  /** Of the order. */
  id: v.string(),
  end: v.optional(v.picklist(['done', 'failed'])),
});
type Ordered = Readonly<v.InferOutput<typeof orderedSchema>>;

export interface RollOutOptions {
  readonly orders: HubOrders;
  readonly births: Births;
  /** All that may be updated: what is enrolled, without hubs. */
  gateways(): readonly Origin[];
  /** Resolves when it is durable; undefined forgets. */
  keep(values: ReadonlyMap<string, string | undefined>): Promise<void>;
  readonly remembered: ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface RollOutSight {
  readonly plan: RollOutPlan;
  readonly state: RollOutState;
  readonly tally: Tally;
}

export class RollOut {
  readonly #options: RollOutOptions;
  #kept: Kept | undefined;
  /** Of the roll-out of `#kept`, by "tenant/gateway". */
  readonly #ordered: Map<string, Ordered>;
  /** Names of rows that there are, also of roll-outs before. */
  readonly #rows: Set<string>;
  /** One thing at a time: a look that sends takes a while, and another begins meanwhile. */
  #turn: Promise<unknown> = Promise.resolve();
  #stopping = 0;

  constructor(options: RollOutOptions) {
    this.#options = options;
    const text = options.remembered.get(KEY);
    const read = text === undefined ? undefined : v.safeParse(v.pipe(v.string(), v.parseJson(), keptSchema), text);
    this.#kept = read?.success === true ? read.output : undefined;
    this.#rows = new Set([...options.remembered.keys()].filter((key) => key.startsWith(ORDERED)));
    this.#ordered = this.#orderedBefore();
  }

  /** From the rows, and from the book: an order may have gone out just before the power did. */
  #orderedBefore(): Map<string, Ordered> {
    const ordered = new Map<string, Ordered>();
    const { remembered, orders } = this.#options;
    const plan = this.#kept?.plan;
    if (plan === undefined) return ordered;
    for (const key of this.#rows) {
      const row = v.safeParse(v.pipe(v.string(), v.parseJson(), orderedSchema), remembered.get(key));
      if (row.success && row.output.plan === plan.id) ordered.set(key.slice(ORDERED.length), row.output);
    }
    const by = byOf(plan);
    for (const entry of orders.book.all()) {
      const name = nameOf(entry);
      if (entry.by === by && !ordered.has(name)) ordered.set(name, { plan: plan.id, id: entry.id });
    }
    return ordered;
  }

  /** Undefined if there has never been one. */
  get sight(): RollOutSight | undefined {
    if (this.#kept === undefined) return undefined;
    const { plan, state } = this.#kept;
    return { plan, state, tally: nextStep(plan, state, this.#seen(plan), this.#now()).tally };
  }

  /** Rejects with a MachimoriError "roll-out-runs", and as the buffer does. */
  begin(wanted: Omit<RollOutPlan, 'id'>): Promise<void> {
    return this.#inTurn(() => this.#begin(wanted));
  }

  async #begin(wanted: Omit<RollOutPlan, 'id'>): Promise<void> {
    if (this.#kept?.state.state === 'running') {
      const { version } = this.#kept.plan;
      throw new MachimoriError('roll-out-runs', { what: say.rollOutRuns(), on: version, hint: say.stopRollOut() });
    }
    const plan = { ...wanted, id: randomBytes(4).toString('hex'), stages: [...wanted.stages] };
    await this.#keep({ plan, state: { state: 'running', stage: 0, since: this.#now() } });
    this.#ordered.clear();
    await this.#options.keep(new Map([...this.#rows].map((row) => [row, undefined])));
    this.#rows.clear();
    await this.#look();
  }

  /** Nothing more is ordered. Rejects with a MachimoriError "no-roll-out", and as the buffer does. */
  async stop(): Promise<void> {
    this.#stopping++;
    await this.#inTurn(() => this.#stop()).finally(() => this.#stopping--);
  }

  async #stop(): Promise<void> {
    if (this.#kept?.state.state !== 'running') {
      throw new MachimoriError('no-roll-out', { what: say.noRollOut(), on: say.theHub(), hint: say.beginRollOut() });
    }
    await this.#keep({ ...this.#kept, state: { ...this.#kept.state, state: 'stopped' } });
    await this.#withdraw(this.#kept.plan);
  }

  /** Until the signal aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look().catch((fault) => {
        this.#options.log.error('The roll-out could not go on; it is tried again', { fault: messageOf(fault) });
      });
      await this.#options.clock.sleep(lookEveryMs, signal);
    }
  }

  /** Does what is next. Rejects as the buffer does. */
  look(): Promise<void> {
    return this.#inTurn(() => this.#look());
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {}); // whoever asked is told
    return done;
  }

  async #look(): Promise<void> {
    // What the power or the disk has kept from being withdrawn when it was stopped.
    if (this.#kept?.state.state === 'stopped') return this.#withdraw(this.#kept.plan);
    if (this.#kept?.state.state !== 'running') return;
    const { plan, state: before } = this.#kept;
    const { orders, log } = this.#options;
    await this.#noteEnds(plan);
    const { state, tally, order } = nextStep(plan, before, this.#seen(plan), this.#now());
    const sent = new Map<string, Ordered>();
    for (const name of order.slice(0, maxAtOnce)) {
      if (this.#stopping > 0) break;
      const [tenant = '', gateway = ''] = name.split('/');
      const { version, url } = plan;
      const wanted = {
        tenant,
        gateway,
        action: 'update',
        arguments: { version, url },
        by: byOf(plan),
        device: undefined,
      };
      const { id } = await orders.send({ ...wanted, expiresMs: plan.patienceMs });
      const row = { plan: plan.id, id };
      this.#ordered.set(name, row);
      sent.set(name, row);
    }
    await this.#keepRows(sent);
    if (this.#stopping > 0) return;
    if (JSON.stringify(state) === JSON.stringify(before)) return;
    await this.#keep({ plan, state });
    if (state.state === 'stopped') {
      log.error('The roll-out was stopped: too many gateways did badly with the release', {
        version: plan.version,
        ...tally,
      });
      await this.#withdraw(plan);
    } else if (state.state === 'done') {
      log.info('The roll-out is done', { version: plan.version, ...tally });
    }
  }

  async #withdraw(plan: RollOutPlan): Promise<void> {
    const by = byOf(plan);
    for (const entry of [...this.#options.orders.book.allWaiting()]) {
      if (entry.by === by) await this.#options.orders.withdraw(entry);
    }
  }

  /** Keeps the ends that have come, before the book forgets them. */
  async #noteEnds(plan: RollOutPlan): Promise<void> {
    const ended = new Map<string, Ordered>();
    for (const [name, { id, end }] of this.#ordered) {
      const now = end ?? this.#stateOf({ plan: plan.id, id });
      if (end === undefined && now !== 'waiting') ended.set(name, { plan: plan.id, id, end: now });
    }
    await this.#keepRows(ended);
    for (const [name, row] of ended) this.#ordered.set(name, row);
  }

  /** One that the book does not know any more has ended, and nobody knows how. */
  #stateOf({ id, end }: Ordered): 'waiting' | 'done' | 'failed' {
    if (end !== undefined) return end;
    const entry = this.#options.orders.book.get(id);
    if (entry !== undefined && isWaiting(entry)) return 'waiting';
    return entry?.result?.outcome === 'done' ? 'done' : 'failed';
  }

  #seen(plan: RollOutPlan): readonly SeenGateway[] {
    const { births, gateways } = this.#options;
    return gateways().map((origin) => {
      const name = nameOf(origin);
      const ordered = this.#ordered.get(name);
      const version = /^machimori (\d+\.\d+\.\d+)$/.exec(births.birthOf(origin)?.software ?? '')?.[1];
      return {
        name,
        hasVersion: version === plan.version,
        hasNewer: version !== undefined && compareVersions(version, plan.version) > 0,
        isOffline: births.statusOf(origin)?.state === 'offline',
        order: ordered && this.#stateOf(ordered),
      };
    });
  }

  async #keepRows(rows: ReadonlyMap<string, Ordered>): Promise<void> {
    if (rows.size === 0) return;
    await this.#options.keep(new Map([...rows].map(([name, row]) => [ORDERED + name, JSON.stringify(row)])));
    for (const name of rows.keys()) this.#rows.add(ORDERED + name);
  }

  async #keep(kept: Kept): Promise<void> {
    await this.#options.keep(new Map([[KEY, JSON.stringify(kept)]]));
    this.#kept = kept;
  }

  #now(): number {
    return this.#options.clock.moment().wall;
  }
}

/** By whom its orders are, in the book and in both audits. */
function byOf({ id, version }: RollOutPlan): string {
  return `roll-out ${id} of ${version}`;
}
