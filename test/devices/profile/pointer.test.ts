import fc from 'fast-check';
import { expect, test } from 'vitest';
import { followPointer, isPointer } from '../../../devices/profile/pointer.ts';

/** RFC 6901 §5. */
const document = {
  foo: ['bar', 'baz'],
  '': 0,
  'a/b': 1,
  'c%d': 2,
  'e^f': 3,
  'g|h': 4,
  'i\\j': 5,
  'k"l': 6,
  ' ': 7,
  'm~n': 8,
};

test.each([
  ['', document],
  ['/foo', ['bar', 'baz']],
  ['/foo/0', 'bar'],
  ['/', 0],
  ['/a~1b', 1],
  ['/c%d', 2],
  ['/e^f', 3],
  ['/g|h', 4],
  ['/i\\j', 5],
  ['/k"l', 6],
  ['/ ', 7],
  ['/m~0n', 8],
])('%j leads to the value of RFC 6901 §5', (pointer, value) => {
  expect(isPointer(pointer)).toBe(true);
  expect(followPointer(document, pointer)).toEqual({ ok: true, value });
});

test.each(['foo', 'foo/bar', '/~', '/a~2b', '/0'.repeat(17)])('%j is no pointer', (pointer) => {
  expect(isPointer(pointer)).toBe(false);
});

test('one that leads nowhere says how far it came, and what is there', () => {
  expect(followPointer({ data: { sites: [] } }, '/data/stations/0')).toEqual({
    ok: false,
    reached: '/data',
    there: { sites: [] },
  });
  expect(followPointer({ foo: ['a'] }, '/foo/01').ok).toBe(false);
  expect(followPointer({ foo: ['a'] }, '/foo/length').ok).toBe(false);
  expect(followPointer({}, '/constructor').ok).toBe(false);
});

test('every value of any JSON is found by the pointer to it', () => {
  const walk = (json: unknown, pointer: string): void => {
    expect(isPointer(pointer)).toBe(true);
    expect(followPointer(json, '')).toEqual({ ok: true, value: json });
    expect(followPointer(root, pointer)).toEqual({ ok: true, value: json });
    if (typeof json !== 'object' || json === null) return;
    for (const [key, value] of Object.entries(json))
      walk(value, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  };
  let root: unknown;
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (json) => {
      root = json;
      walk(json, '');
    }),
  );
});
