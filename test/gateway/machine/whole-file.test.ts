import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
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
  const folder = temporaryFolder();
  const path = join(folder, 'week.parcel');
  const file = await WholeFile.open(path);
  async function* pieces() {
    yield bytes('one');
    yield bytes('two');
  }
  const [part = ''] = readdirSync(folder);
  for await (const piece of file.through(pieces())) {
    expect(readFileSync(join(folder, part), 'utf8').endsWith(Buffer.from(piece).toString())).toBe(true);
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

test('a file an earlier run left half-written is started over, and once that half is an hour old it goes', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'week.parcel');
  const [old, oldest, another] = [
    'week.parcel.part-0123abcd',
    'week.parcel.part',
    'week.parcel.part-4567abcd',
  ] as const;
  for (const name of [old, oldest, another, 'week.parcel.part-list']) writeFileSync(join(folder, name), 'a long half');
  for (const name of [old, oldest, 'week.parcel.part-list']) utimesSync(join(folder, name), 0, 0);
  const file = await WholeFile.open(path);
  await file.write(bytes('new'));
  await file.finish();
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(folder).sort()).toEqual(['week.parcel', another, 'week.parcel.part-list'].sort());
});

test('of two that write one file at once each leaves a whole one', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'week.parcel');
  const files = [await WholeFile.open(path), await WholeFile.open(path)] as const;
  for (const [i, file] of files.entries()) await file.write(bytes(`whole ${i}`));
  await files[1].finish();
  expect(readFileSync(path, 'utf8')).toBe('whole 1');
  await files[0].finish();
  expect(readFileSync(path, 'utf8')).toBe('whole 0');
  expect(readdirSync(folder)).toEqual(['week.parcel']);
});

test.each([
  ['ENOSPC', /full: free space/],
  ['EIO', /pulled out/],
  ['EFBIG', /exFAT/],
])('%s during a write is reported with what to do', async (code, hint) => {
  const folder = temporaryFolder();
  const path = join(folder, 'week.parcel');
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
  expect(readdirSync(folder)).toEqual([]);
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
