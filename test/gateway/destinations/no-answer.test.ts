/** A connection that is open and by which no receipt comes: when it is opened anew, and when a city's gateways do so. */
import { expect, test } from 'vitest';
import type { Destination, Session } from '../../../gateway/destinations/destination.ts';
import { Forwarder } from '../../../gateway/destinations/forwarder.ts';
import { NoAnswer } from '../../../gateway/destinations/no-answer.ts';
import { foreign, type Text } from '../../../shared/text.ts';
import { BufferRig, levels, stored } from '../buffer/buffer-rig.ts';

const timeoutMs = 30_000;
const minute = 60_000;

/** A gateway whose city OS takes every connection and answers what `answers` lets it, and how long each connection lasted. */
function sending({ mayBeDeaf = true, random = 0 } = {}) {
  const rig = new BufferRig();
  const buffer = rig.open();
  const { clock } = rig;
  const lasted: number[] = [];
  const city = { answers: (_connection: number) => false, sends: 0, opened: 0 };
  const destination: Destination = {
    name: 'city',
    window: 8,
    windowBytes: 1e6,
    reconnectWithinMs: 0,
    mayBeDeaf,
    async open(): Promise<Session> {
      const own = ++city.opened;
      const openedAt = clock.moment().monotonic;
      let end: (why: Text) => void = () => {};
      const ended = new Promise<Text>((resolve) => {
        end = resolve;
      });
      return {
        ended,
        report: async () => {},
        async close() {
          lasted.push(clock.moment().monotonic - openedAt);
          end(foreign('closed'));
        },
        async send(outgoing) {
          city.sends++;
          if (city.answers(own)) return stored(outgoing);
          const over = new AbortController();
          void ended.then(() => over.abort());
          await clock.sleep(timeoutMs, over.signal);
          throw new Error('no receipt came in time');
        },
      };
    },
  };
  const stop = new AbortController();
  const forwarder = new Forwarder({ destination, buffer, clock, log: rig.log, random: () => random });
  const running = forwarder.run(stop.signal);
  return {
    ...{ rig, buffer, city, lasted, forwarder },
    /** In steps, so that whoever waits has its turn. */
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 1_000) await rig.clock.advance(Math.min(1_000, left));
    },
    async stop() {
      stop.abort();
      await rig.clock.advance(0);
      await running;
    },
  };
}

test('a deaf connection is opened anew after three time-outs, and everything arrives by the next one', async () => {
  const { rig, buffer, city, forwarder, lasted, pass, stop } = sending();
  city.answers = (connection) => connection > 1;
  await rig.put(buffer, levels(1, 100));
  await pass(5 * minute);
  expect(lasted).toHaveLength(1);
  expect(lasted[0]).toBeGreaterThanOrEqual(3 * timeoutMs);
  expect(lasted[0]).toBeLessThan(3 * minute);
  expect(forwarder.stats).toMatchObject({ state: 'connected', readingsStored: 100 });
  expect(rig.log.at('warn').map(({ fields }) => fields.why)).toContain(
    'the connection was open but no receipt came by it',
  );
  await stop();
});

test('a new connection is not well before a receipt comes by it', async () => {
  const { rig, buffer, city, forwarder, pass, stop } = sending();
  city.answers = (connection) => connection > 2;
  await rig.put(buffer, levels(1, 100));
  while (city.opened < 3) {
    await pass(1_000);
    if (city.opened === 2) expect(forwarder.stats.unanswered).toBeGreaterThan(0);
  }
  await pass(1_000);
  expect(forwarder.stats.unanswered).toBe(0);
  await stop();
});

test('each further time it waits twice as long, up to half an hour', async () => {
  const { rig, buffer, lasted, pass, stop } = sending();
  await rig.put(buffer, levels(1, 100));
  await pass(240 * minute);
  const [first = 0, second = 0, third = 0, ...others] = lasted;
  expect(second).toBeGreaterThanOrEqual(2 * 3 * timeoutMs);
  expect(second).toBeGreaterThan(first);
  expect(third).toBeGreaterThanOrEqual(4 * 3 * timeoutMs);
  for (const each of others) expect(each).toBeLessThan(32 * minute); // what is due is noticed with the next time-out
  expect(others.length).toBeGreaterThanOrEqual(5);
  await stop();
});

test('nothing is opened anew while receipts come, or nothing is sent, or a database answers', async () => {
  const busy = sending();
  busy.city.answers = () => true;
  await busy.rig.put(busy.buffer, levels(1, 100));
  await busy.pass(30 * minute);
  await busy.stop();
  const idle = sending();
  await idle.pass(30 * minute);
  await idle.stop();
  const database = sending({ mayBeDeaf: false });
  await database.rig.put(database.buffer, levels(1, 100));
  await database.pass(30 * minute);
  expect([busy.city.opened, idle.city.opened, database.city.opened]).toEqual([1, 1, 1]);
  await database.stop();
});

test('a receipt begins the waiting anew', () => {
  const noAnswer = new NoAnswer(() => 0);
  let now = 0;
  const lastsUntilGivenUp = () => {
    const from = now;
    noAnswer.connected(now, () => {});
    while (!noAnswer.hasGivenUp) {
      now += timeoutMs;
      noAnswer.missed(now - timeoutMs, now);
    }
    return (now - from) / timeoutMs;
  };
  expect([lastsUntilGivenUp(), lastsUntilGivenUp(), lastsUntilGivenUp()]).toEqual([3, 6, 12]);
  noAnswer.connected(now, () => {});
  noAnswer.answered(now);
  expect([lastsUntilGivenUp(), lastsUntilGivenUp()]).toEqual([3, 6]);
});

/** When each of a city's gateways gives its connection up, s: the city OS is away from the start, and each sends every 30 s. */
function reconnections(random: () => number, untilS: number): number[] {
  const noAnswer = new NoAnswer(random);
  const at: number[] = [];
  const begin = (nowMs: number) => noAnswer.connected(nowMs, () => at.push(nowMs / 1000));
  begin(0);
  for (let now = timeoutMs; now <= untilS * 1000; now += 2_000) {
    noAnswer.missed(now - timeoutMs, now);
    if (!noAnswer.hasGivenUp) continue;
    at[at.length - 1] = now / 1000;
    begin(now);
  }
  return at;
}

test('1,500 gateways whose city OS is down behind a live broker do not return in step', () => {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0; // Numerical Recipes, "quick and dirty"
    return state / 2 ** 32;
  };
  const all = Array.from({ length: 1_500 }, () => reconnections(random, 4 * 3600)).flat();
  const perTwoSeconds = new Map<number, number>();
  for (const second of all) perTwoSeconds.set(second, (perTwoSeconds.get(second) ?? 0) + 1);
  expect(Math.max(...perTwoSeconds.values())).toBeLessThan(80);
  const last = all.filter((second) => second > 3 * 3600).length / 3600;
  expect(last).toBeLessThan(2); // a second, by all of them
});
