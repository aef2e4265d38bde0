import { expect, test } from 'vitest';
import type { ReadingBuffer } from '../../../gateway/buffer/buffer.ts';
import type { Outgoing } from '../../../gateway/buffer/outgoing.ts';
import type { Destination, Session } from '../../../gateway/destinations/destination.ts';
import { Forwarder } from '../../../gateway/destinations/forwarder.ts';
import { NobodyThere } from '../../../gateway/net/absence.ts';
import type { Receipt } from '../../../shared/feed/receipt.ts';
import { foreign, type Text } from '../../../shared/text.ts';
import { alarm, BufferRig, CITY, idsOf, levels, numberOf, stored, unreadable } from '../buffer/buffer-rig.ts';

interface Sent {
  readonly outgoing: Outgoing;
  resolve(receipt: Receipt): void;
  reject(fault: Error): void;
}

/** A destination that the test plays. */
class Played implements Destination {
  readonly name: string;
  readonly window = 4;
  windowBytes = 1e6;
  readonly reconnectWithinMs = 500;
  readonly sent: Sent[] = [];
  opens = 0;
  inFlight = 0;
  mostInFlight = 0;
  reports = 0;
  isUp = true;
  /** Why it does not come about. */
  fault: Error = new Error('nobody answers');
  #lose: (why: Text) => void = () => {};

  constructor(name = 'city') {
    this.name = name;
  }

  async open(): Promise<Session> {
    this.opens++;
    if (!this.isUp) throw this.fault;
    let lose: (why: Text) => void = () => {};
    const ended = new Promise<Text>((resolve) => {
      lose = resolve;
    });
    this.#lose = lose;
    return {
      ended,
      report: async () => {
        this.reports++;
      },
      close: async () => lose(foreign('closed')),
      send: (outgoing) => {
        this.inFlight++;
        this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
        return new Promise<Receipt>((resolve, reject) => {
          this.sent.push({ outgoing, resolve, reject });
          void ended.then((why) => reject(new Error(why.en)));
        }).finally(() => {
          this.inFlight--;
        });
      },
    };
  }

  lose(): void {
    this.#lose(foreign('the network went'));
  }

  /** Takes what was sent so far off the list. */
  collect(): Sent[] {
    return this.sent.splice(0);
  }
}

function forwarding(destinations: readonly Played[] = [new Played()]) {
  const rig = new BufferRig({ outboxes: destinations.map(({ name }) => ({ ...CITY, name })) });
  const buffer: ReadingBuffer = rig.open();
  const stop = new AbortController();
  const forwarders = destinations.map(
    (destination) => new Forwarder({ destination, buffer, clock: rig.clock, log: rig.log, random: () => 0.5 }),
  );
  const running = Promise.all(forwarders.map((forwarder) => forwarder.run(stop.signal)));
  const [city] = destinations;
  const [forwarder] = forwarders;
  if (city === undefined || forwarder === undefined) throw new Error('there is no destination');
  return {
    rig,
    buffer,
    city,
    forwarder,
    async stop() {
      stop.abort();
      await rig.clock.advance(0);
      await running;
    },
  };
}

const numbers = (sent: readonly Sent[]) => sent.map(({ outgoing }) => numberOf(outgoing));

test('everything is sent, and settled when it is receipted', async () => {
  const { rig, buffer, city, forwarder, stop } = forwarding();
  await rig.put(buffer, levels(1, 100));
  const ids: unknown[] = [];
  for (let round = 0; round < 10; round++) {
    for (const { outgoing, resolve } of city.collect()) {
      ids.push(...idsOf(outgoing));
      resolve(stored(outgoing));
    }
    await rig.clock.advance(0);
  }
  await rig.clock.advance(10_000);
  expect(new Set(ids).size).toBe(100);
  expect(ids).toHaveLength(100);
  expect(buffer.stats().outboxes.city).toMatchObject({ waiting: { routine: 0 }, inFlight: 0 });
  expect(forwarder.stats).toMatchObject({ state: 'connected', batchesSent: 10, readingsStored: 100, resent: 0 });
  await stop();
  expect(forwarder.stats.state).toBe('disconnected');
});

test('sends that get no receipt are counted until one gets it', async () => {
  const { rig, buffer, city, forwarder, stop } = forwarding();
  await rig.put(buffer, levels(1, 20));
  await rig.clock.advance(0);
  const [first] = city.collect();
  first?.reject(new Error('no receipt came in time'));
  await rig.clock.advance(0);
  expect(forwarder.stats).toMatchObject({ unanswered: 1, whyUnanswered: { en: 'no receipt came in time' } });
  await rig.clock.advance(10_000);
  for (const { outgoing, resolve } of city.collect()) resolve(stored(outgoing));
  await rig.clock.advance(0);
  expect(forwarder.stats.unanswered).toBe(0);
  await stop();
});

