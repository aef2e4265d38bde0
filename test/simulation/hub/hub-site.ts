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
import type { Scenario, SimulatedDestination } from '../scenario.ts';
import { idOf, nameOf, SessionWatch } from '../session-watch.ts';
import { buildBox, openAccount, type WholeSite, windowOf, youngest } from '../site.ts';
import { VirtualBroker } from '../virtual-broker.ts';
import { VirtualCity } from '../virtual-city.ts';
import { HUB_MOMENTS, type World } from '../world.ts';
import { FeedWatch } from './feed-watch.ts';
import type { HubScenario } from './hub-scenario.ts';
import { RivalWatch } from './rival-watch.ts';

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
}

const EVERYTHING: SimulatedDestination = { name: 'city', kinds: [], refusesOneIn: 0 };

export function buildHubSite(world: World, scenario: HubScenario, skies: readonly Sky[]): HubSite {
  const rivals = new RivalWatch(world, () => hub.box);
  const sessions = new Map<string, SessionWatch>();
  const feed = new FeedWatch(world, rivals, sessions);
  const hubBroker = new VirtualBroker('hub', world, feed, { relays: true });
  const gateways = scenario.gateways.map((given, i) => {
    const site = buildGateway(world, given, { sky: skies[i] ?? noSky(), hubBroker });
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
  return { world, gateways, hub, own, feed, rivals };
}

function noSky(): Sky {
  return { isOpen: true, daysOff: [], mayErr: () => false };
}

function buildGateway(
  world: World,
  { origin, scenario, cloneErrorMs }: HubScenario['gateways'][number],
  { sky, hubBroker }: { readonly sky: Sky; readonly hubBroker: VirtualBroker },
): GatewaySite {
  const site = buildBox(world, scenario, {
    brokers: new Map([['hub.example', hubBroker]]),
    cities: new Map(),
    sky,
    // Epochs of all gateways have the same names: only the tenant and the gateway tell them apart.
    box: { name: nameOf(origin), cloneErrorMs, epochOf: (n) => n.toString(16).padStart(16, '0') },
  });
  const account = openAccount(site, scenario, `city, ${nameOf(origin)}`, EVERYTHING);
  const archived = openAccount(site, scenario, `archive, ${nameOf(origin)}`, { ...EVERYTHING, isUnordered: true });
  return { ...site, origin, scenario, account, archived };
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
  return { hub: { ...site, cities: new Map([['city', city]]), moments: HUB_MOMENTS }, own };
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
