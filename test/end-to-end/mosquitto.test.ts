import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeOf } from '../../shared/errors.ts';
import { decodeBirth, decodeStatus } from '../../shared/feed/birth.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { FeedReceiver } from './feed-receiver.ts';
import { GatewayProcess, gaugeConfig } from './gateway-process.ts';
import { connectWhenUp } from './mqtt-device.ts';

const isInstalled = canRun('mosquitto', ['-h']);
if (!isInstalled && process.env.CI !== 'true') {
  console.warn('Skipped: no mosquitto here. Install it with: apt-get install mosquitto');
}

const READINGS = 200;

describe.skipIf(!isInstalled && process.env.CI !== 'true')('a real Mosquitto between gateway and city OS', () => {
  let directory: string;
  let broker: ChildProcess;
  let port: number;
  let gateway: GatewayProcess | undefined;
  const receiver: { current?: FeedReceiver } = {};

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'machimori-mosquitto-'));
    port = await freePort();
    broker = await startMosquitto(directory, port);
  });

  afterEach(async () => {
    await gateway?.destroy();
    await receiver.current?.close();
    await stop(broker);
    rmSync(directory, { recursive: true, force: true });
  });

  test.each(['3.1.1', '5'] as const)(
    'MQTT %s: everything arrives once, over a restart of the broker',
    async (protocol) => {
      const devicePort = await freePort();
      const os = new FeedReceiver();
      receiver.current = os;
      await os.connect(`mqtt://127.0.0.1:${port}`, protocol === '5' ? 5 : 4);
      gateway = new GatewayProcess(config(port, devicePort, protocol));
      gateway.start();

      await publishAll(devicePort, 0, READINGS / 2);
      await expect.poll(() => os.readings.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(READINGS / 2);
      await stop(broker);
      await publishAll(devicePort, READINGS / 2, READINGS);
      broker = await startMosquitto(directory, port);

      await expect
        .poll(() => new Set(os.readings.map(({ values }) => values.n)).size, { timeout: 30_000 })
        .toBe(READINGS);
      expect(os.readings).toHaveLength(READINGS);
      expect(decodeBirth(os.births.at(-1) ?? new Uint8Array())).toMatchObject({
        gateway: 'gw-m',
        devices: [{ id: 'gauge' }],
      });
      expect(decodeStatus(os.statuses.at(-1) ?? new Uint8Array())).toMatchObject({ gateway: 'gw-m', state: 'online' });

      await gateway.end('SIGKILL');
      await expect
        .poll(() => decodeStatus(os.statuses.at(-1) ?? new Uint8Array()).state, { timeout: 10_000 })
        .toBe('offline');
    },
  );
});

function config(port: number, devicePort: number, protocol: string): string {
  const more = { buffer: 'batch-age = "50ms"', destination: `protocol = "${protocol}"\nreceipt-timeout = "2s"` };
  return gaugeConfig('gw-m', devicePort, `mqtt://127.0.0.1:${port}`, more);
}

async function publishAll(port: number, from: number, to: number): Promise<void> {
  const device = await connectWhenUp(port, 'gauge');
  for (let n = from; n < to; n++) await device.publishAsync('gauge', JSON.stringify({ n }), { qos: 1 });
  await device.endAsync();
}

async function startMosquitto(directory: string, port: number): Promise<ChildProcess> {
  const file = join(directory, 'mosquitto.conf');
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nuser root\n`);
  const child = spawn('mosquitto', ['-c', file], { stdio: 'ignore' });
  await (await connectWhenUp(port, 'probe')).endAsync();
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

function canRun(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch (fault) {
    return codeOf(fault) !== 'ENOENT'; // it ran and disliked its arguments, which is enough
  }
}
