/** A person at the hub who gives orders, now and then, sensible ones and others; some bring orders that they have signed themselves. */
import { createHash } from 'node:crypto';
import type { LogLevel } from '../../../gateway/machine/log.ts';
import { MachimoriError } from '../../../shared/errors.ts';
import type { Origin } from '../../../shared/feed/topics.ts';
import { type Order, signOrder } from '../../../shared/orders/order.ts';
import type { Random } from '../../../simulators/random.ts';
import type { Box } from '../box.ts';
import { nameOf } from '../session-watch.ts';
import { chanceMs, type World } from '../world.ts';
import type { Deed, OrderWatch } from './order-watch.ts';
import { KEYS, signerWith } from './simulated-keys.ts';

/** A gateway as the person knows it. */
export interface Addressed {
  readonly origin: Origin;
  /** Its configuration at first. */
  readonly toml: string;
  readonly hasProbe: boolean;
  /** Only the simulation can read its configuration, so that it must not change. */
  readonly isFixed: boolean;
}

interface Idea extends Pick<Order, 'action' | 'device' | 'arguments'> {
  readonly deed?: Deed | undefined;
  readonly isBad?: boolean;
  /** By default the hub's. */
  readonly key?: 'pumps' | 'stranger';
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const KINDS = ['restart', 'level', 'write', 'write', 'configure', 'cut', 'faulty', 'cannot', 'narrow'] as const;
const LIVES = [20 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 120 * MINUTE] as const;

export class OrderDesk {
  readonly #world: World;
  readonly #hub: Box;
  readonly #watch: OrderWatch;
  readonly #gateways: readonly [Addressed, ...Addressed[]];
  readonly #random: Random;
  /** Told apart by it, orders and what they do. */
  #serial = 0;

  constructor(world: World, hub: Box, watch: OrderWatch, gateways: readonly [Addressed, ...Addressed[]]) {
    this.#world = world;
    this.#hub = hub;
    this.#watch = watch;
    this.#gateways = gateways;
    this.#random = world.random.fork();
  }

  /** Until the signal aborts. */
  async run(everyMs: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#world.clock.sleep(chanceMs(this.#random, everyMs), signal);
      if (signal.aborted) return;
      const many = this.#random.chance(0.1) ? 5 : 1;
      for (let i = 0; i < many; i++) this.#give();
    }
  }

  #give(): void {
    const { gateway: hub, isRunning } = this.#hub;
    const orders = isRunning ? hub?.sources.hub.orders : undefined;
    if (hub === undefined || orders === undefined) return;
    const serial = ++this.#serial;
    const to = this.#random.pick(this.#gateways);
    const { deed, isBad = false, key, ...idea } = this.#idea(to, serial);
    const id = createHash('sha256').update(`order ${serial}`).digest('hex').slice(0, 32);
    const issuedAt = Math.max(0, hub.sources.clock.moment().wall);
    const expiresMs = this.#random.pick(LIVES);
    const wanted = { ...idea, ...to.origin, id, issuedAt, by: 'tanaka' };
    const expiresAt = issuedAt + expiresMs;
    const at = this.#world.clock.moment().monotonic;
    this.#watch.asked({ id, to: nameOf(to.origin), deed, isBad, issuedAt, expiresAt, at });
    this.#world.history.note(`order ${serial}: ${idea.action} to ${nameOf(to.origin)}, for ${expiresMs / SECOND} s`);
    const given =
      key === undefined
        ? orders.send({ ...wanted, expiresMs })
        : signerWith(KEYS[key])
            .then((signer) => signOrder({ ...wanted, expiresAt }, signer))
            .then((message) => orders.pass(message));
    given.then(
      () => this.#watch.taken(id),
      (fault) => {
        this.#world.history.note(
          `order ${serial} was not taken: ${fault instanceof MachimoriError ? fault.code : fault}`,
        );
      },
    );
  }

  #idea(to: Addressed, serial: number): Idea {
    const random = this.#random;
    const kind = random.pick<(typeof KINDS)[number]>(KINDS);
    switch (kind) {
      case 'restart':
        return { action: 'restart', arguments: {}, device: undefined, deed: { kind: 'restart' } };
      case 'level': {
        const level = random.pick<LogLevel>(['debug', 'warn', 'error']);
        const forMs = random.pick([10 * SECOND, 10 * MINUTE]);
        const deed = { kind: 'log-level', level } as const;
        return { action: 'log-level', arguments: { level, forMs }, device: undefined, deed };
      }
      case 'write':
        return write(serial, to.hasProbe, random.chance(0.3) ? { key: 'pumps' } : {});
      case 'configure':
        return this.#configure(to, withKeepalive(to.toml, random.pick([15, 20, 25])), serial);
      case 'cut':
        return {
          ...this.#configure(to, to.toml.replace('mqtt://hub.example', 'mqtt://nowhere.example'), serial),
          isBad: !to.isFixed,
        };
      case 'faulty': {
        const text = `${to.toml}\n${random.pick(['[nonsense', '[buffer]\nmax-size = "no"', 'x = 1'])}`;
        return { action: 'configure', arguments: { text }, device: undefined };
      }
      case 'cannot':
        return random.pick<Idea>([
          { action: 'update', arguments: { version: '9.9.9', url: 'https://releases.example' }, device: undefined },
          { action: 'downlink', arguments: { payload: '00', port: 1 }, device: 'gauge-1' },
          { action: 'display', arguments: { text: 'hello' }, device: 'board-1' },
          { action: 'write', arguments: { name: 'setpoint', value: 60_000 }, device: 'probe-1' },
          { action: 'write', arguments: { name: 'other', value: 1 }, device: 'probe-1' },
        ]);
      case 'narrow':
        return random.pick<Idea>([
          { action: 'restart', arguments: {}, device: undefined, key: 'pumps' },
          { action: 'write', arguments: { name: 'setpoint', value: serial }, device: 'gauge-1', key: 'pumps' },
          { action: 'restart', arguments: {}, device: undefined, key: 'stranger' },
        ]);
    }
  }

  #configure({ isFixed }: Addressed, edited: string, serial: number): Idea {
    if (isFixed) return { action: 'restart', arguments: {}, device: undefined, deed: { kind: 'restart' } };
    const text = `${edited}\n# of order ${serial}\n`;
    const isOfAnother = this.#random.chance(0.15);
    const base = isOfAnother ? { base: createHash('sha256').update('another').digest('hex') } : {};
    const idea = { action: 'configure', arguments: { text, ...base }, device: undefined };
    return isOfAnother ? idea : { ...idea, deed: { kind: 'configure', text } };
  }
}

function write(value: number, isThere: boolean, by: Pick<Idea, 'key'>): Idea {
  const idea = { action: 'write', arguments: { name: 'setpoint', value }, device: 'probe-1', ...by };
  return isThere ? { ...idea, deed: { kind: 'write', value } } : idea;
}

function withKeepalive(toml: string, seconds: number): string {
  return toml.replace(/keepalive = "\d+s"/, `keepalive = "${seconds}s"`);
}
