import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';

/**
 * Compiles the sources into dist/ and the tests' own programs into build/, once a run, for the tests that need a process of
 * its own: Node 20 runs no TypeScript. Types are not checked here; `npm test` does that first.
 */
export function setup(): void {
  const tsc = createRequire(import.meta.url)
    .resolve('typescript/package.json')
    .replace('package.json', 'bin/tsc');
  for (const project of ['tsconfig.build.json', 'tsconfig.tools.json']) {
    execFileSync(process.execPath, [tsc, '-p', project, '--noCheck'], { stdio: 'inherit' });
  }
}
