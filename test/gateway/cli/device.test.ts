import { chownSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { shareWithGroupOf } from '../../../gateway/control/client.ts';
import { KeyVault } from '../../../gateway/lorawan/key-vault.ts';
import { machimori, machimoriReading, type Outcome } from '../../end-to-end/machimori.ts';
import { gatewayProcess } from '../../end-to-end/started.ts';
import { freePort } from '../net/free-port.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const APP_KEY = '2b7e151628aed2a6abf7158809cf4f3c';
const NWK_S_KEY = '3c4fcf098815f7aba6d2ae2816157e2b';

function config(udpPort: number): string {
  return `
[gateway]
id = "gateway-01"
tenant = "toyama"
data-directory = "data"
[status]
enabled = false
[[port]]
name = "lora"
type = "lorawan-udp"
listen = "127.0.0.1:${udpPort}"
[[profile]]
name = "first"
type = "lorawan"
payload = "raw"
[[profile]]
name = "second"
type = "lorawan"
payload = "lpp"
[[project]]
name = "soil-lab"
max-devices = 1
[[destination]]
name = "city"
type = "city-os"
url = "mqtt://127.0.0.1:1"
tenants = ["toyama", "soil-lab"]
`;
}

/** A folder with a configuration in which no gateway runs. */
function stopped(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'gateway.toml'), config(1700));
  return folder;
}

/** A folder in which a gateway runs. */
async function running(): Promise<string> {
  const gateway = gatewayProcess(config(await freePort()));
  await gateway.start();
  await vi.waitFor(() => expect(existsSync(join(gateway.folder, 'data/control.sock'))).toBe(true), 30_000);
  return gateway.folder;
}

const identity = ['--dev-eui', '70B3D57ED0051234', '--join-eui', '0000000000000001', '--profile', 'first'];
const add = (folder: string, id: string, ...more: string[]) =>
  machimoriReading(`${APP_KEY}\n`, folder, 'device', 'add', 'gateway.toml', '--id', id, '--key-file', '-', ...more);

/** No key, in whatever way it may be written, and no stack trace. */
function expectCleanWords(...outcomes: Outcome[]): void {
  for (const { out, err } of outcomes) {
    for (const key of [APP_KEY, NWK_S_KEY]) expect((out + err).toLowerCase()).not.toContain(key);
    expect(out + err).not.toMatch(/^\s+at .+:\d+:\d+/m);
  }
}

