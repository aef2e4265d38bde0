import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { Json } from '../../../devices/device-type.ts';
import { peopleCounter } from '../../../devices/people-counter/people-counter.ts';

const at = { wall: 1_700_000_000_000, monotonic: 0, synchronised: true };

function counter(options: Record<string, unknown> = {}, remembered?: Json) {
  const device = { id: 'gate', options: v.parse(peopleCounter.options, options), ...(remembered && { remembered }) };
  const decoder = peopleCounter.decoder([device], { transport: 'serial' });
  return (line: string) => decoder.decode(Buffer.from(line), at);
}

test('each line gives the people since the line before, and the totals to remember', () => {
  const hear = counter();
  expect(hear('IN=000120,OUT=000100').readings?.[0]?.values).toEqual({ entered: 0, left: 0 });
  expect(hear('in=000123; out=000101')).toEqual({
    readings: [{ device: 'gate', kind: 'people-count', observedAt: at.wall, values: { entered: 3, left: 1 } }],
    remember: new Map([
      [
        'gate',
        {
          marks: [
            [120, 100],
            [123, 101],
          ],
          at: at.wall,
        },
      ],
    ]),
  });
  expect(hear('IN=000123 OUT=000101').readings?.[0]?.values).toEqual({ entered: 0, left: 0 });
});

test('what was remembered is counted from after a restart', () => {
  const hear = counter({}, { entered: 120, left: 100 });
  expect(hear('IN=000125,OUT=000100').readings?.[0]?.values).toEqual({ entered: 5, left: 0 });
});

test.each([{ entered: -1, left: 0 }, { entered: 1.5, left: 0 }, { entered: 5 }, 'x', [1, 2]])(
  'what was remembered and cannot be totals is ignored: %j',
  (remembered) => {
    expect(counter({}, remembered)('IN=10,OUT=10').readings?.[0]?.values).toEqual({ entered: 0, left: 0 });
  },
);

test('a jump is doubted until the next line bears it out', () => {
  const hear = counter({ maxPerMinute: 10 }, { marks: [[0, 0]], at: at.wall });
  expect(hear('IN=11,OUT=0').readings).toMatchObject([{ values: { entered: 0 }, quality: 'uncertain' }]);
  expect(hear('IN=12,OUT=0').readings).toMatchObject([{ values: { entered: 11 }, quality: 'uncertain' }]);
});

test('a line that does not fit as a whole is rubbish and changes nothing', () => {
  const hear = counter({}, { entered: 5, left: 5 });
  for (const line of ['', 'IN=7', 'xIN=1,OUT=2', 'IN=1,OUT=2x', 'IN=-1,OUT=2']) {
    expect(hear(line).rubbish).toMatchObject([{ code: 'unknown-format' }]);
  }
  expect(hear('IN=1000000,OUT=6').rubbish).toMatchObject([{ code: 'malformed' }]);
  expect(hear('IN=6,OUT=6').readings?.[0]?.values).toEqual({ entered: 1, left: 1 });
});

test('a pattern of one’s own is taken, with its two groups', () => {
  const hear = counter({ pattern: String.raw`A(?P<entered>\d+)B(?P<left>\d+)` }, { entered: 1, left: 1 });
  expect(hear('A2B4').readings?.[0]?.values).toEqual({ entered: 1, left: 3 });
  expect(v.safeParse(peopleCounter.options, { pattern: '(?P<entered>.*)' }).success).toBe(false);
  expect(v.safeParse(peopleCounter.options, { pattern: '(' }).success).toBe(false);
});

test('counts are never negative, whatever comes', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(1_000_000), fc.nat(1_000_000))), (totals) => {
      const hear = counter({ rollOver: 1000 });
      for (const [entered, left] of totals) {
        for (const { values } of hear(`IN=${entered},OUT=${left}`).readings ?? []) {
          expect(Math.min(Number(values.entered), Number(values.left))).toBeGreaterThanOrEqual(0);
        }
      }
    }),
  );
});
