import { statSync, writeFileSync } from 'node:fs';
import type { open as openFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Direction, Recorded } from '../../../gateway/recording/recorded.ts';
import { openRecording, recordsOf } from '../../../gateway/recording/recording.ts';
import { RecordingWriter } from '../../../gateway/recording/recording-writer.ts';
import { MachimoriError } from '../../../shared/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const line = { name: '/dev/ttyUSB0', settings: '9600 8N1', baud: 9600 };
const AT = Date.UTC(2026, 5, 1);
const options = (maxBytes = 1e6) => ({ line, application: 'machimori 1.2.3', maxBytes });

async function readBack(file: string): Promise<Recorded[]> {
  const records: Recorded[] = [];
  for await (const record of recordsOf(await openRecording(file), ({ what }) => expect.fail(what.en)))
    records.push(record);
  return records;
}

test('what is written is read again, to the microsecond, and only its owner may', async () => {
  const record = fc.record({
    at: fc.integer({ min: 0, max: 86_400_000_000 }).map((us) => (AT * 1_000 + us) / 1_000),
    direction: fc.constantFrom<Direction>('from-device', 'to-device'),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 600 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 20 }), async (records) => {
      const file = join(temporaryFolder(), 'line.pcapng');
      const writer = await RecordingWriter.open(file, options());
      for (const each of records) expect(writer.append(each)).toBe(true);
      await writer.close();
      const back = await readBack(file);
      expect(back.map(({ at, direction }) => [at, direction])).toEqual(
        records.map(({ at, direction }) => [at, direction]),
      );
      expect(back.map(({ bytes }) => [...bytes])).toEqual(records.map(({ bytes }) => [...bytes]));
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(statSync(file).size).toBe(writer.bytes);
    }),
    { numRuns: 20 },
  );
});

test('the file never grows beyond its bound, and what is in it is whole', async () => {
  const file = join(temporaryFolder(), 'line.pcapng');
  const writer = await RecordingWriter.open(file, options(10_000));
  let taken = 0;
  while (writer.append({ at: AT + taken, direction: 'from-device', bytes: new Uint8Array(100) })) taken++;
  expect(writer.isFull).toBe(true);
  expect(writer.append({ at: AT, direction: 'from-device', bytes: Uint8Array.of(1) })).toBe(false);
  await writer.close();
  expect(statSync(file).size).toBeLessThanOrEqual(10_000);
  expect(await readBack(file)).toHaveLength(taken);
});

test('a file that is there is never replaced', async () => {
  const file = join(temporaryFolder(), 'line.pcapng');
  writeFileSync(file, 'mine');
  const fault = await RecordingWriter.open(file, options()).catch((thrown) => thrown);
  expect(fault).toBeInstanceOf(MachimoriError);
  expect(fault).toMatchObject({ code: 'file-exists' });
});

/** A disk that takes what it is given only when it is told to. */
function slowDisk() {
  const taken: Uint8Array[] = [];
  let go: () => void = () => {};
  let fault: Error | undefined;
  const handle = {
    appendFile: (bytes: Uint8Array) =>
      new Promise<void>((resolve, reject) => {
        go = () => {
          taken.push(bytes);
          if (fault === undefined) resolve();
          else reject(fault);
        };
      }),
    close: async () => {},
  };
  const open = (async () => handle) as unknown as typeof openFile; // of a file handle, only these are used
  return {
    open,
    next: () => go(),
    fail(why: Error) {
      fault = why;
      go();
    },
    bytes: () => taken.reduce((sum, each) => sum + each.length, 0),
  };
}

test('a slow disk holds nobody up: what is too much is lost, counted, and said in the file', async () => {
  const disk = slowDisk();
  const writer = await RecordingWriter.open('line.pcapng', options(1e9), disk.open);
  const bytes = new Uint8Array(10_000);
  for (let i = 0; i < 200; i++) writer.append({ at: AT, direction: 'from-device', bytes });
  expect(writer.lost).toBeGreaterThan(90);
  const closed = writer.close();
  let isClosed = false;
  void closed.then(() => {
    isClosed = true;
  });
  while (!isClosed) {
    disk.next();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(disk.bytes()).toBe(writer.bytes);
});

test('a disk that fails is told, and nothing more is taken', async () => {
  const disk = slowDisk();
  const writer = await RecordingWriter.open('line.pcapng', options(), disk.open);
  disk.fail(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
  await expect.poll(() => writer.fault?.code).toBe('file-unwritable');
  expect(writer.append({ at: AT, direction: 'from-device', bytes: Uint8Array.of(1) })).toBe(false);
  await expect(writer.close()).rejects.toMatchObject({ code: 'file-unwritable' });
});
