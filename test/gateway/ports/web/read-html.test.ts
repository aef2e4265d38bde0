import { expect, test } from 'vitest';
import { loadHtmlReader } from '../../../../gateway/ports/web/read-html.ts';

const loaded = await loadHtmlReader();
if (loaded === undefined) throw new Error('cheerio is not installed');
const read = loaded;
const table = '<table class="t"><tr><th>A<th>B</tr><tr><td>1<td>2</table>';
const cells = [
  [
    ['A', 'B'],
    ['1', '2'],
  ],
];

test.each([
  'table',
  '.t',
  'body',
  'html > body > table',
  'body > table > tbody',
  'table.t > tbody > tr:nth-child(2)',
  'table, .t, tr',
])('a selector as browsers give it finds the table once: %s', (selector) => {
  expect(read(table).tables(selector)).toEqual(cells);
  expect(
    read(`<!DOCTYPE html><html><head><title>x</title></head><body>${table}</body></html>`).tables(selector),
  ).toEqual(cells);
  expect(read(`<html><body></body></html>${table}`).tables(selector)).toEqual(cells);
});

test('parts of a table that are written are kept apart from rows that are not in one', () => {
  const page = '<table><thead><tr><th>A</tr></thead><tr><td>1</tr><tfoot><tr><td>2</tr></tfoot></table>';
  expect(read(page).tables('table')).toEqual([[['A'], ['1'], ['2']]]);
});

test('cells that span rows and columns are in each of them', () => {
  const page = '<table><tr><td rowspan=2>a<td colspan=2>b</tr><tr><td>c<td>d</tr></table>';
  expect(read(page).tables('table')).toEqual([
    [
      ['a', 'b', 'b'],
      ['a', 'c', 'd'],
    ],
  ]);
});

test('the text of a cell has no scripts and comments, and a picture says what it shows', () => {
  const page = `<p>${'x'.repeat(1_000)}</p><table><tr><td> 1<!-- 2 --><script>3</script><br>4 &amp;&nbsp;5</td><td><img alt="欠測"></td></tr></table>`;
  expect(read(page).tables('table')).toEqual([[['1 4 & 5', '欠測']]]);
  expect(read(page).text('p')).toHaveLength(200);
  expect(read(page).text('h1')).toBeUndefined();
});

test('scripts with less-than signs and comments with tags are not elements', () => {
  const script = `<script>${'if(a<b){c<d}'.repeat(2_000)}</script><!-- ${'<div>'.repeat(2_000)} -->`;
  expect(read(script + table).tables('table')).toEqual(cells);
});

test('what is beyond the bounds is not read, and takes no time', () => {
  for (const piece of [
    '<a ',
    '<div>',
    '<table><tr><td>',
    '</a>',
    '<',
    '<p>',
    '&',
    '<!--',
    '<script>',
    '<td colspan=9999 rowspan=9999>',
  ]) {
    const page = `<table>${piece.repeat(Math.ceil(500_000 / piece.length))}</table>`;
    for (const grid of read(page).tables('table') ?? []) expect(grid.length).toBeLessThanOrEqual(5_000);
  }
});
