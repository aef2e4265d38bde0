import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { between, type Playing, type Point, readSeries, stepwise } from '../../../simulators/rig/series.ts';
import { temporaryFolder } from '../../gateway/temporary-folder.ts';

const COLUMNS = { time: 'time', value: 'value' };
const ONCE: Playing = { speed: 1, loop: false };

function fileOf(text: string): string {
  const file = join(temporaryFolder(), 'levels.csv');
  writeFileSync(file, text);
  return file;
}

const read = (text: string, columns = COLUMNS) => readSeries(fileOf(text), columns);

function faultOf(text: string, columns = COLUMNS): { code: string; on: string; what: string } {
  try {
    readSeries(fileOf(text), columns);
  } catch (fault) {
    const { code, on, what } = fault as { code: string; on: string; what: { en: string } };
    return { code, on: on.replace(/^.*\//, ''), what: what.en };
  }
  throw new RangeError('it was read');
}

describe('a table is read', () => {
  test('with seconds; only their distances count', () => {
    expect(read('time,value\n100,1.5\n101.5,-2\n')).toEqual([
      { atS: 0, value: 1.5 },
      { atS: 1.5, value: -2 },
    ]);
  });

  test('with ISO times, with and without a zone, of a day alone too', () => {
    const times = ['2026-01-15', '2026-01-15 00:00:01', '2026-01-15T09:00:02+09:00', '2026-01-15T00:00:02.500Z'];
    expect(read(`time,value\n${times.map((time) => `${time},1`).join('\n')}`).map(({ atS }) => atS)).toEqual([
      0, 1, 2, 2.5,
    ]);
  });

  test('whatever separates the cells, with a byte order mark, CR LF, comments and empty lines', () => {
    const expected = [
      { atS: 0, value: 1 },
      { atS: 1, value: 2 },
    ];
    for (const comma of [',', ';', '\t']) {
      const text = ['\ufeff# of the river board', `time${comma}value`, '', `0${comma}1`, `1${comma}2`, ''].join('\r\n');
      expect(read(text), comma).toEqual(expected);
    }
  });

  test('with an empty cell, or a row that ends early, as nothing sensed', () => {
    expect(read('time,value\n0,1\n1,\n2\n3,4').map(({ value }) => value)).toEqual([1, undefined, undefined, 4]);
  });

  test('by the names of its columns, in any order and case', () => {
    const columns = { time: 'zeit', value: 'Pegel' };
    expect(read('pegel,other,ZEIT\n7,x,0\n8,y,1', columns)).toEqual([
      { atS: 0, value: 7 },
      { atS: 1, value: 8 },
    ]);
  });
});

describe('what cannot be played is told with its file and line', () => {
  test.each([
    ['a heading without the column', 'time,level\n0,1', 1, 'there is no column value'],
    ['a time that is none', 'time,value\n0,1\nnoon,2', 3, '"noon" is not a time'],
    ['a day that is none', 'time,value\n2026-13-45,1', 2, '"2026-13-45" is not a time'],
    ['a value that is no number', '# one\ntime,value\n# two\n0,1\n1,high', 5, '"high" is not a number'],
    ['an endless value', 'time,value\n0,Infinity', 2, '"Infinity" is not a number'],
    ['a time that goes back', 'time,value\n0,1\n2,1\n1,1', 4, 'the time is before that of the row above'],
    ['a heading alone', 'time,value\n', 1, 'it has no rows'],
    ['nothing', '', 1, 'it has no rows'],
  ])('%s', (_, text, line, what) => {
    expect(faultOf(text)).toEqual({ code: 'bad-series', on: `levels.csv:${line}`, what });
  });

  test('a file that is not there', () => {
    expect(() => readSeries('/nowhere/levels.csv', COLUMNS)).toThrow(
      expect.objectContaining({ code: 'bad-series', on: '/nowhere/levels.csv' }),
    );
  });
});

describe('a series is played', () => {
  const POINTS: readonly Point[] = [
    { atS: 0, value: 1 },
    { atS: 10, value: 3 },
    { atS: 20, value: undefined },
    { atS: 30, value: 5 },
  ];

  test('step by step: each value holds until the next, the first before and the last after', () => {
    const at = stepwise(POINTS, ONCE);
    expect([-5, 0, 9.9, 10, 20, 29, 30, 1_000].map(at)).toEqual([1, 1, 1, 3, undefined, undefined, 5, 5]);
  });

  test('on straight lines, but not to or from nothing', () => {
    const at = between(POINTS, ONCE);
    expect([-5, 0, 5, 10, 15, 20, 25, 30, 1_000].map(at)).toEqual([1, 1, 2, 3, 3, undefined, undefined, 5, 5]);
  });

  test('faster, and from the beginning again after its last step', () => {
    const at = stepwise(POINTS, { speed: 10, loop: true });
    expect([0, 1, 3, 3.9, 4, 5].map(at)).toEqual([1, 3, 5, 5, 1, 3]);
  });

  test('a loop of one value stands still', () => {
    expect(stepwise([{ atS: 0, value: 7 }], { speed: 1, loop: true })(12)).toBe(7);
  });
});

describe('however long and uneven a series is, it is as a plain search over it would have it', () => {
  const points = fc
    .array(
      fc.tuple(fc.integer({ min: 0, max: 20 }), fc.option(fc.integer({ min: -50, max: 50 }), { nil: undefined })),
      {
        minLength: 1,
        maxLength: 40,
      },
    )
    .map((steps) => {
      let atS = 0;
      return steps.map(([step, value], i): Point => {
        if (i > 0) atS += step;
        return { atS, value };
      });
    });
  const playing = fc.record({ speed: fc.constantFrom(0.5, 1, 3), loop: fc.boolean() });
  const moment = fc.integer({ min: 0, max: 2_000 }).map((tenths) => tenths / 10);

  function placeOf(all: readonly Point[], seconds: number, { speed, loop }: Playing): number {
    const times = all.map(({ atS }) => atS);
    const [last = 0, before = 0] = times.toReversed();
    const length = times.length < 2 ? 0 : last + last - before;
    let at = seconds * speed;
    if (loop) for (; length > 0 && at >= length; ) at -= length;
    return loop && length === 0 ? 0 : at;
  }

  test('step by step', () => {
    fc.assert(
      fc.property(points, playing, moment, (all, how, seconds) => {
        const at = placeOf(all, seconds, how);
        const expected = all.findLast(({ atS }) => atS <= at) ?? all[0];
        expect(stepwise(all, how)(seconds)).toBe(expected?.value);
      }),
    );
  });

  test('on straight lines', () => {
    fc.assert(
      fc.property(points, playing, moment, (all, how, seconds) => {
        const at = placeOf(all, seconds, how);
        const from = all.findLast(({ atS }) => atS <= at) ?? all[0];
        const to = all.find(({ atS }) => atS > at);
        const isBetween = from?.value !== undefined && to?.value !== undefined;
        const expected = isBetween
          ? from.value + ((to.value - from.value) * (at - from.atS)) / (to.atS - from.atS)
          : from?.value;
        const played = between(all, how)(seconds);
        if (expected === undefined) expect(played).toBeUndefined();
        else expect(played).toBeCloseTo(expected, 6);
      }),
    );
  });
});
