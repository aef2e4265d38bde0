import { expect, test } from 'vitest';
import { NobodyThere } from '../../../gateway/net/absence.ts';
import { type BackOff, keepOpen, type Retry } from '../../../gateway/net/keep-open.ts';
import { say } from '../../../gateway/net/words.ts';
import { foreign, type Text } from '../../../shared/text.ts';
import { Random } from '../../../simulators/random.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { LogBook } from '../machine/log-book.ts';

const GATEWAYS = 1_500;
const CITY: BackOff = { firstMs: 500, maxMs: 60_000, spreadMs: 10_000 };
const silent = () => {};
const log = { debug: silent, info: silent, warn: silent, error: silent };
const nobody = new NobodyThere(foreign('connect ECONNREFUSED'));
const refusal = new Error('Connection refused: Server unavailable');

/** A connection whose sessions the test plays; tells when each attempt began. */
async function played(
  session: (attempt: number, sleep: (ms: number) => Promise<void>) => Promise<Text>,
  forMs: number,
  backOff = CITY,
) {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const random = new Random(7);
  const attempts: number[] = [];
  const retries: Retry[] = [];
  const running = keepOpen(
    { destination: 'city' },
    () => {
      attempts.push(clock.moment().monotonic);
      return session(attempts.length, (ms) => clock.sleep(ms, stop.signal));
    },
    backOff,
    { clock, log: new LogBook(), random: () => random.next(), ended: (_why, retry) => retries.push(retry) },
    stop.signal,
  );
  await clock.advance(forMs);
  stop.abort();
  await clock.advance(0);
  await running;
  return { attempts, retries, pauses: attempts.slice(1).map((at, i) => at - (attempts[i] ?? 0)) };
}

test('where nobody is there, it is tried again within a second, also after ten minutes', async () => {
  const { pauses, retries } = await played(() => Promise.reject(nobody), 600_000);
  expect(Math.max(...pauses)).toBeLessThan(1_000);
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(400);
  expect(retries.every(({ isSteady }) => isSteady)).toBe(true);
});

test('an address where nobody has been for hours is tried every few seconds', async () => {
  const { pauses } = await played(() => Promise.reject(nobody), 6 * 3_600_000);
  const late = pauses.slice(-100);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(5_000);
  expect(Math.max(...late)).toBeLessThanOrEqual(10_000);
});

test('a peer that refuses is tried less and less often, up to every minute', async () => {
  const { pauses, retries } = await played(() => Promise.reject(refusal), 3_600_000, { firstMs: 500, maxMs: 60_000 });
  for (const [n, pause] of pauses.slice(0, 12).entries()) {
    expect(pause).toBeGreaterThanOrEqual(Math.min(60_000, 500 * 2 ** n) / 2);
    expect(pause).toBeLessThanOrEqual(Math.min(60_000, 500 * 2 ** n));
  }
  expect(pauses.length).toBeLessThan(130);
  expect(retries.some(({ isSteady }) => isSteady)).toBe(false);
});

test('a peer that closes every session soon after it began is tried less and less often too', async () => {
  const closing = async () => foreign('the broker closed the connection');
  const { pauses } = await played(closing, 3_600_000);
  expect(pauses.length).toBeLessThan(130);
  expect(Math.min(...pauses.slice(5))).toBeGreaterThanOrEqual(30_000);
});

test('a session that lasted begins the pauses anew, and one that fell silent is tried again at once', async () => {
  const lasting = (why: Text) => (attempt: number, sleep: (ms: number) => Promise<void>) =>
    attempt % 2 === 1 ? Promise.reject(refusal) : sleep(60_000).then(() => why);
  const { pauses } = await played(lasting(foreign('the broker closed the connection')), 3_600_000);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(80_000); // a minute open, at most twice ten seconds closed
  const quiet = await played(
    (_, sleep) => sleep(60_000).then(() => say.vanished({ why: 'Keepalive timeout' })),
    3_600_000,
  );
  expect(Math.max(...quiet.pauses)).toBeLessThan(61_000);
});

test.each([20_000, 120_000])(
  'after %d ms a city of gateways returns at the rate that its broker lets in',
  async (awayMs) => {
    const perSecond = 150;
    const clock = new VirtualClock();
    const stop = new AbortController();
    const lost = new AbortController();
    const random = new Random(3);
    const [tries, returns] = [new Map<number, number>(), new Map<number, number>()];
    const second = () => Math.floor((clock.moment().monotonic - 60_000 - awayMs) / 1_000);
    const count = (of: Map<number, number>) => of.set(second(), (of.get(second()) ?? 0) + 1);
    const running = Array.from({ length: GATEWAYS }, () => {
      let isFirst = true;
      const session = async () => {
        if (isFirst) {
          isFirst = false;
          await clock.sleep(1e9, lost.signal);
          return foreign('the broker closed the connection');
        }
        if (second() < 0) throw nobody;
        count(tries);
        if ((returns.get(second()) ?? 0) >= perSecond) throw refusal;
        count(returns);
        await clock.sleep(1e9, stop.signal);
        return foreign('stopped');
      };
      const surroundings = { clock, log, random: () => random.next(), ended: () => {} };
      return keepOpen({ destination: 'city' }, session, CITY, surroundings, stop.signal);
    });
    await clock.advance(60_000);
    lost.abort();
    await clock.advance(awayMs + 60_000);
    expect([...returns.values()].reduce((sum, n) => sum + n, 0)).toBe(GATEWAYS);
    expect(Math.max(...returns.values())).toBeLessThan(200);
    const afterwards = [...tries].filter(([at]) => at > 0).map(([, n]) => n);
    expect(Math.max(...afterwards)).toBeLessThan(300); // each asks once at once, and then in its own time
    stop.abort();
    await clock.advance(0);
    await Promise.all(running);
  },
);

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
