import { expect, test } from 'vitest';
import {
  cancel,
  type DownlinkQueue,
  enqueue,
  expire,
  heardFrom,
  readQueue,
  sending,
  sentOut,
} from '../../../gateway/lorawan/downlink-queue.ts';

const NOW = Date.UTC(2026, 10, 24);

function queueOf(count: number, confirmed = false, expiresAt = NOW + 1): DownlinkQueue {
  let queue: DownlinkQueue | undefined = readQueue(undefined);
  for (let i = 0; i < count; i++) {
    queue = queue && enqueue(queue, { port: 10, payload: Uint8Array.of(i), confirmed, expiresAt });
  }
  if (queue === undefined) throw new Error('the queue is full');
  return queue;
}

test('at most sixteen wait, each with its own number, and the stored queue reads back', () => {
  const queue = queueOf(16);
  expect(queue.items.map(({ id }) => id)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
  expect(enqueue(queue, { port: 1, payload: Uint8Array.of(1), confirmed: false, expiresAt: NOW })).toBeUndefined();
  expect(readQueue(JSON.parse(JSON.stringify(queue)))).toEqual(queue);
  expect(readQueue({ items: 'spoilt' })).toEqual({ next: 1, items: [] });
});

test('an unconfirmed downlink counts as sent once a station takes it; otherwise it waits again', () => {
  const queue = sending(queueOf(2), 7);
  expect(sentOut(queue, 7, 'sent')).toMatchObject({
    ended: [{ item: { id: 1 }, result: 'sent' }],
    queue: { items: [{ id: 2 }] },
  });
  const again = sentOut(queue, 7, 'not-sent');
  expect(again.ended).toEqual([]);
  expect(again.queue.items).toMatchObject([{ id: 1, tries: 0 }, { id: 2 }]);
  expect(again.queue.items[0]).not.toHaveProperty('fCnt');
});

test('an unconfirmed downlink with an unknown outcome is not sent twice', () => {
  const afterRestart = readQueue(JSON.parse(JSON.stringify(sending(queueOf(1), 7))));
  expect(heardFrom(afterRestart, NOW, false)).toMatchObject({ ended: [{ result: 'unknown' }], queue: { items: [] } });
  expect(sentOut(sending(queueOf(1), 7), 7, 'unknown')).toMatchObject({
    ended: [{ item: { id: 1 }, result: 'unknown' }],
    queue: { items: [] },
  });
});

test('a confirmed downlink is sent again with each uplink until it is acknowledged', () => {
  const first = sentOut(sending(queueOf(1, true), 7), 7, 'unknown');
  expect(first).toMatchObject({ ended: [], queue: { items: [{ id: 1, fCnt: 7, tries: 1 }] } });
  const silent = heardFrom(first.queue, NOW, false);
  expect(silent).toMatchObject({ ended: [], queue: { items: [{ id: 1, tries: 1 }] } });
  const acknowledged = heardFrom(sending(silent.queue, 8), NOW, true);
  expect(acknowledged).toMatchObject({ ended: [{ item: { id: 1 }, result: 'acknowledged' }], queue: { items: [] } });
});

test('after four tries without acknowledgement it has failed', () => {
  let queue = queueOf(1, true, NOW + 1e9);
  for (let tries = 1; tries <= 3; tries++) {
    const heard = heardFrom(sending(queue, tries), NOW, false);
    expect(heard.ended).toEqual([]);
    queue = heard.queue;
  }
  expect(heardFrom(sending(queue, 4), NOW, false).ended).toMatchObject([{ result: 'not-acknowledged' }]);
});

test('downlinks that have waited too long expire, even in the middle of the queue', () => {
  const late = { port: 10, payload: Uint8Array.of(9), confirmed: false, expiresAt: NOW - 1 };
  const queue = enqueue(queueOf(1), late);
  expect(queue && heardFrom(queue, NOW, false)).toMatchObject({
    ended: [{ item: { id: 2 }, result: 'expired' }],
    queue: { next: 3, items: [{ id: 1 }] },
  });
});

test('what has expired while the device is silent takes no place from what is queued', () => {
  const sent = sending(queueOf(16, true, NOW - 1), 7);
  const { queue, ended } = expire(sent, NOW);
  expect(ended.map(({ item, result }) => [item.id, result])).toEqual(
    Array.from({ length: 15 }, (_, i) => [i + 2, 'expired']),
  );
  expect(queue).toMatchObject({ next: 17, items: [{ id: 1, fCnt: 7 }] });
});

test('downlinks can be cancelled by number, or all at once', () => {
  expect(cancel(queueOf(3), [2])).toMatchObject({
    ended: [{ item: { id: 2 }, result: 'cancelled' }],
    queue: { items: [{ id: 1 }, { id: 3 }] },
  });
  expect(cancel(queueOf(3)).queue.items).toEqual([]);
});
