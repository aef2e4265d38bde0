/** Packages, built beside each other: one a processor of this machine, in the order in which they are asked for. */
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Architecture } from '../../deploy/package/architectures.ts';
import { readVersion } from '../../gateway/machine/release.ts';
import { repositoryRoot } from '../repository-root.ts';

export const built = join(repositoryRoot, 'build/package');

export interface Built {
  readonly packageFile: string;
  /** The release in it. */
  readonly tree: string;
}

export class Builds {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** Rejects, with what the build wrote, if it fails. */
  async make(architecture: Architecture): Promise<Built> {
    if (this.#running >= availableParallelism()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    try {
      const program = join(repositoryRoot, 'build/deploy/package/make-package.js');
      await promisify(execFile)(process.execPath, [program, '--arch', architecture, '--quick'], { maxBuffer: 2 ** 26 });
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
    return {
      packageFile: join(built, `machimori_${readVersion()}_${architecture}.deb`),
      tree: join(built, `release-${architecture}`),
    };
  }
}
