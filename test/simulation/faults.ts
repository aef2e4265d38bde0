/**
 * What goes wrong, each fault with how it begins and how it is over. Durations are drawn when it strikes; healing ends all
 * of them. To add one: an entry in `STRIKES`, and nothing else.
 */
import { rmSync } from 'node:fs';
import { maxReceipts } from '../../gateway/control/messages.ts';
import type { VirtualWire } from '../../gateway/rig/virtual/virtual-wire.ts';
import type { Random } from '../../simulators/random.ts';
import { type Box, ORIGIN } from './box.ts';
import type { Sky } from './devices.ts';
import type { Observations } from './observations.ts';
import type { Step } from './traps.ts';
import type { VirtualBroker, Weather } from './virtual-broker.ts';
import type { Moods, VirtualCity } from './virtual-city.ts';
import { chanceMs, type Moment, type World } from './world.ts';

/** Everything that faults can strike. */
export interface Site {
  readonly world: World;
  readonly box: Box;
  readonly observations: Observations;
  readonly brokers: ReadonlyMap<string, VirtualBroker>;
  readonly cities: ReadonlyMap<string, VirtualCity>;
  readonly wires: ReadonlyMap<string, VirtualWire>;
  /** GPS receivers see the sky. */
  readonly sky: Sky;
  /** When a kill finds most. */
  readonly moments: readonly [Moment, ...Moment[]];
  /** The steps of an order at which it is killed; absent: it has none. */
  readonly steps?: readonly [Step, ...Step[]];
}

