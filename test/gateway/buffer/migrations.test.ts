import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { alarm, BufferRig, CITY, idsOf, level, levels, numberOf, readingsOf, stored, takeAll } from './buffer-rig.ts';

const SCHEMA_1 = readFileSync(new URL('../../fixtures/buffer/schema-1.sql', import.meta.url), 'utf8');
const ALARMS = { ...CITY, name: 'alarms', accepts: ({ kind }: { kind: string }) => kind === 'alarm' };

/** Writes a file as an earlier release left it. */
function layOut(rig: BufferRig, sql: string, more: (db: Database.Database) => void = () => {}): void {
  const db = new Database(rig.file);
  db.exec(sql);
  more(db);
  db.close();
}

test('a file of release 0.1.0 keeps what waits in it: same epoch, same bytes, same numbers', async () => {
  const rig = new BufferRig({ outboxes: [CITY, ALARMS] });
  rig.clock.synchronised = false;
  layOut(rig, SCHEMA_1);
  const buffer = rig.open();
  expect(buffer.stats()).toMatchObject({
    open: 5,
    held: 1,
    outboxes: {
      city: { sealed: 0, waiting: { routine: 1, urgent: 1 }, gaps: 1, refused: 1 },
      alarms: { sealed: 0, waiting: { routine: 0, urgent: 1 }, gaps: 0 },
    },
  });
  expect(buffer.remembered()).toEqual(new Map([['gauge-01', '{"policy":1}']]));
  const taken = takeAll(buffer);
  expect(taken[0]).toMatchObject({ kind: 'gap', gap: { number: 2, last: 2, count: 10, reason: 'quota' } });
  expect(taken.slice(1).map(numberOf)).toEqual([4, 3]);
  for (const out of taken) expect(stored(out).epoch).toBe('63d36ec20e2f538d');
  expect(taken.slice(1).flatMap(readingsOf)).toEqual([alarm(31), ...levels(21, 30)]);
  expect(takeAll(buffer, 'alarms').flatMap(readingsOf)).toEqual([alarm(31)]);
  await rig.put(buffer, levels(38, 42));
  expect(takeAll(buffer).map((each) => [numberOf(each), ...idsOf(each)])).toEqual([
    [1, 32, 33, 34, 35, 36, 38, 39, 40, 41, 42],
  ]);
  rig.clock.setTo(rig.clock.moment().wall - rig.clock.moment().monotonic + 60_000);
  buffer.clockSet();
  await rig.clock.advance(5_000);
  expect(takeAll(buffer).flatMap(readingsOf)).toEqual([{ ...level(37), observedAt: level(37).observedAt + 60_000 }]);
});

test('a full file is migrated too: batches move without needing twice the room', () => {
  const rig = new BufferRig({ maxBytes: 1_500_000 });
  layOut(rig, SCHEMA_1, (db) => {
    const copy = db.prepare(
      `INSERT INTO batch (destination, lane, number, count, bytes)
       SELECT 'city', 0, ?, 10, zeroblob(2000) FROM batch WHERE id = 3`,
    );
    for (let number = 5; number < 600; number++) copy.run(number);
    db.exec("UPDATE feed SET next = 600 WHERE destination = 'city'");
  });
  const buffer = rig.open();
  expect(buffer.stats().outboxes.city).toMatchObject({ waiting: { routine: 596, urgent: 1 } });
});

test('a migrated file has the tables of a new one', () => {
  const tables = (file: string) => {
    const db = new Database(file);
    const rows = db.prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name").all();
    db.close();
    return rows;
  };
  const old = new BufferRig();
  layOut(old, SCHEMA_1);
  old.open().close();
  const fresh = new BufferRig();
  fresh.open().close();
  expect(tables(old.file)).toEqual(tables(fresh.file));
});
