/** Which boxes look at a stick. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { repositoryRoot } from '../repository-root.ts';

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
  for (const name of ['etc', 'data', 'stick/machimori', 'shims']) mkdirSync(join(folder, name), { recursive: true });
  shim('mount', `echo "$@" >> ${folder}/mounted`);
  shim('umount', ':');
  shim('blkid', 'echo vfat');
  shim('systemctl', `echo "$*" >> ${folder}/told`);
  shim('hostname', ':');
  shim('machimori', `touch ${folder}/taken ${folder}/etc/set-up.unfinished ${folder}/etc/set-up.json`);
});

function shim(name: string, body: string): void {
  writeFileSync(join(folder, 'shims', name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(folder, 'shims', name), 0o755);
}

const script = join(repositoryRoot, 'deploy/box/set-up');
const environment = () => ({
  PATH: `${join(folder, 'shims')}:${process.env.PATH}`,
  MACHIMORI_ETC: join(folder, 'etc'),
  MACHIMORI_DATA: join(folder, 'data'),
  MACHIMORI_MOUNT: join(folder, 'stick'),
  MACHIMORI_DISKS: join(folder, 'disks'),
});

function setUp(...device: readonly string[]): void {
  expect(spawnSync('sh', [script, ...device], { env: environment() }).status).toBe(0);
}

/** Whether the stick was taken. */
function plugIn(): boolean {
  setUp('/dev/none');
  return existsSync(join(folder, 'taken'));
}

/** What is in the machine as it starts: disks by name, with their partitions. */
function disk(name: string, removable: '0' | '1', ...partitions: readonly string[]): void {
  for (const part of ['', ...partitions]) mkdirSync(join(folder, 'disks', name, part), { recursive: true });
  writeFileSync(join(folder, 'disks', name, 'removable'), removable);
}

/** What has been mounted, a line each. */
function mounted(): string {
  return existsSync(join(folder, 'mounted')) ? readFileSync(join(folder, 'mounted'), 'utf8') : '';
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

test('a partition of its own for the data is not taken for a gateway that has run', () => {
  mkdirSync(join(folder, 'data/lost+found'));
  expect(plugIn()).toBe(true);
});

test('nothing on a stick is run, and nothing is written to it, an ext4 journal included', () => {
  plugIn();
  expect(mounted()).toMatch(/^-t vfat -o ro,nosuid,nodev,noexec \/dev\/none /);
  rmSync(join(folder, 'etc/set-up.json'));
  shim('blkid', 'echo ext4');
  plugIn();
  expect(mounted()).toMatch(/^-t ext4 -o ro,nosuid,nodev,noexec,noload \/dev\/none /m);
});

test('a stick is mounted only if its file system is one that sticks have, and says which it has', () => {
  shim('blkid', 'echo ntfs');
  const { status, stderr } = spawnSync('sh', [script, '/dev/none'], { env: environment(), encoding: 'utf8' });
  expect([status, mounted()]).toEqual([1, '']);
  expect(stderr).toBe('set-up: /dev/none has ntfs; a stick has FAT, exFAT or ext4\n');
});

const told = () => readFileSync(join(folder, 'told'), 'utf8').trimEnd().split('\n');
const isUnfinished = () => existsSync(join(folder, 'etc/set-up.unfinished'));

test('the gateway is enabled and started once the box is set up, and not by a stick that is faulty', () => {
  shim('machimori', 'exit 1');
  expect(spawnSync('sh', [script, '/dev/none'], { env: environment() }).status).toBe(1);
  expect(existsSync(join(folder, 'told'))).toBe(false);
  shim('machimori', `touch ${folder}/taken ${folder}/etc/set-up.unfinished ${folder}/etc/set-up.json`);
  plugIn();
  expect([told()[0], told().at(-1)]).toEqual([
    '--no-block --no-reload enable machimori.service',
    '--no-block restart machimori.service',
  ]);
  expect(isUnfinished()).toBe(false);
});

test('a power cut after the mark: the next start enables and starts the gateway', () => {
  shim('systemctl', 'kill -9 $PPID');
  expect(spawnSync('sh', [script, '/dev/none'], { env: environment() }).signal).toBe('SIGKILL');
  expect(isUnfinished()).toBe(true);
  shim('systemctl', `echo "$*" >> ${folder}/told`);
  setUp();
  expect(told()).toContain('--no-block --no-reload enable machimori.service');
  expect([told().at(-1), isUnfinished()]).toEqual(['--no-block restart machimori.service', false]);
});

test('a stick that is pulled out after it was read ends nothing', () => {
  shim('machimori', `kill -TERM $PPID; touch ${folder}/etc/set-up.unfinished ${folder}/etc/set-up.json; exit 1`);
  setUp('/dev/none');
  expect(told().at(-1)).toBe('--no-block restart machimori.service');
});

test('at a boot it looks at every partition of what is removable, and at sticks that have none', () => {
  shim('machimori', 'exit 1'); // none of them is its own
  disk('sda', '0', 'sda1');
  disk('sdb', '1', 'sdb1', 'sdb2');
  disk('sdc', '1');
  setUp();
  expect(mounted().match(/\/dev\/\w+/g)).toEqual(['/dev/sdb1', '/dev/sdb2', '/dev/sdc']);
});

test('of two who come at once, one sets the box up, and the other leaves it alone', async () => {
  shim('machimori', `echo taken >> ${folder}/taken; touch ${folder}/etc/set-up.json`);
  const both = [1, 2].map(() => spawn('sh', [script, '/dev/none'], { env: environment() }));
  const codes = await Promise.all(both.map((each) => once(each, 'close')));
  expect(codes.map(([code]) => code)).toEqual([0, 0]);
  expect(readFileSync(join(folder, 'taken'), 'utf8')).toBe('taken\n');
});