type Strike = (site: Site, healing: AbortSignal) => Promise<void>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const STRIKES = {
  kill: async (site, healing) => {
    if (!(await isCaughtRunning(site, healing))) return;
    site.box.kill();
    await lasting(site, 30_000, healing);
    site.box.start();
  },
  restart: async (site, healing) => {
    if (!(await isCaughtRunning(site, healing))) return;
    await site.box.stop();
    await lasting(site, 10_000, healing);
    site.box.start();
  },
  'power-cut': async (site, healing) => {
    const { box, world } = site;
    if (!(await isCaughtRunning(site, healing))) return;
    const wentAt = world.clock.moment().monotonic;
    box.kill();
    for (const broker of site.brokers.values()) if (world.random.chance(0.5)) broker.cut('the power is gone');
    await lasting(site, 2 * MINUTE, healing);
    const now = world.clock.moment().monotonic;
    // Either the clock begins in 1970, or where a file says it stood when the power went.
    box.powerUp(world.random.chance(0.6) ? -(ORIGIN + now) : -(now - wentAt));
    if (world.random.chance(0.7)) void hidden(site, healing);
    const boot = box.bootNumber;
    box.start();
    await lasting(site, world.random.pick([10_000, 5 * MINUTE, HOUR]), healing);
    if (box.bootNumber === boot) box.setClock(0);
  },
  'roll-back': async (site, healing) => {
    const { box, world } = site;
    if (!(await isCaughtRunning(site, healing))) return;
    box.backUp();
    await lasting(site, world.random.pick([MINUTE, 20 * MINUTE, 4 * HOUR]), healing);
    if (!(await isCaughtRunning(site, healing)) || box.hasClone) return;
    if (world.random.chance(0.5)) box.kill();
    else await box.stop();
    box.restore();
    await lasting(site, MINUTE, healing);
    box.start();
  },
  clone: async (site, healing) => {
    const { box, world } = site;
    if (!(await isCaughtRunning(site, healing)) || box.hasClone) return;
    if (!box.hasBackup || world.random.chance(0.5)) box.backUp();
    box.startClone();
    await lasting(site, 20 * MINUTE, healing);
    await box.stopClone();
  },
  'clock-step': async (site, healing) => {
    const { box, world } = site;
    if (!box.clockIsRight) return;
    const boot = box.bootNumber;
    const far = world.random.pick([700, 5_000, HOUR, 90 * 24 * HOUR]); // no further, or a stranger's own time is not believed
    const errorMs = world.random.chance(0.2) ? -box.trueTime() : Math.floor((world.random.next() * 2 - 1) * far);
    box.setClock(errorMs);
    // Now and then it is over before anybody who asks once a second could have seen it.
    await lasting(site, world.random.chance(0.2) ? 500 : 10 * MINUTE, healing);
    if (box.bootNumber === boot) box.setClock(0);
  },
  'connection-cut': async (site, healing) => {
    await isCaughtRunning(site, healing);
    anyOf(site.world.random, site.brokers).cut('connection reset');
  },
  partition: async (site, healing) => {
    const broker = anyOf(site.world.random, site.brokers);
    if (broker.weather.isParted) return;
    broker.part();
    await lasting(site, site.world.random.pick([5_000, MINUTE, 20 * MINUTE]), healing);
    broker.join();
  },
  'long-outage': async (site, healing) => {
    const broker = anyOf(site.world.random, site.brokers);
    if (broker.weather.isDown) return;
    broker.weather.isDown = true;
    broker.cut('the broker goes down');
    await lasting(site, 4 * HOUR, healing);
    broker.weather.isDown = false;
  },
  'broker-busy': weather('busy', 0.9),
  'broker-forgetful': weather('loses', 0.5),
  'slow-link': weather('slowMs', 40_000),
  'duplicated-publish': weather('duplicates', 0.5),
  /** Batches of many readings are too large then, single readings mostly are not. */
  'size-limit': async (site, healing) => {
    const { random } = site.world;
    const { weather } = anyOf(random, site.brokers);
    if (weather.sizeLimit !== undefined) return;
    const bytes = random.pick([700, 1_000, 2_000, 5_000, 20_000]) + random.int(0, 500);
    weather.sizeLimit = { bytes, manner: random.pick(['closes', 'closes', 'announces', 'refuses']) };
    await lasting(site, random.pick([5 * MINUTE, HOUR, 4 * HOUR]), healing);
    weather.sizeLimit = undefined;
  },
  'receipt-lost': mood('losesReceipt', 0.5),
  'receipt-repeated': mood('repeatsReceipt', 0.8),
  'receipt-late': mood('isLate', 0.5),
  'receipt-garbled': mood('garblesReceipt', 0.5),
  'receipt-reworded': mood('rewordsReceipt', 0.9),
  'receipt-malformed': mood('malformsReceipt', 0.5),
  'receipt-foreign': mood('answersOthers', 0.9),
  'refusal-of-all': mood('refusesAll', 0.7),
  'city-crash': mood('crashes', 0.3),
  'batches-swallowed': mood('swallows', 0.3, HOUR),
  'city-full': mood('cannotStore', 1.5, HOUR),
  unreadable: mood('findsUnreadable', 0.1),
  unplug: async (site, healing) => {
    const { world, wires, observations } = site;
    const wire = anyOf(world.random, wires);
    observations.interrupted(wire.path.replace('/dev/', ''));
    wire.unplug();
    await lasting(site, MINUTE, healing);
    await wire.replug();
  },
  silence: async (site, healing) => {
    const { world, wires } = site;
    const wire = anyOf(world.random, wires);
    wire.isMute = true;
    await lasting(site, world.random.pick([5 * MINUTE, HOUR]), healing);
    wire.isMute = false;
  },
  'disk-short': async (site, healing) => {
    const { box } = site;
    box.isDiskShort = true;
    await lasting(site, 20 * MINUTE, healing);
    box.isDiskShort = false;
  },
  'start-on-short-disk': async (site, healing) => {
    const { box } = site;
    if (!(await isCaughtRunning(site, healing))) return;
    box.isDiskShort = true;
    box.kill();
    await lasting(site, 10_000, healing);
    box.start();
    await lasting(site, 10 * MINUTE, healing);
    box.isDiskShort = false;
  },
  'file-deleted': async (site, healing) => {
    if (!(await isCaughtRunning(site, healing))) return;
    for (const suffix of site.world.random.pick([[''], ['-wal'], ['', '-wal']]))
      rmSync(`${site.box.file}${suffix}`, { force: true });
    site.box.ask('export', { destination: 'city' }); // so that it is noticed: what is killed before that is lost
  },
  /** One of the pages that hold no readings, under a gateway that runs or before the next starts. */
  'page-lost': async (site, healing) => {
    const { box, world } = site;
    if (!(await isCaughtRunning(site, healing))) return;
    const isStopped = world.random.chance(0.7);
    if (isStopped) box.kill();
    box.losePage(world.random.pick([1, 2]));
    if (!isStopped) return;
    await lasting(site, 10_000, healing);
    box.start();
  },
  'no-sky': hidden,
  'wrong-date': async ({ world, sky }) => {
    // Fewer than a receiver has to repeat before it is believed against a clock that is set.
    const days = world.random.pick([-1, 1, -365, 30, 10_950]);
    if (sky.daysOff.length === 0) sky.daysOff = world.random.chance(0.5) ? [days, 0] : [days, days, 0];
  },
  'by-hand': async (site, healing) => {
    const { box, world } = site;
    if (!box.isRunning) return;
    const [destination, city] = anyOf(world.random, new Map([...site.cities].map((each) => [each[0], each])));
    const parcel = box.ask('export', { destination });
    await lasting(site, 10 * MINUTE, healing);
    const receipts = await city.takeParcel(parcel);
    await lasting(site, 10 * MINUTE, healing);
    for (let from = 0; from < receipts.length && box.isRunning; from += maxReceipts) {
      box.ask('settle', { receipts: receipts.slice(from, from + maxReceipts) });
    }
  },
  'kill-at-order': async (site, healing) => {
    const { box, world, steps } = site;
    if (steps === undefined || !(await box.killedAt(world.random.pick(steps), HOUR, healing))) return;
    world.history.note('killed at an order');
    await lasting(site, 30_000, healing);
    box.start();
  },
} satisfies Record<string, Strike>;

