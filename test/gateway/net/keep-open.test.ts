import { expect, test } from 'vitest';
import { keepOpen } from '../../../gateway/net/keep-open.ts';
import { foreign } from '../../../shared/text.ts';
import { Random } from '../../../simulators/random.ts';
import { VirtualClock } from '../../simulators/virtual-clock.ts';
import { LogBook } from '../machine/log-book.ts';

const GATEWAYS = 1_500;

test('a city of gateways that lost its broker at one moment does not return in one second', async () => {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const lost = new AbortController();
  const random = new Random(3);
  const returns = new Map<number, number>();
  const running = Array.from({ length: GATEWAYS }, () => {
    let sessions = 0;
    const session = async () => {
      if (sessions++ === 0) {
        await clock.sleep(1e9, lost.signal);
        return foreign('the broker was restarted');
      }
      const second = Math.floor((clock.moment().monotonic - 60_000) / 1_000);
      returns.set(second, (returns.get(second) ?? 0) + 1);
      await clock.sleep(1e9, stop.signal);
      return foreign('stopped');
    };
    const surroundings = { clock, log: new LogBook(), random: () => random.next(), ended: () => {} };
    const backOff = { firstMs: 500, maxMs: 60_000, spreadMs: 10_000 };
    return keepOpen({ destination: 'city' }, session, backOff, surroundings, stop.signal);
  });
  await clock.advance(60_000);
  lost.abort();
  await clock.advance(15_000);
  expect([...returns.values()].reduce((sum, n) => sum + n, 0)).toBe(GATEWAYS);
  expect(Math.max(...returns.values())).toBeLessThan(200);
  stop.abort();
  await clock.advance(0);
  await Promise.all(running);
});
