import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { GatewayProcess } from '../../gateway/rig/gateway-process.ts';
import { decodeBatch } from '../../shared/feed/batch.ts';
import { openParcel } from '../../shared/feed/parcel.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { machimori } from './machimori.ts';
import { gatewayProcess } from './started.ts';

const patience = { timeout: 30_000, interval: 20 };

/** A gateway at a line sensor that waits for no answer: its readings are committed up to a minute later. */
async function listening(): Promise<{ gateway: GatewayProcess; say: (line: string) => void }> {
  let sensor: Socket | undefined;
  const server = createServer((socket) => {
    sensor = socket;
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  const gateway = gatewayProcess(`
    gateway = { id = "gw", tenant = "city" }
    status = { enabled = false }
    buffer = { batch-age = "60s", commit-within = "60s" }
    [[port]]
    name = "river"
    type = "tcp"
    address = "127.0.0.1:${port}"
    [[device]]
    id = "gauge"
    type = "line"
    port = "river"
    profile = { format = "json", fields = [{ from = "n", quantity = "n" }] }
    [[destination]]
    name = "city"
    type = "city-os"
    url = "mqtt://127.0.0.1:1"
  `);
  onTestFinished(async () => {
    sensor?.destroy();
    server.close();
  });
  await gateway.start();
  await vi.waitFor(() => expect(sensor).toBeDefined(), patience);
  return { gateway, say: (line) => void sensor?.write(`${line}\n`) };
}

async function heard(gateway: GatewayProcess, count: number): Promise<void> {
  await vi.waitFor(async () => expect((await gateway.status()).devices.gauge?.readings).toBe(count), patience);
}

test.each(['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const)(
  '%s stores what is pending and ends the gateway in order',
  async (signal) => {
    const { gateway, say } = await listening();
    for (let n = 1; n <= 5; n++) say(`{"n":${n}}`);
    await heard(gateway, 5);
    expect(await gateway.end(signal)).toBe(0);
    expect(gateway.log.text).toContain('The gateway has stopped');
    await machimori(gateway.folder, 'export', 'gateway.toml', 'parcel.cbor');
    const { messages } = await openParcel([readFileSync(join(gateway.folder, 'parcel.cbor'))], 'the parcel');
    let readings = 0;
    for await (const each of messages) if (each.kind === 'batch') readings += decodeBatch(each.bytes).header.count;
    expect(readings).toBe(5);
  },
  60_000,
);

test('SIGUSR1 opens no inspector', async () => {
  const { gateway, say } = await listening();
  process.kill(gateway.pid, 'SIGUSR1');
  say('{"n":1}');
  await heard(gateway, 1);
  expect(await gateway.end('SIGTERM')).toBe(0);
  expect(gateway.log.text).not.toContain('Debugger');
  expect(existsSync(join(gateway.folder, 'data/control.sock'))).toBe(false);
}, 60_000);
