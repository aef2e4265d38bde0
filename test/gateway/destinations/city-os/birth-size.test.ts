/** A birth that is larger than the broker takes: it may not keep readings from going. */
import { expect, test } from 'vitest';
import { type ConnectMqtt, PacketTooLarge } from '../../../../gateway/net/mqtt-connection.ts';
import { foreign, type Text } from '../../../../shared/text.ts';
import { Broker } from '../../net/broker.ts';
import { CityRig, standing } from './city-rig.ts';

const MINUTE = 60_000;

/** A broker that takes messages of up to so many bytes. */
class Played {
  maxBytes = Number.POSITIVE_INFINITY;
  manner: 'closes' | 'announces' | 'refuses' = 'closes';
  births = 0;
  statuses = 0;
  /** Births that were more than it takes. */
  turnedAway = 0;

  readonly connect: ConnectMqtt = async () => {
    let end: (why: Text) => void = () => {};
    const ended = new Promise<Text>((resolve) => {
      end = resolve;
    });
    const { maxBytes, manner } = this;
    return {
      ended,
      wasKept: false,
      maxPayloadBytes: () => (manner === 'announces' ? maxBytes : undefined),
      subscribe: async () => {},
      unsubscribe: async () => {},
      close: async () => end(foreign('closed')),
      publish: async (topic, payload) => {
        const isBirth = topic.endsWith('/birth');
        if (payload.length > this.maxBytes) {
          if (isBirth) this.turnedAway++;
          if (manner === 'refuses') throw new PacketTooLarge(foreign('too large'));
          end(foreign('read ECONNRESET'));
          throw new Error('the connection was lost');
        }
        if (isBirth) this.births++;
        if (topic.endsWith('/status')) this.statuses++;
      },
    };
  };
}

async function started() {
  const broker = new Played();
  const city = new CityRig(await Broker.open());
  const devices = Array.from({ length: 100 }, (_, n) => ({ id: `soil-${n}`, type: 'lorawan', kinds: [], units: {} }));
  let known = devices;
  const destination = city.destination({ connect: broker.connect, devices: () => known });
  return {
    broker,
    clock: city.rig.clock,
    destination,
    open: () => destination.open(new AbortController().signal),
    keep: (count: number) => {
      known = devices.slice(0, count);
    },
  };
}

test.each(['announces', 'refuses'] as const)('a broker that %s loses no session over it', async (manner) => {
  const { broker, destination, open } = await started();
  Object.assign(broker, { maxBytes: 1_000, manner });
  const session = await open();
  await session.report(standing);
  expect(broker).toMatchObject({ births: 0, statuses: 1, turnedAway: manner === 'refuses' ? 1 : 0 });
  expect(destination.birthLeftOut?.()).toBeGreaterThan(1_000);
  await session.close(standing);
});

test('the fourth session with a broker that closes on it goes without it, and it is said', async () => {
  const { broker, destination, open } = await started();
  broker.maxBytes = 1_000;
  for (let n = 0; n < 3; n++) await expect(open()).rejects.toThrow('the connection was lost');
  const session = await open();
  expect(destination.birthLeftOut?.()).toBeUndefined(); // perhaps it closes on everything
  await session.report(standing);
  expect(destination.birthLeftOut?.()).toBeGreaterThan(1_000);
  expect(broker).toMatchObject({ births: 0, turnedAway: 3 });
  await session.close(standing);
});

test('it is tried again every hour, and once it is taken that is the end of it', async () => {
  const { broker, clock, destination, open } = await started();
  broker.maxBytes = 1_000;
  for (let n = 0; n < 3; n++) await expect(open()).rejects.toThrow();
  const session = await open();
  await session.report(standing);
  await clock.advance(59 * MINUTE);
  await session.report(standing);
  await clock.advance(MINUTE);
  await expect(session.report(standing)).rejects.toThrow();
  const again = await open();
  await again.report(standing);
  expect(broker.turnedAway).toBe(4);
  broker.maxBytes = Number.POSITIVE_INFINITY;
  await clock.advance(60 * MINUTE);
  await again.report(standing);
  expect(broker.births).toBe(1);
  expect(destination.birthLeftOut?.()).toBeUndefined();
});

test('one that has become smaller is tried at once', async () => {
  const { broker, destination, open, keep } = await started();
  broker.maxBytes = 1_000;
  for (let n = 0; n < 3; n++) await expect(open()).rejects.toThrow();
  const session = await open();
  await session.report(standing);
  keep(3);
  await session.report(standing);
  expect(broker.births).toBe(1);
  expect(destination.birthLeftOut?.()).toBeUndefined();
});

test('a broker that closes on everything is not said to object to the birth, and gets it again', async () => {
  const { broker, destination, open } = await started();
  broker.maxBytes = 10;
  for (let n = 0; n < 3; n++) await expect(open()).rejects.toThrow();
  const session = await open();
  await expect(session.report(standing)).rejects.toThrow();
  expect(destination.birthLeftOut?.()).toBeUndefined();
  broker.maxBytes = Number.POSITIVE_INFINITY;
  await open();
  expect(broker.births).toBe(1);
});
