/** `machimori privacy erase`: on files, and through a running gateway. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ReadingBuffer } from '../../../gateway/buffer/buffer.ts';
import { diskSpaceOf } from '../../../gateway/buffer/disk-room.ts';
import { readConfig } from '../../../gateway/config/config.ts';
import { accountsFileOf } from '../../../gateway/config/console-accounts.ts';
import { ConfigVersions } from '../../../gateway/config/versions.ts';
import type { ControlSources } from '../../../gateway/control/actions.ts';
import { serveControl } from '../../../gateway/control/server.ts';
import { DeviceTable } from '../../../gateway/intake/device-table.ts';
import { SystemClock } from '../../../gateway/machine/system-clock.ts';
import { bufferOptionsOf } from '../../../gateway/open-buffer.ts';
import { width } from '../../../gateway/words/layout.ts';
import type { Reading } from '../../../shared/reading.ts';
import { machimori } from '../../end-to-end/machimori.ts';
import { start } from '../../end-to-end/started.ts';
import { accountLine } from '../console/console-rig.ts';
import { LogBook } from '../machine/log-book.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const TAG = 'たまの鈴';
const TOML = `
  [gateway]
  id = "gateway-01"
  tenant = "kakogawa"
  data-directory = "data"
  [clock]
  synchronised = "always"
  [[port]]
  name = "usb"
  type = "serial"
  path = "/dev/ttyUSB0"
  [[device]]
  id = "gauge-01"
  type = "nmea"
  port = "usb"
  [[destination]]
  name = "city"
  type = "city-os"
  url = "mqtt://127.0.0.1:1883"
  compression = "none"
`;

function sighting(values: { tag: string } | { operator: string; sealed: string; sealedWith: string }): Reading {
  const seen = { rssi: -60, count: 1, firstAt: 1, lastAt: 1 };
  return { device: 'gauge-01', kind: 'sighting', observedAt: 1, values: { ...values, ...seen } };
}

const operators = (operator: string) => sighting({ operator, sealed: `sealed-to-${operator}`, sealedWith: 'k' });

async function site() {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'gateway.toml'), TOML);
  const read = readConfig(TOML, join(folder, 'gateway.toml'));
  if (!read.ok) throw new Error(read.faults[0]?.what.en);
  const { config } = read;
  const data = config.gateway.dataDirectory;
  mkdirSync(data, { recursive: true });
  const clock = new SystemClock('always');
  const around = { clock, log: new LogBook(), boot: 'boot-1', diskSpace: diskSpaceOf };
  const buffer = ReadingBuffer.open(bufferOptionsOf(config, { ...around, devices: new DeviceTable(config) }));
  onTestFinished(() => buffer.close());
  await buffer.append([sighting({ tag: TAG }), sighting({ tag: 'another' }), operators('alsok'), operators('otta')]);
  buffer.sealOpen();
  const erase = (...args: string[]) => machimori(folder, 'privacy', 'erase', 'gateway.toml', ...args);
  const records = () =>
    readFileSync(join(data, 'erasures.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  return { folder, data, buffer, clock, erase, records };
}

test('on the files of a gateway that does not run a tag is erased, and a line proves it without its name', async () => {
  const { data, buffer, erase, records } = await site();
  buffer.close();
  expect(readFileSync(join(data, 'buffer.sqlite')).includes(TAG)).toBe(true);
  const { code, out, err } = await erase('--tag', TAG);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('1 reading erased: 1 sealed, 0 not sealed yet, 0 waiting for the clock, 0 refused, 0 archived');
  expect(readFileSync(join(data, 'buffer.sqlite')).includes(TAG)).toBe(false);
  expect(readFileSync(join(data, 'buffer.sqlite')).includes('another')).toBe(true);
  expect(records()).toEqual([expect.objectContaining({ kind: 'tag', readings: 1, filesFound: 0 })]);
  expect(records()[0].bufferDigest).toMatch(/^[0-9a-f]{64}$/);
  expect(readFileSync(join(data, 'erasures.jsonl')).includes(TAG)).toBe(false);
  expect(statSync(join(data, 'erasures.jsonl')).mode & 0o077).toBe(0);
});

test('a running gateway erases an operator’s sightings; each time has its line', async () => {
  const { data, buffer, clock, erase, records } = await site();
  const stop = new AbortController();
  const sources = { gateway: 'gateway-01', tenant: 'kakogawa', buffer, clock } as Partial<ControlSources>;
  const served = serveControl(data, sources as ControlSources, new LogBook(), stop.signal); // what erasing needs
  onTestFinished(async () => {
    stop.abort();
    await served;
  });
  const { code, out } = await erase('--operator', 'alsok', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ kind: 'operator', readings: 1, sealed: 1, found: [] });
  expect(readFileSync(join(data, 'buffer.sqlite')).includes('sealed-to-alsok')).toBe(false);
  expect((await erase('--operator', 'alsok', '--json')).code).toBe(0);
  expect(records().map(({ readings }) => readings)).toEqual([1, 0]);
});

test('a file that still holds the name is named, and the command fails', async () => {
  const { data, buffer, erase, records } = await site();
  buffer.close();
  writeFileSync(join(data, 'notes.txt'), `${TAG}: ask the family`);
  const { code, err } = await erase('--tag', TAG);
  expect(code).toBe(1);
  expect(err).toContain('notes.txt');
  expect(records()).toMatchObject([{ filesFound: 1 }]);
});

test('what to erase must be said, and only once', async () => {
  const { buffer, erase } = await site();
  buffer.close();
  for (const args of [[], ['--tag', 'a', '--operator', 'b'], ['--tag', '']]) {
    const { code, err } = await erase(...args);
    expect([code, err]).toEqual([2, expect.stringContaining('--tag <name> or --operator <id>')]);
  }
  const { code, err } = await erase('--operator', 'ALSOK');
  expect([code, err]).toEqual([2, expect.stringContaining('operator')]);
});

const PURPOSE = { en: 'Finding people with dementia who are lost', ja: '認知症の方の捜索' };

test('the report of a hub says who takes what, why, for how long, to whom it goes, and when something was last erased', async () => {
  const { folder, buffer, erase } = await site();
  buffer.close();
  await erase('--tag', TAG);
  const archive = (name: string, more: string) =>
    `[[destination]]\nname = "${name}"\ntype = "archive"\nurl = "sqlite:${name}.sqlite"\n${more}\n`;
  writeFileSync(
    join(folder, 'gateway.toml'),
    `${TOML}
    [[port]]
    name = "gateways"
    type = "feed"
    listen = "127.0.0.1:1883"
    [[port]]
    name = "ble"
    type = "serial"
    path = "/dev/ttyUSB1"
    [[device]]
    id = "detector-01"
    type = "ble-hci"
    port = "ble"
    tags = [{ name = "tag-0001", id = "ibeacon:6a1d4f0c-52b7-4e0b-9c36-0d4b8f3a7e21/15/204" }]
    ${archive('levels', 'kinds = ["water-level"]')}
    ${archive('general', '')}
    ${archive('alsok', 'operators = ["alsok"]\npersonal = true\nretention = "30d"')}`,
  );
  const run = (...args: string[]) => machimori(folder, ...args);
  await run('operator', 'keys', 'keys');
  writeFileSync(
    join(folder, 'alsok.toml'),
    `id = "alsok"
    name = { en = "ALSOK", ja = "アルソック" }
    purpose = { en = "${PURPOSE.en}", ja = "${PURPOSE.ja}" }
    retention = "72h"
    public-key = "${readFileSync(join(folder, 'keys/operator.pub'), 'utf8').trim()}"
    [[pattern]]
    format = "ibeacon"
    uuid = "F7826DA6-4FA2-4E98-8024-BC5B71E0893E"`,
  );
  expect((await run('operator', 'add', 'gateway.toml', 'alsok.toml')).err).toBe('');

  const { code, out, err } = await run('privacy', 'report', 'gateway.toml', '--json');
  expect([code, err]).toEqual([0, '']);
  expect(JSON.parse(out)).toEqual({
    gateway: 'gateway-01',
    tenant: 'kakogawa',
    isHub: true,
    detectors: [{ id: 'detector-01', type: 'ble-hci', ownTags: 1 }],
    phones: [],
    feeds: ['gateways'],
    operators: [
      { id: 'alsok', name: { en: 'ALSOK', ja: 'アルソック' }, purpose: PURPOSE, retentionMs: 72 * 3_600_000 },
    ],
    destinations: [
      { name: 'city', type: 'city-os', gets: 'all', operators: [] },
      { name: 'alsok', type: 'archive', gets: 'operators', operators: ['alsok'], retentionMs: 30 * 86_400_000 },
    ],
    ownSides: [],
    erasures: 1,
    lastErasure: expect.objectContaining({ kind: 'tag', readings: 1 }),
  });

  const english = (await run('privacy', 'report', 'gateway.toml')).out;
  expect(english).toContain('alsok (ALSOK), 3 days: Finding people with dementia who are lost');
  expect(english).toMatch(/alsok {2,}archive {2,}tags of alsok, sealed {2,}30 days/);
  expect(english).toMatch(/Erased by hand 1 time, the last at \S+: 1 reading\./);
  const japanese = (await run('privacy', 'report', 'gateway.toml', '--lang', 'ja')).out;
  expect(japanese).toContain('alsok（アルソック）、3 日: 認知症の方の捜索');
  for (const line of [...english.split('\n'), ...japanese.split('\n')]) expect(width(line)).toBeLessThanOrEqual(80);
});

test('a box that no sighting comes to says so', async () => {
  const { folder, buffer } = await site();
  buffer.close();
  const { code, out } = await machimori(folder, 'privacy', 'report', 'gateway.toml');
  expect(code).toBe(0);
  expect(out).toContain('nothing: no sighting comes to this box');
  expect(out).toContain('Nothing was ever erased by hand here.');
});

test('who may sign in at the console, and what is kept of them, is told without their names', async () => {
  const { folder, data, buffer } = await site();
  buffer.close();
  const report = async (...args: string[]) =>
    (await machimori(folder, 'privacy', 'report', 'gateway.toml', ...args)).out;
  expect(await report()).not.toContain('Console');
  writeFileSync(join(folder, 'gateway.toml'), `${TOML}\n[console]\nenabled = true\n`);
  writeFileSync(
    accountsFileOf(data),
    (await accountLine('suzuki', 'technician')) + (await accountLine('sato', 'viewer')),
    { mode: 0o600 },
  );
  expect(JSON.parse(await report('--json'))).toMatchObject({
    console: { listen: '127.0.0.1:9465', viewers: 1, technicians: 1, auditKeptMs: 1_095 * 86_400_000 },
  });
  const english = (await report()).replace(/\s+/g, ' ');
  expect(english).toMatch(
    /Console at 127\.0\.0\.1:9465 .*1 account to look, 1 to look and change.*How long: 1095 days/,
  );
  const japanese = (await report('--lang', 'ja')).replace(/\s/g, '');
  expect(japanese).toMatch(/コンソール（127\.0\.0\.1:9465）.*閲覧のみ1件.*1095日/);
  expect(english + japanese).not.toMatch(/suzuki|sato/);
});

test('an operator’s own side says what its sightings, table, accounts and audit are, why, for how long, and who is told', async () => {
  const { folder, buffer } = await site();
  buffer.close();
  const run = (...args: string[]) => machimori(folder, ...args);
  await run('operator', 'keys', 'keys');
  writeFileSync(join(folder, 'tags.csv'), 'tag,identifier,opt_in,consent\nT-1,raw:f7,2026-04-01,A-1\n', {
    mode: 0o600,
  });
  await run('operator', 'account', 'asking.accounts', 'family-desk');
  await run('operator', 'account', 'asking.accounts', 'clerk', '--may-enrol');
  const toml = (more: string) =>
    writeFileSync(
      join(folder, 'gateway.toml'),
      `${TOML}
      [[port]]
      name = "gateways"
      type = "feed"
      listen = "127.0.0.1:1884"
      [[destination]]
      name = "tags"
      type = "tags"
      tenants = ["*"]
      operators = ["alsok"]
      url = "sqlite:tags.sqlite"
      operator-key-file = "keys/operator.key"
      enrolled-file = "tags.csv"
      retention = "72h"
      ${more}`,
    );
  toml('listen = "127.0.0.1:8095"\naccounts-file = "asking.accounts"');
  const { out, err } = await run('privacy', 'report', 'gateway.toml', '--json');
  expect(err).toBe('');
  const file = (name: string) => join(folder, name);
  expect(JSON.parse(out)).toMatchObject({
    destinations: [{ name: 'city' }, { name: 'tags', type: 'tags', gets: 'opened', operators: ['alsok'] }],
    ownSides: [
      {
        ...{ name: 'tags', operators: ['alsok'], retentionMs: 72 * 3_600_000, enrolledFile: file('tags.csv') },
        accounts: { file: file('asking.accounts'), all: 2, mayEnrol: 1 },
        auditRetentionMs: 1_095 * 86_400_000,
      },
    ],
  });
  const flat = (text: string) => text.replace(/\s+/g, ' ');
  const english = flat((await run('privacy', 'report', 'gateway.toml')).out);
  expect(english).toMatch(/tags of alsok, opened there 3 days/);
  expect(english).toMatch(/lost person's tag was\. How long: 3 days, or until the tag is struck out/);
  expect(english).toMatch(/Told to 2 accounts, in \S+; of these 1 may enrol/);
  expect(english).toMatch(/audit: which account asked .* How long: 1095 days, also of tags that were struck out/);
  const japanese = (await run('privacy', 'report', 'gateway.toml', '--lang', 'ja')).out.replace(/\s/g, '');
  expect(japanese).toMatch(/事業者側.*期間:3日.*アカウント2件。うち1件.*1095日/);
  expect(japanese + english).not.toMatch(/T-1|A-1|family-desk/);
  toml('');
  expect(flat((await run('privacy', 'report', 'gateway.toml')).out)).toContain('Told to nobody: it does not listen');
});

test('versions of the configuration that name the tag are deleted, and the one in use is told', async () => {
  const folder = temporaryFolder();
  const detector = (tags: string) => `[gateway]
id = "box"
[[port]]
name = "line"
type = "tcp"
address = "127.0.0.1:9"
[[device]]
id = "detector"
type = "ble-hci"
port = "line"
tags = [${tags}]
`;
  const tag = '{ name = "たま", id = "address:00:11:22:33:44:55" }';
  const file = join(folder, 'gateway.toml');
  const versions = new ConfigVersions(join(folder, 'data'));
  versions.keep(detector(tag), 1_700_000_000_000);
  versions.keep(detector(''), 1_700_000_001_000);
  writeFileSync(file, detector(''));
  const gateway = start(folder, detector(''));
  await gateway.stop();
  const erased = await machimori(folder, 'privacy', 'erase', 'gateway.toml', '--tag', 'たま');
  expect([erased.code, versions.names.map((name) => versions.read(name))]).toEqual([0, [detector('')]]);

  versions.keep(detector(tag), 1_700_000_002_000);
  writeFileSync(file, detector(tag));
  const named = await machimori(folder, 'privacy', 'erase', 'gateway.toml', '--tag', 'たま');
  expect([named.code, named.err]).toEqual([1, expect.stringContaining('config-versions')]);
});
