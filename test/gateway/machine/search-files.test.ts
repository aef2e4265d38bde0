import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { searchFiles } from '../../../gateway/machine/search-files.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const MARK = Buffer.from('見守りタグ-7');
const pieceBytes = 1024 * 1024;

test('bytes are found wherever they stand in a file, also across the pieces in which it is read', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'deeper/still'), { recursive: true });
  const places = [0, 1, pieceBytes - 5, pieceBytes, pieceBytes + 3, 2 * pieceBytes + MARK.length - 8, 3_000_000];
  for (const place of places) {
    const bytes = Buffer.alloc(3_100_000, 0x61);
    MARK.copy(bytes, place);
    writeFileSync(join(folder, 'deeper/still', `${place}`), bytes);
  }
  writeFileSync(join(folder, 'without'), MARK.subarray(0, MARK.length - 1));
  writeFileSync(join(folder, 'empty'), '');
  const { files, bytes, found } = await searchFiles(folder, MARK);
  expect(found).toEqual(places.map((place) => `deeper/still/${place}`).sort());
  expect([files, bytes]).toEqual([places.length + 2, places.length * 3_100_000 + MARK.length - 1]);
});

test('links and what is passed over are not searched', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'list'), MARK);
  symlinkSync(join(folder, 'list'), join(folder, 'link'));
  expect(await searchFiles(folder, MARK, (path) => path === 'list')).toEqual({ files: 0, bytes: 0, found: [] });
});

test('nothing cannot be looked for', async () => {
  await expect(searchFiles(temporaryFolder(), new Uint8Array())).rejects.toThrow(RangeError);
});
