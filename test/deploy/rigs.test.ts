/** The example rigs are good and come true, as anybody runs them, from a copy of their folder. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRigFile } from '../../gateway/rig/file/rig-file.ts';
import { PROGRAM } from '../program.ts';
import { repositoryRoot } from '../repository-root.ts';

const RIGS = join(repositoryRoot, 'deploy/rigs');
const files = readdirSync(RIGS).filter((file) => file.endsWith('.toml') && !file.endsWith('.gateway.toml'));
/** Of a rig that is long: a day of its month. */
const SECONDS: Readonly<Record<string, number>> = { 'a-month-in-an-hour.toml': 86_400 };

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'machimori-rigs-'));
  cpSync(RIGS, folder, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

test('there are five', () => {
  expect(files).toHaveLength(5);
});

test.each(files)('%s is good, with nothing to note', (file) => {
  expect(readRigFile(join(RIGS, file))).toMatchObject({ ok: true, notes: [] });
});

describe('run', () => {
  test.concurrent.each(files)(
    '%s comes true',
    async (file) => {
      const seconds = SECONDS[file];
      const words = ['rig', 'run', join(folder, file), '--json', ...(seconds ? ['--seconds', String(seconds)] : [])];
      const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...words]).catch((failed) => failed);
      const { expectations } = JSON.parse(stdout);
      expect(expectations.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([]);
      expect(expectations.length).toBeGreaterThan(0);
    },
    180_000,
  );
});
