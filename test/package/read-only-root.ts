/**
 * A box whose root is read-only under an overlay in memory, as docs/operations.md says: what has to last lies on a partition of its own, and everything else is gone
 * with the power.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DebianRoot } from './debian-root.ts';

/** What lies on the partition that is written. */
export const LASTING = ['/etc/machimori', '/var/lib/machimori', '/var/lib/machimori-releases'];

export class ReadOnlyRoot {
  readonly box: DebianRoot;
  readonly #lower: string;
  readonly #memory: string;
  readonly #lasting: string;

  /** `scratch`: a folder for what is mounted, and for the partition that lasts. What `debian` has of it is taken over. */
  constructor(debian: DebianRoot, scratch: string) {
    this.#lower = debian.folder;
    this.#memory = join(scratch, 'memory');
    this.#lasting = join(scratch, 'lasting');
    this.box = new DebianRoot(join(scratch, 'box'));
    for (const folder of [this.#memory, this.box.folder]) mkdirSync(folder, { recursive: true });
    for (const folder of LASTING) {
      mkdirSync(join(this.#lasting, folder, '..'), { recursive: true });
      execFileSync('cp', ['--archive', join(debian.folder, folder), join(this.#lasting, folder)]);
    }
  }

  /** The box starts. Throws if this machine has no overlayfs. */
  mount(): void {
    execFileSync('mount', ['-t', 'tmpfs', 'memory', this.#memory]);
    const [upper, work] = [join(this.#memory, 'upper'), join(this.#memory, 'work')];
    for (const folder of [upper, work]) mkdirSync(folder);
    const layers = `lowerdir=${this.#lower},upperdir=${upper},workdir=${work}`;
    execFileSync('mount', ['-t', 'overlay', 'root', '-o', layers, this.box.folder]);
    for (const folder of LASTING) {
      execFileSync('mount', ['--bind', join(this.#lasting, folder), join(this.box.folder, folder)]);
    }
  }

  /** The power goes: what was in memory is thrown away. Also what is half mounted. */
  unmount(): void {
    const mounted = execFileSync('findmnt', ['--noheadings', '--raw', '--output', 'TARGET'], { encoding: 'utf8' });
    const own = mounted.split('\n').filter((at) => at.startsWith(this.box.folder) || at.startsWith(this.#memory));
    for (const at of own.toReversed()) execFileSync('umount', [at]);
  }

  /** How many bytes a start and what came after it have left in memory. */
  get memoryBytes(): number {
    return Number(
      execFileSync('du', ['--summarize', '--bytes', join(this.#memory, 'upper')], { encoding: 'utf8' }).split('\t')[0],
    );
  }
}
