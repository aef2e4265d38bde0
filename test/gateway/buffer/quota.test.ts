import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ReadingBuffer } from '../../../gateway/buffer/buffer.ts';
import type { Outgoing } from '../../../gateway/buffer/outgoing.ts';
import type { Reading } from '../../../shared/reading.ts';
import { Random } from '../../../simulators/random.ts';
import { AT, alarm, BufferRig, CITY, level, numberOf, settleAll, stored, takeAll, unreadable } from './buffer-rig.ts';

const maxBytes = 300_000;
const headroomBytes = 1024 * 1024;
const random = new Random(7);

/** A batch's worth of readings (ten), incompressible, about 1 kB each. */
function bulk(kilobytesEach = 1): Reading[] {
  return Array.from({ length: 10 }, () => {
    const note = Buffer.from(random.bytes(kilobytesEach * 750)).toString('base64');
    return { device: 'gauge-01', kind: 'status', observedAt: AT, values: { note } };
  });
}

async function fill(rig: BufferRig, buffer: ReadingBuffer, batches: number): Promise<void> {
  for (let n = 0; n < batches; n++) await rig.put(buffer, bulk());
}

test('the file stays within its bound plus headroom, and everything else is reported as gaps', async () => {
  const rig = new BufferRig({ maxBytes });
  const buffer = rig.open();
  for (let round = 0; round < 30; round++) {
    await fill(rig, buffer, 5);
    expect(buffer.stats().usedBytes).toBeLessThanOrEqual(maxBytes);
    expect(statSync(rig.file).size).toBeLessThanOrEqual(maxBytes + headroomBytes);
  }
  const all = takeAll(buffer);
  expect(all[0]?.kind).toBe('gap');
  expect(numbersIn(all)).toEqual(upTo(150));
  expect(countIn(all)).toBe(1_500);
  expect(buffer.stats().dropped).toBe(gapsIn(all).reduce((sum, { first, last }) => sum + last - first + 1, 0));
});

test('the oldest routine batches go first, and contiguous ones make one gap', async () => {
  const rig = new BufferRig({ maxBytes });
  const buffer = rig.open();
  await fill(rig, buffer, 60);
  const all = takeAll(buffer);
  const [gap, ...others] = gapsIn(all);
  expect(others).toEqual([]);
  expect(gap).toMatchObject({ first: 1, count: (gap?.last ?? 0) * 10, reason: 'quota' });
  const kept = all.filter(({ kind }) => kind === 'batch').map((each) => numberOf(each) ?? 0);
  expect(Math.min(...kept)).toBe((gap?.last ?? 0) + 1);
  expect(rig.log.at('error')[0]?.message).toContain('the oldest batches were dropped');
});

test('alarms outlive routine batches, and are dropped only when nothing else is left', async () => {
  const rig = new BufferRig({ maxBytes });
  const buffer = rig.open();
  for (let n = 1; n <= 5; n++) await rig.put(buffer, [alarm(n)]);
  await fill(rig, buffer, 60);
  expect(buffer.stats().outboxes.city?.waiting.urgent).toBe(5);
  const large = (n: number): Reading => {
    const note = Buffer.from(random.bytes(15_000)).toString('base64');
    return { ...alarm(n), values: { ...alarm(n).values, note } } as Reading; // an alarm with one more value
  };
  for (let n = 6; n < 40; n++) await rig.put(buffer, [large(n)]);
  expect(buffer.stats().usedBytes).toBeLessThanOrEqual(maxBytes);
  expect(buffer.stats().outboxes.city?.waiting.routine).toBe(0);
  const all = takeAll(buffer);
  expect(gapsIn(all).map(({ first }) => first)).toEqual([6, 1, 66]); // the routine ones, then the oldest alarms: 1 to 5, 66 and on
  expect(numbersIn(all)).toEqual(upTo(99));
});

test('with everything in flight and no answer the bound holds: the oldest in flight go, and stay gaps', async () => {
  const rig = new BufferRig({ maxBytes });
  const buffer = rig.open();
  const inFlight: Outgoing[] = [];
  for (let n = 0; n < 600; n++) {
    await rig.put(buffer, bulk().slice(0, 1));
    inFlight.push(...takeAll(buffer).filter(({ kind }) => kind === 'batch'));
    expect(buffer.stats().usedBytes).toBeLessThanOrEqual(maxBytes);
  }
  expect(numbersIn(inFlight)).toEqual(upTo(60));
  const before = buffer.stats().outboxes.city;
  const [first] = inFlight; // dropped long ago; the city OS has it after all, and refuses one reading
  if (first !== undefined) buffer.settle('city', first, stored(first, [{ index: 0, reason: 'out of area' }]));
  await rig.clock.advance(10_000);
  expect(buffer.stats().outboxes.city).toEqual(before);
  const left = takeAll(rig.crash());
  expect(gapsIn(left)[0]).toMatchObject({ first: 1, reason: 'quota' });
  expect(numberOf(left.filter(({ kind }) => kind === 'batch').at(-1))).toBe(60);
  expect(numbersIn(left)).toEqual(upTo(60));
});

