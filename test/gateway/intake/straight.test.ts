/** What a worker does with what comes from its broker. */
import { expect, test } from 'vitest';
import { newPortActivity } from '../../../gateway/intake/activity.ts';
import { feedReader } from '../../../gateway/intake/feed-reader.ts';
import type { StoreStraight } from '../../../gateway/intake/straight.ts';
import { encodeBatch, encodeBody } from '../../../shared/feed/batch.ts';
import { decodeReceipt, encodeGap, type Receipt } from '../../../shared/feed/receipt.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { levels } from '../buffer/buffer-rig.ts';
import { LogBook } from '../machine/log-book.ts';

const from = { tenant: 'toyama', gateway: 'gateway-01' };
const id = { gateway: 'gateway-01', epoch: '00000000000000aa', number: 3 };

function message(gateway = id.gateway): Uint8Array {
  const { body } = encodeBody('columns', levels(1, 4));
  const about = { encoding: 'columns', compression: 'none', lane: 'routine', count: 4, doubts: undefined } as const;
  return encodeBatch({ ...about, ...id, gateway }, body);
}

function worker(store: StoreStraight) {
  const activity = newPortActivity('nats://127.0.0.1:4222');
  const never = () => {
    throw new Error('a worker keeps nothing');
  };
  const reader = feedReader({
    name: 'gateways',
    activity,
    clock: new VirtualClock(),
    log: new LogBook(),
    buffer: { takeIn: never },
    routes: { copies: never, forGaps: never },
    gateways: { arriving: () => undefined, born: () => {}, reported: () => {}, sent: () => {} },
    isOwn: ({ gateway }) => gateway === 'worker-1',
    straight: store,
  });
  return { activity, reader };
}

test('the receipt is what the destinations say, and comes only then', async () => {
  let answer: (receipt: Receipt) => void = () => {};
  const { activity, reader } = worker(() => new Promise((resolve) => (answer = resolve)));
  const taking = reader.take(from, 'batch', message());
  answer({ ...id, outcome: 'stored', refused: [{ index: 1, reason: 'no' }], digest: '0123456789abcdef' });
  const receipt = decodeReceipt((await taking) ?? new Uint8Array());
  expect(receipt).toMatchObject({ ...id, outcome: 'stored', refused: [{ index: 1, reason: 'no' }] });
  expect(activity).toMatchObject({ frames: 1, readings: 4 });
});

test('a batch is handed over as it came, under the tenant of its topic, and so is a gap', async () => {
  const handed: unknown[] = [];
  const { reader } = worker(async (outgoing) => {
    handed.push(outgoing);
    return { ...id, outcome: 'stored', refused: [] };
  });
  const bytes = message();
  await reader.take(from, 'batch', bytes);
  const gap = { ...id, last: 5, count: 9, reason: 'quota' } as const;
  await reader.take(from, 'gap', encodeGap(gap));
  expect(handed).toEqual([
    { kind: 'batch', tenant: 'toyama', batch: { ...id, lane: 'routine', count: 4, bytes } },
    { kind: 'gap', tenant: 'toyama', gap },
  ]);
});

test('what a database that is away could not store is not answered', async () => {
  const { reader } = worker(async () => {
    throw new Error('the connection was lost');
  });
  await expect(reader.take(from, 'batch', message())).rejects.toThrow('the connection was lost');
});

test('what no destination takes is not answered, and the status says whose it is', async () => {
  const { activity, reader } = worker(async () => undefined);
  expect(await reader.take(from, 'batch', message())).toBeUndefined();
  expect(activity.lastTurnedAway?.en).toMatch(/no destination takes the tenant toyama; toyama\/gateway-01 keeps/);
});

test("a message in another gateway's name, and a gateway with the worker's name, are left alone", async () => {
  const { activity, reader } = worker(async () => ({ ...id, outcome: 'stored', refused: [] }));
  await expect(reader.take(from, 'batch', message('gateway-02'))).rejects.toThrow(/calls its gateway/);
  const own = { tenant: 'toyama', gateway: 'worker-1' };
  expect(await reader.take(own, 'batch', message('worker-1'))).toBeUndefined();
  expect(activity.lastTurnedAway?.en).toMatch(/has the id of this worker/);
});
