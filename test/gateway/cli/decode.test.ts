import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hex, ibeacon, legacyEvent } from '../../devices/beacon-detector/rig.ts';
import { machimori } from '../../end-to-end/machimori.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const address = 'c6:b5:45:f6:f1:8e';

async function decodeAdvertisement(...options: string[]) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'recording.hex'), `${hex(legacyEvent(address, ibeacon, -60))}\n`);
  return machimori(folder, 'decode', 'ble-hci', 'recording.hex', '--hex', ...options);
}

test('decode shows every advertisement of a recording if asked to', async () => {
  const { code, out } = await decodeAdvertisement('--option', 'all=true');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ kind: 'measurement', values: { address, rssi: -60 } });
});

test('decode shows only enrolled tags unless asked', async () => {
  expect(await decodeAdvertisement()).toMatchObject({ code: 0, out: '' });
});

test('decode gives the positions of a receiver without dates if it is told the day', async () => {
  const folder = temporaryFolder();
  const gga = '$GPGGA,120000.00,3530.0000,N,13930.0000,E,1,08,0.9,10.0,M,36,M,,*49\r\n';
  writeFileSync(join(folder, 'drive.nmea'), gga);
  expect(await machimori(folder, 'decode', 'nmea', 'drive.nmea')).toMatchObject({ code: 0, out: '' });
  const { out } = await machimori(folder, 'decode', 'nmea', 'drive.nmea', '--date', '2024-06-15');
  expect(JSON.parse(out)).toMatchObject({ observedAt: '2024-06-15T12:00:00.000Z', values: { lat: 35.5 } });
  const { code, err } = await machimori(folder, 'decode', 'nmea', 'drive.nmea', '--date', '2024-02-30');
  expect(code).not.toBe(0);
  expect(err).toContain('--date');
});