test('conflicts are counted, and a city OS that finds nothing else is asked less and less often', async () => {
  const { rig, buffer, city, forwarder, stop } = forwarding();
  await rig.put(buffer, levels(1, 10));
  await rig.clock.advance(0);
  for (let minute = 0; minute < 60; minute++) {
    for (const { outgoing, resolve } of city.collect()) resolve({ ...stored(outgoing), outcome: 'conflict' });
    await rig.clock.advance(60_000);
  }
  const { conflicts } = forwarder.stats;
  expect(conflicts).toBeGreaterThan(5);
  expect(conflicts).toBeLessThan(70);
  const [last] = city.collect();
  expect(idsOf(last?.outgoing)).toHaveLength(10);
  if (last !== undefined) last.resolve(stored(last.outgoing));
  await rig.clock.advance(10_000);
  expect(forwarder.stats).toMatchObject({ conflicts, unanswered: 0, readingsStored: 10 });
  expect(buffer.stats().outboxes.city).toMatchObject({ waiting: { routine: 0 }, inFlight: 0, gaps: 0 });
  await stop();
});

test('what comes while nothing waits is sent at once', async () => {
  const { rig, buffer, city, stop } = forwarding();
  await rig.clock.advance(0);
  await rig.put(buffer, levels(1, 10));
  await rig.clock.advance(0);
  expect(numbers(city.collect())).toEqual([1]);
  await stop();
});

