import { connectAsync } from 'mqtt';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../gateway/net/free-port.ts';
import { gatewayProcess } from './started.ts';

const patience = { timeout: 30_000, interval: 50 };

test('devices named by their topics are listed, known after a kill, and no more than may be', async () => {
  const port = await freePort();
  const gateway = gatewayProcess(`
    gateway = { id = "gw", tenant = "city" }
    status = { enabled = false }
    buffer = { batch-age = "1s", commit-within = "0s" }
    [[port]]
    name = "local"
    type = "mqtt"
    listen = "127.0.0.1:${port}"
    trust-local = true
    [[device]]
    id = "meter"
    type = "line"
    port = "local"
    topic = "meters/+/state"
    max-devices = 2
    profile = { format = "json", fields = [{ from = "n", quantity = "n" }] }
    [[destination]]
    name = "city"
    type = "city-os"
    url = "mqtt://127.0.0.1:1"
  `);
  const device = async () => {
    const client = await vi.waitFor(
      () => connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 }, false),
      patience,
    );
    onTestFinished(() => void client.end(true));
    return client;
  };
  await gateway.start();
  const client = await device();
  await client.publishAsync('meters/kitchen/state', '{"n":1}', { qos: 1 });
  await client.publishAsync('meters/cellar/state', '{"n":2}', { qos: 1 });
  await client.publishAsync('meters/attic/state', '{"n":3}', { qos: 1 });
  const { devices, problems } = await gateway.status();
  expect(Object.keys(devices)).toEqual(['meter-kitchen', 'meter-cellar']);
  expect(devices['meter-cellar']?.last?.values).toEqual({ n: 2 });
  expect(JSON.stringify(problems)).toContain('raise max-devices');
  await gateway.end('SIGKILL');
  await gateway.start();
  await vi.waitFor(
    async () =>
      expect(Object.keys((await gateway.status()).devices).toSorted()).toEqual(['meter-cellar', 'meter-kitchen']),
    patience,
  );
  await (await device()).publishAsync('meters/kitchen/state', '{"n":4}', { qos: 1 });
  expect((await gateway.status()).devices['meter-kitchen']?.last?.values).toEqual({ n: 4 });
}, 60_000);
