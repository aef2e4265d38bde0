/** Changes of a folder's files by several processes: one after the other, and a process that is killed holds up nobody. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changing, lockFileOf } from '../../../gateway/machine/folder-lock.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const MODULE = new URL('../../../gateway/machine/folder-lock.ts', import.meta.url).href;

/** Runs `script` in a process of its own, with `changing` and `folder`. */
function run(folder: string, script: string): ChildProcess {
  const text = `
    const fs = await import('node:fs');
    const { changing } = await import(${JSON.stringify(MODULE)});
    const folder = ${JSON.stringify(folder)};
    ${script}`;
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

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

test('while another process holds it a command says so; when that one is killed the lock is free at once', async () => {
  const folder = temporaryFolder();
  const holder = run(folder, "changing(folder, () => { fs.writeSync(1, 'held'); for (;;) ; });");
  try {
    expect(holder.stdout).not.toBeNull();
    if (holder.stdout !== null) await once(holder.stdout, 'data');
    expect(() => changing(folder, () => 'changed', 0)).toThrow(
      expect.objectContaining({ code: 'file-busy', message: expect.stringContaining('another command') }),
    );
  } finally {
    holder.kill('SIGKILL');
    await once(holder, 'exit');
  }
  expect(changing(folder, () => 'changed', 0)).toBe('changed');
});

test('it may be nested, is free after a fault, and makes a folder that is missing', () => {
  const folder = join(temporaryFolder(), 'data');
  expect(changing(folder, () => changing(folder, () => 'nested'))).toBe('nested');
  expect(() =>
    changing(folder, () => {
      throw new Error('work');
    }),
  ).toThrow('work');
  expect(changing(folder, () => 'free', 0)).toBe('free');
  expect(statSync(lockFileOf(folder)).mode & 0o077).toBe(0);
});

test('where nothing can be written it says what to do', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  mkdirSync(lockFileOf(folder));
  for (const place of [join(folder, 'file', 'below'), folder]) {
    expect(() => changing(place, () => 'changed')).toThrow(expect.objectContaining({ code: 'file-unwritable' }));
  }
});
