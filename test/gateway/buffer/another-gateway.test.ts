import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { BufferRig, CITY, idsOf, levels, settleAll, stored, takeAll } from './buffer-rig.ts';

const NEW = { gateway: 'gateway-02' };

/** Leaves three batches and a gap of gateway-01; opens the file as gateway-02. */
async function renamed() {
  const rig = new BufferRig();
  const before = rig.open({ outboxes: [{ ...CITY, maxBytes: 300 }] });
  await rig.put(before, levels(1, 40));
  const left = [...before.waiting('city')];
  before.close();
  return { rig, left, buffer: rig.open(NEW) };
}

test('what waits of another gateway is never sent under a new name, and does not hold up what is new', async () => {
  const { rig, buffer } = await renamed();
  await rig.put(buffer, levels(101, 120));
  const taken = takeAll(buffer);
  expect(taken.flatMap(idsOf)).toEqual(levels(101, 120).map(({ values }) => values.level));
  expect(taken.every((each) => each.kind === 'batch' && each.batch.gateway === NEW.gateway)).toBe(true);
});

test('it is said at the start, counted apart, and can be carried by hand and settled by its receipts', async () => {
  const { rig, left, buffer } = await renamed();
  expect(left.map(({ kind }) => kind)).toContain('gap');
  expect(rig.log.at('error').slice(-1)).toMatchObject([
    { fields: { destination: 'city', gateway: 'gateway-01', messages: left.length } },
  ]);
  expect(buffer.stats().outboxes.city).toMatchObject({
    waiting: { routine: 0, urgent: 0 },
    gaps: 0,
    ofOthers: { 'gateway-01': left.length },
  });
  expect([...buffer.waiting('city')]).toEqual([]);
  const carried = [...buffer.waiting('city', 'gateway-01')];
  expect(carried).toEqual(left);
  const told = buffer.settleByHand(carried.map((each) => stored(each)));
  expect(told).toEqual({ settled: left.length, gone: 0, foreign: 0 });
  expect(buffer.stats().outboxes.city?.ofOthers).toEqual({});
});

test('if the id is set back, it goes out as if nothing had happened', async () => {
  const { rig, left, buffer } = await renamed();
  await rig.put(buffer, levels(101, 110));
  buffer.close();
  const back = rig.open();
  const taken = takeAll(back);
  expect(taken).toEqual(expect.arrayContaining(left));
  expect(taken).toHaveLength(left.length);
  expect(back.stats().outboxes.city?.ofOthers).toEqual({ 'gateway-02': 1 });
});

test('when the buffer is full it goes first, and each drop is a gap of its own gateway', async () => {
  const { rig, buffer } = await renamed();
  buffer.close();
  const small = rig.open({ ...NEW, outboxes: [{ ...CITY, maxBytes: 300 }] });
  await rig.put(small, levels(101, 130));
  expect([...small.waiting('city', 'gateway-01')].every(({ kind }) => kind === 'gap')).toBe(true);
  expect(takeAll(small).flatMap(idsOf)).toEqual(levels(101, 130).map(({ values }) => values.level));
});

test('a file of a release that did not know whose it was learns it from its batches', async () => {
  const { rig, buffer } = await renamed();
  await settleAll(rig, buffer);
  buffer.close();
  const db = new Database(rig.file);
  db.exec(`
    CREATE TABLE feed_3 AS SELECT id, destination, epoch, is_current, next, routine, urgent FROM feed;
    CREATE TABLE gap_3 AS SELECT id, feed, first, last, count, reason FROM gap;
    DROP TABLE feed; DROP TABLE gap; DROP TABLE epoch;
    ALTER TABLE feed_3 RENAME TO feed; ALTER TABLE gap_3 RENAME TO gap;
    ALTER TABLE refused DROP COLUMN crc; ALTER TABLE memory DROP COLUMN crc;
    PRAGMA user_version = 3;
  `);
  db.close();
  expect(rig.open(NEW).stats().outboxes.city).toMatchObject({ ofOthers: { 'gateway-01': 4 } });
});
