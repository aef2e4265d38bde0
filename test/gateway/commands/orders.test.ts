/** Orders at a gateway: what is not the city's is refused with its reason, and what is the city's is done once. */
import { beforeAll, expect, test } from 'vitest';
import { clockToleranceMs } from '../../../gateway/commands/judge.ts';
import type { OrderKeySettings } from '../../../gateway/commands/order-keys.ts';
import { maxAttachments, maxRefused, maxRemembered } from '../../../gateway/commands/order-memory.ts';
import { type Act, type Acted, maxAnswersAMinute, maxReading, maxWaiting } from '../../../gateway/commands/orders.ts';
import { maxLifetimeMs, maxOrderBytes, ORDER_CONTEXT, type Order } from '../../../shared/orders/order.ts';
import { decodeResult } from '../../../shared/orders/result.ts';
import { encodeSign1 } from '../../../shared/signing/sign1.ts';
import { answerOf, everything, nextId, OrdersRig, signOrder, type TestKey, testKey } from './orders-rig.ts';

let city: TestKey;
let stranger: TestKey;
beforeAll(async () => {
  [city, stranger] = [await testKey(), await testKey()];
});

function started(about = {}) {
  const rig = new OrdersRig();
  return { rig, orders: rig.start({ keys: [everything(city.publicKey, about)] }) };
}

test('an order is done and its result names it', async () => {
  const { rig, orders } = started();
  const order = rig.order();
  const result = await answerOf(orders, await signOrder(order, city.signer));
  expect(result).toMatchObject({ id: order.id, gateway: 'gateway-01', outcome: 'done', details: { times: 1 } });
  expect(result?.at).toBe(rig.clock.moment().wall);
  expect(rig.audited.map(({ outcome }) => outcome)).toEqual(['begun', 'done']);
});

test('a repeat is answered with the first result, also after a restart, and is not done again', async () => {
  const { rig, orders } = started();
  const message = await signOrder(rig.order(), city.signer);
  const first = await answerOf(orders, message);
  await rig.clock.advance(60_000);
  expect(await answerOf(orders, message)).toEqual(first);
  await orders.stop();
  const again = rig.start({ keys: [everything(city.publicKey)] });
  expect(await answerOf(again, message)).toEqual(first);
  expect(rig.acted).toHaveLength(1);
});

test('whoever asks while an order is under way is told its end at once, also if a restart has come between', async () => {
  const rig = new OrdersRig();
  const keys = [everything(city.publicKey)];
  const cutOff: Act = { isLong: true, run: async () => undefined };
  const before = rig.start({ keys, act: cutOff });
  const message = await signOrder(rig.order(), city.signer);
  expect(await answerOf(before, message)).toBeUndefined();
  await before.stop();
  let endTrial = (_: Acted) => {};
  const trial = new Promise<Acted>((resolve) => {
    endTrial = resolve;
  });
  const after = rig.start({ keys, act: { ...cutOff, resume: () => trial } });
  const told = new Promise<Uint8Array>(
    (resolve) => void after.take(message, resolve).then(() => endTrial({ outcome: 'done' })),
  );
  expect(decodeResult(await told)).toMatchObject({ outcome: 'done' });
});

const HOUR = 3_600_000;
const refusals: readonly (readonly [string, string, (order: Order) => Partial<Order>, Partial<OrderKeySettings>?])[] = [
  ['to another gateway', 'other-gateway', () => ({ gateway: 'gateway-02' })],
  ['of another tenant', 'other-gateway', () => ({ tenant: 'takamatsu' })],
  ['that nobody knows', 'unknown-action', () => ({ action: 'explode' })],
  [
    'that nothing here does',
    'not-supported',
    () => ({ action: 'update', arguments: { version: '9.9.9', url: 'https://hub.example/releases' } }),
  ],
  [
    'to a device that is not here',
    'unknown-device',
    () => ({ action: 'display', device: 'sign-09', arguments: { text: 'x' } }),
  ],
  ['to no device', 'wrong-place', () => ({ action: 'display', arguments: { text: 'x' } })],
  ['to a device for the gateway', 'wrong-place', () => ({ device: 'pump-01' })],
  ['with a faulty argument', 'bad-arguments', () => ({ action: 'log-level', arguments: { level: 'loud' } })],
  ['with an argument too many', 'bad-arguments', () => ({ arguments: { now: true } })],
  [
    'from the future',
    'not-yet',
    ({ issuedAt }) => ({ issuedAt: issuedAt + clockToleranceMs + 1, expiresAt: issuedAt + HOUR }),
  ],
  ['that counts too long', 'bad-lifetime', ({ issuedAt }) => ({ expiresAt: issuedAt + maxLifetimeMs + 1 })],
  ['that ends before it begins', 'bad-lifetime', ({ issuedAt }) => ({ expiresAt: issuedAt - 1 })],
  ['whose action is not allowed', 'not-allowed', () => ({}), { actions: ['configure'] }],
  ['to the gateway by a key for a device', 'not-allowed', () => ({}), { devices: ['pump-01'] }],
  [
    'whose device is not allowed',
    'not-allowed',
    () => ({ action: 'display', device: 'pump-02', arguments: { text: 'x' } }),
    { devices: ['pump-01'] },
  ],
  [
    'whose group is not allowed',
    'not-allowed',
    () => ({ action: 'display', device: 'pump-02', arguments: { text: 'x' } }),
    { groups: ['signs'] },
  ],
];