test('bytes on their way are bounded too; a single batch may be larger', async () => {
  const { rig, buffer, city, stop } = forwarding();
  city.windowBytes = 400;
  await rig.put(buffer, levels(1, 100));
  await rig.clock.advance(0);
  const sizes = (sent: readonly Sent[]) =>
    sent.map(({ outgoing }) => (outgoing.kind === 'batch' ? outgoing.batch.bytes.length : 0));
  const first = city.collect();
  expect(first.length).toBeGreaterThan(1);
  expect(sizes(first).reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(400);
  city.windowBytes = 1;
  for (const { outgoing, resolve } of first) resolve(stored(outgoing));
  await rig.clock.advance(0);
  expect(city.collect()).toHaveLength(1);
  await stop();
});

test('never more than the window is on its way, and twice that once it is overdue, also right after a reconnect', async () => {
  const { rig, buffer, city, stop } = forwarding();
  await rig.put(buffer, levels(1, 600));
  await rig.clock.advance(0);
  expect(numbers(city.collect())).toEqual([1, 2, 3, 60]);
  for (let again = 0; again < 5; again++) {
    city.lose();
    await rig.clock.advance(60_000);
    expect(city.inFlight).toBe(8);
    for (const { outgoing, resolve } of city.collect()) resolve(stored(outgoing));
    await rig.clock.advance(0);
    expect(city.inFlight).toBe(4);
  }
  expect(city.mostInFlight).toBe(8);
  expect(city.opens).toBe(6);
  await stop();
});

test('a batch that got no receipt goes again after a pause, the same bytes', async () => {
  const { rig, buffer, city, forwarder, stop } = forwarding();
  await rig.put(buffer, levels(1, 10));
  await rig.clock.advance(0);
  const [first] = city.collect();
  first?.reject(new Error('no receipt came in time'));
  await rig.clock.advance(999);
  expect(city.sent).toEqual([]);
  await rig.clock.advance(1);
  const [second] = city.collect();
  expect(second?.outgoing).toEqual(first?.outgoing);
  expect(forwarder.stats).toMatchObject({ resent: 1, state: 'connected' });
  expect(rig.log.at('warn').at(-1)?.fields).toMatchObject({ fault: 'no receipt came in time' });
  await stop();
});

test('batches that no receipt ever answers hold up neither alarms nor fresh data, and are tried ever more seldom', async () => {
  const { rig, buffer, city, forwarder, stop } = forwarding();
  const tries = new Map<unknown, number>();
  const storedAt = new Map<unknown, number>();
  const answer = () => {
    for (const { outgoing, resolve, reject } of city.collect()) {
      for (const id of idsOf(outgoing)) {
        if (Number(id) > 80) storedAt.set(id, rig.clock.moment().monotonic);
        else tries.set(id, (tries.get(id) ?? 0) + 1);
      }
      if (Number(idsOf(outgoing)[0]) > 80) resolve(stored(outgoing));
      else void rig.clock.sleep(30_000).then(() => reject(new Error('no receipt came in time')));
    }
  };
  await rig.put(buffer, levels(1, 80)); // twice the window
  const seconds = async (count: number) => {
    for (let n = 0; n < count; n++) {
      answer();
      await rig.clock.advance(1_000);
    }
  };
  await seconds(5);
  const at = rig.clock.moment().monotonic;
  await rig.put(buffer, [alarm(101), ...levels(102, 111)]);
  await seconds(4);
  expect(storedAt.get(101)).toBeLessThanOrEqual(at + 2_000);
  expect(storedAt.get(111)).toBeLessThanOrEqual(at + 4_000);
  for (let from = 112; from < 712; from += 10) {
    const since = rig.clock.moment().monotonic;
    await rig.put(buffer, levels(from, from + 9));
    await seconds(20);
    expect(storedAt.get(from)).toBeLessThanOrEqual(since + 2_000);
  }
  expect(forwarder.passedOver).toBe(8);
  expect(Math.max(...tries.values())).toBeLessThanOrEqual(9); // in twenty minutes, of which each try takes half a one
  expect(buffer.stats().outboxes.city?.waiting.routine).toBe(8);
  await stop();
});

test('what the city OS refuses is logged with its reason, and the next batch goes on', async () => {
  const { rig, buffer, city, forwarder, stop } = forwarding();
  await rig.put(buffer, levels(1, 20));
  await rig.clock.advance(0);
  const [first, second] = city.collect();
  first?.resolve(stored(first.outgoing, [{ index: 0, reason: 'unknown device' }]));
  second?.resolve(unreadable(second.outgoing, 'not CBOR'));
  await rig.clock.advance(10_000);
  expect(rig.log.at('error').map(({ fields }) => fields.reason)).toEqual(['unknown device', 'not CBOR']);
  expect(buffer.stats().outboxes.city).toMatchObject({ waiting: { routine: 0 }, refused: 11 });
  expect(forwarder.stats.readingsStored).toBe(9);
  await stop();
});

test('a destination that is down costs another nothing', async () => {
  const [city, roads] = [new Played('city'), new Played('roads')];
  roads.isUp = false;
  const { rig, buffer, stop } = forwarding([city, roads]);
  await rig.put(buffer, levels(1, 40));
  await rig.clock.advance(0);
  for (const { outgoing, resolve } of city.collect()) resolve(stored(outgoing));
  await rig.clock.advance(10_000);
  expect(buffer.stats().outboxes.city?.waiting.routine).toBe(0);
  expect(buffer.stats().outboxes.roads?.waiting.routine).toBe(4);
  expect(roads.sent).toEqual([]);
  await stop();
});

test('the pause between attempts doubles up to a minute, and one that comes up gets the backlog', async () => {
  const { rig, buffer, city, forwarder, stop } = forwarding();
  city.isUp = false;
  city.lose();
  await rig.put(buffer, levels(1, 10));
  await rig.clock.advance(3_600_000);
  // At least every minute (an hour has 60), and not more often than every 45 s (half drawn) once the pause is long.
  expect(city.opens).toBeGreaterThanOrEqual(60);
  expect(city.opens).toBeLessThanOrEqual(90);
  expect(forwarder.stats).toMatchObject({ state: 'disconnected', why: { en: 'nobody answers' } });
  city.isUp = true;
  await rig.clock.advance(60_000);
  expect(forwarder.stats).toMatchObject({ state: 'connected', why: undefined });
  expect(numbers(city.collect())).toEqual([1]);
  await stop();
});

test('a destination where nobody is there is found again within a second, also after ten minutes, and the next attempt is told', async () => {
  const { rig, buffer, city, forwarder, stop } = forwarding();
  city.isUp = false;
  city.fault = new NobodyThere(foreign('connect ECONNREFUSED'));
  city.lose();
  await rig.put(buffer, levels(1, 10));
  await rig.clock.advance(600_000);
  const { retry } = forwarder.stats;
  expect(retry?.isSteady).toBe(true);
  expect(Math.abs((retry?.at ?? 0) - rig.clock.moment().wall)).toBeLessThan(1_000);
  city.isUp = true;
  await rig.clock.advance(1_000);
  expect(forwarder.stats).toMatchObject({ state: 'connected', retry: undefined });
  expect(numbers(city.collect())).toEqual([1]);
  await stop();
});

test('how things stand is reported at once and every half minute', async () => {
  const { rig, city, stop } = forwarding();
  await rig.clock.advance(0);
  expect(city.reports).toBe(1);
  await rig.clock.advance(90_000);
  expect(city.reports).toBe(4);
  await stop();
});

test('a forwarder that is stopped gives back what is in flight', async () => {
  const { rig, buffer, city, stop } = forwarding();
  await rig.put(buffer, levels(1, 20));
  await rig.clock.advance(0);
  expect(city.inFlight).toBe(2);
  await stop();
  expect(buffer.stats().outboxes.city).toMatchObject({ inFlight: 0, waiting: { routine: 2 } });
});
