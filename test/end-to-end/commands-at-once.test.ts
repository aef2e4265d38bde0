/** Commands that run at once while no hub runs: none loses what another wrote, and one that is killed holds up nobody. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changing } from '../../gateway/machine/folder-lock.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { repositoryRoot } from '../repository-root.ts';
import { machimori } from './machimori.ts';
import { operatorForm } from './operator-form.ts';

const HUB = `[gateway]
id = "hub"
tenant = "town"

[[port]]
name = "gateways"
type = "feed"
listen = "127.0.0.1:1883"
`;
const NAMES = ['one', 'two', 'three', 'four', 'five', 'six'];

/** Runs `script` in a process of its own, with `fs`, `changing` and `folder`. */
function run(folder: string, script: string): ChildProcess {
  const text = `
    const fs = await import('node:fs');
    const { changing } = await import(${JSON.stringify(join(repositoryRoot, 'dist/gateway/machine/folder-lock.js'))});
    const folder = ${JSON.stringify(folder)};
    ${script}`;
  return spawn(process.execPath, ['--input-type=module', '--eval', text], { stdio: ['ignore', 'pipe', 'inherit'] });
}

test('operators, gateways and accounts that are added at once are all there afterwards', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'hub.toml'), HUB);
  await machimori(folder, 'operator', 'keys', 'own');
  const pattern = 'format = "ibeacon"\nuuid = "F7826DA6-4FA2-4E98-8024-BC5B71E0893E"';
  for (const name of NAMES)
    writeFileSync(join(folder, `${name}.toml`), operatorForm(name, join(folder, 'own'), pattern));
  const all = await Promise.all(
    NAMES.flatMap((name) => [
      machimori(folder, 'operator', 'add', 'hub.toml', `${name}.toml`),
      machimori(folder, 'gateway', 'enrol', 'hub.toml', `town/${name}`, '--url', 'mqtt://hub:1883'),
      machimori(folder, 'operator', 'account', 'asking.accounts', name),
    ]),
  );
  expect(all.filter(({ code }) => code !== 0)).toEqual([]);
  const listed = async (...words: string[]) =>
    (await machimori(folder, ...words, 'list', 'hub.toml', '--json')).out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  expect((await listed('operator')).map(({ id }) => id).sort()).toEqual([...NAMES].sort());
  expect((await listed('gateway')).map(({ gateway }) => gateway).sort()).toEqual([...NAMES].sort());
  const accounts = readFileSync(join(folder, 'asking.accounts'), 'utf8').trim().split('\n');
  expect(accounts.map((line) => line.split(' ')[0]).sort()).toEqual([...NAMES].sort());
  expect(readdirSync(join(folder, 'data')).filter((name) => name.includes('.part'))).toEqual([]);
});

test('of several processes that read, change and write a file at once, none loses what another wrote', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'count'), '0');
  const count = `for (let i = 0; i < 50; i++) changing(folder, () => {
    fs.writeFileSync(folder + '/count', String(Number(fs.readFileSync(folder + '/count', 'utf8')) + 1));
  });`;
  const ended = await Promise.all([1, 2, 3].map(() => once(run(folder, count), 'exit')));
  expect(ended.map(([code]) => code)).toEqual([0, 0, 0]);
  expect(readFileSync(join(folder, 'count'), 'utf8')).toBe('150');
});

test('while another process changes a folder a command says so; when that one is killed the folder is free at once', async () => {
  const folder = temporaryFolder();
  const holder = run(folder, "changing(folder, () => { fs.writeSync(1, 'held'); for (;;) ; });");
  try {
    await once(holder.stdout ?? holder, 'data');
    expect(() => changing(folder, () => 'changed', 0)).toThrow(
      expect.objectContaining({ code: 'file-busy', message: expect.stringContaining('another command') }),
    );
  } finally {
    holder.kill('SIGKILL');
    await once(holder, 'exit');
  }
  expect(changing(folder, () => 'changed', 0)).toBe('changed');
});
