/** What a seed makes of a simulation: the site, the configuration, and which faults there are and how often. */
import { readConfig } from '../../gateway/config/config.ts';
import type { Config } from '../../gateway/config/settings.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import { READING_KINDS, type ReadingKind } from '../../shared/reading.ts';
import type { Random } from '../../simulators/random.ts';
import type { VirtualClock } from '../../simulators/virtual-clock.ts';
import {
  gauge,
  gps,
  type LineDevice,
  type MessageDevice,
  maxGaugeReadings,
  meter,
  peopleCounter,
  probe,
  type Sky,
  weatherStation,
} from './devices.ts';
import { FAULTS, type FaultName } from './faults.ts';
import { stranger } from './stranger.ts';

export interface SimulatedDestination {
  readonly name: string;
  readonly kinds: readonly ReadingKind[];
  readonly refusesOneIn: number;
  /** The order in which batches were sealed is not known of it. */
  readonly isUnordered?: boolean;
}

export interface Scenario {
  readonly hours: number;
  readonly config: Config;
  /** What it was read from. */
  readonly toml: string;
  readonly lines: readonly LineDevice[];
  readonly meters: readonly MessageDevice[];
  readonly destinations: readonly SimulatedDestination[];
  /** Mean time between two faults. */
  readonly faultEveryMs: number;
  readonly weights: ReadonlyMap<FaultName, number>;
  readonly hasGps: boolean;
  readonly hasStranger: boolean;
}

interface Tempo {
  readonly periodsS: Choice;
  readonly hours: Choice;
  readonly faultEveryS: Choice;
  readonly batchAgeS: Choice;
}

type Choice = readonly [number, ...number[]];

/** Busy seeds see races, calm ones what takes days. */
const TEMPOS: readonly [Tempo, ...Tempo[]] = [
  { periodsS: [10, 20, 30, 60], hours: [4, 8], faultEveryS: [30, 60, 180], batchAgeS: [1, 5, 60] },
  { periodsS: [30, 60, 60, 120], hours: [12, 24], faultEveryS: [120, 300], batchAgeS: [5, 60, 300] },
  { periodsS: [120, 300, 600], hours: [48, 96], faultEveryS: [300, 900], batchAgeS: [60, 300, 900] },
];

export function drawScenario(
  random: Random,
  clock: VirtualClock,
  given: {
    readonly hours?: number | undefined;
    readonly sky: Sky;
    /** Its only destination is a hub, whose orders it takes by keys that the text names. */
    readonly behindHub?: { readonly origin: Origin; readonly keys: string };
  },
): Scenario {
  const tempo = random.pick<Tempo>(TEMPOS);
  const hours = given.hours ?? random.pick(tempo.hours);
  const slowestS = Math.ceil((hours * 3600) / (maxGaugeReadings - 500));
  const periodMs = () => 1000 * Math.max(slowestS, random.pick(tempo.periodsS));
  const about = (id: string) => ({ id, clock, periodMs: periodMs() });
  const hasGps = random.chance(0.5);
  const lines = [
    gauge(about('gauge-1')),
    ...(random.chance(0.6) ? [weatherStation(about('weather-1'))] : []),
    ...(random.chance(0.6) ? [peopleCounter(about('counter-1'))] : []),
    ...(random.chance(0.7) ? [probe(about('probe-1'))] : []),
    ...(hasGps ? [gps(about('gps-1'), given.sky)] : []),
  ];
  const isTight = random.chance(0.35);
  const hasStranger = random.chance(0.4);
  const meters = [
    ...(random.chance(isTight ? 1 : 0.5) ? [meter(about('meter-1'), random.fork(), isTight ? 1_400 : 40)] : []),
    ...(hasStranger ? [stranger(about('stranger-1'), random.fork())] : []),
  ];
  const destinations = given.behindHub ? [{ name: 'hub', kinds: [], refusesOneIn: 0 }] : drawDestinations(random);
  const toml = [
    configOf(random, isTight, random.pick(tempo.batchAgeS), given.behindHub?.origin),
    ...(given.behindHub ? [given.behindHub.keys] : []),
    ...[...lines, ...meters].map((device) => device.toml),
    ...(meters.length > 0 ? ['[[port]]\nname = "meters"\ntype = "mqtt"\nurl = "mqtt://meters.example:1883"'] : []),
    ...destinations.map((destination) => destinationToml(random, destination)),
  ].join('\n');
  return {
    hours,
    config: withDecoders(parsed(toml), meters),
    toml,
    lines,
    meters,
    destinations,
    faultEveryMs: 1000 * random.pick(tempo.faultEveryS),
    weights: drawWeights(random, isTight),
    hasGps,
    hasStranger,
  };
}

