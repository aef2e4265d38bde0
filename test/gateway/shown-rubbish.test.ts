/** Bytes that nobody understood are shown, but for those of a detector: strangers' addresses are among them. */
import { expect, onTestFinished, test } from 'vitest';
import { readStatus } from '../../gateway/status/status.ts';
import { openTcp } from '../../simulators/wires/tcp-wire.ts';
import { start } from '../end-to-end/started.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('the last rubbish of a gauge is in the status, and that of a Bluetooth controller is not', async () => {
  const [gauge, detector] = [await openTcp(), await openTcp()];
  onTestFinished(async () => {
    await Promise.all([gauge.unplug(), detector.unplug()]);
  });
  const port = (name: string, path: string, more: string) =>
    `[[port]]\nname = "${name}"\ntype = "tcp"\naddress = "${path.slice('tcp://'.length)}"\n[[device]]\nid = "${name}-01"\nport = "${name}"\n${more}\n`;
  const gateway = start(
    temporaryFolder(),
    `[gateway]
    id = "box"
    [status]
    enabled = false
    ${port('gauge', gauge.path, 'type = "nmea"')}
    ${port('detector', detector.path, 'type = "ble-hci"\ntags = []')}`,
  );
  const status = () => readStatus(gateway.sources as never).ports;
  await expect.poll(() => Object.values(status()).map(({ state }) => state)).toEqual(['open', 'open']);
  gauge.write(Buffer.from('$GPRMC,nonsense*00\r\n'));
  detector.write(Buffer.from('ff0011223344556677', 'hex'));
  await expect.poll(() => Object.values(status()).map(({ rubbish }) => rubbish > 0)).toEqual([true, true]);
  expect(status().gauge?.lastRubbishHex).toMatch(/^244750/);
  expect(status().detector).not.toHaveProperty('lastRubbishHex');
});
