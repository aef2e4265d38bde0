/** Another configuration is taken up by a running gateway, part by part. */
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../gateway/config/config.ts';
import type { Config } from '../../gateway/config/settings.ts';
import { type CityOs, openCityOs } from '../../simulators/city-os/city-os.ts';
import { openTcp } from '../../simulators/wires/tcp-wire.ts';
import type { Wire } from '../../simulators/wires/wire.ts';
import { start } from '../end-to-end/started.ts';
import { temporaryFolder } from './temporary-folder.ts';

interface Site {
  readonly ports?: string;
  readonly destinations?: string;
  readonly more?: string;
}

async function rig() {
  const folder = temporaryFolder();
  const [bridge, quay] = [await openTcp(), await openTcp()];
  const [city, traffic] = [await openCityOs({ file: ':memory:' }), await openCityOs({ file: ':memory:' })];
  onTestFinished(async () => {
    await Promise.all([bridge.unplug(), quay.unplug(), city.close(), traffic.close()]);
  });
  const toml = ({ ports = '', destinations = '', more = '' }: Site) => `
    [gateway]
    id = "box"
    [buffer]
    batch-age = "50ms"
    commit-within = "0ms"
    [clock]
    synchronised = "always"
    [status]
    enabled = false
    ${more}
    ${ports}
    ${destinations}`;
  const port = (name: string, wire: Wire, device: string, quantity = 'level') => `
    [[port]]
    name = "${name}"
    type = "tcp"
    address = "${wire.path.slice('tcp://'.length)}"
    [[device]]
    id = "${device}"
    type = "line"
    port = "${name}"
    profile = { format = "json", fields = [{ from = "level", quantity = "${quantity}" }] }`;
  const destination = (name: string, { url }: { readonly url: string }, more = '') => `
    [[destination]]
    name = "${name}"
    type = "city-os"
    url = "${url}"
    reconnect-within = "200ms"
    ${more}`;
  const config = (site: Site): Config => {
    const read = readConfig(toml(site), join(folder, 'gateway.toml'));
    if (!read.ok) throw new Error(read.faults.map(({ what }) => what.en).join('\n'));
    return read.config;
  };
  return { ...{ folder, bridge, quay, city, traffic, toml, port, destination, config } };
}

const levels = (city: CityOs) =>
  [...city.store.readings()].map(({ reading: { values } }) => values.level ?? values.distance).toSorted();
const say = (wire: Wire, level: number) => wire.write(Buffer.from(`{"level":${level}}\n`));

test('a port that changes is opened again with its devices, and the others run on', async () => {
  const { folder, bridge, quay, city, toml, port, destination, config } = await rig();
  const destinations = destination('city', city);
  const gateway = start(
    folder,
    toml({ ports: port('bridge', bridge, 'gauge-01') + port('quay', quay, 'gauge-02'), destinations }),
  );
  const { ports } = gateway.sources.activity;
  await expect.poll(() => ['bridge', 'quay'].map((name) => ports.get(name)?.state)).toEqual(['open', 'open']);
  say(bridge, 1);
  say(quay, 2);
  await expect.poll(() => levels(city)).toEqual([1, 2]);

  const untouched = ports.get('bridge');
  const applied = await gateway.gateway.apply(
    config({ ports: port('bridge', bridge, 'gauge-01') + port('quay', quay, 'gauge-03', 'distance'), destinations }),
  );
  expect(applied).toEqual({ ports: ['quay'], destinations: [] });
  expect(ports.get('bridge')).toBe(untouched);
  expect([...gateway.sources.activity.devices.keys()]).toEqual(['gauge-01', 'gauge-03']);
  await expect.poll(() => ports.get('quay')?.state).toBe('open');
  say(bridge, 3);
  say(quay, 4);
  await expect.poll(() => levels(city)).toEqual([1, 2, 3, 4]);
  expect(gateway.sources.forwarders[0]?.stats.state).toBe('connected');
});

