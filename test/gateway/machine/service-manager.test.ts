import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { serviceManager } from '../../../gateway/machine/service-manager.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const isThere = spawnSync('systemd-notify', ['--version']).status === 0;

test('without systemd nothing is said, and nothing is waited for', async () => {
  const manager = serviceManager({});
  expect(manager.watchdogMs).toBeUndefined();
  await manager.tell('READY=1');
});

test('a socket where nobody listens disturbs nobody', async () => {
  const manager = serviceManager({
    NOTIFY_SOCKET: '/nowhere/notify',
    WATCHDOG_USEC: '180000000',
    PATH: process.env.PATH,
  });
  expect(manager.watchdogMs).toBe(60_000);
  await manager.tell('WATCHDOG=1');
});

describe.skipIf(!isThere && process.env.CI !== 'true')('with systemd-notify (apt-get install systemd)', () => {
  test('what is told arrives at the socket', async () => {
    const socket = join(temporaryFolder(), 'notify');
    const program = `import socket,sys
s=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM); s.bind(sys.argv[1]); print('bound',flush=True)
while True:
  print(s.recv(1024).decode(),flush=True)`;
    const listener = spawn('python3', ['-c', program, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void listener.kill());
    let heard = '';
    listener.stdout.on('data', (bytes) => {
      heard += bytes;
    });
    await expect.poll(() => heard).toContain('bound');
    const manager = serviceManager({ NOTIFY_SOCKET: socket, PATH: process.env.PATH });
    await manager.tell('READY=1');
    await manager.tell('WATCHDOG=1');
    await expect.poll(() => heard).toMatch(/READY=1[\s\S]*WATCHDOG=1/);
  });
});
