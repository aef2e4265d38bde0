/** A real gateway with a real line, watched by its control socket and through the command line. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { readConfigFile } from '../../../gateway/config/config.ts';
import { askIfRunning, readLines } from '../../../gateway/control/client.ts';
import { SystemClock } from '../../../gateway/machine/system-clock.ts';
import type { GatewayHere } from '../../../gateway/rig/gateway-here.ts';
import {
  decodeCommand,
  decodedAs,
  type LiveFrame,
  readWatchLine,
  recordedLines,
  recordingHead,
  type WatchedPort,
  type WatchLine,
} from '../../../shared/live-frames.ts';
import { simulateModbus } from '../../../simulators/sensors/modbus-slave.ts';
import { kellerUnit } from '../../../simulators/sensors/modbus-units.ts';
import { openTcp } from '../../../simulators/wires/tcp-wire.ts';
import { start } from '../../end-to-end/started.ts';
import { PROGRAM } from '../../program.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const run = promisify(execFile);

async function wire() {
  const opened = await openTcp();
  onTestFinished(() => opened.unplug());
  return opened;
}

const toml = (ports: string) => `[gateway]
id = "box"
[status]
enabled = false
[buffer]
commit-within = "20ms"
${ports}`;

const portToml = (name: string, path: string, device: string) =>
  `[[port]]\nname = "${name}"\ntype = "tcp"\naddress = "${path.slice('tcp://'.length)}"\n[[device]]\nid = "${name}-01"\nport = "${name}"\n${device}\n`;

/** All that is told of a port, as it comes. */
function watch(gateway: GatewayHere, port: string) {
  const read = readConfigFile(join(gateway.folder, 'gateway.toml'));
  if (!read.ok) throw new Error('the configuration is faulty');
  const told: WatchLine[] = [];
  const done = askIfRunning(read.config, async (ask) => {
    for await (const line of readLines(ask('watch-frames', { port }))) {
      const each = readWatchLine(line);
      if (each !== undefined) told.push(each);
    }
  });
  void done.catch(() => {}); // the gateway may end first
  return { told, done, frames: () => told.flatMap((line) => ('frame' in line ? [line.frame] : [])) };
}

const portOf = (told: readonly WatchLine[]): WatchedPort => {
  for (const line of told) if ('port' in line) return line.port;
  throw new Error('nothing was told of the port');
};

/** As the page and the command line write it. */
function record(folder: string, port: WatchedPort, frames: readonly LiveFrame[]): string {
  const file = join(folder, 'recording.hex');
  const head = recordingHead(port, decodedAs(port), 'box', Date.now());
  writeFileSync(file, [...head, ...frames.flatMap((frame) => recordedLines(frame, port)), ''].join('\n'));
  return file;
}

/** By the very command that the recording names. */
async function decoded(
  gateway: GatewayHere,
  told: readonly WatchLine[],
  frames: readonly LiveFrame[],
): Promise<object[]> {
  const file = record(gateway.folder, portOf(told), frames);
  const command = decodeCommand(portOf(told), decodedAs(portOf(told)), file).replace(
    'machimori',
    `${process.execPath} ${PROGRAM}`,
  );
  const { stdout } = await run('/bin/sh', ['-c', command]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).values);
}

const isOpen = (gateway: GatewayHere, port: string) =>
  expect.poll(() => gateway.sources.activity.ports.get(port)?.state, { timeout: 15_000 }).toBe('open');

test('whoever watches sees raw beside decoded, and what is downloaded decodes to the same readings', async () => {
  const line = await wire();
  const device = 'type = "maxbotix"\nmounting-height-m = 6.5\nmedian-of = 1';
  const gateway = start(temporaryFolder(), toml(portToml('river', line.path, device)));
  await isOpen(gateway, 'river');
  line.write(Buffer.from('R1111\r'));
  const { told, frames } = watch(gateway, 'river');
  await expect.poll(() => told.length).toBe(1);
  for (const text of ['R1200\r', 'R1350\r', 'R12x4\r']) line.write(Buffer.from(text));
  await expect.poll(() => frames().length).toBeGreaterThanOrEqual(3);
  expect(frames().map(({ readings }) => readings[0]?.values.level)).toEqual([5.3, 5.15, undefined]);
  expect(frames()[2]?.rubbish[0]?.code).toBeDefined();
  expect(await decoded(gateway, told, frames())).toEqual(
    frames().flatMap(({ readings }) => readings.map(({ values }) => values)),
  );
}, 60_000);

