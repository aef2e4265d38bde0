/** Ranges and thresholds at a hub, for what other gateways send. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FeedPolicy } from '../../../gateway/watch/feed-policy.ts';
import type { DeviceDescription } from '../../../shared/feed/birth.ts';
import type { Reading } from '../../../shared/reading.ts';
import { AT, level, readingsOf, takeAll } from '../buffer/buffer-rig.ts';
import { IntakeRig } from '../intake/intake-rig.ts';
import { newOf, watching } from './watching.ts';

const FROM = { tenant: 'toyama', gateway: 'box-1' };
const SECOND = 1_000;
const FLOOD = { alarm: 'flood', quantity: 'level', raise: 3, clear: 2.5 };
const RANGE = { quantity: 'level', min: 0, max: 10 };
const GAUGE: DeviceDescription = { id: 'gauge-01', type: 'line', kinds: ['water-level'], units: { level: 'm' } };

class PolicyRig extends IntakeRig {
  policy: FeedPolicy;
  readonly watches;
  readonly #seen = new Set<string>();
  described: DeviceDescription | undefined = GAUGE;

  constructor(...watches: Parameters<typeof watching>[0][]) {
    super();
    this.watches = watches.map(watching);
    this.policy = this.#begin();
  }

  override restart(): void {
    super.restart();
    this.policy = this.#begin();
  }

  #begin(): FeedPolicy {
    return new FeedPolicy({ watches: this.watches, intake: this.intake, describe: () => this.described });
  }

  /** Readings of one batch: [seconds since the start, level]. */
  async take(...readings: (readonly [number, number, Partial<Reading>?])[]): Promise<void> {
    const all = readings.map(
      ([at, value, more]) => ({ ...level(value), observedAt: AT + at * SECOND, ...more }) as Reading,
    );
    await Promise.all([this.policy.take(FROM, all, this.clock.moment()), this.clock.advance(SECOND)]);
  }

  /** Those that came since the last call. */
  alarms(): string[] {
    return newOf(takeAll(this.buffer).flatMap(readingsOf), this.#seen).map(
      ({ values, observedAt }) => `${values.alarm} ${values.state} ${values.value} @${(observedAt - AT) / SECOND}`,
    );
  }
}

test('a threshold is raised and cleared with hysteresis, in readings of the hub’s own that name whose they are', async () => {
  const rig = new PolicyRig({ threshold: [FLOOD] });
  await rig.take([1, 2], [2, 3.1], [3, 2.7]);
  const [alarm, ...rest] = takeAll(rig.buffer).flatMap(readingsOf);
  expect(rest).toEqual([]);
  expect(alarm).toEqual({
    device: 'toyama.box-1.gauge-01',
    kind: 'alarm',
    observedAt: AT + 2 * SECOND,
    values: {
      ...{ alarm: 'flood', state: 'raised', quantity: 'level', value: 3.1, limit: 3 },
      ...{ tenant: 'toyama', gateway: 'box-1', device: 'gauge-01' },
    },
  });
  await rig.take([4, 2.4]);
  expect(rig.alarms()).toEqual(['flood cleared 2.4 @4']);
});

test('the newest reading counts: what comes later and is older raises and clears nothing, also after a restart', async () => {
  const rig = new PolicyRig({ threshold: [FLOOD] });
  await rig.take([100, 1]);
  rig.restart();
  await rig.take([50, 5], [60, 1], [100, 5]);
  expect(rig.alarms()).toEqual([]);
  await rig.take([101, 5]);
  expect(rig.alarms()).toEqual(['flood raised 5 @101']);
  rig.restart();
  await rig.take([99, 1]);
  await rig.take([102, 5]);
  expect(rig.alarms()).toEqual([]);
  await rig.take([103, 1]);
  expect(rig.alarms()).toEqual(['flood cleared 1 @103']);
});

test('however batches come and are repeated, alarms take turns and their times only grow', async () => {
  const batches = fc.array(
    fc.array(fc.tuple(fc.integer({ min: 0, max: 200 }), fc.constantFrom(1, 2.7, 4)), { minLength: 1, maxLength: 5 }),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(batches, async (all) => {
      const rig = new PolicyRig({ threshold: [FLOOD] });
      for (const batch of all) await rig.take(...batch);
      const alarms = rig.alarms();
      expect(alarms.map((each) => each.split(' ')[1])).toEqual(
        alarms.map((_, i) => (i % 2 === 0 ? 'raised' : 'cleared')),
      );
      const times = alarms.map((each) => Number(each.split('@')[1]));
      expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
    }),
    { numRuns: 40 },
  );
});

test('a value out of its range is an alarm, and does not count for a threshold', async () => {
  const rig = new PolicyRig({ range: [RANGE], threshold: [FLOOD] });
  await rig.take([1, 99], [2, 98], [3, 1], [4, -1]);
  expect(rig.alarms()).toEqual([
    'level out of range raised 99 @1',
    'level out of range cleared 1 @3',
    'level out of range raised -1 @4',
  ]);
});

test('what the gateway raises itself, doubts or cannot date is left to it', async () => {
  const rig = new PolicyRig({ threshold: [FLOOD] });
  await rig.take([1, 5, { quality: 'out-of-range' }], [2, 5, { quality: 'clock-unsynchronised' }], [86_400, 5]);
  rig.described = { ...GAUGE, thresholds: [{ alarm: 'flood', quantity: 'level', raise: 2, clear: 1 }] };
  await rig.take([3, 5]);
  expect(rig.alarms()).toEqual([]);
  rig.described = GAUGE;
  await rig.take([4, 5]);
  expect(rig.alarms()).toEqual(['flood raised 5 @4']);
});

test('tables choose by tenant, gateway, group, profile, device and kind, and the first that names an alarm counts', async () => {
  const at = async (watch: Parameters<typeof watching>[0]) => {
    const rig = new PolicyRig({ ...watch, threshold: [FLOOD] }, { threshold: [{ ...FLOOD, raise: 4 }] });
    rig.described = { ...GAUGE, group: 'river', profile: 'radar' };
    await rig.take([1, 3.5]);
    return rig.alarms().length;
  };
  for (const fitting of [
    ...[{ tenants: ['toyama'] }, { gateways: ['box-1'] }, { groups: ['river'] }, { profiles: ['radar'] }],
    ...[{ devices: ['gauge-01'] }, { kinds: ['water-level' as const] }],
  ]) {
    expect(await at(fitting), JSON.stringify(fitting)).toBe(1);
  }
  for (const other of [
    ...[{ tenants: ['x'] }, { gateways: ['x'] }, { groups: ['x'] }, { profiles: ['x'] }, { devices: ['x'] }],
    { kinds: ['position' as const] },
  ]) {
    expect(await at(other), JSON.stringify(other)).toBe(0);
  }
});

test('without a table that fits nothing is done, and nothing is remembered', async () => {
  const rig = new PolicyRig({ expectEveryMs: 1_000 }, { tenants: ['takamatsu'], threshold: [FLOOD] });
  expect(rig.policy.take(FROM, [level(5)], rig.clock.moment())).toBeUndefined();
  expect([...rig.intake.names()]).toEqual([]);
});
