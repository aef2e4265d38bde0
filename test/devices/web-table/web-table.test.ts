import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { Json, Step } from '../../../devices/device-type.ts';
import { webTable } from '../../../devices/web-table/web-table.ts';
import { loadHtmlReader } from '../../../gateway/ports/web/read-html.ts';

const readHtml = await loadHtmlReader();
const minute = 60_000;
const noon = Date.parse('2026-11-26T05:12:00Z'); // 14:12 in Japan

interface Given {
  readonly remembered?: Json;
  readonly synchronised?: boolean;
}

/** A decoder for one device, and the steps that documents lead to. */
function reader(profile: object, row?: string, { remembered, synchronised = true }: Given = {}) {
  const options = v.parse(webTable.options, { profile, ...(row !== undefined && { row }) });
  const device = { id: 'gauge', options, ...(remembered !== undefined && { remembered }) };
  const decoder = webTable.decoder([device], { transport: 'message', readHtml });
  const moment = (wall: number) => ({ wall, monotonic: wall - noon, synchronised });
  return {
    read: (text: string, at = noon) => decoder.decode(Buffer.from(text), moment(at)),
    unchanged: (at = noon) => decoder.unchanged?.(moment(at)) ?? {},
  };
}

const shownIn = ({ readings = [] }: Step) =>
  readings.map(
    ({ observedAt, values }) => `${new Date(observedAt).toISOString().slice(5, 16)} ${JSON.stringify(values)}`,
  );
const faultsIn = ({ rubbish = [] }: Step) =>
  rubbish.map(({ code, device, detail }) => `${device} ${code}: ${detail?.en}`);

const stations = {
  format: 'json',
  kind: 'water-level',
  rows: '/data/stations',
  rowKey: '/name',
  time: { from: '/time' },
  fields: [
    { from: '/level', quantity: 'level', unit: 'm' },
    { from: '/rain', quantity: 'rain', unit: 'm', scale: 0.001, optional: true },
  ],
};
const station = (name: string, time: string, level: unknown, more: object = {}) => ({ name, time, level, ...more });
const json = (...rows: object[]) => JSON.stringify({ data: { stations: rows } });

describe('a row', () => {
  test('becomes a reading of its kind, with its own time and its values in their units', () => {
    const { read } = reader(stations, '引地橋');
    const step = read(
      json(station('新川', '14:00', 9), station('引地橋', '2026/11/26 14:10', '１．２３', { rain: '2.5' })),
    );
    expect(step.readings).toEqual([
      { device: 'gauge', kind: 'water-level', observedAt: noon - 2 * minute, values: { level: 1.23, rain: 0.0025 } },
    ]);
    expect(step.rubbish).toBeUndefined();
  });

  test('is found by its name in whatever width it is written', () => {
    const { read } = reader(stations, 'ﾋｷｼﾞ 橋１');
    expect(shownIn(read(json(station('ヒキジ　橋1', '2026/11/26 14:10', 1))))).toHaveLength(1);
  });

  test('that says "no value" is no reading and no error, and one that says it of one value has the others', () => {
    const { read } = reader(stations, 'A');
    const missing = read(json(station('A', '2026/11/26 14:10', '欠測')));
    expect([shownIn(missing), faultsIn(missing)]).toEqual([[], []]);
    const half = read(json(station('A', '2026/11/26 14:20', '--', { rain: 1 })), noon + 10 * minute);
    expect(half.readings).toMatchObject([{ kind: 'measurement', values: { rain: 0.001 } }]);
  });

  test('of the future, or of long ago, is left out and told of', () => {
    const { read } = reader(stations, 'A');
    expect(faultsIn(read(json(station('A', '2026/11/26 14:30', 1))))).toEqual([
      'gauge changed-shape: the time 2026-11-26T05:30:00.000Z (/time) is not of the last 400 days',
    ]);
    expect(shownIn(read(json(station('A', '2020/11/26 14:30', 1))))).toEqual([]);
    expect(shownIn(read(json(station('A', '2026/11/26 14:10', 1))))).toHaveLength(1); // nothing of it has stuck
  });
});

