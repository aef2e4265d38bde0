import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { repositoryRoot } from './repository-root.ts';

/**
 * Compiles the sources into dist/ and the tests' own programs into build/, once a run, for the tests that need a process of
 * its own: Node 20 runs no TypeScript. What they start is the bundle (program.ts). Types are not checked here; `npm test` does that first.
 */
export function setup(): void {
  const tsc = createRequire(import.meta.url)
    .resolve('typescript/package.json')
    .replace('package.json', 'bin/tsc');
  for (const project of ['tsconfig.build.json', 'tsconfig.tools.json']) {
    execFileSync(process.execPath, [tsc, '-p', project, '--noCheck'], { stdio: 'inherit' });
  }
  execFileSync(process.execPath, [join(repositoryRoot, 'build/deploy/package/make-bundle.js')]);
}
