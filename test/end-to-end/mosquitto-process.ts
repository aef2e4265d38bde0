/** A Mosquitto of a test's own, with passwords and permissions. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

const isInstalled = spawnSync('mosquitto', ['-h']).error === undefined;

/** For `describe.skipIf`. Says how Mosquitto is installed. */
export const isMosquittoMissing = !isInstalled && process.env.CI !== 'true';
if (isMosquittoMissing) console.warn('Skipped: no mosquitto here. Install it with: apt-get install mosquitto');

/** Resolves when it listens; it ends with the test. */
export async function startMosquitto(folder: string, port: number, lines: readonly string[]): Promise<ChildProcess> {
  const file = join(folder, 'mosquitto.conf');
  writeFileSync(file, `${[`listener ${port} 127.0.0.1`, 'persistence false', 'user root', ...lines].join('\n')}\n`);
  const child = spawn('mosquitto', ['-c', file], { stdio: 'ignore' });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill();
    await gone;
  });
  await vi.waitFor(() => reach(port), { timeout: 15_000, interval: 20 });
  return child;
}

function reach(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
