/**
 * One seed: a site with its devices, the gateway, the network and the city OS in one process on a virtual clock.
 *
 *   devices ─wires─▶ gateway (as run.ts wires it, on a real SQLite file) ─virtual broker─▶ city OS (receive.ts)
 *      │  meters ─virtual broker─▲        ▲ faults, by the seed                               │
 *      └────────▶ observations ──────────── held against ────────────── accounts ◀────────────┘
 *
 * The same seed and hours give the same course, event for event. When the hours are over everything is healed, drains,
 * and is audited.
 */

import { setMaxListeners } from 'node:events';
import { MachimoriError } from '../../shared/errors.ts';
import { foreign } from '../../shared/text.ts';
import { Random } from '../../simulators/random.ts';
import { VirtualClock } from '../../simulators/virtual-clock.ts';
import type { Account } from './account.ts';
import { checkBounds } from './bounds.ts';
import { ORIGIN } from './box.ts';
import type { Sky } from './devices.ts';
import { type FaultName, strikeOften } from './faults.ts';
import { History } from './history.ts';
import type { HubSite } from './hub/hub-site.ts';
import { simulateHub } from './hub/simulate-hub.ts';
import { PollWatch } from './poll-watch.ts';
import { withPromptCrypto } from './prompt-crypto.ts';
import { drawScenario, type Scenario } from './scenario.ts';
import { buildSite, startDevices, type WholeSite } from './site.ts';
import { Traps } from './traps.ts';
import { type Violation, Violations } from './violations.ts';
import { Moments, type World } from './world.ts';

export interface SimulateOptions {
  /** Simulated hours of faults, before the healing; at most 100. By default drawn from the seed. */
  readonly hours?: number;
  readonly print?: (line: string) => void;
  /** Whether there is a hub between gateways and the city OS; by default drawn from the seed. */
  readonly hub?: boolean | undefined;
}

export interface Report {
  readonly seed: number;
  readonly simulatedHours: number;
  readonly observed: number;
  readonly stored: number;
  readonly refused: number;
  readonly gaps: number;
  /** Readings that the gaps say are lost. */
  readonly reportedLost: number;
  /** How often a silent device was looked at and named; with a hub, two boxes under one name. */
  readonly named: number;
  /** With a hub: orders that were given there, that gateways did, that they refused; and what an attacker sent in their name. */
  readonly orders: Readonly<Record<'given' | 'acted' | 'refused' | 'attacks', number>>;
  readonly struck: Readonly<Record<string, number>>;
  /** Of everything that happened. */
  readonly digest: string;
}

/** What a seed has broken, with the end of its history. */
export class SeedFailed extends MachimoriError {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly history: readonly string[];

  constructor(seed: number, violations: readonly Violation[], history: readonly string[]) {
    super('simulation-failed', {
      what: foreign(violations.map(({ promised, what }) => `${promised}: ${what}`).join('\n  ')),
      on: `seed ${seed}`,
      hint: foreign(`Replay it: npm run simulate-faults -- --seed ${seed}`),
    });
    this.seed = seed;
    this.violations = violations;
    this.history = history;
  }
}

const MINUTE = 60_000;
/** What a hub loads when it needs it: from the disk, which takes its time. */
const LOADED_LATE = [
  () => import('../../gateway/ports/feed/subscribed.ts'),
  () => import('../../gateway/destinations/archive/session.ts'),
] as const;
const noOrders = { given: 0, acted: 0, refused: 0, attacks: 0 };
/** The share of seeds that have a hub, which is drawn apart from all else. */
const hubShare = 0.25;
const hubSalt = 0x4855_4221;
/** With everything healed all must be drained within this. */
const maxDrainMs = 12 * 60 * MINUTE;
/** Devices begin, and faults strike, when the gateway has had this long to settle. */
const quietStartMs = MINUTE;
/** A buffer below this may need the room of refused readings; so may a stranger's, which are large. */
const smallBufferBytes = 1_000_000;

/** Resolves with the report; rejects with `SeedFailed`. */
export async function simulate(seed: number, options: SimulateOptions = {}): Promise<Report> {
  const clock = new VirtualClock(new Date(ORIGIN).toISOString());
  const history = new History(clock, options.print);
  const violations = new Violations(history);
  const world: World = {
    clock,
    random: new Random(seed),
    history,
    violations,
    moments: new Moments(),
    traps: new Traps(),
  };
  const hasHub = options.hub ?? new Random(seed ^ hubSalt).chance(hubShare);
  return hasHub ? withPromptCrypto(() => runWithHub(seed, world, options)) : runAlone(seed, world, options);
}

async function runAlone(seed: number, world: World, options: SimulateOptions): Promise<Report> {
  const sky: Sky = { isOpen: true, daysOff: [], mayErr: () => site.box.hearing.synchronised };
  const scenario = drawScenario(world.random, world.clock, { hours: options.hours, sky });
  const site: WholeSite = buildSite(world, scenario, sky);
  try {
    const struck = await live(site, scenario);
    await drain(site, scenario);
    const observed = site.observations.count;
    return reportOf(seed, world, {
      observed,
      accounts: [...site.accounts.values()],
      named: site.silence.named,
      orders: noOrders,
      struck,
    });
  } finally {
    site.box.clear();
  }
}

