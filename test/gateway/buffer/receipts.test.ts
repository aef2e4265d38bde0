import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { readingToJson } from '../../../shared/reading.ts';
import {
  BufferRig,
  CITY,
  idsOf,
  level,
  levels,
  numberOf,
  settleAll,
  stored,
  takeAll,
  unreadable,
} from './buffer-rig.ts';

test('a batch stays until it is settled, then is gone for good', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 30));
  const [first, second] = takeAll(buffer);
  if (first === undefined || second === undefined) throw new Error('nothing was sealed');
  buffer.settle('city', first, stored(first));
  buffer.release('city', second);
  await rig.clock.advance(60_000);
  expect(buffer.stats().outboxes.city).toMatchObject({ waiting: { routine: 2, urgent: 0 }, inFlight: 1 });
  buffer.close();
  const again = rig.open();
  expect(takeAll(again).map(numberOf)).toEqual([2, 3]);
});

test('a receipt waits a minute for the commit of the next readings, and one that refuses something ten seconds', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 20));
  const [first, second] = takeAll(buffer);
  if (first === undefined || second === undefined) throw new Error('nothing was sealed');
  const { commits } = buffer.stats();
  buffer.settle('city', first, stored(first));
  await rig.clock.advance(40_000);
  expect(buffer.stats().commits).toBe(commits);
  await rig.put(buffer, [level(21)]);
  await rig.clock.advance(60_000);
  expect(buffer.stats().commits).toBe(commits + 2); // the reading's, with the receipt, and that of its batch by age
  buffer.settle('city', second, stored(second, [{ index: 3, reason: 'unknown device' }]));
  await rig.clock.advance(10_000);
  expect([...buffer.refused()]).toHaveLength(1);
});

test('a receipt is on the disk after an orderly end, without waiting', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 10));
  for (const outgoing of takeAll(buffer)) buffer.settle('city', outgoing, stored(outgoing));
  buffer.close();
  expect(rig.open().take('city')).toBeUndefined();
});

test('receipts share the commit of the next readings', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 10));
  const before = buffer.stats().commits;
  for (const outgoing of takeAll(buffer)) buffer.settle('city', outgoing, stored(outgoing));
  await rig.put(buffer, [level(11)]);
  expect(buffer.stats().commits).toBe(before + 1);
  expect(rig.crash().take('city')).toBeUndefined();
});

test('after a crash between take and settle the batch comes again', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 20));
  const taken = takeAll(buffer);
  expect(takeAll(rig.crash())).toEqual(taken);
});

test('after a crash before the receipt is committed the same batch comes again, under the same number', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 10));
  const taken = takeAll(buffer);
  for (const outgoing of taken) buffer.settle('city', outgoing, stored(outgoing));
  await rig.clock.advance(999);
  expect(takeAll(rig.crash())).toEqual(taken);
});

test('refused readings are set aside with the reason, and the rest is done', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 10));
  for (const outgoing of takeAll(buffer)) {
    buffer.settle('city', outgoing, stored(outgoing, [{ index: 3, reason: 'unknown device' }]));
  }
  await rig.clock.advance(10_000);
  expect(buffer.stats().outboxes.city).toMatchObject({ refused: 1, waiting: { routine: 0 }, inFlight: 0 });
  buffer.close();
  expect(refusedIn(rig.file)).toEqual([
    { destination: 'city', number: 1, reason: 'unknown device', reading: JSON.stringify(readingToJson(level(4))) },
  ]);
  expect(rig.open().stats().outboxes.city).toMatchObject({ refused: 1, waiting: { routine: 0 } });
});

test('a batch the city OS cannot read is set aside whole, and the next one is sent', async () => {
  const rig = new BufferRig({ outboxes: [{ ...CITY, encoding: 'senml', compression: 'deflate' }] });
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 20));
  const [first, second] = takeAll(buffer);
  if (first === undefined || second === undefined) throw new Error('nothing was sealed');
  buffer.settle('city', first, unreadable(first, 'not CBOR'));
  buffer.release('city', second);
  await rig.clock.advance(10_000);
  expect(takeAll(buffer).flatMap(idsOf)).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  buffer.close();
  const refused = refusedIn(rig.file);
  expect(refused).toHaveLength(10);
  expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(['not CBOR']));
});

test('refusing a reading that the batch does not have does no harm', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 10));
  for (const outgoing of takeAll(buffer)) {
    buffer.settle('city', outgoing, stored(outgoing, [{ index: 99, reason: 'no such reading' }]));
  }
  await rig.put(buffer, levels(11, 20));
  expect((await settleAll(rig, buffer)).flatMap(idsOf)).toHaveLength(10);
});

test('the newest ten thousand refused readings are kept', async () => {
  const rig = new BufferRig({ batchReadings: 4_000 });
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 12_000));
  for (const outgoing of takeAll(buffer)) buffer.settle('city', outgoing, unreadable(outgoing, 'full'));
  await rig.clock.advance(10_000);
  expect(buffer.stats().outboxes.city?.refused).toBe(10_000);
  buffer.close();
  expect(refusedIn(rig.file)).toHaveLength(10_000);
  expect(rig.open().stats().outboxes.city?.refused).toBe(10_000);
});

function refusedIn(file: string) {
  const db = new Database(file);
  const rows = db.prepare('SELECT destination, number, reason, reading FROM refused ORDER BY id').all();
  db.close();
  return rows as { destination: string; number: number; reason: string; reading: string }[]; // its columns
}
