/** No secret and no tag is in a support bundle, wherever it stood. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../../gateway/config/config.ts';
import type { Status } from '../../../gateway/status/status.ts';
import { supportBundle } from '../../../gateway/support/bundle.ts';
import { secretsOf } from '../../../gateway/support/secrets.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const TAG = 'ibeacon:f7826da6-4fa2-4e98-8024-bc5b71e0893e/1/2';

function site() {
  const folder = temporaryFolder();
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return name;
  };
  const text = `
    # the password of the old broker was hunter-2000
    [gateway]
    id = "box"
    [[port]]
    name = "detector"
    type = "tcp"
    address = "127.0.0.1:9"
    [[device]]
    id = "detector-01"
    type = "ble-hci"
    port = "detector"
    place = { name = "橋", lat = 34.3, lon = 134.0 }
    tags = [{ name = "grandmother-7", id = "${TAG}" }]
    [[destination]]
    name = "city"
    type = "city-os"
    url = "mqtts://city.example:8883"
    username = "box"
    password-file = "${write('city.password', 'correct horse battery\n')}"`;
  const read = readConfig(text, join(folder, 'gateway.toml'));
  if (!read.ok) throw new Error(read.faults.map(({ what }) => what.en).join('\n'));
  return read.config;
}

test('secrets are found where the configuration names them', () => {
  const secrets = secretsOf(site());
  expect(secrets).toEqual(expect.arrayContaining(['correct horse battery', 'grandmother-7', TAG]));
});

test('what is secret or a person’s is left out of every section, and the rest is there', () => {
  const config = site();
  const device = (kind: string, values: object) => ({ last: { device: 'detector-01', kind, observedAt: 0, values } });
  const status = {
    gateway: 'box',
    problems: [{ code: 'x', en: 'refused: correct horse battery', ja: '' }],
    devices: {
      'detector-01': device('sighting', { tag: 'somebody-else', rssi: -70 }),
      'gauge-01': device('water-level', { level: 1.25 }),
    },
  } as unknown as Status;
  const bundle = supportBundle({
    title: 'machimori',
    findings: ['✓ disk: good'],
    status,
    written: { ...config.written, broker: { url: 'mqtt://me:letmein99@host', password: 'letmein98' } },
    logLines: [
      '{"msg":"heard 0A:1b:2C:3d:4E:5f"}',
      '{"msg":"grandmother-7 and correct horse battery"}',
      '{"msg":"a usual line"}',
    ],
    secrets: secretsOf(config),
  });
  const never = [
    ...['hunter-2000', 'correct horse', 'grandmother-7', TAG, 'somebody-else', 'letmein'],
    ...['0A:1b:2C:3d:4E:5f', 'f7826da6'],
  ];
  for (const secret of never) expect(bundle).not.toContain(secret);
  for (const plain of ['✓ disk: good', '1.25', 'detector-01', '橋', 'city.example', 'a usual line', 'password-file']) {
    expect(bundle).toContain(plain);
  }
});