async function runWithHub(seed: number, world: World, options: SimulateOptions): Promise<Report> {
  let begun: HubSite | undefined;
  await Promise.all(LOADED_LATE.map((load) => load()));
  try {
    const { site, struck } = await simulateHub(world, options, (site) => {
      begun = site;
    });
    const observed = site.gateways.reduce((sum, { observations }) => sum + observations.count, 0);
    const accounts = site.gateways.map(({ account }) => account);
    return reportOf(seed, world, { observed, accounts, named: site.rivals.said, orders: site.orders.counts, struck });
  } finally {
    for (const { box } of begun === undefined ? [] : [begun.hub, ...begun.gateways]) box.clear();
  }
}

function reportOf(
  seed: number,
  { clock, violations, history }: World,
  run: Pick<Report, 'observed' | 'named' | 'orders'> & {
    readonly accounts: readonly Account[];
    readonly struck: ReadonlyMap<string, number>;
  },
): Report {
  if (violations.found.length > 0) throw new SeedFailed(seed, violations.found, history.end());
  const { observed, named, orders, accounts, struck } = run;
  const sum = (count: (account: Account) => number) => accounts.reduce((total, account) => total + count(account), 0);
  return {
    seed,
    simulatedHours: clock.moment().monotonic / (60 * MINUTE),
    observed,
    stored: sum(({ counts }) => counts.stored),
    refused: sum(({ counts }) => counts.refused),
    gaps: sum(({ gapCount }) => gapCount),
    reportedLost: sum(({ reportedLost }) => reportedLost),
    named,
    orders,
    struck: Object.fromEntries(struck),
    digest: history.digest(),
  };
}

/** The hours of faults. Resolves with how often each struck. */
async function live(site: WholeSite, scenario: Scenario): Promise<Map<FaultName, number>> {
  const { world, box } = site;
  const { clock } = world;
  const struck = new Map<FaultName, number>();
  const healing = new AbortController();
  setMaxListeners(0, healing.signal, site.senders.signal); // every fault and every device
  box.start();
  await clock.advance(quietStartMs);
  startDevices(site, scenario);
  await clock.advance(quietStartMs);
  const { weights, faultEveryMs: everyMs } = scenario;
  const faults = strikeOften(site, { weights, everyMs, struck }, healing.signal);
  await inspected(site, scenario, scenario.hours * 60 * MINUTE);
  healing.abort();
  let isHealed = false;
  const healed = faults.then(() => {
    isHealed = true;
  });
  await inspected(site, scenario, 5 * MINUTE);
  if (isHealed) await healed;
  else if (world.violations.found.length === 0) {
    world.violations.add('sound', 'a stop of the gateway, or another fault, does not come to its end');
  }
  world.history.note('healed');
  if (!box.clockIsRight) box.setClock(0);
  return struck;
}

/** Lets time pass, and looks at the bounds every minute. */
async function inspected(site: WholeSite, { config }: Scenario, ms: number): Promise<void> {
  const { world, box, observations, silence } = site;
  const { clock, violations } = world;
  const probe = site.wires.get('probe-1');
  const polls = new PollWatch();
  const until = clock.moment().monotonic + ms;
  while (clock.moment().monotonic < until && violations.found.length === 0) {
    await clock.advance(MINUTE);
    void box.noteTime();
    silence.look();
    if (probe !== undefined) polls.look('probe-1', probe, observations, world);
    checkBounds(box, config, violations);
  }
}

/** Everything is well and the devices fall silent: what is left is sent, and the accounts are audited. */
async function drain(site: WholeSite, scenario: Scenario): Promise<void> {
  const { world, box, accounts, senders, sending } = site;
  const { clock, violations, history } = world;
  await inspected(site, scenario, 10 * MINUTE);
  for (const { name, stats } of box.gateway?.sources.forwarders ?? []) {
    if (stats.state !== 'connected') violations.add('drained', `${name} is not connected: ${stats.why?.en}`);
  }
  senders.abort();
  await Promise.all([...sending, clock.advance(MINUTE)]);
  const isDrained = () => {
    const stats = box.gateway?.buffer.stats();
    if (stats === undefined) return false;
    const waits = Object.values(stats.outboxes).some(
      ({ waiting, gaps }) => waiting.routine + waiting.urgent + gaps > 0,
    );
    return stats.open === 0 && stats.held === 0 && !waits;
  };
  const until = clock.moment().monotonic + maxDrainMs;
  while (!isDrained() && clock.moment().monotonic < until && violations.found.length === 0) {
    await inspected(site, scenario, MINUTE);
  }
  if (violations.found.length > 0) return;
  const outboxes = box.gateway?.buffer.stats().outboxes ?? {};
  if (!isDrained()) violations.add('drained', `still there: ${JSON.stringify(box.gateway?.buffer.stats())}`);
  const mayDropRefused = scenario.config.buffer.maxSizeBytes < smallBufferBytes || scenario.hasStranger;
  for (const [name, account] of accounts) {
    const { epoch = '', sealed = 0, refused = 0 } = outboxes[name] ?? {};
    history.note(`${name}: ${sealed} sealed, ${refused} refused`);
    account.audit(epoch, sealed, box.abandoned);
    const isKept = mayDropRefused ? refused <= account.counts.refused : refused === account.counts.refused;
    if (account.gapCount === 0 && !isKept && !site.observations.isDisturbed) {
      violations.add('lost', `${name} refused ${account.counts.refused} readings, the gateway set ${refused} aside`);
    }
  }
}
