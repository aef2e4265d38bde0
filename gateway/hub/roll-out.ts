/**
 * The roll-out of a release that a hub has under way, one at a time: looks every `lookEveryMs`, orders what is next (roll-out-plan.ts), and
 * remembers where it is. What was ordered stands in the book of orders, so a hub that is started again goes on.
 *
 * Bounds: `maxAtOnce` orders in one look. When it is stopped, orders that no gateway has answered are withdrawn; a gateway that is at it goes on.
 */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import type { Log } from '../machine/log.ts';
import type { Births } from './births.ts';
import type { HubOrders } from './hub-orders.ts';
import { isWaiting, nameOf } from './order-book.ts';
import { say } from './order-words.ts';
import { nextStep, type RollOutPlan, type RollOutState, type SeenGateway, type Tally } from './roll-out-plan.ts';

const lookEveryMs = 10_000;
const maxAtOnce = 500;
const KEY = 'hub/roll-out';

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

export interface RollOutOptions {
  readonly orders: HubOrders;
  readonly births: Births;
  /** All that may be updated: what is enrolled, without hubs. */
  gateways(): readonly Origin[];
  /** Resolves when it is durable. */
  keep(values: ReadonlyMap<string, string>): Promise<void>;
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
  /** One thing at a time: a look that sends takes a while, and another begins meanwhile. */
  #turn: Promise<unknown> = Promise.resolve();
  #stopping = 0;

  constructor(options: RollOutOptions) {
    this.#options = options;
    const text = options.remembered.get(KEY);
    const read = text === undefined ? undefined : v.safeParse(v.pipe(v.string(), v.parseJson(), keptSchema), text);
    this.#kept = read?.success === true ? read.output : undefined;
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
    const { state, tally, order } = nextStep(plan, before, this.#seen(plan), this.#now());
    for (const name of order.slice(0, maxAtOnce)) {
      if (this.#stopping > 0) return;
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
      await orders.send({ ...wanted, expiresMs: plan.patienceMs });
    }
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

  #seen(plan: RollOutPlan): readonly SeenGateway[] {
    const { orders, births, gateways } = this.#options;
    const by = byOf(plan);
    const own = new Map<string, SeenGateway['order']>();
    for (const entry of orders.book.all()) {
      if (entry.by !== by) continue;
      const state = isWaiting(entry) ? 'waiting' : entry.result?.outcome === 'done' ? 'done' : 'failed';
      if (!own.has(nameOf(entry))) own.set(nameOf(entry), state);
    }
    return gateways().map((origin) => ({
      name: nameOf(origin),
      hasVersion: births.birthOf(origin)?.software === `machimori ${plan.version}`,
      isOffline: births.statusOf(origin)?.state === 'offline',
      order: own.get(nameOf(origin)),
    }));
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
