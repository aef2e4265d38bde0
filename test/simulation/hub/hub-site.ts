/**
 * All of a simulation with a hub.
 *
 *   devices ─▶ gateway ─┐                               ┌─virtual broker─▶ city OS, with an account of each gateway
 *   devices ─▶ gateway ─┴─virtual broker─▶ hub ─────────┤
 *                         ▲ feed watch (promises)       └─▶ archive, a file of the hub's, read at the end
 */
import { EnrolledGateways } from '../../../gateway/hub/enrolled-gateways.ts';
import { decodeBatch } from '../../../shared/feed/batch.ts';
import type { Origin } from '../../../shared/feed/topics.ts';
import type { Account } from '../account.ts';
import { ORIGIN } from '../box.ts';
import type { Sky } from '../devices.ts';
import type { Site } from '../faults.ts';
import { type Scenario, type SimulatedDestination, withDecoders } from '../scenario.ts';
import { idOf, nameOf, SessionWatch } from '../session-watch.ts';
import { buildBox, openAccount, type WholeSite, windowOf, youngest } from '../site.ts';
import { GATEWAY_STEPS, HUB_STEPS } from '../traps.ts';
import { type Observer, VirtualBroker } from '../virtual-broker.ts';
import { VirtualCity } from '../virtual-city.ts';
import { HUB_MOMENTS, type World } from '../world.ts';
import { FeedWatch } from './feed-watch.ts';
import type { HubScenario } from './hub-scenario.ts';
import { OrderAttacker } from './order-attacker.ts';
import { type Addressed, OrderDesk } from './order-desk.ts';
import { OrderWatch } from './order-watch.ts';
import { RivalWatch } from './rival-watch.ts';
import { putOrderKey } from './simulated-keys.ts';

export interface GatewaySite extends Omit<WholeSite, 'accounts'> {
  readonly origin: Origin;
  readonly scenario: Scenario;
  /** What the city OS and the archive must have of its readings. */
  readonly account: Account;
  readonly archived: Account;
}

export interface HubSite {
  readonly world: World;
  readonly gateways: readonly GatewaySite[];
  /** The hub, and what faults can strike around it. */
  readonly hub: Site;
  /** What the hub itself reports as lost. */
  readonly own: { readonly account: Account; readonly archived: Account };
  readonly feed: FeedWatch;
  readonly rivals: RivalWatch;
  readonly orders: OrderWatch;
  readonly desk: OrderDesk;
  readonly attacker: OrderAttacker;
}

const EVERYTHING: SimulatedDestination = { name: 'city', kinds: [], refusesOneIn: 0 };

export function buildHubSite(world: World, scenario: HubScenario, skies: readonly Sky[]): HubSite {
  const rivals = new RivalWatch(world, () => hub.box);
  const sessions = new Map<string, SessionWatch>();
  const feed = new FeedWatch(world, rivals, sessions);
  const orders = new OrderWatch(world);
  const origins = scenario.gateways.map(({ origin }) => origin) as [Origin, ...Origin[]]; // a scenario has some
  const attacker = new OrderAttacker(world, () => hubBroker, orders, origins);
  const observer: Observer = {
    published(session, topic, payload) {
      attacker.overhears(topic, payload);
      feed.published(session, topic, payload);
    },
    publishedByOther: (topic, payload) => feed.publishedByOther(topic, payload),
    heard: (session, topic, payload, client) => feed.heard(session, topic, payload, client),
  };
  const hubBroker = new VirtualBroker('hub', world, observer, { relays: true });
  const gateways = scenario.gateways.map((given, i) => {
    const site = buildGateway(world, given, { sky: skies[i] ?? noSky(), hubBroker, orders });
    const { config } = given.scenario;
    const watch = new SessionWatch({
      name: nameOf(given.origin),
      world,
      ...windowOf(config, 'hub'),
      heardAt: (message) => youngest(message, site.observations),
    });
    sessions.set(nameOf(given.origin), watch);
    return site;
  });
  const { hub, own } = buildHub(world, scenario, { gateways, hubBroker, feed });
  const desk = new OrderDesk(world, hub.box, orders, scenario.gateways.map(addressed) as [Addressed, ...Addressed[]]);
  return { world, gateways, hub, own, feed, rivals, orders, desk, attacker };
}

