/** A sighting that waits longer than its operator allows is given up: the receiver is told, and nothing of it is left. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ReadingBuffer } from '../../../gateway/buffer/buffer.ts';
import type { BufferOptions, Retention } from '../../../gateway/buffer/buffer-options.ts';
import { decodeBatch } from '../../../shared/feed/batch.ts';
import type { Reading } from '../../../shared/reading.ts';
import { AT, BufferRig, CITY, idsOf, level, levels, readingsOf, settleAll, stored, takeAll } from './buffer-rig.ts';
import { ARCHIVE, arriving, EPOCH, HUB, takeIn } from './passing-rig.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;

/** What a sighting must leave nothing of. */
const MARK = 'sealed-to-an-operator';

function sighting(n: number, operator = 'alsok', observedAt = AT): Reading {
  const values = { operator, sealed: `${MARK}-${n}`, sealedWith: 'key', count: 1, firstAt: AT, lastAt: AT };
  return { device: 'detector-01', kind: 'sighting', observedAt, values };
}

const sightings = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => sighting(from + i, 'alsok', AT + i));

/** An hour for one operator, a day for another, no end for anything else. */
const RETENTION: Retention = {
  rules: () => RETENTION,
  of: ({ values: { operator } }) => (operator === 'alsok' ? hourMs : operator === 'otta' ? 24 * hourMs : undefined),
};

function opened(options: Partial<BufferOptions> = {}): { rig: BufferRig; buffer: ReadingBuffer } {
  const rig = new BufferRig({ retention: RETENTION, ...options });
  rig.clock.setTo(AT - rig.clock.moment().monotonic);
  return { rig, buffer: rig.open() };
}

function filesWithMark({ folder }: BufferRig): string[] {
  return readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(MARK));
}

test('until its time is over a sighting waits as it was sealed; then it is a gap, and nothing of it is in any file', async () => {
  const { rig, buffer } = opened();
  await rig.put(buffer, sightings(1, 20));
  await rig.clock.advance(hourMs - minuteMs);
  expect(buffer.stats().outboxes.city).toMatchObject({ waiting: { routine: 2 }, gaps: 0 });
  expect(filesWithMark(rig)).not.toEqual([]);
  await rig.clock.advance(2 * minuteMs);
  expect(buffer.stats().outboxes.city).toMatchObject({ waiting: { routine: 0 }, gaps: 1 });
  expect(filesWithMark(rig)).toEqual([]);
  expect(takeAll(buffer)).toMatchObject([{ kind: 'gap', gap: { number: 1, last: 2, count: 20, reason: 'expired' } }]);
});

test('what else is in the batch is sealed anew, as parts that name their places in it', async () => {
  const { rig, buffer } = opened();
  const mixed = [level(1), level(2), sighting(1), sighting(2, 'otta', AT + 1), sighting(3), level(3, 'gauge-02')];
  await rig.put(buffer, [...mixed, level(4, 'gauge-02'), ...levels(5, 7)]);
  const [before] = takeAll(buffer);
  const all = readingsOf(before);
  await rig.clock.advance(hourMs + minuteMs);
  const [gap, ...parts] = takeAll(buffer);
  expect(gap).toMatchObject({ kind: 'gap', gap: { number: 1, last: 1, count: 2, reason: 'expired' } });
  const kept = all.filter(({ values }) => values.operator !== 'alsok');
  expect(parts.flatMap(readingsOf)).toEqual(kept);
  for (const part of parts) {
    const { partOf } = decodeBatch(part.kind === 'batch' ? part.batch.bytes : new Uint8Array()).header;
    expect(partOf).toMatchObject({ number: 1 });
    expect(readingsOf(part)[0]).toEqual(all[partOf?.first ?? -1]);
  }
  expect(filesWithMark(rig)).not.toEqual([]); // the other operator's waits on
  if (before !== undefined) buffer.settle('city', before, stored(before)); // a receipt that comes too late
  await rig.clock.advance(10_000);
  expect(buffer.stats().outboxes.city).toMatchObject({ waiting: { routine: parts.length }, gaps: 1 });
});

test('what is answered but not settled on the disk yet is stored, and no gap', async () => {
  const { rig, buffer } = opened();
  await rig.put(buffer, sightings(1, 10));
  await rig.clock.advance(hourMs - 1_000);
  const [batch] = takeAll(buffer);
  if (batch !== undefined) buffer.settle('city', batch, stored(batch));
  await rig.clock.advance(2 * minuteMs);
  expect(takeAll(buffer)).toEqual([]);
});

test('so is what nobody takes, and is not sealed yet; only those are told of it that would have got it', async () => {
  const noSightings = { ...CITY, name: 'levels', accepts: ({ kind }: Reading) => kind === 'water-level' };
  const rig = new BufferRig({ retention: RETENTION, outboxes: [CITY, noSightings] });
  rig.isTaken = false;
  rig.clock.setTo(AT - rig.clock.moment().monotonic);
  const buffer = rig.open();
  await rig.put(buffer, [level(1), ...sightings(1, 3), level(2)]);
  await rig.clock.advance(hourMs + minuteMs);
  expect(buffer.stats()).toMatchObject({ open: 2, outboxes: { city: { gaps: 1 }, levels: { gaps: 0 } } });
  expect(filesWithMark(rig)).toEqual([]);
  expect(takeAll(buffer)).toMatchObject([{ gap: { count: 3, reason: 'expired' } }]);
  buffer.close();
  expect(rig.open().stats().open).toBe(2);
});