test('what waits for a destination that goes stays, and goes on when it comes back; another one gets only what comes after it', async () => {
  const { folder, bridge, city, traffic, toml, port, destination, config } = await rig();
  const ports = port('bridge', bridge, 'gauge-01');
  const gateway = start(
    folder,
    toml({ ports, destinations: destination('city', city) + destination('gone', { url: 'mqtt://127.0.0.1:9' }) }),
  );
  const { activity, forwarders } = gateway.sources;
  await expect.poll(() => activity.ports.get('bridge')?.state).toBe('open');
  say(bridge, 1);
  await expect.poll(() => levels(city)).toEqual([1]);

  expect(
    await gateway.gateway.apply(
      config({ ports, destinations: destination('city', city) + destination('traffic', traffic) }),
    ),
  ).toEqual({
    ports: [],
    destinations: ['gone', 'traffic'],
  });
  expect(forwarders.map(({ name }) => name)).toEqual(['city', 'traffic']);
  say(bridge, 2);
  await expect.poll(() => levels(city)).toEqual([1, 2]);
  await expect.poll(() => levels(traffic)).toEqual([2]);
  expect(gateway.buffer.stats().outboxes.gone?.waiting.routine).toBe(1);

  const back = await openCityOs({ file: ':memory:' });
  onTestFinished(() => back.close());
  await gateway.gateway.apply(config({ ports, destinations: destination('city', city) + destination('gone', back) }));
  await expect.poll(() => levels(back)).toEqual([1]);
  say(bridge, 3);
  await expect.poll(() => levels(back)).toEqual([1, 3]);
  await expect.poll(() => levels(city)).toEqual([1, 2, 3]);
  expect(levels(traffic)).toEqual([2]);
});

test('what is on its way while destinations change is neither lost nor stored twice', async () => {
  const { folder, bridge, city, traffic, toml, port, destination, config } = await rig();
  city.misbehaviour = { slowMs: 30 };
  const ports = port('bridge', bridge, 'gauge-01');
  const gateway = start(folder, toml({ ports, destinations: destination('city', city) }));
  await expect.poll(() => gateway.sources.activity.ports.get('bridge')?.state).toBe('open');
  const sent: number[] = [];
  const other = destination('traffic', traffic);
  for (let round = 0; round < 10; round++) {
    for (let n = 0; n < 20; n++) say(bridge, sent.push(sent.length) - 1);
    await expect.poll(() => gateway.sources.activity.ports.get('bridge')?.readings).toBe(sent.length);
    await gateway.gateway.apply(
      config({ ports, destinations: destination('city', city) + (round % 2 === 0 ? other : '') }),
    );
  }
  await expect.poll(() => levels(city).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(sent.length);
  expect(
    levels(city)
      .map(Number)
      .toSorted((a, b) => a - b),
  ).toEqual(sent);
});

test('other tables, profiles of LoRaWAN devices and a door for gateways need a new start, and change nothing', async () => {
  const { folder, bridge, city, toml, port, destination, config } = await rig();
  const ports = port('bridge', bridge, 'gauge-01');
  const destinations = destination('city', city);
  const gateway = start(folder, toml({ ports, destinations }));
  const before = gateway.sources.activity.ports.get('bridge');
  const feed = '\n[[port]]\nname = "gateways"\ntype = "feed"\nlisten = "127.0.0.1:0"';
  for (const site of [
    { ports, destinations, more: '[log]\nlevel = "warn"' },
    { ports: ports + feed, destinations },
  ]) {
    expect(await gateway.gateway.apply(config(site))).toBeUndefined();
  }
  expect(gateway.sources.activity.ports.get('bridge')).toBe(before);
});

test('a profile that a device names counts with its port', async () => {
  const { folder, bridge, quay, city, toml, destination, config } = await rig();
  const profile = (quantity: string) => `
    [[profile]]
    name = "gauge"
    format = "json"
    fields = [{ from = "level", quantity = "${quantity}" }]`;
  const port = (name: string, wire: Wire, given: string) => `
    [[port]]
    name = "${name}"
    type = "tcp"
    address = "${wire.path.slice('tcp://'.length)}"
    [[device]]
    id = "device-${name}"
    type = "line"
    port = "${name}"
    profile = ${given}`;
  const inline = '{ format = "json", fields = [{ from = "level", quantity = "level" }] }';
  const ports = port('bridge', bridge, '"gauge"') + port('quay', quay, inline);
  const destinations = destination('city', city);
  const gateway = start(folder, toml({ ports: ports + profile('level'), destinations }));
  expect(await gateway.gateway.apply(config({ ports: ports + profile('distance'), destinations }))).toEqual({
    ports: ['bridge'],
    destinations: [],
  });
});

test('a silent device that goes leaves no alarm behind', async () => {
  const { folder, bridge, quay, city, toml, port, destination, config } = await rig();
  const destinations = destination('city', city);
  const impatient = `${port('quay', quay, 'gauge-02')}\n    expect-every = "1s"`;
  const gateway = start(folder, toml({ ports: port('bridge', bridge, 'gauge-01') + impatient, destinations }));
  const alarms = () =>
    [...city.store.readings()].flatMap(({ reading: { kind, values } }) => (kind === 'alarm' ? [values.state] : []));
  await expect.poll(alarms, { timeout: 20_000 }).toEqual(['raised']);
  await gateway.gateway.apply(config({ ports: port('bridge', bridge, 'gauge-01'), destinations }));
  await expect.poll(alarms).toEqual(['raised', 'cleared']);
  expect(gateway.sources.devices.get('gauge-02')).toBeUndefined();
});
