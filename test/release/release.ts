/**
 * Prepares a release: `npm run release -- 0.2.0`.
 *
 *   clean tree, newer version, something under Unreleased ─▶ package.json, package-lock.json, CHANGELOG.md, RELEASED_AT
 *     ─▶ npm test, npm run lint ─▶ prints the git commands
 *
 * It commits and publishes nothing. If a check fails, the changed files stay for whoever repairs it; `git checkout .` undoes them.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from '../repository-root.ts';

/** What a release changes, by its path in the repository. */
const FILES = ['package.json', 'package-lock.json', 'CHANGELOG.md', 'gateway/machine/release.ts'] as const;
export type ReleaseFiles = Readonly<Record<(typeof FILES)[number], string>>;

export interface Release {
  readonly root: string;
  readonly version: string;
  readonly today: Date;
  /** Runs a command in `root`, and throws if it fails; returns what it prints, if that is captured. */
  run(command: readonly string[], capture?: 'capture'): string;
  print(line: string): void;
}

export function release({ root, version, today, run, print }: Release): void {
  if (run(['git', 'status', '--porcelain'], 'capture') !== '') {
    throw new Error('The tree has changes that are not committed: commit or stash them first');
  }
  const before = Object.fromEntries(FILES.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
  const after = released(before as unknown as ReleaseFiles, version, today); // every file of FILES was just read
  for (const file of FILES) writeFileSync(join(root, file), after[file]);
  run(['npm', 'test']);
  run(['npm', 'run', 'lint']);
  print(`${version} is ready. To release it:`);
  print(`  git add ${FILES.join(' ')}`);
  print(`  git commit -m "Release ${version}"`);
  print(`  git tag -a v${version} -m "Machimori ${version}"`);
  print('  git push --follow-tags');
}

/** The files as that version of that day has them. Throws if there is nothing to release, or not as this version. */
export function released(files: ReleaseFiles, version: string, today: Date): ReleaseFiles {
  const { version: current } = JSON.parse(files['package.json']) as { version: string };
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`"${version}" is not a version: write one such as 0.2.0`);
  if (!isNewer(version, current)) throw new Error(`${version} is not newer than ${current}, the version there is`);
  const date = today.toISOString().slice(0, 10);
  return {
    'package.json': replaced(files, 'package.json', `"version": "${current}"`, `"version": "${version}"`),
    'package-lock.json': withLockedVersion(files['package-lock.json'], version),
    'CHANGELOG.md': withSection(files['CHANGELOG.md'], version, date),
    'gateway/machine/release.ts': replaced(
      files,
      'gateway/machine/release.ts',
      /RELEASED_AT = Date\.UTC\([\d, ]*\)/,
      `RELEASED_AT = Date.UTC(${today.getUTCFullYear()}, ${today.getUTCMonth()}, ${today.getUTCDate()})`,
    ),
  };
}

function isNewer(version: string, current: string): boolean {
  const [a, b] = [version, current].map((each) => each.split('.').map(Number));
  const at = a?.findIndex((part, i) => part !== b?.[i]) ?? -1;
  return at >= 0 && (a?.[at] ?? 0) > (b?.[at] ?? 0);
}

function replaced(files: ReleaseFiles, file: keyof ReleaseFiles, from: string | RegExp, to: string): string {
  const text = files[file].replace(from, to);
  if (text === files[file]) throw new Error(`${file} has nothing to change: ${from} is not in it`);
  return text;
}

/** npm writes the version twice: at the top, and for the package itself. */
function withLockedVersion(text: string, version: string): string {
  const lock = JSON.parse(text) as { version: string; packages: Record<string, { version?: string }> };
  lock.version = version;
  const own = lock.packages[''];
  if (own === undefined) throw new Error('package-lock.json does not list this package: run npm install');
  own.version = version;
  return `${JSON.stringify(lock, null, 2)}\n`;
}

function withSection(text: string, version: string, date: string): string {
  const heading = '## [Unreleased]\n';
  const [before, after] = text.split(heading);
  if (before === undefined || after === undefined) throw new Error('CHANGELOG.md has no section Unreleased');
  const section = after.split(/^## /m)[0] ?? '';
  if (section.trim() === '') throw new Error('CHANGELOG.md has nothing under Unreleased: say what has changed');
  return `${before}${heading}\n## [${version}] - ${date}\n${after}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [version = ''] = process.argv.slice(2);
  try {
    release({
      root: repositoryRoot,
      version,
      today: new Date(),
      run: ([program = '', ...args], capture) =>
        execFileSync(program, args, {
          cwd: repositoryRoot,
          encoding: 'utf8',
          stdio: ['inherit', capture === undefined ? 'inherit' : 'pipe', 'inherit'],
        }) ?? '',
      print: console.log,
    });
  } catch (fault) {
    console.error(fault instanceof Error ? fault.message : fault);
    process.exitCode = 1;
  }
}
