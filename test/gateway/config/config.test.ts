import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatFault, readConfig, readConfigFile } from '../../../gateway/config/config.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { faultsOf, good } from './good-config.ts';

test('a good configuration is read, with defaults and paths resolved', () => {
  const result = readConfig(good, '/etc/machimori/gateway.toml');
  if (!result.ok) throw new Error(result.faults.map((fault) => formatFault(fault).en).join('\n'));
  expect(result.notes).toEqual([]);
  expect(result.config).toMatchObject({
    gateway: { id: 'gateway-01', tenant: 'default', dataDirectory: '/etc/machimori/data' },
    buffer: { maxSizeBytes: 400_000_000, batchReadings: 500, batchAgeMs: 10_000, commitWithinMs: 10_000 },
    ports: [
      { name: 'river', settings: { type: 'serial', baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 } },
      { name: 'local', settings: { type: 'mqtt', listen: '127.0.0.1:1883' } },
    ],
    devices: [{ id: 'gauge-01', type: 'line', profileName: 'level-text' }, { id: 'gauge-02' }],
    destinations: [{ name: 'city', window: 8, settings: { acknowledge: 'receipt', receiptTimeoutMs: 30_000 } }],
  });
});

test('every fault is found in one go, in the order of the lines', () => {
  const text = good.replace('path = "/dev/null"', 'pat = 1').replace('type = "city-os"', 'type = "city"');
  const lines = faultsOf(text).map((line) => Number(line.split(':')[1]));
  expect(lines.length).toBeGreaterThanOrEqual(3);
  expect(lines).toEqual(lines.toSorted((a, b) => a - b));
});

test('two ports on one line are found, also through a link', () => {
  const link = join(temporaryFolder(), 'gauge');
  symlinkSync('/dev/null', link);
  const second = `[[port]]\nname = "again"\ntype = "serial"\npath = "${link}"\n`;
  expect(faultsOf(good + second)).toContainEqual(
    expect.stringMatching(
      /^gateway\.toml:30: port "again" is the same line as port "river" .*\. A line can only be opened once/,
    ),
  );
});

test('two types of device on one line are found', () => {
  const second = `[[device]]\nid = "gps-01"\ntype = "nmea"\nport = "river"\n`;
  expect(faultsOf(good + second)).toContainEqual(
    expect.stringMatching(/^gateway\.toml:33: port "river" has devices of two types, line and nmea\. /),
  );
});

test.each(['', '\n', ' Bearer \n'])('an empty secret (%j) is a fault: it would let anybody in', (content) => {
  const file = join(temporaryFolder(), 'password');
  writeFileSync(file, content, { mode: 0o600 });
  expect(faultsOf(`${good}password-file = "${file}"\nusername = "gateway-01"\n`)).toEqual([
    expect.stringContaining(`gateway.toml:30: the file ${file} is empty. Write the password or token into it`),
  ]);
});

test('a secret that everybody may read is noted, with the command that mends it', () => {
  const file = join(temporaryFolder(), 'password');
  writeFileSync(file, 'himitsu');
  const text = `${good}password-file = "${file}"\nusername = "gateway-01"\n`;
  chmodSync(file, 0o644);
  expect(readConfig(text, 'gateway.toml').ok).toBe(true);
  expect(faultsOf(text)).toEqual([`gateway.toml:30: note: every user may read ${file}. Run: chmod 600 ${file}`]);
  chmodSync(file, 0o600);
  expect(faultsOf(text)).toEqual([]);
  expect(faultsOf(text.replace('mqtts:', 'mqtt:'))).toEqual([
    expect.stringMatching(/^gateway\.toml:29: note: the password travels unencrypted/),
  ]);
});

