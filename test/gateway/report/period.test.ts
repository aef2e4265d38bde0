import { describe, expect, test } from 'vitest';
import { dayPeriod, isTimeZone, maxDays, monthBefore, monthPeriod } from '../../../gateway/report/period.ts';

const HOUR = 3_600_000;
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

describe('a month', () => {
  test('begins and ends at midnight in the city', () => {
    const period = monthPeriod('2026-11', 'Asia/Tokyo');
    expect(iso(period?.from)).toBe('2026-10-31T15:00:00.000Z');
    expect(iso(period?.to)).toBe('2026-11-30T15:00:00.000Z');
    expect(period?.days).toHaveLength(30);
    expect(period?.days.at(-1)).toEqual({ date: '2026-11-30', from: (period?.to ?? 0) - 24 * HOUR, to: period?.to });
  });

  test.each([
    ['2024-02', 29],
    ['2026-02', 28],
    ['2026-12', 31],
  ])('%s has %i days', (month, days) => {
    expect(monthPeriod(month, 'Asia/Tokyo')?.days).toHaveLength(days);
  });

  test.each(['2026-13', '2026-00', '26-11', '2026-11-01', 'november', ''])('"%s" is none', (month) => {
    expect(monthPeriod(month, 'Asia/Tokyo')).toBeUndefined();
  });

  test.each([
    ['Europe/Berlin', '2026-03', 29, 23],
    ['Europe/Berlin', '2026-10', 25, 25],
    ['America/Sao_Paulo', '2018-11', 4, 23], // summer time took midnight away
    ['Australia/Lord_Howe', '2026-10', 4, 23.5],
  ])('in %s has a day of another length where the clocks change (%s-%i)', (zone, month, day, hours) => {
    const days = monthPeriod(month, zone)?.days ?? [];
    const { from = 0, to = 0 } = days[day - 1] ?? {};
    expect((to - from) / HOUR).toBe(hours);
    for (const [i, { to: end }] of days.entries()) if (i + 1 < days.length) expect(days[i + 1]?.from).toBe(end);
  });
});

describe('days', () => {
  test('may be a week', () => {
    const week = dayPeriod('2026-11-02', '2026-11-08', 'Asia/Tokyo');
    expect(week?.month).toBeUndefined();
    expect(week?.days.map(({ date }) => date.slice(8)).join()).toBe('02,03,04,05,06,07,08');
  });

  test.each([
    ['2026-11-08', '2026-11-02'],
    ['2026-11-31', '2026-12-01'],
    ['2026-1-1', '2026-01-02'],
    ['2026-01-01', '2026-12-31'],
  ])('from %s to %s are none', (from, to) => {
    expect(dayPeriod(from, to, 'Asia/Tokyo')).toBeUndefined();
  });

  test('are bounded', () => {
    expect(dayPeriod('2026-01-01', '2026-03-03', 'UTC')?.days).toHaveLength(maxDays);
    expect(dayPeriod('2026-01-01', '2026-03-04', 'UTC')).toBeUndefined();
  });
});

test('the month before is the city’s: at 8 in the morning of 1 December it is November in Tokyo, October in Honolulu', () => {
  const now = Date.parse('2026-11-30T23:00:00Z');
  expect(monthBefore(now, 'Asia/Tokyo')).toBe('2026-11');
  expect(monthBefore(now, 'Pacific/Honolulu')).toBe('2026-10');
  expect(monthBefore(Date.parse('2027-01-15T00:00:00Z'), 'UTC')).toBe('2026-12');
});

test('a time zone is one that exists', () => {
  expect(['Asia/Tokyo', 'UTC', 'Nippon/Kakogawa', ''].map(isTimeZone)).toEqual([true, true, false, false]);
});
