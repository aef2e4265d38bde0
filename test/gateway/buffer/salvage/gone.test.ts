/** Files deleted, replaced or cut short, under a buffer that runs and under one that does not; and a disk too short to salvage. */
import { existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ReadingBuffer } from '../../../../gateway/buffer/buffer.ts';
import type { Outgoing } from '../../../../gateway/buffer/outgoing.ts';
import { BufferRig, idsOf, levels, takeAll } from '../buffer-rig.ts';

const LEVELS = (from: number, to: number) => levels(from, to).map(({ values }) => Number(values.level));

async function running(): Promise<{ rig: BufferRig; buffer: ReadingBuffer }> {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 105));
  return { rig, buffer };
}

function gapsIn(taken: readonly Outgoing[]) {
  return taken.flatMap((each) => (each.kind === 'gap' ? [each.gap] : []));
}

/** Everything given out before and after a restart, without repeats. */
function allOf(rig: BufferRig, buffer: ReadingBuffer): { ids: number[]; taken: Outgoing[] } {
  buffer.close();
  const again = rig.open();
  again.flush();
  const taken = takeAll(again);
  return { ids: taken.flatMap(idsOf).map(Number), taken };
}

test.for([
  { says: 'the file', lost: [''] },
  { says: 'its log', lost: ['-wal'] },
  { says: 'both', lost: ['', '-wal'] },
])('if $says is deleted while the buffer runs, all of it is written anew, and that is said', async ({ lost }) => {
  const { rig, buffer } = await running();
  for (const suffix of lost) rmSync(`${rig.file}${suffix}`);
  await rig.put(buffer, levels(106, 110));
  expect(rig.log.at('error')).toMatchObject([{ message: expect.stringContaining('Nothing is lost') }]);
  expect(existsSync(rig.file)).toBe(true);
  await rig.put(buffer, levels(111, 115));
  expect(allOf(rig, buffer).ids.toSorted((a, b) => a - b)).toEqual(LEVELS(1, 115));
  expect(rig.log.at('error')).toHaveLength(1);
});

test('if another file is put in its place, that one is set aside', async () => {
  const { rig, buffer } = await running();
  rmSync(rig.file);
  writeFileSync(rig.file, 'another');
  await rig.put(buffer, levels(106, 110));
  expect(readFileSync(`${rig.file}.damaged-1`, 'utf8')).toBe('another');
  expect(allOf(rig, buffer).ids).toHaveLength(110);
});

test.for([
  { says: 'the file is emptied', cut: '', to: 0 },
  { says: 'the file is cut in half', cut: '', to: 0.5 },
  { says: 'its log is cut in half', cut: '-wal', to: 0.5 },
  { says: 'its log is emptied', cut: '-wal', to: 0 },
])('if $says while the buffer runs, the rest is taken over and what is missing is a gap', async ({ cut, to }) => {
  const { rig, buffer } = await running();
  buffer.close();
  const later = rig.open();
  await rig.put(later, levels(106, 215));
  truncateSync(`${rig.file}${cut}`, Math.floor(statSync(`${rig.file}${cut}`).size * to));
  await rig.put(later, levels(216, 220));
  const [said] = rig.log.at('error');
  expect(said?.message).toContain('was damaged');
  const { ids, taken } = allOf(rig, later);
  const numbers = gapsIn(taken).reduce((sum, { number, last }) => sum + last - number + 1, 0);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(LEVELS(216, 220)));
  expect(LEVELS(211, 215).every((id) => ids.includes(id))).toBe(true); // they were open: the buffer knows them
  const batchesLost = (220 - ids.length) / 10;
  expect(numbers).toBe(batchesLost);
  expect(said?.fields).toMatchObject({ lost: batchesLost });
});

