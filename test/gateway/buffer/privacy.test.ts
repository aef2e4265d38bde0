import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Reading } from '../../../shared/reading.ts';
import { AT, BufferRig, CITY, settleAll, stored, takeAll } from './buffer-rig.ts';

/** What a reading must leave nothing of. */
const MARK = 'tag-of-a-child';

function sightings(from: number, to: number): Reading[] {
  return Array.from({ length: to - from + 1 }, (_, n) => ({
    device: `${MARK}-${from + n}`,
    kind: 'sighting',
    observedAt: AT + n,
    values: { tag: `${MARK}-${from + n}`, rssi: -60 },
  })) as Reading[]; // a tag is a text
}

/** The files in the folder that hold the mark. */
function found(rig: BufferRig): string[] {
  return readdirSync(rig.folder).filter((name) => readFileSync(join(rig.folder, name)).includes(MARK));
}

test('what was delivered is in no file once the log has been emptied, whatever else waits', async () => {
  const rig = new BufferRig({ batchReadings: 50 });
  const buffer = rig.open();
  for (let n = 0; n < 20; n++) await rig.put(buffer, sightings(n * 50, n * 50 + 49));
  expect(found(rig)).not.toEqual([]);
  await settleAll(rig, buffer);
  expect(found(rig)).toEqual(['buffer.sqlite-wal']);
  await rig.clock.advance(600_000);
  expect(found(rig)).toEqual([]);
});

test('nor is anything that was dropped, refused and dropped, let go, or forgotten, once the file is closed', async () => {
  const rig = new BufferRig({ batchReadings: 50, outboxes: [{ ...CITY, maxBytes: 10_000 }] });
  const buffer = rig.open();
  await rig.put(buffer, sightings(1, 3), {
    unsynchronisedOffsetMs: 0,
    remember: new Map([['d', JSON.stringify(MARK)]]),
  });
  for (let n = 0; n < 20; n++) await rig.put(buffer, sightings(n * 50, n * 50 + 49));
  buffer.flush();
  for (const each of takeAll(buffer)) {
    buffer.settle('city', each, stored(each, each.kind === 'batch' ? [{ index: 0, reason: 'unknown' }] : []));
  }
  await rig.put(buffer, [], { remember: new Map([['d', undefined]]) });
  await rig.clock.advance(10_000);
  buffer.dropRefused();
  buffer.close();
  expect(found(rig)).toEqual([]);
});

test('a damaged file that was set aside is removed after thirty days', async () => {
  const rig = new BufferRig();
  const now = Date.now();
  const day = 24 * 3_600_000;
  rig.clock.setTo(now - rig.clock.moment().monotonic);
  writeFileSync(rig.file, MARK.repeat(1_000));
  rig.open().close();
  expect(found(rig)).toEqual(['buffer.sqlite.damaged-1']);
  rig.clock.setTo(now + 29 * day - rig.clock.moment().monotonic);
  rig.open().close();
  expect(found(rig)).toEqual(['buffer.sqlite.damaged-1']);
  rig.clock.setTo(now + 31 * day - rig.clock.moment().monotonic);
  rig.open().close();
  expect(found(rig)).toEqual([]);
});
