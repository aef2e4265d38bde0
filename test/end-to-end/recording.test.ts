/** `machimori record` and `replay` with real lines: what is recorded is what was said, and plays to the same readings. */
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { SerialPort } from 'serialport';
import { expect, onTestFinished, test } from 'vitest';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import type { Direction } from '../../gateway/recording/recorded.ts';
import { openRecording, recordsOf } from '../../gateway/recording/recording.ts';
import { RecordingWriter } from '../../gateway/recording/recording-writer.ts';
import type { GatewayHere } from '../../gateway/rig/gateway-here.ts';
import { simulateModbus } from '../../simulators/sensors/modbus-slave.ts';
import { kellerUnit } from '../../simulators/sensors/modbus-units.ts';
import { openPty } from '../../simulators/wires/pty-wire.ts';
import { openTcp } from '../../simulators/wires/tcp-wire.ts';
import type { Wire } from '../../simulators/wires/wire.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { machimori } from './machimori.ts';
import { Command } from './recorder.ts';
import { start } from './started.ts';

const patience = { timeout: 20_000 };
const clock = new SystemClock('always');

async function saidIn(file: string, direction: Direction): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const record of recordsOf(await openRecording(file)))
    if (record.direction === direction) pieces.push(record.bytes);
  return Buffer.concat(pieces);
}

async function damageIn(file: string): Promise<string[]> {
  const codes: string[] = [];
  for await (const _ of recordsOf(await openRecording(file), ({ what }) => codes.push(what.code)));
  return codes;
}

async function readerOf(path: string) {
  const port = new SerialPort({ path, baudRate: 9600 });
  const heard: Buffer[] = [];
  port.on('data', (chunk: Buffer) => heard.push(chunk));
  port.on('error', () => {}); // the line goes away before it
  onTestFinished(() => void (port.isOpen && port.close()));
  await new Promise((resolve) => port.once('open', resolve));
  return { port, heard: () => Buffer.concat(heard) };
}

const opened = (wire: Wire) => onTestFinished(() => wire.close());

