import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { ReadingBuffer } from '../../../gateway/buffer/buffer.ts';
import type { Outgoing } from '../../../gateway/buffer/outgoing.ts';
import { defineChecks } from '../../../gateway/buffer/row-checks.ts';
import type { Receipt } from '../../../shared/feed/receipt.ts';
import {
  alarm,
  BufferRig,
  CITY,
  idsOf,
  level,
  levels,
  readingsOf,
  settleAll,
  stored,
  takeAll,
  unreadable,
} from './buffer-rig.ts';

/** Ten levels; the city OS refuses the third and the fifth. */
async function refuseTwo(rig: BufferRig, buffer: ReadingBuffer, destination = 'city'): Promise<void> {
  await rig.put(buffer, levels(1, 10));
  for (const outgoing of takeAll(buffer, destination)) {
    const refused = [2, 4].map((index) => ({ index, reason: `no gauge ${index}` }));
    buffer.settle(destination, outgoing, stored(outgoing, refused));
  }
  await rig.clock.advance(10_000);
}

const idsIn = (buffer: ReadingBuffer) => [...buffer.refused()].map(({ id }) => id);

test('a closed file lists none, and throws nothing at whoever asks what is wrong', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await refuseTwo(rig, buffer);
  buffer.close();
  expect([...buffer.refused()]).toEqual([]);
});

test('refused readings are listed oldest first, with batch, reason and reading', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await refuseTwo(rig, buffer);
  expect([...buffer.refused()]).toEqual([
    { id: 1, destination: 'city', number: 1, reason: 'no gauge 2', reading: level(3) },
    { id: 2, destination: 'city', number: 1, reason: 'no gauge 4', reading: level(5) },
  ]);
});

test('refused readings can be listed by destination and by number', async () => {
  const rig = new BufferRig({ outboxes: [CITY, { ...CITY, name: 'traffic' }] });
  const buffer = rig.open();
  await refuseTwo(rig, buffer);
  for (const outgoing of takeAll(buffer, 'traffic')) {
    buffer.settle('traffic', outgoing, stored(outgoing, [{ index: 0, reason: 'not ours' }]));
  }
  await rig.clock.advance(10_000);
  expect([...buffer.refused({ destination: 'traffic' })].map(({ id }) => id)).toEqual([3]);
  expect([...buffer.refused({ ids: [2, 3, 99] })].map(({ id }) => id)).toEqual([2, 3]);
  expect([...buffer.refused({ destination: 'city', ids: [2, 3] })].map(({ id }) => id)).toEqual([2]);
  expect(buffer.stats().outboxes).toMatchObject({ city: { refused: 2 }, traffic: { refused: 1 } });
});

test('a list longer than a page is complete, even if readings leave while it is read', async () => {
  const rig = new BufferRig({ batchReadings: 1_300 });
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 1_300));
  for (const outgoing of takeAll(buffer)) buffer.settle('city', outgoing, unreadable(outgoing, 'full'));
  await rig.clock.advance(10_000);
  const listed: number[] = [];
  for (const { id } of buffer.refused()) {
    listed.push(id);
    buffer.dropRefused({ ids: [id] });
  }
  expect(listed).toEqual(Array.from({ length: 1_300 }, (_, i) => i + 1));
  expect(idsIn(buffer)).toEqual([]);
});

test('readings sent again form a new batch for that destination only, and no longer count as refused', async () => {
  const rig = new BufferRig({ outboxes: [CITY, { ...CITY, name: 'traffic' }] });
  const buffer = rig.open();
  await refuseTwo(rig, buffer);
  await settleAll(rig, buffer, 'traffic');
  expect(buffer.retryRefused({ ids: [2] })).toEqual({ retried: 1, damaged: 0, withoutDestination: 0 });
  expect(takeAll(buffer, 'traffic')).toEqual([]);
  const again = takeAll(buffer);
  expect(again).toMatchObject([{ kind: 'batch', batch: { number: 2, lane: 'routine', count: 1 } }]);
  expect(again.flatMap(readingsOf)).toEqual([level(5)]);
  expect(idsIn(buffer)).toEqual([1]);
  expect(buffer.stats().outboxes.city).toMatchObject({ refused: 1, waiting: { routine: 1 } });
});

test('alarms are sent again in the urgent lane, all others in batches of the usual length', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, [...levels(1, 30), alarm(31)]);
  for (const outgoing of takeAll(buffer)) buffer.settle('city', outgoing, unreadable(outgoing, 'not yet'));
  await rig.clock.advance(10_000);
  expect(buffer.retryRefused()).toMatchObject({ retried: 31 });
  const again = takeAll(buffer);
  expect(again[0]).toMatchObject({ batch: { lane: 'urgent', count: 1 } });
  expect(again.map((outgoing) => idsOf(outgoing).length).sort()).toEqual([1, 10, 10, 10]);
  expect(again.flatMap(idsOf).sort((a, b) => Number(a) - Number(b))).toEqual(
    Array.from({ length: 31 }, (_, i) => i + 1),
  );
});

test('after a crash a reading sent again is either refused or waiting, never both', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await refuseTwo(rig, buffer);
  buffer.retryRefused({ ids: [1] });
  const after = rig.crash();
  expect(takeAll(after).flatMap(idsOf)).toEqual([3]);
  expect(idsIn(after)).toEqual([2]);
});

