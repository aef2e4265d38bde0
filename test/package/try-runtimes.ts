/**
 * `npm run try-runtimes`: the fast tests on every other supported line of Node.js, in a copy of the checkout whose better-sqlite3 is compiled for it. The other
 * native modules are the same for all. Installed packages are hard links in it, so it takes seconds and little room.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../repository-root.ts';
import { CACHE, openRuntimes } from './runtimes.ts';

const copy = join(CACHE, 'checkout');
const run = (command: string, ...args: readonly string[]) =>
  execFileSync(command, args, {
    cwd: repositoryRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });

/** Statements that nobody holds are collected while no JavaScript runs, too: Node.js 24.19 aborts there (better-sqlite3 12). */
const LET_GO = `
  const db = new (require('better-sqlite3'))(':memory:');
  let round = 0;
  setImmediate(function next() {
    for (let n = 0; n < 300; n++) db.prepare('select ' + n);
    Array.from({ length: 20_000 }, (_, i) => ({ i }));
    if (++round < 300) setImmediate(next);
  });`;

for (const { version, node, sqlite } of openRuntimes()) {
  console.log(`Node.js ${version}`);
  rmSync(copy, { recursive: true, force: true });
  for (const file of run('git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard')
    .split('\0')
    .filter((name) => name !== '')) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    copyFileSync(join(repositoryRoot, file), join(copy, file));
  }
  mkdirSync(join(copy, 'build'), { recursive: true });
  for (const folder of ['node_modules', 'dist', 'build/bundle'])
    run('cp', '-al', join(repositoryRoot, folder), join(copy, folder));
  rmSync(join(copy, 'node_modules/.vite'), { recursive: true, force: true });
  for (const module of [
    'node_modules/better-sqlite3/build/Release/better_sqlite3.node',
    'build/bundle/better-sqlite3.node',
  ]) {
    rmSync(join(copy, module)); // a link: writing into it would change the checkout's
    copyFileSync(sqlite, join(copy, module));
  }
  execFileSync(node, ['--eval', LET_GO], { cwd: copy, stdio: 'inherit' });
  execFileSync(node, ['node_modules/vitest/vitest.mjs', 'run', '--project', 'fast'], {
    cwd: copy,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` },
  });
}
rmSync(copy, { recursive: true, force: true });
