/** The pages of CONTRIBUTING.md that add a type are true: followed to the letter in a copy of the checkout, they work. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { repositoryRoot } from '../repository-root.ts';
import { faultOf, importsIn } from './imports.ts';

const PAGES = ['Add a device type', 'Add a port type', 'Add a destination type'];
const ADDED = ['rain-gauge', 'unix-socket', 'http'];
const NOT_COPIED = new Set(['.git', 'node_modules', 'dist', 'build', 'coverage']);

interface Step {
  readonly file: string;
  readonly language: string;
  readonly code: string;
}

/** The code blocks of a page, each with the file that the paragraph before it opens with. Blocks that show a shell are left out. */
function stepsOf(page: string): Step[] {
  const text = readFileSync(join(repositoryRoot, 'CONTRIBUTING.md'), 'utf8');
  const section = text.split(/^## /m).find((each) => each.startsWith(`${page}\n`)) ?? '';
  const steps: Step[] = [];
  let file = '';
  for (const [, paragraph, language, code] of section.matchAll(/^(`[\w./-]+`)|^```(ts|diff)\n(.*?)^```$/gms)) {
    if (paragraph !== undefined) file = paragraph.slice(1, -1);
    else steps.push({ file, language: language ?? '', code: code ?? '' });
  }
  return steps;
}

/** Writes a whole file, or edits one: the lines of a diff that are not new stand in it once. */
function follow(folder: string, { file, language, code }: Step): void {
  const path = join(folder, file);
  if (language === 'ts') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code, { flag: 'wx' }); // a page never overwrites what is there
    return;
  }
  const lines = code.trimEnd().split('\n');
  const side = (mark: string) =>
    lines
      .filter((line) => !line.startsWith(mark))
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  const [before, ...rest] = readFileSync(path, 'utf8').split(side('+'));
  expect(rest, `${file} has these lines once:\n${side('+')}`).toHaveLength(1);
  writeFileSync(path, `${before}${side('-')}${rest[0]}`);
}

const isProduct = (file: string) => !file.startsWith('test/');

function copyOfCheckout(): string {
  const folder = temporaryFolder();
  cpSync(repositoryRoot, folder, {
    recursive: true,
    filter: (path) => !NOT_COPIED.has(relative(repositoryRoot, path).split(sep)[0] ?? ''),
  });
  symlinkSync(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

test('whoever follows CONTRIBUTING has three new types that pass the type check, the linter and the contract suites', async () => {
  const folder = copyOfCheckout();
  const modules = createRequire(import.meta.url);
  const binary = (name: string, file: string) => join(dirname(modules.resolve(`${name}/package.json`)), file);
  const { FORCE_COLOR: _, ...others } = process.env;
  const env = { ...others, NO_COLOR: '1' };
  const run = async (...command: string[]) => {
    const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: folder, env }).catch((fault) => {
      throw new Error(`${command.join(' ')}\n${fault.stdout}\n${fault.stderr}`);
    });
    return stdout;
  };
  const added: string[] = [];
  for (const page of PAGES) {
    const steps = stepsOf(page);
    expect(steps.length, page).toBeGreaterThanOrEqual(4);
    for (const step of steps) follow(folder, step);
    for (const { file, language } of steps) if (language === 'ts') added.push(file);
  }
  const config = `export default { test: { include: ['test/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 60_000, maxWorkers: 2 } };`;
  writeFileSync(join(folder, 'vitest.config.ts'), config);

  const faults = importsIn(added.filter(isProduct), folder).flatMap((each) => faultOf(each) ?? []);
  expect(faults).toEqual([]);

  const suites = ['test/contract', 'test/gateway/words'];
  const ofTheirs = `\\b(${ADDED.join('|')})\\b`; // the others are tested where this test is
  const [tested] = await Promise.all([
    run(binary('vitest', 'vitest.mjs'), 'run', '--root', folder, '--reporter', 'verbose', '-t', ofTheirs, ...suites),
    run(binary('typescript', 'bin/tsc'), '--noEmit')
      .then(() => run(binary('typescript', 'bin/tsc'), '-p', 'tsconfig.browser.json'))
      .then(() => run(binary('@biomejs/biome', 'bin/biome'), 'check', 'gateway', 'devices', 'test/contract')),
  ]);
  for (const type of ADDED) expect(tested).toContain(` ${type} > `);
}, 240_000);
