/** Whoever may change the configuration from afar cannot stop the gateway with it: what goes deep is refused before it costs anything. */
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { changes, withChanges } from '../../../gateway/config/change.ts';
import { readConfig } from '../../../gateway/config/config.ts';
import { readToml } from '../../../gateway/config/toml.ts';

const TEXT = '[gateway]\nid = "box"\n';
const size = 60_000;

/** Far more than it takes, and far less than it once took. */
const quickly = { timeout: 5_000 };

describe('a text that goes very deep is refused at its line', () => {
  const texts = {
    'lists in lists': `a = ${'['.repeat(size / 2)}${']'.repeat(size / 2)}`,
    'lists that are never closed': `a = ${'['.repeat(size)}`,
    'tables in tables': `a = ${'{a='.repeat(size / 4)}1${'}'.repeat(size / 4)}`,
    'a key with many dots': `${'a.'.repeat(size / 2)}a = 1`,
    'a table with many dots': `[${'a.'.repeat(size / 2)}a]`,
  };
  test.each(Object.entries(texts))('%s', quickly, (_, deep) => {
    const read = readConfig(`${TEXT}${deep}\n`, '/etc/machimori/gateway.toml');
    expect(read.ok ? [] : read.faults).toEqual([
      expect.objectContaining({ line: 3, what: expect.objectContaining({ code: 'config.too-deep' }) }),
    ]);
  });
});

test('brackets and dots in strings and comments are not counted', () => {
  const many = '[{.'.repeat(100);
  const text = [
    `# ${many}`,
    `a = "${many}\\"${many}"`,
    `b = '${many}'`,
    `c = """${many}\n\\"""${many}"""`,
    `d = 1.5 # ${many}`,
  ];
  expect(readToml(text.join('\n')).ok).toBe(true);
  expect(readToml(`e = '''${many}\n${many}'''`).ok).toBe(true);
});

test.each([['"\\'], ["'"], ['"""\\'], ["'''"], ['"'], ['"\'']])(
  'quotes without an end do not hold it up: %s',
  quickly,
  (quotes) => {
    readToml(`a = ${quotes.repeat(size / quotes.length)}`);
  },
);

const nested = (levels: number, inmost: unknown): unknown =>
  Array.from({ length: levels }).reduce((inside) => [inside], inmost);
const isTaken = (value: unknown) => v.is(changes, [{ set: 'console.names', value }]);

test('a value may be what TOML can say, and no deeper than any setting is', quickly, () => {
  for (const good of ['a', 1.5, true, [1, ['a']], { lat: 1, more: { name: 'b' } }, nested(30, 1)]) {
    expect(isTaken(good), JSON.stringify(good)).toBe(true);
  }
  for (const bad of [
    null,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    [null],
    { a: { b: null } },
    nested(25, null),
    nested(20_000, 1),
  ]) {
    expect(isTaken(bad)).toBe(false);
  }
});

test('a setting whose way has thousands of steps is none', () => {
  expect(v.is(changes, [{ set: 'a.'.repeat(30_000), value: 1 }])).toBe(false);
  expect(() => withChanges(TEXT, [{ set: `${'a.'.repeat(240)}a`, value: 1 }])).toThrow();
});

test('what is no change is told in words', () => {
  const [issue] = v.safeParse(changes, [{ set: 'console.names', value: null }], { lang: 'en' }).issues ?? [];
  expect(issue?.message).toMatch(/^must say what is added, set or removed/);
});
