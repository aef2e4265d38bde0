import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReadingBuffer } from '../../../../gateway/buffer/buffer.ts';
import type { Outgoing } from '../../../../gateway/buffer/outgoing.ts';
import type { Gap } from '../../../../shared/feed/receipt.ts';
import { alarm, BufferRig, CITY, idsOf, level, levels, takeAll } from '../buffer-rig.ts';

/** Leaves a closed buffer with twenty batches and five unsealed readings; returns its epoch. */
async function used(rig: BufferRig): Promise<string | undefined> {
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 205));
  const epoch = buffer.stats().outboxes.city?.epoch;
  buffer.close();
  return epoch;
}

/** Reopens the buffer and checks that the file was set aside, a new epoch began, and losses are reported. */
async function expectSalvage(rig: BufferRig, oldEpoch: string | undefined): Promise<{ ids: unknown[]; gaps: Gap[] }> {
  const buffer = rig.open();
  expect(readdirSync(rig.folder)).toContain(`${basename(rig.file)}.damaged-1`);
  const [said, ...more] = rig.log.at('error');
  expect(more).toEqual([]);
  expect(said?.fields).toMatchObject({ file: rig.file, setAside: `${rig.file}.damaged-1` });
  expect(buffer.stats().outboxes.city?.epoch).not.toBe(oldEpoch);
  await rig.put(buffer, levels(1_001, 1_010));
  buffer.flush();
  const taken = takeAll(buffer).filter((each) => !isUnnumbered(each));
  const gaps = taken.flatMap((each) => (each.kind === 'gap' ? [each.gap] : []));
  for (const each of taken) {
    const { epoch } = each.kind === 'gap' ? each.gap : each.batch;
    expect([oldEpoch, buffer.stats().outboxes.city?.epoch]).toContain(epoch);
  }
  const ids = taken.flatMap(idsOf);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(levels(1_001, 1_010).map(({ values }) => values.level)));
  expectAllAccountedFor(taken, oldEpoch);
  return { ids: ids.filter((id) => Number(id) <= 1_000), gaps };
}

/** The gap for readings that may be lost and had no number yet: the only thing in the epoch that a salvage begins. */
function isUnnumbered(each: Outgoing): boolean {
  return each.kind === 'gap' && each.gap.number === 1 && each.gap.last === 1 && each.gap.count === 0;
}

/** Each number of the old epoch has come, or is in a gap. */
function expectAllAccountedFor(taken: readonly Outgoing[], oldEpoch: string | undefined): void {
  const numbers = taken.flatMap((each) => {
    if (each.kind === 'batch') return each.batch.epoch === oldEpoch ? [each.batch.number] : [];
    const { number, last, epoch } = each.gap;
    return epoch === oldEpoch ? Array.from({ length: last - number + 1 }, (_, i) => number + i) : [];
  });
  if (numbers.length === 0) return; // nothing could be read, not even its name
  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
}

test('a file of garbage is set aside, and a new epoch begins', async () => {
  const rig = new BufferRig();
  writeFileSync(rig.file, 'this is no database\n'.repeat(1_000));
  await expectSalvage(rig, undefined);
  expect(readFileSync(`${rig.file}.damaged-1`, 'utf8')).toContain('this is no database\n');
});

test('the remains of a truncated file are sent in their old epoch, and the rest is a gap', async () => {
  const rig = new BufferRig({ outboxes: [{ ...CITY, compression: 'none' }] });
  const epoch = await used(rig);
  truncateSync(rig.file, statSync(rig.file).size - 512 * 3);
  const { ids, gaps } = await expectSalvage(rig, epoch);
  expect(ids.length).toBeGreaterThan(50);
  expect(gaps).toMatchObject([{ epoch, reason: 'damaged' }]);
});

test('a file with a flipped header loses nothing', async () => {
  const rig = new BufferRig();
  const epoch = await used(rig);
  flip(rig.file, 3);
  expect((await expectSalvage(rig, epoch)).ids).toHaveLength(205);
});

