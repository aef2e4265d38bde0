/** What a disk and other programs can do to an archive in SQLite, and how it stays within its size. */
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Reading } from '../../../../shared/reading.ts';
import {
  archiveAt,
  batch,
  close,
  HistoryClock,
  HOUR,
  type Place,
  sessionAt,
  sqlitePlace,
} from '../../../contract/archive-rig.ts';
import { AT, level, levels } from '../../buffer/buffer-rig.ts';
import { LogBook } from '../../machine/log-book.ts';

const until = (condition: () => unknown) => vi.waitFor(condition, { timeout: 10_000, interval: 10 });
const fileOf = ({ dataDirectory }: Place) => join(dataDirectory, 'history.sqlite');
const levelsIn = async (place: Place) => (await place.readings()).map(({ values }) => Number(values.level));
const signal = () => new AbortController().signal;
const noteOf = (n: number, observedAt = AT + n): Reading => ({
  ...{ device: 'gauge-01', kind: 'measurement', observedAt },
  values: { level: n, note: `${n} ${'x'.repeat(1_000)}` },
});

test('a commit is durable: WAL, synchronous FULL, readable by its owner only', async () => {
  const place = sqlitePlace();
  const session = await sessionAt(place);
  await session.send(batch(levels(1, 3)));
  expect(statSync(fileOf(place)).mode & 0o777).toBe(0o600);
  const copy = { ...sqlitePlace() };
  for (const suffix of ['', '-wal']) {
    writeFileSync(`${fileOf(copy)}${suffix}`, readFileSync(`${fileOf(place)}${suffix}`)); // what a power cut leaves
  }
  expect(await levelsIn(copy)).toEqual([1, 2, 3]);
});

test('the file and its log stay within max-size, and the oldest readings make room', async () => {
  const place = sqlitePlace();
  const session = await sessionAt(place, { settings: { maxSize: '10MB' } });
  const [batches, size] = [150, 100];
  for (let number = 1; number <= batches; number++) {
    const at = (n: number) => AT + HOUR + n * 10;
    const readings = Array.from({ length: size }, (_, i) => noteOf(number * size + i, at(number * size + i)));
    await session.send(batch(readings, { number }));
    const bytes = ['', '-wal'].map((suffix) => statSync(`${fileOf(place)}${suffix}`).size);
    expect(bytes.reduce((a, b) => a + b)).toBeLessThan(10_000_000);
  }
  const left = await levelsIn(place);
  expect(left.at(-1)).toBe(batches * size + size - 1);
  expect(left.length).toBeGreaterThan(3_000);
  expect(left).toEqual(Array.from(left, (_, i) => (left[0] ?? 0) + i)); // the newest, without a hole
  const kept = await place.query('SELECT MIN(number) AS first, COUNT(*) AS n FROM batch');
  expect(Number(kept[0]?.n)).toBeLessThan(batches); // those without readings are forgotten too
  await session.send(batch([noteOf(1)], { number: 1 }));
  expect(await place.query('SELECT COUNT(*) AS n FROM latest')).toEqual([{ n: 1 }]);
});

test('a clock of 1970 or 2099 does not decide what goes first', async () => {
  const place = sqlitePlace();
  const session = await sessionAt(place, { settings: { maxSize: '10MB' } });
  await session.send(batch([noteOf(1, 0), noteOf(2, Date.UTC(2099, 0, 1))]));
  const rows = await place.query(
    'SELECT filed_ms - observed_ms AS off, level FROM (SELECT *, "values" ->> \'$.level\' AS level FROM reading)',
  );
  expect(rows.every(({ off }) => Math.abs(Number(off)) > 1e9)).toBe(true); // filed by their arrival
});

test('a smaller max-size is kept after the next start', async () => {
  const place = sqlitePlace();
  const before = await sessionAt(place, { settings: { maxSize: '40MB' } });
  for (let number = 1; number <= 150; number++) {
    await before.send(
      batch(
        Array.from({ length: 100 }, (_, i) => noteOf(number * 100 + i)),
        { number },
      ),
    );
  }
  await close(before);
  expect(statSync(fileOf(place)).size).toBeGreaterThan(12_000_000);
  const after = await sessionAt(place, { settings: { maxSize: '10MB' } });
  await after.send(batch([noteOf(99_999)], { number: 151 }));
  await until(async () => {
    await after.send(batch([noteOf(99_999)], { number: 151 }));
    expect(Number((await place.query('PRAGMA page_count'))[0]?.page_count) * 1_024).toBeLessThanOrEqual(6_000_000);
  });
  await close(after);
  expect(statSync(fileOf(place)).size).toBeLessThanOrEqual(6_100_000);
  expect((await levelsIn(place)).at(-1)).toBe(99_999);
});

