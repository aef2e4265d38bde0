import { expect, test } from 'vitest';
import { courseOf, csvOf, gapOf, withGaps } from '../../../../gateway/console/page/device/past.ts';
import type { HistoryAnswer, HistoryPoint } from '../../../../shared/history-answer.ts';

const MINUTE = 60_000;
const told = (points: readonly HistoryPoint[]): HistoryAnswer => ({
  source: 'memory',
  bucketMs: 1,
  series: { level: points },
});
const each = (at: number, value: number): HistoryPoint => [at, value, value, value, 0];

test('what comes live goes on after what was told, nothing twice and nothing before the range', () => {
  const live = { at: [1, 2, 3, 4], values: [10, 20, 30, 40], isDoubtful: [false, false, true, false] };
  const course = courseOf(told([each(0, 0), each(1, 10), each(2, 20)]), 'level', live, 1);
  expect(course.at).toEqual([1, 2, 3, 4]);
  expect(course.values).toEqual([10, 20, 30, 40]);
  expect(course.isDoubtful).toEqual([false, false, true, false]);
  expect(courseOf(undefined, 'level', live, 3).at).toEqual([3, 4]);
  expect(courseOf(told([]), 'other', undefined, 0).at).toEqual([]);
});

test('a silence is a gap, the usual step is none, and ten minutes that were put together are none', () => {
  const points = [each(0, 1), each(MINUTE, 2), each(2 * MINUTE, 3), each(60 * MINUTE, 4)];
  const course = courseOf(told(points), 'level', undefined, 0);
  const drawn = withGaps(course, gapOf(course.at, 5 * MINUTE, 1));
  expect(drawn.values).toEqual([1, 2, 3, null, 4]);
  expect(drawn.at).toEqual([0, MINUTE, 2 * MINUTE, 31 * MINUTE, 60 * MINUTE]);
  const coarse = [0, 10, 20].map((minute): HistoryPoint => [minute * MINUTE, 1, 3, 2, 0, 10 * MINUTE]);
  const old = courseOf(told(coarse), 'level', undefined, 0);
  expect(withGaps(old, gapOf(old.at, MINUTE, 1)).values).toEqual([2, 2, 2]);
});

test('a device that may be quiet for ever has gaps by its own rhythm', () => {
  const at = [0, 10, 20, 30, 100].map((minute) => minute * MINUTE);
  expect(gapOf(at, 0, 1)).toBe(40 * MINUTE);
  expect(gapOf([], 0, 1)).toBe(5_000);
  expect(gapOf(at, MINUTE, 30 * MINUTE)).toBe(75 * MINUTE);
});

test('no cell of the file begins a formula or breaks out of its column', () => {
  const course = courseOf(told([each(0, 1.5)]), 'level', undefined, 0);
  expect(csvOf(course, 'level', 'm')).toBe(
    'time,"level (m)",least,greatest,doubtful\r\n1970-01-01T00:00:00.000Z,1.5,1.5,1.5,0\r\n',
  );
  expect(csvOf(course, '=HYPERLINK("x")', '').split(',')[1]).toBe('"\'=HYPERLINK(""x"")"');
});
