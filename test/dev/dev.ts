/**
 * `npm run dev [-- <command>]`: compiles on every change, and restarts the program once the change compiles.
 *
 * The program is the demo unless a command is given. A program that ends by itself starts again with the next change.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const args = process.argv.slice(2);
const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc');
const compiler = spawn(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});

let program: ChildProcess | undefined;
let restart = Promise.resolve();
let isOver = false;

async function stopProgram(): Promise<void> {
  if (program === undefined || program.exitCode !== null || program.signalCode !== null) return;
  const ended = once(program, 'exit');
  program.kill('SIGTERM');
  await ended;
}

async function startProgram(): Promise<void> {
  await stopProgram();
  if (isOver) return;
  program = spawn(process.execPath, ['dist/gateway/main.js', ...(args.length > 0 ? args : ['demo'])], {
    stdio: 'inherit',
  });
}

createInterface({ input: compiler.stdout }).on('line', (line) => {
  const errors = /Found (\d+) errors?\./.exec(line)?.[1];
  if (errors !== '0') console.error(line);
  else restart = restart.then(startProgram);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    isOver = true;
    compiler.kill();
    restart = restart.then(stopProgram);
  });
}
