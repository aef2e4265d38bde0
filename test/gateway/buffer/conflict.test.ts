import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ReadingBuffer } from '../../../gateway/buffer/buffer.ts';
import { digestOf } from '../../../gateway/buffer/digest.ts';
import type { Outgoing } from '../../../gateway/buffer/outgoing.ts';
import { decodeBatch } from '../../../shared/feed/batch.ts';
import type { Receipt } from '../../../shared/feed/receipt.ts';
import { alarm, BufferRig, idsOf, levels, numberOf, settleAll, stored, takeAll, unreadable } from './buffer-rig.ts';

const conflict = (outgoing: Outgoing): Receipt => ({ ...stored(outgoing), outcome: 'conflict' });
const epochOf = (outgoing: Outgoing | undefined) =>
  outgoing?.kind === 'gap' ? outgoing.gap.epoch : outgoing?.batch.epoch;
const currentOf = (buffer: ReadingBuffer) => buffer.stats().outboxes.city?.epoch;

async function answer(
  rig: BufferRig,
  buffer: ReadingBuffer,
  outgoing: readonly Outgoing[],
  receipts: readonly Receipt[],
) {
  for (const [at, receipt] of receipts.entries()) {
    const one = outgoing[at];
    if (one !== undefined) buffer.settle('city', one, receipt);
  }
  await rig.clock.advance(10_000);
}

test('a batch whose number is taken goes again under the first number of a new epoch, with the same body and lane', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, [...levels(1, 10), alarm(11)]);
  const taken = takeAll(buffer);
  const before = currentOf(buffer);
  await answer(rig, buffer, taken, taken.map(conflict));
  const again = takeAll(buffer);
  expect(again.map(idsOf)).toEqual(taken.map(idsOf));
  expect(again.map(numberOf)).toEqual([1, 2]);
  expect(new Set(again.map(epochOf))).toEqual(new Set([currentOf(buffer)]));
  expect(currentOf(buffer)).not.toBe(before);
  for (const [at, outgoing] of again.entries()) {
    const was = taken[at];
    if (outgoing.kind !== 'batch' || was?.kind !== 'batch') throw new Error('no batch');
    const [header, former] = [outgoing, was].map(({ batch }) => decodeBatch(batch.bytes).header);
    expect(header).toMatchObject({ lane: former?.lane, count: former?.count, number: outgoing.batch.number });
    expect(decodeBatch(outgoing.batch.bytes).body).toEqual(decodeBatch(was.batch.bytes).body);
  }
  expect(rig.crash().stats().outboxes.city?.waiting).toEqual({ routine: 1, urgent: 1 });
});

test('what is sealed after a conflict is in the new epoch, in the same commit too', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 10));
  const [first] = takeAll(buffer);
  if (first === undefined) throw new Error('nothing to take');
  buffer.settle('city', first, conflict(first));
  await rig.put(buffer, levels(11, 20));
  const next = takeAll(buffer);
  expect(next.map(idsOf)).toEqual([levels(1, 10), levels(11, 20)].map((of) => of.map(({ values }) => values.level)));
  expect(next.map(epochOf)).toEqual([currentOf(buffer), currentOf(buffer)]);
  expect(next.map(numberOf)).toEqual([1, 2]);
});

test('a conflict in an earlier epoch begins no other', async () => {
  const rig = new BufferRig();
  const first = rig.open();
  await rig.put(first, levels(1, 20));
  first.close();
  const buffer = rig.open();
  await rig.put(buffer, levels(21, 30));
  const before = currentOf(buffer);
  const taken = takeAll(buffer);
  const earlier = taken.filter((outgoing) => epochOf(outgoing) !== before);
  expect(earlier).toHaveLength(2);
  await answer(rig, buffer, earlier, earlier.map(conflict));
  expect(currentOf(buffer)).toBe(before);
  expect(takeAll(buffer).map(numberOf).toSorted()).toEqual([2, 3]);
});

test('two boxes that were one, running on from the same moment, lose nothing to each other', async () => {
  const rig = new BufferRig();
  const seen = new Map<string, Outgoing>();
  const stores: unknown[] = [];
  const receive = (outgoing: Outgoing): Receipt => {
    if (outgoing.kind === 'gap') return stored(outgoing);
    const id = `${outgoing.batch.epoch} ${outgoing.batch.number}`;
    const known = seen.get(id);
    const digest = digestOf(outgoing.batch.bytes);
    if (known?.kind === 'batch' && digestOf(known.batch.bytes) !== digest) return { ...conflict(outgoing), digest };
    if (known === undefined) stores.push(...idsOf(outgoing));
    seen.set(id, outgoing);
    return { ...stored(outgoing), digest };
  };
  const epochs = () => {
    let n = 0;
    return { drawEpoch: () => `00000000000000a${++n}` }; // both machines draw the same: their memory was one
  };
  const one = rig.open();
  await rig.put(one, levels(1, 10));
  one.close();
  const copy = join(rig.folder, 'copy.sqlite');
  cpSync(rig.file, copy);
  const boxes = [rig.open(epochs()), rig.open({ file: copy, ...epochs() })];
  for (const [at, box] of boxes.entries()) {
    await rig.put(box, levels(100 * (at + 1), 100 * (at + 1) + 29));
    for (let taken = takeAll(box); taken.length > 0; taken = takeAll(box))
      await answer(rig, box, taken, taken.map(receive));
    expect(box.stats().outboxes.city?.waiting).toEqual({ routine: 0, urgent: 0 });
  }
  const all = [...levels(1, 10), ...levels(100, 129), ...levels(200, 229)].map(({ values }) => values.level);
  expect(stores.toSorted((a, b) => Number(a) - Number(b))).toEqual(all);
});

test('a receipt carried by hand settles only the batch it was given for; a conflict seals it again', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 20));
  const [first, second] = takeAll(buffer);
  if (first?.kind !== 'batch' || second?.kind !== 'batch') throw new Error('nothing to take');
  const foreign = [stored(first), conflict(first), unreadable(first, 'no')].map((receipt) => ({
    ...receipt,
    digest: digestOf(second.batch.bytes),
  }));
  expect(buffer.settleByHand(foreign)).toEqual({ settled: 0, gone: 0, foreign: 3 });
  const own = { digest: digestOf(first.batch.bytes) };
  expect(buffer.settleByHand([{ ...conflict(first), ...own }])).toEqual({ settled: 1, gone: 0, foreign: 0 });
  const [again] = takeAll(buffer);
  expect(idsOf(again)).toEqual(idsOf(first));
  expect(epochOf(again)).toBe(currentOf(buffer));
});

test('a city OS that finds a conflict in everything fills nothing up', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 10));
  for (let n = 0; n < 300; n++) {
    const taken = takeAll(buffer);
    expect(taken).toHaveLength(1);
    await answer(rig, buffer, taken, taken.map(conflict));
  }
  expect(buffer.stats().outboxes.city?.waiting).toEqual({ routine: 1, urgent: 0 });
  expect((await settleAll(rig, buffer)).map(idsOf)).toEqual([levels(1, 10).map(({ values }) => values.level)]);
  buffer.close();
  expect(rig.open().stats().outboxes.city).toMatchObject({ sealed: 0, waiting: { routine: 0, urgent: 0 }, gaps: 0 });
});