describe.each([
  ['while no gateway runs', async () => stopped()],
  ['while the gateway runs', running],
])('%s', (_, begin) => {
  test('devices are registered with keys from standard input, shown without them, and removed', async () => {
    const folder = await begin();
    const added = await add(folder, 'gauge-01', ...identity);
    expect(added).toMatchObject({ code: 0, out: '1 device is registered.\n' });
    const listed = await machimori(folder, 'device', 'list', 'gateway.toml', '--json');
    expect(JSON.parse(listed.out)).toMatchObject({ id: 'gauge-01', devEui: '70b3d57ed0051234', activation: 'otaa' });
    expect(JSON.parse(listed.out)).not.toHaveProperty('keys');
    const shown = await machimori(folder, 'device', 'list', 'gateway.toml');
    expect(shown.out).toMatch(/^gauge-01 +70b3d57ed0051234 +first +toyama +otaa 1\.0\.3 /m);
    const removed = await machimori(folder, 'device', 'remove', 'gateway.toml', 'gauge-01');
    expect(removed).toMatchObject({ code: 0, out: '1 device was removed.\n' });
    const empty = await machimori(folder, 'device', 'list', 'gateway.toml');
    expect(empty).toMatchObject({ code: 0, out: 'No device is registered.\n' });
    expectCleanWords(added, listed, shown, removed, empty);
    expect(readFileSync(join(folder, 'data/devices.json'), 'utf8')).not.toContain(APP_KEY);
    for (const file of ['data/devices.json', 'lorawan.key'])
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  });

  test('a table is registered whole or not at all, and what is wrong is said with its line', async () => {
    const folder = await begin();
    const heading = 'id,dev_eui,join_eui,app_key,profile\n';
    const good = `gauge-01,70B3D57ED0050001,0000000000000001,${APP_KEY},first\n`;
    writeFileSync(join(folder, 'bad.csv'), `${heading}${good}gauge-02,70B3D57ED005000,1,${NWK_S_KEY},first\n`);
    const refused = await machimori(folder, 'device', 'add', 'gateway.toml', '--import', 'bad.csv');
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toContain('bad.csv:3: dev-eui must be a DevEUI: 16 hexadecimal digits');
    writeFileSync(join(folder, 'good.csv'), heading + good);
    const taken = await machimori(folder, 'device', 'add', 'gateway.toml', '--import', 'good.csv');
    expect(taken).toMatchObject({ code: 0, out: '1 device is registered.\n' });
    expectCleanWords(refused, taken);
  });

  test('a device gets another profile, and one with fixed keys the receive windows it is configured with', async () => {
    const folder = await begin();
    await add(folder, 'gauge-01', ...identity);
    const set = await machimori(folder, 'device', 'set', 'gateway.toml', 'gauge-01', '--profile', 'second');
    expect(set).toMatchObject({ code: 0, out: '1 device was changed.\n' });
    const refused = await machimori(folder, 'device', 'set', 'gateway.toml', 'gauge-01', '--profile', 'secnd');
    expect(refused.err).toContain('device "gauge-01": there is no profile "secnd"');
    const late = await machimori(folder, 'device', 'set', 'gateway.toml', 'gauge-01', '--rx1-delay', '5s');
    expect(late.err).toContain('rx1-delay and rx2-data-rate are for devices with fixed keys (ABP)');
    const heading = 'id,dev_eui,dev_addr,nwk_s_key,app_s_key,profile,rx1_delay,rx2_data_rate\n';
    const line = (n: number, delay: string) =>
      `gauge-0${n},70B3D57ED005000${n},01ab23c${n},${APP_KEY},${NWK_S_KEY},first,${delay},3\n`;
    writeFileSync(join(folder, 'bad.csv'), heading + line(2, '1500ms'));
    const bad = await machimori(folder, 'device', 'add', 'gateway.toml', '--import', 'bad.csv');
    expect(bad.err).toContain('bad.csv:2: rx1-delay must be 1 to 15 whole seconds');
    writeFileSync(join(folder, 'good.csv'), heading + line(2, '5s'));
    await machimori(folder, 'device', 'add', 'gateway.toml', '--import', 'good.csv');
    const listed = await machimori(folder, 'device', 'list', 'gateway.toml', '--json');
    expect(
      listed.out
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text)),
    ).toMatchObject([
      { id: 'gauge-01', profile: 'second' },
      { id: 'gauge-02', rx1DelayMs: 5_000, rx2DataRate: 3 },
    ]);
  }, 60_000);

  test('what cannot be registered says which device, why, and what to do', async () => {
    const folder = await begin();
    await add(folder, 'gauge-01', ...identity);
    const other = ['--dev-eui', '70B3D57ED0059999', '--join-eui', '0000000000000001'];
    const cases: readonly [string, readonly string[]][] = [
      ['device "gauge-01": another device already has this name. Give each a name of its own', [...identity]],
      [
        'device "gauge-02": there is no profile "frst". A [[profile]] table with type = "lorawan" defines a profile. Did you mean first?',
        [...other, '--profile', 'frst'],
      ],
      [
        'device "gauge-02": there is no project "soil-lap". Did you mean soil-lab?',
        [...other, '--profile', 'first', '--project', 'soil-lap'],
      ],
      [
        'device "gauge-02": its nwkKey is missing. otaa of LoRaWAN 1.1 needs it: in the file of --key-file',
        [...other, '--profile', 'first', '--version', '1.1'],
      ],
    ];
    for (const [said, words] of cases) {
      const outcome = await add(folder, said.slice(8, 16), ...words);
      expect(outcome).toMatchObject({ code: 1, out: '' });
      expect(outcome.err).toContain(said);
      expectCleanWords(outcome);
    }
  }, 60_000);
});