test("readings that a destination's filters would now exclude are still sent again", async () => {
  const rig = new BufferRig();
  const before = rig.open();
  await refuseTwo(rig, before);
  before.close();
  const buffer = rig.open({ outboxes: [{ ...CITY, accepts: () => false }] });
  expect(buffer.retryRefused()).toMatchObject({ retried: 2 });
  expect(takeAll(buffer).flatMap(idsOf)).toEqual([3, 5]);
});

test('readings refused by a former destination can be listed and dropped, but not sent again', async () => {
  const rig = new BufferRig();
  const before = rig.open();
  await refuseTwo(rig, before);
  before.close();
  const buffer = rig.open({ outboxes: [{ ...CITY, name: 'traffic' }] });
  expect(buffer.retryRefused()).toEqual({ retried: 0, damaged: 0, withoutDestination: 2 });
  expect(idsIn(buffer)).toEqual([1, 2]);
  expect(buffer.dropRefused()).toBe(2);
  expect(idsIn(buffer)).toEqual([]);
});

test('damaged readings are listed without content and can be dropped, but not sent again', async () => {
  const rig = new BufferRig();
  const before = rig.open();
  await refuseTwo(rig, before);
  before.close();
  const db = new Database(rig.file);
  defineChecks(db);
  db.exec(
    "UPDATE refused SET reading = 'null', crc = crc_of(destination, number, reason, 'null', origin) WHERE id = 1",
  );
  db.close();
  const buffer = rig.open();
  expect([...buffer.refused({ ids: [1] })]).toMatchObject([{ id: 1, reason: 'no gauge 2', reading: undefined }]);
  expect(buffer.retryRefused()).toEqual({ retried: 1, damaged: 1, withoutDestination: 0 });
  expect(idsIn(buffer)).toEqual([1]);
  expect(buffer.dropRefused({ ids: [1] })).toBe(1);
});

test('dropped readings are counted, logged and gone for good', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await refuseTwo(rig, buffer);
  expect(buffer.dropRefused({ ids: [1, 99] })).toBe(1);
  expect(rig.log.at('warn')).toMatchObject([{ fields: { readings: 1 } }]);
  expect(idsIn(rig.crash())).toEqual([2]);
});

const sentence = 'この測定値は登録台帳にない機器のものです。'.repeat(9);

/** Everything of a batch refused, each reading with a sentence. */
function refusedWhole(outgoing: Outgoing): Receipt {
  const count = outgoing.kind === 'batch' ? outgoing.batch.count : 0;
  return stored(
    outgoing,
    Array.from({ length: count }, (_, index) => ({ index, reason: sentence })),
  );
}

test('a full buffer whose city OS refuses with sentences drops nothing that waits and turns no reading down', async () => {
  const rig = new BufferRig({ maxBytes: 3_000_000, batchReadings: 500 });
  const buffer = rig.open();
  for (let n = 0; rig.log.at('error').length === 0; n += 500) {
    await rig.put(buffer, levels(n + 1, n + 500));
  }
  const { dropped } = buffer.stats();
  const waiting = buffer.stats().outboxes.city?.waiting.routine ?? 0;
  expect(waiting).toBeGreaterThan(100);
  let [settled, appended] = [0, 0];
  for (let turn = 0; turn < 40; turn++) {
    const outgoing = buffer.take('city');
    if (outgoing === undefined) break;
    buffer.settle('city', outgoing, outgoing.kind === 'gap' ? stored(outgoing) : refusedWhole(outgoing));
    if (outgoing.kind === 'batch') settled++;
    if (turn % 4 === 0) {
      await rig.put(buffer, [level(1_000_000 + turn)]);
      appended++;
    }
  }
  await rig.clock.advance(10_000);
  expect(buffer.stats().dropped).toBe(dropped);
  expect(buffer.stats().outboxes.city?.waiting.routine).toBeGreaterThanOrEqual(waiting - settled);
  expect(appended).toBeGreaterThan(5);
  expect(buffer.stats().usedBytes).toBeLessThanOrEqual(3_000_000);
});

test('an index refused three times is one refusal, and one beyond the batch is none', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 10));
  const [batch] = takeAll(buffer);
  if (batch === undefined) throw new Error('nothing was sealed');
  const refusal = (index: number) => ({ index, reason: `no ${index}` });
  buffer.settle('city', batch, stored(batch, [3, 3, 10, 3, 4_000_000_000, 0].map(refusal)));
  await rig.clock.advance(10_000);
  expect([...buffer.refused()].map(({ reason }) => reason)).toEqual(['no 3', 'no 0']);
});

test('the refused never take more than their part of the file, however long the reasons are', async () => {
  const rig = new BufferRig({ maxBytes: 4_000_000, batchReadings: 1_000 });
  const buffer = rig.open();
  for (let n = 0; n < 12_000; n += 1_000) {
    await rig.put(buffer, levels(n + 1, n + 1_000));
    for (const outgoing of takeAll(buffer)) buffer.settle('city', outgoing, refusedWhole(outgoing));
    await rig.clock.advance(10_000);
  }
  const refused = [...buffer.refused()];
  expect(refused.length).toBeGreaterThan(500);
  expect(refused.reduce((sum, { reason }) => sum + reason.length, 0)).toBeLessThan(5_000_000 / 2);
  expect(refused.at(-1)?.reading?.values).toEqual({ level: 12_000 });
});
