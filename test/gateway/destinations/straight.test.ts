/** What a worker answers for several destinations, and what it does while they are away. */
import { expect, test } from 'vitest';
import type { DestinationConfig } from '../../../gateway/destinations/destination.ts';
import { type StraightStore, storeStraight } from '../../../gateway/destinations/straight.ts';
import type { Receipt } from '../../../shared/feed/receipt.ts';

const id = { gateway: 'gateway-01', epoch: '00000000000000aa', number: 7 };
const outgoing = {
  kind: 'batch',
  batch: { ...id, lane: 'routine', count: 3, bytes: new Uint8Array() },
  tenant: 'toyama',
} as const;
const site = (...tenants: string[][]) => ({
  gateway: { tenant: 'region' },
  // Only what chooses the destination is read.
  destinations: tenants.map((taken, i) => ({ name: `d${i}`, tenants: taken }) as unknown as DestinationConfig),
});
const stores = (...answers: (Receipt | Error)[]): StraightStore[] =>
  answers.map((answer, i) => ({
    name: `d${i}`,
    sendStraight: async () => {
      if (answer instanceof Error) throw answer;
      return answer;
    },
  }));
const stored = (...refused: number[]): Receipt => ({
  ...id,
  outcome: 'stored',
  refused: refused.map((index) => ({ index, reason: 'no' })),
});
const conflict: Receipt = { ...id, outcome: 'conflict', refused: [] };
const unreadable: Receipt = { ...id, outcome: 'unreadable', refused: [], reason: 'no' };

test('a batch goes to those that take its tenant, and the receipt has all that one of them refuses', async () => {
  const all = site(['*'], ['toyama'], ['takamatsu']);
  const receipt = await storeStraight(outgoing, all, stores(stored(2), stored(0, 2), new Error('not asked')));
  expect(receipt).toEqual({ ...stored(0, 2) });
});

test('without the answer of one of them there is none', async () => {
  await expect(storeStraight(outgoing, site(['*'], ['*']), stores(stored(), new Error('away')))).rejects.toThrow(
    'away',
  );
});

test('a batch that nobody takes is not answered', async () => {
  expect(await storeStraight(outgoing, site(['takamatsu']), stores(stored()))).toBeUndefined();
});

test.each([
  [stored(), conflict, 'conflict'],
  [conflict, unreadable, 'conflict'],
  [unreadable, stored(1), 'unreadable'],
])('of two answers the worse one is given', async (one, other, outcome) => {
  expect(await storeStraight(outgoing, site(['*'], ['*']), stores(one, other))).toMatchObject({ outcome });
});
