/** A rig has its folder for itself, and begins without what an earlier run left there. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeFolder } from '../../../gateway/rig/rig-folder.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('what the last run left is removed, and nothing else', () => {
  const folder = join(temporaryFolder(), 'rig');
  const first = takeFolder(folder);
  writeFileSync(join(first.lastRun, 'city-os.sqlite'), 'old');
  writeFileSync(join(folder, 'notes.txt'), 'mine');
  first.release();
  const second = takeFolder(folder);
  expect(existsSync(join(second.lastRun, 'city-os.sqlite'))).toBe(false);
  expect(existsSync(join(folder, 'notes.txt'))).toBe(true);
  second.release();
});

test('a second rig is refused while the first one runs, and lets its data be', () => {
  const folder = join(temporaryFolder(), 'rig');
  const first = takeFolder(folder);
  writeFileSync(join(first.lastRun, 'city-os.sqlite'), 'in use');
  expect(() => takeFolder(folder)).toThrow(expect.objectContaining({ code: 'rig-runs', on: folder }));
  expect(existsSync(join(first.lastRun, 'city-os.sqlite'))).toBe(true);
  first.release();
  takeFolder(folder).release();
});

test('a folder that cannot be one is told as such', () => {
  const file = join(temporaryFolder(), 'rig');
  mkdirSync(file.replace(/rig$/, ''), { recursive: true });
  writeFileSync(file, '');
  expect(() => takeFolder(file)).toThrow(expect.objectContaining({ code: 'file-unwritable' }));
});
