/**
 * A package of npm's that is not installed, since it is for another processor or another Node.js: fetched once into `cache`, and believed only
 * if it has the digest that was written down before.
 */
import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface Wanted {
  readonly name: string;
  readonly version: string;
  /** As in package-lock.json: "sha512-…". */
  readonly integrity: string;
}

/** Its folder. Throws if it cannot be fetched, or is not what was wanted. */
export function fetchedPackage({ name, version, integrity }: Wanted, cache: string): string {
  const folder = join(cache, `${name.replace('/', '-')}-${version}`);
  if (existsSync(join(folder, 'package.json'))) return folder;
  mkdirSync(folder, { recursive: true });
  const run: ExecFileSyncOptionsWithStringEncoding = {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  };
  const archive = execFileSync('npm', ['pack', `${name}@${version}`, '--silent'], run).trim();
  const digest = createHash('sha512')
    .update(readFileSync(join(folder, archive)))
    .digest('base64');
  if (`sha512-${digest}` !== integrity)
    throw new Error(`${name} ${version} is not the package that was written down: ${digest}`);
  execFileSync('tar', ['-xzf', archive, '--strip-components=1'], run);
  rmSync(join(folder, archive));
  return folder;
}

/** As package-lock.json has it; undefined if it is not in it. */
export function lockedPackage(root: string, name: string): Wanted | undefined {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, { readonly version: string; readonly integrity: string }>>;
  }; // npm writes it
  const locked = lock.packages[`node_modules/${name}`];
  return locked && { name, version: locked.version, integrity: locked.integrity };
}
