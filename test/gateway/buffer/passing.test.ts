/** At a hub: batches of other gateways wait as they came, and leave under their own name, epoch and number. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Outgoing } from '../../../gateway/buffer/outgoing.ts';
import type { Arriving } from '../../../gateway/buffer/passing/take-in.ts';
import { maxDigests, maxEpochs } from '../../../gateway/buffer/passing/taken-in.ts';
import { anonymousGateway } from '../../../shared/feed/anonymous.ts';
import type { Reading } from '../../../shared/reading.ts';
import { alarm, BufferRig, CITY, idsOf, level, levels, settleAll, stored, takeAll, unreadable } from './buffer-rig.ts';
import { ARCHIVE, arriving, EPOCH, gap, HUB, message, takeIn } from './passing-rig.ts';

function named(outgoing: Outgoing | undefined): string {
  if (outgoing === undefined) return 'nothing';
  const { tenant } = outgoing;
  const { gateway, epoch, number } = outgoing.kind === 'gap' ? outgoing.gap : outgoing.batch;
  return `${tenant ?? '-'}/${gateway} ${epoch === EPOCH ? 'aa' : '..'} ${number}`;
}

test('a batch waits for each destination that wants it, byte for byte, with its own name and number', async () => {
  const rig = new BufferRig({ ...HUB, outboxes: [CITY, ARCHIVE] });
  const buffer = rig.open();
  const both = { number: 7, readings: levels(1, 3), to: ['city', 'archive'] };
  expect(await takeIn(rig, buffer, arriving(both), arriving({ number: 8, to: ['archive'] }))).toEqual(['new', 'new']);
  const [one, ...rest] = takeAll(buffer);
  expect(rest).toEqual([]);
  expect(one).toMatchObject({
    tenant: 'kakogawa',
    batch: { gateway: 'gateway-01', epoch: EPOCH, number: 7, count: 3 },
  });
  expect(one?.kind === 'batch' && Buffer.from(one.batch.bytes).equals(message(both))).toBe(true);
  expect(takeAll(buffer, 'archive').map(named)).toEqual(['kakogawa/gateway-01 aa 7', 'kakogawa/gateway-01 aa 8']);
  expect(buffer.stats().outboxes.archive).toMatchObject({ waiting: { routine: 2 }, inFlight: 2, sealed: 0 });
});

test('what is taken in survives a power cut, and is sent again until it is receipted', async () => {
  const rig = new BufferRig(HUB);
  const before = rig.open();
  await takeIn(rig, before, arriving({ number: 1 }), arriving({ number: 2 }));
  takeAll(before);
  const after = rig.crash();
  expect(takeAll(after).map(named)).toEqual(['kakogawa/gateway-01 aa 1', 'kakogawa/gateway-01 aa 2']);
  const again = rig.crash();
  expect((await settleAll(rig, again)).map(named)).toHaveLength(2);
  expect(takeAll(rig.crash())).toEqual([]);
});

test('a repeat waits once, within a commit and after restarts; another batch under its number is a conflict', async () => {
  const rig = new BufferRig(HUB);
  const buffer = rig.open();
  expect(await takeIn(rig, buffer, arriving({ number: 1 }), arriving({ number: 1 }))).toEqual(['new', 'repeated']);
  const other = arriving({ number: 1, readings: [level(99)] });
  expect(await takeIn(rig, buffer, other)).toEqual(['conflict']);
  expect(await settleAll(rig, buffer)).toHaveLength(1);
  const after = rig.crash();
  expect(await takeIn(rig, after, arriving({ number: 1 }), other)).toEqual(['repeated', 'conflict']);
  expect(takeAll(after)).toEqual([]);
});

test('of volunteers’ phones nothing is remembered: what comes again passes again, as the same batch', async () => {
  const rig = new BufferRig(HUB);
  const buffer = rig.open();
  const phone = { gateway: anonymousGateway(new Uint8Array(16).fill(7)), number: 1 };
  expect(await takeIn(rig, buffer, arriving(phone), arriving(phone))).toEqual(['new', 'new']);
  expect([...buffer.sources()]).toEqual([]);
  const [first, second] = takeAll(buffer);
  expect([first, second].map((each) => each?.kind === 'batch' && Buffer.from(each.batch.bytes))).toEqual([
    Buffer.from(message(phone)),
    Buffer.from(message(phone)),
  ]);
});

test('the same number of another tenant, gateway or epoch is another batch', async () => {
  const rig = new BufferRig(HUB);
  const buffer = rig.open();
  const others = [{}, { tenant: 'takamatsu' }, { gateway: 'gateway-02' }, { epoch: '00000000000000bb' }];
  const known = await takeIn(rig, buffer, ...others.map((other) => arriving({ number: 1, ...other })));
  expect(known).toEqual(['new', 'new', 'new', 'new']);
  expect(new Set(takeAll(buffer).map(named)).size).toBe(4);
});

test('only the last digests of an epoch are kept, and all its numbers', async () => {
  const rig = new BufferRig(HUB);
  const buffer = rig.open();
  const numbers = Array.from({ length: maxDigests + 10 }, (_, i) => i + 1);
  await takeIn(rig, buffer, ...numbers.map((number) => arriving({ number, to: [] })));
  const other = (number: number) => arriving({ number, readings: [level(9_999)], to: [] });
  expect(await takeIn(rig, buffer, other(5), other(maxDigests + 5))).toEqual(['repeated', 'conflict']);
  expect([...buffer.sources()]).toMatchObject([{ arrived: [[1, maxDigests + 10]], lost: [] }]);
});

test('of more epochs than are kept the quietest are forgotten, in memory as in the file, and none that has just spoken', async () => {
  const rig = new BufferRig({ ...HUB, outboxes: [CITY] });
  const buffer = rig.open();
  const of = (epoch: number, number: number) =>
    arriving({ epoch: epoch.toString(16).padStart(16, '0'), number, to: [] });
  for (let epoch = 1; epoch <= maxEpochs; epoch++) await takeIn(rig, buffer, of(epoch, 1));
  await takeIn(rig, buffer, of(1, 2), of(101, 1), of(102, 1));
  const kept = () => [...after.sources()].map(({ epoch }) => Number.parseInt(epoch, 16)).toSorted((a, b) => a - b);
  let after = buffer;
  const expected = [1, ...Array.from({ length: maxEpochs - 3 }, (_, i) => i + 4), 101, 102];
  expect(kept()).toEqual(expected);
  after = rig.crash();
  expect(kept()).toEqual(expected);
  expect(await takeIn(rig, after, of(1, 1), of(1, 2), of(101, 1), of(102, 1), of(4, 1))).toEqual(
    Array(5).fill('repeated'),
  );
});

test('alarms of others overtake, and batches of its own take their turn by age', async () => {
  const rig = new BufferRig({ ...HUB, batchReadings: 1 });
  const buffer = rig.open();
  await takeIn(rig, buffer, arriving({ number: 1 }));
  await rig.put(buffer, [level(50)]);
  await takeIn(rig, buffer, arriving({ number: 2 }), arriving({ number: 3, lane: 'urgent', readings: [alarm(3)] }));
  await rig.put(buffer, [level(51)]);
  expect(takeAll(buffer).map(named)).toEqual([
    'kakogawa/gateway-01 aa 3',
    'kakogawa/gateway-01 aa 1',
    '-/hub-01 .. 1',
    'kakogawa/gateway-01 aa 2',
    '-/hub-01 .. 2',
  ]);
});

test('gaps pass through once, as their gateway told them', async () => {
  const rig = new BufferRig(HUB);
  const buffer = rig.open();
  expect(await takeIn(rig, buffer, gap(3, 5), gap(3, 5), gap(6, 6))).toEqual(['new', 'repeated', 'new']);
  const gaps = [
    { kind: 'gap', tenant: 'kakogawa', gap: { gateway: 'gateway-01', number: 3, last: 5, count: 7 } },
    { kind: 'gap', tenant: 'kakogawa', gap: { gateway: 'gateway-01', number: 6, last: 6, count: 7 } },
  ];
  expect(takeAll(buffer)).toMatchObject(gaps);
  expect(takeAll(rig.crash())).toMatchObject(gaps);
});

test('a gap that has grown before it was sent is sent once, with the count that was told last', async () => {
  const rig = new BufferRig(HUB);
  const buffer = rig.open();
  await takeIn(rig, buffer, gap(3, 5));
  await takeIn(rig, buffer, gap(3, 9));
  expect(takeAll(buffer)).toMatchObject([{ gap: { number: 3, last: 9, count: 7 } }]);
});

test('a gap that has grown while it was in flight is sent again', async () => {
  const rig = new BufferRig(HUB);
  const buffer = rig.open();
  await takeIn(rig, buffer, gap(3, 5));
  await settleAll(rig, buffer);
  expect(buffer.stats().outboxes.city).toMatchObject({ gaps: 0 });
  await takeIn(rig, buffer, gap(6, 6));
  expect(takeAll(buffer)).toMatchObject([{ gap: { number: 6, last: 6 } }]);
});

test('a gap whose count is told higher later passes again with that count, also after a restart, and then is known', async () => {
  const rig = new BufferRig(HUB);
  const buffer = rig.open();
  const told = (count: number, number = 3, last = 5) => gap(number, last, 'operator', count);
  expect(await takeIn(rig, buffer, told(0))).toEqual(['new']);
  await settleAll(rig, buffer);
  const again = rig.crash();
  expect(await takeIn(rig, again, told(0), told(9), told(9), told(4))).toEqual([
    'repeated',
    'new',
    'repeated',
    'repeated',
  ]);
  expect(takeAll(again)).toMatchObject([{ gap: { number: 3, last: 5, count: 9 } }]);
});

test('a gap within another one has a count of its own', async () => {
  const rig = new BufferRig(HUB);
  const buffer = rig.open();
  expect(await takeIn(rig, buffer, gap(3, 9, 'damaged', 0), gap(4, 5, 'quota', 6))).toEqual(['new', 'new']);
  expect(await takeIn(rig, buffer, gap(4, 5, 'quota', 6), gap(3, 9, 'damaged', 0))).toEqual(['repeated', 'repeated']);
  expect(takeAll(buffer)).toMatchObject([{ gap: { number: 3, count: 0 } }, { gap: { number: 4, count: 6 } }]);
});

test('what was told of the highest gaps of an epoch is kept, and of others their numbers', async () => {
  const rig = new BufferRig(HUB);
  const buffer = rig.open();
  const one = (number: number, count: number) => gap(number, number, 'quota', count);
  await takeIn(rig, buffer, ...Array.from({ length: maxDigests + 1 }, (_, i) => one(i + 1, 1)));
  await takeIn(rig, buffer, arriving({ number: maxDigests + 2 }), arriving({ number: 2 * maxDigests + 3 }));
  expect(await takeIn(rig, buffer, one(1, 5), one(2, 1), one(2, 5))).toEqual(['repeated', 'repeated', 'new']);
});

test('when the quota is reached the oldest goes, and its own gateway and number are a gap', async () => {
  const rig = new BufferRig({ ...HUB, maxBytes: 400_000 });
  const buffer = rig.open();
  const long = (n: number): Reading => ({ ...level(n), kind: 'measurement', values: { note: 'x'.repeat(2_000) + n } });
  for (let number = 1; number <= 300; number++) {
    await takeIn(rig, buffer, arriving({ number, readings: [long(number)] }));
  }
  expect(buffer.stats().usedBytes).toBeLessThanOrEqual(400_000);
  const [first, next] = takeAll(buffer);
  expect(first).toMatchObject({
    kind: 'gap',
    tenant: 'kakogawa',
    gap: { gateway: 'gateway-01', epoch: EPOCH, number: 1, reason: 'quota' },
  });
  const last = first?.kind === 'gap' ? first.gap.last : 0;
  expect(first).toMatchObject({ gap: { count: last } });
  expect(named(next)).toBe(`kakogawa/gateway-01 aa ${last + 1}`);
});

test('what a destination refuses is set aside with its origin, and goes again as that gateway’s', async () => {
  const rig = new BufferRig(HUB);
  const buffer = rig.open();
  await takeIn(rig, buffer, arriving({ number: 4, readings: levels(1, 3) }), arriving({ number: 5 }));
  const [one, two] = takeAll(buffer);
  if (one === undefined || two === undefined) throw new Error('nothing waits');
  buffer.settle('city', one, stored(one, [{ index: 1, reason: 'unknown gauge' }]));
  buffer.settle('city', two, unreadable(two, 'no CBOR'));
  await rig.clock.advance(10_000);
  const origin = { tenant: 'kakogawa', gateway: 'gateway-01' };
  expect([...buffer.refused()]).toMatchObject([
    { number: 4, reason: 'unknown gauge', origin, reading: level(2) },
    { number: 5, reason: 'no CBOR', origin, reading: level(5) },
  ]);
  expect(buffer.retryRefused()).toMatchObject({ retried: 2 });
  const [again] = takeAll(buffer);
  expect(again).toMatchObject({ tenant: 'kakogawa', batch: { gateway: 'gateway-01', number: 1 } });
  expect(again?.kind === 'batch' && again.batch.epoch).not.toBe(EPOCH);
  expect(idsOf(again)).toEqual([2, 5]);
});

test('a conflict at a destination is not this hub’s to mend: the batch is set aside', async () => {
  const rig = new BufferRig(HUB);
  const buffer = rig.open();
  await takeIn(rig, buffer, arriving({ number: 4 }));
  const [one] = takeAll(buffer);
  if (one === undefined) throw new Error('nothing waits');
  buffer.settle('city', one, { ...stored(one), outcome: 'conflict' });
  await rig.clock.advance(10_000);
  expect(takeAll(buffer)).toEqual([]);
  expect([...buffer.refused()]).toMatchObject([{ reason: 'another batch is stored under this number' }]);
});

test('a batch that is too large for a broker goes on in parts that name their place, with an epoch of their own', async () => {
  const rig = new BufferRig(HUB);
  const buffer = rig.open();
  await takeIn(rig, buffer, arriving({ number: 4, readings: levels(1, 4) }));
  const [one] = takeAll(buffer);
  if (one?.kind !== 'batch') throw new Error('nothing waits');
  buffer.split('city', one, 'larger than the broker takes');
  const [noted, ...parts] = takeAll(buffer);
  expect(noted).toMatchObject({ kind: 'gap', tenant: 'kakogawa', gap: { number: 4, count: 0, reason: 'operator' } });
  expect(parts.map(idsOf)).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(parts).toMatchObject([{ tenant: 'kakogawa' }, { tenant: 'kakogawa' }]);
  expect(parts.map((part) => part.kind === 'batch' && part.batch.number)).toEqual([1, 2]);
});

test('a damaged file gives back what passed through, and what had come before is still known', async () => {
  const rig = new BufferRig({ ...HUB, outboxes: [CITY, ARCHIVE] });
  const buffer = rig.open();
  const to = ['city', 'archive'];
  await takeIn(rig, buffer, ...[1, 2, 3].map((number) => arriving({ number, to })), gap(9, 9));
  buffer.close();
  const file = openSync(rig.file, 'r+');
  writeSync(file, Buffer.alloc(100, 0xff), 0, 100, 0); // the header
  closeSync(file);
  const after = rig.open();
  expect(rig.log.entries.some(({ message }) => /was damaged/.test(message))).toBe(true);
  const names = ['kakogawa/gateway-01 aa 1', 'kakogawa/gateway-01 aa 2', 'kakogawa/gateway-01 aa 3'];
  expect(takeAll(after, 'archive').map(named)).toEqual(names);
  expect(takeAll(after).map(named)).toEqual(['kakogawa/gateway-01 aa 9', ...names]);
  expect(await takeIn(rig, after, arriving({ number: 2, to }), arriving({ number: 4, to }))).toEqual([
    'repeated',
    'new',
  ]);
});

test('of a gateway that begins ever new epochs the last are remembered; what is forgotten passes through again', async () => {
  const rig = new BufferRig(HUB);
  const buffer = rig.open();
  const epoch = (n: number) => n.toString(16).padStart(16, '0');
  const all = Array.from({ length: maxEpochs + 5 }, (_, n) => arriving({ number: 1, epoch: epoch(n), to: [] }));
  expect(new Set(await takeIn(rig, buffer, ...all))).toEqual(new Set(['new']));
  const more = [maxEpochs + 5, maxEpochs + 6].map((n) => arriving({ number: 1, epoch: epoch(n), to: [] }));
  await takeIn(rig, buffer, more[0] as Arriving);
  await takeIn(rig, buffer, more[1] as Arriving);
  expect([...buffer.sources()].length).toBeLessThanOrEqual(maxEpochs + 5);
  const after = rig.crash();
  expect([...after.sources()].length).toBe([...buffer.sources()].length);
  expect(await takeIn(rig, after, all[0] as Arriving, more[1] as Arriving)).toEqual(['new', 'repeated']);
});
