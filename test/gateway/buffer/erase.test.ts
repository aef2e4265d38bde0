/** What is erased leaves everything that waits, for good; what else there is goes on, and the receiver is told. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ReadingBuffer } from '../../../gateway/buffer/buffer.ts';
import type { Reading } from '../../../shared/reading.ts';
import { AT, BufferRig, idsOf, level, levels, readingsOf, settleAll, stored, takeAll } from './buffer-rig.ts';
import { arriving, EPOCH, HUB, takeIn } from './passing-rig.ts';

/** The name of a tag that is to be erased. */
const MARK = 'tag-of-a-child';
const OTHER = 'tag-of-another';

function sighting(tag: string, n: number): Reading {
  const values = { tag, rssi: -60, count: 1, firstAt: AT + n, lastAt: AT + n };
  return { device: 'detector-01', kind: 'sighting', observedAt: AT + n, values };
}

const sightings = (tag: string, count: number) => Array.from({ length: count }, (_, n) => sighting(tag, n));
const isIt = ({ kind, values }: Reading) => kind === 'sighting' && values.tag === MARK;

async function erase(rig: BufferRig, buffer: ReadingBuffer) {
  const erased = buffer.erase(isIt);
  await rig.clock.advance(10_000);
  return erased;
}

function filesWith(mark: string, { folder }: BufferRig): string[] {
  return readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(mark));
}

test('a tag leaves what is open, held, sealed, in flight and refused, and no file has it afterwards', async () => {
  const rig = new BufferRig({ batchReadings: 10 });
  const buffer = rig.open();
  await rig.put(buffer, [...sightings(MARK, 5), ...sightings(OTHER, 5)]);
  const [refusing] = takeAll(buffer);
  const refused = readingsOf(refusing).map((_, index) => ({ index, reason: 'unknown' }));
  if (refusing !== undefined) buffer.settle('city', refusing, stored(refusing, refused));
  await rig.clock.advance(10_000);
  rig.clock.synchronised = false;
  await rig.put(buffer, [sighting(MARK, 20), sighting(OTHER, 20)], { unsynchronisedOffsetMs: 0 });
  await rig.put(buffer, [...sightings(MARK, 8), ...levels(1, 2)]);
  takeAll(buffer); // in flight
  await rig.put(buffer, [sighting(MARK, 30), level(3), sighting(MARK, 31)]);
  expect(buffer.stats()).toMatchObject({ open: 3, held: 2, outboxes: { city: { refused: 10, inFlight: 1 } } });
  expect(filesWith(MARK, rig)).not.toEqual([]);

  expect(await erase(rig, buffer)).toEqual({ sealed: 8, open: 2, held: 1, refused: 5 });

  expect(filesWith(MARK, rig)).toEqual([]);
  expect(filesWith(OTHER, rig)).not.toEqual([]);
  expect(buffer.stats()).toMatchObject({ held: 1, outboxes: { city: { refused: 5 } } });
  buffer.flush();
  const all = takeAll(buffer);
  expect(all.flatMap(idsOf).filter((id) => id !== undefined)).toEqual([1, 2, 3]);
  const gaps = all.flatMap((each) => (each.kind === 'gap' ? [each.gap] : []));
  expect(new Set(gaps.map(({ reason }) => reason))).toEqual(new Set(['erased']));
  expect(gaps.reduce((sum, { count }) => sum + count, 0)).toBe(11);
  buffer.close();
  expect(filesWith(MARK, rig)).toEqual([]);
});

test('a damaged file that was set aside goes too', async () => {
  const rig = new BufferRig();
  rig.open().close();
  writeFileSync(rig.file, MARK.repeat(1_000));
  const buffer = rig.open();
  expect(filesWith(MARK, rig)).toEqual(['buffer.sqlite.damaged-1']);
  await erase(rig, buffer);
  expect(filesWith(MARK, rig)).toEqual([]);
});

test('at a hub it leaves what passes through, as a gap in the numbers of its own gateway', async () => {
  const rig = new BufferRig(HUB);
  const buffer = rig.open();
  await takeIn(rig, buffer, arriving({ number: 4, readings: [...sightings(MARK, 2), level(7)] }));
  expect(await erase(rig, buffer)).toMatchObject({ sealed: 2 });
  expect(filesWith(MARK, rig)).toEqual([]);
  const [gap, part] = await settleAll(rig, buffer);
  expect(gap).toMatchObject({ gap: { gateway: 'gateway-01', epoch: EPOCH, number: 4, count: 2, reason: 'erased' } });
  expect(idsOf(part)).toEqual([7]);
});

test('if there is nothing to erase, nothing is sealed anew and nobody is told anything', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 25));
  expect(await erase(rig, buffer)).toEqual({ sealed: 0, open: 0, held: 0, refused: 0 });
  expect(takeAll(buffer).map(({ kind }) => kind)).toEqual(['batch', 'batch', 'batch']);
});

test('of a long backlog every batch is looked at', async () => {
  const rig = new BufferRig({ batchReadings: 10 });
  const buffer = rig.open();
  for (let n = 0; n < 150; n++) await rig.put(buffer, [...sightings(MARK, 1), ...levels(n * 9 + 1, n * 9 + 9)]);
  expect(await erase(rig, buffer)).toMatchObject({ sealed: 150 });
  expect(filesWith(MARK, rig)).toEqual([]);
  const kept = (await settleAll(rig, buffer)).flatMap(idsOf);
  expect(kept).toHaveLength(1_350);
});
