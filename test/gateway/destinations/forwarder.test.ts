import { expect, test } from 'vitest';
import type { ReadingBuffer } from '../../../gateway/buffer/buffer.ts';
import type { Outgoing } from '../../../gateway/buffer/outgoing.ts';
import type { Destination, Session } from '../../../gateway/destinations/destination.ts';
import { Forwarder } from '../../../gateway/destinations/forwarder.ts';
import type { Receipt } from '../../../shared/feed/receipt.ts';
import { foreign, type Text } from '../../../shared/text.ts';
import { BufferRig, CITY, idsOf, levels, numberOf, stored, unreadable } from '../buffer/buffer-rig.ts';

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
  #lose: (why: Text) => void = () => {};

  constructor(name = 'city') {
    this.name = name;
  }

  async open(): Promise<Session> {
    this.opens++;
    if (!this.isUp) throw new Error('nobody answers');
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

test('never more batches than the window are on their way, also right after a reconnect', async () => {
  const { rig, buffer, city, stop } = forwarding();
  await rig.put(buffer, levels(1, 200));
  await rig.clock.advance(0);
  expect(numbers(city.collect())).toEqual([1, 2, 3, 20]);
  for (let again = 0; again < 5; again++) {
    city.lose();
    await rig.clock.advance(60_000);
    expect(city.inFlight).toBe(4);
    const [first] = city.collect();
    first?.resolve(stored(first.outgoing));
    await rig.clock.advance(0);
    expect(city.inFlight).toBe(4);
  }
  expect(city.mostInFlight).toBe(4);
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