for (const [what, reason, about, key = {}] of refusals) {
  test(`an order ${what} is refused as "${reason}"`, async () => {
    const { rig, orders } = started(key);
    const order = rig.order();
    const result = await answerOf(orders, await signOrder({ ...order, ...about(order) }, city.signer));
    expect(result).toMatchObject({ outcome: 'refused', reason });
    expect(result?.text?.en).not.toBe(result?.text?.ja);
    expect(rig.acted).toEqual([]);
  });
}

test('an order is over after its end and what clocks may be apart', async () => {
  const { rig, orders } = started();
  const order = rig.order();
  const late = await signOrder(order, city.signer);
  const later = await signOrder({ ...order, id: nextId() }, city.signer);
  await rig.clock.advance(600_000 + clockToleranceMs);
  expect(await answerOf(orders, late)).toMatchObject({ outcome: 'done' });
  await rig.clock.advance(1);
  expect(await answerOf(orders, later)).toMatchObject({ outcome: 'expired', reason: 'expired' });
});

test('an order that would count for ever takes no place in the memory', async () => {
  const { rig, orders } = started();
  const endless = await signOrder({ ...rig.order(), expiresAt: 8.64e15 }, city.signer);
  expect(await answerOf(orders, endless)).toMatchObject({ outcome: 'refused', reason: 'bad-lifetime' });
  expect(rig.disk.size).toBe(0);
  expect(await answerOf(orders, endless)).toMatchObject({ outcome: 'refused', reason: 'bad-lifetime' });
});

test('a key that may order a group orders its devices', async () => {
  const { rig, orders } = started({ groups: ['pumps'] });
  const order = rig.order({ action: 'display', device: 'pump-02', arguments: { text: 'x' } });
  expect(await answerOf(orders, await signOrder(order, city.signer))).toMatchObject({ outcome: 'done' });
});

test('what nobody here has signed is refused, and its result names no order', async () => {
  const { rig, orders } = started();
  const order = rig.order();
  const real = await signOrder(order, city.signer);
  const changed = Uint8Array.from(real);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  const kidOfCity = { kid: city.signer.kid, sign: stranger.signer.sign };
  const forged: readonly (readonly [Uint8Array, string])[] = [
    [await signOrder(order, stranger.signer), 'unknown-key'],
    [await signOrder(order, kidOfCity), 'bad-signature'],
    [changed, 'bad-signature'],
    [await encodeSign1(new Uint8Array(3), ORDER_CONTEXT, city.signer), 'unreadable'],
    [Uint8Array.of(1, 2, 3), 'unreadable'],
    [new Uint8Array(0), 'unreadable'],
    [new Uint8Array(maxOrderBytes + 1), 'unreadable'],
  ];
  for (const [message, reason] of forged) {
    const result = await answerOf(orders, message);
    expect(result).toMatchObject({ outcome: 'refused', reason });
    expect(result?.id).toBeUndefined();
  }
  expect(rig.disk.size).toBe(0);
  expect(await answerOf(orders, real)).toMatchObject({ outcome: 'done' });
});

test('an order that was signed for something else is none', async () => {
  const { rig, orders } = started();
  const message = await signOrder(rig.order(), city.signer);
  const { readSign1 } = await import('../../../shared/signing/sign1.ts');
  const moved = await encodeSign1(readSign1(message, maxOrderBytes).payload, 'machimori release 1', city.signer);
  expect(await answerOf(orders, moved)).toMatchObject({ reason: 'bad-signature' });
});

test('a flood of forgeries is answered so often a minute, and fills no memory', async () => {
  const { rig, orders } = started();
  let answers = 0;
  for (let i = 0; i < 50; i++) await orders.take(await signOrder(rig.order(), stranger.signer), () => void answers++);
  expect(answers).toBe(maxAnswersAMinute);
  expect(orders.counts).toMatchObject({ refused: 50, waiting: 0 });
  expect(rig.disk.size).toBe(0);
});

