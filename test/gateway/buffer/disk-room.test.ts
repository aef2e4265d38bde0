import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { DiskSpace } from '../../../gateway/buffer/disk-room.ts';
import type { Reading } from '../../../shared/reading.ts';
import { Random } from '../../../simulators/random.ts';
import { AT, BufferRig, level, settleAll, takeAll } from './buffer-rig.ts';

const random = new Random(11);
const maxLogBytes = 4_500_000; // 1,000 pages and their headers

/** A batch of ten incompressible readings of about 1 kB each. */
function bulk(): Reading[] {
  return Array.from({ length: 10 }, () => {
    const note = Buffer.from(random.bytes(750)).toString('base64');
    return { device: 'gauge-01', kind: 'status', observedAt: AT, values: { note } };
  });
}

/** A disk of 1 GB with the buffer's file and log, of which other programs leave that much free. */
function diskRig() {
  const others = { leaveBytes: 1e9 };
  const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const taken = () => sizeOf(rig.file) + sizeOf(`${rig.file}-wal`);
  const diskSpace = (): DiskSpace => ({ freeBytes: Math.max(0, others.leaveBytes - taken()), totalBytes: 1e9 });
  const rig = new BufferRig({ diskSpace });
  return { rig, others, taken };
}

test('a disk with little room left is never filled: the oldest batches make room and are reported', async () => {
  const { rig, others, taken } = diskRig();
  others.leaveBytes = 24_000_000;
  const buffer = rig.open();
  for (let n = 0; n < 1_500; n++) await rig.put(buffer, bulk());
  expect(taken()).toBeLessThan(24_000_000 - 16_000_000 + maxLogBytes);
  expect(buffer.stats()).toMatchObject({ appended: 15_000, isDiskShort: true, fault: '' });
  const [gap] = takeAll(buffer);
  expect(gap).toMatchObject({ kind: 'gap', gap: { number: 1, reason: 'disk-full' } });
});

test('with no room left on the disk the file does not grow, and receipts still empty it', async () => {
  const { rig, others } = diskRig();
  const buffer = rig.open();
  for (let n = 0; n < 300; n++) await rig.put(buffer, bulk());
  others.leaveBytes = 0;
  await rig.put(buffer, bulk());
  const size = statSync(rig.file).size;
  for (let n = 0; n < 300; n++) await rig.put(buffer, bulk());
  expect(statSync(rig.file).size).toBe(size);
  await settleAll(rig, buffer);
  expect(buffer.take('city')).toBeUndefined();
  expect(buffer.stats().fault).toBe('');
});

test('the buffer grows again when space returns', async () => {
  const { rig, others } = diskRig();
  others.leaveBytes = 0;
  const buffer = rig.open();
  for (let n = 0; n < 200; n++) await rig.put(buffer, bulk());
  expect(buffer.stats().isDiskShort).toBe(true);
  others.leaveBytes = 1e9;
  await rig.put(buffer, bulk());
  const { dropped } = buffer.stats();
  for (let n = 0; n < 400; n++) await rig.put(buffer, bulk());
  expect(buffer.stats()).toMatchObject({ isDiskShort: false, dropped });
  const said = rig.log.entries.map(({ level, message }) => `${level} ${message}`);
  expect(said.filter((line) => line.includes(' disk '))).toEqual([
    'error The disk is almost full: the buffer no longer grows, and drops its oldest batches',
    'info The disk has room again: the buffer may grow',
  ]);
});

test('the fault of the last write shows until a write succeeds', async () => {
  const rig = new BufferRig({ maxBytes: 300_000 });
  const buffer = rig.open();
  const note = 'x'.repeat(10_000_000);
  const huge: Reading = { device: 'gauge-01', kind: 'status', observedAt: AT, values: { note } };
  await expect(rig.put(buffer, [huge])).rejects.toMatchObject({ code: 'buffer-full' });
  expect(buffer.stats().fault).toBe('SQLITE_FULL');
  await rig.put(buffer, [level(1)]);
  expect(buffer.stats().fault).toBe('');
});
