import { expect, test } from 'vitest';
import type { Outgoing, OutgoingBatch } from '../../../gateway/buffer/outgoing.ts';
import type { SealedBatch } from '../../../shared/feed/batch.ts';
import type { Reading } from '../../../shared/reading.ts';
import { AT, alarm, BufferRig, idsOf, levels, numberOf, settleAll, stored, takeAll } from './buffer-rig.ts';

const why = 'larger than the broker takes (900 bytes)';
/** Readings that no compression makes small. */
const notes = (count: number, bytes: number): Reading[] =>
  Array.from({ length: count }, (_, n) => ({
    device: 'log-01',
    kind: 'measurement',
    observedAt: AT + n,
    values: { level: n, note: Buffer.from(`${n}`.repeat(bytes)).toString('base64').slice(0, bytes) },
  }));

function asBatch(outgoing: Outgoing | undefined): OutgoingBatch {
  if (outgoing?.kind !== 'batch') throw new Error('no batch');
  return outgoing;
}

function batchOf(outgoing: Outgoing | undefined): SealedBatch {
  return asBatch(outgoing).batch;
}

test('a batch that is too large becomes smaller ones under new numbers, in its lane, and its own number a gap of none', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, [...levels(1, 10), alarm(11), alarm(12)]);
  for (const outgoing of takeAll(buffer)) buffer.split('city', asBatch(outgoing), why);
  const all = takeAll(buffer);
  const [gap, ...pieces] = all;
  expect(gap).toMatchObject({ kind: 'gap', gap: { number: 1, last: 2, count: 0, reason: 'operator' } });
  expect(pieces.map((piece) => [batchOf(piece).lane, idsOf(piece)])).toEqual([
    ['urgent', [11]],
    ['urgent', [12]],
    ['routine', [1, 2, 3, 4, 5]],
    ['routine', [6, 7, 8, 9, 10]],
  ]);
  expect(new Set(pieces.map(numberOf))).toEqual(new Set([3, 4, 5, 6]));
  expect(takeAll(rig.crash()).flatMap(idsOf)).toHaveLength(12);
});

test('no batch is sealed larger than the limit, unless a single reading is; and without it any size is', async () => {
  const rig = new BufferRig({ batchReadings: 40 });
  const buffer = rig.open();
  buffer.sealWithin('city', 2_000);
  await rig.put(buffer, [...notes(39, 200), ...notes(1, 3_000)]);
  const limited = await settleAll(rig, buffer);
  expect(limited.flatMap(idsOf)).toHaveLength(40);
  for (const outgoing of limited) {
    const { bytes, count } = batchOf(outgoing);
    if (count > 1) expect(bytes.length).toBeLessThanOrEqual(2_000);
  }
  buffer.sealWithin('city', undefined);
  await rig.put(buffer, notes(40, 200));
  expect(await settleAll(rig, buffer)).toHaveLength(1);
});

test('a reading that alone is too large is set aside with the reason, reported as a gap, and can be sent again', async () => {
  const rig = new BufferRig({ batchReadings: 1 });
  const buffer = rig.open();
  await rig.put(buffer, notes(1, 900));
  buffer.split('city', asBatch(takeAll(buffer)[0]), why);
  const [gap] = takeAll(buffer);
  expect(gap).toMatchObject({ kind: 'gap', gap: { number: 1, last: 1, count: 1, reason: 'operator' } });
  expect([...buffer.refused()]).toMatchObject([{ destination: 'city', number: 1, reason: why }]);
  expect(buffer.stats().outboxes.city).toMatchObject({ refused: 1, waiting: { routine: 0 } });
  if (gap !== undefined) buffer.settle('city', gap, stored(gap));
  expect(buffer.retryRefused()).toMatchObject({ retried: 1 });
  expect(takeAll(buffer).flatMap(idsOf)).toEqual([0]);
  await rig.clock.advance(10_000);
});

test('the gap of a batch that was split is never joined to one that counts readings', async () => {
  const rig = new BufferRig({ batchReadings: 1 });
  const buffer = rig.open();
  await rig.put(buffer, notes(1, 900));
  await rig.put(buffer, [alarm(2), alarm(3)]);
  for (const outgoing of takeAll(buffer)) buffer.split('city', asBatch(outgoing), why);
  const gaps = takeAll(buffer).flatMap((outgoing) => (outgoing.kind === 'gap' ? [outgoing.gap] : []));
  expect(gaps.map(({ number, last, count }) => [number, last, count]).sort()).toEqual([
    [1, 1, 1],
    [2, 2, 0],
  ]);
});

test('a batch that has gone in the meantime is not split', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 10));
  const [outgoing] = await settleAll(rig, buffer);
  buffer.split('city', asBatch(outgoing), why);
  expect(takeAll(buffer)).toEqual([]);
  expect(buffer.stats().outboxes.city).toMatchObject({ sealed: 1, gaps: 0, refused: 0 });
});
