/** Packages, built by a process each, so that all can be built at once. */
import { execFile } from 'node:child_process';
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

/** Rejects, with what the build wrote, if it fails. */
export async function buildPackage(architecture: Architecture): Promise<Built> {
  const program = join(repositoryRoot, 'build/deploy/package/make-package.js');
  await promisify(execFile)(process.execPath, [program, '--arch', architecture, '--quick'], { maxBuffer: 2 ** 26 });
  return {
    packageFile: join(built, `machimori_${readVersion()}_${architecture}.deb`),
    tree: join(built, `release-${architecture}`),
  };
}
