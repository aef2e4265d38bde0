/** A Mosquitto of a test's own, on a port of the loopback interface, ended by its process id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenListening } from '../end-to-end/mqtt-device.ts';
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

interface MosquittoOptions {
  /** By default a free one. */
  readonly port?: number;
  /** Of its configuration; by default everybody may connect. */
  readonly lines?: readonly string[];
  /** Lines of an access control list. */
  readonly acl?: string | undefined;
}

export async function startMosquitto({ acl, ...options }: MosquittoOptions = {}): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'machimori-mosquitto-'));
  const { port = await freePort(), lines = ['allow_anonymous true'] } = options;
  const list = join(folder, 'acl');
  if (acl !== undefined) writeFileSync(list, acl, { mode: 0o600 });
  const all = [`listener ${port} 127.0.0.1`, 'persistence false', 'user root', ...lines];
  if (acl !== undefined) all.push(`acl_file ${list}`);
  writeFileSync(join(folder, 'mosquitto.conf'), `${all.join('\n')}\n`);
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
    await whenListening(port);
  } catch (fault) {
    await remove();
    throw fault;
  }
  return { port, pid: child.pid ?? 0, remove };
}
