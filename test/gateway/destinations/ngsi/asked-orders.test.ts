/** Orders by an attribute in the context broker: given once by the hub, and what became of them is told beside it. */
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { askedOrder } from '../../../../gateway/hub/asked-orders.ts';
import { HubOrders } from '../../../../gateway/hub/hub-orders.ts';
import { OrderBook } from '../../../../gateway/hub/order-book.ts';
import { orderKey } from '../../../../gateway/hub/order-key.ts';
import { encodeResult, type OrderResult } from '../../../../shared/orders/result.ts';
import type { Flavour } from '../../../../simulators/orion/ngsi-ld-broker.ts';
import { NgsiRig } from './ngsi-rig.ts';

const GATEWAY = { tenant: 'kakogawa', gateway: 'gateway-01' };
const ENTITY = 'urn:ngsi-ld:Device:kakogawa:gateway-01';

/** A hub with its orders before a broker. */
class Hub {
  readonly rig: NgsiRig;
  readonly orders: HubOrders;
  readonly #isLd: boolean;
  #asking = 0;

  constructor(flavour?: Flavour, commands = ['restart', 'log-level', 'write']) {
    this.#isLd = flavour !== undefined;
    this.rig = new NgsiRig({
      settings: { commands },
      ...(flavour && { flavour }),
      orderOf: (wanted) => {
        this.#asking++;
        return askedOrder(wanted, {
          orders: this.orders,
          mayOrder: ({ tenant }) => tenant === 'kakogawa',
          isEnrolled: ({ gateway }) => gateway === 'gateway-01',
          by: 'broker city',
          clock: this.rig.clock,
        }).finally(() => this.#asking--);
      },
    });
    const { clock, log, folder } = this.rig;
    this.orders = new HubOrders({
      book: new OrderBook(new Map(), async () => {}, log),
      key: () => orderKey(folder),
      audit: { append: async () => {} },
      keepBundle: () => '',
      ...{ clock, log },
    });
  }

  /** Somebody at the city writes an attribute. */
  write(name: string, value: unknown, beside: Readonly<Record<string, string>> = {}, id = ENTITY): void {
    const own = Object.entries(beside).map(([key, each]) => [key, this.#property(each)]);
    const attribute = this.#isLd
      ? { ...this.#property(value), ...Object.fromEntries(own) }
      : { ...this.#property(value), metadata: Object.fromEntries(own) };
    const entity = { id, type: 'Device', [name]: attribute };
    const [path, body] = this.#isLd
      ? ['/ngsi-ld/v1/entityOperations/upsert?options=update', [entity]]
      : ['/v2/op/update', { actionType: 'append', entities: [entity] }];
    const text = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) };
    const { status } = this.rig.broker.answer({ method: 'POST', path, headers, body: text });
    expect(status).toBeLessThan(300);
  }

  #property(value: unknown) {
    if (this.#isLd) return { type: 'Property', value };
    return { type: typeof value === 'object' ? 'StructuredValue' : 'Text', value };
  }

  told(name: string, id = ENTITY): unknown {
    return this.rig.broker
      .entities()
      .find((entity) => entity.id === id)
      ?.attributes.get(name)?.value;
  }

  async answer(about: Partial<OrderResult> = {}): Promise<void> {
    const [entry] = this.orders.book.allWaiting();
    if (entry === undefined) throw new Error('nothing waits');
    const { digest: order, id, gateway, tenant } = entry;
    await this.orders.result({ tenant, gateway }, encodeResult({ order, id, gateway, outcome: 'done', ...about }));
  }

  /** Until the broker was asked once more; signing takes no time of the virtual clock. */
  async look(): Promise<void> {
    await this.rig.clock.advance(11_000);
    do {
      while (this.#asking > 0) await setImmediate();
      await this.rig.clock.advance(500);
    } while (this.#asking > 0);
  }
}

test.each([undefined, 'orion-ld', 'scorpio', 'stellio'] as const)(
  'an attribute named like the action is an order, given once, and its status follows it (%s)',
  async (flavour) => {
    const hub = new Hub(flavour);
    await hub.rig.open();
    hub.write('logLevel', { level: 'debug', forMs: 60_000 });
    await hub.look();
    const [order] = hub.orders.book.all();
    expect(order).toMatchObject({ ...GATEWAY, action: 'log-level', by: 'broker city' });
    expect(hub.told('logLevel_status')).toBe('PENDING');
    expect(hub.told('logLevel_info')).toContain(order?.id);
    await hub.look();
    await hub.answer();
    await hub.look();
    expect(hub.told('logLevel_status')).toBe('OK');
    const { length } = hub.rig.updates;
    await hub.look();
    expect(hub.rig.updates).toHaveLength(length);
    expect(hub.orders.book.all()).toHaveLength(1);
    hub.write('logLevel', { level: 'info' });
    await hub.look();
    expect(hub.orders.book.all()).toHaveLength(2);
    expect(hub.told('logLevel_status')).toBe('PENDING');
    await hub.answer({ outcome: 'failed', text: { code: 'x', en: 'it (is) stuck', ja: '動きません' } });
    await hub.look();
    expect([hub.told('logLevel_status'), hub.told('logLevel_info')]).toEqual(['ERROR', 'it is stuck / 動きません']);
  },
);

test('an order with an id is the same whenever it is written again', async () => {
  const hub = new Hub();
  await hub.rig.open();
  hub.write('restart', '', { orderId: 'ticket-7' });
  await hub.look();
  await hub.answer();
  hub.write('restart', '', { orderId: 'ticket-7' });
  await hub.look();
  expect(hub.orders.book.all()).toHaveLength(1);
  expect(hub.told('restart_status')).toBe('OK');
});

test('to a device it is at the entity of the device, with the arguments as the action has them', async () => {
  const hub = new Hub();
  await hub.rig.open();
  const heater = `${ENTITY}:heater`;
  hub.write('write', { name: 'setpoint', value: 23.5 }, {}, heater);
  await hub.look();
  expect(hub.orders.book.all()).toMatchObject([{ ...GATEWAY, device: 'heater', action: 'write' }]);
});

test('what cannot be ordered so is an error that says why, and nothing is given', async () => {
  const hub = new Hub();
  await hub.rig.open();
  const [stranger, unknown] = ['urn:ngsi-ld:Device:toyama:gateway-01', 'urn:ngsi-ld:Device:kakogawa:gateway-02'];
  hub.write('restart', '', {}, stranger);
  hub.write('restart', '', {}, unknown);
  hub.write('restart', '', {}, 'urn:ngsi-ld:Device:somebody-elses');
  hub.write('logLevel', { level: 'loud' });
  hub.write('restart', 'now');
  await hub.look();
  expect(hub.told('restart_info', stranger)).toMatch(/do not go to this broker/);
  expect(hub.told('restart_info', unknown)).toMatch(/no gateway of this name/);
  expect(hub.told('restart_status', 'urn:ngsi-ld:Device:somebody-elses')).toBeUndefined();
  expect(hub.told('logLevel_status')).toBe('ERROR');
  expect(hub.told('restart_info')).toMatch(/has to be an object/);
  expect(hub.orders.book.all()).toEqual([]);
});

test('an order that nobody looked for in its time is over, and one with its own end ends then', async () => {
  const hub = new Hub();
  const at = hub.rig.clock.moment().wall;
  hub.write('restart', '');
  hub.write('logLevel', { level: 'debug' }, { expiresAt: new Date(at + 3_600_000).toISOString() });
  await hub.rig.clock.advance(1_000_000);
  await hub.rig.open();
  await hub.look();
  expect(hub.told('restart_status')).toBe('EXPIRED');
  expect(hub.orders.book.all()).toMatchObject([{ action: 'log-level', expiresAt: at + 3_600_000 }]);
});

test('without the setting the broker is asked for no orders', async () => {
  const hub = new Hub(undefined, []);
  await hub.rig.open();
  hub.write('restart', '');
  await hub.look();
  expect(hub.rig.asked.filter(({ url }) => url.includes('restart'))).toEqual([]);
  expect(hub.orders.book.all()).toEqual([]);
});
