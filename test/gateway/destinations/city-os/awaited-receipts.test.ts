import { expect, test } from 'vitest';
import { AwaitedReceipts } from '../../../../gateway/destinations/city-os/awaited-receipts.ts';
import type { Receipt } from '../../../../shared/feed/receipt.ts';
import { VirtualClock } from '../../../../simulators/virtual-clock.ts';

const id = { gateway: 'phone-00112233445566778899aabbccddeeff', epoch: '00112233445566aa', number: 1 };
const receipt: Receipt = { ...id, outcome: 'stored', refused: [] };
const sent = { ...id, bytes: Uint8Array.of(1, 2, 3) };

test('a message that is on its way twice is answered by one receipt, and by one for each', async () => {
  for (const receipts of [1, 2]) {
    const awaited = new AwaitedReceipts(30_000, new VirtualClock());
    const both = [awaited.of(sent, async () => {}), awaited.of(sent, async () => {})];
    for (let given = 0; given < receipts; given++) awaited.take(receipt);
    expect(await Promise.all(both)).toEqual([receipt, receipt]);
  }
});

test('each of two is late by itself, and both hear that the connection is lost', async () => {
  const clock = new VirtualClock();
  const awaited = new AwaitedReceipts(30_000, clock);
  const first = awaited.of(sent, async () => {});
  first.catch(() => {});
  await clock.advance(20_000);
  const second = awaited.of(sent, async () => {});
  await clock.advance(10_000);
  await expect(first).rejects.toThrow();
  awaited.take(receipt);
  expect(await second).toEqual(receipt);
  const lost = [awaited.of(sent, async () => {}), awaited.of(sent, async () => {})];
  awaited.connectionLost({ code: 'x', en: 'gone', ja: '切断' });
  for (const each of lost) await expect(each).rejects.toThrow('gone');
});

test('a message without a receipt is told what came instead while it waited', async () => {
  const clock = new VirtualClock();
  const awaited = new AwaitedReceipts(30_000, clock);
  const why = async (meanwhile: () => void) => {
    const late = awaited.of(sent, async () => {}).catch((fault) => fault.text.code);
    meanwhile();
    await clock.advance(30_000);
    return late;
  };
  expect(await why(() => awaited.take({ ...receipt, number: 2 }))).toBe('city-os.other-receipt');
  expect(await why(() => awaited.take({ ...receipt, epoch: 'ffffffffffffffff' }))).toBe('city-os.other-receipt');
  expect(await why(() => awaited.take({ ...receipt, gateway: 'another' }))).toBe('city-os.no-receipt');
  expect(await why(() => awaited.unreadable())).toBe('city-os.unreadable-receipt');
  expect(await why(() => {})).toBe('city-os.no-receipt');
});
