/**
 * Hub and gateways over a network that loses, repeats, delays and misleads messages, each killed at any step: whatever a seed makes of it,
 * an order is done at most once, by the gateway that it is to, and what the hub says of it in the end is true.
 */
import { beforeAll, expect, test } from 'vitest';
import type { Orders } from '../../../gateway/commands/orders.ts';
import { HubOrders } from '../../../gateway/hub/hub-orders.ts';
import { OrderBook } from '../../../gateway/hub/order-book.ts';
import type { OrderSigner } from '../../../gateway/hub/order-key.ts';
import { Random } from '../../../simulators/random.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { LogBook } from '../machine/log-book.ts';
import { everything, OrdersRig, type TestKey, testKey } from './orders-rig.ts';

const seeds = Array.from({ length: 60 }, (_, i) => i + 1);
const events = 120;
const MINUTE = 60_000;
const TENANT = 'toyama';
const GATEWAYS = ['gateway-01', 'gateway-02'] as const;

let key: TestKey;
beforeAll(async () => {
  key = await testKey();
});

/** One run of a process: at a step that chance names it stops for ever. */
class Life {
  #steps = 0;
  readonly #killAt: number;
  isDead = false;
  #die = () => {};
  readonly death: Promise<void>;

  constructor(killAt = Number.POSITIVE_INFINITY) {
    this.#killAt = killAt;
    this.death = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  readonly step = async (): Promise<void> => {
    if (!this.isDead && this.#steps++ < this.#killAt) return;
    this.kill();
    await new Promise(() => {});
  };

  kill(): void {
    this.isDead = true;
    this.#die();
  }

  /** Waits for the work, or for the end of this life. */
  async while(work: Promise<unknown>): Promise<void> {
    await Promise.race([work.catch(() => {}), this.death]);
  }
}

interface Message {
  readonly kind: 'command' | 'result';
  readonly gateway: string;
  readonly bytes: Uint8Array;
}

class World {
  readonly random: Random;
  readonly clock = new VirtualClock();
  readonly ids: { readonly id: string; readonly gateway: string }[] = [];
  readonly gateways: ReadonlyMap<string, Box>;
  readonly hub: Hub;
  /** On their way; what was once on its way can come again. */
  flying: Message[] = [];
  readonly recorded: Message[] = [];

  constructor(seed: number) {
    this.random = new Random(seed);
    this.gateways = new Map(GATEWAYS.map((name) => [name, new Box(name, this)]));
    this.hub = new Hub(this);
  }

  publish(message: Message): void {
    this.flying.push(message);
    if (this.recorded.length < 200) this.recorded.push(message);
  }

  anyRecorded(): Message | undefined {
    return this.recorded[this.random.int(0, Math.max(0, this.recorded.length - 1))];
  }

  killAt(): number {
    return this.random.chance(0.5) ? this.random.int(0, 12) : Number.POSITIVE_INFINITY;
  }

  async deliver({ kind, gateway, bytes }: Message): Promise<void> {
    if (kind === 'result') return this.hub.hear(gateway, bytes);
    await this.gateways.get(gateway)?.hear(bytes);
  }
}

class Box extends OrdersRig {
  readonly name: string;
  readonly #world: World;
  #life = new Life();
  #orders: Orders | undefined;

  constructor(name: string, world: World) {
    super(name, world.clock);
    this.name = name;
    this.#world = world;
  }

  async boot(killAt?: number): Promise<void> {
    this.#life.kill();
    this.#life = new Life(killAt);
    this.#orders = this.start({ keys: [everything(key.publicKey)], step: this.#life.step });
    await this.#life.while(this.#orders.idle());
    if (!this.#life.isDead) await this.#world.hub.heard(this.name, true);
  }

  async hear(bytes: Uint8Array): Promise<void> {
    const [life, orders] = [this.#life, this.#orders];
    if (life.isDead || orders === undefined) return;
    const answer = (result: Uint8Array) => {
      if (!life.isDead) this.#world.publish({ kind: 'result', gateway: this.name, bytes: result });
    };
    await life.while(orders.take(bytes, answer).then(() => orders.idle()));
  }
}

class Hub {
  readonly #world: World;
  readonly #disk = new Map<string, string>();
  #life = new Life();
  #orders: HubOrders | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  get orders(): HubOrders {
    if (this.#orders === undefined) throw new Error('the hub has not started');
    return this.#orders;
  }

  boot(killAt?: number): void {
    this.#life.kill();
    const life = new Life(killAt);
    this.#life = life;
    const keep = async (values: ReadonlyMap<string, string | undefined>) => {
      await life.step();
      for (const [name, value] of values) {
        if (value === undefined) this.#disk.delete(name);
        else this.#disk.set(name, value);
      }
      await life.step();
    };
    const signer: OrderSigner = { publicKey: key.publicKey, signer: async () => key.signer };
    const { clock } = this.#world;
    this.#orders = new HubOrders({
      ...{ book: new OrderBook(this.#disk, keep, new LogBook()), key: () => signer, clock, log: new LogBook() },
      audit: { append: () => life.step() },
      keepBundle: () => '',
    });
    this.#orders.onOrdered(({ gateway }, bytes) => this.#publish(gateway, bytes, life));
  }

  async send(gateway: string): Promise<void> {
    const { random, ids } = this.#world;
    const expiresMs = random.pick([1, 5, 60]) * MINUTE;
    const wanted = { tenant: TENANT, gateway, action: 'restart', device: undefined, arguments: {}, by: 'tanaka' };
    await this.#life.while(this.orders.send({ ...wanted, expiresMs }).then(({ id }) => ids.push({ id, gateway })));
  }

  async hear(gateway: string, bytes: Uint8Array): Promise<void> {
    if (!this.#life.isDead) await this.#life.while(this.orders.result({ tenant: TENANT, gateway }, bytes));
  }

  async heard(gateway: string, isNew: boolean): Promise<void> {
    if (this.#life.isDead) return;
    for (const bytes of this.orders.due({ tenant: TENANT, gateway }, isNew)) this.#publish(gateway, bytes, this.#life);
  }

  async look(): Promise<void> {
    const life = this.#life;
    if (life.isDead) return;
    await life.while(
      this.orders.again().then((due) => {
        for (const { to, message } of due) this.#publish(to.gateway, message, life);
      }),
    );
  }

  #publish(gateway: string, bytes: Uint8Array, life: Life): void {
    if (!life.isDead) this.#world.publish({ kind: 'command', gateway, bytes });
  }
}

async function happen(world: World): Promise<void> {
  const { random, hub, clock } = world;
  const name = random.pick(GATEWAYS);
  const box = world.gateways.get(name);
  switch (
    random.pick([
      'send',
      'deliver',
      'deliver',
      'deliver',
      'lose',
      'replay',
      'mislead',
      'boot',
      'hub',
      'time',
      'look',
      'status',
    ])
  ) {
    case 'send':
      return hub.send(name);
    case 'deliver': {
      if (world.flying.length === 0) return;
      const [message] = world.flying.splice(random.int(0, world.flying.length - 1), 1);
      return message && world.deliver(message);
    }
    case 'lose':
      world.flying.splice(0, 1);
      return;
    case 'replay': {
      const message = world.anyRecorded();
      return message && world.deliver(message);
    }
    case 'mislead': {
      const message = world.anyRecorded();
      return message && world.deliver({ ...message, gateway: name });
    }
    case 'boot':
      return box?.boot(world.killAt());
    case 'hub':
      return hub.boot(world.killAt());
    case 'time':
      await clock.advance(random.pick([1, 60, 600]) * 1_000);
      return;
    case 'look':
      return hub.look();
    case 'status':
      return hub.heard(name, false);
  }
}

/** Nothing is lost any more, and nobody dies. */
async function heal(world: World): Promise<void> {
  world.hub.boot();
  for (const box of world.gateways.values()) await box.boot();
  for (let round = 0; round < 20; round++) {
    while (world.flying.length > 0) {
      const [message] = world.flying.splice(0, 1);
      if (message !== undefined) await world.deliver(message);
    }
    await world.clock.advance(MINUTE);
    for (const name of world.gateways.keys()) await world.hub.heard(name, true);
  }
}

/** What became of the orders of all seeds. */
const outcomes = new Map<string, number>();

test.for(seeds)('seed %i', async (seed) => {
  const world = new World(seed);
  world.hub.boot();
  for (const box of world.gateways.values()) await box.boot();
  for (let event = 0; event < events; event++) await happen(world);
  await heal(world);
  const acted = (id: string) =>
    [...world.gateways].flatMap(([name, box]) => box.acted.filter((each) => each === id).map(() => name));
  for (const { id, gateway, result } of world.hub.orders.book.all()) {
    const times = acted(id);
    expect(times.length, id).toBeLessThanOrEqual(1);
    if (times.length === 1) expect(times).toEqual([gateway]);
    expect(result, id).toBeDefined();
    const { outcome = 'none' } = result ?? {};
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (result?.outcome === 'done') expect(times, id).toHaveLength(1);
    else if (result?.outcome !== 'interrupted') expect(times, JSON.stringify(result)).toHaveLength(0);
  }
  const booked = new Set(world.hub.orders.book.all().map(({ id }) => id));
  for (const { id } of world.ids) expect(booked.has(id), id).toBe(true);
  for (const box of world.gateways.values()) for (const id of box.acted) expect(booked.has(id), id).toBe(true);
});

test('the seeds had orders that were done, that came too late, and that a kill interrupted', () => {
  for (const outcome of ['done', 'expired', 'interrupted']) expect(outcomes.get(outcome), outcome).toBeGreaterThan(10);
});
