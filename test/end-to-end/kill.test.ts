import type { MqttClient } from 'mqtt';
import { afterEach, expect, onTestFailed, test } from 'vitest';
import { type CityOs, openCityOs } from '../../simulators/city-os.ts';
import { Random } from '../../simulators/random.ts';
import { freePort } from '../gateway/free-port.ts';
import { GatewayProcess, gaugeConfig } from './gateway-process.ts';
import { connectWhenUp } from './mqtt-device.ts';

const KILLS = 50;

let gateway: GatewayProcess | undefined;
let cityOs: CityOs | undefined;

afterEach(async () => {
  await gateway?.destroy();
  await cityOs?.close();
});

test('50 kills at random moments under load lose and double nothing', { timeout: 240_000 }, async () => {
  onTestFailed(() => console.error(gateway?.log.slice(-2000)));
  const random = new Random(50);
  cityOs = await openCityOs({ file: ':memory:' });
  const port = await freePort();
  const more = { buffer: 'batch-age = "50ms", batch-readings = 100', destination: 'receipt-timeout = "2s"' };
  gateway = new GatewayProcess(gaugeConfig('gw-kill', port, cityOs.url, more));
  const acknowledged = new Set<number>();
  let next = 1;
  for (let kill = 0; kill < KILLS; kill++) {
    gateway.start();
    const device = await connectWhenUp(port, 'gauge');
    const until = performance.now() + random.int(20, 400);
    while (performance.now() < until) next = await publishSome(device, next, acknowledged);
    const burst = publishSome(device, next, acknowledged); // the kill falls into it
    await gateway.end('SIGKILL');
    device.end(true);
    next = await burst;
    if (kill % 10 === 5) await cityOs.cutOff();
    if (kill % 10 === 8) await cityOs.comeBack();
  }
  await cityOs.comeBack();
  gateway.start();
  const os = cityOs;
  const lost = () => {
    const counts = countStored(os);
    return [...acknowledged].filter((n) => !counts.has(n));
  };
  await expect.poll(lost, { timeout: 60_000, interval: 500 }).toEqual([]);
  await expect.poll(() => os.status()[0]?.missing, { timeout: 30_000 }).toEqual([]);
  expect(acknowledged.size).toBeGreaterThan(KILLS);
  expect([...countStored(os)].filter(([, times]) => times > 1)).toEqual([]);
});

/** How often the city OS has stored each number. */
function countStored({ store }: CityOs): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { reading } of store.readings()) {
    const n = Number(reading.values.n);
    counts.set(n, (counts.get(n) ?? 0) + 1);
  }
  return counts;
}

/** Publishes a few readings, each only once; notes which of them were acknowledged. */
async function publishSome(device: MqttClient, from: number, acknowledged: Set<number>): Promise<number> {
  const numbers = Array.from({ length: 20 }, (_, i) => from + i);
  await Promise.all(
    numbers.map((n) =>
      device.publishAsync('gauge', JSON.stringify({ n }), { qos: 1 }).then(
        () => acknowledged.add(n),
        () => {}, // not acknowledged: it may be stored or not, but at most once
      ),
    ),
  );
  return from + numbers.length;
}
