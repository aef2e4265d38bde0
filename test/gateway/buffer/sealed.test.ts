import { expect, test } from 'vitest';
import type { OutboxOptions } from '../../../gateway/buffer/outbox-options.ts';
import { decodeBatch } from '../../../shared/feed/batch.ts';
import {
  alarm,
  BufferRig,
  CITY,
  idsOf,
  level,
  levels,
  numberOf,
  readingsOf,
  settleAll,
  stored,
  takeAll,
} from './buffer-rig.ts';

test('a sealed batch has the same number and bytes at every take, after a release and after a restart', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 25));
  buffer.flush();
  const first = takeAll(buffer);
  expect(first.map(numberOf)).toEqual([1, 2, 3]);
  for (const outgoing of first) buffer.release('city', outgoing);
  expect(sorted(takeAll(buffer))).toEqual(sorted(first));
  buffer.close();
  const again = rig.open({ batchReadings: 3, outboxes: [{ ...CITY, encoding: 'senml', compression: 'brotli' }] });
  expect(sorted(takeAll(again))).toEqual(sorted(first));
});

test('the envelope describes the batch', async () => {
  const rig = new BufferRig({ outboxes: [{ ...CITY, encoding: 'senml', compression: 'brotli' }] });
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 10));
  const taken = buffer.take('city');
  const bytes = taken?.kind === 'batch' ? taken.batch.bytes : new Uint8Array();
  expect(decodeBatch(bytes).header).toEqual({
    gateway: 'gateway-01',
    epoch: buffer.stats().outboxes.city?.epoch,
    number: 1,
    lane: 'routine',
    count: 10,
    encoding: 'senml',
    compression: 'brotli',
  });
  expect(readingsOf(taken)).toEqual(levels(1, 10));
});

test('a batch is sealed when it reaches its count, and the rest stays open', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 9));
  expect(buffer.take('city')).toBeUndefined();
  await rig.put(buffer, levels(10, 32));
  expect(takeAll(buffer).map((batch) => idsOf(batch).length)).toEqual([10, 10, 10]);
  expect(buffer.stats().open).toBe(2);
});

test('a batch is sealed when its first reading comes of age', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, [level(1)]);
  await rig.clock.advance(3_000);
  await rig.put(buffer, [level(2)]);
  await rig.clock.advance(1_999);
  expect(buffer.take('city')).toBeUndefined();
  await rig.clock.advance(1);
  expect(idsOf(buffer.take('city'))).toEqual([1, 2]);
});

test('the time that readings have waited for their commit is part of the age of their batch', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  void buffer.append([level(1)], { withinMs: 5_000 });
  await rig.clock.advance(3_000);
  void buffer.append([level(2)], { withinMs: 5_000 });
  await rig.clock.advance(1_500);
  await rig.put(buffer, [level(3)]); // somebody waits for it, so all of them are committed
  expect(buffer.stats()).toMatchObject({ commits: 1, open: 3 });
  await rig.clock.advance(499);
  expect(buffer.take('city')).toBeUndefined();
  await rig.clock.advance(1);
  expect(idsOf(buffer.take('city'))).toEqual([1, 2, 3]);
});

test('what stays open of a commit that sealed full batches is as old as its own first reading', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  void buffer.append(levels(1, 9), { withinMs: 5_000 });
  await rig.clock.advance(1_000);
  void buffer.append(levels(10, 12), { withinMs: 5_000 });
  await rig.clock.advance(1_000);
  await rig.put(buffer, [level(13)]); // seals 1 to 10
  expect(idsOf(buffer.take('city'))).toHaveLength(10);
  await rig.clock.advance(3_999);
  expect(buffer.take('city')).toBeUndefined();
  await rig.clock.advance(1);
  expect(idsOf(buffer.take('city'))).toEqual([11, 12, 13]);
});

test("a batch's age counts from its own first reading, not from the previous batch's", async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, [level(1)]);
  await rig.clock.advance(4_000);
  await rig.put(buffer, levels(2, 11)); // seals 1 to 10; 11 begins the next
  expect(idsOf(buffer.take('city'))).toHaveLength(10);
  await rig.clock.advance(4_999);
  expect(buffer.take('city')).toBeUndefined();
  await rig.clock.advance(1);
  expect(idsOf(buffer.take('city'))).toEqual([11]);
});

test('flush seals what is open and what is still pending', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, [level(1)]);
  const pending = buffer.append([level(2)], { withinMs: 60_000 });
  buffer.flush();
  await pending;
  expect(idsOf(buffer.take('city'))).toEqual([1, 2]);
  buffer.flush();
  expect(buffer.take('city')).toBeUndefined();
});

test('the open set survives a crash and is sealed by count', async () => {
  const rig = new BufferRig();
  await rig.put(rig.open(), levels(1, 7));
  const again = rig.crash();
  expect(again.stats().open).toBe(7);
  await rig.put(again, levels(8, 10));
  expect(idsOf(again.take('city'))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("an earlier run's open set is sealed by age even if nothing more comes", async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 7));
  buffer.close();
  const again = rig.open();
  await rig.clock.advance(5_000);
  expect(idsOf(again.take('city'))).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('each destination gets what it accepts, under its own numbers without holes', async () => {
  const only = (device: string): OutboxOptions => ({
    ...CITY,
    name: device,
    accepts: (reading) => reading.device === device,
  });
  const rig = new BufferRig({ outboxes: [CITY, only('gauge-01'), only('gauge-02')] });
  const buffer = rig.open();
  for (let batch = 0; batch < 6; batch++) {
    // gauge-02 is only in every second batch
    const last = level(batch * 10 + 10, batch % 2 === 0 ? 'gauge-01' : 'gauge-02');
    await rig.put(buffer, [...levels(batch * 10 + 1, batch * 10 + 9), last]);
  }
  await rig.put(buffer, [alarm(61)]);
  expect(takeAll(buffer, 'city').map(numberOf).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(takeAll(buffer, 'gauge-01').map(numberOf).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  const second = takeAll(buffer, 'gauge-02');
  expect(second.map(numberOf)).toEqual([1, 2, 3]);
  expect(second.flatMap(idsOf)).toEqual([20, 40, 60]);
  const epochs = Object.values(buffer.stats().outboxes).map(({ epoch }) => epoch);
  expect(new Set(epochs).size).toBe(3);
});

test("settling one destination's batches does not touch another's", async () => {
  const rig = new BufferRig({ outboxes: [CITY, { ...CITY, name: 'roads' }] });
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 10));
  await settleAll(rig, buffer, 'city');
  expect(takeAll(buffer, 'roads').flatMap(idsOf)).toHaveLength(10);
});

test('a listener hears of new and released batches until it is removed', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  let heard = 0;
  const stop = buffer.onWork('city', () => heard++);
  await rig.put(buffer, levels(1, 9));
  expect(heard).toBe(0);
  await rig.put(buffer, [level(10)]);
  expect(heard).toBe(1);
  const taken = takeAll(buffer)[0];
  if (taken !== undefined) buffer.release('city', taken);
  expect(heard).toBe(2);
  stop();
  await rig.put(buffer, levels(11, 20));
  expect(heard).toBe(2);
  for (const outgoing of takeAll(buffer)) buffer.settle('city', outgoing, stored(outgoing));
});

function sorted(all: ReturnType<typeof takeAll>): unknown[] {
  return all
    .toSorted((a, b) => (numberOf(a) ?? 0) - (numberOf(b) ?? 0))
    .map((each) => (each.kind === 'batch' ? [each.batch.number, Buffer.from(each.batch.bytes).toString('hex')] : each));
}