function addressed({ origin, scenario: { toml, lines, hasStranger } }: HubScenario['gateways'][number]): Addressed {
  return { origin, toml, hasProbe: lines.some(({ id }) => id === 'probe-1'), isFixed: hasStranger };
}

function noSky(): Sky {
  return { isOpen: true, daysOff: [], mayErr: () => false };
}

function buildGateway(
  world: World,
  { origin, scenario, cloneErrorMs }: HubScenario['gateways'][number],
  { sky, hubBroker, orders }: { readonly sky: Sky; readonly hubBroker: VirtualBroker; readonly orders: OrderWatch },
): GatewaySite {
  const name = nameOf(origin);
  const nowhere = new VirtualBroker('nowhere', world);
  nowhere.weather.isDown = true;
  const brokers = new Map([
    ['hub.example', hubBroker],
    ['nowhere.example', nowhere],
  ]);
  const site = buildBox(world, scenario, {
    brokers,
    cities: new Map(),
    sky,
    // Epochs of all gateways have the same names: only the tenant and the gateway tell them apart.
    box: {
      name,
      cloneErrorMs,
      epochOf: (n) => n.toString(16).padStart(16, '0'),
      inFile: { text: scenario.toml, adapt: (config) => withDecoders(config, scenario.meters) },
      onlooker: orders.onlooker(name, () => site.box),
    },
  });
  const { box } = site;
  for (const line of scenario.lines) {
    if (line.id !== 'probe-1') continue;
    line.taking = (value) => {
      orders.wrote(name, value, box.disk, box);
      box.steps('acting');
    };
  }
  const account = openAccount(site, scenario, `city, ${nameOf(origin)}`, EVERYTHING);
  const archived = openAccount(site, scenario, `archive, ${nameOf(origin)}`, { ...EVERYTHING, isUnordered: true });
  const struck = new Map([...site.brokers].filter(([host]) => host !== 'nowhere.example')); // nobody ever comes there
  return { ...site, brokers: struck, steps: GATEWAY_STEPS, origin, scenario, account, archived };
}

function buildHub(
  world: World,
  { config, refusesOneIn }: HubScenario,
  given: { readonly gateways: readonly GatewaySite[]; readonly hubBroker: VirtualBroker; readonly feed: FeedWatch },
): Pick<HubSite, 'hub' | 'own'> {
  const { gateways, hubBroker, feed } = given;
  const watch = new SessionWatch({
    name: 'city',
    world,
    ...windowOf(config, 'city'),
    heardAt: (message, topic) => feed.storedAt(idOf(topic, decodeBatch(message).header)),
  });
  const cityBroker = new VirtualBroker('city', world, watch);
  const nobody: Scenario = { ...gateways[0]?.scenario, config, lines: [], meters: [], hasGps: false } as Scenario; // of its own
  const site = buildBox(world, nobody, {
    brokers: new Map([
      ['hub.example', hubBroker],
      ['city.example', cityBroker],
    ]),
    cities: new Map(),
    sky: noSky(),
    box: {
      name: 'the hub',
      epochOf: (n) => `ff${n.toString(16).padStart(14, '0')}`,
      prepare: (folder) => {
        putOrderKey(folder);
        const enrolled = EnrolledGateways.open(folder);
        for (const { origin } of gateways) enrolled.enrol(origin, ORIGIN);
      },
    },
  });
  const own = {
    account: openAccount(site, nobody, 'city, the hub', EVERYTHING),
    archived: openAccount(site, nobody, 'archive, the hub', { ...EVERYTHING, isUnordered: true }),
  };
  const accountOf = accountsOf({ gateways, own }, config.gateway, 'account');
  const city = new VirtualCity('city', { world, broker: cityBroker, accountOf, refusesOneIn });
  return { hub: { ...site, cities: new Map([['city', city]]), moments: HUB_MOMENTS, steps: HUB_STEPS }, own };
}

/** Who keeps account of what comes of a gateway, at the city OS or in the archive. */
export function accountsOf(
  { gateways, own }: Pick<HubSite, 'gateways' | 'own'>,
  hub: { readonly tenant: string; readonly id: string },
  which: 'account' | 'archived',
): (origin: Origin) => Account | undefined {
  const accounts = new Map(gateways.map((gateway) => [nameOf(gateway.origin), gateway[which]]));
  accounts.set(`${hub.tenant}/${hub.id}`, own[which]);
  return (origin) => accounts.get(nameOf(origin));
}
