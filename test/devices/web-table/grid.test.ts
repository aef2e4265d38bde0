import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvGrid, maxRows } from '../../../devices/web-table/csv.ts';
import { beside, headed } from '../../../devices/web-table/grid.ts';

test('cells in quotes may hold separators, quotes and line ends', () => {
  expect(csvGrid('a,"b,1","c ""d""","e\nf"\r\n\r\n1,,3,\n"open,2', ',')).toEqual([
    ['a', 'b,1', 'c "d"', 'e\nf'],
    ['1', '', '3', ''],
    ['"open', '2'],
  ]);
  expect(csvGrid('a\tb', '\t')).toEqual([['a', 'b']]);
  expect(csvGrid('', ',')).toEqual([]);
});

test('every table comes back from CSV', () => {
  const cell = fc.string({ unit: fc.constantFrom(...'ab ",\n水1'), maxLength: 8 });
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { maxLength: 8 });
  fc.assert(
    fc.property(table, (rows) => {
      const written = rows.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(',')).join('\r\n');
      expect(csvGrid(written, ',')).toEqual(rows.filter((row) => row.some((each) => each.trim() !== '')));
    }),
  );
});

test('a quote that is never closed swallows nothing, and rows are bounded', () => {
  expect(csvGrid(`"${'x,y\n'.repeat(1_000)}`, ',')).toHaveLength(1_000);
  expect(csvGrid('x,y\n'.repeat(maxRows + 10), ',')).toHaveLength(maxRows);
});

const levels = [
  ['River levels', '', ''],
  ['Updated', '2026/11/26 14:10', ''],
  ['Station', 'Time', 'Level (m)'],
  ['A', '14:10', '1.2'],
];

test('the header is where all columns are, whatever stands before it', () => {
  expect(headed(levels, ['Station', 'Level (m)'])).toMatchObject({ ok: true, body: [['A', '14:10', '1.2']] });
  expect(headed(levels, ['Station', 'Ｌｅｖｅｌ　（m）'])).toMatchObject({ ok: true });
  expect(beside(levels, 'Updated')).toBe('2026/11/26 14:10');
});

test('a header of several rows is their texts together', () => {
  const joined = [
    ['Station', 'Level', 'Level'],
    ['Station', 'now', 'before'],
    ['A', '1.2', '1.1'],
  ];
  const found = headed(joined, ['Station', 'Level now']);
  expect(found).toMatchObject({ ok: true, body: [['A', '1.2', '1.1']] });
  expect(found.ok && found.columns.get('Level before')).toBe(2);
});

test('rows that repeat the header are none', () => {
  expect(
    headed([...levels, ['Station', 'Time', 'Level (m)'], ['B', '14:10', '2']], ['Station', 'Level (m)']),
  ).toMatchObject({
    body: [
      ['A', '14:10', '1.2'],
      ['B', '14:10', '2'],
    ],
  });
});

test('without such a header, what is missing and what is there are named by the row that comes nearest', () => {
  expect(headed(levels, ['Station', 'Stage'])).toEqual({
    ok: false,
    missing: ['Stage'],
    found: 1,
    there: ['Station', 'Time', 'Level (m)'],
  });
});
