/** What is wrong with an archive's settings, and what its texts and times become. */

import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { archiveType } from '../../../../gateway/destinations/archive/archive.ts';
import { storableJson, storableText } from '../../../../gateway/destinations/archive/storable.ts';
import { filedAt, rankOf } from '../../../../gateway/destinations/archive/when.ts';
import { readAddress } from '../../../../gateway/postgres/address.ts';

const check = (more: object) => {
  const settings = v.parse(archiveType.settings, { name: 'history', type: 'archive', ...more });
  return archiveType.check?.(settings, ['destination', 0]) ?? [];
};
const told = (more: object) => check(more).map(({ severity, what }) => `${severity}: ${what.en}`);

test.each([
  ['sqlite:history.sqlite', { engine: 'sqlite', file: 'history.sqlite' }],
  ['sqlite:/var/lib/city/history.sqlite', { engine: 'sqlite', file: '/var/lib/city/history.sqlite' }],
  [
    'postgres://city@db.example/history',
    { host: 'db.example', port: 5432, user: 'city', database: 'history', tls: 'verify-full' },
  ],
  ['postgresql://city@127.0.0.1:6432/history', { host: '127.0.0.1', port: 6432, tls: 'disable' }],
  ['postgres://city@[2001:db8::1]/history?sslmode=require', { host: '2001:db8::1', tls: 'require' }],
  ['postgres://city@localhost/history?host=/run/postgresql', { host: '/run/postgresql', tls: 'disable' }],
])('%s is understood', (url, expected) => {
  expect(readAddress(url)).toMatchObject(expected);
  expect(check({ url })).toEqual(url.includes('require') ? [expect.objectContaining({ severity: 'note' })] : []);
});

test.each([
  ['history.sqlite', /not the address of an archive/],
  ['sqlite:', /not the address/],
  ['sqlite://history.sqlite', /not the address/],
  ['sqlite:buffer.sqlite', /gateway’s buffer/],
  ['mysql://city@db/history', /not the address/],
  ['postgres://db.example/history', /names no user/],
  ['postgres://city@db.example', /names no database/],
  ['postgres://city:secret@db.example/history', /holds a password/],
  ['postgres://city@db.example/history?sslmode=prefer', /"prefer" is not known/],
  ['postgres://city@db.example/history?connect_timeout=3', /has "connect_timeout"/],
])('%s is a fault', (url, expected) => {
  expect(told({ url })).toEqual([expect.stringMatching(expected)]);
});

test('what is not encrypted, not verified or does nothing is noted', () => {
  const url = 'postgres://city@db.example/history';
  expect(told({ url: `${url}?sslmode=disable` })).toEqual(['note: readings travel unencrypted']);
  expect(told({ url: `${url}?sslmode=require` })).toEqual([expect.stringMatching(/^note: the certificate/)]);
  expect(told({ url: 'sqlite:a.sqlite', passwordFile: 'p' })).toEqual(['note: password-file does nothing with SQLite']);
  expect(told({ url, passwordFile: '/nowhere/password' })).toEqual([
    expect.stringMatching(/^fault: the file .* does not exist/),
  ]);
});

test('a schema is a plain name, and max-size is not too small to work', () => {
  for (const schema of ['a"b', 'pg_x', 'Upper', '1st', '']) expect(() => check({ url: 'sqlite:a', schema })).toThrow();
  expect(() => check({ url: 'sqlite:a', maxSizeBytes: '1MB' })).toThrow('must be at least 10 MB');
});

test('whatever a text is, what is stored is well-formed and holds no NUL; other texts are stored as they are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, isPoisoned) => {
      const given = isPoisoned ? `${text}\ud800\0` : text;
      const kept = storableText(given);
      expect(kept).not.toMatch(/\0|\p{Surrogate}/u);
      if (!/\0|\p{Surrogate}/u.test(given)) expect(kept).toBe(given);
      expect(JSON.parse(storableJson({ [given]: given }))).toEqual({ [kept]: kept });
    }),
  );
});

test('a time far from now is filed by its arrival, and one from the future is the newest only until the next comes', () => {
  const now = Date.UTC(2026, 0, 15);
  const day = 86_400_000;
  expect([0, now - 401 * day, now + 8 * day].map((at) => filedAt(at, now))).toEqual([now, now, now]);
  expect([now - 399 * day, now, now + 6 * day].map((at) => filedAt(at, now) === at)).toEqual([true, true, true]);
  expect(rankOf(now + 365 * day, now)).toBe(now);
  expect(rankOf(now + 365 * day, undefined)).toBe(now + 365 * day); // this clock says nothing of others
});
