/** The small parts of a report: tables, words, alarms and lateness. */
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import type { LookUpRow } from '../../../gateway/destinations/archive/look-up.ts';
import { csv } from '../../../gateway/report/csv.ts';
import { csvTables } from '../../../gateway/report/csv-tables.ts';
import { html } from '../../../gateway/report/page/html.ts';
import { monthPeriod, type Period } from '../../../gateway/report/period.ts';
import { type Episode, episodesOf } from '../../../gateway/report/tally/alarm-episodes.ts';
import { quantile } from '../../../gateway/report/tally/gateway-tally.ts';
import { medianOf } from '../../../gateway/report/tally/median.ts';
import { DASH, doubtIn, reasonIn, Voice } from '../../../gateway/report/voice.ts';
import { shownMonth } from './shown-month.ts';

const en = new Voice('en', 'Asia/Tokyo');
const ja = new Voice('ja', 'Asia/Tokyo');
const november = monthPeriod('2026-11', 'Asia/Tokyo') as Period; // there is one

describe('a table for a spreadsheet', () => {
  test('follows RFC 4180 and opens in Excel', () => {
    expect(
      [
        ...csv(
          ['a', 'b'],
          [
            ['x, "y"', 1.5],
            ['line\nend', undefined],
          ],
        ),
      ].join(''),
    ).toBe('\ufeffa,b\r\n"x, ""y""",1.5\r\n"line\nend",\r\n');
  });

  test.each(['=1+1', '+81', '-2', '@SUM(A1)', '\t=1'])('never makes a formula of a stranger’s name: %j', (name) => {
    expect([...csv([], [[name]])][1]).toBe(`'${name}\r\n`);
    expect([...csv([], [[-2]])][1]).toBe('-2\r\n');
  });

  test.each(['en', 'ja'] as const)('has as many headings as cells in every file (%s)', (language) => {
    const month = shownMonth(november);
    for (const [name, lines] of Object.entries(csvTables(month, new Voice(language, 'Asia/Tokyo')))) {
      const [heading = [], ...rows] = parse([...lines].join(''), { bom: true, relax_column_count: true });
      expect(rows.length, name).toBeGreaterThan(0);
      for (const row of rows) expect(row, name).toHaveLength(heading.length);
    }
  });

  test('has every device, and times as spreadsheets read them', () => {
    const lines = [...(csvTables(shownMonth(november), ja)['devices.csv'] ?? [])];
    expect(lines).toHaveLength(43);
    expect(lines[0]).toContain('最初の測定値（Asia/Tokyo）');
    expect(lines[1]).toMatch(/,2026-11-01 00:00:00,2026-11-30 23:50:00\r\n$/);
  });
});

describe('the languages', () => {
  test('have their own dates, numbers and lengths of time', () => {
    const at = Date.parse('2026-11-03T05:05:09Z');
    expect([ja.date('2026-11-03'), en.date('2026-11-03')]).toEqual(['2026年11月3日', '3 Nov 2026']);
    expect([ja.month('2026-11'), en.month('2026-11')]).toEqual(['2026年11月', 'November 2026']);
    expect([ja.moment(at), en.moment(at)]).toEqual(['11月3日 14:05', '3 Nov, 14:05']);
    expect(ja.cell(at)).toBe('2026-11-03 14:05:09');
    expect([ja.count(1_234_567), en.count(1_234_567)]).toEqual(['1,234,567', '1,234,567']);
    const lengths = [900, 59_000, 60_000, 754_000, 7_200_000, 8_100_000, 93_600_000, 172_800_000];
    expect(lengths.map((ms) => en.duration(ms))).toEqual([
      '0 s',
      '59 s',
      '1 min',
      '12 min 34 s',
      '2 h',
      '2 h 15 min',
      '1 d 2 h',
      '2 d',
    ]);
    expect(ja.duration(93_600_000)).toBe('1日2時間');
  });

  test('round down, so that 100 % means all, and say nothing of what is not known', () => {
    expect([1, 0.99999, 0.9, 0.29, 0].map((part) => en.percent(part))).toEqual([
      '100.0%',
      '99.9%',
      '90.0%',
      '29.0%',
      '0.0%',
    ]);
    expect([en.percent(undefined), en.duration(undefined), en.moment(undefined), en.value(undefined)]).toEqual([
      DASH,
      DASH,
      DASH,
      DASH,
    ]);
  });

  test('know the reasons and doubts of the feed, and show later ones as they are', () => {
    expect([reasonIn(ja, 'quota'), reasonIn(ja, 'eaten')]).toEqual(['バッファーの上限', 'eaten']);
    expect([doubtIn(ja, 'out-of-range'), doubtIn(en, 'constructor')]).toEqual(['範囲外', 'constructor']);
  });
});

