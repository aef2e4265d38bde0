/**
 * A city of LoRaWAN devices behind ten overlapping stations, half of each protocol, against a real gateway that is killed in the
 * middle: UDP and WebSocket on the loopback, real time, a city OS with a database.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import type { City } from '../../gateway/rig/city.ts';
import { type CityGateway, deviceTable, type LorawanCity, openCity } from '../../simulators/lorawan/city.ts';
import { LORAWAN_CITY_FAULTS } from '../../simulators/lorawan/lorawan-faults.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { boardWith } from '../simulators/boards.ts';
import { machimori } from './machimori.ts';
import { feedCity, gatewayProcess } from './started.ts';

const DEVICES = 500;
const UPLINKS = 2;
const PER_SECOND = 50;
const maxMs = 240_000;

function config(udp: number, station: number, cityUrl: string): string {
  return `
    gateway = { id = "toyama-01", tenant = "toyama" }
    status = { enabled = false }
    buffer = { batch-age = "1s", batch-readings = 200 }
    [[port]]
    name = "roofs"
    type = "lorawan-udp"
    trust-local = true
    listen = "127.0.0.1:${udp}"
    [[port]]
    name = "masts"
    type = "basics-station"
    trust-local = true
    listen = "127.0.0.1:${station}"
    [[profile]]
    name = "lpp"
    type = "lorawan"
    payload = "lpp"
    [[destination]]
    name = "city"
    type = "city-os"
    url = "${cityUrl}"
    reconnect-within = "1s"
  `;
}

async function site() {
  const [udp, station] = [await freePort(), await freePort()];
  const cityOs = await feedCity();
  const gateway = gatewayProcess(config(udp, station, cityOs.url));
  const roof: CityGateway = { protocol: 'udp', host: '127.0.0.1', port: udp };
  const mast: CityGateway = { protocol: 'station', url: `ws://127.0.0.1:${station}` };
  const city = await openCity({
    seed: 4,
    clock: new SystemClock('always'),
    devices: DEVICES,
    uplinksPerDevice: UPLINKS,
    perSecond: PER_SECOND,
    versions: ['1.0.2', '1.0.3', '1.0.4', '1.1'],
    gateways: Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? roof : mast)),
    strictness: { toleranceMs: 500, patienceMs: 1_000, minLeadMs: 0 }, // the machine is busy, and real time does not wait
    faults: boardWith(LORAWAN_CITY_FAULTS, {
      replay: { share: 0.1 },
      'bad-mic': { share: 0.05 },
      'needless-repeat': { share: 0.05 },
    }),
  });
  onTestFinished(() => city.close());
  return { cityOs, gateway, city };
}

type Site = Awaited<ReturnType<typeof site>>;

const measurementsIn = (city: City) => [...city.readings()].filter(({ kind }) => kind === 'measurement');

/** Sequence numbers of a device's uplinks as the city OS has them. */
function storedBy({ cityOs }: Site): Map<string, number[]> {
  const stored = new Map<string, number[]>();
  for (const { device, values } of measurementsIn(cityOs)) {
    stored.set(device, [...(stored.get(device) ?? []), Number(values.generic2)]);
  }
  return stored;
}

function total(lists: LorawanCity['sent']): number {
  return [...lists.values()].reduce((sum, { length }) => sum + length, 0);
}

test('every uplink that was acknowledged is stored once with its best RSSI, no replay is, and kill -9 changes nothing', {
  timeout: maxMs,
}, async () => {
  const at = await site();
  const { cityOs, gateway, city } = at;
  writeFileSync(join(gateway.folder, 'devices.csv'), deviceTable(city.devices, 'lpp'));
  const registered = await machimori(gateway.folder, 'device', 'add', 'gateway.toml', '--import', 'devices.csv');
  expect(registered).toMatchObject({ code: 0 });
  await gateway.start();
  await city.joinAll();
  expect(city.joined).toBe(DEVICES);

  const running = city.run();
  const half = () => expect(total(city.sent)).toBeGreaterThan((DEVICES * UPLINKS) / 2);
  await vi.waitFor(half, { timeout: maxMs, interval: 100 });
  await gateway.end('SIGKILL');
  await gateway.start();
  await running;

  const isStored = (devEui: string, id: string, stored: Map<string, number[]>) => {
    const own = stored.get(id) ?? [];
    return (city.acknowledged.get(devEui) ?? []).every((sequence) => own.includes(sequence));
  };
  const allStored = () => {
    const stored = storedBy(at);
    expect(city.devices.filter(({ devEui, id }) => !isStored(devEui, id, stored))).toEqual([]);
  };
  await vi.waitFor(allStored, { timeout: 30_000, interval: 500 });

  const stored = storedBy(at);
  for (const { id, devEui } of city.devices) {
    const own = stored.get(id) ?? [];
    expect(new Set(own).size, `${id} stored ${own}`).toBe(own.length);
    const sent = city.sent.get(devEui) ?? [];
    expect(own.filter((sequence) => !sent.includes(sequence))).toEqual([]);
  }
  for (const { values } of measurementsIn(cityOs)) {
    const heard = String(values.receptions)
      .split(', ')
      .map((each) => Number(each.split(' ')[1]));
    expect(values.rssi).toBe(Math.max(...heard));
  }
  const overlapping = measurementsIn(cityOs).filter(({ values }) => String(values.receptions).includes(','));
  expect(overlapping.length).toBeGreaterThan(total(city.acknowledged) / 2);
  expect(total(city.acknowledged)).toBeGreaterThan(DEVICES * UPLINKS * 0.95);
  expect(city.counts.replayed).toBeGreaterThan(0);
  expect(cityOs.duplicates()).toBe(0);
});
