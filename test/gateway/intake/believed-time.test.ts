import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Policy } from '../../../gateway/policy/policy.ts';
import type { Moment } from '../../../shared/clock.ts';
import type { Reading } from '../../../shared/reading.ts';
import { AT, readingsOf, takeAll } from '../buffer/buffer-rig.ts';
import { IntakeRig } from './intake-rig.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const now: Moment = { wall: AT, monotonic: 50, synchronised: true };
const flood: Policy = {
  ranges: [{ quantity: 'level', maxRate: 0.05 }],
  thresholds: [{ alarm: 'flood', quantity: 'level', raise: 3, clear: 2.8 }],
};

function level(value: number, observedAt: number): Reading {
  return { device: 'gauge-01', kind: 'water-level', observedAt, values: { level: value } };
}

/** What the buffer holds after readings that came at these moments. */
async function taken(rig: IntakeRig, ...came: readonly (readonly [Reading, Moment])[]): Promise<readonly Reading[]> {
  const port = rig.activity.ports.get('river') ?? rig.activity.addPort('river', '/dev/null');
  for (const [reading, at] of came) {
    const origin = { port, at, ownTime: true, awaited: true };
    await Promise.all([rig.intake.take({ readings: [reading] }, origin), rig.clock.advance(1_000)]);
  }
  return takeAll(rig.buffer).flatMap(readingsOf);
}

test.each([['2099-12-31T00:00:00Z'], ['2036-02-07T06:28:16Z'], ['2000-01-01T00:00:00Z'], ['1980-01-06T00:00:00Z']])(
  'a time of %s is replaced by the time at which the reading came, and marked',
  async (time) => {
    const rig = new IntakeRig();
    rig.activity.addDevice('gauge-01', 'line', 'river');
    expect(await taken(rig, [level(1, Date.parse(time)), now])).toEqual([
      { ...level(1, AT), quality: 'clock-unsynchronised' },
    ]);
    expect(rig.activity.devices.get('gauge-01')?.timeOffMs).toBe(Date.parse(time) - AT);
    await taken(rig, [level(1, AT), now]);
    expect(rig.activity.devices.get('gauge-01')?.timeOffMs).toBeUndefined();
  },
);

test.each([
  ['4 minutes ahead', AT + 4 * MINUTE],
  ['a year old', AT - 366 * DAY],
])('a time that is %s is believed', async (_, observedAt) => {
  expect(await taken(new IntakeRig(), [level(1, observedAt), now])).toEqual([level(1, observedAt)]);
});

test('while the clock is not set every time is believed', async () => {
  const unset = { ...now, synchronised: false };
  expect(await taken(new IntakeRig(), [level(1, AT + 400 * DAY), unset])).toEqual([level(1, AT + 400 * DAY)]);
});

test('a doubt about the values outweighs that about the time', async () => {
  const doubted = { ...level(1, AT + DAY), quality: 'uncertain' } as Reading;
  expect(await taken(new IntakeRig(), [doubted, now])).toEqual([{ ...doubted, observedAt: AT }]);
});

test('a reading from the future does not switch the alarms of those after it off', async () => {
  const rig = new IntakeRig({ policies: new Map([['gauge-01', flood]]) });
  const later = (s: number): Moment => ({ wall: AT + s * 1_000, monotonic: 50 + s * 1_000, synchronised: true });
  const all = await taken(
    rig,
    [level(2.9, AT), now],
    [level(2.91, AT + 90 * DAY), later(1)],
    [level(2.95, AT + 2_000), later(2)],
    [level(3, AT + 3_000), later(3)],
  );
  expect(all.filter(({ kind }) => kind === 'alarm').map(({ values }) => values.state)).toEqual(['raised']);
  expect(all.filter(({ quality }) => quality === 'changing-too-fast')).toEqual([]);
});

test('however often the clock is set, alarms follow the values that come', async () => {
  const step = fc.record({ toMs: fc.integer({ min: AT - 300 * DAY, max: AT + 300 * DAY }), isHigh: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const rig = new IntakeRig({ policies: new Map([['gauge-01', { ...flood, ranges: [] }]]) });
      const came = steps.map(({ toMs, isHigh }, i): [Reading, Moment] => [
        level(isHigh ? 4 : 1, toMs),
        { wall: toMs, monotonic: i * 1_000, synchronised: true },
      ]);
      const alarms = (await taken(rig, ...came)).filter(({ kind }) => kind === 'alarm');
      const turns = steps.filter(({ isHigh }, i) => isHigh !== (steps[i - 1]?.isHigh ?? false));
      expect(alarms).toHaveLength(turns.length);
    }),
    { numRuns: 30 },
  );
});

test('what a logger sends later neither clears nor raises what newer readings said', async () => {
  const rig = new IntakeRig({ policies: new Map([['gauge-01', flood]]) });
  const all = await taken(
    rig,
    [level(3.1, AT), now],
    [level(1, AT - 60 * MINUTE), now],
    [level(9, AT - 30 * MINUTE), now],
    [level(2.79, AT + 10 * MINUTE), { ...now, wall: AT + 10 * MINUTE }],
  );
  expect(all.filter(({ kind }) => kind === 'alarm').map(({ values }) => values.state)).toEqual(['raised', 'cleared']);
});

test('a status of now makes no history of a measurement that was taken before', async () => {
  const rig = new IntakeRig({ policies: new Map([['gauge-01', flood]]) });
  const status: Reading = { device: 'gauge-01', kind: 'status', observedAt: AT, values: { rssi: -90 } };
  const stored = await taken(rig, [status, now], [level(3.5, AT - 10 * MINUTE), now]);
  expect(stored.filter(({ kind }) => kind === 'alarm')).toHaveLength(1);
});

test('what a logger sends later counts, and does not take the place of the last value', async () => {
  const rig = new IntakeRig();
  const device = rig.activity.addDevice('gauge-01', 'line', 'river');
  await taken(rig, [level(3.1, AT), now], [level(1, AT - 60 * MINUTE), now]);
  expect(device).toMatchObject({ readings: 2, last: { values: { level: 3.1 } } });
  await taken(rig, [level(2, AT + MINUTE), { ...now, wall: AT + MINUTE }]);
  expect(device.last?.values).toEqual({ level: 2 });
});
