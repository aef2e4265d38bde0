/** The bundle is the program: in a folder of its own, with no node_modules near it, it does what the compiled code does. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { bundle } from '../../deploy/package/bundle.ts';
import { installedModules, type Processor } from '../../deploy/package/native-modules.ts';
import { accountsFileOf } from '../../gateway/config/console-accounts.ts';
import { readVersion } from '../../gateway/machine/release.ts';
import { until } from '../end-to-end/started.ts';
import { accountLine } from '../gateway/console/console-rig.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { repositoryRoot } from '../repository-root.ts';

const folder = mkdtempSync(join(tmpdir(), 'machimori-bundle-'));
const main = join(folder, 'main.js');
const native = installedModules(repositoryRoot, process.arch as Processor);
const env = { ...process.env, LC_ALL: 'C' };
const execute = promisify(execFile);

/** Rejects with what it wrote if it fails. */
async function machimori(...args: readonly string[]): Promise<string> {
  const { stdout } = await execute(process.execPath, [main, ...args], { cwd: temporaryFolder(), env, timeout: 60_000 });
  return stdout;
}

beforeAll(() => bundle({ root: repositoryRoot, folder, native }));
afterAll(() => rmSync(folder, { recursive: true }));

test('it says its version', async () => {
  expect(await machimori('--version')).toBe(`${readVersion()}\n`);
});

test('it checks a configuration whose ports and destinations need every package that is loaded only when it is needed', async () => {
  const examples = join(repositoryRoot, 'deploy/examples');
  const copies = temporaryFolder();
  cpSync(examples, copies, { recursive: true });
  for (const name of ['prefecture-web', 'worker', 'lorawan']) {
    const file = join(copies, `${name}.toml`);
    const { stdout } = await execute(process.execPath, [main, 'check', file], { env }).catch((fault) => fault);
    expect(stdout, name).not.toContain('npm install');
  }
});

test('it runs a codec, in its worker thread', async () => {
  const codec = join(repositoryRoot, 'deploy/examples/level-sensor.js');
  const running = execute(process.execPath, [main, 'codec', 'run', codec], { env });
  running.child.stdin?.end('{"fPort":2,"bytes":"1e04d2"}\n');
  expect(JSON.parse((await running).stdout)).toMatchObject({ data: { battery_v: 3, distance_mm: 1234 } });
});

test('it runs the demo over an outage: native modules, broker, pseudo-terminals and city OS; nothing is lost or doubled', async () => {
  const outcome = JSON.parse(await machimori('demo', '--seconds', '6', '--outage', '2:4', '--json'));
  expect(outcome).toMatchObject({ lost: 0, duplicated: 0 });
  expect(outcome.stored).toEqual(outcome.sent);
});

test('it serves the page of the console', async () => {
  const place = temporaryFolder();
  const port = await freePort();
  writeFileSync(
    join(place, 'gateway.toml'),
    `gateway = { id = "g", tenant = "t", data-directory = "." }
     status = { enabled = false }
     console = { enabled = true, listen = "127.0.0.1:${port}" }
     destination = [{ name = "city", type = "city-os", url = "mqtt://127.0.0.1:9" }]`,
  );
  writeFileSync(accountsFileOf(place), await accountLine('suzuki', 'technician'), { mode: 0o600 });
  const child = spawn(process.execPath, [main, 'run', 'gateway.toml'], { cwd: place, stdio: 'ignore', env });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null) await once(child, 'close');
  });
  await until(async () => {
    const page = await fetch(`http://127.0.0.1:${port}/`);
    expect(page.status).toBe(200);
    const script = /src="([^"]+\.js)"/.exec(await page.text())?.[1] ?? '';
    expect((await fetch(new URL(script, page.url))).status).toBe(200);
  });
});

test('a stack trace names the file and line of the source', async () => {
  const place = temporaryFolder();
  const broken = `data:text/javascript,process.stdout.write = () => { throw new RangeError('broken') }`;
  const args = ['--import', broken, main, '--version'];
  await expect(execute(process.execPath, args, { env: { ...env, TMPDIR: place } })).rejects.toThrow(
    'did not foresee (broken)',
  );
  const report = readFileSync(join(place, String(readdirSync(place)[0])), 'utf8');
  const [, file = '', line = 0] = /^ {4}at .*\((gateway\/cli\/\S+\.ts):(\d+):\d+\)$/m.exec(report) ?? [report];
  const source = readFileSync(join(repositoryRoot, file), 'utf8').split('\n')[Number(line) - 1];
  expect(source).toContain('process.stdout.write(');
});

test('it names no folder of the machine that made it, and has the licence of every package in it', () => {
  for (const name of readdirSync(folder).filter((each) => /\.(js|map)$/.test(each))) {
    expect(readFileSync(join(folder, name), 'utf8'), name).not.toContain(repositoryRoot.slice(1));
  }
  const licenses = readFileSync(join(folder, 'licenses.txt'), 'utf8');
  for (const name of ['mqtt', 'better-sqlite3', 'serialport', 'pg', 'cheerio'])
    expect(licenses).toMatch(new RegExp(`^${name} \\d`, 'm'));
});
