import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../gateway/net/free-port.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { repositoryRoot } from '../repository-root.ts';
import { gaugeConfig } from './gateway-process.ts';

/** Something in the program's process that warns, as Node itself does of a leak. */
const warns = "process.on('SIGWINCH', () => process.emitWarning('Possible leak', 'MaxListenersExceededWarning'))";

test('a warning of Node.js is a line of the log like any other', async () => {
  const folder = temporaryFolder();
  const config = gaugeConfig('g-1', await freePort(), 'mqtt://127.0.0.1:1', { buffer: '', destination: '' });
  writeFileSync(join(folder, 'gateway.toml'), config);
  const gateway: ChildProcess = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${warns}`, join(repositoryRoot, 'dist/gateway/main.js'), 'run', 'gateway.toml'],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  onTestFinished(() => void gateway.kill('SIGKILL'));
  let log = '';
  const warned = new Promise<void>((resolve) => {
    gateway.stderr?.on('data', (text: Buffer) => {
      if (!log.includes('The gateway runs') && `${log}${text}`.includes('The gateway runs')) gateway.kill('SIGWINCH');
      log += text;
      if (log.includes('Possible leak')) resolve();
    });
  });
  await warned;
  gateway.kill('SIGTERM');
  await once(gateway, 'close');
  const lines = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'warn', warning: 'MaxListenersExceededWarning', why: 'Possible leak' }),
  );
});