test('a file without its first page loses nothing', async () => {
  const rig = new BufferRig();
  const epoch = await used(rig);
  const bytes = readFileSync(rig.file);
  bytes.fill(0, 0, 512);
  writeFileSync(rig.file, bytes);
  expect((await expectSalvage(rig, epoch)).ids).toHaveLength(205);
});

test('reading goes around damaged pages in the middle', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  for (let n = 0; n < 40; n++) await rig.put(buffer, levels(n * 50 + 1, n * 50 + 50));
  const epoch = buffer.stats().outboxes.city?.epoch;
  buffer.close();
  const bytes = readFileSync(rig.file);
  const pages = bytes.length / 512;
  for (const page of [Math.floor(pages * 0.4), Math.floor(pages * 0.7)]) bytes.fill(0xff, page * 512, page * 512 + 512);
  writeFileSync(rig.file, bytes);
  const again = rig.open();
  const taken = takeAll(again);
  const ids = taken.flatMap(idsOf);
  const lost = taken.flatMap((each) => (each.kind === 'gap' ? [each.gap.last - each.gap.number + 1] : []));
  expect(ids.length).toBeGreaterThan(1_900);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length / 10 + lost.reduce((sum, n) => sum + n, 0)).toBe(200);
  expect(taken.every((each) => (each.kind === 'gap' ? each.gap : each.batch).epoch === epoch)).toBe(true);
});

test('a page found damaged while the buffer is in use costs only that page, and nothing stops', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  for (let n = 0; n < 40; n++) await rig.put(buffer, levels(n * 50 + 1, n * 50 + 50));
  buffer.close();
  const again = rig.open();
  const [first] = takeAll(again).slice(0, 1);
  const bytes = readFileSync(rig.file);
  bytes.fill(0xff, bytes.length - 512 * 40, bytes.length - 512 * 20);
  writeFileSync(rig.file, bytes);
  for (const outgoing of takeAll(again)) again.release('city', outgoing);
  await rig.put(again, [alarm(9_999)]);
  for (let n = 0; n < 40; n++) await rig.put(again, levels(5_001 + n * 50, 5_050 + n * 50));
  again.close();
  const later = rig.open();
  const ids = takeAll(later).flatMap(idsOf);
  expect(ids).toEqual(expect.arrayContaining([9_999, 5_001, 7_000]));
  expect(new Set(ids).size).toBe(ids.length);
  expect(first?.kind).toBe('batch');
});

test('a batch whose bytes the disk has changed is reported as a gap, and the next one is sent', async () => {
  const rig = new BufferRig();
  await used(rig);
  const db = new Database(rig.file);
  db.prepare('UPDATE batch SET bytes = ? WHERE key = (SELECT MIN(key) FROM batch)').run(Buffer.from([0, 255]));
  db.close();
  const buffer = rig.open();
  const taken = [...takeAll(buffer), ...takeAll(buffer)];
  expect(taken.find(({ kind }) => kind === 'gap')).toMatchObject({
    gap: { number: 1, last: 1, count: 10, reason: 'damaged' },
  });
  expect(taken.flatMap(idsOf)).toHaveLength(190);
  expect(rig.log.at('error').map(({ message }) => message)).toEqual([expect.stringContaining('damaged a batch')]);
});

test('a row that can be found but not deleted makes the file be salvaged, whoever deletes it', async () => {
  const keepRows = 'CREATE TRIGGER keep BEFORE DELETE ON batch BEGIN SELECT RAISE(IGNORE); END';
  for (const [maxBytes, spoil] of [
    [50_000, 'SELECT 1'],
    [50_000_000, 'UPDATE batch SET crc = 1 WHERE key = (SELECT MIN(key) FROM batch)'],
  ] as const) {
    const rig = new BufferRig({ maxBytes });
    await used(rig);
    const db = new Database(rig.file);
    db.exec(`${keepRows}; ${spoil}`);
    db.close();
    const buffer = rig.open();
    for (let n = 1; n < 100; n++) await rig.put(buffer, levels(n * 1_000, n * 1_000 + 99));
    const taken = [...takeAll(buffer), ...takeAll(buffer)];
    expect(readdirSync(rig.folder)).toContain(`${basename(rig.file)}.damaged-1`);
    expect(taken.some(({ kind }) => kind === 'gap')).toBe(true);
    expect(buffer.stats().usedBytes).toBeLessThanOrEqual(maxBytes);
  }
});

