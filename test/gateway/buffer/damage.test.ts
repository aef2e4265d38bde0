import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BufferRig, idsOf, levels, numberOf, takeAll } from './buffer-rig.ts';

/** A buffer that has held readings, closed; returns its epoch. */
async function used(rig: BufferRig): Promise<string | undefined> {
  const buffer = rig.open();
  await rig.put(buffer, levels(1, 200));
  const epoch = buffer.stats().feeds.city?.epoch;
  buffer.close();
  return epoch;
}

async function expectQuarantine(rig: BufferRig, oldEpoch: string | undefined): Promise<void> {
  const buffer = rig.open();
  expect(readdirSync(rig.folder)).toContain(`${basename(rig.file)}.damaged-1`);
  expect(rig.log.at('error')).toHaveLength(1);
  expect(rig.log.at('error')[0]?.fields).toEqual({ file: rig.file, setAside: `${rig.file}.damaged-1` });
  expect(buffer.stats().feeds.city?.epoch).not.toBe(oldEpoch);
  await rig.put(buffer, levels(1, 10));
  const taken = takeAll(buffer);
  expect(taken.map(numberOf)).toEqual([1]);
  expect(taken.flatMap(idsOf)).toHaveLength(10);
}

test('a file of garbage is set aside and a new epoch begun', async () => {
  const rig = new BufferRig();
  writeFileSync(rig.file, 'this is no database\n'.repeat(1_000));
  await expectQuarantine(rig, undefined);
  expect(readFileSync(`${rig.file}.damaged-1`, 'utf8')).toBe('this is no database\n'.repeat(1_000));
});

test('a truncated file is set aside and a new epoch begun', async () => {
  const rig = new BufferRig();
  const epoch = await used(rig);
  truncateSync(rig.file, statSync(rig.file).size - 4096 * 3);
  await expectQuarantine(rig, epoch);
});

test('a file with a flipped header is set aside and a new epoch begun', async () => {
  const rig = new BufferRig();
  const epoch = await used(rig);
  flip(rig.file, 3);
  await expectQuarantine(rig, epoch);
});

test('a file with a damaged table is set aside when it is opened', async () => {
  const rig = new BufferRig();
  const epoch = await used(rig);
  const bytes = readFileSync(rig.file);
  bytes.fill(0xff, 4096, Math.min(bytes.length, 4096 * 12)); // the roots of all tables, after the schema's page
  writeFileSync(rig.file, bytes);
  await expectQuarantine(rig, epoch);
});

test('whatever bit of the header is flipped, the gateway comes up, or says why not', async () => {
  const rig = new BufferRig();
  await used(rig);
  const whole = readFileSync(rig.file);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
      const file = join(rig.folder, `flipped-${at}-${bit}`, 'buffer.sqlite');
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
      try {
        rig.open({ file }).close();
      } catch (fault) {
        // Byte 18 says that this SQLite may only read the file; bytes 60 to 63 are the schema's number.
        expect(fault).toMatchObject({ code: at === 18 ? 'buffer-unusable' : 'buffer-too-new' });
      }
    }),
    { numRuns: 60, seed: 5 },
  );
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

test('a file of a newer release is left alone, with a clear error', async () => {
  const rig = new BufferRig();
  await used(rig);
  const db = new Database(rig.file);
  db.pragma('user_version = 99');
  db.close();
  expect(() => rig.open()).toThrow(expect.objectContaining({ code: 'buffer-too-new', on: rig.file }));
  expect(existsSync(`${rig.file}.damaged-1`)).toBe(false);
});

test('a file that another process has open is refused as "buffer-in-use"', () => {
  const rig = new BufferRig();
  rig.open();
  const sqlite = new URL('../../../node_modules/better-sqlite3/lib/index.js', import.meta.url).href;
  const look = `import D from ${JSON.stringify(sqlite)}; new D(${JSON.stringify(rig.file)}, { timeout: 0 }).pragma('user_version')`;
  const other = spawnSync(process.execPath, ['--input-type=module', '-e', look], { encoding: 'utf8' });
  expect(other.stderr).toContain('database is locked');
  expect(() => rig.open()).toThrow(expect.objectContaining({ code: 'buffer-in-use' }));
});

test('a folder that cannot be is refused as "buffer-unusable"', () => {
  const rig = new BufferRig();
  writeFileSync(join(rig.folder, 'plain'), '');
  expect(() => rig.open({ file: join(rig.folder, 'plain', 'buffer.sqlite') })).toThrow(
    expect.objectContaining({ code: 'buffer-unusable' }),
  );
});

test('the file is readable by its owner alone', () => {
  const rig = new BufferRig();
  rig.open({ file: join(rig.folder, 'data', 'buffer.sqlite') });
  expect(statSync(join(rig.folder, 'data')).mode & 0o777).toBe(0o700);
  expect(statSync(join(rig.folder, 'data', 'buffer.sqlite')).mode & 0o777).toBe(0o600);
});

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at);
  writeFileSync(file, bytes);
}
