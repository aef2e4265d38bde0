import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SystemClock } from '../../../gateway/machine/system-clock.ts';
import { freePort } from '../../../gateway/rig/free-port.ts';
import { startHere } from '../../../gateway/rig/gateway-here.ts';
import { GatewayProcess, startProcess } from '../../../gateway/rig/gateway-process.ts';
import { KeptLog } from '../../../gateway/rig/kept-log.ts';
import { tomlOf } from '../../../gateway/rig/library.ts';
import { openCity } from '../../../gateway/rig/open-city.ts';
import type { UnderTest } from '../../../gateway/rig/under-test.ts';
import { until } from '../../../gateway/rig/until.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { connectWhenUp } from '../../end-to-end/mqtt-device.ts';
import { repositoryRoot } from '../../repository-root.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const clock = new SystemClock('always');
const maxMs = 30_000;

/** A gateway whose device publishes {"n": number} under "gauge", and the city OS behind it. */
async function site(batchAge = '3s') {
  const folder = temporaryFolder();
  const city = await openCity({ kind: 'feed' });
  onTestFinished(() => city.close());
  const port = await freePort();
  const config = tomlOf({
    gateway: { id: 'gateway-01', tenant: 'city' },
    buffer: { batchAge },
    status: { enabled: false },
    port: [{ name: 'devices', type: 'mqtt', trustLocal: true, listen: `127.0.0.1:${port}` }],
    device: [
      {
        ...{ id: 'gauge', type: 'line', port: 'devices', topic: 'gauge' },
        profile: { format: 'json', fields: [{ from: 'n', quantity: 'n' }] },
      },
    ],
    destination: [city.destination({ tenant: 'city', gateway: 'gateway-01', folder })],
  });
  const publish = async (...numbers: number[]) => {
    const device = await connectWhenUp(port, 'device');
    for (const n of numbers) await device.publishAsync('gauge', JSON.stringify({ n }), { qos: 1 });
    await device.endAsync();
  };
  return { folder, city, config, publish, stored: () => [...city.readings()].map(({ values }) => values.n) };
}

async function ended(gateway: UnderTest): Promise<void> {
  if (gateway instanceof GatewayProcess) await gateway.kill();
  else await gateway.stop();
}

test.each([
  ['in this process', startHere],
  ['as a process', startProcess],
] as const)(
  'a gateway %s is asked, flushed, stopped and started again',
  async (_, start) => {
    const { folder, config, publish, stored } = await site();
    const gateway: UnderTest = await start({ folder, config });
    onTestFinished(() => ended(gateway));
    await publish(1, 2, 3);
    const status = await until(() => gateway.status(), { clock, withinMs: maxMs, what: 'it answers' });
    expect(status.devices.gauge?.readings).toBe(3);
    expect(await gateway.isDrained()).toBe(false); // they wait for a batch
    await expect(gateway.drained(100)).rejects.toMatchObject({ code: 'rig-not-so', message: /"open":3/ });
    await gateway.flush();
    await until(() => stored().length === 3, { clock, withinMs: maxMs, what: 'three are stored', seen: stored });
    await gateway.drained(maxMs);
    await gateway.stop();
    expect(gateway.isRunning).toBe(false);
    await expect(gateway.status()).rejects.toMatchObject({ code: 'rig-not-running' });
    await gateway.start();
    await publish(4);
    await gateway.flush();
    await until(() => stored().length === 4, { clock, withinMs: maxMs, what: 'the fourth is stored', seen: stored });
    expect(stored()).toEqual([1, 2, 3, 4]);
    expect(gateway.log.entries.filter(({ message }) => message === 'The gateway has stopped').length).toBeGreaterThan(
      0,
    );
  },
  120_000,
);

test('a process that is killed goes on with the files that it left', async () => {
  const { folder, config, publish, stored } = await site();
  const gateway = await startProcess({ folder, config });
  onTestFinished(() => gateway.kill());
  await publish(1, 2);
  await gateway.kill();
  expect(gateway.log.text).not.toContain('The gateway has stopped');
  await gateway.start();
  await publish(3);
  await gateway.flush();
  await until(() => stored().length === 3, { clock, withinMs: maxMs, what: 'all are stored', seen: stored });
}, 120_000);

