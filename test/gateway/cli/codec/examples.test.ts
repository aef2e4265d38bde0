import { expect, test } from 'vitest';
import { differences, maxDifferences } from '../../../../gateway/cli/codec/difference.ts';
import { readExamples } from '../../../../gateway/cli/codec/examples.ts';

test('TS013’s list is read, its bytes as numbers or as hexadecimal', () => {
  const text = JSON.stringify([
    { type: 'uplink', description: 'up', input: { bytes: '01 fF', fPort: 1 }, output: { data: { a: 1 } } },
    { type: 'downlink-encode', input: { data: { a: 1 } }, output: { bytes: '0102', fPort: 2 } },
    { type: 'downlink-decode', input: { bytes: [3], fPort: 2 }, output: { data: {} } },
  ]);
  expect(readExamples(text, 'examples.json', 'index.js')).toEqual(
    [
      { description: 'up', function: 'decodeUplink', input: { bytes: [1, 255], fPort: 1 }, output: { data: { a: 1 } } },
      { description: '', function: 'encodeDownlink', input: { data: { a: 1 } }, output: { bytes: [1, 2], fPort: 2 } },
      { description: '', function: 'decodeDownlink', input: { bytes: [3], fPort: 2 }, output: { data: {} } },
    ].map(({ description, function: asked, ...rest }) =>
      expect.objectContaining({ description, function: asked, ...rest }),
    ),
  );
});

const repository = `
uplinkDecoder:
  fileName: up.js
  examples:
    - description: one
      input: { fPort: 1, bytes: [0x01] }
      output: { data: { a: 1 } }
downlinkEncoder:
  fileName: down.js
  examples:
    - description: two
      input: { data: { on: true } }
      output: { fPort: 2, bytes: [0xff] }
downlinkDecoder:
  fileName: down.js
  examples:
`;

test('a file of The Things Network’s repository gives the examples of the codec that it names', () => {
  const read = (codec: string) => readExamples(repository, 'codec.yaml', codec).map(({ description }) => description);
  expect(read('up.js')).toEqual(['one']);
  expect(read('down.js')).toEqual(['two']);
  expect(read('renamed.js')).toEqual(['one', 'two']);
});

test('what is no list of examples is refused with what is off', () => {
  for (const text of ['', '[]', '{', 'uplinkDecoder: 5', '[{"type":"up"}]', 'uplinkDecoder: {}', 'a: &a [*a]', '5']) {
    expect(() => readExamples(text, 'examples.json', 'a.js')).toThrow(/^examples\.json: /);
  }
});

test('differences are told by their path', () => {
  expect(differences({ data: { a: [1, { b: 2 }], c: 'x' } }, { data: { a: [1, { b: 3 }, 4], d: 'x' } })).toEqual([
    { path: 'data.a[1].b', expected: 2, actual: 3 },
    { path: 'data.a[2]', expected: undefined, actual: 4 },
    { path: 'data.c', expected: 'x', actual: undefined },
    { path: 'data.d', expected: undefined, actual: 'x' },
  ]);
});

test('numbers are compared exactly, as JSON has them', () => {
  expect(differences(0.1 + 0.2, 0.3)).toHaveLength(1);
  expect(
    differences({ a: Number.NaN, b: undefined, c: new Date(0) }, { a: null, c: '1970-01-01T00:00:00.000Z' }),
  ).toEqual([]);
  expect(differences({ a: [] }, { a: {} })).toHaveLength(1);
  expect(differences(JSON.parse('{"__proto__":1}'), {})).toHaveLength(1);
});

test('null may be missing where it is expected, but a value may not be null', () => {
  expect(differences({ unit: null }, {})).toEqual([]);
  expect(differences({ unit: null }, { unit: 'm' })).toHaveLength(1);
  expect(differences({}, { unit: null })).toHaveLength(1);
});

test('not more differences are told than anybody reads', () => {
  const list = Array.from({ length: 100 }, (_, at) => at);
  expect(differences(list, [])).toHaveLength(maxDifferences);
});
