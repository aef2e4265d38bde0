import { expect, test } from 'vitest';
import { maxWindows } from '../../../devices/beacon-detector/operators-tags.ts';
import type { OperatorPattern } from '../../../shared/enrolment/pattern.ts';
import { tagKey } from '../../../shared/enrolment/tag-id.ts';
import type { TagSighting } from '../../../shared/enrolment/tag-sighting.ts';
import { altbeacon, bytes, detector, hex, ibeacon, legacyEvent, momentAt, uuid, wallOrigin } from './rig.ts';

const fleet = uuid.replaceAll('-', '');
const alfa: OperatorPattern = { operator: 'alfa', pattern: { format: 'ibeacon', uuid: fleet } };
const bravo: OperatorPattern = {
  operator: 'bravo',
  pattern: { format: 'altbeacon', organisation: '00112233445566778899aabbccddeeff' },
};
const eids: OperatorPattern = { operator: 'charlie', pattern: { format: 'eddystone-eid' } };
const address = 'c6:b5:45:f6:f1:8e';

/** A detector whose operators the test changes. */
function withOperators(patterns: readonly OperatorPattern[], options: Record<string, unknown> = {}) {
  let current = patterns;
  const decoder = detector({ windowMs: '10s', ...options }, 'serial', () => current);
  return {
    hear: (payload: string, now: number, rssi = -60) =>
      decoder.decode(legacyEvent(address, payload, rssi), momentAt(now)),
    decoder,
    change: (to: readonly OperatorPattern[]) => {
      current = to;
    },
    due: (now: number) => decoder.due?.(momentAt(now)) ?? {},
  };
}

const told = (tags: readonly TagSighting[] | undefined) => tags?.map(({ operator, id }) => `${operator} ${tagKey(id)}`);

test('advertisements that fit an operator’s pattern become one sighting per identifier and window', () => {
  const { hear, due, decoder } = withOperators([alfa, bravo]);
  hear(ibeacon, 100, -60);
  hear(ibeacon, 700, -52);
  hear(altbeacon, 800, 127);
  hear(ibeacon, 4_000, -61);
  expect(decoder.dueAt?.()).toBe(10_100);
  expect(due(10_100).tags).toEqual([
    {
      ...{ operator: 'alfa', device: 'post-7', observedAt: wallOrigin + 4_000, rssi: -52, rssiMean: -57.7, count: 3 },
      ...{ id: { format: 'ibeacon', bytes: bytes(`${fleet}00010002`) } },
      ...{ firstAt: wallOrigin + 100, lastAt: wallOrigin + 4_000 },
    },
  ]);
  const [second] = due(10_800).tags ?? [];
  expect(second).toMatchObject({ operator: 'bravo', count: 1 });
  expect(second).not.toHaveProperty('rssi');
  expect(decoder.dueAt?.()).toBe(Number.POSITIVE_INFINITY);
});

test('a detector that moves was where it last heard the tag, and nowhere if nobody knows', () => {
  const placeAt = (monotonic: number) =>
    monotonic > 8_000 ? undefined : { lat: monotonic / 1_000, lon: 135, accuracy: 9 };
  const moving = detector(
    {},
    'serial',
    () => [alfa],
    (device, at) => (device === 'post-7' ? placeAt(at) : undefined),
  );
  for (const now of [1_000, 4_000, 7_000]) moving.decode(legacyEvent(address, ibeacon, -60), momentAt(now));
  const [tag] = moving.due?.(momentAt(11_000)).tags ?? [];
  expect(tag).toMatchObject({ observedAt: wallOrigin + 7_000, place: { lat: 7, lon: 135, accuracy: 9 } });
  moving.decode(legacyEvent(address, ibeacon, -60), momentAt(12_000));
  expect(moving.end?.(momentAt(13_000)).tags?.[0]).not.toHaveProperty('place');
});

test('a tag that is configured and fits a pattern is told to both, and neither way leads into the other', () => {
  const { hear, due } = withOperators([alfa], { tags: [{ name: 'child-12', id: `ibeacon:${uuid}/1/2` }] });
  hear(ibeacon, 0);
  const step = due(10_000);
  expect(step.readings?.map(({ values }) => values.tag)).toEqual(['child-12']);
  expect(told(step.tags)).toEqual([`alfa ibeacon:${fleet}00010002`]);
  expect(JSON.stringify(step.readings)).not.toContain('alfa');
});

test('what fits no pattern leaves no trace', () => {
  const { hear, due, decoder } = withOperators([bravo]);
  expect(hear(ibeacon, 0)).toEqual({ isHeard: true });
  expect(decoder.dueAt?.()).toBe(Number.POSITIVE_INFINITY);
  expect(due(60_000)).toEqual({});
});

test('patterns that change hold from the next advertisement on', () => {
  const { hear, due, change } = withOperators([]);
  hear(ibeacon, 0);
  change([alfa]);
  hear(ibeacon, 1_000);
  change([alfa, eids]);
  hear('0d16aafe30e70102030405060708', 2_000);
  expect(told(due(60_000).tags)).toEqual([`alfa ibeacon:${fleet}00010002`, 'charlie eddystone-eid:0102030405060708']);
});

test('the open windows of an operator that is gone are dropped, and those of the others stay', () => {
  const { hear, due, change } = withOperators([alfa, bravo]);
  hear(ibeacon, 0);
  hear(altbeacon, 0);
  change([bravo]);
  const step = due(10_000);
  expect(told(step.tags)).toEqual([`bravo ${'altbeacon:00112233445566778899aabbccddeeff00010002'}`]);
  expect(step.rubbish).toBeUndefined();
});

test('what is open at the end is told', () => {
  const { hear, decoder } = withOperators([alfa]);
  hear(ibeacon, 0);
  expect(told(decoder.end?.(momentAt(1)).tags)).toEqual([`alfa ibeacon:${fleet}00010002`]);
});

test('while too many tags are near, new ones are counted without their identifiers, and the others go on', () => {
  const { hear, due } = withOperators([eids]);
  const eid = (number: number) => `0d16aafe30e7${number.toString(16).padStart(16, '0')}`;
  for (let number = 0; number < maxWindows; number++) hear(eid(number), 0);
  const steps = [
    ...Array.from({ length: 300 }, (_, more) => hear(eid(maxWindows + more), 1 + more)),
    hear(eid(0), 400),
  ];
  const rubbish = steps.flatMap((step) => step.rubbish ?? []);
  expect(rubbish.map(({ code, device }) => [code, device])).toEqual([['over-limit', 'post-7']]); // once a window
  const step = due(10_000);
  expect(step.tags).toHaveLength(maxWindows);
  expect(step.tags?.[0]).toMatchObject({ count: 2 });
  const all = [...rubbish, ...(due(10_002).rubbish ?? [])];
  expect(all.map(({ detail }) => Number(/^\d+/.exec(detail?.en ?? '')?.[0])).reduce((a, b) => a + b)).toBe(300);
  for (const { bytes: held, detail } of all) {
    expect(held).toHaveLength(0);
    expect(hex(Buffer.from(detail?.en ?? ''))).not.toContain(hex(Buffer.from('c6:b5')));
  }
});
