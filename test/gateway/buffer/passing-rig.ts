/** What other gateways send to a hub's buffer. */
import { createHash } from 'node:crypto';
import type { ReadingBuffer } from '../../../gateway/buffer/buffer.ts';
import type { Arriving } from '../../../gateway/buffer/passing/take-in.ts';
import { encodeBatch, encodeBody, type Lane } from '../../../shared/feed/batch.ts';
import type { GapReason } from '../../../shared/feed/receipt.ts';
import type { Reading } from '../../../shared/reading.ts';
import { AT, type BufferRig, CITY, level } from './buffer-rig.ts';

export const EPOCH = '00000000000000aa';
export const HUB = { gateway: 'hub-01', takesIn: true };
export const ARCHIVE = { ...CITY, name: 'archive' };

export interface Sent {
  readonly tenant?: string;
  readonly gateway?: string;
  readonly epoch?: string;
  readonly number: number;
  readonly lane?: Lane;
  readonly readings?: readonly Reading[];
  readonly to?: readonly string[];
}

/** A batch as a gateway sends it. */
export function message({
  gateway = 'gateway-01',
  epoch = EPOCH,
  number,
  lane = 'routine',
  readings,
}: Sent): Uint8Array {
  const all = readings ?? [level(number)];
  const { body, doubts } = encodeBody('columns', all);
  const about = { encoding: 'columns', compression: 'none', doubts, lane, count: all.length } as const;
  return encodeBatch({ ...about, gateway, epoch, number }, body);
}

export function arriving(sent: Sent): Arriving {
  const { tenant = 'kakogawa', gateway = 'gateway-01', epoch = EPOCH, number, lane = 'routine', to = ['city'] } = sent;
  const bytes = message(sent);
  const count = (sent.readings ?? [0]).length;
  return {
    kind: 'batch',
    tenant,
    at: AT,
    header: { gateway, epoch, number, lane, count },
    digest: createHash('sha256').update(bytes).digest('hex').slice(0, 16),
    copies: new Map(to.map((destination) => [destination, { bytes, count }])),
  };
}

export async function takeIn(rig: BufferRig, buffer: ReadingBuffer, ...all: Arriving[]) {
  const [known] = await Promise.all([Promise.all(all.map((each) => buffer.takeIn(each))), rig.clock.advance(0)]);
  return known;
}

export const gap = (number: number, last: number, reason: GapReason = 'quota', count = 7): Arriving => ({
  kind: 'gap',
  tenant: 'kakogawa',
  at: AT,
  gap: { gateway: 'gateway-01', epoch: EPOCH, number, last, count, reason },
  destinations: ['city'],
});
