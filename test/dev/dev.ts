/**
 * `npm run dev [-- <command>]`: compiles on every change, and restarts the program once the change compiles.
 *
 * The program is the demo unless a command is given. A program that ends by itself starts again with the next change.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { repositoryRoot } from '../repository-root.ts';

const FOLDERS = ['shared', 'devices', 'gateway', 'simulators'];
/** An editor saves several files at once. */
const settleMs = 200;

const args = process.argv.slice(2);
const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc');

const over = new AbortController();
let program: ChildProcess | undefined;
let wake = () => {};
let hasChanged = true;

function start(...command: string[]): ChildProcess {
  return spawn(process.execPath, command, { stdio: 'inherit' });
}

async function stopProgram(): Promise<void> {
  if (program === undefined || program.exitCode !== null || program.signalCode !== null) return;
  const ended = once(program, 'exit');
  program.kill('SIGTERM');
  await ended;
}

// tsc has a watch mode of its own, but that of release 7.0 misses changes.
for (const folder of FOLDERS) {
  watch(join(repositoryRoot, folder), { recursive: true, signal: over.signal }, () => {
    hasChanged = true;
    wake();
  });
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    over.abort();
    wake();
  });
}

process.chdir(repositoryRoot);
while (!over.signal.aborted) {
  if (!hasChanged) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    continue;
  }
  await delay(settleMs);
  hasChanged = false;
  const [exitCode] = await once(start(tsc, '-p', 'tsconfig.build.json'), 'exit');
  if (exitCode !== 0 || over.signal.aborted) continue;
  await stopProgram();
  program = start('dist/gateway/main.js', ...(args.length > 0 ? args : ['demo']));
}
await stopProgram();
