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
