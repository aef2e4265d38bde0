import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onlyOfKind, openParcelFile } from '../../../gateway/cli/parcel-file.ts';
import { encodeEnd, encodeHead, encodeItem } from '../../../shared/feed/parcel.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const head = encodeHead({ gateway: 'weir', tenant: 'town', at: 1_000 });
const parcel = (kind: 'batch' | 'receipt') => Buffer.concat([head, encodeItem(kind, Uint8Array.of(1)), encodeEnd(1)]);

test.each([
  ['an empty file', '', /this is not a file of machimori export, but an empty file/],
  ['a configuration', '[gateway]\nid = "a"\n', /, but a configuration/],
  ['JSON', '{"a": 1}', /, but JSON/],
  ['text', 'notes of the day', /, but text/],
  ['Japanese text', 'メモ', /, but text/],
  ['a database', 'SQLite format 3\0…', /, but a buffer file or another SQLite database/],
  ['an archive', 'PK\x03\x04', /, but a compressed file/],
  ['noise', '\x01\x02\x03', /, but something else/],
])('%s is no parcel, and is called by its name', async (_, content, expected) => {
  const file = join(temporaryFolder(), 'week');
  writeFileSync(file, content);
  const opening = openParcelFile(file, 'data');
  await expect(opening).rejects.toMatchObject({ code: 'not-a-parcel', message: expect.stringMatching(expected) });
});

test('a folder is no parcel', async () => {
  const folder = join(temporaryFolder(), 'stick');
  mkdirSync(folder);
  await expect(openParcelFile(folder, 'data')).rejects.toMatchObject({
    code: expect.stringMatching(/^(not-a-parcel|file-unreadable)$/),
  });
});

test('receipts are not imported, and batches not settled', async () => {
  const folder = temporaryFolder();
  const open = async (file: string, wanted: 'data' | 'receipts') =>
    onlyOfKind(await openParcelFile(file, wanted), file, wanted);
  const [batches, receipts] = [join(folder, 'batches'), join(folder, 'receipts')];
  writeFileSync(batches, parcel('batch'));
  writeFileSync(receipts, parcel('receipt'));
  await expect(open(receipts, 'data')).rejects.toMatchObject({
    message: expect.stringMatching(/, but a file of receipts/),
  });
  await expect(open(batches, 'receipts')).rejects.toMatchObject({
    message: expect.stringMatching(/, but a file of batches/),
  });
  const { messages } = await open(batches, 'data');
  expect(await kindsOf(messages)).toEqual(['batch']);
});

async function kindsOf(messages: AsyncIterable<{ readonly kind: string }>): Promise<string[]> {
  const kinds: string[] = [];
  for await (const { kind } of messages) kinds.push(kind);
  return kinds;
}
