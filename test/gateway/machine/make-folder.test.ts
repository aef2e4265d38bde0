import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../../gateway/machine/make-folder.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('a folder is made with those above it, for its owner alone, and again without fault', () => {
  const folder = join(temporaryFolder(), 'a', 'b', 'c');
  makeFolder(folder);
  makeFolder(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test.runIf(existsSync('/proc/self'))('where the system makes none, it is a fault and not tried for ever', () => {
  expect(() => makeFolder('/proc/machimori/data')).toThrow(/ENOENT/);
  expect(() => makeFolder('/dev/null/data')).toThrow(/ENOTDIR/);
});
