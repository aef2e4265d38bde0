/**
 * Somebody who may publish what they like at the hub's broker on the topics of orders, and has recorded all that was ever published there: orders
 * come again, to others, when they are over, changed, cut, and signed by another key under the city's name.
 */

import type { LogLevel } from '../../../gateway/machine/log.ts';
import { formatTopic, type Origin, parseTopic } from '../../../shared/feed/topics.ts';
import { type Order, readOrder, signOrder } from '../../../shared/orders/order.ts';
import { readSign1 } from '../../../shared/signing/sign1.ts';
import type { Random } from '../../../simulators/random.ts';
import { maxSetPoint } from '../devices.ts';
import type { VirtualBroker } from '../virtual-broker.ts';
import { chanceMs, type World } from '../world.ts';
import type { OrderWatch } from './order-watch.ts';
import { KEYS, signerWith } from './simulated-keys.ts';

interface Recorded {
  readonly topic: string;
  readonly frame: Uint8Array;
}

const maxRecorded = 500;
const maxFrameBytes = 300_000;

export class OrderAttacker {
  readonly #world: World;
  readonly #broker: () => VirtualBroker;
  readonly #watch: OrderWatch;
  readonly #origins: readonly [Origin, ...Origin[]];
  readonly #random: Random;
  readonly #recorded: Recorded[] = [];
  #forged = 0;

  constructor(world: World, broker: () => VirtualBroker, watch: OrderWatch, origins: readonly [Origin, ...Origin[]]) {
    this.#world = world;
    this.#broker = broker;
    this.#watch = watch;
    this.#origins = origins;
    this.#random = world.random.fork();
  }

  /** Something was published at the broker. */
  overhears(topic: string, frame: Uint8Array): void {
    if (parseTopic(topic)?.message !== 'command' || this.#recorded.length >= maxRecorded) return;
    if (this.#recorded.some((each) => Buffer.from(each.frame).equals(frame))) return;
    this.#recorded.push({ topic, frame });
  }

  /** Until the signal aborts. */
  async run(everyMs: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#world.clock.sleep(chanceMs(this.#random, everyMs), signal);
      if (signal.aborted) return;
      const what = this.#random.pick(['replay', 'replay', 'old', 'mislead', 'change', 'cut', 'forge', 'forge']);
      const sent = await this.#made(what);
      if (sent === undefined) continue;
      this.#watch.attacks++;
      this.#world.history.note(`the attacker: ${what} on ${sent.topic}`);
      void this.#broker().publish(sent.topic, sent.frame);
    }
  }

  async #made(what: string): Promise<Recorded | undefined> {
    const random = this.#random;
    const origin = random.pick(this.#origins);
    const topic = formatTopic({ ...origin, message: 'command' });
    const [first, ...rest] = what === 'old' ? this.#recorded.slice(0, 5) : this.#recorded;
    if (what === 'forge') return { topic, frame: await this.#forgery(origin) };
    if (first === undefined) return undefined;
    const any = random.pick([first, ...rest]);
    switch (what) {
      case 'mislead':
        return { topic, frame: any.frame };
      case 'cut':
        return { ...any, frame: any.frame.slice(0, random.int(0, any.frame.length - 1)) };
      case 'change': {
        const frame = Uint8Array.from(any.frame);
        const at = random.int(0, frame.length - 1);
        frame[at] = (frame[at] ?? 0) ^ (1 << random.int(0, 7));
        return { ...any, frame };
      }
      default:
        return any;
    }
  }

  /** An order of their own, or another's with something else in it, under the city's name. */
  async #forgery(to: Origin): Promise<Uint8Array> {
    const random = this.#random;
    const n = ++this.#forged;
    const issuedAt = this.#world.clock.moment().wall;
    const own = {
      ...to,
      id: n.toString(16).padStart(32, 'f'),
      by: 'tanaka',
      issuedAt,
      expiresAt: issuedAt + 600_000,
      ...random.pick<Pick<Order, 'action' | 'arguments' | 'device'>>([
        { action: 'restart', arguments: {}, device: undefined },
        { action: 'log-level', arguments: { level: 'error' satisfies LogLevel }, device: undefined },
        { action: 'write', arguments: { name: 'setpoint', value: maxSetPoint - (n % 100) }, device: 'probe-1' },
      ]),
    };
    const [first] = this.#recorded;
    const id = first !== undefined && random.chance(0.5) ? readOrder(readSign1(first.frame, maxFrameBytes)).id : own.id;
    return signOrder({ ...own, id }, await signerWith(KEYS.stranger, KEYS.city));
  }
}