test('a file that is opened with a smaller bound is made to fit when the gateway starts, and not by a command that reads', async () => {
  const rig = new BufferRig({ maxBytes });
  const buffer = rig.open();
  await fill(rig, buffer, 20);
  const smaller = rig.crash({ maxBytes: 100_000 });
  expect(countIn([...smaller.waiting('city')])).toBe(200);
  smaller.enforceBounds();
  expect(smaller.stats().usedBytes).toBeLessThanOrEqual(100_000);
});

test('an open set that outgrows the bound is sealed, so that it can be dropped', async () => {
  const rig = new BufferRig({ maxBytes, batchReadings: 5_000 });
  const buffer = rig.open();
  for (let n = 0; n < 60; n++) {
    await rig.put(buffer, bulk());
    expect(buffer.stats().usedBytes).toBeLessThanOrEqual(maxBytes);
  }
});

test('batches in flight are not dropped while others wait', async () => {
  const rig = new BufferRig({ maxBytes });
  const buffer = rig.open();
  await fill(rig, buffer, 3);
  const inFlight = takeAll(buffer);
  await fill(rig, buffer, 60);
  for (const outgoing of inFlight) buffer.settle('city', outgoing, stored(outgoing));
  await rig.clock.advance(10_000);
  const rest = takeAll(buffer);
  expect(gapsIn(rest)[0]?.first).toBe(4);
  expect(numbersIn([...inFlight, ...rest])).toEqual(upTo(63));
});

test('a gap in flight does not grow; batches dropped meanwhile make another gap', async () => {
  const rig = new BufferRig({ maxBytes });
  const buffer = rig.open();
  await fill(rig, buffer, 60);
  const first = buffer.take('city');
  expect(first?.kind).toBe('gap');
  await fill(rig, buffer, 60);
  if (first !== undefined) buffer.settle('city', first, stored(first));
  await rig.clock.advance(10_000);
  const rest = takeAll(buffer);
  expect(gapsIn(rest)[0]?.first).toBe((gapsIn(first ? [first] : [])[0]?.last ?? 0) + 1);
  expect(numbersIn([...(first ? [first] : []), ...rest])).toEqual(upTo(120));
});

test('gaps survive a restart, come before batches, and are gone once settled', async () => {
  const rig = new BufferRig({ maxBytes });
  const buffer = rig.open();
  await fill(rig, buffer, 60);
  const before = gapsIn(takeAll(buffer));
  const again = rig.crash();
  expect(again.stats().outboxes.city?.gaps).toBe(1);
  const all = await settleAll(rig, again);
  expect(all[0]?.kind).toBe('gap');
  expect(gapsIn(all)).toEqual(before);
  expect(again.stats().outboxes.city?.gaps).toBe(0);
  again.close();
  expect(rig.open().take('city')).toBeUndefined();
});

test('a released gap comes again', async () => {
  const rig = new BufferRig({ maxBytes });
  const buffer = rig.open();
  await fill(rig, buffer, 60);
  const gap = buffer.take('city');
  expect(buffer.take('city')?.kind).toBe('batch');
  if (gap !== undefined) buffer.release('city', gap);
  expect(buffer.take('city')).toEqual(gap);
});

test('with several destinations the oldest batches of all go, each reported to its own destination', async () => {
  const rig = new BufferRig({ maxBytes, outboxes: [CITY, { ...CITY, name: 'roads' }] });
  const buffer = rig.open();
  await fill(rig, buffer, 20);
  await settleAll(rig, buffer, 'roads');
  await fill(rig, buffer, 40);
  expect(numbersIn(takeAll(buffer, 'city'))).toEqual(upTo(60));
  const roads = takeAll(buffer, 'roads');
  expect(numbersIn(roads)).toEqual(upTo(60).slice(20));
});

test('when the disk is full readings are refused with "buffer-full", and the buffer goes on afterwards', async () => {
  const rig = new BufferRig({ maxBytes });
  const buffer = rig.open();
  await fill(rig, buffer, 5);
  // More at once than the whole file may ever hold: SQLite answers SQLITE_FULL whatever is dropped.
  await expect(rig.put(buffer, bulk(400))).rejects.toMatchObject({ code: 'buffer-full' });
  await fill(rig, buffer, 5);
  expect(buffer.stats().appended).toBe(100);
  const all = await settleAll(rig, buffer);
  expect(countIn(all)).toBe(100);
  expect(numbersIn(all)).toEqual(upTo(10));
  for (const gap of gapsIn(all)) expect(gap.reason).toBe('disk-full');
});

