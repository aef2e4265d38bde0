/** A clean Debian in a folder, by debootstrap, in which a package is installed and run. Needs root. Programs in it share this machine's network. */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SUITE = 'bookworm';

/** What is set for this machine's programs is not for those in there. */
const CLEAN = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', HOME: '/root', DEBIAN_FRONTEND: 'noninteractive' };

export class DebianRoot {
  readonly folder: string;

  /** Made anew. */
  constructor(folder: string) {
    rmSync(folder, { recursive: true, force: true });
    execFileSync('debootstrap', ['--variant=minbase', SUITE, folder], { stdio: ['ignore', 'ignore', 'inherit'] });
    this.folder = folder;
  }

  /** Takes a file of this machine in, under /tmp; returns its path in there. */
  take(file: string, name: string): string {
    cpSync(file, join(this.folder, 'tmp', name));
    return `/tmp/${name}`;
  }

  /** Throws, with what it wrote, if it fails. Returns what it printed. */
  run(...command: readonly string[]): string {
    return execFileSync('chroot', [this.folder, ...command], { env: CLEAN, encoding: 'utf8' });
  }

  /** The same without waiting here. */
  async runAsync(...command: readonly string[]): Promise<void> {
    await promisify(execFile)('chroot', [this.folder, ...command], { env: CLEAN });
  }

  /** The gateway, as the service's user. */
  gateway(): ChildProcess {
    const command = [
      '--userspec=machimori:machimori',
      this.folder,
      '/usr/bin/machimori',
      'run',
      '/etc/machimori/gateway.toml',
    ];
    return spawn('chroot', command, { env: CLEAN, stdio: ['ignore', 'ignore', 'inherit'] });
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) throw new Error('It had ended by itself');
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  await closed;
}