test('another order under an id that was taken is refused, and the first stands', async () => {
  const { rig, orders } = started();
  const order = rig.order();
  const first = await answerOf(orders, await signOrder(order, city.signer));
  expect(await answerOf(orders, await signOrder({ ...order, by: 'suzuki' }, city.signer))).toMatchObject({
    outcome: 'refused',
    reason: 'id-taken',
  });
  expect(await answerOf(orders, await signOrder(order, city.signer))).toEqual(first);
});

test('of the last few results that brought something the gateway tells it again, also after a restart', async () => {
  const rig = new OrdersRig();
  const act = { run: async () => ({ outcome: 'done', attachment: 'AAAA' }) as const };
  const options = { keys: [everything(city.publicKey)], act };
  const orders = rig.start(options);
  const messages = await Promise.all(
    Array.from({ length: maxAttachments + 1 }, () => signOrder(rig.order(), city.signer)),
  );
  for (const message of messages) expect(await answerOf(orders, message)).toHaveProperty('attachment', 'AAAA');
  const later = rig.start(options);
  const [oldest, ...rest] = await Promise.all(messages.map((message) => answerOf(later, message)));
  expect(oldest).toMatchObject({ outcome: 'done' });
  expect(oldest).not.toHaveProperty('attachment');
  for (const result of rest) expect(result).toHaveProperty('attachment', 'AAAA');
});

test('what was refused stays refused, whatever the gateway may do later', async () => {
  const { rig, orders } = started({ actions: ['configure'] });
  const message = await signOrder(rig.order(), city.signer);
  expect(await answerOf(orders, message)).toMatchObject({ reason: 'not-allowed' });
  const later = rig.start({ keys: [everything(city.publicKey)] });
  expect(await answerOf(later, message)).toMatchObject({ reason: 'not-allowed' });
  expect(rig.acted).toEqual([]);
});

test('until the clock is set orders wait, so many of them, and are done once it is', async () => {
  const { rig, orders } = started();
  rig.clock.synchronised = false;
  const messages = await Promise.all(Array.from({ length: maxWaiting + 1 }, () => signOrder(rig.order(), city.signer)));
  const results: (string | undefined)[] = [];
  for (const message of messages) await orders.take(message, (bytes) => results.push(decodeResult(bytes).reason));
  expect(results).toEqual(['too-many']);
  expect(rig.acted).toEqual([]);
  rig.clock.synchronised = true;
  await Promise.all([orders.idle(), rig.clock.advance(2_000)]);
  expect(rig.acted).toHaveLength(maxWaiting);
});

test('at its bound the memory takes no more, and forgets what is over, which stays over when the clock goes back', async () => {
  const { rig, orders } = started();
  const first = rig.order();
  await answerOf(orders, await signOrder(first, city.signer));
  for (let i = 1; i < maxRemembered; i++) await answerOf(orders, await signOrder(rig.order(), city.signer));
  expect(await answerOf(orders, await signOrder(rig.order(), city.signer))).toMatchObject({ reason: 'too-many' });
  await rig.clock.advance(2 * 86_400_000);
  expect(await answerOf(orders, await signOrder(rig.order(), city.signer))).toMatchObject({ outcome: 'done' });
  expect(rig.disk.size).toBe(maxRemembered + 1); // and the end of what was forgotten
  rig.clock.setTo(first.issuedAt - rig.clock.moment().monotonic);
  const again = rig.start({ keys: [everything(city.publicKey)] });
  expect(await answerOf(again, await signOrder(first, city.signer))).toMatchObject({ outcome: 'expired' });
  expect(rig.acted.filter((id) => id === first.id)).toHaveLength(1);
}, 30_000);

test('in a small buffer it takes its share, whatever is refused, ordered or attached', async () => {
  const rig = new OrdersRig();
  const memoryBytes = 12_000;
  const act: Act = { run: async (): Promise<Acted> => ({ outcome: 'done', attachment: 'A'.repeat(4_000) }) };
  const narrow = everything(stranger.publicKey, { name: 'narrow', actions: ['write'], devices: ['pump-1'] });
  const orders = rig.start({ keys: [everything(city.publicKey), narrow], act, memoryBytes });
  const bytes = () => [...rig.disk].reduce((sum, [key, row]) => sum + key.length + Buffer.byteLength(row), 0);
  const outcomes = new Set<string | undefined>();
  for (let i = 0; i < 40; i++) {
    const { signer } = i % 2 === 0 ? stranger : city;
    const result = await answerOf(orders, await signOrder(rig.order(), signer));
    outcomes.add(result?.reason ?? result?.outcome);
    expect(bytes()).toBeLessThanOrEqual(memoryBytes);
  }
  expect([...outcomes].sort()).toEqual(['done', 'not-allowed', 'too-many']);
});

