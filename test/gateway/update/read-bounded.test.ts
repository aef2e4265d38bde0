import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBounded } from '../../../gateway/update/read-bounded.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('a plain file is read; a link, a pipe, a folder and what is too large are not, and nothing waits', () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  writeFileSync(at('plain'), 'ready');
  symlinkSync('/dev/zero', at('link'));
  execFileSync('mkfifo', [at('pipe')]);
  mkdirSync(at('folder'));
  expect(readBounded(at('plain'), 5).toString()).toBe('ready');
  expect(() => readBounded(at('plain'), 4)).toThrow('5 bytes');
  for (const name of ['link', 'pipe', 'folder', 'missing']) expect(() => readBounded(at(name), 5)).toThrow();
});