test('what runs in this process is not killed, and faults of its configuration are named with their line', async () => {
  const { folder, config } = await site();
  const gateway = await startHere({ folder, config });
  onTestFinished(() => gateway.stop());
  await expect(gateway.kill()).rejects.toMatchObject({ code: 'rig-not-killable' });
  const faulty = startHere({ folder: join(folder, 'other'), config: '[gateway]\nid = "a"\ntenant = 5' });
  await expect(faulty).rejects.toMatchObject({ code: 'rig-configuration', message: /gateway\.toml line 3/ });
});

test('any program can be under test; it is not asked for a status', async () => {
  const folder = temporaryFolder();
  const program = await startProcess({ folder, command: ['sh', '-c', 'echo started; echo wrong >&2; exec sleep 600'] });
  onTestFinished(() => program.kill());
  const hasBoth = () =>
    ['started', 'wrong'].every((word) => program.log.entries.some(({ message }) => message === word));
  await until(hasBoth, { clock, withinMs: maxMs, what: 'both lines', seen: () => program.log.text });
  await expect(program.status()).rejects.toMatchObject({ code: 'rig-no-status' });
  expect(await program.end('SIGTERM')).toBe('SIGTERM');
});

const hasSetpriv = execFileSync('sh', ['-c', 'command -v setpriv || true'], { encoding: 'utf8' }).trim() !== '';
test.skipIf(!hasSetpriv && process.env.CI !== 'true')(
  'what was started dies with whoever started it, however that ends (needs setpriv of util-linux)',
  async () => {
    const folder = temporaryFolder();
    const library = join(repositoryRoot, 'dist/gateway/rig/library.js');
    const script = `import { startProcess } from '${library}';
      const started = await startProcess({ folder: '${folder}', command: ['sleep', '600'] });
      console.log(started.pid); setInterval(() => {}, 1000);`;
    const starter = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = await once(starter.stdout, 'data');
    const pid = Number(said);
    expect(isAlive(pid)).toBe(true);
    starter.kill('SIGKILL');
    await until(() => !isAlive(pid), { clock, withinMs: maxMs, what: 'it is gone' });
  },
);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a log keeps its last lines, whoever wrote them and in whatever pieces', () => {
  const log = new KeptLog();
  log.written('{"level":"warn","time":"2026-01-15T03:00:00.000Z","port":"river","msg":"aw');
  log.written('ay"}\nplain\n{"json":1}\nhalf');
  log.error('lost', { n: 1 });
  expect(log.entries).toEqual([
    { level: 'warn', message: 'away', fields: { port: 'river' } },
    { level: 'info', message: 'plain', fields: {} },
    { level: 'info', message: '{"json":1}', fields: {} },
    { level: 'error', message: 'lost', fields: { n: 1 } },
  ]);
  for (let n = 0; n < 10_500; n++) log.info(String(n));
  expect(log.entries).toHaveLength(10_000);
  expect(log.entries.at(-1)?.message).toBe('10499');
  log.written('x'.repeat(1_000_000));
  log.written('\n');
  expect(log.entries.at(-1)?.message).toHaveLength(65_536);
});

test('waiting moves a virtual clock on, returns what came true, and says what was seen last', async () => {
  const virtual = new VirtualClock();
  let stage = 0;
  void virtual.sleep(5_000).then(() => {
    stage = 3;
  });
  expect(await until(() => stage, { clock: virtual, withinMs: 60_000, what: 'the stage' })).toBe(3);
  expect(virtual.moment().monotonic).toBe(5_000);
  const failing = () => {
    throw new Error('nobody there');
  };
  const waiting = { clock: virtual, withinMs: 2_000, what: 'an answer' };
  await expect(until(failing, waiting)).rejects.toThrow(/an answer: .* within 2 s; seen last: nobody there/);
  await expect(until(() => false, { ...waiting, seen: () => new Map([['a', 1]]) })).rejects.toThrow(/\[\["a",1\]\]/);
  expect(virtual.moment().monotonic).toBe(9_000);
  expect(await virtual.runUntil(() => virtual.moment().monotonic >= 10_000, 60_000, 500)).toBe(true);
  expect(await virtual.runUntil(() => false, 700)).toBe(false);
  expect(virtual.moment().monotonic).toBe(10_700);
});
