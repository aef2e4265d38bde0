import { readFileSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { Outgoing } from '../../../gateway/buffer/outgoing.ts';
import { defineChecks } from '../../../gateway/buffer/row-checks.ts';
import { maxEpochId } from '../../../gateway/buffer/schema.ts';
import { alarm, BufferRig, idsOf, level, levels, numberOf, settleAll, stored, takeAll } from './buffer-rig.ts';

test('every opening is an epoch of its own, with numbers from 1 without holes', async () => {
  const rig = new BufferRig();
  const epochs = new Set<unknown>();
  for (let run = 0; run < 5; run++) {
    const buffer = rig.open();
    await rig.put(buffer, levels(run * 20 + 1, run * 20 + 20));
    epochs.add(buffer.stats().outboxes.city?.epoch);
    expect((await settleAll(rig, buffer)).map(numberOf)).toEqual([1, 2]);
    buffer.close();
  }
  expect(epochs.size).toBe(5);
});

test('a file that is rolled back gives no number a second time, and sends what it holds as it was', async () => {
  const rig = new BufferRig();
  const first = rig.open();
  await rig.put(first, levels(1, 10));
  first.close();
  const backup = readFileSync(rig.file);
  const seen = new Map<string, unknown[]>();
  const note = (outgoings: readonly Outgoing[]) => {
    for (const out of outgoings) {
      const { epoch, number } = stored(out);
      const known = seen.get(`${epoch} ${number}`) ?? idsOf(out);
      expect(idsOf(out)).toEqual(known); // a repeat, or new
      seen.set(`${epoch} ${number}`, known);
    }
  };
  for (let restored = 0; restored < 3; restored++) {
    const from = 100 * (restored + 1);
    const buffer = rig.open();
    await rig.put(buffer, levels(from, from + 29));
    note(await settleAll(rig, buffer));
    buffer.close();
    writeFileSync(rig.file, backup); // also as another card on which the same backup runs
  }
  expect([...seen.values()].flat()).toHaveLength(10 + 3 * 30);
});

test('a thousand restarts without a city OS keep every batch under its number, and the ids in their bounds', async () => {
  const rig = new BufferRig();
  for (let run = 0; run < 1_000; run++) {
    const buffer = rig.open();
    if (run % 50 === 0) await rig.put(buffer, levels(run * 10 + 1, run * 10 + 10));
    buffer.close();
  }
  const last = rig.open();
  expect(last.stats().outboxes.city?.waiting).toEqual({ routine: 20, urgent: 0 });
  expect(takeAll(last).flatMap(idsOf)).toHaveLength(200);
});

test('an epoch takes an id that is free again once they are used up', async () => {
  const rig = new BufferRig();
  const first = rig.open();
  await rig.put(first, levels(1, 10));
  await settleAll(rig, first);
  first.close();
  const db = new Database(rig.file);
  defineChecks(db);
  db.exec(`UPDATE feed SET id = ${maxEpochId}; UPDATE epoch SET id = ${maxEpochId}`);
  db.close();
  const second = rig.open();
  expect(second.stats().outboxes.city?.epoch).not.toBe(first.stats().outboxes.city?.epoch);
  await rig.put(second, levels(11, 20));
  second.close();
  expect(takeAll(rig.open()).flatMap(idsOf)).toEqual(levels(11, 20).map((_, i) => i + 11));
});

test('batches sealed by one commit are numbered in order', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, [...levels(1, 30), alarm(31)]);
  expect(buffer.stats().outboxes.city?.sealed).toBe(4);
  expect(takeAll(buffer).map(numberOf).toSorted()).toEqual([1, 2, 3, 4]);
});

test('urgent and routine batches share the numbering', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 10));
  await rig.put(buffer, [alarm(11)]);
  await rig.put(buffer, levels(12, 21));
  await rig.put(buffer, [alarm(22)]);
  const taken = takeAll(buffer).map((each) => (each.kind === 'batch' ? [each.batch.lane, each.batch.number] : each));
  expect(taken).toEqual([
    ['urgent', 2],
    ['urgent', 4],
    ['routine', 1],
    ['routine', 3],
  ]);
});

test('a new file is a new epoch with numbers from 1', async () => {
  const rig = new BufferRig();
  const first = rig.open();
  await rig.put(first, levels(1, 10));
  const second = rig.open({ file: `${rig.folder}/another/buffer.sqlite` });
  await rig.put(second, levels(1, 10));
  expect(takeAll(second).map(numberOf)).toEqual([1]);
  const epochs = [first, second].map((buffer) => buffer.stats().outboxes.city?.epoch);
  for (const epoch of epochs) expect(epoch).toMatch(/^[0-9a-f]{16}$/);
  expect(epochs[0]).not.toBe(epochs[1]);
});

test('a batch carries the gateway and epoch shown in the statistics', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, [level(1), alarm(2)]);
  const taken = buffer.take('city');
  expect(taken).toMatchObject({
    kind: 'batch',
    batch: { gateway: 'gateway-01', epoch: buffer.stats().outboxes.city?.epoch, number: 1, lane: 'urgent', count: 1 },
  });
});