test('what was refused goes too, without a gap, since the city OS has answered it', async () => {
  const { rig, buffer } = opened();
  await rig.put(buffer, [...sightings(1, 9), level(1)]);
  for (const each of takeAll(buffer)) {
    const indexes = readingsOf(each).map((_, index) => ({ index, reason: 'unknown device' }));
    buffer.settle('city', each, stored(each, indexes));
  }
  await rig.clock.advance(10_000);
  expect([...buffer.refused()]).toHaveLength(10);
  await rig.clock.advance(hourMs + minuteMs);
  expect([...buffer.refused()].map(({ reading }) => reading?.kind)).toEqual(['water-level']);
  expect(filesWithMark(rig)).toEqual([]);
  expect(takeAll(buffer)).toEqual([]);
});

test('a damaged file that was set aside is removed, since nobody can tell what it holds', async () => {
  const { rig, buffer } = opened();
  buffer.close();
  writeFileSync(rig.file, MARK.repeat(1_000));
  rig.open();
  expect(filesWithMark(rig)).toEqual(['buffer.sqlite.damaged-1']);
  await rig.clock.advance(minuteMs);
  expect(filesWithMark(rig)).toEqual([]);
});

test('while the clock is not set, or nobody knows for how long things may stay, nothing goes', async () => {
  let rules: object | undefined;
  const { rig, buffer } = opened({ retention: { ...RETENTION, rules: () => rules } });
  await rig.put(buffer, sightings(1, 10));
  await rig.clock.advance(2 * hourMs);
  expect(buffer.stats().outboxes.city).toMatchObject({ waiting: { routine: 1 }, gaps: 0 });
  rules = RETENTION;
  await rig.clock.advance(minuteMs);
  expect(buffer.stats().outboxes.city).toMatchObject({ waiting: { routine: 0 }, gaps: 1 });
});

test('a retention that is shortened later counts for what waits already', async () => {
  let allowed = { ms: 24 * hourMs };
  const { rig, buffer } = opened({ retention: { rules: () => allowed, of: () => allowed.ms } });
  await rig.put(buffer, sightings(1, 10));
  await rig.clock.advance(2 * hourMs);
  expect(buffer.stats().outboxes.city).toMatchObject({ waiting: { routine: 1 }, gaps: 0 });
  allowed = { ms: hourMs };
  await rig.clock.advance(minuteMs);
  expect(buffer.stats().outboxes.city).toMatchObject({ waiting: { routine: 0 }, gaps: 1 });
});

test('of a long backlog each sighting goes in its minute, and each batch is decoded about once before', async () => {
  let asked = 0;
  const of = (reading: Reading) => {
    asked++;
    return RETENTION.of(reading);
  };
  const { rig, buffer } = opened({ retention: { rules: () => RETENTION, of } });
  const inAll = 150;
  for (let minute = 0; minute < inAll; minute++) {
    const observedAt = AT + minute * minuteMs;
    await rig.put(
      buffer,
      [...sightings(0, 8), level(minute)].map((each) => ({ ...each, observedAt }) as Reading),
    );
    await rig.clock.advance(minuteMs);
    const { waiting } = buffer.stats().outboxes.city ?? {};
    if (minute === 58) expect(waiting).toMatchObject({ routine: 59 });
  }
  const all = await settleAll(rig, buffer);
  const kept = all.flatMap(readingsOf);
  expect(kept.filter(({ kind }) => kind === 'water-level')).toHaveLength(inAll);
  const last = kept.filter(({ kind }) => kind === 'sighting').map(({ observedAt }) => observedAt);
  expect(Math.min(...last)).toBeGreaterThanOrEqual(AT + (inAll - 61) * minuteMs);
  const lost = all.reduce((sum, each) => sum + (each.kind === 'gap' ? each.gap.count : 0), 0);
  expect(lost + last.length).toBe(inAll * 9);
  expect(asked / (inAll * 10)).toBeLessThan(20);
});

test('at a hub another gateway’s batch becomes a gap in its own numbers, and what stays is a part in its name, for each destination', async () => {
  const { rig, buffer } = opened({ ...HUB, outboxes: [CITY, ARCHIVE] });
  const readings = [level(1), level(2), ...sightings(1, 2)];
  await takeIn(rig, buffer, arriving({ number: 7, readings, to: ['city', 'archive'] }));
  takeAll(buffer, 'archive'); // in flight there
  await rig.clock.advance(hourMs + minuteMs);
  for (const destination of ['city', 'archive']) {
    const [gap, ...parts] = takeAll(buffer, destination);
    expect(gap).toMatchObject({
      tenant: 'kakogawa',
      gap: { gateway: 'gateway-01', epoch: EPOCH, number: 7, last: 7, count: 2, reason: 'expired' },
    });
    expect(parts.flatMap(idsOf)).toEqual([1, 2]);
    for (const [i, part] of parts.entries()) {
      expect(part).toMatchObject({ tenant: 'kakogawa', batch: { gateway: 'gateway-01', number: i + 1 } });
      const { header } = decodeBatch(part.kind === 'batch' ? part.batch.bytes : new Uint8Array());
      expect(header.partOf).toMatchObject({ epoch: EPOCH, number: 7 });
    }
  }
  expect(filesWithMark(rig)).toEqual([]);
  await takeIn(rig, buffer, arriving({ number: 7, readings, to: ['city', 'archive'] }));
  expect(filesWithMark(rig)).toEqual([]); // a repeat is known, and not taken in again
});