describe('each reading comes once', () => {
  const series = { format: 'json', time: { from: '/t' }, fields: [{ from: '/h', quantity: 'level', unit: 'm' }] };
  const rows = (...given: (readonly [string, unknown])[]) =>
    JSON.stringify(given.map(([t, h]) => ({ t: `2026/11/26 ${t}`, h })));

  test('of overlapping series, the oldest first, and what is filled in later', () => {
    const { read } = reader(series);
    expect(shownIn(read(rows(['14:10', 3], ['14:00', '欠測'], ['13:50', 1])))).toEqual([
      '11-26T04:50 {"level":1}',
      '11-26T05:10 {"level":3}',
    ]);
    expect(shownIn(read(rows(['14:20', 4], ['14:10', 3], ['14:00', 2]), noon + 10 * minute))).toEqual([
      '11-26T05:00 {"level":2}',
      '11-26T05:20 {"level":4}',
    ]);
    expect(read(rows(['14:20', 4], ['14:10', 3], ['14:00', 2]), noon + 11 * minute)).toEqual({});
  });

  test('also after a restart, by what was remembered', () => {
    const first = reader(series).read(rows(['14:10', 3], ['14:00', 2]));
    const remembered = JSON.parse(JSON.stringify(first.remember?.get('gauge')));
    const { read } = reader(series, undefined, { remembered });
    expect(shownIn(read(rows(['14:20', 4], ['14:10', 3], ['14:00', 2]), noon + 10 * minute))).toEqual([
      '11-26T05:20 {"level":4}',
    ]);
  });

  test('and an old copy of the page is no news', () => {
    const { read } = reader(series);
    read(rows(['14:10', 3]));
    expect(shownIn(read(rows(['14:00', 2])))).toEqual([]);
    expect(shownIn(read(rows(['14:10', 3])))).toEqual([]);
  });

  test('a value that the page corrects afterwards is not told again', () => {
    const { read } = reader(series);
    read(rows(['14:10', 3]));
    expect(shownIn(read(rows(['14:10', 99])))).toEqual([]);
  });

  test('what a wrong clock has read keeps nothing out once the clock is right', () => {
    const { read } = reader(series);
    const year = 365 * 86_400_000;
    expect(shownIn(read(JSON.stringify([{ t: '2027/11/26 14:10', h: 1 }]), noon + year))).toHaveLength(1);
    expect(shownIn(read(rows(['14:10', 3])))).toHaveLength(1);
  });

  test('whatever was remembered, it is read or forgotten', () => {
    for (const remembered of [[], [0], 'x', { a: 1 }, [1.5], [null], Array(2_000).fill(0)] as Json[]) {
      expect(shownIn(reader(series, undefined, { remembered }).read(rows(['14:10', 3])))).toHaveLength(1);
    }
  });

  test('a series is bounded to its newest rows, and what is remembered with it', () => {
    const { read } = reader(series);
    const long = Array.from({ length: 3_000 }, (_, i) => ({
      t: new Date(noon - (i + 1) * minute).toISOString(),
      h: i,
    }));
    const step = read(JSON.stringify(long));
    expect(step.readings).toHaveLength(1_000);
    expect(step.readings?.at(-1)?.observedAt).toBe(noon - minute);
    expect(JSON.stringify(step.remember?.get('gauge')).length).toBeLessThan(8_000);
    expect(read(JSON.stringify(long)).readings).toBeUndefined();
  });
});

describe('before the clock is set', () => {
  test('rows with a whole date are read, and others wait', () => {
    const { read } = reader(stations, 'A', { synchronised: false });
    expect(shownIn(read(json(station('A', '2026/11/26 14:10', 1)), 0))).toEqual(['11-26T05:10 {"level":1}']);
    expect(shownIn(read(json(station('A', '11/26 14:10', 1)), 0))).toEqual([]);
  });
});

describe('a page that has changed its shape', () => {
  test.each([
    ['{"data":{"sites":[]}}', '"/data/stations" leads to nothing; at "/data" there are now: sites'],
    ['{"data":[1,2]}', '"/data/stations" leads to nothing; at "/data" there is a list of 2'],
    ['{"data":{"stations":[1]}}', '"/data/stations" leads to neither an object nor a list of them'],
    ['<html>', 'the document is not JSON'],
    [json(station('B', '14:10', 1), station('C', '14:10', 1)), 'no row has "A" in /name; there are now: B, C'],
    [
      json({ name: 'A', time: '2026/11/26 14:10', stage: 1 }),
      '"/level" leads to nothing; there are now: name, time, stage',
    ],
    [
      json(station('A', '2026/11/26 14:10', '125cm')),
      'level (/level) is not a number: "125cm"; what stands behind a number is named with suffix',
    ],
    [json(station('A', 'about noon', 1)), 'the time "about noon" (/time) cannot be read'],
  ])('is an error that names what moved: %s', (text, expected) => {
    expect(faultsIn(reader(stations, 'A').read(text))).toEqual([`gauge changed-shape: ${expected}`]);
  });

  const csv = {
    format: 'csv',
    rowKey: '観測所',
    time: { from: '観測時刻' },
    fields: [{ from: '水位', quantity: 'level' }],
  };

  test('names the columns of a table', () => {
    expect(faultsIn(reader(csv, 'A').read('観測所,観測時刻,現在水位\nA,2026/11/26 14:10,1'))).toEqual([
      'gauge changed-shape: the column 水位 is not there; there are now: 観測所, 観測時刻, 現在水位',
    ]);
    expect(faultsIn(reader(csv, 'A').read(''))).toEqual([
      'gauge changed-shape: the columns 観測所, 観測時刻, 水位 are not there; there are now: nothing',
    ]);
  });

  test('costs no reading if a column was added or moved', () => {
    const step = reader(csv, 'A').read('お知らせ\n\n地域,水位,観測所,観測時刻\n北,1.5,A,2026/11/26 14:10\n');
    expect(shownIn(step)).toEqual(['11-26T05:10 {"level":1.5}']);
  });

  test('is not told in a thousand sentences', () => {
    const many = Array.from({ length: 1_000 }, (_, i) => station('A', '2026/11/26 14:10', `x${i}`));
    expect(faultsIn(reader(stations, 'A').read(json(...many)))).toHaveLength(3);
  });
});

