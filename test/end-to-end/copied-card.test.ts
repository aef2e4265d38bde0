/** A card that was backed up, put back, or copied: real gateways, a real broker, the files as a technician copies them. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Status } from '../../gateway/status/status.ts';
import { type CityOs, openCityOs } from '../../simulators/city-os/city-os.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { GatewayProcess, gaugeConfig } from './gateway-process.ts';
import { machimori } from './machimori.ts';
import { connectWhenUp } from './mqtt-device.ts';

const patience = { timeout: 60_000, interval: 100 };

interface Box {
  readonly gateway: GatewayProcess;
  readonly port: number;
}

async function boxFor(cityOs: CityOs): Promise<Box> {
  const port = await freePort();
  const config = gaugeConfig('gateway-01', port, cityOs.url, {
    buffer: 'batch-readings = 5, batch-age = "100ms"',
    destination: 'reconnect-within = "100ms"',
  });
  const gateway = new GatewayProcess(config);
  onTestFinished(() => gateway.destroy());
  return { gateway, port };
}

async function city(): Promise<{ readonly cityOs: CityOs; readonly told: string[] }> {
  const told: string[] = [];
  const cityOs = await openCityOs({ file: ':memory:', report: (what) => told.push(what.en) });
  onTestFinished(() => cityOs.close());
  return { cityOs, told };
}

const storedIn = (cityOs: CityOs) => [...cityOs.store.readings()].map(({ reading }) => reading.values.n);
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const data = ({ gateway }: Box) => join(gateway.directory, 'data');

async function publish({ port }: Box, from: number, to: number): Promise<void> {
  const device = await connectWhenUp(port, 'device');
  for (const n of numbers(from, to)) await device.publishAsync('gauge', JSON.stringify({ n }), { qos: 1 });
  await device.endAsync();
}

function copyCard(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith('.sock') });
}

async function problemsOf({ gateway }: Box): Promise<readonly string[]> {
  const { out } = await machimori(gateway.directory, 'status', 'gateway.toml', '--json');
  return (JSON.parse(out) as Status).problems.map(({ en }) => en);
}

test('a backup that is put back, twice, loses and doubles nothing that is read afterwards', async () => {
  const { cityOs, told } = await city();
  const box = await boxFor(cityOs);
  const backup = join(box.gateway.directory, 'backup');
  box.gateway.start();
  await publish(box, 1, 20);
  await expect.poll(() => storedIn(cityOs), patience).toEqual(numbers(1, 20));
  await box.gateway.end('SIGTERM');
  copyCard(data(box), backup);
  for (const [from, to] of [
    [21, 40],
    [41, 60],
    [61, 80],
  ] as const) {
    box.gateway.start();
    await publish(box, from, to);
    await expect.poll(() => storedIn(cityOs).length, patience).toBe(to);
    await box.gateway.end(from === 21 ? 'SIGTERM' : 'SIGKILL');
    copyCard(backup, data(box));
  }
  expect(storedIn(cityOs)).toEqual(numbers(1, 80));
  expect(cityOs.store.sameReadings()).toBe(0);
  expect(told).toEqual([]);
}, 180_000);

test('a copied card that runs beside the first one is named by both boxes and the city OS, and costs neither a reading', async () => {
  const { cityOs, told } = await city();
  const [first, second] = [await boxFor(cityOs), await boxFor(cityOs)];
  first.gateway.start();
  await publish(first, 1, 20);
  await expect.poll(() => storedIn(cityOs), patience).toEqual(numbers(1, 20));
  await first.gateway.end('SIGTERM');
  copyCard(data(first), data(second));
  for (const { gateway } of [first, second]) gateway.start();
  await Promise.all([publish(first, 101, 120), publish(second, 201, 220)]);
  const isRival = expect.stringContaining('Another box sends to city in the name of this gateway');
  for (const box of [first, second]) await expect.poll(() => problemsOf(box), patience).toContainEqual(isRival);
  expect(told).toContainEqual(expect.stringContaining('Two boxes speak in the name of gateway-01'));
  await second.gateway.end('SIGTERM');
  await expect.poll(() => storedIn(cityOs).filter((n) => Number(n) < 200).length, patience).toBe(40);
  await first.gateway.end('SIGTERM');
  second.gateway.start();
  const all = [...numbers(1, 20), ...numbers(101, 120), ...numbers(201, 220)];
  await expect.poll(() => storedIn(cityOs).length, patience).toBe(all.length);
  expect(storedIn(cityOs).toSorted((a, b) => Number(a) - Number(b))).toEqual(all);
}, 240_000);