test('a man in the middle changes no byte either way, and both ways are in the recording', async () => {
  const folder = temporaryFolder();
  const [device, tap, file] = ['device', 'tap', 'line.pcapng'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const wire = await openPty({ link: device });
  opened(wire);
  const written: Buffer[] = [];
  wire.onBytes((bytes) => written.push(Buffer.from(bytes)));
  const recorder = new Command(folder, 'record', device, file, '--link', tap);
  await expect.poll(() => recorder.err, patience).toContain('the line is open');
  expect(recorder.out).toBe(`${tap}\n`);
  const { port, heard } = await readerOf(tap);
  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  for (let i = 1; i <= 8; i++) {
    port.write(all);
    await expect.poll(() => Buffer.concat(written).length, patience).toBe(256 * i);
    wire.write(all);
    await expect.poll(() => heard().length, patience).toBe(256 * i);
  }
  expect(await recorder.end('SIGINT')).toBe(0);
  expect(await saidIn(file, 'from-device')).toEqual(heard());
  expect(await saidIn(file, 'to-device')).toEqual(Buffer.concat(written));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(recorder.err).toContain(`${256 * 8} bytes from the device, ${256 * 8} to it`);
}, 60_000);

test('without a link nothing is written to the device; one that is unplugged is told, and waited for', async () => {
  const folder = temporaryFolder();
  const wire = await openTcp();
  opened(wire);
  let written = 0;
  wire.onBytes((bytes) => {
    written += bytes.length;
  });
  const recorder = new Command(folder, 'record', wire.path, 'line.pcapng');
  await expect.poll(() => wire.write(Buffer.from('R1234\r')), patience).toBe(true);
  wire.unplug();
  await expect.poll(() => recorder.err, patience).toContain('the line is closed');
  await wire.replug();
  await expect.poll(() => wire.write(Buffer.from('R1235\r')), patience).toBe(true);
  await expect
    .poll(() => saidIn(join(folder, 'line.pcapng'), 'from-device').then(String), patience)
    .toBe('R1234\rR1235\r');
  expect(await recorder.end('SIGINT')).toBe(0);
  expect(written).toBe(0);
}, 60_000);

test('what a program writes while the device is unplugged is not recorded as said to it', async () => {
  const folder = temporaryFolder();
  const wire = await openTcp();
  opened(wire);
  const [file, tap] = [join(folder, 'line.pcapng'), join(folder, 'tap')];
  const recorder = new Command(folder, 'record', wire.path, file, '--link', tap);
  await expect.poll(() => recorder.err, patience).toContain('the line is open');
  const { port } = await readerOf(tap);
  port.write('heard');
  await expect.poll(() => saidIn(file, 'to-device').then(String), patience).toBe('heard');
  wire.unplug();
  await expect.poll(() => recorder.err, patience).toContain('the line is closed');
  port.write('lost');
  await expect.poll(() => damageIn(file), patience).toEqual(['recording.data-lost']);
  expect(await recorder.end('SIGINT')).toBe(0);
  expect(String(await saidIn(file, 'to-device'))).toBe('heard');
}, 60_000);

test('--link is neither the line itself nor a path that something else has', async () => {
  const folder = temporaryFolder();
  const taken = join(folder, 'taken');
  writeFileSync(taken, 'mine');
  const same = await machimori(folder, 'record', taken, 'line.pcapng', '--link', './taken');
  expect([same.code, same.err]).toEqual([2, expect.stringContaining('another path than the line')]);
  const other = await machimori(folder, 'record', '/dev/ttyUSB0', 'line.pcapng', '--link', taken);
  expect([other.code, other.err]).toEqual([1, expect.stringContaining('something other than a link')]);
  expect(readdirSync(folder)).toEqual(['taken']);
}, 60_000);

test('a line that never opened is said to be closed, and its wiring is not blamed', async () => {
  const { code, err } = await machimori(
    temporaryFolder(),
    ...['record', '/dev/no-such-port', 'line.pcapng', '--seconds', '1'],
  );
  expect(code).toBe(0);
  expect(err).toContain('the line is closed (');
  expect(err).not.toContain('Nothing came');
}, 60_000);

test('a recorder that is killed has written all that had come, and the file is read', async () => {
  const folder = temporaryFolder();
  const wire = await openTcp();
  opened(wire);
  const recorder = new Command(folder, 'record', wire.path, 'line.pcapng');
  await expect.poll(() => wire.isOpen, patience).toBe(true);
  const file = join(folder, 'line.pcapng');
  for (let i = 0; i < 100; i++) wire.write(Buffer.from(`R${1000 + i}\r`));
  await expect.poll(() => saidIn(file, 'from-device').then(({ length }) => length), patience).toBe(600);
  expect(await recorder.end('SIGKILL')).toBe('SIGKILL');
  const { code, out } = await machimori(
    folder,
    'decode',
    'maxbotix',
    file,
    '--option',
    'mounting-height-m=6',
    '--option',
    'median-of=1',
  );
  expect([code, out.trim().split('\n').length]).toEqual([0, 100]);
}, 60_000);

test('a file has its bound, in bytes and in seconds', async () => {
  const folder = temporaryFolder();
  const wire = await openTcp();
  opened(wire);
  const small = new Command(folder, 'record', wire.path, 'small.pcapng', '--max-size', '5kB');
  await expect.poll(() => wire.isOpen, patience).toBe(true);
  wire.write(Buffer.alloc(4_500));
  wire.write(Buffer.alloc(4_500));
  expect(await small.ended()).toBe(0);
  expect(small.err).toContain('--max-size is reached');
  expect(statSync(join(folder, 'small.pcapng')).size).toBeLessThanOrEqual(5_000);
  const short = await machimori(folder, 'record', wire.path, 'short.pcapng', '--seconds', '1');
  expect(short).toMatchObject({ code: 0, err: expect.stringContaining('Nothing came') });
}, 60_000);

test.each([
  [['record', '/dev/ttyS0', 'line', '--type', 'ble-hci'], 1, 'personal data'],
  [['record', '/dev/ttyS0', 'line', '--type', 'beacon-box'], 1, '--i-may'],
  [['record', 'ttyS0', 'line'], 2, 'neither a path'],
  [['record', '/dev/ttyS0', 'line', '--type', 'toaster'], 2, 'toaster'],
  [['record', '/dev/ttyS0', 'line', '--max-size', 'much'], 2, '--max-size'],
  [['record', '/dev/ttyS0', 'line', '--parity', 'mark'], 2, '--parity'],
  [['replay', 'nothing'], 1, 'cannot be read'],
])('%j ends with %i and says why', async (args, code, said) => {
  const outcome = await machimori(temporaryFolder(), ...args);
  expect(outcome).toMatchObject({ code, out: '' });
  expect(outcome.err.replace(/\s+/g, ' ')).toContain(said);
});

const toml = (name: string, path: string, device: string) => `[gateway]
id = "box"
[status]
enabled = false
[buffer]
commit-within = "20ms"
[[port]]
name = "${name}"
type = "tcp"
address = "${path.slice('tcp://'.length)}"
[[device]]
id = "${name}-01"
port = "${name}"
${device}
`;

const isOpen = (gateway: GatewayHere, port: string) =>
  expect.poll(() => gateway.sources.activity.ports.get(port)?.state, patience).toBe('open');

/** The readings that a gateway makes of a port, as "machimori frames" shows them. */
function readingsOf(gateway: GatewayHere, port: string) {
  const frames = new Command(gateway.folder, 'frames', 'gateway.toml', port, '--json');
  return () =>
    frames.out
      .split('\n')
      .flatMap((line) => (line.trim() === '' ? [] : (JSON.parse(line).frame?.readings ?? [])))
      .map(({ values }: { values: object }) => values);
}

test.each(['rtu', 'tcp'] as const)(
  'a port of a running gateway (Modbus, %s) is recorded both ways, and plays to the same readings at another gateway',
  async (framing) => {
    const wire = await openTcp();
    opened(wire);
    const end = new AbortController();
    onTestFinished(() => end.abort());
    let depth = 1;
    const units = [kellerUnit({ unit: 2, depthM: () => (depth += 0.01), temperatureCel: () => 11 })];
    void simulateModbus({ clock, units, framing }).run(wire, end.signal);
    const device = `type = "modbus"\nprofile = "keller-30"\nunit = 2\ninterval = "1s"\nframing = "${framing}"`;
    const gateway = start(temporaryFolder(), toml('bus', wire.path, device));
    await isOpen(gateway, 'bus');
    const readings = readingsOf(gateway, 'bus');
    const recorder = new Command(gateway.folder, 'record', 'bus', 'bus.pcapng', '--config', 'gateway.toml');
    await expect.poll(() => recorder.err, patience).toContain('the line is open');
    const second = await machimori(gateway.folder, 'record', 'bus', 'other.pcapng', '--config', 'gateway.toml');
    expect(second).toMatchObject({ code: 1, err: expect.stringContaining('somebody records this port already') });
    const from = readings().length;
    await expect.poll(() => readings().length, patience).toBeGreaterThanOrEqual(from + 4);
    expect(await recorder.end('SIGINT')).toBe(0);
    const file = join(gateway.folder, 'bus.pcapng');
    const options = ['unit=2', 'profile=keller-30', `framing=${framing}`].flatMap((word) => ['--option', word]);
    const decoded = await machimori(gateway.folder, 'decode', 'modbus', file, ...options);
    expect(decoded).toMatchObject({ code: 0, err: '' });
    const player = new Command(gateway.folder, 'replay', file, '--tcp', '0');
    await expect.poll(() => player.out, patience).toMatch(/^tcp:.*\n/);
    const again = start(temporaryFolder(), toml('bus', player.out.trim(), device));
    const played = readingsOf(again, 'bus');
    expect(await player.ended()).toBe(0);
    expect(player.err).toContain('answers wait for their questions');
    await expect.poll(() => played().length, patience).toBeGreaterThanOrEqual(3);
    const levels = (all: readonly object[]) => all.map((values) => ('level' in values ? values.level : undefined));
    for (const level of levels(played())) expect(levels(readings())).toContain(level);
  },
  90_000,
);

test('a detector’s port is recorded only by who may', async () => {
  const wire = await openTcp();
  opened(wire);
  const gateway = start(temporaryFolder(), toml('door', wire.path, 'type = "ble-hci"\ntags = []'));
  await isOpen(gateway, 'door');
  const refused = await machimori(gateway.folder, 'record', 'door', 'door.pcapng', '--config', 'gateway.toml');
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('personal data') });
  expect(statSync(join(gateway.folder, 'door.pcapng'), { throwIfNoEntry: false })).toBeUndefined();
  const recorder = new Command(gateway.folder, 'record', 'door', 'door.pcapng', '--config', 'gateway.toml', '--i-may');
  await expect.poll(() => recorder.err, patience).toContain('the line is open');
  const event = Buffer.from('043e0f02010301665544332211030201 06c5'.replaceAll(' ', ''), 'hex');
  wire.write(event);
  const file = join(gateway.folder, 'door.pcapng');
  await expect
    .poll(() => saidIn(file, 'from-device').then((bytes) => bytes.toString('hex')), patience)
    .toBe(event.toString('hex'));
  expect(await recorder.end('SIGINT')).toBe(0);
}, 60_000);