test('when the disk is full the oldest batches make room, and the append resolves', async () => {
  const rig = new BufferRig();
  const roomy = rig.open();
  await fill(rig, roomy, 200);
  roomy.close();
  // The file may not grow, and this is more than it has free: SQLITE_FULL.
  const buffer = rig.open({ diskSpace: () => ({ freeBytes: 0, totalBytes: 1e9 }) });
  await rig.put(buffer, bulk(30));
  expect(buffer.stats().appended).toBe(10);
  const all = takeAll(buffer);
  expect(gapsIn(all)[0]).toMatchObject({ first: 1, reason: 'disk-full' });
  expect(numbersIn(all)).toEqual([1, ...upTo(200)]); // the first of the new epoch among those of the old
  expect(countIn(all)).toBe(2_010);
});

function gapsIn(all: readonly Outgoing[]) {
  return all.flatMap((each) => {
    if (each.kind === 'batch') return [];
    const { number, last, count, reason } = each.gap;
    return [{ first: number, last, count, reason }];
  });
}

/** Every number that batches and gaps account for, in order, repeats included. */
function numbersIn(all: readonly Outgoing[]): number[] {
  const numbers = all.flatMap((each) =>
    each.kind === 'batch'
      ? [each.batch.number]
      : Array.from({ length: each.gap.last - each.gap.number + 1 }, (_, i) => each.gap.number + i),
  );
  return numbers.toSorted((a, b) => a - b);
}

function countIn(all: readonly Outgoing[]): number {
  return all.reduce((sum, each) => sum + (each.kind === 'batch' ? each.batch.count : each.gap.count), 0);
}

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1);
}

test('refused readings make room before anything that waits', async () => {
  const rig = new BufferRig({ maxBytes });
  const buffer = rig.open();
  await fill(rig, buffer, 20);
  for (const outgoing of takeAll(buffer)) buffer.settle('city', outgoing, unreadable(outgoing, 'not ours'));
  await rig.clock.advance(10_000);
  expect(buffer.stats().outboxes.city).toMatchObject({ refused: 200 });
  await fill(rig, buffer, 10);
  expect(buffer.stats()).toMatchObject({ dropped: 0, outboxes: { city: { waiting: { routine: 10 } } } });
  expect(buffer.stats().outboxes.city?.refused).toBeLessThan(200);
  expect(buffer.stats().usedBytes).toBeLessThanOrEqual(maxBytes);
});

test('a destination that has used up its share loses its own oldest batches, and others lose none', async () => {
  const share = 100_000;
  const project = {
    ...CITY,
    name: 'project',
    maxBytes: share,
    accepts: ({ device }: Reading) => device === 'project-01',
  };
  const city = { ...CITY, accepts: ({ device }: Reading) => device === 'gauge-01' };
  const rig = new BufferRig({ outboxes: [city, project] });
  let buffer = rig.open();
  const flood = () => bulk().map((reading): Reading => ({ ...reading, device: 'project-01' }));
  for (let n = 0; n < 5; n++) await rig.put(buffer, bulk());
  for (let n = 0; n < 30; n++) await rig.put(buffer, flood());
  expect(buffer.stats().outboxes.city?.waiting.routine).toBe(5);
  expect(gapsIn(takeAll(buffer, 'project'))).toMatchObject([{ first: 1, reason: 'quota' }]);
  buffer = rig.crash();
  for (let n = 0; n < 30; n++) await rig.put(buffer, flood());
  const all = takeAll(buffer, 'project');
  const bytes = all.reduce((sum, each) => sum + (each.kind === 'batch' ? each.batch.bytes.length : 0), 0);
  expect(bytes).toBeLessThanOrEqual(share);
  expect(bytes).toBeGreaterThan(share / 2);
  expect(numbersIn(all)).toEqual([...upTo(30), ...upTo(30)].toSorted((a, b) => a - b)); // of two epochs
  expect(takeAll(buffer, 'city')).toHaveLength(5);
});

test.each([
  ['sealed at once', { batchReadings: 1 }, {}],
  ['left open', { batchReadings: 10 }, {}],
  ['held', { batchReadings: 1 }, { unsynchronisedOffsetMs: 0 }],
])('a reading larger than the whole buffer, %s, is turned down and costs no other', async (_, options, how) => {
  const rig = new BufferRig({ maxBytes: 1_000_000, ...options });
  rig.clock.synchronised = false;
  const buffer = rig.open();
  await rig.put(buffer, [level(1)]);
  buffer.sealOpen();
  const note = 'x'.repeat(3_000_000);
  const huge: Reading = { device: 'gauge-01', kind: 'status', observedAt: AT, values: { note } };
  await expect(rig.put(buffer, [huge], how)).rejects.toMatchObject({ code: 'buffer-full' });
  expect(buffer.stats()).toMatchObject({ dropped: 0, outboxes: { city: { gaps: 0, waiting: { routine: 1 } } } });
});
