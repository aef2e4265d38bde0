/** A hub at a broker of somebody else's, at the bound of what may be on its way. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { SystemClock } from '../../../../gateway/machine/system-clock.ts';
import { connectMqtt } from '../../../../gateway/net/mqtt-connection.ts';
import { followBroker } from '../../../../gateway/ports/feed/subscribed.ts';
import type { FeedReceiver, PortSurroundings } from '../../../../gateway/ports/port.ts';
import { Broker } from '../../net/broker.ts';

const until = (condition: () => unknown) => vi.waitFor(condition, { timeout: 20_000, interval: 5 });
const RECEIPT = 'machimori/v1/toyama/g1/receipt';

/** A session with room for two messages until the test is over; what comes is stored one after another, once `store` is called. */
async function hub(broker: Broker) {
  const waiting: (() => void)[] = [];
  const taken: number[] = [];
  const over: string[] = [];
  let opened = 0;
  const receiver: FeedReceiver = {
    opened: () => {
      opened++;
    },
    async take(_from, _message, payload) {
      taken.push(payload[0] ?? 0);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return payload;
    },
    turnedAway: () => {},
    ignored: () => {},
    closed: () => {},
  };
  const surroundings = {
    ...{ tenant: 'region', gateway: 'hub', connect: connectMqtt, clock: new SystemClock('always'), random: () => 0 },
    gateways: { has: () => true, onRevoked: () => () => {} },
    operators: { current: undefined, onChanged: () => () => {} },
  } as unknown as PortSurroundings; // the rest is for other doors
  const settings = {
    ...{ name: 'gateways', url: broker.url, protocol: '3.1.1' as const, keepaliveMs: 30_000 },
    maxInFlight: 2,
  };
  const stop = new AbortController();
  const session = followBroker(settings, receiver, surroundings, stop.signal).then((why) => over.push(why.en));
  onTestFinished(async () => {
    stop.abort();
    await session;
  });
  await until(() => expect(opened).toBe(1));
  return { taken, over, store: () => waiting.shift()?.() };
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

function sendBatches(broker: Broker, count: number): void {
  for (const number of numbers(count)) broker.publish('machimori/v1/toyama/g1/batch', Uint8Array.of(number));
}

test('more than it has room for waits at the broker, and all of it is stored and receipted, however slowly', async () => {
  const broker = await Broker.open();
  const { taken, over, store } = await hub(broker);
  sendBatches(broker, 40);
  for (const number of numbers(40)) {
    await until(() => expect(taken.length).toBe(Math.min(number + 2, 40)));
    store();
  }
  await until(() => expect(broker.on(RECEIPT)).toHaveLength(40));
  expect(taken).toEqual(numbers(40));
  expect(over).toEqual([]);
});

test('a broker that acknowledges no receipt keeps no batch from being stored', async () => {
  const broker = await Broker.open({ acknowledges: (topic) => topic !== RECEIPT });
  const { taken, store } = await hub(broker);
  sendBatches(broker, 10);
  for (const number of numbers(10)) {
    await until(() => expect(taken.length).toBe(Math.min(number + 2, 10)));
    store();
  }
  await until(() => expect(broker.withheld).toHaveLength(10));
});
