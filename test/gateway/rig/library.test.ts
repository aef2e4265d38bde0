import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MAIN } from '../../../gateway/rig/gateway-process.ts';
import { repositoryRoot } from '../../repository-root.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc');

/** What a stranger writes in ten lines. */
const STRANGERS_TEST = `
import { freePort, openCity, startHere, tomlOf, until, openVirtualClock, type City, type Status, type UnderTest } from 'machimori/rig';
const folder = process.argv[2] ?? '';
const city = await openCity({ kind: 'feed' });
const sender = { tenant: 'toyama', gateway: 'gateway-01', folder };
const gateway: UnderTest = startHere({ folder, config: tomlOf({
  gateway: { id: 'gateway-01', tenant: 'toyama' }, clock: { synchronised: 'always' }, status: { enabled: false },
  port: [{ name: 'line', type: 'mqtt', trustLocal: true, listen: '127.0.0.1:' + await freePort() }],
  device: [{ id: 'gauge', type: 'line', port: 'line', topic: 'gauge', profile: { format: 'json', fields: [{ from: 'n', quantity: 'n' }] } }],
  destination: [city.destination(sender)],
}) });
const status: Status = await until(() => gateway.status(), { withinMs: 10_000, what: 'it answers' });
console.log(status.gateway, (city satisfies City).missing(), openVirtualClock().moment().monotonic);
await gateway.stop();
await city.close();
`;

test('a project of somebody else compiles against machimori/rig, strictly, and runs', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(repositoryRoot, join(folder, 'node_modules/machimori'));
  symlinkSync(join(repositoryRoot, 'node_modules/@types'), join(folder, 'node_modules/@types'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'site.ts'), STRANGERS_TEST);
  const options = {
    module: 'nodenext',
    target: 'es2023',
    strict: true,
    types: ['node'],
    exactOptionalPropertyTypes: true,
  };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...options, skipLibCheck: true }, files: ['site.ts'] }),
  );
  execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const said = execFileSync(process.execPath, [join(folder, 'site.js'), join(folder, 'gateway')], {
    encoding: 'utf8',
    cwd: folder,
  });
  expect(said.trim()).toBe('gateway-01 0 0');
}, 120_000);

test('the package has the library with its types, and no test of ours', () => {
  const { exports, files } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as {
    exports: Record<string, string>;
    files: string[];
  };
  const library = exports['./rig'] ?? '';
  expect(files).toContain(library.split('/')[1]);
  expect(readFileSync(join(repositoryRoot, library.replace('.js', '.d.ts')), 'utf8')).toContain('openCity');
});

test('a gateway that runs, and a command that asks it, loads nothing of the rig and no simulator', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'faulty.toml'), '[gateway]');
  const unwanted = (...args: string[]) =>
    loadedBy(folder, args).filter((file) => /\/(simulators|gateway\/rig)\//.test(file));
  for (const verb of ['run', 'status', 'check']) expect(unwanted(verb, 'faulty.toml'), verb).toEqual([]);
  expect(loadedBy(folder, ['run', 'faulty.toml'])).toContainEqual(expect.stringContaining('gateway/run.js'));
  expect(unwanted('demo', '--seconds', 'none')).not.toEqual([]);
}, 120_000);

/** The files that Node loads for a command. */
function loadedBy(cwd: string, args: readonly string[]): string[] {
  const hook = `import { writeSync } from 'node:fs';
    export async function load(url, context, next) { writeSync(2, 'loads ' + url + '\\n'); return next(url, context); }`;
  const register = `import { register } from 'node:module'; register(${JSON.stringify(moduleOf(hook))});`;
  const { stderr } = spawnSync(process.execPath, ['--import', moduleOf(register), MAIN, ...args], {
    cwd,
    encoding: 'utf8',
  });
  return stderr.split('\n').flatMap((line) => /^loads (file:.*)/.exec(line)?.[1] ?? []);
}

function moduleOf(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