test('what is filled into the page is text, unless it is HTML already', () => {
  const name = `<b>"'&\u202e\u0007`;
  expect(html`<td title="${name}">${[html`<i>${1}</i>`, undefined, 'a']}</td>`.text).toBe(
    '<td title="&lt;b&gt;&quot;&#39;&amp;\ufffd\ufffd"><i>1</i>a</td>',
  );
});

describe('alarms', () => {
  const told = (device: string, at: number, alarm: string, state: string, value = 1): LookUpRow => ({
    ...{ tenant: 't', gateway: 'g', device, at },
    body: JSON.stringify({ alarm, state, quantity: 'level', value, limit: 2 }),
  });
  const episodes = async (rows: readonly LookUpRow[], from = 0): Promise<Episode[]> => {
    const given = async function* () {
      yield* rows;
    };
    const all: Episode[] = [];
    for await (const episode of episodesOf(given(), from)) all.push(episode);
    return all;
  };
  const times = (all: readonly Episode[]) =>
    all.map(({ device, alarm, raised, cleared }) => [device, alarm, raised, cleared]);

  test('are paired by device and name', async () => {
    const rows = [
      told('a', 1, 'high', 'raised'),
      told('a', 2, 'low', 'raised'),
      told('a', 3, 'high', 'cleared'),
      told('a', 4, 'high', 'raised'),
      told('b', 1, 'low', 'raised'),
      told('b', 5, 'low', 'cleared'),
    ];
    expect(times(await episodes(rows))).toEqual([
      ['a', 'high', 1, 3],
      ['a', 'low', 2, undefined],
      ['a', 'high', 4, undefined],
      ['b', 'low', 1, 5],
    ]);
  });

  test('told twice count once, those raised before anybody looked have no beginning, those over before have no part', async () => {
    const rows = [
      told('a', 1, 'x', 'raised'),
      told('a', 2, 'x', 'raised'),
      told('a', 3, 'x', 'cleared'),
      told('a', 9, 'y', 'cleared'),
      told('a', 10, 'x', 'raised'),
    ];
    expect(times(await episodes(rows, 5))).toEqual([
      ['a', 'y', undefined, 9],
      ['a', 'x', 10, undefined],
    ]);
  });

  test('that are none are passed over', async () => {
    const body = (json: unknown): LookUpRow => ({ ...told('a', 1, 'x', 'raised'), body: JSON.stringify(json) });
    const rows = [body(null), body([]), body({ alarm: 7, state: 'raised' }), body({ alarm: 'x', state: 'up' })];
    expect(await episodes(rows)).toEqual([]);
  });
});

test('medians and quantiles are values that occurred', () => {
  expect(
    medianOf([
      [600, 100],
      [60, 1],
      [86_400, 30],
    ]),
  ).toBe(600);
  expect(medianOf([])).toBeNaN();
  const counts = new Map([
    [0, 50],
    [5, 45],
    [60, 4],
    [3_600, 1],
  ]);
  expect([0.5, 0.95, 0.99, 1].map((part) => quantile(counts, part))).toEqual([0, 5, 60, 3_600]);
  expect(quantile(new Map(), 0.5)).toBeUndefined();
});