test.for([
  { says: 'emptied, with its log', prepare: (rig: BufferRig) => truncateSync(rig.file, 0), kept: true },
  { says: 'emptied', prepare: (rig: BufferRig) => emptied(rig), kept: false },
  { says: 'deleted', prepare: (rig: BufferRig) => deleted(rig), kept: false },
])('a file that is $says while no buffer runs is missed', async ({ prepare, kept }) => {
  const { rig } = await running();
  const source = rig.file;
  rig.crash().close();
  const copy = rig.file;
  if (kept) {
    for (const suffix of ['', '-wal']) writeFileSync(`${copy}${suffix}`, readFileSync(`${source}${suffix}`));
  }
  writeFileSync(`${copy}-ballast`, 'ballast');
  prepare(rig);
  const again = rig.open();
  expect(rig.log.at('error')).toMatchObject([{ fields: { fault: 'the file is gone, or nothing is in it' } }]);
  const taken = takeAll(again);
  expect(gapsIn(taken)).toMatchObject([{ number: 1, last: 1, count: 0, reason: 'damaged' }]);
  expect(taken.flatMap(idsOf).length > 0).toBe(kept);
});

function emptied(rig: BufferRig): void {
  truncateSync(rig.file, 0);
}

function deleted(rig: BufferRig): void {
  rmSync(rig.file);
}

test('a log that was cut short while no buffer ran is said', async () => {
  const { rig, buffer } = await running();
  for (let n = 0; n < 5; n++) await rig.put(buffer, levels(n * 20 + 201, n * 20 + 220));
  const log = readFileSync(`${rig.file}-wal`);
  const copy = `${rig.file}-copy`;
  writeFileSync(copy, readFileSync(rig.file));
  writeFileSync(`${copy}-wal`, log.subarray(0, log.length - 700));
  const again = rig.open({ file: copy });
  expect(rig.log.at('warn')).toMatchObject([{ message: expect.stringContaining('ends within a commit') }]);
  expect(takeAll(again).flatMap(idsOf).length).toBeGreaterThan(150);
});

test('on a short disk a damaged file is salvaged as far as there is room, and what does not fit is a gap', async () => {
  const rig = new BufferRig({ maxBytes: 20_000_000 });
  const buffer = rig.open();
  for (let n = 0; n < 60; n++) await rig.put(buffer, levels(n * 2_000 + 1, n * 2_000 + 2_000));
  buffer.close();
  const bytes = readFileSync(rig.file).fill(0, 0, 4_096);
  expect(bytes.length).toBeGreaterThan(1_500_000);
  writeFileSync(rig.file, bytes);
  const short = { freeBytes: 1_000_000, totalBytes: 1e9 };
  const again = rig.open({ diskSpace: () => short });
  const taken = takeAll(again);
  const gaps = gapsIn(taken);
  expect(gaps.some(({ reason }) => reason === 'disk-full')).toBe(true);
  const numbers = gaps
    .filter(({ reason }) => reason === 'disk-full')
    .reduce((n, { number, last }) => n + last - number + 1, 0);
  expect(taken.flatMap(idsOf).length / 10 + numbers).toBe(12_000);
  expect(existsSync(`${rig.file}.damaged-1`)).toBe(true);
});

test('what waits can be read around a page that is damaged meanwhile, and what is lost comes as a gap', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  for (let n = 0; n < 40; n++) await rig.put(buffer, levels(n * 50 + 1, n * 50 + 50));
  buffer.close();
  const bytes = readFileSync(rig.file);
  const again = rig.open();
  bytes.fill(0xff, bytes.length - 512 * 40, bytes.length - 512 * 39);
  writeFileSync(rig.file, bytes);
  const waiting = [...again.waiting('city')];
  const ids = waiting.flatMap(idsOf);
  const numbers = gapsIn(waiting).reduce((sum, { number, last }) => sum + last - number + 1, 0);
  expect(new Set(ids).size).toBe(ids.length);
  expect(numbers).toBeGreaterThan(0);
  expect(ids.length / 10 + numbers).toBe(200);
});
