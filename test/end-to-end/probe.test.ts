/** `machimori probe` as a technician uses it: a sensor on a pseudo-terminal, and what is told is written into a configuration. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { demoConfig, demoSite } from '../../gateway/cli/demo/config.ts';
import { readConfigFile } from '../../gateway/config/config.ts';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { simulateMaxbotix } from '../../simulators/sensors/maxbotix.ts';
import { simulateModbus } from '../../simulators/sensors/modbus-slave.ts';
import { kellerUnit } from '../../simulators/sensors/modbus-units.ts';
import type { Simulator } from '../../simulators/simulator.ts';
import { openPty } from '../../simulators/wires/pty-wire.ts';
import { openTcp } from '../../simulators/wires/tcp-wire.ts';
import type { Wire } from '../../simulators/wires/wire.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { PROGRAM } from '../program.ts';
import { machimori } from './machimori.ts';
import { start } from './started.ts';

const clock = new SystemClock('always');

function runOn(wire: Wire, simulator: Simulator): void {
  const stop = new AbortController();
  const running = simulator.run(wire, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
    await wire.close();
  });
}

async function gaugeOn(path: string): Promise<void> {
  runOn(await openPty({ link: path }), simulateMaxbotix({ clock, distanceM: () => 1.234 }));
}

const CONFIG = `[gateway]
id = "gateway-01"

[[destination]]
name = "city"
type = "city-os"
url = "mqtts://city.example:8883"
`;

test('what it tells to write makes a configuration that is good', { timeout: 60_000 }, async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'gauge');
  writeFileSync(join(folder, 'gateway.toml'), CONFIG);
  await gaugeOn(path);
  const { code, out, err } = await machimori(folder, 'probe', path);
  expect(code).toBe(0);
  expect(out).toMatch(/9600 8N1: maxbotix/);
  expect(out).toContain('distance 1.234 m');
  expect(out).toMatch(/52 31 32 33 34 0D|R1234·/);
  expect(err).toContain('9600 8N1: listened');
  for (const line of out.split('\n')) if (!line.includes(folder)) expect(line.length).toBeLessThanOrEqual(80);
  const commands = out.slice(out.indexOf('machimori add'));
  execFileSync('sh', ['-ec', `machimori() { '${process.execPath}' '${PROGRAM}' "$@"; }\n${commands}`], { cwd: folder });
  const checked = await machimori(folder, 'check', 'gateway.toml');
  expect(checked).toMatchObject({ code: 0 });
  expect(readConfigFile(join(folder, 'gateway.toml'))).toMatchObject({
    ok: true,
    config: { devices: [{ id: 'maxbotix-1' }] },
  });
});

test('programs get JSON, in either language the same, and no progress', { timeout: 60_000 }, async () => {
  const path = join(temporaryFolder(), 'gauge');
  await gaugeOn(path);
  const { code, out, err } = await machimori(temporaryFolder(), 'probe', path, '--json', '--lang', 'ja');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(JSON.parse(out)).toMatchObject({
    isRecognised: true,
    baud: 9600,
    candidates: [{ type: 'maxbotix', confidence: 'likely' }],
    tables: [{ table: 'port' }, { table: 'device', settings: { type: 'maxbotix' } }],
  });
});

test('a silent line is unknown, with what to look at, and exit code 1', { timeout: 60_000 }, async () => {
  const path = join(temporaryFolder(), 'nothing');
  const wire = await openPty({ link: path });
  onTestFinished(() => wire.close());
  const { code, out } = await machimori(temporaryFolder(), 'probe', path, '--seconds', '5', '--listen-only');
  expect(code).toBe(1);
  expect(out).toContain('unknown');
  expect(out).toContain('Check power');
});

test('units behind Modbus TCP are found', { timeout: 60_000 }, async () => {
  const wire = await openTcp({ port: 0 });
  const units = [kellerUnit({ unit: 4, depthM: () => 2, temperatureCel: () => 11 })];
  runOn(wire, simulateModbus({ clock, units, framing: 'tcp' }));
  const { code, out } = await machimori(temporaryFolder(), 'probe', wire.path, '--units', '4-6');
  expect(code).toBe(0);
  expect(out).toContain('unit 4: the shipped profile keller-30 fits');
  expect(out).toMatch(/port name=tcp-127-0-0-1-\d+ type=tcp/);
});

test('a line that the running gateway has open is refused, with what to do', { timeout: 60_000 }, async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'gauge');
  const file = join(folder, 'gateway.toml');
  await gaugeOn(path);
  const device = { id: 'gauge', type: 'maxbotix', path, settings: { mountingHeightM: 4 }, sent: new Map() };
  const gateway = start(folder, demoConfig({ devices: [device] }, demoSite('mqtt://127.0.0.1:9')));
  const ports = () => [...gateway.sources.activity.ports.values()];
  await expect.poll(() => ports().some(({ readings }) => readings > 0), { timeout: 30_000 }).toBe(true);
  const asked = await machimori(folder, 'probe', path, '--config', file);
  expect(asked).toMatchObject({ code: 1, out: '' });
  expect(asked.err).toContain('has it open as port');
  expect(asked.err).toContain('machimori maintenance');
  const locked = await machimori(folder, 'probe', path);
  expect(locked).toMatchObject({ code: 1, out: '' });
  expect(locked.err).toContain('systemctl stop machimori');
});

test.each([
  [['probe', 'ttyUSB0'], 2, 'neither a file nor tcp://host:port'],
  [['probe', '/dev/ttyS0', '--units', '0-300'], 2, '--units takes numbers'],
  [['probe', '/dev/ttyS0', '--seconds', '1'], 2, '--seconds'],
  [['probe', '/no/such/line'], 1, 'No such file'],
  [['probe', 'tcp://127.0.0.1:1'], 1, 'ECONNREFUSED'],
])('%j ends with %i and says what is wrong', async (args, code, said) => {
  const outcome = await machimori(temporaryFolder(), ...args);
  expect(outcome).toMatchObject({ code, out: '' });
  expect(outcome.err).toContain(said);
});
