/** What the doctor finds, on machines made of files. */
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { examineClock } from '../../../gateway/doctor/clock.ts';
import { examineDisk } from '../../../gateway/doctor/disk.ts';
import { examineMachine } from '../../../gateway/doctor/machine.ts';
import { examineNames } from '../../../gateway/doctor/network.ts';
import { examineReleaseKeys } from '../../../gateway/doctor/release-keys.ts';
import { examineRunning } from '../../../gateway/doctor/running.ts';
import { examineSerialLines } from '../../../gateway/doctor/serial-lines.ts';
import { SystemFiles } from '../../../gateway/doctor/system-files.ts';
import { examineVersions } from '../../../gateway/doctor/versions.ts';
import type { Status } from '../../../gateway/status/status.ts';
import { maxKeys } from '../../../gateway/update/trusted-keys.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { newReleaseKey } from '../update/release-site.ts';

function machine(files: Readonly<Record<string, string>>): SystemFiles {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  }
  return new SystemFiles(root);
}

const THROTTLED = 'sys/devices/platform/soc/soc:firmware/get_throttled';
const verdicts = (findings: readonly { about: string; verdict: string }[]) =>
  Object.fromEntries(findings.map(({ about, verdict }) => [about, verdict]));

test.each([
  ['0', 'good'],
  ['0x0', 'good'],
  ['50005', 'bad'],
  ['50000', 'doubtful'],
  ['4', 'doubtful'],
  ['nonsense', 'unknown'],
])('the firmware’s flags %s mean that the supply is %s', (flags, verdict) => {
  expect(verdicts(examineMachine(machine({ [THROTTLED]: flags }))).power).toBe(verdict);
});

test('where the firmware tells nothing, the sensor of the kernel does', () => {
  const sensor = (alarm: string) => ({
    'sys/class/hwmon/hwmon0/name': 'cpu_thermal',
    'sys/class/hwmon/hwmon1/name': 'rpi_volt',
    'sys/class/hwmon/hwmon1/in0_lcrit_alarm': alarm,
  });
  expect(verdicts(examineMachine(machine(sensor('1')))).power).toBe('bad');
  expect(verdicts(examineMachine(machine(sensor('0')))).power).toBe('good');
});

test('the hottest zone and the memory that is left are told', () => {
  const findings = examineMachine(
    machine({
      'sys/class/thermal/thermal_zone0/temp': '48500',
      'sys/class/thermal/thermal_zone1/temp': '81200',
      'sys/class/thermal/cooling_device0/cur_state': '0',
      'proc/meminfo': 'MemTotal: 500000 kB\nMemAvailable:      20000 kB',
    }),
  );
  expect(verdicts(findings)).toEqual({ power: 'unknown', heat: 'doubtful', memory: 'doubtful' });
  expect(findings[1]?.what.en).toBe('81 °C');
  expect(verdicts(examineMachine(machine({})))).toEqual({ power: 'unknown', heat: 'unknown', memory: 'unknown' });
});

test('a folder that is missing is made later; one that may not be written is bad', () => {
  const folder = temporaryFolder();
  expect(examineDisk(join(folder, 'none'), machine({}))).toMatchObject([{ verdict: 'unknown' }]);
  expect(verdicts(examineDisk(folder, machine({})))).toMatchObject({ disk: 'good' });
});

test.each([
  ['2 ms', 'A29FC87B,ntp.nict.jp,2,1764.5,0.002,0.1', 'good'],
  ['a second', 'A29FC87B,ntp.nict.jp,2,1764.5,-1.002,0.1', 'doubtful'],
  ['never set', '7F7F0101,,0,0.0,0.0,0.0', 'doubtful'],
])('chrony that is off by %s', async (_, told, verdict) => {
  const run = async (program: string) => (program === 'chronyc' ? told : undefined);
  expect((await examineClock(machine({}), run))[0]?.verdict).toBe(verdict);
});

test('timesyncd tells its offset, or that it waits; without any service nobody can tell', async () => {
  const run = (told: string | undefined) => async (program: string) => (program === 'timedatectl' ? told : undefined);
  const set = machine({ 'run/systemd/timesync/synchronized': '' });
  expect(await examineClock(set, run('       Offset: +1.735ms\n'))).toMatchObject([{ verdict: 'good' }]);
  expect(await examineClock(set, run('       Offset: -2.5s\n'))).toMatchObject([{ verdict: 'doubtful' }]);
  expect(await examineClock(set, run(undefined))).toMatchObject([{ verdict: 'good' }]);
  expect(await examineClock(machine({ 'run/systemd/timesync/x': '' }), run(undefined))).toMatchObject([
    { verdict: 'doubtful' },
  ]);
  expect(await examineClock(machine({}), run(undefined))).toMatchObject([{ verdict: 'unknown' }]);
});

