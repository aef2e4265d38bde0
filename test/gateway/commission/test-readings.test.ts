/** A test reading is followed to the receipt for the very batch that holds it. */
import { expect, onTestFinished, test } from 'vitest';
import type { TestEvent, TestReceipt } from '../../../gateway/commission/answers.ts';
import { TestReadings } from '../../../gateway/commission/test-readings.ts';
import type { Follower } from '../../../gateway/destinations/forwarder.ts';
import { foreign } from '../../../shared/text.ts';
import { BufferRig, stored, takeAll } from '../buffer/buffer-rig.ts';

function rig({ takes = true } = {}) {
  const box = new BufferRig();
  const buffer = box.open();
  const over = new AbortController();
  onTestFinished(() => over.abort());
  const followers = new Set<Follower>();
  const stats = { state: 'connected', why: undefined } as { state: 'connected' | 'disconnected'; why: unknown };
  const forwarder = {
    ...{ name: 'city', stats: stats as never, takesBrokersWord: false }, // as much of them as is looked at
    follow(follower: Follower) {
      followers.add(follower);
      return () => followers.delete(follower);
    },
  };
  const ended: { device: string; receipts: readonly TestReceipt[]; unanswered: readonly string[] }[] = [];
  const tests = new TestReadings({
    ...{ buffer, clock: box.clock, signal: over.signal },
    forwarders: () => [forwarder],
    accepts: () => takes,
    ended: (device, _at, receipts, unanswered) => ended.push({ device, receipts, unanswered }),
  });
  /** Everything that waits is sent, and answered so. */
  const answer = (
    how: (outgoing: Parameters<Follower['sent']>[0]) => Parameters<Follower['receipted']>[1] | undefined,
  ) => {
    for (const outgoing of takeAll(buffer)) {
      for (const follower of followers) follower.sent(outgoing);
      const receipt = how(outgoing);
      if (receipt === undefined) continue;
      buffer.settle('city', outgoing, receipt);
      for (const follower of followers) follower.receipted(outgoing, receipt);
    }
  };
  const send = async (device = 'gauge-01') => {
    const sending = tests.send(device);
    await box.clock.advance(1);
    const events: TestEvent[] = [];
    const reading = (async () => {
      for await (const event of await sending) events.push(event);
    })();
    await box.clock.advance(1);
    return { events, reading };
  };
  return { ...box, clock: box.clock, buffer, stats, followers, ended, answer, send, tests };
}

test('only the receipt for its own batch is told, not that of an alarm of the same device', async () => {
  const { buffer, clock, answer, send, followers, ended } = rig();
  const { events, reading } = await send();
  const observedAt = clock.moment().wall;
  const alarm = { alarm: 'x', state: 'raised', quantity: 'level', value: 1, limit: 1 } as const;
  await Promise.all([
    buffer.append([{ device: 'gauge-01', kind: 'alarm', observedAt, values: alarm }]),
    clock.advance(1),
  ]);
  answer((outgoing) => stored(outgoing));
  await clock.advance(10);
  await reading;
  expect(events.map(({ event }) => event)).toEqual(['begun', 'kept', 'sent', 'receipt']);
  expect(ended).toMatchObject([{ device: 'gauge-01', receipts: [{ outcome: 'stored' }], unanswered: [] }]);
  expect(followers.size).toBe(0);
});

test('a number that is taken is no receipt; that of the batch under another number is', async () => {
  const { clock, answer, send } = rig();
  const { events, reading } = await send();
  answer((outgoing) => ({ ...stored(outgoing), outcome: 'conflict' }));
  await clock.advance(10);
  expect(events.map(({ event }) => event)).toEqual(['begun', 'kept', 'sent']);
  answer((outgoing) => stored(outgoing));
  await clock.advance(10);
  await reading;
  expect(events.map(({ event }) => event)).toEqual(['begun', 'kept', 'sent', 'sent', 'receipt']);
});

test('a batch that could not be read at all refuses the test with its reason', async () => {
  const { clock, answer, send } = rig();
  const { events, reading } = await send();
  answer((outgoing) => ({ ...stored(outgoing), outcome: 'unreadable', reason: 'no such encoding' }));
  await clock.advance(10);
  await reading;
  expect(events.at(-1)).toMatchObject({ event: 'receipt', outcome: 'refused', reason: 'no such encoding' });
});

test('without a receipt it is said every five seconds and, after a minute, what to do', async () => {
  const { clock, send, stats, ended } = rig();
  stats.state = 'disconnected';
  stats.why = foreign('ETIMEDOUT');
  const { events, reading } = await send();
  await clock.advance(61_000);
  await reading;
  expect(events.filter(({ event }) => event === 'waits')).toHaveLength(11);
  expect(events[2]).toMatchObject({ event: 'waits', isConnected: false, why: { en: 'ETIMEDOUT' } });
  expect(events.at(-1)).toMatchObject({
    event: 'none',
    what: { en: expect.stringMatching(/No receipt came within 60 s/) },
    hint: { code: 'commission.look-at-link' },
  });
  expect(ended).toMatchObject([{ receipts: [], unanswered: ['city'] }]);
});

test('a test goes to its end although nobody reads on, and only then may the device be tested again', async () => {
  const { clock, answer, tests, ended, followers } = rig();
  const sending = tests.send('gauge-01');
  await clock.advance(1);
  await sending;
  await expect(tests.send('gauge-01')).rejects.toMatchObject({ code: 'test-runs' });
  answer((outgoing) => stored(outgoing));
  await clock.advance(10);
  expect(ended).toHaveLength(1);
  expect(followers.size).toBe(0);
  const again = tests.send('gauge-01');
  await clock.advance(1);
  await again;
});

test('of five tests at once the last is turned away', async () => {
  const { clock, tests } = rig();
  const sending = ['a', 'b', 'c', 'd'].map((device) => tests.send(device));
  await clock.advance(1);
  await Promise.all(sending);
  await expect(tests.send('e')).rejects.toMatchObject({ code: 'too-many-tests' });
});

test('nothing is stored if nobody takes it', async () => {
  const { clock, send, buffer, ended } = rig({ takes: false });
  const { events, reading } = await send();
  await clock.advance(10);
  await reading;
  expect(events).toMatchObject([{ event: 'begun', destinations: [], others: ['city'] }]);
  expect(buffer.stats().appended).toBe(0);
  expect(ended).toEqual([]);
});
