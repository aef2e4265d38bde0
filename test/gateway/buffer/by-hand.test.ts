import { expect, test } from 'vitest';
import type { ReadingBuffer } from '../../../gateway/buffer/buffer.ts';
import { alarm, BufferRig, CITY, idsOf, level, levels, numberOf, stored, takeAll, unreadable } from './buffer-rig.ts';

const waitingIn = (buffer: ReadingBuffer) => [...buffer.waiting('city')];
const receiptsFor = (buffer: ReadingBuffer) => waitingIn(buffer).map((outgoing) => stored(outgoing));

test('waiting batches are listed by number, urgent first, and go on waiting', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, [...levels(1, 20), alarm(21)]);
  const taken = buffer.take('city');
  await rig.put(buffer, [alarm(22)]);
  const waiting = waitingIn(buffer);
  expect(waiting.map((outgoing) => idsOf(outgoing)[0])).toEqual([21, 22, 1, 11]);
  expect(numberOf(taken)).toBe(numberOf(waiting[0]));
  expect([taken, ...takeAll(buffer)]).toHaveLength(4);
});

test('open readings are listed once sealed; those held for the clock stay held', async () => {
  const rig = new BufferRig();
  rig.clock.synchronised = false;
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 3));
  await rig.put(buffer, [level(4)], { unsynchronisedOffsetMs: 0 });
  expect(waitingIn(buffer)).toEqual([]);
  buffer.sealOpen();
  expect(waitingIn(buffer).flatMap(idsOf)).toEqual([1, 2, 3]);
  expect(buffer.stats()).toMatchObject({ open: 0, held: 1 });
});

test('batches may come and go during the listing: those that have left are skipped, new ones are for the next time', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 40));
  const reading = buffer.waiting('city');
  expect(numberOf(reading.next().value ?? undefined)).toBe(1);
  const [, second] = takeAll(buffer);
  if (second === undefined) throw new Error('there is no second batch');
  buffer.settle('city', second, stored(second));
  await rig.put(buffer, levels(41, 60));
  expect([...reading].map(numberOf)).toEqual([3, 4]);
});

test('gaps are listed first', async () => {
  const rig = new BufferRig({ maxBytes: 120_000, batchReadings: 2_000 });
  const buffer = rig.open();
  for (let n = 0; buffer.stats().dropped === 0; n += 2_000) await rig.put(buffer, levels(n, n + 1_999));
  expect(waitingIn(buffer)[0]).toMatchObject({ kind: 'gap', gap: { number: 1, reason: 'quota' } });
});

test('a receipt carried by hand deletes its batch, in flight or not, and nothing else', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, [...levels(1, 30), alarm(31)]);
  const inFlight = buffer.take('city');
  if (inFlight === undefined) throw new Error('there is nothing to take');
  const [first, second] = receiptsFor(buffer);
  if (first === undefined || second === undefined) throw new Error('there are no receipts');
  expect(buffer.settleByHand([first, second])).toEqual({ settled: 2, gone: 0, foreign: 0 });
  expect(rig.crash().stats().outboxes.city).toMatchObject({ waiting: { routine: 2, urgent: 0 } });
  expect(buffer.stats().outboxes.city).toMatchObject({ waiting: { routine: 2, urgent: 0 }, inFlight: 0 });
  buffer.release('city', inFlight);
  expect(takeAll(buffer).flatMap(idsOf)).toHaveLength(20);
});

test('a batch receipted by hand and over the network is settled once, whichever comes first', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 20));
  const refusal = [{ index: 0, reason: 'unknown device' }];
  const [first, second] = takeAll(buffer);
  if (first === undefined || second === undefined) throw new Error('there are no batches');
  buffer.settleByHand([stored(first, refusal)]);
  buffer.settle('city', first, stored(first, refusal));
  buffer.settle('city', second, stored(second, refusal));
  await rig.clock.advance(10_000);
  expect(buffer.settleByHand([stored(second, refusal), stored(first, refusal)])).toMatchObject({ settled: 0, gone: 2 });
  expect(buffer.stats().outboxes.city).toMatchObject({ waiting: { routine: 0, urgent: 0 }, inFlight: 0, refused: 2 });
});

test('readings refused by a receipt carried by hand are set aside', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 10));
  buffer.settleByHand(waitingIn(buffer).map((outgoing) => unreadable(outgoing, 'a bad stick')));
  expect([...buffer.refused()].map(({ reason }) => reason)).toEqual(Array(10).fill('a bad stick'));
});

test('a receipt settles a gap only if it has not grown since', async () => {
  const rig = new BufferRig({ maxBytes: 120_000, batchReadings: 2_000 });
  const buffer = rig.open();
  let n = 0;
  const fill = async (dropped: number) => {
    for (; buffer.stats().dropped < dropped; n += 2_000) await rig.put(buffer, levels(n, n + 1_999));
  };
  await fill(1);
  const [old] = receiptsFor(buffer);
  await fill(20);
  const [grown] = receiptsFor(buffer);
  if (old === undefined || grown === undefined) throw new Error('there are no gaps');
  expect(old.last).toBeLessThan(grown.last ?? 0);
  expect(buffer.settleByHand([old])).toMatchObject({ settled: 0, gone: 1 });
  expect(buffer.settleByHand([grown])).toMatchObject({ settled: 1 });
  expect(buffer.stats().outboxes.city).toMatchObject({ gaps: 0 });
});

test('receipts for another gateway or epoch settle nothing', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 10));
  const [good] = receiptsFor(buffer);
  if (good === undefined) throw new Error('there is no receipt');
  const others = [
    { ...good, gateway: 'gateway-02' },
    { ...good, epoch: '0123456789abcdef' },
  ];
  expect(buffer.settleByHand(others)).toEqual({ settled: 0, gone: 0, foreign: 2 });
  expect(buffer.settleByHand([{ ...good, number: 99 }])).toEqual({ settled: 0, gone: 1, foreign: 0 });
  expect(waitingIn(buffer)).toHaveLength(1);
});

test('receipts find their destination by its epoch', async () => {
  const rig = new BufferRig({ outboxes: [CITY, { ...CITY, name: 'traffic' }] });
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 10));
  const [forCity] = receiptsFor(buffer);
  if (forCity === undefined) throw new Error('there is no receipt');
  buffer.settleByHand([forCity]);
  expect(waitingIn(buffer)).toEqual([]);
  expect([...buffer.waiting('traffic')]).toHaveLength(1);
});
