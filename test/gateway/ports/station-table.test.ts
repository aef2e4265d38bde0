import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StationTable } from '../../../gateway/ports/station-table.ts';

function running({ configured = [], max = 4 }: { configured?: readonly string[]; max?: number } = {}) {
  const forgotten: string[] = [];
  return { forgotten, table: new StationTable(configured, (station) => forgotten.push(station), max) };
}

test('the one silent longest makes room', () => {
  const { table, forgotten } = running();
  for (const station of ['a', 'b', 'c', 'd', 'a', 'e', 'f']) table.talks(station, 'x');
  expect(forgotten).toEqual(['b', 'c']);
});

test('whoever invents EUIs drives out their own, not a station at another address', () => {
  const { table, forgotten } = running();
  table.talks('honest', 'y');
  for (const station of ['a', 'b', 'c', 'd', 'e']) table.talks(station, 'x');
  expect(forgotten).toEqual(['a', 'b']);
});

test('a station that delivered stays while one that did not is there, and is known again if it had to go', () => {
  const { table, forgotten } = running({ max: 3 });
  for (const station of ['a', 'b', 'c']) {
    table.talks(station, 'x');
    table.delivered(station);
  }
  table.delivered('a');
  table.talks('new', 'x');
  table.talks('newer', 'x');
  expect(forgotten).toEqual(['b', 'new']);
  table.talks('b', 'x');
  table.delivered('b');
  expect(forgotten).toEqual(['b', 'new', 'newer']);
});

test('configured stations never go', () => {
  const { table, forgotten } = running({ configured: ['a', 'b'], max: 3 });
  for (const station of ['a', 'c', 'd', 'b', 'e']) table.talks(station, 'x');
  expect(forgotten).toEqual(['c', 'd']);
});

test('whoever talks, the table keeps its bound and forgets nobody twice', () => {
  const act = fc.record({
    station: fc.constantFrom(...'abcdefghijklmnop'),
    address: fc.constantFrom('x', 'y', 'z'),
    delivers: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
      const known = new Set<string>();
      const table = new StationTable(
        ['a', 'b'],
        (station) => {
          expect(known.delete(station)).toBe(true);
        },
        5,
      );
      for (const { station, address, delivers } of acts) {
        if (station !== 'a' && station !== 'b') known.add(station);
        table.talks(station, address);
        if (delivers) table.delivered(station);
        expect(known.size).toBeLessThanOrEqual(3);
        expect(delivers && station > 'b' ? known.has(station) : true).toBe(true);
      }
    }),
  );
});