test('without its log the buffer goes on in a new epoch, since it may not know all numbers given out', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  const epoch = buffer.stats().outboxes.city?.epoch;
  await rig.put(buffer, levels(1, 100));
  const again = rig.crash(undefined, ['-wal']);
  expect(again.stats().outboxes.city?.epoch).not.toBe(epoch);
  expect(rig.log.at('error')).toHaveLength(1);
  await rig.put(again, levels(101, 110));
  expect(takeAll(again).flatMap(idsOf)).toEqual(levels(101, 110).map(({ values }) => values.level));
});

test('a damaged frame of the log costs what its page held; the commits after it are taken over', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  const epoch = buffer.stats().outboxes.city?.epoch;
  for (let n = 0; n < 10; n++) await rig.put(buffer, levels(n * 10 + 1, n * 10 + 10));
  const log = readFileSync(`${rig.file}-wal`);
  log.writeUInt8(log.readUInt8(log.length >> 1) ^ 1, log.length >> 1);
  writeFileSync(`${rig.file}-wal`, log);
  const again = rig.crash();
  expect(again.stats().outboxes.city?.epoch).not.toBe(epoch);
  expect(rig.log.at('error').map(({ fields }) => fields)).toMatchObject([{ fault: 'the log is damaged' }]);
  const taken = takeAll(again).filter((each) => !isUnnumbered(each));
  const batches = taken.filter((each) => each.kind === 'batch');
  expect(batches.length).toBeGreaterThan(4);
  expect(batches.every(({ batch }) => batch.epoch === epoch)).toBe(true);
  expect(new Set(batches.flatMap(idsOf)).size).toBe(batches.length * 10);
});

test('a log left by a kill is taken up: its batches keep their epoch', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  const epoch = buffer.stats().outboxes.city?.epoch;
  for (let n = 0; n < 10; n++) await rig.put(buffer, levels(n * 10 + 1, n * 10 + 10));
  const again = rig.crash();
  const taken = takeAll(again);
  expect(taken.map((each) => each.kind === 'batch' && each.batch.epoch)).toEqual(taken.map(() => epoch));
  expect(taken.flatMap(idsOf)).toHaveLength(100);
  expect(rig.log.at('error')).toEqual([]);
});

test('whichever bit of the file or its log is flipped, the gateway starts, sends nothing wrong and nothing twice', async () => {
  const rig = new BufferRig({ batchReadings: 5 });
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 303));
  buffer.close();
  const later = rig.open();
  await rig.put(later, levels(304, 612));
  await rig.put(later, [level(613)], { unsynchronisedOffsetMs: 5 });
  const whole = { '': readFileSync(rig.file), '-wal': readFileSync(`${rig.file}-wal`) };
  let salvaged = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('' as const, '-wal' as const),
      fc.nat(),
      fc.nat({ max: 7 }),
      async (suffix, where, bit) => {
        const at = where % whole[suffix].length;
        const file = join(rig.folder, `flipped${suffix}-${at}-${bit}`, 'buffer.sqlite');
        mkdirSync(dirname(file), { recursive: true });
        for (const [name, bytes] of Object.entries(whole)) writeFileSync(`${file}${name}`, bytes);
        flip(`${file}${suffix}`, at, 1 << bit);
        let flipped: ReadingBuffer;
        try {
          flipped = rig.open({ file });
        } catch (fault) {
          // Byte 18 says that this SQLite may only read the file.
          expect(fault).toMatchObject({ code: 'buffer-unusable' });
          expect(at).toBe(18);
          return;
        }
        if (existsSync(`${file}.damaged-1`)) salvaged++;
        const taken: Outgoing[] = [];
        for (let some = takeAll(flipped); some.length > 0; some = takeAll(flipped)) taken.push(...some);
        flipped.flush();
        taken.push(...takeAll(flipped));
        const ids = taken.flatMap(idsOf).map(Number);
        expect(new Set(ids).size).toBe(ids.length);
        for (const id of ids) expect(Number.isInteger(id) && id >= 1 && id <= 613).toBe(true);
        if (suffix === '' && taken.every(({ kind }) => kind === 'batch')) expect(ids.length).toBeGreaterThan(590);
        flipped.close();
      },
    ),
    { numRuns: 120, seed: 5 },
  );
  expect(salvaged).toBeGreaterThan(0);
});

