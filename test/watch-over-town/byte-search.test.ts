import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteSearch } from './byte-search.ts';

const secret = Buffer.from('c0fe42a91b7d', 'hex');
const search = new ByteSearch(new Map([[secret.toString('hex'), 'the secret']]));
const isFound = (text: string | Uint8Array) => search.in(Buffer.from(text)).has('the secret');
const backwards = Buffer.from(secret.toReversed());
const pairs = (bytes: Buffer) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));

test('a secret is found in every form that a program would write it in', () => {
  for (const bytes of [secret, backwards]) {
    expect(isFound(Buffer.concat([randomBytes(9), bytes, randomBytes(9)]))).toBe(true);
    for (const between of ['', ':', '-', ' ']) {
      expect(isFound(`from ${pairs(bytes).join(between)}, -60 dBm`)).toBe(true);
      expect(isFound(`{"a":"${pairs(bytes).join(between).toUpperCase()}"}`)).toBe(true);
    }
    expect(isFound(`[1,${[...bytes].join(',')}]`)).toBe(true);
    expect(isFound(`[${[...bytes].join(', ')}]`)).toBe(true);
  }
});

test('major and minor are found as text', () => {
  const pair = new ByteSearch(new Map([['bee0aaaa', 'the tag']]));
  const finds = (text: string) => pair.in(Buffer.from(text)).has('the tag');
  for (const text of [
    'tag bee0aaaa',
    '"BEE0AAAA"',
    'major 48864, minor 43690',
    '48864/43690',
    '{"major":48864,"minor":43690}',
  ]) {
    expect([text, finds(text)]).toEqual([text, true]);
  }
  for (const text of ['0bee0aaaa', 'bee0-aaaa', '48864 was the major; minor 43690', '43690/48864', '148864/43690']) {
    expect([text, finds(text)]).toEqual([text, false]);
  }
});

test('a secret is found in base64 wherever it stands', () => {
  const bytes = fc.uint8Array({ maxLength: 7 });
  fc.assert(
    fc.property(bytes, bytes, fc.constantFrom('base64', 'base64url'), (before, after, encoding) => {
      const text = Buffer.concat([before, secret, after]).toString(encoding);
      expect(isFound(`"${text}"`)).toBe(true);
    }),
  );
});

test('a part of it, or its bytes in another order, are not taken for it', () => {
  expect(isFound(secret.subarray(0, 5))).toBe(false);
  expect(isFound(pairs(secret).slice(1).join(''))).toBe(false);
  expect(isFound(pairs(secret).join('/'))).toBe(false);
  expect(isFound(secret.subarray(1).toString('base64'))).toBe(false);
  expect(isFound(Buffer.from([...secret].toSorted()))).toBe(false);
});
