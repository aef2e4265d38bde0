import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readingFromJson, readingToJson } from '../../shared/reading.ts';
import { anyReading } from './feed/readings.ts';

test('a reading of finite numbers comes back from its JSON as it was', () => {
  const finite = anyReading.filter(({ values }) =>
    Object.values(values).every((value) => typeof value !== 'number' || Number.isFinite(value)),
  );
  const property = fc.property(finite, (reading) => {
    expect(readingFromJson(JSON.parse(JSON.stringify(readingToJson(reading))))).toEqual(reading);
  });
  fc.assert(property);
});

const good = { device: 'a', kind: 'measurement', observedAt: '2026-01-15T03:00:00.000Z', values: { n: 1 } };

test.each([
  ['nothing', null],
  ['a text', 'a'],
  ['no device', { ...good, device: undefined }],
  ['an unknown kind', { ...good, kind: 'weather' }],
  ['a time that is none', { ...good, observedAt: 'yesterday' }],
  ['no values', { ...good, values: null }],
  ['a value that is none', { ...good, values: { n: null } }],
  ['an unknown quality', { ...good, quality: 'fine' }],
])('%s is no reading', (_, json) => {
  expect(readingFromJson(good)).toBeDefined();
  expect(readingFromJson(json)).toBeUndefined();
});
