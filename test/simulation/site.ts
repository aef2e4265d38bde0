/** A site of the simulation: its devices on their wires, the box, the brokers and the cities behind them, and the accounts of all. */
import { decompress } from '../../gateway/buffer/compress.ts';
import type { Config } from '../../gateway/config/settings.ts';
import type { CityOsSettings } from '../../gateway/destinations/city-os/settings.ts';
import { VirtualWire } from '../../gateway/rig/virtual/virtual-wire.ts';
import { decodeBatch, decodeBody } from '../../shared/feed/batch.ts';
import { SILENT } from '../../shared/reading.ts';
import { Account } from './account.ts';
import { Box } from './box.ts';
import type { MessageDevice } from './devices.ts';
import type { Site } from './faults.ts';
import { Observations } from './observations.ts';
import { accepts, type Scenario, type SimulatedDestination } from './scenario.ts';
import { SessionWatch } from './session-watch.ts';
import { SilenceWatch } from './silence-watch.ts';
import { faultOfTime } from './time-check.ts';
import { VirtualBroker } from './virtual-broker.ts';
import { VirtualCity } from './virtual-city.ts';
import { MOMENTS, type World } from './world.ts';

/** A commit may come this much later than configured. */
const commitSlackMs = 1_000;
const maxReadings = 1_000_000;

export interface WholeSite extends Site {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly silence: SilenceWatch;
  readonly senders: AbortController;
  readonly sending: Promise<unknown>[];
}

export function buildSite(world: World, scenario: Scenario, sky: Site['sky']): WholeSite {
  const { config, destinations } = scenario;
  const brokers = new Map<string, VirtualBroker>();
  const cities = new Map<string, VirtualCity>();
  const accounts = new Map<string, Account>();
  const site = buildBox(world, scenario, { brokers, cities, sky });
  const { observations } = site;
  for (const destination of destinations) {
    const { name, refusesOneIn } = destination;
    const watch = new SessionWatch({
      name,
      world,
      ...windowOf(config, name),
      heardAt: (message) => youngest(message, observations),
    });
    const broker = new VirtualBroker(name, world, watch);
    const account = openAccount(site, scenario, name, destination);
    brokers.set(`${name}.example`, broker);
    accounts.set(name, account);
    cities.set(name, new VirtualCity(name, { world, broker, accountOf: () => account, refusesOneIn }));
  }
  return { ...site, accounts };
}

/** The devices on their wires and the box, without what is behind its destinations. */
export function buildBox(
  world: World,
  { config, lines, meters }: Pick<Scenario, 'config' | 'lines' | 'meters'>,
  given: Pick<Site, 'cities' | 'sky'> & {
    readonly brokers: Map<string, VirtualBroker>;
    readonly box?: Omit<
      ConstructorParameters<typeof Box>[0],
      'world' | 'config' | 'observations' | 'brokers' | 'wires'
    >;
  },
): Omit<WholeSite, 'accounts'> {
  const { brokers, cities, sky } = given;
  const observations = new Observations([...lines, ...meters], config.buffer.commitWithinMs + commitSlackMs, world);
  const wires = new Map(
    lines.map((device) => [
      device.id,
      new VirtualWire(`/dev/${device.id}`, () => {
        observations.heard(device, box.hearing);
        if (device.kind === 'position') box.noteFix(device.observing());
        world.moments.pass('frame');
      }),
    ]),
  );
  if (meters.length > 0) brokers.set('meters.example', new VirtualBroker('meters', world));
  const box = new Box({ world, config, observations, brokers, wires, ...given.box });
  return {
    ...{ world, box, observations, brokers, cities, wires, sky },
    moments: MOMENTS,
    silence: new SilenceWatch(world, box, observations),
    senders: new AbortController(),
    sending: [],
  };
}

/** What a destination, or one behind a hub, must have of the box's readings. */
export function openAccount(
  { world, box, observations }: Pick<Site, 'world' | 'box' | 'observations'>,
  { config, hasGps }: Pick<Scenario, 'config' | 'hasGps'>,
  name: string,
  destination: SimulatedDestination,
): Account {
  return new Account({
    name,
    world,
    observations,
    accepts: ({ kind }) => accepts(destination, kind),
    isUnordered: destination.isUnordered === true,
    faultOfTime: (reading, observation) => {
      const device = observations.devices.get(reading.device);
      if (device?.faultOf !== undefined) return device.faultOf(reading);
      return faultOfTime(reading, observation, {
        boots: box.boots,
        holdMs: config.buffer.holdUnsynchronisedMs,
        hasGps,
        cloneErrorMs: box.cloneErrorMs,
        trueTime: (at) => box.trueTime(at),
      });
    },
  });
}

export function windowOf({ destinations }: Config, name: string) {
  const configured = destinations.find((each) => each.name === name);
  const settings = configured?.settings as CityOsSettings | undefined; // it is a city OS
  return { window: configured?.window ?? 0, receiptTimeoutMs: settings?.receiptTimeoutMs ?? 0 };
}

/** When the youngest reading of a batch was heard; infinity if a copy of the file may have sealed it later. */
export function youngest(message: Uint8Array, observations: Observations): number {
  const { header, body } = decodeBatch(message);
  const readings = decodeBody(header, decompress(body, header.compression, 1e9), maxReadings);
  const heard = readings.map((reading) => {
    if (reading.values.alarm === SILENT) return Number.POSITIVE_INFINITY; // nobody was heard
    const n = observations.devices.get(reading.device)?.numberOf(reading);
    const observation = n === undefined ? undefined : observations.of(reading.device).get(n);
    return observation?.copiedAt === undefined ? (observation?.at ?? 0) : Number.POSITIVE_INFINITY;
  });
  return Math.max(...heard);
}

export function startDevices(
  site: Omit<WholeSite, 'accounts'>,
  { lines, meters }: Pick<Scenario, 'lines' | 'meters'>,
): void {
  const { world, observations, box, senders, sending } = site;
  const { clock, violations } = world;
  const run = (id: string, running: Promise<void>) =>
    running.catch((fault) => violations.add('sound', `${id} failed: ${fault}`));
  for (const device of lines) {
    const wire = site.wires.get(device.id);
    if (wire !== undefined) sending.push(run(device.id, device.run(wire, senders.signal)));
  }
  const broker = site.brokers.get('meters.example');
  const publish = (device: MessageDevice) => async (payload: Uint8Array) => {
    if (broker === undefined) return;
    const n = device.observing() ?? 0;
    let acknowledged = () => {};
    const handing = () => {
      acknowledged = observations.handedOver(device, n, box.hearing);
    };
    if (await broker.publish(device.topic, payload, handing)) acknowledged();
  };
  for (const device of meters) {
    const phase = clock.sleep(world.random.int(0, 20_000));
    sending.push(
      run(
        device.id,
        phase.then(() => device.run(publish(device), senders.signal)),
      ),
    );
  }
}
