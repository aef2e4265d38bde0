import { expect, test } from 'vitest';
import { alarm, BufferRig, level, levels, numberOf, settleAll, takeAll } from './buffer-rig.ts';

test('numbers run from 1 without holes across restarts, even after the queue has drained', async () => {
  const rig = new BufferRig();
  const numbers: unknown[] = [];
  const epochs = new Set<unknown>();
  for (let run = 0; run < 5; run++) {
    const buffer = rig.open();
    await rig.put(buffer, levels(run * 20 + 1, run * 20 + 20));
    epochs.add(buffer.stats().outboxes.city?.epoch);
    numbers.push(...(await settleAll(rig, buffer)).map(numberOf));
    buffer.close();
  }
  expect(numbers.toSorted((a, b) => Number(a) - Number(b))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(epochs.size).toBe(1);
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
