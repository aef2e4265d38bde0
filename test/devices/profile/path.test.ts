import fc from 'fast-check';
import { expect, test } from 'vitest';
import { follow, parsePath } from '../../../devices/profile/path.ts';

const json = {
  level: 1,
  data: { 'air temp': 2, 'a.b': 3, 温度: 4, '"': 5 },
  sensors: [
    { name: 'soil', values: [6, 7] },
    { name: 'air 1', id: 12, value: 8 },
    { name: 'soil', values: [9] },
  ],
};

test.each([
  ['level', 1],
  ['data."air temp"', 2],
  ['data."a.b"', 3],
  ['data.温度', 4],
  [String.raw`data."\""`, 5],
  ['sensors.0.values.1', 7],
  ['sensors[name=soil].values.0', 6],
  ['sensors[name="air 1"].value', 8],
  ['sensors[id=12].value', 8],
])('%s leads to its value', (path, value) => {
  expect(follow(json, path)?.value).toBe(value);
});

test.each([
  'depth',
  'level.x',
  'sensors[name=rain].value',
  'data[name=x]',
  'sensors.9',
  'sensors.length',
  'toString',
  'data.constructor',
])('%s leads nowhere', (path) => {
  expect(follow(json, path)).toBeUndefined();
});

test.each(['', '.', 'a.', '.a', 'a..b', 'a b', '"a', 'a[b]', 'a[=b]', 'a"b"', 'a.[b=c]', 'a[b=c]d'])(
  '"%s" is no path',
  (path) => {
    expect(parsePath(path)).toBeUndefined();
  },
);

test('any names, quoted, lead to their value', () => {
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 6 }), (names) => {
      const deep = names.reduceRight<unknown>((value, key) => Object.fromEntries([[key, value]]), 42);
      const path = names.map((key) => `"${key.replace(/["\\]/g, String.raw`\$&`)}"`).join('.');
      expect(follow(deep, path)).toEqual({ value: 42, keys: names });
    }),
  );
});
