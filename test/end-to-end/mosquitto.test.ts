import { describe, expect, onTestFinished, test } from 'vitest';
import { decodeBirth, decodeStatus } from '../../shared/feed/birth.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { isMosquittoMissing, startMosquitto } from '../mosquitto/mosquitto.ts';
import { FeedReceiver } from './feed-receiver.ts';
import { connectWhenUp } from './mqtt-device.ts';
import { gatewayProcess, gaugeConfig } from './started.ts';

const READINGS = 200;

describe.skipIf(isMosquittoMissing)('a real Mosquitto between gateway and city OS', () => {
  test.each(['3.1.1', '5'] as const)(
    'MQTT %s: everything arrives once, over a restart of the broker',
    async (protocol) => {
      const [port, devicePort] = [await freePort(), await freePort()];
      let broker = await startMosquitto({ port });
      onTestFinished(() => broker.remove());
      const os = new FeedReceiver();
      onTestFinished(() => os.close());
      await os.connect(`mqtt://127.0.0.1:${port}`, protocol === '5' ? 5 : 4);
      const gateway = gatewayProcess(config(port, devicePort, protocol));
      await gateway.start();

      await publishAll(devicePort, 0, READINGS / 2);
      await expect.poll(() => os.readings.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(READINGS / 2);
      await broker.remove();
      await publishAll(devicePort, READINGS / 2, READINGS);
      broker = await startMosquitto({ port });

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