describe('HTML', () => {
  const page = `<html><body><div id="at">令和8年11月26日(木) 14:10 現在</div>
    <table><tr><td>menu<td><table class="t"><caption>x</caption>
    <tr><th rowspan=2>観測所</th><th rowspan=2>時刻</th><th colspan=2>水位(m)</th></tr><tr><th>現在</th><th>10分前</th></tr>
    <tr><td>引地橋<td>14:10<td>１．２３ ↑<td>1.20</tr>
    <tr><td rowspan=2>新川<td>14:10<td><img alt="欠測"><td>-</tr><tr><td>14:00<td>△0.50<td>0</tr>
    </table></table></body></html>`;
  const profile = {
    format: 'html',
    kind: 'water-level',
    table: 'body > table > tbody > tr > td:nth-child(2)',
    rowKey: '観測所',
    time: { from: '時刻' },
    documentTime: { from: '#at' },
    fields: [{ from: '水位(m) 現在', quantity: 'level', unit: 'm' }],
  };

  test('is read by a selector as browsers give it, with spans, headers of two rows, pictures and a date of the page', () => {
    expect(shownIn(reader(profile, '引地橋').read(page))).toEqual(['11-26T05:10 {"level":1.23}']);
    expect(shownIn(reader(profile, '新川').read(page))).toEqual(['11-26T05:00 {"level":-0.5}']);
  });

  test.each([
    [{ table: '#gone' }, 'nothing on the page is #gone'],
    [{ table: '#at' }, '#at is, or has, no table'],
    [{ table: '][' }, 'nothing on the page is ]['],
    [{ documentTime: { from: '.gone' } }, 'nothing on the page is .gone'],
  ])('says what is not there: %j', (change, expected) => {
    expect(faultsIn(reader({ ...profile, ...change }, '引地橋').read(page))[0]).toContain(expected);
  });

  test.each([
    ['a hundred thousand elements within each other', '<div>'.repeat(100_000)],
    ['tables within each other', '<table><tr><td>'.repeat(2_000)],
    ['cells that span everything', `<table>${'<tr><td colspan=999999 rowspan=999999>x'.repeat(400)}</table>`],
    ['a tag without an end', `<table ${'a'.repeat(200_000)}`],
    ['many tables', '<table><tr><td>x</table>'.repeat(20_000)],
  ])('is bounded: %s', (_, hostile) => {
    expect(faultsIn(reader(profile, '引地橋').read(hostile))).not.toEqual([]);
  });
});

describe('states', () => {
  const shelters = {
    format: 'csv',
    kind: 'status',
    header: false,
    rowKey: '1',
    fields: [
      {
        from: '2',
        quantity: 'open',
        words: [
          { written: '開設', means: true },
          { written: '閉鎖', means: false },
        ],
      },
    ],
  };

  test('are what their words mean, and another word is an error that says it', () => {
    const { read } = reader(shelters, '西公民館');
    expect(shownIn(read('西公民館,開設\n'))).toEqual(['11-26T05:12 {"open":true}']);
    expect(faultsIn(read('西公民館,満員\n'))).toEqual([
      'gauge changed-shape: open (2) says "満員", which is none of its words',
    ]);
  });

  test('without a time are of now, as long as the page says so, once the clock is set', () => {
    const { read, unchanged } = reader(shelters, '西公民館');
    read('西公民館,閉鎖\n');
    expect(shownIn(unchanged(noon + 10 * minute))).toEqual(['11-26T05:22 {"open":false}']);
    expect(reader(shelters, '西公民館', { synchronised: false }).read('西公民館,閉鎖\n', 0)).toEqual({});
  });
});

test('a page may hold the times of its file beside a label', () => {
  const profile = {
    format: 'csv',
    rowKey: '局',
    documentTime: { from: '更新' },
    fields: [{ from: '潮位', quantity: 'level', unit: 'm', scale: 0.01, suffix: ['cm'] }],
  };
  expect(shownIn(reader(profile, '高松').read('更新,11/26 14:10\n局,潮位\n高松,125cm\n'))).toEqual([
    '11-26T05:10 {"level":1.25}',
  ]);
});
