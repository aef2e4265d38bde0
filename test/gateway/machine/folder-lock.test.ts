/** Changes of a folder's files, one after the other. With processes of their own: test/end-to-end/commands-at-once.test.ts. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changing, lockFileOf } from '../../../gateway/machine/folder-lock.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('it may be nested, is free after a fault, and makes a folder that is missing', () => {
  const folder = join(temporaryFolder(), 'data');
  const fail = () => {
    throw new Error('work');
  };
  expect(changing(folder, () => changing(folder, () => 'nested'))).toBe('nested');
  expect(() => changing(folder, fail)).toThrow('work');
  expect(() => changing(folder, () => changing(folder, fail))).toThrow('work');
  expect(changing(folder, () => 'free', 0)).toBe('free');
  expect(statSync(lockFileOf(folder)).mode & 0o077).toBe(0);
});

test('where nothing can be written it says what to do', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  mkdirSync(lockFileOf(folder));
  for (const place of [join(folder, 'file', 'below'), folder]) {
    expect(() => changing(place, () => 'changed')).toThrow(expect.objectContaining({ code: 'file-unwritable' }));
  }
});
