/** Which quantities of a reading are in doubt stays with it wherever it waits. */
import { expect, test } from 'vitest';
import type { ReadingBuffer } from '../../../gateway/buffer/buffer.ts';
import type { Outgoing } from '../../../gateway/buffer/outgoing.ts';
import type { Receipt } from '../../../shared/feed/receipt.ts';
import type { Reading } from '../../../shared/reading.ts';
import { BufferRig, CITY, level, readingsOf, takeAll } from './buffer-rig.ts';

const doubted: Reading = { ...level(2), quality: 'out-of-range', doubtful: ['temperature', 'level'] };
const readings = [level(1), doubted, { ...level(3), quality: 'uncertain' } as Reading];

function sent(buffer: ReadingBuffer): readonly Reading[] {
  return takeAll(buffer).flatMap(readingsOf);
}

test('in the open set, across a power cut', async () => {
  const rig = new BufferRig();
  await rig.put(rig.open(), readings);
  const buffer = rig.crash();
  await rig.clock.advance(5_000);
  expect(sent(buffer)).toEqual(readings);
});

test('while it waits for the clock, and in SenML', async () => {
  const rig = new BufferRig({ outboxes: [{ ...CITY, encoding: 'senml' }] });
  rig.clock.synchronised = false;
  await rig.put(rig.open(), readings, { unsynchronisedOffsetMs: 0 });
  const buffer = rig.crash();
  rig.clock.synchronised = true;
  buffer.clockSet();
  await rig.clock.advance(5_000);
  expect(sent(buffer).map(({ doubtful }) => doubtful)).toEqual(readings.map(({ doubtful }) => doubtful));
});

test('when it was refused and is sent again, and when its number was taken', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, readings);
  await rig.clock.advance(5_000);
  const answer = (outgoing: Outgoing | undefined, given: Partial<Receipt>) => {
    if (outgoing?.kind !== 'batch') throw new Error('no batch');
    const { gateway, epoch, number } = outgoing.batch;
    buffer.settle('city', outgoing, { gateway, epoch, number, outcome: 'stored', refused: [], ...given });
  };
  answer(buffer.take('city'), { refused: [{ index: 1, reason: 'no' }] });
  await rig.clock.advance(10_000);
  buffer.retryRefused();
  await rig.clock.advance(5_000);
  answer(buffer.take('city'), { outcome: 'conflict' });
  await rig.clock.advance(10_000);
  expect(sent(buffer)).toEqual([doubted]);
});