test('while there is room a clock that is set far ahead makes a gateway forget nothing', async () => {
  const { rig, orders } = started();
  const first = await signOrder(rig.order(), city.signer);
  expect(await answerOf(orders, first)).toMatchObject({ outcome: 'done' });
  await rig.clock.advance(2 * 86_400_000);
  expect(await answerOf(orders, await signOrder(rig.order(), city.signer))).toMatchObject({ outcome: 'done' });
  expect(await answerOf(orders, first)).toMatchObject({ outcome: 'done' });
});

test('the refusals of a key have a share of their own, and take no place from the orders of others', async () => {
  const rig = new OrdersRig();
  const narrow = everything(stranger.publicKey, { name: 'narrow', actions: ['write'], devices: ['pump-1'] });
  const orders = rig.start({ keys: [everything(city.publicKey), narrow] });
  for (let i = 0; i < maxRefused + 5; i++) {
    expect(await answerOf(orders, await signOrder(rig.order(), stranger.signer))).toMatchObject({
      reason: 'not-allowed',
    });
  }
  const again = rig.start({ keys: [everything(city.publicKey), narrow] });
  expect(again.taken()).toHaveLength(maxRefused);
  const allowed = rig.order({ action: 'write', device: 'pump-1', arguments: { name: 'on', value: true } });
  expect(await answerOf(again, await signOrder(allowed, stranger.signer))).toMatchObject({ outcome: 'done' });
  const unknown = rig.order({ action: 'write', device: 'nobody', arguments: { name: 'on', value: true } });
  expect(await answerOf(again, await signOrder(unknown, city.signer))).toMatchObject({ reason: 'unknown-device' });
});

test('what was refused as not yet issued stays refused when its time has come', async () => {
  const { rig, orders } = started();
  const message = await signOrder(
    rig.order({ issuedAt: rig.clock.moment().wall + 3_600_000, expiresAt: rig.clock.moment().wall + 7_200_000 }),
    city.signer,
  );
  expect(await answerOf(orders, message)).toMatchObject({ reason: 'not-yet' });
  await rig.clock.advance(3_700_000);
  expect(await answerOf(orders, message)).toMatchObject({ reason: 'not-yet' });
  expect(rig.acted).toEqual([]);
});

test('what was told to be over stays over when the clock goes back', async () => {
  const { rig, orders } = started();
  const message = await signOrder(rig.order(), city.signer);
  await rig.clock.advance(3_600_000);
  expect(await answerOf(orders, message)).toMatchObject({ outcome: 'expired' });
  rig.clock.setTo(rig.clock.moment().wall - rig.clock.moment().monotonic - 3_600_000);
  expect(await answerOf(orders, message)).toMatchObject({ outcome: 'expired' });
  expect(await answerOf(rig.start({ keys: [everything(city.publicKey)] }), message)).toMatchObject({
    outcome: 'expired',
  });
  expect(rig.acted).toEqual([]);
});

test('what cannot be remembered is not done', async () => {
  const rig = new OrdersRig();
  const remember = () => {
    throw new Error('the disk is full');
  };
  const orders = rig.start({ keys: [everything(city.publicKey)], remember });
  const message = await signOrder(rig.order(), city.signer);
  expect(await answerOf(orders, message)).toMatchObject({ outcome: 'refused', reason: 'cannot-remember' });
  expect(rig.acted).toEqual([]);
  expect(await answerOf(rig.start({ keys: [everything(city.publicKey)] }), message)).toMatchObject({ outcome: 'done' });
});

test('an act that fails says why', async () => {
  const rig = new OrdersRig();
  const act = { run: () => Promise.reject(new Error('the line is gone')) };
  const orders = rig.start({ keys: [everything(city.publicKey)], act });
  const result = await answerOf(orders, await signOrder(rig.order(), city.signer));
  expect(result).toMatchObject({ outcome: 'failed', text: { en: 'the line is gone' } });
});

test('of a flood of messages only so many are read at once', async () => {
  const { rig, orders } = started();
  const messages = await Promise.all(Array.from({ length: maxReading + 5 }, () => signOrder(rig.order(), city.signer)));
  await Promise.all(messages.map((message) => orders.take(message, () => {})));
  await orders.idle();
  expect(rig.acted).toHaveLength(maxReading);
});

test('what became of an order is told also when its key has gone since, and of no other message of that key', async () => {
  const rig = new OrdersRig();
  const [message, other] = [await signOrder(rig.order(), city.signer), await signOrder(rig.order(), city.signer)];
  const done = await answerOf(rig.start({ keys: [everything(city.publicKey)] }), message);
  const { publicKey } = await testKey();
  const again = rig.start({ keys: [everything(publicKey, { name: 'new' })] });
  expect(await answerOf(again, message)).toEqual(done);
  expect(await answerOf(again, other)).toMatchObject({ outcome: 'refused', reason: 'unknown-key' });
});
