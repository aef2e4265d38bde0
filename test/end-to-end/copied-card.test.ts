/** A card that was backed up, put back, or copied: real gateways, a real broker, the files as a technician copies them. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FeedCity } from '../../gateway/rig/feed-city.ts';
import type { GatewayProcess } from '../../gateway/rig/gateway-process.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { connectWhenUp } from './mqtt-device.ts';
import { feedCity, gatewayProcess, gaugeConfig } from './started.ts';

const patience = { timeout: 60_000, interval: 100 };

interface Box {
  readonly gateway: GatewayProcess;
  readonly port: number;
}

async function boxFor(city: FeedCity): Promise<Box> {
  const port = await freePort();
  const config = gaugeConfig('gateway-01', port, city.url, {
    buffer: 'batch-readings = 5, batch-age = "100ms"',
    destination: 'reconnect-within = "100ms"',
  });
  const gateway = gatewayProcess(config);
  return { gateway, port };
}

async function cityThatTells(): Promise<{ readonly city: FeedCity; readonly told: string[] }> {
  const told: string[] = [];
  return { city: await feedCity({ report: (what) => told.push(what.en) }), told };
}

const storedIn = (city: FeedCity) => [...city.readings()].map(({ values }) => values.n);
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const data = ({ gateway }: Box) => join(gateway.folder, 'data');

async function publish({ port }: Box, from: number, to: number): Promise<void> {
  const device = await connectWhenUp(port, 'device');
  for (const n of numbers(from, to)) await device.publishAsync('gauge', JSON.stringify({ n }), { qos: 1 });
  await device.endAsync();
}

function copyCard(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith('.sock') });
}

test('a backup that is put back, twice, loses and doubles nothing that is read afterwards', async () => {
  const { city, told } = await cityThatTells();
  const box = await boxFor(city);
  const backup = join(box.gateway.folder, 'backup');
  await box.gateway.start();
  await publish(box, 1, 20);
  await expect.poll(() => storedIn(city), patience).toEqual(numbers(1, 20));
  await box.gateway.end('SIGTERM');
  copyCard(data(box), backup);
  for (const [from, to] of [
    [21, 40],
    [41, 60],
    [61, 80],
  ] as const) {
    await box.gateway.start();
    await publish(box, from, to);
    await expect.poll(() => storedIn(city).length, patience).toBe(to);
    await box.gateway.end(from === 21 ? 'SIGTERM' : 'SIGKILL');
    copyCard(backup, data(box));
  }
  expect(storedIn(city)).toEqual(numbers(1, 80));
  expect(city.duplicates()).toBe(0);
  expect(told).toEqual([]);
}, 180_000);

test('a copied card that runs beside the first one is named by both boxes and the city OS, and costs neither a reading', async () => {
  const { city, told } = await cityThatTells();
  const [first, second] = [await boxFor(city), await boxFor(city)];
  await first.gateway.start();
  await publish(first, 1, 20);
  await expect.poll(() => storedIn(city), patience).toEqual(numbers(1, 20));
  await first.gateway.end('SIGTERM');
  copyCard(data(first), data(second));
  for (const { gateway } of [first, second]) await gateway.start();
  await Promise.all([publish(first, 101, 120), publish(second, 201, 220)]);
  const isRival = expect.stringContaining('Another box sends to city in the name of this gateway');
  for (const box of [first, second])
    await expect
      .poll(() => box.gateway.status().then(({ problems }) => problems.map(({ en }) => en)), patience)
      .toContainEqual(isRival);
  expect(told).toContainEqual(expect.stringContaining('Two boxes speak in the name of gateway-01'));
  await second.gateway.end('SIGTERM');
  await expect.poll(() => storedIn(city).filter((n) => Number(n) < 200).length, patience).toBe(40);
  await first.gateway.end('SIGTERM');
  await second.gateway.start();
  const all = [...numbers(1, 20), ...numbers(101, 120), ...numbers(201, 220)];
  await expect.poll(() => storedIn(city).length, patience).toBe(all.length);
  expect(storedIn(city).toSorted((a, b) => Number(a) - Number(b))).toEqual(all);
}, 240_000);