export type FaultName = keyof typeof STRIKES;

/** Of those that strike wherever there is a gateway. */
export const FAULTS = (Object.keys(STRIKES) as FaultName[]).filter((name) => name !== 'kill-at-order'); // the keys of the table above

/** Strikes again and again, at random, until healing begins, and resolves when every fault is over. */
export async function strikeOften(
  site: Site,
  {
    weights,
    everyMs,
    struck,
    who,
  }: {
    readonly weights: ReadonlyMap<FaultName, number>;
    readonly everyMs: number;
    readonly struck: Map<FaultName, number>;
    /** Whom they strike, where there are several. */
    readonly who?: string;
  },
  healing: AbortSignal,
): Promise<void> {
  const { clock, random, history } = site.world;
  const bag = [...weights].flatMap(([name, weight]) => Array<FaultName>(weight).fill(name));
  const going: Promise<void>[] = [];
  for (;;) {
    await clock.sleep(chanceMs(random, everyMs), healing);
    if (healing.aborted) break;
    const name = bag[random.int(0, bag.length - 1)];
    if (name === undefined) continue;
    history.note(`${who === undefined ? '' : `${who}: `}fault: ${name}`);
    struck.set(name, (struck.get(name) ?? 0) + 1);
    going.push(STRIKES[name](site, healing));
  }
  await Promise.all(going);
}

/** Waits, half the time, until something has just come or gone; then whether there is a gateway to strike. */
async function isCaughtRunning({ world, box, moments }: Site, healing: AbortSignal): Promise<boolean> {
  const { clock, random } = world;
  if (random.chance(0.5)) {
    await Promise.race([world.moments.next(random.pick(moments)), clock.sleep(10 * MINUTE, healing)]);
    await clock.sleep(random.pick([0, 0, 1, 5, 200]));
  }
  return box.isRunning && !healing.aborted;
}

function lasting({ world }: Site, meanMs: number, healing: AbortSignal): Promise<void> {
  return world.clock.sleep(chanceMs(world.random, meanMs), healing);
}

/** No GPS fix for a while. */
async function hidden(site: Site, healing: AbortSignal): Promise<void> {
  site.sky.isOpen = false;
  await lasting(site, 20 * MINUTE, healing);
  site.sky.isOpen = true;
}

function weather(what: 'slowMs' | 'duplicates' | 'busy' | 'loses', most: number): Strike {
  return async (site, healing) => {
    const { weather } = anyOf(site.world.random, site.brokers);
    await turned<Weather>(weather, what, most * site.world.random.next(), () => lasting(site, 10 * MINUTE, healing));
  };
}

function mood(what: keyof Moods, most: number, meanMs = 10 * MINUTE): Strike {
  return async (site, healing) => {
    const { moods } = anyOf(site.world.random, site.cities);
    await turned<Moods>(moods, what, most * site.world.random.next(), () => lasting(site, meanMs, healing));
  };
}

async function turned<Of extends object>(of: Of, what: keyof Of, to: number, meanwhile: () => Promise<void>) {
  Object.assign(of, { [what]: to });
  await meanwhile();
  Object.assign(of, { [what]: 0 });
}

function anyOf<Item>(random: Random, items: ReadonlyMap<string, Item>): Item {
  const [first, ...rest] = [...items.values()];
  if (first === undefined) throw new RangeError('there is nothing to choose from');
  return random.pick([first, ...rest]);
}
