/** A hub's orders: published until their results come, over restarts, and nobody else's word counts. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HubOrders, maxAtOnce } from '../../../gateway/hub/hub-orders.ts';
import { KeptBundles, maxBundles } from '../../../gateway/hub/kept-bundles.ts';
import { type BookedOrder, maxEnded, maxWaiting, OrderBook } from '../../../gateway/hub/order-book.ts';
import { orderKey } from '../../../gateway/hub/order-key.ts';
import { maxOrderBytes, orderDigest, readOrder } from '../../../shared/orders/order.ts';
import { encodeResult, type OrderResult } from '../../../shared/orders/result.ts';
import { readSign1 } from '../../../shared/signing/sign1.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { LogBook } from '../machine/log-book.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const TO = { tenant: 'toyama', gateway: 'gateway-01' };
const RESTART = { ...TO, action: 'restart', device: undefined, arguments: {}, by: 'tanaka' };
const DAY = 86_400_000;

class Rig {
  readonly clock = new VirtualClock();
  readonly log = new LogBook();
  readonly disk = new Map<string, string>();
  readonly audited: string[] = [];
  readonly published: string[] = [];
  readonly folder = temporaryFolder();
  writes = 0;

  start(): HubOrders {
    const keep = async (values: ReadonlyMap<string, string | undefined>) => {
      for (const [key, value] of values) {
        this.writes++;
        if (value === undefined) this.disk.delete(key);
        else this.disk.set(key, value);
      }
    };
    const orders = new HubOrders({
      book: new OrderBook(this.disk, keep, this.log),
      key: () => orderKey(this.folder),
      audit: { append: async ({ outcome }) => void this.audited.push(outcome) },
      keepBundle: (order, at, bytes) => new KeptBundles(this.folder).keep(order, at, bytes),
      clock: this.clock,
      log: this.log,
    });
    orders.onOrdered((_, message) => this.published.push(idIn(message)));
    return orders;
  }
}

function idIn(message: Uint8Array): string {
  return readOrder(readSign1(message, maxOrderBytes)).id;
}

async function resultFor({ digest, id }: BookedOrder, about: Partial<OrderResult> = {}): Promise<Uint8Array> {
  return encodeResult({ order: digest, id, gateway: TO.gateway, outcome: 'done', ...about });
}

test('an order is published at once, again when its gateway comes, and no more once it has its result', async () => {
  const rig = new Rig();
  const orders = rig.start();
  const order = await orders.send(RESTART);
  expect(rig.published).toEqual([order.id]);
  expect(orders.due(TO)).toEqual([]);
  expect(orders.due(TO, true).map(idIn)).toEqual([order.id]);
  expect(orders.due({ ...TO, gateway: 'gateway-02' }, true)).toEqual([]);
  await orders.result(TO, await resultFor(order));
  expect(orders.book.get(order.id)).toMatchObject({ result: { outcome: 'done' }, endedAt: rig.clock.moment().wall });
  expect(orders.due(TO, true)).toEqual([]);
  expect(rig.audited).toEqual(['ordered', 'done']);
});

test('what waits and what has ended are known after a restart', async () => {
  const rig = new Rig();
  const first = rig.start();
  const [done, waiting] = [await first.send(RESTART), await first.send(RESTART)];
  await first.result(TO, await resultFor(done));
  const again = rig.start();
  expect(again.due(TO).map(idIn)).toEqual([waiting.id]);
  expect(again.book.get(done.id)?.result?.outcome).toBe('done');
  expect(again.book.all().map(({ id }) => id)).toHaveLength(2);
});

test('of an order that nothing is heard of it is asked again and again, ever more seldom, until nobody remembers it', async () => {
  const rig = new Rig();
  const orders = rig.start();
  const order = await orders.send({ ...RESTART, expiresMs: 60_000 });
  let asked = 0;
  for (let minute = 0; minute < 60; minute++) {
    await rig.clock.advance(60_000);
    asked += (await orders.again()).length;
  }
  expect(asked).toBeGreaterThan(3);
  expect(asked).toBeLessThan(10);
  await rig.clock.advance(DAY);
  expect(await orders.again()).toEqual([]);
  expect(orders.book.get(order.id)).toMatchObject({ endedAt: expect.any(Number) });
  expect(rig.audited.at(-1)).toBe('unanswered');
  await orders.result(TO, await resultFor(order));
  expect(orders.book.get(order.id)?.result?.outcome).toBe('done');
});

test.each(['too-many', 'cannot-remember'])(
  'an order that its gateway refuses for now (%s) comes again',
  async (reason) => {
    const rig = new Rig();
    const orders = rig.start();
    const order = await orders.send(RESTART);
    await orders.result(TO, await resultFor(order, { outcome: 'refused', reason }));
    expect(orders.due(TO, true).map(idIn)).toEqual([order.id]);
  },
);

test('only so many orders are on their way to a gateway, and a result brings the next', async () => {
  const rig = new Rig();
  const orders = rig.start();
  const all: BookedOrder[] = [];
  for (let i = 0; i < maxAtOnce + 2; i++) all.push(await orders.send(RESTART));
  expect(rig.published).toHaveLength(maxAtOnce);
  const [first] = all;
  if (first === undefined) throw new Error('no order');
  await orders.result(TO, await resultFor(first));
  expect(rig.published.at(-1)).toBe(all[maxAtOnce]?.id);
});

test('a result of another gateway, of another message or of nobody’s order changes nothing, and is counted', async () => {
  const rig = new Rig();
  const orders = rig.start();
  const order = await orders.send(RESTART);
  await orders.result({ ...TO, gateway: 'gateway-02' }, await resultFor(order));
  await orders.result(TO, await resultFor(order, { order: '00'.repeat(8) }));
  await orders.result(TO, await resultFor(order, { gateway: 'gateway-02', outcome: 'refused' }));
  expect(orders.unordered).toBe(3);
  expect(orders.book.get(order.id)?.result).toBeUndefined();
  await expect(orders.result(TO, Uint8Array.of(1, 2))).rejects.toThrow('not the result');
});

test('a result that comes twice at once, and one that comes as its order is withdrawn, is one end', async () => {
  const rig = new Rig();
  const orders = rig.start();
  const [twice, withdrawn] = [await orders.send(RESTART), await orders.send(RESTART)];
  const results = [await resultFor(twice), await resultFor(withdrawn)] as const;
  rig.audited.length = 0;
  await Promise.all([orders.result(TO, results[0]), orders.result(TO, results[0])]);
  expect(rig.audited.splice(0)).toEqual(['done']);
  await Promise.all([orders.result(TO, results[1]), orders.withdraw(withdrawn)]);
  expect(rig.audited).toEqual(['done']);
  expect(orders.book.get(withdrawn.id)?.result?.outcome).toBe('done');
});

test('the first result stands', async () => {
  const rig = new Rig();
  const orders = rig.start();
  const order = await orders.send(RESTART);
  await orders.result(TO, await resultFor(order));
  await orders.result(TO, await resultFor(order, { outcome: 'failed' }));
  expect(orders.book.get(order.id)?.result?.outcome).toBe('done');
});

test.each([
  ['no action', { action: 'explode' }, /no action/],
  ['no device', { action: 'display', arguments: { text: 'x' } }, /for a device/],
  ['a device too many', { device: 'pump-01' }, /for the gateway itself/],
  ['a faulty argument', { action: 'log-level', arguments: { level: 'loud' } }, /must be one of/],
] as const)('%s is told before anything is ordered', async (_, about, reason) => {
  const rig = new Rig();
  await expect(rig.start().send({ ...RESTART, ...about })).rejects.toThrow(reason);
  expect(rig.disk.size).toBe(0);
});

test('an order that was signed elsewhere is passed on as it came, once', async () => {
  const [signing, hub] = [new Rig(), new Rig()];
  const signed = await signing.start().send(RESTART);
  const message = Buffer.from(signed.message ?? '', 'base64');
  const orders = hub.start();
  const passed = await orders.pass(message);
  expect(passed.digest).toBe(await orderDigest(message));
  await expect(orders.pass(message)).rejects.toThrow('in the book already');
  await expect(orders.pass(Uint8Array.of(1))).rejects.toThrow('not a signed message');
});

test('ten thousand orders may wait, each is one row, and one more is refused', async () => {
  const rig = new Rig();
  const orders = rig.start();
  const order = await orders.send(RESTART);
  for (let i = 1; i < maxWaiting; i++) {
    await orders.book.put({ ...order, id: i.toString(16).padStart(32, '0'), gateway: `gateway-${i}`, digest: `${i}` });
  }
  expect(rig.writes).toBe(maxWaiting);
  await expect(orders.send(RESTART)).rejects.toThrow('as many orders wait');
});

test('of those that have ended the oldest are forgotten', async () => {
  const rig = new Rig();
  const orders = rig.start();
  const { message: _, ...order } = await orders.send(RESTART);
  const idOf = (i: number) => i.toString(16).padStart(32, '0');
  for (let i = 0; i <= maxEnded; i++) await orders.book.put({ ...order, id: idOf(i), digest: `${i}`, endedAt: i });
  expect(orders.book.get(idOf(0))).toBeUndefined();
  expect(orders.book.get(idOf(1))).toBeDefined();
  expect(orders.book.all()).toHaveLength(maxEnded + 1);
});

test('the order that ended last is known when others are forgotten, however long it has waited', async () => {
  const rig = new Rig();
  const idsIn = (book: OrderBook) => book.all().map(({ id }) => id);
  const bookOf = (maxBytes: number) => {
    const keep = async (values: ReadonlyMap<string, string | undefined>) => {
      for (const [key, value] of values) value === undefined ? rig.disk.delete(key) : rig.disk.set(key, value);
    };
    return new OrderBook(rig.disk, keep, rig.log, maxBytes);
  };
  const entry = (n: number): BookedOrder => ({
    ...{ ...TO, id: String(n), action: 'restart', by: 'tanaka', digest: String(n), message: '' },
    ...{ issuedAt: n, expiresAt: 1_000_000 },
  });
  const ended = (n: number, endedAt: number): BookedOrder => ({ ...entry(n), message: undefined, endedAt });
  const book = bookOf(2_000);
  for (let n = 1; n <= 6; n++) await book.put(entry(n));
  for (const [at, n] of [2, 3, 4, 5, 1].entries()) await book.put(ended(n, 10 + at));
  expect(idsIn(book)).toEqual(['6', '5', '4', '3', '1']);
  const again = bookOf(2_000);
  await again.put(ended(6, 20));
  expect(idsIn(again)).toEqual(['6', '5', '4', '1']);
});

test('a support bundle is kept as a file for the owner alone, named by the order, and an attachment of any other order is not', async () => {
  const rig = new Rig();
  const orders = rig.start();
  const attachment = Buffer.from('a bundle').toString('base64url');
  const [support, restart] = [await orders.send({ ...RESTART, action: 'support' }), await orders.send(RESTART)];
  await orders.result(TO, await resultFor(restart, { attachment }));
  expect(orders.book.get(restart.id)).not.toHaveProperty('file');
  await orders.result(TO, await resultFor(support, { attachment }));
  const { file = '', result } = rig.start().book.get(support.id) ?? {};
  expect(readFileSync(file, 'utf8')).toBe('a bundle');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(result).not.toHaveProperty('attachment');
});

test('bundles are kept up to a bound, and the oldest go', () => {
  const folder = temporaryFolder();
  const bundles = new KeptBundles(folder);
  const keep = (n: number) => bundles.keep({ ...TO, id: String(n).padStart(32, '0') }, n * 1000, Buffer.from('x'));
  const files = Array.from({ length: maxBundles + 3 }, (_, n) => keep(n));
  const names = readdirSync(join(folder, 'support')).toSorted();
  expect(names).toHaveLength(maxBundles);
  expect(files[3]).toContain(names[0]);
});

test.each([
  { given: {}, en: 'the argument level is missing', ja: '引数 level が指定されていません' },
  { given: { level: 'info', x: 1 }, en: 'the argument x is not known here', ja: '引数 x は使えません' },
  { given: { level: 'loud' }, en: /the argument level must be one of/, ja: /引数 level / },
])('an argument that is missing, unknown or wrong is named: $en', async ({ given, en, ja }) => {
  const fault = await new Rig()
    .start()
    .send({ ...RESTART, action: 'log-level', arguments: given })
    .catch((thrown: unknown) => thrown);
  expect(fault).toMatchObject({
    code: 'bad-order',
    what: { en: expect.stringMatching(en), ja: expect.stringMatching(ja) },
  });
});
