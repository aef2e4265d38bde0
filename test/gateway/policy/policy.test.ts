import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judge, NO_STATE, type Policy, type PolicyState, readState } from '../../../gateway/policy/policy.ts';
import type { Alarm, Quality, Reading } from '../../../shared/reading.ts';

const flood: Policy = { ranges: [], thresholds: [{ alarm: '氾濫注意水位', quantity: 'level', raise: 3, clear: 2.8 }] };
const drought: Policy = { ranges: [], thresholds: [{ alarm: '渇水', quantity: 'level', raise: 0.5, clear: 0.7 }] };

test('an alarm of high values is raised when the value reaches it, and cleared when it is back below its clear value', () => {
  expect(statesOf(flood, [2.9, 2.99, 3, 3.5, 2.9, 2.8, 2.79, 2.9, 3])).toEqual([
    '',
    '',
    'raised',
    '',
    '',
    '',
    'cleared',
    '',
    'raised',
  ]);
});

test('an alarm of low values is raised when the value falls to it, and cleared when it is back above its clear value', () => {
  expect(statesOf(drought, [0.6, 0.5, 0.4, 0.6, 0.7, 0.71, 0.6, 0.5])).toEqual([
    '',
    'raised',
    '',
    '',
    '',
    'cleared',
    '',
    'raised',
  ]);
});

test('an alarm says which value crossed which limit, when', () => {
  const { alarms, reading } = judge(at(0, 3.2), flood, NO_STATE);
  expect(reading).toEqual(at(0, 3.2));
  expect(alarms).toEqual([
    {
      device: 'gauge-01',
      kind: 'alarm',
      observedAt: 0,
      values: { alarm: '氾濫注意水位', state: 'raised', quantity: 'level', value: 3.2, limit: 3 },
    },
  ]);
  const cleared = judge(at(1, 1), flood, judge(at(0, 3.2), flood, NO_STATE).state);
  expect(cleared.alarms[0]?.values).toMatchObject({ state: 'cleared', value: 1, limit: 2.8 });
});

test('several alarms of one device are raised together by one value', () => {
  const thresholds = [2, 3, 4].map((raise) => ({ alarm: `${raise} m`, quantity: 'level', raise, clear: raise - 0.1 }));
  const { alarms, state } = judge(at(0, 3.5), { ranges: [], thresholds }, NO_STATE);
  expect(alarms.map(({ values }) => values.alarm)).toEqual(['2 m', '3 m']);
  expect(state.raised).toEqual(['2 m', '3 m']);
});

test('whatever the values, an alarm is raised and cleared in turn, each with a value that justifies it', () => {
  const level = fc.double({ min: 2, max: 4, noNaN: true });
  fc.assert(
    fc.property(fc.array(level, { maxLength: 200 }), (values) => {
      const alarms = alarmsOf(flood, values);
      expect(alarms.map(({ values: { state } }) => state)).toEqual(
        alarms.map((_, i) => (i % 2 === 0 ? 'raised' : 'cleared')),
      );
      for (const {
        values: { state, value },
      } of alarms) {
        expect(state === 'raised' ? value >= 3 : value < 2.8).toBe(true);
      }
    }),
  );
});

test.each<Quality>(['uncertain', 'no-target', 'device-fault'])(
  'a value that is %s neither raises nor clears',
  (quality) => {
    expect(judge({ ...at(0, 9), quality } as Reading, flood, NO_STATE)).toMatchObject({ alarms: [], state: NO_STATE });
    const up: PolicyState = { last: {}, raised: ['氾濫注意水位'] };
    expect(judge({ ...at(0, 0), quality } as Reading, flood, up)).toMatchObject({ alarms: [], state: up });
  },
);

test('a value outside its range is marked, and raises nothing', () => {
  const policy: Policy = { ...flood, ranges: [{ quantity: 'level', min: -1, max: 5 }] };
  for (const value of [-1.01, 5.01]) {
    expect(judge(at(0, value), policy, NO_STATE)).toMatchObject({ reading: { quality: 'out-of-range' }, alarms: [] });
  }
  for (const value of [-1, 5]) expect(judge(at(0, value), policy, NO_STATE).reading.quality).toBeUndefined();
});

test('a value that changes faster than is credible is marked, measured against the last good one', () => {
  const policy: Policy = { ...flood, ranges: [{ quantity: 'level', maxRate: 0.125 }] };
  const first = judge(at(0, 1), policy, NO_STATE);
  const jump = judge(at(10_000, 2.5), policy, first.state);
  expect(jump).toMatchObject({ reading: { quality: 'changing-too-fast' }, alarms: [] });
  expect(judge(at(10_000, 2.25), policy, first.state).reading.quality).toBeUndefined();
  expect(judge(at(20_000, 2.5), policy, jump.state).reading.quality).toBeUndefined();
});

