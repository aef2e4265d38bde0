/** A Mosquitto of a test's own, on a free port of the loopback interface, ended by its process id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectWhenUp } from '../end-to-end/mqtt-device.ts';
import { freePort } from '../gateway/net/free-port.ts';

const BINARY = ['/usr/sbin/mosquitto', '/usr/bin/mosquitto', '/usr/local/sbin/mosquitto'].find(existsSync);

/** For `describe.skipIf`. Says how it is installed. */
export const isMosquittoMissing = BINARY === undefined && process.env.CI !== 'true';
if (isMosquittoMissing) console.warn('Skipped: no mosquitto here. Install it with: apt-get install mosquitto');

export interface Mosquitto {
  readonly port: number;
  readonly pid: number;
  /** For good. */
  remove(): Promise<void>;
}

/** `acl`: lines of an access control list; everybody is anonymous. */
export async function startMosquitto(acl?: string): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'machimori-mosquitto-'));
  const port = await freePort();
  const list = join(folder, 'acl');
  if (acl !== undefined) writeFileSync(list, acl, { mode: 0o600 });
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence false',
    'user root',
    ...(acl === undefined ? [] : [`acl_file ${list}`]),
  ];
  writeFileSync(join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`);
  const child: ChildProcess = spawn(BINARY ?? 'mosquitto', ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
  const killAtExit = () => void child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const remove = async () => {
    process.off('exit', killAtExit);
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await (await connectWhenUp(port, 'probe')).endAsync();
  } catch (fault) {
    await remove();
    throw fault;
  }
  return { port, pid: child.pid ?? 0, remove };
}
