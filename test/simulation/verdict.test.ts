/**
 * The verdict of a whole gateway on the virtual clock: with nothing wrong it is "all is well" throughout, and each thing that goes wrong
 * is named in the status, in the metrics and to the city OS within its time, and no longer when it is mended.
 */
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../gateway/config/config.ts';
import { formatMetrics } from '../../gateway/status/metrics.ts';
import { readStatus } from '../../gateway/status/status.ts';
import { Random } from '../../simulators/random.ts';
import { VirtualClock } from '../../simulators/virtual-clock.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { ORIGIN } from './box.ts';
import { gauge, gps, meter, peopleCounter, probe, type Sky, weatherStation } from './devices.ts';
import { History } from './history.ts';
import { buildSite, startDevices, type WholeSite } from './site.ts';
import { Traps } from './traps.ts';
import { Violations } from './violations.ts';
import { VirtualBroker } from './virtual-broker.ts';
import { Moments, type World } from './world.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const periodMs = 20 * SECOND;
/** The status goes to the city OS this often. */
const toldEveryMs = 30 * SECOND;
const devEui = '70b3d57ed0001a2b';

/** A site that runs well: every kind of device, and a LoRaWAN sensor behind a ChirpStack. */
class Town {
  readonly world: World;
  readonly site: WholeSite;
  readonly #chirpstack: VirtualBroker;
  #fCnt = 0;

  private constructor(world: World, site: WholeSite, chirpstack: VirtualBroker) {
    this.world = world;
    this.site = site;
    this.#chirpstack = chirpstack;
  }

  static async running(): Promise<Town> {
    const clock = new VirtualClock(new Date(ORIGIN).toISOString());
    const history = new History(clock);
    const violations = new Violations(history);
    const world: World = {
      clock,
      random: new Random(1),
      history,
      violations,
      moments: new Moments(),
      traps: new Traps(),
    };
    const sky: Sky = { isOpen: true, daysOff: [], mayErr: () => false };
    const about = (id: string) => ({ id, clock, periodMs });
    const lines = [
      gauge(about('gauge-1')),
      weatherStation(about('weather-1')),
      peopleCounter(about('counter-1')),
      probe(about('probe-1')),
      gps(about('gps-1'), sky),
    ];
    const meters = [meter(about('meter-1'), world.random.fork(), 40)];
    const scenario = {
      hours: 0,
      config: configOf([...lines, ...meters].map(({ toml }) => toml)),
      lines,
      meters,
      destinations: [{ name: 'city', kinds: [], refusesOneIn: 0 }],
      faultEveryMs: 0,
      weights: new Map(),
      hasGps: true,
      toml: '',
      hasStranger: false,
    };
    const site = buildSite(world, scenario, sky);
    onTestFinished(() => site.box.clear());
    const chirpstack = new VirtualBroker('chirpstack', world);
    (site.brokers as Map<string, VirtualBroker>).set('chirpstack.example', chirpstack); // as it was built
    const town = new Town(world, site, chirpstack);
    site.box.start();
    town.#register();
    startDevices(site, scenario);
    void town.#sendUplinks();
    await clock.advance(2 * MINUTE);
    return town;
  }

  /** Its payloads are Cayenne LPP until `isGarbled`. */
  isGarbled = false;

  async #sendUplinks(): Promise<void> {
    const { clock } = this.world;
    while (!this.site.senders.signal.aborted) {
      const data = Buffer.from(this.isGarbled ? '01ff' : '016700e6', 'hex').toString('base64');
      const time = new Date(clock.moment().wall).toISOString();
      const uplink = {
        deduplicationId: `${++this.#fCnt}`,
        time,
        deviceInfo: { devEui },
        fCnt: this.#fCnt,
        fPort: 2,
        data,
      };
      await this.#chirpstack.publish(`application/a/device/${devEui}/event/up`, Buffer.from(JSON.stringify(uplink)));
      await clock.sleep(periodMs, this.site.senders.signal);
    }
  }

  #register(): void {
    this.gateway.sources.register.add(
      [
        {
          id: 'soil-1',
          project: 'simulated',
          devEui,
          activation: 'chirpstack',
          version: '1.0.4',
          allowsCounterReset: false,
          profile: 'lpp',
          range: [],
          threshold: [],
          keys: {},
        },
      ],
      ORIGIN,
    );
  }

  get gateway() {
    const { gateway } = this.site.box;
    if (gateway === undefined) throw new Error('no gateway runs');
    return gateway;
  }

  get city() {
    const city = this.site.cities.get('city');
    if (city === undefined) throw new Error('no city');
    return city;
  }

  /** What is wrong now, by code, as the status says it; all three ways of telling agree whether anything is. */
  problems(): readonly string[] {
    const status = readStatus(this.gateway.sources);
    expect(status.healthy).toBe(status.problems.length === 0);
    expect(formatMetrics(this.gateway.sources)).toContain(`machimori_healthy ${status.healthy ? 1 : 0}`);
    for (const { en, ja } of status.problems) {
      expect(en).toMatch(/[a-z]/);
      expect(ja).toMatch(/[ぁ-ん]/);
    }
    return status.problems.map(({ code }) => code);
  }

  /** Resolves when the problem is there, or no longer there, in the status and what the city OS was told; fails if that takes longer. */
  async until(code: string, isThere: boolean, withinMs: number): Promise<void> {
    await this.#passes(withinMs, () => this.problems().includes(code) === isThere, `${code} ${isThere}`);
    const told = () => this.city.status?.problems?.some((problem) => problem.code === code) ?? false;
    await this.#passes(toldEveryMs + 5 * SECOND, () => told() === isThere, `${code} told ${isThere}`);
  }

  async #passes(withinMs: number, isSo: () => boolean, what: string): Promise<void> {
    const { clock } = this.world;
    const until = clock.moment().monotonic + withinMs;
    while (!isSo()) {
      if (clock.moment().monotonic >= until) throw new Error(`not ${what} within ${withinMs} ms: ${this.problems()}`);
      await clock.advance(SECOND);
    }
  }

  async isWell(): Promise<void> {
    await this.#passes(2 * MINUTE, () => this.problems().length === 0, 'well again');
  }
}