test('a line that is missing, or that the gateway’s user may not use, is bad', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'ttyUSB0');
  const config = {
    gateway: { dataDirectory: folder },
    ports: [
      { name: 'line', portType: { line: () => path }, settings: { path } },
      { name: 'network', portType: {}, settings: { address: '127.0.0.1:9' } },
    ],
  } as never; // what it looks at
  const { uid, gid } = statSync(folder);
  const machineOf = (group: string) =>
    machine({ 'etc/passwd': `box:x:${uid === 0 ? 4_321 : uid}:4321::/:/bin/false`, 'etc/group': group });
  if (uid === 0) chownSync(folder, 4_321, 4_321); // whoever owns the folder runs the gateway
  const examined = (group = '') => examineSerialLines(config, machineOf(group)).map(({ verdict }) => verdict);
  expect(examined()).toEqual(['bad']);
  writeFileSync(path, '');
  chmodSync(path, 0o060);
  expect(examined()).toEqual(['bad']);
  expect(examined(`dialout:x:${gid}:other,box`)).toEqual([uid === 0 ? 'good' : 'bad']); // an owner has only the owner's rights
  chmodSync(path, 0o666);
  expect(examined()).toEqual(['good']);
});

test('names that do not resolve are bad, and addresses need no name server', async () => {
  const config = (url: string) => ({ ports: [], destinations: [{ settings: { url } }] }) as never;
  expect(await examineNames(config('mqtts://127.0.0.1:8883'))).toEqual([]);
  expect(await examineNames(config('mqtts://localhost:8883'))).toMatchObject([{ verdict: 'good' }]);
  expect(await examineNames(config('mqtts://nobody.invalid:8883'))).toMatchObject([{ verdict: 'bad' }]);
});

test('what the status says is wrong is bad, and another release than the installed one is doubtful', () => {
  const now = Date.parse('2026-11-26T12:00:00Z');
  const status = (more: object) =>
    ({
      version: '1.0.0',
      startedAt: '2026-11-26T00:00:00Z',
      problems: [],
      destinations: {},
      ports: {},
      ...more,
    }) as unknown as Status;
  expect(verdicts(examineRunning(undefined, '1.0.0', now))).toEqual({ gateway: 'doubtful' });
  expect(verdicts(examineRunning(status({}), '1.0.1', now))).toEqual({ gateway: 'doubtful' });
  const problem = { code: 'x', en: 'Port a is closed', ja: '' };
  const destinations = {
    city: { lastReceiptAt: now - 3_600_000, oldestWaitingMs: 3_600_000 },
    quiet: { lastReceiptAt: now - 3_600_000 },
    fresh: {},
  };
  expect(verdicts(examineRunning(status({ problems: [problem], destinations }), '1.0.0', now))).toEqual({
    gateway: 'good',
    status: 'bad',
    'receipts city': 'bad',
    'receipts quiet': 'good',
    'receipts fresh': 'doubtful',
  });
});

test('a runtime without corrections is doubtful, and so is one with which SQLite aborts', () => {
  expect(examineVersions('20.20.2').verdict).toBe('doubtful');
  for (const good of ['22.23.3', '24.1.0', '24.18.1']) expect(examineVersions(good).verdict).toBe('good');
  for (const bad of ['24.19.0', '24.21.0', '26.0.0']) expect(examineVersions(bad).what.en).toContain('now and then');
});

test('a key for releases that is none is bad, with what to do; a machine without such keys is not told of them', async () => {
  const { publicFolder } = await newReleaseKey();
  const folders = [join(publicFolder, 'none'), publicFolder];
  expect(await examineReleaseKeys(folders)).toMatchObject([
    { verdict: 'good', what: { en: expect.stringMatching('by 1 key are') } },
  ]);
  writeFileSync(join(publicFolder, 'broken.pem'), '');
  expect(await examineReleaseKeys(folders)).toMatchObject([
    {
      about: 'release keys',
      verdict: 'bad',
      what: { en: expect.stringMatching('broken.pem') },
      mend: { en: expect.stringMatching('openssl') },
    },
  ]);
  expect(await examineReleaseKeys([join(publicFolder, 'none')])).toEqual([]);
});

test('keys for releases beyond those that count are told of once, and so is a folder of them that cannot be read', async () => {
  const { publicFolder } = await newReleaseKey();
  const [name = ''] = readdirSync(publicFolder);
  const key = readFileSync(join(publicFolder, name));
  for (let n = 100; n < 100 + maxKeys + 5; n++) writeFileSync(join(publicFolder, `k${n}.pem`), key);
  const bad = (said: RegExp) => ({ about: 'release keys', verdict: 'bad', what: { en: expect.stringMatching(said) } });
  const noFolder = join(publicFolder, name);
  expect(await examineReleaseKeys([publicFolder, noFolder])).toMatchObject([
    bad(/cannot be read/),
    bad(/pem is passed over: this file and those after it are not read: 100 keys/),
  ]);
});
