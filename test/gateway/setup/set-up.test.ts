/** A new box becomes the gateway that its stick says. */
import { generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { readConfigFile } from '../../../gateway/config/config.ts';
import { enrolmentText } from '../../../gateway/net/enrolment.ts';
import { setUp } from '../../../gateway/setup/set-up.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ENROLMENT = enrolmentText({
  ...{ tenant: 'kakogawa', gateway: 'river-07' },
  ...{ url: 'mqtts://hub.example.jp:8883', username: 'kakogawa/river-07', password: 'a secret' },
});

const releaseKey = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();

let root = '';
let stick = '';
beforeEach(() => {
  root = temporaryFolder();
  stick = temporaryFolder();
  put(root, 'usr/share/zoneinfo/Asia/Tokyo', '');
  put(root, 'etc/machimori/gateway.toml', '[gateway]\nid = "gateway-01"\n');
  put(stick, 'kakogawa-river-07.enrolment', ENROLMENT);
});

function put(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const etc = (path: string) => readFileSync(join(root, 'etc', path), 'utf8');
const run = () => setUp({ folder: stick, root, at: Date.UTC(2026, 10, 27) });

test('an enrolment alone makes it that gateway, with its hub as the destination', () => {
  expect(run()).toMatchObject({ ok: true, gateway: 'kakogawa/river-07' });
  const file = join(root, 'etc/machimori/gateway.toml');
  const read = readConfigFile(file);
  expect(read).toMatchObject({
    ok: true,
    config: {
      gateway: { id: 'river-07', tenant: 'kakogawa', dataDirectory: '/var/lib/machimori' },
      destinations: [{ name: 'hub' }],
    },
  });
  expect(etc('machimori/city-os.enrolment')).toBe(ENROLMENT);
  expect(statSync(join(root, 'etc/machimori/city-os.enrolment')).mode & 0o777).toBe(0o640);
  expect(JSON.parse(etc('machimori/set-up.json'))).toEqual({
    gateway: 'kakogawa/river-07',
    at: '2026-11-27T00:00:00.000Z',
  });
});

test('what else lies on the stick goes where the system looks for it', () => {
  put(
    stick,
    'gateway.toml',
    `# The bridge
[[port]]
name = "line"
type = "tcp"
address = "192.0.2.1:4001"
[[destination]]
name = "city"
type = "city-os"
enrolment-file = "city-os.enrolment"
`,
  );
  put(stick, 'files/codec.js', 'function decodeUplink() {}');
  put(stick, 'network/lte.nmconnection', '[connection]\nid=lte\n');
  put(stick, 'network/eth0.network', '[Match]\nName=eth0\n');
  put(stick, 'hostname', 'river-07\n');
  put(stick, 'timezone', 'Asia/Tokyo\r\n');
  put(stick, 'time-servers', 'ntp1.example.jp\nntp2.example.jp\n');
  put(stick, 'release-keys/city.pem', releaseKey);
  put(stick, '._hostname', 'left by a file manager');
  expect(run()).toMatchObject({ ok: true, hostname: 'river-07' });
  expect(etc('machimori/gateway.toml')).toContain('# The bridge');
  expect(etc('machimori/gateway.toml').match(/enrolment-file/g)).toHaveLength(1);
  expect(etc('machimori/codec.js')).toContain('decodeUplink');
  expect(statSync(join(root, 'etc/NetworkManager/system-connections/lte.nmconnection')).mode & 0o777).toBe(0o600);
  expect(etc('systemd/network/eth0.network')).toContain('eth0');
  expect(etc('hostname')).toBe('river-07\n');
  expect(readlinkSync(join(root, 'etc/localtime'))).toBe('/usr/share/zoneinfo/Asia/Tokyo');
  expect(etc('systemd/timesyncd.conf.d/machimori.conf')).toBe('[Time]\nNTP=ntp1.example.jp ntp2.example.jp\n');
  expect(etc('machimori-release-keys/city.pem')).toBe(releaseKey);
});

test('a box that has been set up takes no other stick', () => {
  run();
  put(stick, 'kakogawa-river-07.enrolment', ENROLMENT.replace('river-07', 'thief'));
  expect(run).toThrow(expect.objectContaining({ code: 'set-up-already' }));
  expect(etc('machimori/gateway.toml')).toContain('river-07');
});

test('after a power cut it is set up from the start', () => {
  const etcMachimori = join(root, 'etc/machimori');
  chmodSync(etcMachimori, 0o755);
  mkdirSync(join(etcMachimori, 'set-up.json.part-00000000'));
  run();
  expect(readdirSync(etcMachimori)).toContain('set-up.json');
});

test('a faulty configuration is told with its line, and nothing is set up', () => {
  put(stick, 'hostname', 'river-07');
  put(stick, 'gateway.toml', '[[port]]\nname = "line"\ntype = "sreial"\n');
  const before = etc('machimori/gateway.toml');
  const done = run();
  expect(done).toMatchObject({ ok: false, faults: [{ line: expect.any(Number) }] });
  expect(etc('machimori/gateway.toml')).toBe(before);
  expect(existsSync(join(root, 'etc/hostname'))).toBe(false);
  expect(existsSync(join(root, 'etc/machimori/set-up.json'))).toBe(false);
});

test('a configuration as Windows saves it is taken: with a byte order mark, and CRLF throughout', () => {
  put(
    stick,
    'gateway.toml',
    '\ufeff# 橋\r\n[[port]]\r\nname = "line"\r\ntype = "tcp"\r\naddress = "192.0.2.1:4001"\r\n',
  );
  expect(run()).toMatchObject({ ok: true });
  expect(etc('machimori/gateway.toml')).toMatch(/^# 橋\r\n/);
  expect(etc('machimori/gateway.toml').replaceAll('\r\n', '')).not.toContain('\n');
});

test.each<[string, string | Buffer, number, RegExp]>([
  ['in Shift_JIS', Buffer.from('23206964203d20318fbc0a2320838b0a', 'hex'), 1, /UTF-8/],
  ['in UTF-16', Buffer.from('\ufeff[gateway]\r\n', 'utf16le'), 1, /UTF-16/],
  ['with a full-width digit', '# 橋\n[buffer]\nbatch-age = ５\n', 3, /./],
  [
    'below a table that is written into',
    '[gateway]\nname = "x"\n\n[[port]]\nname = "line"\ntype = "sreial"\n',
    6,
    /serial/,
  ],
])('a configuration %s is told with its own file and line', (_, text, line, what) => {
  mkdirSync(stick, { recursive: true });
  writeFileSync(join(stick, 'gateway.toml'), text);
  const done = run();
  const faults = done.ok ? [] : done.faults;
  const at = faults.filter((each) => each.line === line && each.file === join(stick, 'gateway.toml'));
  expect(at.map(({ what: says, mend }) => `${says.en} ${mend.en}`).join()).toMatch(what);
});

test('what it makes can be read by those for whom it is, whatever the umask', () => {
  put(stick, 'network/eth0.network', '[Match]\nName=eth0\n');
  put(stick, 'release-keys/city.pem', releaseKey);
  const umask = process.umask(0o077);
  onTestFinished(() => void process.umask(umask));
  run();
  for (const folder of ['systemd/network', 'machimori-release-keys'])
    expect(statSync(join(root, 'etc', folder)).mode & 0o777).toBe(0o755);
});

test('names that are not ours are taken where any may be', () => {
  put(stick, 'files/コーデック (2).js', 'function decodeUplink() {}');
  renameSync(join(stick, 'kakogawa-river-07.enrolment'), join(stick, '加古川 (1).enrolment'));
  run();
  expect(etc('machimori/コーデック (2).js')).toContain('decodeUplink');
});

test.each<[string, () => void]>([
  ['two enrolments', () => put(stick, 'other.enrolment', ENROLMENT)],
  ['a host name that is a command', () => put(stick, 'hostname', 'a; rm -rf /')],
  ['a time zone that leads elsewhere', () => put(stick, 'timezone', '../../etc/passwd')],
  ['a time zone that is none', () => put(stick, 'timezone', 'Asia/Kakogawa')],
  ['a time zone that is a folder', () => put(stick, 'timezone', 'Asia')],
  ['a configuration among its files', () => put(stick, 'files/gateway.toml', '')],
  ['a mark that it has been set up', () => put(stick, 'files/set-up.json', '{}')],
  ['a key for releases that is none', () => put(stick, 'release-keys/city.pem', 'a key')],
  ['a time server that is a setting', () => put(stick, 'time-servers', 'a\n[Install]')],
  ['a connection of a kind nobody reads', () => put(stick, 'network/wifi.conf', '')],
  ['a configuration whose name ends in .txt', () => put(stick, 'gateway.toml.txt', '')],
  ['a host name in capitals', () => put(stick, 'HOSTNAME', 'river-07')],
  [
    'an enrolment whose name ends in .txt',
    () => renameSync(join(stick, 'kakogawa-river-07.enrolment'), join(stick, 'river.enrolment.txt')),
  ],
  ['a file of a megabyte and more', () => put(stick, 'files/large', 'x'.repeat(1_100_000))],
])('%s is refused, and nothing is written', (_, make) => {
  make();
  expect(run).toThrow(expect.objectContaining({ code: 'seed-faulty' }));
  expect(existsSync(join(root, 'etc/machimori/city-os.enrolment'))).toBe(false);
});

test('an enrolment of a later version says so', () => {
  put(stick, 'kakogawa-river-07.enrolment', ENROLMENT.replace('"machimoriEnrolment": 1', '"machimoriEnrolment": 2'));
  expect(run).toThrow(/later version/);
});

test('an enrolment that is none is refused, and a link is not followed', () => {
  put(stick, 'kakogawa-river-07.enrolment', '{}');
  expect(run).toThrow(expect.objectContaining({ code: 'broker-credentials' }));
  put(stick, 'kakogawa-river-07.enrolment', ENROLMENT);
  mkdirSync(join(stick, 'files'));
  symlinkSync('/etc/passwd', join(stick, 'files/passwd'));
  put(root, 'secrets/own.nmconnection', 'of the box');
  symlinkSync(join(root, 'secrets'), join(stick, 'network'));
  run();
  expect(existsSync(join(root, 'etc/NetworkManager'))).toBe(false);
  expect(existsSync(join(root, 'etc/machimori/passwd'))).toBe(false);
});
