import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { machimori } from '../../end-to-end/machimori.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const run = promisify(execFile);

async function script(shell: string): Promise<string> {
  const folder = temporaryFolder();
  const { code, out } = await machimori(folder, 'completion', shell);
  expect(code).toBe(0);
  const file = join(folder, `machimori.${shell}`);
  writeFileSync(file, out);
  return file;
}

test('bash completes verbs, the verbs of groups, options and their values', async () => {
  const file = await script('bash');
  const complete = async (...words: string[]) => {
    const quoted = ['machimori', ...words].map((word) => `'${word}'`).join(' ');
    const ask = `source ${file}; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _machimori; echo "\${COMPREPLY[*]}"`;
    const { stdout } = await run('bash', ['--norc', '-c', ask]);
    return stdout.trim().split(' ').filter(Boolean);
  };
  expect(await complete('de')).toEqual(['device', 'decode', 'demo']);
  expect(await complete('device', '')).toEqual(['add', 'list', 'set', 'forget-nonces', 'test', 'remove']);
  expect(await complete('device', 'add', '--dev')).toEqual(['--dev-eui', '--dev-addr']);
  expect(await complete('device', 'list', 'gateway.toml', '--s')).toEqual(['--strangers']);
  expect(await complete('--lang', '')).toEqual(['en', 'ja']);
  expect(await complete('import', 'week.parcel', '--protocol', '')).toEqual(['3.1.1', '5']);
  expect(await complete('decode', 'ma')).toEqual(['maxbotix']);
  expect(await complete('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  expect(await complete('run', '')).toEqual([]); // a file, which the shell completes
});

const isHere = (shell: string) =>
  run('sh', ['-c', `command -v ${shell}`]).then(
    () => true,
    () => false,
  );

test('zsh can read its script, if it is here', async () => {
  const file = await script('zsh');
  if (await isHere('zsh')) await run('zsh', ['-n', file]);
});

test('fish completes the same, if it is here', async () => {
  const file = await script('fish');
  if (!(await isHere('fish'))) return;
  const complete = async (line: string) => {
    const { stdout, stderr } = await run('fish', ['-c', `source ${file}; complete -C '${line}'`]);
    expect(stderr).toBe('');
    return stdout
      .split('\n')
      .map((found) => found.split('\t')[0])
      .filter(Boolean);
  };
  expect(await complete('machimori de')).toEqual(['decode', 'demo', 'device']);
  expect(await complete('machimori device ')).toEqual(['add', 'forget-nonces', 'list', 'remove', 'set', 'test']);
  expect(await complete('machimori device add --dev')).toEqual(['--dev-addr', '--dev-eui']);
  expect(await complete('machimori --lang ')).toEqual(['en', 'ja']);
});