test('a port without devices and a gateway without a destination are noted', () => {
  const lonely = good
    .replace('port = "river"', 'port = "spare"')
    .replace('[[device]]', '[[port]]\nname = "spare"\ntype = "tcp"\naddress = "10.0.0.5:4001"\n\n[[device]]');
  expect(faultsOf(lonely)).toEqual([expect.stringMatching(/^gateway\.toml:4: note: no device is on port "river"/)]);
  const [withoutDestination] = good.split('[[destination]]');
  expect(faultsOf(withoutDestination ?? '')).toEqual([expect.stringMatching(/note: there is no destination/)]);
});

test('a profile of one’s own is found by its name', () => {
  const profile = `[[profile]]\nname = "mine"\nformat = "csv"\nfields = [{ from = 1, quantity = "level", unit = "m" }]\nkind = "water-level"\n`;
  const result = readConfig(good.replace('"level-text"', '"mine"') + profile, 'gateway.toml');
  expect(result).toMatchObject({
    ok: true,
    config: { devices: [{ profileName: 'mine', options: { profile: { format: 'csv', kind: 'water-level' } } }, {}] },
  });
});

test('a file that cannot be read is said with what to do', () => {
  expect(() => readConfigFile('/nowhere/gateway.toml')).toThrow(
    expect.objectContaining({ code: 'config-unreadable', on: '/nowhere/gateway.toml' }),
  );
});

test('a file in another character set is a fault with its line, one with a byte order mark is not', () => {
  const file = join(temporaryFolder(), 'gateway.toml');
  const shiftJis = Buffer.concat([Buffer.from('[gateway]\n# '), Buffer.from('8f7489aa92ac', 'hex'), Buffer.from('\n')]);
  writeFileSync(file, Buffer.concat([shiftJis, Buffer.from('id = "gateway-01"\n')]));
  const result = readConfigFile(file);
  expect(result).toMatchObject({ ok: false, faults: [{ line: 2, what: { code: 'config.not-utf8' } }] });
  writeFileSync(file, Buffer.from(`\ufeff${good}`, 'utf16le'));
  expect(readConfigFile(file)).toMatchObject({ ok: false, faults: [{ line: 1, what: { code: 'config.utf16' } }] });
  writeFileSync(file, Buffer.from(good, 'utf16le').swap16());
  expect(readConfigFile(file)).toMatchObject({ ok: false, faults: [{ line: 1, what: { code: 'config.utf16' } }] });
  writeFileSync(file, `\ufeff${good}`);
  expect(readConfigFile(file).ok).toBe(true);
});

test.each([
  ['one', '\0'],
  ['as many as a power cut leaves', '\0'.repeat(4096)],
])('a byte 0 is not UTF-16, but named where it stands: %s', (_, zeros) => {
  const file = join(temporaryFolder(), 'gateway.toml');
  writeFileSync(file, `${good}${zeros}\n`);
  const line = good.split('\n').length;
  expect(readConfigFile(file)).toMatchObject({
    ok: false,
    faults: [{ line, what: { en: expect.stringContaining('U+0000') } }],
  });
});

test('the devices of a whole city are checked in seconds, and the last of them is found at fault', () => {
  const count = 20_000;
  const devices = Array.from(
    { length: count },
    (_, n) => `[[device]]\nid = "d-${n}"\ntype = "line"\nport = "p"\ntopic = "t/${n}"\nprofile = "n"`,
  );
  const toml = (last: string) => `
    gateway = { id = "g-1", tenant = "city" }
    [[port]]
    name = "p"
    type = "mqtt"
    listen = "127.0.0.1:1883"
    [[profile]]
    name = "n"
    format = "json"
    fields = [{ from = "n", quantity = "n" }]
    ${[...devices, devices[0]?.replace('d-0', last)].join('\n')}`;
  const startedAt = process.cpuUsage();
  const result = readConfig(toml(`d-${count}`), 'city.toml');
  const { user } = process.cpuUsage(startedAt);
  const faults = result.ok ? [] : result.faults.filter(({ severity }) => severity === 'fault');
  expect(faults).toHaveLength(2); // the first and the last share a topic
  expect(user / 1e6).toBeLessThan(20); // one look through all devices for each of them takes minutes
});
