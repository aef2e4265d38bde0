import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCbor } from '../../../shared/feed/cbor.ts';
import { readSequence } from '../../../shared/feed/cbor-sequence.ts';
import { hostileBytes } from './hostile.ts';
import { anyLengths, collect, inPieces } from './pieces.ts';

const options = { name: 'a file', maxItemBytes: 10_000 };
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const readHex = async (hex: string, lengths = [1]) =>
  (await collect(readSequence(inPieces(bytesOf(hex), lengths), options))).map(({ bytes }) => hexOf(bytes));

test('items come whole and in order, however the bytes are cut', async () => {
  const anyItem = fc.jsonValue({ maxDepth: 4 }).map(encodeCbor);
  const property = fc.asyncProperty(fc.array(anyItem, { maxLength: 20 }), anyLengths, async (items, lengths) => {
    const read = await collect(readSequence(inPieces(Buffer.concat(items), lengths), options));
    expect(read.map(({ bytes }) => hexOf(bytes))).toEqual(items.map(hexOf));
    expect(read.map(({ at }) => at)).toEqual(items.map((_, i) => items.slice(0, i).reduce((n, b) => n + b.length, 0)));
  });
  await fc.assert(property);
});

describe('the examples of RFC 8949 appendix A', () => {
  test.each([
    ['numbers', ['00', '17', '1818', '1903e8', '1a000f4240', '1b000000e8d4a51000', '3903e7', 'fb3ff199999999999a']],
    ['simple values', ['f4', 'f5', 'f6', 'f7', 'f0', 'f8ff', 'f93c00', 'fa47c35000']],
    ['strings', ['40', '4401020304', '60', '6449455446']],
    ['arrays and maps', ['80', '83010203', '8301820203820405', 'a0', 'a26161016162820203']],
    [
      'arrays and maps of indefinite length',
      ['9fff', '9f018202039f0405ffff', '83018202039f0405ff', 'bf61610161629f0203ffff'],
    ],
    ['tags', ['c11a514b67b0', 'd818456449455446', 'c249010000000000000000']],
  ])('%s are cut where they end', async (_, items) => {
    expect(await readHex(items.join(''))).toEqual(items);
  });
});

test.each([
  ['a reserved head', '01 1c'],
  ['a break on its own', '01 ff'],
  ['a break in an array of known length', '01 82 01 ff'],
  ['a string of indefinite length', '01 5f 41 00 ff'],
  ['a string that claims more than an item may have', '01 5a 00 00 27 10'],
  ['a string that claims more than there is in the world', '01 7b ff ff ff ff ff ff ff ff'],
  ['an array that claims more members than an item has bytes', '01 9a 00 01 00 00'],
  ['a nesting without end', `01 ${'81'.repeat(100)}`],
])('%s ends the reading after the last good item', async (_, hex) => {
  const read: string[] = [];
  const reading = (async () => {
    for await (const { bytes } of readSequence([bytesOf(hex)], options)) read.push(hexOf(bytes));
  })();
  await expect(reading).rejects.toMatchObject({ code: 'malformed', on: 'a file' });
  expect(read).toEqual(['01']);
});

test('a sequence that ends within an item says so, after how many bytes', async () => {
  const reading = collect(readSequence(inPieces(bytesOf('01 45 00 00'), [1]), options));
  await expect(reading).rejects.toMatchObject({ code: 'cut-short', message: expect.stringContaining('after 4 bytes') });
});

test('an empty sequence has no items', async () => {
  expect(await collect(readSequence([], options))).toEqual([]);
});

test('whatever a stranger writes is read to an end or refused', async () => {
  const good = encodeCbor([1, new Uint8Array(20), { a: [1, 2, 3] }]);
  const property = fc.asyncProperty(hostileBytes(good), anyLengths, async (bytes, lengths) => {
    await collect(readSequence(inPieces(bytes, lengths), options)).catch((fault) => {
      expect(['malformed', 'cut-short']).toContain(fault.code);
    });
  });
  await fc.assert(property, { numRuns: 500 });
});