test('a replay on a pseudo-terminal begins when it is opened, as fast as the reader takes it, and says what that wrote', async () => {
  const folder = temporaryFolder();
  const wire = await openTcp();
  opened(wire);
  const recorder = new Command(folder, 'record', wire.path, 'line.pcapng');
  await expect.poll(() => wire.isOpen, patience).toBe(true);
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 31) % 256));
  for (let at = 0; at < bytes.length; at += 10_000) wire.write(bytes.subarray(at, at + 10_000));
  const file = join(folder, 'line.pcapng');
  await expect.poll(() => saidIn(file, 'from-device').then(({ length }) => length), patience).toBe(bytes.length);
  expect(await recorder.end('SIGTERM')).toBe(0);
  const link = join(folder, 'played');
  const player = new Command(folder, 'replay', file, '--link', link, '--speed', 'max');
  await expect.poll(() => player.err, patience).toContain(`waiting until somebody opens ${link}`);
  const { port, heard } = await readerOf(link);
  port.write('hello');
  expect(await player.ended()).toBe(0);
  expect(heard().equals(bytes)).toBe(true);
  expect(player.err).toContain('hello');
  expect(player.err).toContain('100000 bytes; 5 written by the other side');
}, 60_000);

test('a replay goes out of a serial port, too', async () => {
  const folder = temporaryFolder();
  const far = join(folder, 'far');
  const wire = await openPty({ link: far });
  opened(wire);
  let heard = '';
  wire.onBytes((bytes) => {
    heard += Buffer.from(bytes).toString('latin1');
  });
  const line = { name: 'far', settings: '' };
  const options = { line, application: 'test', maxBytes: 1e6 };
  const writer = await RecordingWriter.open(join(folder, 'line.pcapng'), options);
  const said = ['R1234\r', 'R1235\r', 'R1236\r'];
  for (const [i, text] of said.entries()) {
    writer.append({ at: Date.now() + 100 * i, direction: 'from-device', bytes: Buffer.from(text) });
  }
  await writer.close();
  const player = await machimori(folder, 'replay', 'line.pcapng', '--path', far, '--baud', '9600');
  expect(player).toMatchObject({ code: 0, out: '', err: expect.stringContaining('3 pieces played, 18 bytes') });
  await expect.poll(() => heard, patience).toBe(said.join(''));
  const both = await machimori(folder, 'replay', 'line.pcapng', '--path', far, '--tcp', '0');
  expect(both).toMatchObject({ code: 2, err: expect.stringContaining('one of --link') });
}, 60_000);

test('a log of gpsd plays to a receiver of NMEA, and what is assumed of its rhythm is said', async () => {
  const folder = temporaryFolder();
  const sentences = [0, 1, 2, 3].map((second) => `$GPGGA,12000${second}.00,,,,,0,,,,,,,,*00\r\n`);
  writeFileSync(join(folder, 'gps.log'), `{"class":"VERSION","release":"3.25"}\r\n# log\n${sentences.join('')}`);
  const player = new Command(folder, 'replay', 'gps.log', '--tcp', '0', '--speed', '20');
  await expect.poll(() => player.out, patience).toMatch(/^tcp:.*\n/);
  const { hostname, port } = new URL(player.out.trim());
  let heard = '';
  const socket = connect(Number(port), hostname).on('data', (bytes) => {
    heard += bytes;
  });
  onTestFinished(() => void socket.destroy());
  expect(await player.ended()).toBe(0);
  expect(heard).toBe(sentences.join(''));
  expect(player.err).toContain('an epoch a second is assumed');
}, 60_000);
