/** Which boxes look at a stick. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { repositoryRoot } from '../repository-root.ts';

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
  for (const name of ['etc', 'data', 'stick/machimori', 'shims']) mkdirSync(join(folder, name), { recursive: true });
  shim('mount', ':');
  shim('umount', ':');
  shim('systemctl', ':');
  shim('hostname', ':');
  shim('machimori', `touch ${folder}/taken`);
});

function shim(name: string, body: string): void {
  writeFileSync(join(folder, 'shims', name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(folder, 'shims', name), 0o755);
}

/** Whether the stick was taken. */
function plugIn(): boolean {
  const env = {
    PATH: `${join(folder, 'shims')}:${process.env.PATH}`,
    MACHIMORI_ETC: join(folder, 'etc'),
    MACHIMORI_DATA: join(folder, 'data'),
    MACHIMORI_MOUNT: join(folder, 'stick'),
  };
  expect(spawnSync('sh', [join(repositoryRoot, 'deploy/box/set-up'), '/dev/none'], { env }).status).toBe(0);
  return existsSync(join(folder, 'taken'));
}

test('a new box takes a stick', () => {
  expect(plugIn()).toBe(true);
});

test('a box that has been set up takes none', () => {
  writeFileSync(join(folder, 'etc/set-up.json'), '{}');
  expect(plugIn()).toBe(false);
});

test('a box that somebody has set up by hand, and on which a gateway has run, takes none', () => {
  writeFileSync(join(folder, 'data/buffer.sqlite'), '');
  expect(plugIn()).toBe(false);
});