function configOf(devices: readonly string[]) {
  const result = readConfig(
    `[gateway]
id = "box-1"
tenant = "simulated"
[status]
enabled = false
[clock]
synchronised = "auto"
[buffer]
batch-age = "5s"
commit-within = "1s"
[[port]]
name = "meters"
type = "mqtt"
url = "mqtt://meters.example:1883"
[[port]]
name = "chirpstack"
type = "chirpstack"
url = "mqtt://chirpstack.example:1883"
[[profile]]
name = "lpp"
type = "lorawan"
payload = "lpp"
[[destination]]
name = "city"
type = "city-os"
url = "mqtt://city.example:1883"
receipt-timeout = "5s"
${devices.join('\n')}`,
    join(temporaryFolder(), 'gateway.toml'),
  );
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.config;
}

test('with nothing wrong all is well for an hour, without a flicker', async () => {
  const town = await Town.running();
  await town.isWell();
  for (let second = 0; second < 3_600; second += 5) {
    await town.world.clock.advance(5 * SECOND);
    expect(town.problems()).toEqual([]);
  }
});

/** What goes wrong, the code it has, within what time it is named, and how it is mended. */
const FAULTS: readonly [
  what: string,
  code: string,
  withinMs: number,
  strike: (town: Town) => unknown,
  mend: (town: Town) => unknown,
][] = [
  [
    'a cable that is pulled',
    'status.port-closed',
    5 * SECOND,
    ({ site }) => site.wires.get('gauge-1')?.unplug(),
    ({ site }) => site.wires.get('gauge-1')?.replug(),
  ],
  [
    'a device that falls silent',
    'status.silent',
    3 * periodMs + 10 * SECOND,
    ({ site }) => Object.assign(site.wires.get('gauge-1') ?? {}, { isMute: true }),
    ({ site }) => Object.assign(site.wires.get('gauge-1') ?? {}, { isMute: false }),
  ],
  [
    'a city OS that refuses readings',
    'status.refused',
    40 * SECOND,
    ({ city }) => Object.assign(city.moods, { refusesAll: 1 }),
    ({ city, gateway }) => {
      Object.assign(city.moods, { refusesAll: 0 });
      gateway.buffer.dropRefused(); // the operator gives them up
    },
  ],
  [
    'a batch that is swallowed',
    'status.passed-over',
    5 * MINUTE,
    async ({ city, world }) => {
      Object.assign(city.moods, { swallows: 1 });
      await world.clock.advance(10 * SECOND);
      Object.assign(city.moods, { swallows: 1e-12 }); // those, and no others
    },
    ({ city }) => Object.assign(city.moods, { swallows: 0 }),
  ],
  [
    'payloads that cannot be decoded',
    'status.codec-fault',
    3 * periodMs,
    (town) => Object.assign(town, { isGarbled: true }),
    (town) => Object.assign(town, { isGarbled: false }),
  ],
  [
    'a city OS that stores nothing',
    'status.no-receipts',
    MINUTE,
    ({ city }) => Object.assign(city.moods, { cannotStore: 1 }),
    ({ city }) => Object.assign(city.moods, { cannotStore: 0 }),
  ],
];

test.each(FAULTS)('%s is named, and no longer when it is mended', async (_what, code, withinMs, strike, mend) => {
  const town = await Town.running();
  await town.isWell();
  await strike(town);
  await town.until(code, true, withinMs);
  await mend(town);
  await town.until(code, false, 10 * MINUTE);
  await town.isWell();
});

test('a broker that is gone is named, and the city OS hears of nothing until it is back', async () => {
  const town = await Town.running();
  const broker = town.site.brokers.get('city.example');
  Object.assign(broker?.weather ?? {}, { isDown: true });
  broker?.cut('the broker goes down');
  await town.world.clock.advance(5 * SECOND);
  expect(town.problems()).toEqual(['status.disconnected']);
  Object.assign(broker?.weather ?? {}, { isDown: false });
  await town.isWell();
});

test('a clock that nobody has set is named until it is set', async () => {
  const town = await Town.running();
  town.site.sky.isOpen = false;
  town.site.box.kill();
  town.site.box.powerUp(-ORIGIN);
  town.site.box.start();
  await town.until('status.clock-not-set', true, 10 * SECOND);
  town.site.box.setClock(0);
  await town.until('status.clock-not-set', false, 10 * SECOND);
});
