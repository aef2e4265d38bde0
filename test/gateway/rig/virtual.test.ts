/** A gateway, its lines and its city OS on the virtual clock. RIG_FIGURES=1 measures a month of a site. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as realPause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { tomlOf } from '../../../gateway/config/toml.ts';
import type { GatewayHere } from '../../../gateway/rig/gateway-here.ts';
import { until } from '../../../gateway/rig/until.ts';
import { openVirtualClock, startVirtual } from '../../../gateway/rig/virtual/gateway-virtual.ts';
import { openVirtualCity } from '../../../gateway/rig/virtual/virtual-city.ts';
import { VirtualWire } from '../../../gateway/rig/virtual/virtual-wire.ts';
import { Random } from '../../../simulators/random.ts';
import { simulateMaxbotix } from '../../../simulators/sensors/maxbotix.ts';
import { folderInMemory } from '../temporary-folder.ts';

const HOUR = 3_600_000;

interface Site {
  readonly seed: number;
  readonly devices: number;
  readonly ms: number;
  /** Real milliseconds between two hours, which must change nothing. */
  readonly pauseMs?: number;
}

/** Gauges that measure every minute; an hour in the middle the city OS is away. */
async function live({ seed, devices, ms, pauseMs = 0 }: Site) {
  const folder = folderInMemory();
  const clock = openVirtualClock();
  const random = new Random(seed);
  const city = openVirtualCity({ clock, random: random.fork(), folder });
  const wires = Array.from({ length: devices }, (_, n) => new VirtualWire(`/dev/gauge-${n}`));
  const config = tomlOf({
    gateway: { id: 'gateway-01', tenant: 'city' },
    port: wires.map(({ path }, n) => ({ name: `line-${n}`, type: 'serial', path })),
    device: wires.map((_, n) => ({ id: `gauge-${n}`, type: 'maxbotix', port: `line-${n}`, mountingHeightM: 6 })),
    destination: [city.destination({ tenant: 'city', gateway: 'gateway-01', folder })],
  });
  const gateway = await startVirtual({ folder, config, clock, random: random.fork(), wires, city });
  const stop = new AbortController();
  const levels = random.fork();
  const simulators = wires.map(() =>
    simulateMaxbotix({ clock, periodMs: 60_000, distanceM: () => 2 + Math.round(levels.next() * 1000) / 1000 }),
  );
  await clock.advance(1_000);
  const running = simulators.map((simulator, n) => simulator.run(wires[n] ?? new VirtualWire(''), stop.signal));
  for (let passed = 0; passed < ms; passed += HOUR) {
    if (passed === HOUR * Math.floor(ms / HOUR / 2)) await city.cutOff();
    await clock.advance(HOUR);
    await city.comeBack();
    if (pauseMs > 0) await realPause(pauseMs);
  }
  stop.abort();
  await Promise.all(running);
  await gateway.flush();
  await gateway.drained(HOUR);
  await gateway.stop();
  const digest = createHash('sha256');
  for (const reading of city.readings()) digest.update(JSON.stringify(reading));
  const sent = simulators.reduce((sum, simulator) => sum + (simulator.sent.get('water-level') ?? 0), 0);
  const stored = [...city.counts().values()].reduce((sum, kinds) => sum + (kinds.get('water-level') ?? 0), 0);
  const outcome = {
    sent,
    stored,
    duplicates: city.duplicates(),
    missing: city.missing(),
    digest: digest.digest('hex'),
  };
  await city.close();
  return outcome;
}

test('what simulated devices sent within hours is stored once, after an outage too', async () => {
  const { sent, stored, duplicates, missing } = await live({ seed: 1, devices: 3, ms: 6 * HOUR });
  expect(sent).toBe(3 * 360 + 3);
  expect([stored, duplicates, missing]).toEqual([sent, 0, 0]);
}, 60_000);

test('the same seed gives the same bytes, however busy the machine is; another seed gives others', async () => {
  const site = { seed: 7, devices: 2, ms: 4 * HOUR };
  const first = await live(site);
  expect(await live({ ...site, pauseMs: 20 })).toEqual(first);
  expect((await live({ ...site, seed: 8 })).digest).not.toBe(first.digest);
}, 60_000);

test('the gateway starts again on its files, and a line that nobody plugged in is told as absent', async () => {
  const folder = folderInMemory();
  const clock = openVirtualClock();
  const random = new Random(1);
  const city = openVirtualCity({ clock, random });
  const config = (port: object) =>
    tomlOf({
      gateway: { id: 'gateway-01', tenant: 'city' },
      port: [port],
      device: [{ id: 'gauge', type: 'maxbotix', port: 'line', mountingHeightM: 6 }],
      destination: [city.destination({ tenant: 'city', gateway: 'gateway-01', folder })],
    });
  const options = { folder, clock, random, wires: [], city };
  const gateway: GatewayHere = await startVirtual({
    ...options,
    config: config({ name: 'line', type: 'serial', path: '/dev/nothing' }),
  });
  const isTold = () => gateway.log.text.includes('No such file or directory');
  await until(isTold, { clock, withinMs: HOUR, what: 'the line is told', seen: () => gateway.log.text });
  await gateway.stop();
  await gateway.start();
  await until(async () => (await gateway.status()).destinations.city?.state === 'connected', {
    ...{ clock, withinMs: HOUR, what: 'it is connected' },
  });
  await gateway.stop();
  const overTcp = startVirtual({
    ...{ ...options, folder: join(folder, 'other') },
    config: config({ name: 'line', type: 'tcp', address: '127.0.0.1:9' }),
  });
  await expect(overTcp).rejects.toMatchObject({ code: 'rig-not-virtual', on: 'line' });
  await city.close();
});

test.runIf(process.env.RIG_FIGURES === '1')(
  'a month of a site of ten devices, a reading a minute each',
  async () => {
    const from = performance.now();
    const { sent, stored, duplicates, missing } = await live({ seed: 1, devices: 10, ms: 30 * 24 * HOUR });
    console.log(`${stored} readings in ${((performance.now() - from) / 1000).toFixed(0)} s`);
    expect([stored, duplicates, missing]).toEqual([sent, 0, 0]);
  },
  3_600_000,
);