test('a list of another network server is registered as it is, with what all devices have in common as options', async () => {
  const folder = stopped();
  const list = `device_id;name;dev_eui;lorawan_version;nwk_key;app_key
gauge-01;The bridge;70-B3-D5-7E-D0-05-00-01;MAC_V1_0_3;${APP_KEY};
gauge-02;;70:b3:d5:7e:d0:05:00:02;LORAWAN_1_0_4;${APP_KEY};${'0'.repeat(32)}
;;0x70B3D57ED0050003;;${APP_KEY};${NWK_S_KEY}
`;
  writeFileSync(join(folder, 'list.csv'), list);
  const common = ['--profile', 'second', '--join-eui', '00 00 00 00 00 00 00 01', '--threshold', 'high,level,2,1.9'];
  const added = await machimori(folder, 'device', 'add', 'gateway.toml', '--import', 'list.csv', ...common);
  expect(added).toMatchObject({ code: 0, out: '3 devices are registered.\n' });
  expect(added.err).toContain('1 device has both an AppKey and a NwkKey');
  const listed = await machimori(folder, 'device', 'list', 'gateway.toml', '--json');
  const devices = listed.out.trim().split('\n');
  const threshold = [expect.objectContaining({ alarm: 'high', quantity: 'level' })];
  const same = { joinEui: '0000000000000001', profile: 'second', threshold };
  expect(devices.map((text) => JSON.parse(text))).toMatchObject([
    { ...same, id: 'gauge-01', devEui: '70b3d57ed0050001', version: '1.0.3' },
    { ...same, id: 'gauge-02', devEui: '70b3d57ed0050002', version: '1.0.4' },
    { ...same, id: '70b3d57ed0050003', devEui: '70b3d57ed0050003', version: '1.0.3' },
  ]);
  const alone = await machimori(folder, 'device', 'add', 'gateway.toml', '--import', 'list.csv', '--id', 'a');
  expect(alone).toMatchObject({ code: 2 });
  expectCleanWords(added, listed, alone);
}, 60_000);

test('the QR code may be typed where the DevEUI goes, as a scanner does', async () => {
  const folder = stopped();
  const code = 'LW:D0:1122334455667788:AABBCCDDEEFF0011:AABB1122:OAABBCCDDEEFF';
  const added = await add(folder, 'gauge-01', '--dev-eui', code, '--profile', 'first');
  expect(added).toMatchObject({ code: 0 });
  const listed = await machimori(folder, 'device', 'list', 'gateway.toml', '--json');
  expect(JSON.parse(listed.out)).toMatchObject({ devEui: 'aabbccddeeff0011', joinEui: '1122334455667788' });
});

test('a key that is none is not repeated', async () => {
  const folder = stopped();
  const outcome = await machimoriReading(
    `AppKey = ${APP_KEY}99\n`,
    folder,
    ...['device', 'add', 'gateway.toml', '--id', 'gauge-01', '--key-file', '-', ...identity],
  );
  expect(outcome.code).toBe(1);
  expect(outcome.err).toContain('standard input:1: the key does not have 32 hexadecimal digits');
  expectCleanWords(outcome);
});

test.each([
  ['Say what to do: add, list, set, forget-nonces, test, remove', ['device']],
  ['Say what to change: --profile, --rx1-delay or --rx2-data-rate', ['device', 'set', 'gateway.toml', 'a']],
  ['<config.toml> is missing', ['device', 'add']],
  ['--id is missing', ['device', 'add', 'gateway.toml']],
  ['--dev-eui or --qr is missing', ['device', 'add', 'gateway.toml', '--id', 'a', '--profile', 'first']],
  ['--place must be LAT,LON', ['device', 'add', 'gateway.toml', '--id', 'a', ...identity, '--place', 'station']],
  ['<id> is missing', ['device', 'remove', 'gateway.toml']],
  ['Say which; there are: soil-lab', ['project', 'show', 'gateway.toml']],
  ['There is no project "soil-lap"; there are: soil-lab', ['project', 'show', 'gateway.toml', 'soil-lap']],
  [
    '--port must be a whole number from 1 to 223',
    ['downlink', 'send', 'gateway.toml', 'a', '--port', '224', '--hex', '00'],
  ],
  ['--hex must be hexadecimal digits', ['downlink', 'send', 'gateway.toml', 'a', '--port', '1', '--hex', '0']],
  [
    '--hex may have at most 242 bytes',
    ['downlink', 'send', 'gateway.toml', 'a', '--port', '1', '--hex', '00'.repeat(243)],
  ],
])('words that are off are answered with "%s" and the usage', async (said, words) => {
  const outcome = await machimori(stopped(), ...words);
  expect(outcome).toMatchObject({ code: 2, out: '' });
  expect(outcome.err).toContain(said);
  expect(outcome.err).toContain('Usage: machimori ');
  expectCleanWords(outcome);
});