test('a time in doubt says nothing against the values: an alarm is raised, and a value out of range is marked', () => {
  const doubted: Reading = { ...at(0, 5), quality: 'clock-unsynchronised' };
  const { reading, alarms } = judge(doubted, flood, NO_STATE);
  expect(reading).toEqual(doubted);
  expect(alarms).toHaveLength(1);
  const ranged = { ...flood, ranges: [{ quantity: 'level', max: 4 }] };
  expect(judge(doubted, ranged, NO_STATE)).toMatchObject({ reading: { quality: 'out-of-range' }, alarms: [] });
});

test("a reading the device itself doubts keeps the device's reason", () => {
  const policy: Policy = { ranges: [{ quantity: 'level', max: 5 }], thresholds: [] };
  expect(judge({ ...at(0, 9), quality: 'no-target' } as Reading, policy, NO_STATE).reading.quality).toBe('no-target');
});

test('a reading without the quantity, or without any policy, passes as it is', () => {
  const other: Reading = { device: 'gauge-01', kind: 'status', observedAt: 0, values: { battery: 3.6 } };
  expect(judge(other, flood, NO_STATE)).toMatchObject({ reading: other, alarms: [] });
  expect(judge(at(0, 99), { ranges: [], thresholds: [] }, NO_STATE).reading).toEqual(at(0, 99));
});

test('a remembered state is restored, and an invalid one starts over', () => {
  const state: PolicyState = { last: { level: { value: 1, at: 2 } }, raised: ['x'] };
  expect(readState(JSON.parse(JSON.stringify(state)))).toEqual(state);
  for (const rubbish of [undefined, null, 7, {}, { last: 3, raised: [] }]) expect(readState(rubbish)).toEqual(NO_STATE);
});

function at(observedAt: number, level: number): Reading {
  return { device: 'gauge-01', kind: 'water-level', observedAt, values: { level } };
}

/** The alarms of each value in turn. */
function run(policy: Policy, values: readonly number[]): (readonly Alarm[])[] {
  let state = NO_STATE;
  return values.map((value, second) => {
    const judged = judge(at(second * 1_000, value), policy, state);
    state = judged.state;
    return judged.alarms;
  });
}

function statesOf(policy: Policy, values: readonly number[]): string[] {
  return run(policy, values).map((alarms) => alarms.map(({ values: { state } }) => state).join());
}

function alarmsOf(policy: Policy, values: readonly number[]): Alarm[] {
  return run(policy, values).flat();
}

test('a doubtful quantity neither raises an alarm nor keeps a good one beside it from raising its own', () => {
  const thresholds = [
    { alarm: 'flood', quantity: 'level', raise: 3, clear: 2.8 },
    { alarm: 'frost', quantity: 'temperature', raise: 0, clear: 1 },
  ];
  const ranges = [{ quantity: 'temperature', min: -40, max: 60 }];
  const reading = (values: Record<string, number>, more: Pick<Reading, 'quality' | 'doubtful'> = {}): Reading => ({
    ...{ device: 'gauge-01', kind: 'water-level', observedAt: 0, values },
    ...more,
  });
  const judged = (given: Reading) => {
    const { alarms, reading: out } = judge(given, { ranges, thresholds }, NO_STATE);
    return [alarms.map(({ values }) => values.alarm), out.quality, out.doubtful];
  };
  expect(judged(reading({ level: 3.06, temperature: -99 }))).toEqual([['flood'], 'out-of-range', ['temperature']]);
  const nan = { quality: 'not-a-number', doubtful: ['temperature'] } as const;
  expect(judged(reading({ level: 3.06 }, nan))).toEqual([['flood'], 'not-a-number', ['temperature']]);
  expect(judged(reading({ level: 3.06, temperature: -1 }, { quality: 'stale' }))).toEqual([[], 'stale', undefined]);
  expect(judged(reading({ level: 3.06, temperature: -1 }))).toEqual([['flood', 'frost'], undefined, undefined]);
});

test('the rate of a good quantity is followed past a doubtful one beside it', () => {
  const ranges = [
    { quantity: 'level', maxRate: 1 },
    { quantity: 'temperature', max: 60 },
  ];
  const at = (second: number, level: number) =>
    ({ device: 'g', kind: 'water-level', observedAt: second * 1_000, values: { level, temperature: 99 } }) as const;
  const policy = { ranges, thresholds: [] };
  const first = judge(at(0, 1), policy, NO_STATE);
  const second = judge(at(1, 2), policy, first.state);
  expect(second.reading).toMatchObject({ quality: 'out-of-range', doubtful: ['temperature'] });
  const third = judge(at(2, 9), policy, second.state);
  expect(third.reading).toMatchObject({ quality: 'out-of-range', doubtful: ['level', 'temperature'] });
  expect(third.state.last.level?.value).toBe(2);
});