function drawDestinations(random: Random): SimulatedDestination[] {
  return [
    { name: 'city', kinds: [], refusesOneIn: random.pick([0, 0, 7, 50]) },
    ...(random.chance(0.4)
      ? [
          {
            name: 'archive',
            kinds: random.pick<readonly ReadingKind[]>([[], ['measurement'], ['water-level', 'alarm']]),
            refusesOneIn: 0,
          },
        ]
      : []),
  ];
}

/** Devices that bring their own decoder have it in the place of their type's. */
export function withDecoders(config: Config, meters: readonly MessageDevice[]): Config {
  const devices = config.devices.map((device) => {
    const decoder = meters.find(({ id }) => id === device.id)?.decoder;
    if (decoder === undefined) return device;
    return { ...device, deviceType: { ...device.deviceType, keepsOwnTime: () => true, decoder } };
  });
  return { ...config, devices };
}

/** Each seed leaves some faults out and favours others, so that rare courses come about. */
function drawWeights(random: Random, isTight: boolean): Map<FaultName, number> {
  const weights = new Map(FAULTS.map((name) => [name, random.chance(0.4) ? 0 : random.int(1, 4)]));
  if (isTight) weights.set('long-outage', 4).set('city-full', 4); // so that it becomes full, and of batches
  return weights;
}

const ALONE: Origin = { tenant: 'simulated', gateway: 'box-1' };

function configOf(random: Random, isTight: boolean, batchAgeS: number, { tenant, gateway } = ALONE): string {
  return `[gateway]
id = "${gateway}"
tenant = "${tenant}"
data-directory = "."
[status]
enabled = false
[clock]
synchronised = "auto"
[buffer]
max-size = "${isTight ? random.int(60, 200) : 8_000}kB"
batch-readings = ${isTight ? random.pick([5, 20]) : random.pick([5, 20, 100, 500])}
batch-age = "${batchAgeS}s"
commit-within = "${random.pick([0, 1, 10, 10])}s"
hold-unsynchronised = "${isTight ? 10 : random.pick([1, 10, 60])}m"`;
}

function destinationToml(random: Random, { name, kinds }: SimulatedDestination): string {
  return `[[destination]]
name = "${name}"
type = "city-os"
url = "mqtt://${name}.example:1883"
encoding = "${random.pick(['columns', 'columns', 'senml'])}"
compression = "${random.pick(['none', 'deflate', 'brotli'])}"
window = ${random.pick([1, 2, 8, 8, 16])}
receipt-timeout = "${random.pick([5, 30, 30])}s"
keepalive = "${random.pick([10, 30, 60])}s"
kinds = ${JSON.stringify(kinds)}`;
}

export function accepts({ kinds }: SimulatedDestination, kind: ReadingKind): boolean {
  return kinds.length === 0 ? READING_KINDS.includes(kind) : kinds.includes(kind);
}

export function parsed(toml: string): Config {
  const result = readConfig(toml, 'simulation.toml');
  if (!result.ok) throw new RangeError(`the configuration is faulty: ${JSON.stringify(result.faults)}`);
  return result.config;
}
