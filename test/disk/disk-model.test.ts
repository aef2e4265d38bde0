import { expect, test } from 'vitest';
import { Random } from '../../simulators/random.ts';
import { DiskModel, type Luck } from './disk-model.ts';
import type { DiskOperation } from './recording.ts';

const NOTHING: Luck = { kind: 'nothing' };
const EVERYTHING: Luck = { kind: 'everything' };
const CREATE: DiskOperation = { kind: 'create', inode: 1, name: 'a' };
const SYNC: DiskOperation = { kind: 'sync', inode: 1 };
const SYNC_FAILED: DiskOperation = { kind: 'sync-failed', inode: 1 };
const SYNC_DIRECTORY: DiskOperation = { kind: 'sync-directory' };

function write(offset: number, text: string): DiskOperation {
  return { kind: 'write', inode: 1, offset, bytes: new TextEncoder().encode(text) };
}

/** The files a power cut leaves after these operations. */
function left(luck: Luck, ...operations: readonly DiskOperation[]): Record<string, string> {
  const disk = new DiskModel();
  for (const operation of operations) disk.apply(operation);
  return Object.fromEntries([...disk.image(luck)].map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]));
}

test('unsynced writes may be there or not', () => {
  const operations = [CREATE, SYNC_DIRECTORY, write(0, 'old'), SYNC, write(0, 'new!')];
  expect(left(NOTHING, ...operations)).toEqual({ a: 'old' });
  expect(left(EVERYTHING, ...operations)).toEqual({ a: 'new!' });
});

test('a name is certain only once the directory is synced, whatever was done to the file', () => {
  const operations = [CREATE, write(0, 'x'), SYNC];
  expect(left(NOTHING, ...operations)).toEqual({});
  expect(left(NOTHING, ...operations, SYNC_DIRECTORY)).toEqual({ a: 'x' });
  const removed: DiskOperation[] = [...operations, SYNC_DIRECTORY, { kind: 'unlink', name: 'a' }];
  expect(left(NOTHING, ...removed)).toEqual({ a: 'x' });
  expect(left(EVERYTHING, ...removed)).toEqual({});
});

test('a renamed file keeps its content, under either name', () => {
  const renamed: DiskOperation[] = [
    CREATE,
    SYNC_DIRECTORY,
    write(0, 'x'),
    SYNC,
    { kind: 'rename', from: 'a', to: 'b' },
  ];
  expect(left(NOTHING, ...renamed)).toEqual({ a: 'x' });
  expect(left(EVERYTHING, ...renamed)).toEqual({ b: 'x' });
});

test("a removed file's inode number may be reused", () => {
  const again: DiskOperation = { kind: 'create', inode: 1, name: 'b' };
  const operations = [
    CREATE,
    write(0, 'old'),
    SYNC,
    { kind: 'unlink', name: 'a' } as const,
    again,
    write(0, 'n'),
    SYNC,
  ];
  expect(left(EVERYTHING, ...operations)).toEqual({ b: 'n' });
});

test('a write tears between sectors, never within one', () => {
  const operations = [CREATE, SYNC_DIRECTORY, write(0, '....'.repeat(4)), SYNC, write(2, 'x'.repeat(12))];
  const seen = new Set<string>();
  for (let seed = 0; seed < 200; seed++) {
    const luck: Luck = { kind: 'some', random: new Random(seed), probability: 0.5, sectorBytes: 8 };
    seen.add(left(luck, ...operations).a ?? '');
  }
  expect([...seen].sort()).toEqual(
    ['................', '..xxxxxx........', '........xxxxxx..', '..xxxxxxxxxxxx..'].sort(),
  );
});

test('data whose fsync failed stays uncertain until rewritten, even if a later fsync succeeds', () => {
  const failed = [CREATE, SYNC_DIRECTORY, write(0, 'aaaa'), SYNC_FAILED, write(4, 'bb'), SYNC];
  expect(left(NOTHING, ...failed)).toEqual({ a: '\0\0\0\0bb' });
  expect(left(EVERYTHING, ...failed)).toEqual({ a: 'aaaabb' });
  const again = [...failed, write(1, 'cc'), SYNC];
  expect(left(NOTHING, ...again)).toEqual({ a: '\0cc\0bb' });
  expect(left(EVERYTHING, ...again)).toEqual({ a: 'accabb' });
});

test('a file shortened and written again has zeros in between', () => {
  const operations: DiskOperation[] = [
    CREATE,
    SYNC_DIRECTORY,
    write(0, 'abcdef'),
    { kind: 'truncate', inode: 1, length: 2 },
    write(4, 'x'),
    SYNC,
  ];
  expect(left(NOTHING, ...operations)).toEqual({ a: 'ab\0\0x' });
});
