import { expect, test } from 'vitest';
import { alarm, BufferRig, idsOf, level, levels, numberOf, takeAll } from './buffer-rig.ts';

test('an alarm is sealed at once, even if everything else may wait', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  const appended = buffer.append([level(1), alarm(2)], { withinMs: 60_000 });
  await rig.clock.advance(0);
  await appended;
  expect(takeAll(buffer).map(idsOf)).toEqual([[2]]);
  expect(buffer.stats().open).toBe(1);
});

test('alarms overtake everything that waits', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 30));
  expect(idsOf(buffer.take('city'))).toContain(1);
  await rig.put(buffer, [alarm(100)]);
  await rig.put(buffer, [alarm(101)]);
  expect(idsOf(buffer.take('city'))).toEqual([100]);
  expect(idsOf(buffer.take('city'))).toEqual([101]);
  expect(idsOf(buffer.take('city'))).toContain(11);
});

test('a backlog goes oldest first, and every fourth time newest first', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 100));
  expect(takeAll(buffer).map(numberOf)).toEqual([1, 2, 3, 10, 4, 5, 6, 9, 7, 8]);
});

test('a batch in flight is never handed out twice, and a released one comes before newer ones', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 60));
  const taken = [buffer.take('city'), buffer.take('city')];
  expect(taken.map(numberOf)).toEqual([1, 2]);
  if (taken[0] !== undefined) buffer.release('city', taken[0]);
  expect(takeAll(buffer).map(numberOf)).toEqual([1, 6, 3, 4, 5]);
  expect(buffer.take('city')).toBeUndefined();
  expect(buffer.stats().outboxes.city).toMatchObject({ inFlight: 6, waiting: { routine: 6 } });
});

test('a released fresh batch comes again', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 50));
  const taken = [buffer.take('city'), buffer.take('city'), buffer.take('city'), buffer.take('city')];
  expect(numberOf(taken[3])).toBe(5);
  if (taken[3] !== undefined) buffer.release('city', taken[3]);
  expect(takeAll(buffer).map(numberOf)).toEqual([4, 5]);
});
