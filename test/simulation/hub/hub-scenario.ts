/** What a seed makes of a simulation with a hub: gateways under several tenants, the hub, what is behind it, and the faults. */
import type { Config } from '../../../gateway/config/settings.ts';
import type { Origin } from '../../../shared/feed/topics.ts';
import type { Random } from '../../../simulators/random.ts';
import type { VirtualClock } from '../../../simulators/virtual-clock.ts';
import type { Sky } from '../devices.ts';
import { FAULTS, type FaultName } from '../faults.ts';
import { drawScenario, parsed, type Scenario } from '../scenario.ts';
import { ORDER_KEYS_TOML } from './simulated-keys.ts';

export interface HubScenario {
  readonly hours: number;
  readonly gateways: readonly { readonly origin: Origin; readonly scenario: Scenario; readonly cloneErrorMs: number }[];
  readonly config: Config;
  /** Whether its buffer is small. */
  readonly isTight: boolean;
  readonly hasArchive: boolean;
  readonly refusesOneIn: number;
  readonly faultEveryMs: number;
  /** Mean time between two orders, and between two attacks. */
  readonly orderEveryMs: number;
  readonly attackEveryMs: number;
  readonly weights: ReadonlyMap<FaultName, number>;
}

/** Two gateways of one id under two tenants, and one more; the devices of all have the same ids. */
const ORIGINS: readonly [Origin, Origin, Origin] = [
  { tenant: 'toyama', gateway: 'box-1' },
  { tenant: 'takamatsu', gateway: 'box-1' },
  { tenant: 'toyama', gateway: 'box-2' },
];

/** What only strikes what a gateway behind a hub does not have: cities of its own, and a destination called "city". */
const NOT_BEHIND: readonly FaultName[] = [
  ...(['receipt-lost', 'receipt-repeated', 'receipt-late', 'receipt-garbled', 'receipt-reworded'] as const),
  ...(['receipt-malformed', 'receipt-foreign', 'refusal-of-all', 'city-crash', 'batches-swallowed'] as const),
  ...(['city-full', 'unreadable', 'file-deleted', 'by-hand'] as const),
];
/**
 * What a hub does not have, or does not survive: what it has answered for is lost with its files, and with a backup of them.
 * Carrying by hand is for a gateway's own batches.
 */
const NOT_AT_HUB: readonly FaultName[] = [
  ...(['unplug', 'silence', 'no-sky', 'wrong-date', 'file-deleted', 'roll-back', 'clone', 'by-hand'] as const),
];

const SECOND = 1_000;

export function drawHubScenario(
  random: Random,
  clock: VirtualClock,
  given: { readonly hours?: number | undefined; skyOf(index: number): Sky },
): HubScenario {
  const hours = given.hours ?? random.pick([3, 6, 12]);
  const origins = ORIGINS.slice(0, random.pick([2, 2, 3]));
  const gateways = origins.map((origin, i) => {
    const scenario = drawScenario(random, clock, {
      hours,
      sky: given.skyOf(i),
      behindHub: { origin, keys: ORDER_KEYS_TOML },
    });
    const weights = without(scenario.weights, NOT_BEHIND).set('kill-at-order', 3);
    const cloneErrorMs = random.pick([0, 0, -5, 90, -3_600]) * SECOND;
    return { origin, scenario: { ...scenario, weights, faultEveryMs: 2 * scenario.faultEveryMs }, cloneErrorMs };
  });
  const isTight = random.chance(0.35);
  const hasArchive = random.chance(0.5) && gateways.every(({ scenario }) => !scenario.hasStranger); // whose texts it may refuse
  const weights = new Map(FAULTS.map((name) => [name, random.chance(0.3) ? 0 : random.int(1, 4)]));
  for (const favoured of ['kill', 'power-cut', 'broker-forgetful'] as const) weights.set(favoured, random.int(2, 6));
  if (isTight) weights.set('long-outage', 4).set('city-full', 4);
  return {
    hours,
    gateways,
    config: parsed(hubToml(random, { isTight, hasArchive })),
    isTight,
    hasArchive,
    refusesOneIn: random.pick([0, 0, 7, 50]),
    faultEveryMs: random.pick([60, 120, 300]) * SECOND,
    orderEveryMs: random.pick([30, 90, 300]) * SECOND,
    attackEveryMs: random.pick([30, 120]) * SECOND,
    weights: without(weights, NOT_AT_HUB).set('kill-at-order', 4),
  };
}

function without(weights: ReadonlyMap<FaultName, number>, none: readonly FaultName[]): Map<FaultName, number> {
  return new Map([...weights].filter(([name]) => !none.includes(name)));
}

function hubToml(random: Random, { isTight, hasArchive }: Pick<HubScenario, 'isTight' | 'hasArchive'>): string {
  return `[gateway]
id = "hub-1"
tenant = "region"
[status]
enabled = false
[clock]
synchronised = "auto"
[buffer]
max-size = "${isTight ? random.int(130, 260) : 20_000}kB"
batch-age = "${random.pick([1, 60])}s"
commit-within = "${random.pick([0, 1, 10])}s"
[[port]]
name = "gateways"
type = "feed"
url = "mqtt://hub.example:1883"
keepalive = "${random.pick([10, 30])}s"
[[destination]]
name = "city"
type = "city-os"
url = "mqtt://city.example:1883"
tenants = ["*"]
window = ${random.pick([1, 2, 8, 16])}
receipt-timeout = "${random.pick([5, 30])}s"
keepalive = "${random.pick([10, 30])}s"
${hasArchive ? ARCHIVE : ''}`;
}

const ARCHIVE = `[[destination]]
name = "archive"
type = "archive"
url = "sqlite:archive.sqlite"
tenants = ["*"]`;