test('a second damaged file does not overwrite the first', async () => {
  const rig = new BufferRig();
  for (const text of ['first', 'second']) {
    writeFileSync(rig.file, text.repeat(2_000));
    rig.open().close();
  }
  expect(readFileSync(`${rig.file}.damaged-1`, 'utf8')).toContain('first');
  expect(readFileSync(`${rig.file}.damaged-2`, 'utf8')).toContain('second');
});

test('nothing of a later release’s file is lost when its update is taken back, whatever tables and columns it has added', async () => {
  const rig = new BufferRig();
  const epoch = await used(rig);
  const before = rig.open();
  await rig.put(before, [alarm(206)], { remember: new Map([['counter-01', '7']]) });
  await rig.put(before, [level(207)], { unsynchronisedOffsetMs: 5 });
  before.close();
  const later = new Database(rig.file);
  later.function('crc32', () => 1);
  for (const table of ['batch', 'open', 'memory', 'refused']) {
    later.exec(`ALTER TABLE ${table} ADD COLUMN note TEXT DEFAULT 'later'; UPDATE ${table} SET note = 'other'`);
  }
  later.exec(`
    CREATE TABLE pace (device TEXT PRIMARY KEY, often TEXT, seldom TEXT, at REAL) WITHOUT ROWID;
    INSERT INTO pace VALUES ('gauge-01', 'day', 'night', 1.5);
    PRAGMA user_version = 99;
  `);
  later.close();

  const buffer = rig.open();
  const taken = takeAll(buffer);
  buffer.flush();
  taken.push(...takeAll(buffer));
  expect(taken.filter(({ kind }) => kind === 'gap')).toEqual([]);
  const ids = taken.flatMap(idsOf).map(Number);
  expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 207 }, (_, i) => i + 1));
  expect(buffer.remembered().get('counter-01')).toBe('7');
  expect(buffer.stats().outboxes.city?.epoch).not.toBe(epoch);
  expect(rig.log.at('error')).toEqual([]);
  expect(rig.log.at('warn')[0]?.message).toContain('A later release has written the buffer file');
});

test('a file open in another process is refused as "buffer-in-use"', () => {
  const rig = new BufferRig();
  rig.open();
  const sqlite = new URL('../../../../node_modules/better-sqlite3/lib/index.js', import.meta.url).href;
  const look = `import D from ${JSON.stringify(sqlite)}; new D(${JSON.stringify(rig.file)}, { timeout: 0 }).pragma('user_version')`;
  const other = spawnSync(process.execPath, ['--input-type=module', '-e', look], { encoding: 'utf8' });
  expect(other.stderr).toContain('database is locked');
  expect(() => rig.open()).toThrow(expect.objectContaining({ code: 'buffer-in-use' }));
});

test('an impossible folder is refused as "buffer-unusable"', () => {
  const rig = new BufferRig();
  writeFileSync(join(rig.folder, 'plain'), '');
  expect(() => rig.open({ file: join(rig.folder, 'plain', 'buffer.sqlite') })).toThrow(
    expect.objectContaining({ code: 'buffer-unusable' }),
  );
});

test('only their owner can read the file and its log', () => {
  const rig = new BufferRig();
  rig.open({ file: join(rig.folder, 'data', 'buffer.sqlite') });
  expect(statSync(join(rig.folder, 'data', 'buffer.sqlite-wal')).mode & 0o777).toBe(0o600);
  expect(statSync(join(rig.folder, 'data')).mode & 0o777).toBe(0o700);
  expect(statSync(join(rig.folder, 'data', 'buffer.sqlite')).mode & 0o777).toBe(0o600);
});

function flip(file: string, at: number, mask = 0xff): void {
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(at) ^ mask, at);
  writeFileSync(file, bytes);
}