test('downlinks and projects are asked of the running gateway', async () => {
  const folder = await running();
  await add(folder, 'soil-01', ...identity, '--project', 'soil-lab');
  const sent = await machimori(folder, 'downlink', 'send', 'gateway.toml', 'soil-01', '--port', '3', '--hex', '01 02');
  expect(sent).toMatchObject({ code: 0, out: 'Downlink 1 waits for the next uplink of soil-01.\n' });
  const listed = await machimori(folder, 'downlink', 'list', 'gateway.toml', 'soil-01', '--json');
  expect(JSON.parse(listed.out)).toMatchObject({ id: 1, port: 3, payload: '0102', confirmed: false });
  const table = await machimori(folder, 'downlink', 'list', 'gateway.toml', 'soil-01');
  expect(table.out).toMatch(
    /^id +port +bytes +confirmed +tries +expires\n1 +3 +0102 +no +0 +20\d\d-\d\d-\d\dT[\d:.]+Z\n$/,
  );
  const cancelled = await machimori(folder, 'downlink', 'cancel', 'gateway.toml', 'soil-01');
  expect(cancelled).toMatchObject({ code: 0, out: '1 downlink was cancelled.\n' });
  const none = await machimori(folder, 'downlink', 'list', 'gateway.toml', 'soil-01');
  expect(none).toMatchObject({ code: 0, out: 'Nothing waits for this device.\n' });
  const unknown = await machimori(folder, 'downlink', 'send', 'gateway.toml', 'soil-1', '--port', '3', '--hex', '01');
  expect(unknown).toMatchObject({ code: 1 });
  expect(unknown.err).toContain('device "soil-1": it is not registered. Did you mean soil-01?');
  const forgotten = await machimori(folder, 'device', 'forget-nonces', 'gateway.toml', 'soil-01');
  expect(forgotten).toMatchObject({ code: 0, out: '1 device may join again.\n' });
  const shown = await machimori(folder, 'project', 'show', 'gateway.toml', 'soil-lab');
  expect(shown.out).toMatch(
    /^soil-lab: 1 of 1 devices, .*\n\nid +profile +readings +rubbish +last\nsoil-01 +first +1 +0 +20\S+Z\n$/,
  );
  const json = await machimori(folder, 'project', 'show', 'gateway.toml', 'soil-lab', '--json');
  expect(JSON.parse(json.out)).toMatchObject({ project: 'soil-lab', devices: [{ id: 'soil-01' }], codecs: [] });
  expectCleanWords(sent, listed, cancelled, unknown, shown);
}, 60_000);

test('simulated LoRaWAN devices say how they get on, and that nobody lets them in', async () => {
  const gateway = await freePort(); // nobody listens
  const town = ['simulate', 'lorawan', '--udp', `127.0.0.1:${gateway}`, '--devices', '3', '--gateways', '1'];
  const { code, err } = await machimori(stopped(), ...town, '--seconds', '17');
  expect(code).toBe(0);
  expect(err).toContain('lorawan: 3 devices behind 1 LoRa gateway join, and send as soon as they have');
  expect(err).toMatch(/lorawan: 0 of 3 joined \(\d+ requests\), 0 uplinks, 0 acknowledged/);
  expect(err).toContain('lorawan: nobody has joined yet');
}, 60_000);

test('without a gateway a downlink is refused with what to do', async () => {
  const outcome = await machimori(stopped(), 'downlink', 'list', 'gateway.toml', 'gauge-01');
  expect(outcome).toMatchObject({ code: 1, out: '' });
  expect(outcome.err).toContain('Start it with: machimori run');
});

test('a status says what strangers said without obeying it', async () => {
  const port = await freePort();
  const values = { note: '\u001b[2Jgone\u009b' };
  const answer = JSON.stringify({
    ...{
      gateway: 'g',
      tenant: 't',
      version: '1',
      startedAt: '',
      healthy: true,
      problems: [],
      ports: {},
      destinations: {},
    },
    devices: { soil: { type: 'lorawan', port: 'lorawan', readings: 1, rubbish: 0, last: { values } } },
    buffer: { usedBytes: 0, maxBytes: 1, outboxes: {} },
  });
  const server = createServer((socket) => {
    socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n${answer}`));
  }).listen(port, '127.0.0.1');
  onTestFinished(() => void server.close());
  const outcome = await machimori(temporaryFolder(), 'status', '--address', `127.0.0.1:${port}`);
  expect(outcome.out).toContain('note \ufffd[2Jgone\ufffd');
});

test.skipIf(process.getuid?.() !== 0)(
  'the key that root makes beside the configuration can be read by the group of the folder, and by nobody else',
  () => {
    const folder = temporaryFolder();
    const group = 65_534; // "nogroup"; what matters is that it is not root's
    chownSync(folder, 0, group);
    const file = join(folder, 'lorawan.key');
    KeyVault.openOrCreate(file);
    shareWithGroupOf(folder, file);
    expect(statSync(file)).toMatchObject({ uid: 0, gid: group });
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(() => KeyVault.open(file)).not.toThrow();
  },
);
