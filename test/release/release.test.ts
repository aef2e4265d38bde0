/** `npm run release`, on a copy of what it changes. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { repositoryRoot } from '../repository-root.ts';
import { release } from './release.ts';

const today = new Date('2027-02-03T23:59:00Z');
const FILES = ['package.json', 'package-lock.json', 'CHANGELOG.md', 'gateway/machine/release.ts'];

/** A repository with the four files, as they are here but for the change log. */
function checkout({ unreleased = '\n### Added\n\n- Something.\n' } = {}) {
  const root = temporaryFolder();
  for (const file of FILES) cpSync(join(repositoryRoot, file), join(root, file), { recursive: true });
  writeFileSync(join(root, 'CHANGELOG.md'), `# Changelog\n\n## [Unreleased]\n${unreleased}\n## [0.1.0]\n\n- All.\n`);
  const manifest = { ...JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')), version: '0.1.9' };
  writeFileSync(join(root, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
  git('init', '--quiet');
  git('add', '.');
  git('-c', 'user.name=test', '-c', 'user.email=test@localhost', 'commit', '--quiet', '-m', 'Before');

  const commands: string[] = [];
  const lines: string[] = [];
  const run = ([program = '', ...args]: readonly string[]) => {
    if (program === 'git') return git(...args);
    commands.push([program, ...args].join(' '));
    return '';
  };
  return {
    root,
    git,
    commands,
    lines,
    read: (file: string) => readFileSync(join(root, file), 'utf8'),
    release: (version: string) => release({ root, version, today, run, print: (line) => void lines.push(line) }),
  };
}

test('a release writes its version and its day, runs the checks, and says which git commands follow', () => {
  const at = checkout();
  at.release('0.2.0');
  expect(JSON.parse(at.read('package.json')).version).toBe('0.2.0');
  const lock = JSON.parse(at.read('package-lock.json'));
  expect([lock.version, lock.packages[''].version]).toEqual(['0.2.0', '0.2.0']);
  expect(at.read('CHANGELOG.md')).toBe(
    '# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2027-02-03\n\n### Added\n\n- Something.\n\n## [0.1.0]\n\n- All.\n',
  );
  expect(at.read('gateway/machine/release.ts')).toContain('RELEASED_AT = Date.UTC(2027, 1, 3);');
  expect(at.commands).toEqual(['npm test', 'npm run lint']);
  expect(at.lines.slice(1).map((line) => line.trim())).toEqual([
    `git add ${FILES.join(' ')}`,
    'git commit -m "Release 0.2.0"',
    'git tag -a v0.2.0 -m "Machimori 0.2.0"',
    'git push --follow-tags',
  ]);
});

test('a release changes nothing else than it has to', () => {
  const at = checkout();
  at.release('0.2.0');
  const changed = at.git('diff', '--numstat').trim().split('\n');
  expect(changed.toSorted()).toEqual([
    '1\t1\tgateway/machine/release.ts',
    '1\t1\tpackage.json',
    '2\t0\tCHANGELOG.md',
    '2\t2\tpackage-lock.json',
  ]);
});

test.each([
  ['0.2', /is not a version/],
  ['v0.2.0', /is not a version/],
  ['0.1.9', /is not newer than 0\.1\.9/],
  ['0.1.10', undefined],
  ['0.0.99', /is not newer/],
])('as version %s it is taken or refused before anything is written', (version, refusal) => {
  const at = checkout();
  if (refusal === undefined) return at.release(version);
  expect(() => at.release(version)).toThrow(refusal);
  expect(at.git('status', '--porcelain')).toBe('');
});

test('nothing is released from an unclean tree, or without a word on what has changed', () => {
  const unclean = checkout();
  writeFileSync(join(unclean.root, 'new'), '');
  expect(() => unclean.release('0.2.0')).toThrow(/not committed/);
  const silent = checkout({ unreleased: '' });
  expect(() => silent.release('0.2.0')).toThrow(/nothing under Unreleased/);
  expect(silent.git('status', '--porcelain')).toBe('');
});
