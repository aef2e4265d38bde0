import { expect, test } from 'vitest';
import type { ConnectOptions, MqttConnection } from '../../../gateway/net/mqtt-connection.ts';
import { say } from '../../../gateway/net/words.ts';
import { Subscriber } from '../../../gateway/ports/subscriber.ts';
import type { Text } from '../../../shared/text.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { LogBook } from '../machine/log-book.ts';

const SECOND = 1_000;
const { signal } = new AbortController();

/** Sessions at a broker that ends them as it is told; undefined: it cannot be reached. */
class Rig {
  readonly clock = new VirtualClock();
  readonly log = new LogBook();
  readonly asked: ConnectOptions[] = [];
  rivals = 0;
  isThere = true;
  #end: (why: Text) => void = () => {};
  readonly #subscriber: Subscriber;

  constructor(keepsSession = true) {
    this.#subscriber = new Subscriber(
      { port: 'building', broker: { url: 'mqtt://b', protocol: '3.1.1' }, keepsSession, filters: ['a'] },
      {
        clock: this.clock,
        log: this.log,
        tenant: 'kakogawa',
        gateway: 'gateway-01',
        connect: async (_settings, options): Promise<MqttConnection> => {
          this.asked.push(options);
          if (!this.isThere) throw new Error('ECONNREFUSED');
          const ended = new Promise<Text>((resolve) => {
            this.#end = resolve;
          });
          const done = async () => {};
          return {
            ended,
            wasKept: true,
            maxPayloadBytes: () => undefined,
            publish: done,
            subscribe: done,
            unsubscribe: done,
            close: done,
          };
        },
      },
    );
  }

  async session(seconds: number, why: Text): Promise<void> {
    const receiver = { opened() {}, rival: () => void this.rivals++ };
    const session = this.#subscriber.session(receiver, () => {}, signal).catch(() => {});
    await this.clock.advance(seconds * SECOND);
    this.#end(why);
    await session;
  }
}

test('it names tenant, gateway and port, and asks for its session to be kept unless the broker cannot', async () => {
  for (const keepsSession of [true, false]) {
    const rig = new Rig(keepsSession);
    await rig.session(1, say.brokerClosed());
    expect(rig.asked[0]).toMatchObject({ clientId: 'machimori:kakogawa:gateway-01:building', keepsSession });
  }
});

test.each([
  ['closed by the broker thrice in ten minutes', [30, 30, 30], say.brokerClosed(), 1],
  ['closed by the broker seldom', [400, 400, 400, 400], say.brokerClosed(), 0],
  ['lost', [30, 30, 30, 30], say.connectionLost({ why: 'read ECONNRESET' }), 0],
  ['taken over, as the broker says', [3_000], say.takenOver(), 1],
] as const)('sessions that are %s', async (_how, seconds, why, rivals) => {
  const rig = new Rig();
  for (const each of seconds) await rig.session(each, why);
  expect(rig.rivals).toBe(rivals);
});

test('a broker that is away in between has been restarted: nobody took over', async () => {
  const rig = new Rig();
  for (let n = 0; n < 5; n++) {
    rig.isThere = true;
    await rig.session(30, say.brokerClosed());
    rig.isThere = false;
    await rig.session(1, say.brokerClosed());
  }
  expect(rig.rivals).toBe(0);
});
