/** A clean Debian in a folder, by debootstrap, in which a package is installed and run. Needs root. Programs in it share this machine's network. */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SUITE = 'bookworm';

/** What is set for this machine's programs is not for those in there. */
const CLEAN = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', HOME: '/root', DEBIAN_FRONTEND: 'noninteractive' };

export class DebianRoot {
  readonly folder: string;

  /** `folder`: where one is (`debootstrap`), or has been mounted. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** The same once more, in another folder. */
  copy(folder: string): DebianRoot {
    execFileSync('cp', ['--archive', this.folder, folder]);
    return new DebianRoot(folder);
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
  async runAsync(...command: readonly string[]): Promise<string> {
    return (await promisify(execFile)('chroot', [this.folder, ...command], { env: CLEAN })).stdout;
  }

  /** The same with /proc, where what it mounts and names the machine ends with it. */
  async runApart(...command: readonly string[]): Promise<string> {
    const script = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"';
    const apart = ['--mount', '--uts', 'sh', '-c', script, this.folder, ...command];
    return (await promisify(execFile)('unshare', apart, { env: CLEAN })).stdout;
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

/** Makes one in a folder that is not there yet. Rejects, with what it wrote, if it fails. */
export async function debootstrap(folder: string): Promise<DebianRoot> {
  await promisify(execFile)('debootstrap', ['--variant=minbase', SUITE, folder], { maxBuffer: 2 ** 26 });
  return new DebianRoot(folder);
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) throw new Error('It had ended by itself');
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  await closed;
}
