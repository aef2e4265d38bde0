import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { WholeFile } from '../../../gateway/machine/whole-file.ts';
import { collect } from '../../shared/feed/pieces.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('the file exists once it is finished and not before, readable by its owner only', async () => {
  const path = join(temporaryFolder(), 'week.parcel');
  const file = await WholeFile.open(path);
  await file.write(bytes('one '));
  await file.write(bytes('two'));
  expect(existsSync(path)).toBe(false);
  await file.finish();
  expect(readFileSync(path, 'utf8')).toBe('one two');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('each piece is written before it is passed on', async () => {
  const path = join(temporaryFolder(), 'week.parcel');
  const file = await WholeFile.open(path);
  async function* pieces() {
    yield bytes('one');
    yield bytes('two');
  }
  for await (const piece of file.through(pieces())) {
    expect(readFileSync(`${path}.part`, 'utf8').endsWith(Buffer.from(piece).toString())).toBe(true);
  }
  await file.finish();
});

test('an abandoned file leaves nothing behind, and the previous one stays', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'week.parcel');
  writeFileSync(path, 'last week');
  const file = await WholeFile.open(path);
  await file.write(bytes('half'));
  await file.abandon();
  expect(readdirSync(folder)).toEqual(['week.parcel']);
  expect(readFileSync(path, 'utf8')).toBe('last week');
});

test('a folder or a device is not replaced by a file', async () => {
  const folder = temporaryFolder();
  const device = join(folder, 'null');
  symlinkSync('/dev/null', device);
  for (const path of [folder, device]) {
    await expect(WholeFile.open(path)).rejects.toMatchObject({
      code: 'file-unwritable',
      message: expect.stringContaining('Name a file'),
    });
  }
  expect(readdirSync(folder)).toEqual(['null']);
});

test('a file an earlier run left half-written is started over', async () => {
  const path = join(temporaryFolder(), 'week.parcel');
  writeFileSync(`${path}.part`, 'a long half of a file');
  const file = await WholeFile.open(path);
  await file.write(bytes('new'));
  await file.finish();
  expect(readFileSync(path, 'utf8')).toBe('new');
});

test.each([
  ['ENOSPC', /full: free space/],
  ['EIO', /pulled out/],
  ['EFBIG', /exFAT/],
])('%s during a write is reported with what to do', async (code, hint) => {
  const path = join(temporaryFolder(), 'week.parcel');
  const failing = (async (...args: Parameters<typeof open>) => {
    const handle = await open(...args);
    handle.writeFile = () => Promise.reject(Object.assign(new Error(`${code}: write`), { code }));
    return handle;
  }) as typeof open; // as a disk would
  const file = await WholeFile.open(path, failing);
  async function* pieces() {
    yield bytes('one');
  }
  const writing = collect(file.through(pieces()));
  await expect(writing).rejects.toMatchObject({
    code: 'file-unwritable',
    on: path,
    hint: { en: expect.stringMatching(hint) },
  });
  await file.abandon();
  expect(existsSync(`${path}.part`)).toBe(false);
});

test('a stick that is gone when the file is finished is reported', async () => {
  const stick = join(temporaryFolder(), 'stick');
  mkdirSync(stick);
  const file = await WholeFile.open(join(stick, 'week.parcel'));
  rmSync(stick, { recursive: true });
  await expect(file.finish()).rejects.toMatchObject({
    code: 'file-unwritable',
    hint: { en: expect.stringMatching(/mounted/) },
  });
  await file.abandon();
});

test.each([
  ['a folder that is not there', 'no/such/folder/week.parcel', /mounted/],
  ['a file in the place of a folder', 'file/week.parcel', /Check the disk/],
])('%s is reported', async (_, name, hint) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  await expect(WholeFile.open(join(folder, name))).rejects.toMatchObject({
    code: 'file-unwritable',
    hint: { en: expect.stringMatching(hint) },
  });
});