test.each([
  ['rtu', 'framing = "rtu"'],
  ['tcp', ''],
] as const)(
  'a bus (%s) is recorded with its questions, without which its answers could not be told',
  async (framing, set) => {
    const line = await wire();
    const end = new AbortController();
    onTestFinished(() => end.abort());
    const units = [kellerUnit({ unit: 2, depthM: () => 2, temperatureCel: () => 11 })];
    void simulateModbus({ clock: new SystemClock('always'), units, framing }).run(line, end.signal);
    const device = `type = "modbus"\nprofile = "keller-30"\nunit = 2\ninterval = "1s"\n${set}`;
    const gateway = start(temporaryFolder(), toml(portToml('bus', line.path, device)));
    await isOpen(gateway, 'bus');
    const { told, frames } = watch(gateway, 'bus');
    const readings = () => frames().flatMap(({ readings }) => readings);
    await expect.poll(() => readings().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
    expect(portOf(told).devices[0]?.options).toEqual([
      'unit=2',
      'profile=keller-30',
      'interval="1000ms"',
      `framing="${framing}"`,
    ]);
    // In a recording each answer is a reading of its own.
    const values: object = Object.assign({}, ...(await decoded(gateway, told, frames())));
    expect(values).toEqual(readings()[1]?.values);
  },
);

test('of a Bluetooth controller nothing that it hears is told: only how much', async () => {
  const line = await wire();
  const gateway = start(temporaryFolder(), toml(portToml('door', line.path, 'type = "ble-hci"\ntags = []')));
  await isOpen(gateway, 'door');
  const { told, frames } = watch(gateway, 'door');
  await expect.poll(() => told.length).toBe(1);
  expect(portOf(told).isWithheld).toBe(true);
  const address = '665544332211';
  // An LE advertising report (Core 5.4, 7.7.65.2) of a random address, and noise.
  line.write(Buffer.from(`043e0f02010301${address}030201 06c5`.replaceAll(' ', ''), 'hex'));
  line.write(Buffer.from(`ff00${address}77`, 'hex'));
  await expect.poll(() => frames().length, { timeout: 10_000 }).toBeGreaterThan(0);
  const text = JSON.stringify(told);
  for (const hidden of [address, '112233445566', '11:22:33:44:55:66']) expect(text).not.toContain(hidden);
  expect(text).not.toContain('"hex"');
  expect(record(gateway.folder, portOf(told), frames())).toBeDefined();
  expect(frames().flatMap((frame) => recordedLines(frame, portOf(told)))).toEqual([]);
});

test('a port that is taken out of the configuration ends its watchers, and the others go on', async () => {
  const [river, quay] = [await wire(), await wire()];
  const device = 'type = "maxbotix"\nmounting-height-m = 6.5';
  const folder = temporaryFolder();
  const both = toml(portToml('river', river.path, device) + portToml('quay', quay.path, device));
  const gateway = start(folder, both);
  await isOpen(gateway, 'river');
  await isOpen(gateway, 'quay');
  const [gone, stays] = [watch(gateway, 'river'), watch(gateway, 'quay')];
  await expect.poll(() => gone.told.length + stays.told.length).toBe(2);
  const file = join(folder, 'gateway.toml');
  writeFileSync(file, toml(portToml('quay', quay.path, device)));
  const read = readConfigFile(file);
  if (!read.ok) throw new Error('the configuration is faulty');
  await gateway.gateway.apply(read.config);
  await gone.done;
  expect(gone.told.at(-1)).toEqual({ ended: 'port' });
  quay.write(Buffer.from('R1200\r'));
  await expect.poll(() => stays.frames().length).toBe(1);
  await expect(watch(gateway, 'river').done).rejects.toMatchObject({ code: 'no-port' });
});

test('the command line prints a recording, which decode reads', async () => {
  const line = await wire();
  const device = 'type = "maxbotix"\nmounting-height-m = 6.5\nmedian-of = 1';
  const gateway = start(temporaryFolder(), toml(portToml('river', line.path, device)));
  await isOpen(gateway, 'river');
  const config = join(gateway.folder, 'gateway.toml');
  const ask = run(process.execPath, [PROGRAM, 'frames', config, 'river', '--record', '--seconds', '3']);
  const shown = run(process.execPath, [PROGRAM, '--lang', 'ja', 'frames', config, 'river', '--seconds', '3']);
  const writing = setInterval(() => line.write(Buffer.from('R1200\r')), 100);
  onTestFinished(() => clearInterval(writing));
  const { stdout } = await ask;
  clearInterval(writing);
  expect(stdout).toMatch(
    /^# box, river, .*\n# machimori decode maxbotix --hex --device river-01 --option mounting-height-m=6.5 --option median-of=1 FILE\n/,
  );
  expect(stdout).toContain('\n5231323030\n');
  expect((await shown).stdout).toMatch(
    /\n\d\d:\d\d:\d\d,\d{3} {2}5 B {2}52 31 32 30 30 {2}R1200\n {4}river-01 water-level: level 5\.3 m、distance 1\.2 m\n/,
  );
}, 60_000);
