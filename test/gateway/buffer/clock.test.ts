import { expect, test } from 'vitest';
import type { BufferOptions } from '../../../gateway/buffer/buffer-options.ts';
import type { Reading } from '../../../shared/reading.ts';
import { alarm, BufferRig, idsOf, level, levels, readingsOf, takeAll } from './buffer-rig.ts';

/** Wall minus monotonic ms of an unset clock, and the step that set it. */
const offsetMs = 1_000;
const stepMs = 1_768_445_999_500;
const unset = { unsynchronisedOffsetMs: offsetMs };

function unsetRig(options: Partial<BufferOptions> = {}): BufferRig {
  const rig = new BufferRig(options);
  rig.clock.synchronised = false;
  return rig;
}

test('readings taken before the clock was set wait for it, and get their real time from the step it made', async () => {
  const rig = unsetRig();
  const buffer = rig.open();
  await rig.put(buffer, [at(5_000), at(6_000)], unset);
  await rig.clock.advance(60_000);
  buffer.append([], unset);
  expect(buffer.take('city')).toBeUndefined();
  expect(buffer.stats()).toMatchObject({ held: 2, open: 0 });
  rig.clock.setTo(offsetMs + stepMs);
  buffer.clockSet();
  expect(buffer.stats()).toMatchObject({ held: 0, open: 2 });
  await rig.clock.advance(5_000);
  expect(readingsOf(buffer.take('city'))).toEqual([at(5_000 + stepMs), at(6_000 + stepMs)]);
});

test('every time among the values is corrected too, and nothing else', async () => {
  const rig = unsetRig({ batchReadings: 1 });
  const buffer = rig.open();
  await rig.put(buffer, [sighting(0)], unset);
  rig.clock.setTo(offsetMs + stepMs);
  buffer.clockSet();
  expect(readingsOf(buffer.take('city'))).toEqual([sighting(stepMs)]);
});

test('each reading is corrected by the step since its own moment', async () => {
  const rig = unsetRig({ batchReadings: 2 });
  const buffer = rig.open();
  await rig.put(buffer, [at(5_000)], { unsynchronisedOffsetMs: 1_000 });
  await rig.put(buffer, [at(105_000)], { unsynchronisedOffsetMs: 101_000 }); // the clock had stepped by 100 s meanwhile
  rig.clock.setTo(1_000_001_000);
  buffer.clockSet();
  expect(readingsOf(buffer.take('city'))).toEqual([at(1_000_005_000), at(1_000_005_000)]);
});

test('held readings leave in order of arrival, before newer ones', async () => {
  const rig = unsetRig({ batchReadings: 5 });
  const buffer = rig.open();
  for (let n = 1; n <= 4; n++) await rig.put(buffer, [level(n)], unset);
  rig.clock.setTo(offsetMs + stepMs);
  buffer.clockSet();
  await rig.put(buffer, [level(5)]);
  expect(idsOf(buffer.take('city'))).toEqual([1, 2, 3, 4, 5]);
});

test('after a restart in the same boot held readings still get their real time', async () => {
  const rig = unsetRig({ batchReadings: 1 });
  await rig.put(rig.open(), [at(5_000)], unset);
  const again = rig.crash();
  expect(again.stats().held).toBe(1);
  rig.clock.setTo(offsetMs + stepMs);
  again.clockSet();
  expect(readingsOf(again.take('city'))).toEqual([at(5_000 + stepMs)]);
});

test("another boot's held readings leave at once, marked, since their time can no longer be known", async () => {
  const rig = unsetRig({ batchReadings: 1 });
  await rig.put(rig.open(), [at(5_000)], unset);
  const again = rig.crash({ boot: 'boot-2' });
  expect(again.stats().held).toBe(0);
  expect(readingsOf(again.take('city'))).toEqual([marked(at(5_000))]);
});

test('readings that have waited too long leave, marked', async () => {
  const rig = unsetRig({ batchReadings: 1, holdMs: 60_000 });
  const buffer = rig.open();
  await rig.put(buffer, [at(5_000)], unset);
  await rig.clock.advance(59_999);
  expect(buffer.take('city')).toBeUndefined();
  await rig.clock.advance(1);
  expect(readingsOf(buffer.take('city'))).toEqual([marked(at(5_000))]);
  await rig.put(buffer, [at(70_000)], unset);
  await rig.clock.advance(60_000);
  expect(readingsOf(buffer.take('city'))).toEqual([marked(at(70_000))]);
});

test('held readings do not wait forever after a restart either', async () => {
  const rig = unsetRig({ batchReadings: 1, holdMs: 60_000 });
  await rig.put(rig.open(), [at(5_000)], unset);
  const again = rig.crash();
  await rig.clock.advance(60_000);
  expect(readingsOf(again.take('city'))).toEqual([marked(at(5_000))]);
});

test('alarms never wait for the clock: they leave at once, marked', async () => {
  const rig = unsetRig();
  const buffer = rig.open();
  await rig.put(buffer, [at(5_000), alarm(1)], unset);
  expect(takeAll(buffer).map(readingsOf)).toEqual([[marked(alarm(1))]]);
  expect(buffer.stats().held).toBe(1);
});

test('beyond six hundred thousand held readings the oldest leave, marked', async () => {
  const rig = unsetRig({ batchReadings: 10_000 });
  const buffer = rig.open();
  for (let n = 0; n < 61; n++) await rig.put(buffer, levels(n * 10_000 + 1, n * 10_000 + 10_000), unset);
  expect(buffer.stats().held).toBe(600_000);
  const left = takeAll(buffer).flatMap(readingsOf);
  expect(left).toHaveLength(10_000);
  expect(left[0]).toEqual(marked(level(1)));
});

test('flush lets everything go, marked', async () => {
  const rig = unsetRig();
  const buffer = rig.open();
  await rig.put(buffer, [at(5_000)], unset);
  buffer.flush();
  expect(readingsOf(buffer.take('city'))).toEqual([marked(at(5_000))]);
});

function at(observedAt: number): Reading {
  return { device: 'gauge-01', kind: 'water-level', observedAt, values: { level: 1.25 } };
}

function sighting(ms: number): Reading {
  const values = { tag: 'child-7', rssi: -60, rssiMean: -63.5, count: 4, firstAt: 4_000 + ms, lastAt: 5_000 + ms };
  return { device: 'detector-01', kind: 'sighting', observedAt: 5_000 + ms, values };
}

function marked(reading: Reading): Reading {
  return { ...reading, quality: 'clock-unsynchronised' };
}
