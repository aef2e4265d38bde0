import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { timeValue, timeWith } from '../../../devices/profile/time.ts';
import type { Text } from '../../../shared/text.ts';

const schema = timeWith(v.string(), { code: 'x', en: '', ja: '' } as Text);
const read = (raw: unknown, format = 'iso', timeZone?: string) => {
  const time = v.parse(schema, { from: 't', format, ...(timeZone !== undefined && { timeZone }) });
  const ms = time && timeValue(raw, time);
  return ms === undefined ? undefined : new Date(ms).toISOString();
};

const nine = '2026-11-25T00:00:00.000Z';

test.each([
  ['2026-11-25T09:00:00+09:00', nine],
  ['2026-11-25T09:00:00+0900', nine],
  ['2026-11-25T09:00:00+09', nine],
  ['2026-11-25T09:00:00 +09:00', nine],
  ['2026-11-25T09:00:00 JST', nine],
  ['2026/11/25 00:00:00', nine],
  ['2026.11.25 0:00:00', nine],
  ['20261125T000000Z', nine],
  ['2026-11-25T00:00Z', nine],
  ['2026-11-25 00:00:00 utc', nine],
  ['2026-11-25T09:00:00,123+09:00', '2026-11-25T00:00:00.123Z'],
  ['2026-11-25T09:00:00.123456789+0900', '2026-11-25T00:00:00.123Z'],
  ['2026/1/5 9:05', '2026-01-05T09:05:00.000Z'],
  ['2026-11-25T23:59:60Z', '2026-11-26T00:00:00.000Z'],
  ['2024-02-29T00:00:00-02:30', '2024-02-29T02:30:00.000Z'],
])('ISO 8601 as devices write it: %s', (raw, iso) => {
  expect(read(raw)).toBe(iso);
});

test.each([
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2025-02-29T00:00:00Z',
  '2026-11-25T24:00:00Z',
  '2026-11-25T09:60:00Z',
  '2026-11/25 09:00:00',
  '2026-11-25',
  '1999-12-31T23:59:59Z',
  '2100-01-01T00:00:00Z',
  '2026-11-25T09:00:00 EST',
  '',
  'soon',
])('"%s" is no time', (raw) => {
  expect(read(raw)).toBeUndefined();
});

test('a time without a zone is in the stated one, one with a zone in its own', () => {
  expect(read('2026-11-25 09:00:00', 'iso', 'Asia/Tokyo')).toBe(nine);
  expect(read('2026-11-25 09:00:00', 'iso', '+09:00')).toBe(nine);
  expect(read('2026-11-25T00:00:00Z', 'iso', 'Asia/Tokyo')).toBe(nine);
  expect(read('2026-07-01 02:00', 'iso', 'Europe/Berlin')).toBe('2026-07-01T00:00:00.000Z');
  // The hour that comes twice, and the one that does not come.
  expect(read('2026-10-25 02:30', 'iso', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
  expect(read('2026-03-29 02:30', 'iso', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
});

test('whatever a clock shows in a zone is read back as that moment, or as the same hour an hour before', () => {
  const zones = ['Asia/Tokyo', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'];
  fc.assert(
    fc.property(
      fc.integer({ min: 950_000_000, max: 4_000_000_000 }),
      fc.constantFrom(...zones),
      (seconds, timeZone) => {
        const shown = new Date(seconds * 1000).toLocaleString('sv-SE', { timeZone }); // "2026-11-25 09:00:00"
        const ms = Date.parse(read(shown, 'iso', timeZone) ?? '');
        expect([0, 1_800_000, 3_600_000]).toContain(seconds * 1000 - ms);
        expect(new Date(ms).toLocaleString('sv-SE', { timeZone })).toBe(shown);
      },
    ),
  );
});

test.each([
  ['DD.MM.YYYY hh:mm:ss', '25.11.2026 09:00:00'],
  ['YY/MM/DD hh:mm', '26/11/25 09:00'],
  ['YYYY年MM月DD日 hh時mm分ss秒', '2026年11月25日 9時00分00秒'],
  ['YYYYMMDDhhmmss', '20261125090000'],
  ['hh:mm:ss.SSS (DD+MM+YY)', '09:00:00.000 (25+11+26)'],
])('a stated pattern: %s', (format, raw) => {
  expect(read(raw, format, 'Asia/Tokyo')).toBe(nine);
  expect(read(`${raw}x`, format, 'Asia/Tokyo')).toBeUndefined();
});

test('a pattern that is no time, and a zone that does not exist, are refused', () => {
  const isGood = (format: string, timeZone = 'UTC') => v.safeParse(schema, { from: 't', format, timeZone }).success;
  for (const format of ['', 'rfc822', 'YYYY-MM-DD', 'hh:mm', 'YYYY-MM-DD hh:mm:mm', 'YY YYYY MM DD hh mm']) {
    expect(isGood(format), format).toBe(false);
  }
  for (const zone of ['Asia/Edo', 'Tokio', '', '9']) expect(isGood('iso', zone), zone).toBe(false);
  expect(isGood('iso', 'Asia/Tokyo')).toBe(true);
});

test('seconds and milliseconds since 1970, as numbers or texts', () => {
  expect(read(1_795_564_800, 'epoch-s')).toBe(nine);
  expect(read('1795564800000', 'epoch-ms')).toBe(nine);
  expect(read(1_795_564_800_000, 'epoch-s')).toBeUndefined();
});