test('a file that is deleted while it runs ends the session, and the next begins a new one', async () => {
  const place = sqlitePlace();
  const session = await sessionAt(place);
  await session.send(batch(levels(1, 3)));
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${fileOf(place)}${suffix}`);
  await expect(session.send(batch(levels(4, 6), { number: 2 }))).rejects.toThrow('the file was deleted or replaced');
  expect((await session.ended).en).toBe('the file was deleted or replaced');
  const next = await sessionAt(place);
  await next.send(batch(levels(4, 6), { number: 2 }));
  expect(await levelsIn(place)).toEqual([4, 5, 6]);
});

test('a deleted file is noticed though nothing is sent', async () => {
  const place = sqlitePlace();
  const session = await sessionAt(place);
  renameSync(fileOf(place), `${fileOf(place)}-elsewhere`);
  expect((await session.ended).en).toBe('the file was deleted or replaced');
});

test('a file that is no database is set aside, and a new one is begun', async () => {
  const place = sqlitePlace();
  const log = new LogBook();
  writeFileSync(fileOf(place), 'this is no database, but long enough to be looked at as one'.repeat(40));
  const session = await sessionAt(place, { surroundings: { log } });
  await session.send(batch(levels(1, 3)));
  expect(readFileSync(`${fileOf(place)}.damaged-1`, 'utf8')).toMatch(/^this is no database/);
  expect(log.at('error')).toMatchObject([{ fields: { file: `${fileOf(place)}.damaged-1` } }]);
  expect(await levelsIn(place)).toEqual([1, 2, 3]);
});

test('pages that are damaged under way end the session once; the file is set aside and nothing is sent in vain for ever', async () => {
  const place = sqlitePlace();
  const first = await sessionAt(place);
  for (let number = 1; number <= 20; number++) {
    await first.send(
      batch(
        Array.from({ length: 100 }, (_, i) => noteOf(number * 100 + i)),
        { number },
      ),
    );
  }
  await close(first);
  const bytes = readFileSync(fileOf(place));
  bytes.fill(0xa5, 4_096, bytes.length);
  writeFileSync(fileOf(place), bytes);
  const send = async (number: number) => {
    const session = await archiveAt(place).open(signal());
    onTestFinished(() => close(session));
    return session.send(batch(levels(1, 3), { number }));
  };
  const outcomes = [await send(21).catch(() => 'rejected'), await send(21)];
  expect(outcomes[1]).toMatchObject({ outcome: 'stored' });
  expect(existsSync(`${fileOf(place)}.damaged-1`)).toBe(true);
  expect(await levelsIn(place)).toEqual([1, 2, 3]);
});

test('three damaged files are kept, the newest as number 1', async () => {
  const place = sqlitePlace();
  for (let i = 1; i <= 5; i++) {
    writeFileSync(fileOf(place), `broken ${i} `.repeat(200));
    await close(await sessionAt(place));
    truncateSync(fileOf(place));
  }
  const kept = readdirSync(place.dataDirectory).filter((file) => /damaged-\d$/.test(file));
  expect(kept.sort()).toEqual([1, 2, 3].map((age) => `history.sqlite.damaged-${age}`));
  expect(readFileSync(`${fileOf(place)}.damaged-1`, 'utf8')).toMatch(/^broken 5/);
});

test('somebody else’s database is not touched', async () => {
  const place = sqlitePlace();
  const other = new Database(fileOf(place));
  other.exec('CREATE TABLE theirs (a)');
  other.close();
  await expect(archiveAt(place).open(signal())).rejects.toMatchObject({ code: 'archive-not-ours' });
  expect(await place.query('SELECT name FROM sqlite_schema')).toEqual([{ name: 'theirs' }]);
});

test('a newer release’s file is left alone', async () => {
  const place = sqlitePlace();
  await close(await sessionAt(place));
  const newer = new Database(fileOf(place));
  newer.pragma('user_version = 99');
  newer.close();
  await expect(archiveAt(place).open(signal())).rejects.toMatchObject({ code: 'archive-too-new' });
});

test('a folder that cannot be written to is told with what to do', async () => {
  const place = sqlitePlace();
  const at = { ...place, settings: { url: 'sqlite:/proc/nowhere/history.sqlite' } };
  await expect(archiveAt(at).open(signal())).rejects.toMatchObject({ code: 'archive-unusable' });
});

test('while another program writes, it waits without stopping this one; beyond answer-timeout it gives up', async () => {
  const place = sqlitePlace();
  const session = await sessionAt(place, { settings: { answerTimeout: '1s' } });
  const other = new Database(fileOf(place));
  onTestFinished(() => void other.close());
  other.exec('BEGIN IMMEDIATE');
  await expect(session.send(batch(levels(1, 3)))).rejects.toThrow(/locked/);
  const sending = session.send(batch(levels(1, 3)));
  other.exec('COMMIT');
  expect(await sending).toMatchObject({ outcome: 'stored' });
});

test('a full disk costs the oldest readings, not the newest', async () => {
  const place = sqlitePlace();
  const session = await sessionAt(place, {
    settings: { maxSize: '10MB' },
    surroundings: { clock: new HistoryClock() },
  });
  // One batch that is larger than what is free until the oldest have gone.
  for (let number = 1; number <= 45; number++) {
    await session.send(
      batch(
        Array.from({ length: 100 }, (_, i) => noteOf(number * 100 + i)),
        { number },
      ),
    );
  }
  const large = Array.from({ length: 3_000 }, (_, i) => noteOf(100_000 + i));
  expect(await session.send(batch(large, { number: 46 }))).toMatchObject({ outcome: 'stored' });
  expect((await levelsIn(place)).slice(-3_000)).toEqual(large.map(({ values }) => values.level));
});

test('a batch that is larger than the whole file is rejected with what to do', async () => {
  const place = sqlitePlace();
  const session = await sessionAt(place, { settings: { maxSize: '10MB' } });
  await session.send(batch(levels(1, 3), { number: 3 }));
  const huge = Array.from({ length: 8_000 }, (_, i) => noteOf(i));
  await expect(session.send(batch(huge))).rejects.toMatchObject({ code: 'archive-full' });
  expect(await session.send(batch([level(4)], { number: 2 }))).toMatchObject({ outcome: 'stored' });
  expect(await levelsIn(place)).toEqual([4, 1, 2, 3]); // the history did not go for nothing
});
