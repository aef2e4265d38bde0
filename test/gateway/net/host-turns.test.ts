import { expect, test } from 'vitest';
import { HostTurns } from '../../../gateway/net/host-turns.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';

const never = new AbortController().signal;

test('a host is asked by one at a time, with a gap between, and others meanwhile', async () => {
  const clock = new VirtualClock();
  const turns = new HostTurns(clock, 1_000);
  const begun: [string, number][] = [];
  const ask = (host: string, lastsMs: number, name: string) =>
    turns.take(
      host,
      async () => {
        begun.push([name, clock.moment().monotonic]);
        await clock.sleep(lastsMs);
      },
      never,
    );
  const all = Promise.all([ask('a.jp', 300, 'a1'), ask('a.jp', 0, 'a2'), ask('b.jp', 0, 'b1'), ask('a.jp', 0, 'a3')]);
  await clock.advance(10_000);
  await all;
  expect(begun).toEqual([
    ['a1', 0],
    ['b1', 0],
    ['a2', 1_300],
    ['a3', 2_300],
  ]);
});

test('one that fails, or is stopped while it waits, holds up nobody', async () => {
  const clock = new VirtualClock();
  const turns = new HostTurns(clock, 1_000);
  const stop = new AbortController();
  const failing = turns
    .take('a.jp', () => Promise.reject(new Error('no answer')), never)
    .catch((fault) => fault.message);
  const stopped = turns.take('a.jp', () => Promise.resolve('asked'), stop.signal).catch((fault) => fault.message);
  const last = turns.take('a.jp', () => Promise.resolve('asked'), never);
  stop.abort();
  expect(await stopped).toBe('stopped');
  await clock.advance(5_000);
  expect(await failing).toBe('no answer');
  expect(await last).toBe('asked');
});
