/** What happens when the buffer's file fails at an awkward moment; real failing disks are in test/failing-disk/. */
import { closeSync, cpSync, existsSync, openSync, readdirSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { Outbox } from '../../../gateway/buffer/outbox.ts';
import { defineChecks } from '../../../gateway/buffer/row-checks.ts';
import { Store } from '../../../gateway/buffer/store.ts';
import { alarm, BufferRig, CITY, idsOf, level, levels, numberOf, settleAll, stored, takeAll } from './buffer-rig.ts';

const disk = { code: 'SQLITE_IOERR_FSYNC' };
const full = { code: 'SQLITE_FULL' };
const damage = { code: 'SQLITE_CORRUPT' };
const town = { ...CITY, name: 'town' };

/** Makes the method of all such objects throw that many times; returns a function that stops it. */
function failing<Of extends object>(of: Of, method: keyof Of, code: { code: string }, times: number): () => void {
  const real = of[method] as (...args: unknown[]) => unknown;
  const mend = () => Object.assign(of, { [method]: real });
  let left = times;
  function fail(this: unknown, ...args: unknown[]): unknown {
    if (left-- <= 0) return real.apply(this, args);
    throw Object.assign(new Error('as the test wants it'), code);
  }
  Object.assign(of, { [method]: fail });
  onTestFinished(() => void mend());
  return mend;
}

/** Destroys the header, so that the file must be salvaged. */
function spoil(file: string): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(100, 7), 0, 100, 0);
  closeSync(handle);
}

test('an interrupted salvage starts over, and nothing is lost or doubled', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 200));
  buffer.close();
  spoil(rig.file);
  const full3 = failing(Store.prototype, 'enforceBounds', disk, 1);
  expect(() => rig.open()).toThrow();
  full3();
  expect(readdirSync(rig.folder).some((name) => name.includes('successor'))).toBe(true);
  expect(takeAll(rig.open()).flatMap(idsOf)).toHaveLength(200);
});

test('a salvage interrupted between its two renames is finished', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 20));
  buffer.close();
  cpSync(rig.file, `${rig.file}-successor`);
  rig.file = `${rig.file}-gone`;
  cpSync(`${rig.file.replace('-gone', '')}-successor`, `${rig.file}-successor`);
  expect(takeAll(rig.open()).flatMap(idsOf)).toHaveLength(20);
  expect(existsSync(`${rig.file}-successor`)).toBe(false);
});

test('a salvage that fails at first on a running gateway is retried', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 200));
  const mendTransactions = failing(Store.prototype, 'transact', damage, 1);
  const mendOpening = failing(Store as { open: typeof Store.open }, 'open', disk, 1);
  await expect(rig.put(buffer, levels(201, 210))).rejects.toMatchObject({ code: 'buffer-full' });
  mendTransactions();
  mendOpening();
  await rig.clock.advance(5_000);
  expect(takeAll(buffer).flatMap(idsOf)).toHaveLength(200);
});

test('batches of a destination that is no longer configured are salvaged too', async () => {
  const rig = new BufferRig();
  const both = rig.open({ outboxes: [CITY, town] });
  await rig.put(both, levels(1, 10));
  both.close();
  spoil(rig.file);
  rig.open({ outboxes: [CITY] }).close();
  const again = rig.open({ outboxes: [CITY, town] });
  expect(takeAll(again, 'town').flatMap(idsOf)).toHaveLength(10);
  expect(takeAll(again, 'city').flatMap(idsOf)).toHaveLength(10);
});

test('waiting gaps of a damaged file are reported once', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  for (let n = 0; n < 8; n++) await rig.put(buffer, levels(n * 10 + 1, n * 10 + 10));
  buffer.close();
  const db = new Database(rig.file);
  defineChecks(db);
  const feed = db.prepare('SELECT id FROM feed').pluck().get();
  db.exec(`DELETE FROM batch WHERE key % ${2 ** 40} IN (4, 5); UPDATE batch SET crc = 1 WHERE key % ${2 ** 40} = 7`);
  db.exec(`INSERT INTO gap VALUES (1, ${feed}, 4, 5, 20, 'quota'); UPDATE feed SET routine = 6`);
  db.close();
  spoil(rig.file);
  const again = rig.open();
  const gaps = (await settleAll(rig, again)).flatMap((each) => (each.kind === 'gap' ? [each.gap] : []));
  expect(gaps.map(({ number, last, count, reason }) => [number, last, count, reason])).toEqual([
    [4, 5, 20, 'quota'],
    [7, 7, 10, 'damaged'],
  ]);
  expect(again.stats().outboxes.city).toMatchObject({ gaps: 0, waiting: { routine: 0 } });
});

test('an alarm that could not be taken from a failing disk is offered again when the disk recovers', async () => {
  const rig = new BufferRig();
  rig.isTaken = false;
  const buffer = rig.open();
  const taken: unknown[] = [];
  buffer.onWork('city', () => {
    const outgoing = buffer.take('city');
    if (outgoing !== undefined) taken.push(numberOf(outgoing));
  });
  failing(Outbox.prototype, 'next', disk, 1);
  await rig.put(buffer, [alarm(1)]);
  expect(taken).toEqual([]);
  await rig.clock.advance(2_000);
  expect(taken).toEqual([1]);
});

test('while the file cannot be opened the buffer still answers, and recovers by itself', async () => {
  const rig = new BufferRig();
  rig.clock.synchronised = false;
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 3), { unsynchronisedOffsetMs: 0 });
  const mendTransactions = failing(Store.prototype, 'transact', disk, 1);
  const mendOpening = failing(Store as { open: typeof Store.open }, 'open', disk, 5);
  await expect(rig.put(buffer, [level(9)])).rejects.toMatchObject({ code: 'buffer-full' });
  await rig.clock.advance(3_000);
  expect(buffer.stats()).toMatchObject({ held: 3, fault: 'SQLITE_IOERR_FSYNC' });
  buffer.onWork('city', () => {})();
  expect(buffer.take('city')).toBeUndefined();
  await rig.clock.advance(10_000);
  mendTransactions();
  mendOpening();
  expect(buffer.stats().fault).toBe('');
  await rig.put(buffer, [alarm(10)]);
  expect(takeAll(buffer).flatMap(idsOf)).toEqual([10]);
});

test('while receipts cannot be written, no more is given out than can be settled', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  for (let n = 0; n < 200; n++) await rig.put(buffer, levels(n * 10 + 1, n * 10 + 10));
  const mend = failing(Store.prototype, 'transact', full, 1_000);
  let taken = 0;
  for (let next = buffer.take('city'); next !== undefined; next = buffer.take('city')) {
    taken++;
    buffer.settle('city', next, stored(next));
  }
  expect(taken).toBe(64);
  mend();
  await rig.clock.advance(20_000);
  expect(buffer.stats().outboxes.city).toMatchObject({ waiting: { routine: 136 }, inFlight: 0 });
  expect(await settleAll(rig, buffer)).toHaveLength(136);
});
