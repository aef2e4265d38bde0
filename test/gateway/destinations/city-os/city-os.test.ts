import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import { digestOf } from '../../../../gateway/buffer/digest.ts';
import { firstPauseMs, maxLosses, maxPauseMs } from '../../../../gateway/destinations/city-os/asked-for.ts';
import { type DeviceDescription, decodeBirth, decodeStatus, encodeBirth } from '../../../../shared/feed/birth.ts';
import { decodeGap, type Gap } from '../../../../shared/feed/receipt.ts';
import { foreign } from '../../../../shared/text.ts';
import { stored, unreadable } from '../../buffer/buffer-rig.ts';
import { Broker } from '../../net/broker.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { CityRig, standing, TOPIC, until } from './city-rig.ts';

test('a session begins with a retained birth, and reports are a retained status', async () => {
  const broker = await Broker.open();
  const city = new CityRig(broker);
  const session = await city.open();
  await until(() => expect(broker.on(`${TOPIC}/birth`)).toHaveLength(1));
  const [birth] = broker.on(`${TOPIC}/birth`);
  expect(birth).toMatchObject({ retain: true, qos: 1 });
  expect(decodeBirth(birth?.payload ?? new Uint8Array())).toMatchObject({
    gateway: 'gateway-01',
    tenant: 'kakogawa',
    software: 'machimori 0.1.0',
    epoch: city.epoch,
    devices: [{ id: 'gauge-01', type: 'line', kinds: ['water-level'], units: { level: 'm' } }],
  });
  await session.report(standing);
  const [status] = broker.on(`${TOPIC}/status`);
  expect(status).toMatchObject({ retain: true, qos: 1 });
  expect(decodeStatus(status?.payload ?? new Uint8Array())).toMatchObject({ state: 'online', sealed: 7 });
});

test('within an epoch no birth is dated before another, whatever the clock does', async () => {
  const broker = await Broker.open();
  let wall = 2_000_000;
  const city = new CityRig(broker);
  const moment = () => ({ wall, monotonic: 0, synchronised: true });
  const clock = { moment, sleep: (ms: number, signal: AbortSignal) => city.rig.clock.sleep(ms, signal) };
  let devices: readonly DeviceDescription[] = [];
  const session = await city.open({ clock, devices: () => devices });
  const born = () => broker.on(`${TOPIC}/birth`).map(({ payload }) => decodeBirth(payload).at);
  await until(() => expect(born()).toEqual([2_000_000]));
  wall = 1_000;
  devices = [{ id: 'soil-01', type: 'lorawan', kinds: [], units: {} }];
  await session.report(standing);
  await until(() => expect(born()).toEqual([2_000_000, 2_000_001]));
  wall = 3_000_000;
  devices = [];
  await session.report(standing);
  await until(() => expect(born()).toEqual([2_000_000, 2_000_001, 3_000_000]));
});

test('the status says which of its devices are silent and what is wrong, both bounded', async () => {
  const broker = await Broker.open();
  const city = new CityRig(broker);
  const ids = Array.from({ length: 150 }, (_, n) => `soil-${n}`);
  const session = await city.open({
    devices: () => ids.map((id) => ({ id, type: 'lorawan', kinds: [], units: {} })),
    silent: () => ['another-tenants', ...ids.slice(0, 120)],
    problems: () => Array.from({ length: 30 }, (_, n) => ({ ...foreign(`problem ${n}`), code: 'status.silent' })),
  });
  await session.report(standing);
  const [message] = broker.on(`${TOPIC}/status`);
  const { silent, problems } = decodeStatus(message?.payload ?? new Uint8Array());
  expect(silent).toEqual({ count: 120, devices: ids.slice(0, 100) });
  expect(problems).toHaveLength(20);
  expect(problems?.[0]).toEqual({ code: 'status.silent', en: 'problem 0', ja: 'problem 0' });
});

test('a batch goes out as it was sealed, and the promise is kept by its own receipt', async () => {
  const broker = await Broker.open();
  const city = new CityRig(broker);
  const session = await city.open();
  const [first, second] = await city.batches(2);
  if (first?.kind !== 'batch' || second?.kind !== 'batch') throw new Error('nothing was sealed');
  let isFirstSettled = false;
  const receipts = [
    session.send(first).finally(() => {
      isFirstSettled = true;
    }),
    session.send(second),
  ];
  await until(() => expect(broker.on(`${TOPIC}/batch`)).toHaveLength(2));
  const sent = broker.on(`${TOPIC}/batch`).map(({ payload }) => Buffer.from(payload));
  expect(sent).toEqual([first, second].map(({ batch }) => Buffer.from(batch.bytes)));
  city.receipt(stored(second, [{ index: 2, reason: 'out of area' }]));
  expect(await receipts[1]).toMatchObject({ outcome: 'stored', refused: [{ index: 2, reason: 'out of area' }] });
  expect(isFirstSettled).toBe(false);
  city.receipt(unreadable(first, 'too new'));
  expect(await receipts[0]).toMatchObject({ outcome: 'unreadable', reason: 'too new' });
});

test('a gap is sent and receipted like a batch', async () => {
  const broker = await Broker.open();
  const city = new CityRig(broker);
  const session = await city.open();
  const gap: Gap = { gateway: 'gateway-01', epoch: city.epoch, number: 3, last: 9, count: 70, reason: 'quota' };
  broker.answer = ({ topic }) => {
    if (topic === `${TOPIC}/gap`) city.receipt(stored({ kind: 'gap', gap }));
  };
  expect(await session.send({ kind: 'gap', gap })).toMatchObject({ number: 3, outcome: 'stored' });
  expect(decodeGap(broker.on(`${TOPIC}/gap`)[0]?.payload ?? new Uint8Array())).toEqual(gap);
});

test('a late receipt of a smaller gap, or of the batch that was dropped, does not answer a gap', async () => {
  const broker = await Broker.open();
  const city = new CityRig(broker);
  const session = await city.open();
  const gap: Gap = { gateway: 'gateway-01', epoch: city.epoch, number: 3, last: 9, count: 70, reason: 'quota' };
  broker.answer = ({ topic }) => {
    if (topic !== `${TOPIC}/gap`) return;
    const receipt = stored({ kind: 'gap', gap });
    city.receipt({ ...receipt, last: 5 });
    const { last: _, ...ofTheBatch } = receipt;
    city.receipt(ofTheBatch);
    city.receipt({ ...receipt, reason: 'the right one' });
  };
  expect(await session.send({ kind: 'gap', gap })).toMatchObject({ last: 9, reason: 'the right one' });
});

test('a receipt that does not come in time rejects the send', async () => {
  const broker = await Broker.open();
  const city = new CityRig(broker);
  const session = await city.open();
  const [batch] = await city.batches(1);
  if (batch === undefined) throw new Error('nothing was sealed');
  const sending = session.send(batch).catch((fault: Error) => fault.message);
  await until(() => expect(broker.on(`${TOPIC}/batch`)).toHaveLength(1));
  await city.rig.clock.advance(30_000);
  expect(await sending).toBe('no receipt came in time');
});

test('receipts that are garbage, of another gateway, epoch or number settle nothing', async () => {
  const broker = await Broker.open();
  const city = new CityRig(broker);
  const session = await city.open();
  const [batch] = await city.batches(1);
  if (batch === undefined) throw new Error('nothing was sealed');
  let isSettled = false;
  const sending = session.send(batch).then(() => {
    isSettled = true;
  });
  await until(() => expect(broker.on(`${TOPIC}/batch`)).toHaveLength(1));
  broker.publish(`${TOPIC}/receipt`, Buffer.from('garbage'));
  city.receipt({ ...stored(batch), epoch: '0123456789abcdef' });
  city.receipt({ ...stored(batch), number: 99 });
  city.receipt({ ...stored(batch), gateway: 'gateway-02', outcome: 'unreadable' });
  await session.report(standing); // a whole round trip behind them
  await until(() => expect(city.rig.log.at('warn')).toHaveLength(1));
  expect(isSettled).toBe(false);
  city.receipt(stored(batch));
  await sending;
});

test('a receipt for other bytes under the number answers nothing', async () => {
  const broker = await Broker.open();
  const city = new CityRig(broker);
  const session = await city.open();
  const [batch, other] = await city.batches(2);
  if (batch?.kind !== 'batch' || other?.kind !== 'batch') throw new Error('nothing was sealed');
  const sending = session.send(batch);
  await until(() => expect(broker.on(`${TOPIC}/batch`)).toHaveLength(1));
  city.receipt({ ...stored(batch), digest: digestOf(other.batch.bytes) });
  city.receipt({ ...stored(batch, [{ index: 1, reason: 'ours' }]), digest: digestOf(batch.batch.bytes) });
  expect(await sending).toMatchObject({ refused: [{ index: 1, reason: 'ours' }] });
});

test('a box that finds the births of another in its own name has a rival; its own births are none', async () => {
  const broker = await Broker.open();
  const city = new CityRig(broker);
  await city.rig.clock.advance(60_000);
  const destination = city.destination();
  const other = await connectAsync(broker.url);
  onTestFinished(() => other.endAsync(true));
  const born = (at: number) =>
    encodeBirth({ gateway: 'gateway-01', tenant: 'kakogawa', software: 'x', epoch: city.epoch, at, devices: [] });
  for (let n = 1; n <= 2; n++) {
    expect(destination.hasRival?.()).toBe(false);
    const at = city.rig.clock.moment().wall + n;
    await other.publishAsync(`${TOPIC}/birth`, Buffer.from(born(at)), { qos: 1, retain: true });
    const session = await destination.open(new AbortController().signal);
    await until(() => expect(broker.on(`${TOPIC}/birth`)).toHaveLength(2 * n));
    await session.report(standing); // a whole round trip behind what was retained
    await session.close(standing);
    await city.rig.clock.advance(60_000);
  }
  expect(destination.hasRival?.()).toBe(true);
});

test('a broker that lets no gateway hear births is asked in each session and serves all the same', async () => {
  const asked: string[] = [];
  const broker = await Broker.open({
    maySubscribe: (topic) => {
      asked.push(topic);
      return !topic.endsWith('/birth');
    },
  });
  const destination = new CityRig(broker).destination();
  for (let n = 0; n < 5; n++) await (await destination.open(new AbortController().signal)).close(standing);
  expect(asked.filter((topic) => topic.endsWith('/birth'))).toHaveLength(5);
  expect(destination.hasRival?.()).toBe(false);
});

test('an operators’ list is handed on as it came; none is asked for unless somebody takes it', async () => {
  const asked: string[] = [];
  const broker = await Broker.open({
    maySubscribe: (topic) => {
      asked.push(topic);
      return true;
    },
  });
  const city = new CityRig(broker);
  const lists: string[] = [];
  await city.open({ takeOperators: (signed) => lists.push(Buffer.from(signed).toString()) });
  broker.publish(`${TOPIC}/operators`, Buffer.from('a list'));
  await until(() => expect(lists).toEqual(['a list']));
  expect(asked.splice(0)).toContain(`${TOPIC}/operators`);
  await city.open();
  expect(asked).not.toContain(`${TOPIC}/operators`);
});

test('a broker that refuses the operators’ list serves all the same, and is asked in each session', async () => {
  const asked: string[] = [];
  const broker = await Broker.open({
    maySubscribe: (topic) => {
      if (topic.endsWith('/operators')) asked.push(topic);
      return !topic.endsWith('/operators');
    },
  });
  const city = new CityRig(broker);
  const destination = city.destination({ takeOperators: () => {} });
  for (let n = 0; n < 5; n++) await (await destination.open(new AbortController().signal)).close(standing);
  expect(asked).toHaveLength(5);
  expect(city.rig.log.at('warn')[0]?.message).toMatch(/gives this gateway no operators' list/);
});

test('a broker that throws a gateway out for asking for orders is asked ever more seldom, and for ever', async () => {
  const asked: number[] = [];
  let isMended = false;
  const broker = await Broker.open({
    maySubscribe: (topic) => {
      if (!topic.endsWith('/command')) return true;
      asked.push(city.rig.clock.moment().monotonic);
      if (!isMended) broker.cut();
      return isMended;
    },
  });
  const city = new CityRig(broker);
  const orders: string[] = [];
  const destination = city.destination({ takeOrder: (message) => orders.push(Buffer.from(message).toString()) });
  const signal = new AbortController().signal;
  const began = city.rig.clock.moment().monotonic;
  for (let n = 0; n < maxLosses; n++) await expect(destination.open(signal)).rejects.toThrow();
  await (await destination.open(signal)).close(standing);
  expect(asked.splice(0)).toEqual([began, began, began]);
  await city.rig.clock.advance(firstPauseMs);
  await expect(destination.open(signal)).rejects.toThrow();
  const session = await destination.open(signal);
  onTestFinished(() => session.close(standing));
  isMended = true;
  await city.rig.clock.advance(maxPauseMs);
  await session.report(standing);
  expect(asked.map((at) => at - began)).toEqual([firstPauseMs, firstPauseMs + maxPauseMs]);
  broker.publish(`${TOPIC}/command`, Buffer.from('an order'));
  await until(() => expect(orders).toEqual(['an order']));
});

test('with puback the broker’s acknowledgement settles the batch', async () => {
  const broker = await Broker.open();
  const city = new CityRig(broker);
  const session = await city.open({ acknowledge: 'puback' });
  const [batch] = await city.batches(1);
  if (batch === undefined) throw new Error('nothing was sealed');
  expect(await session.send(batch)).toEqual(stored(batch));
});

test('a lost connection ends the session, rejects what is on its way, and the last will says offline', async () => {
  const broker = await Broker.open();
  const city = new CityRig(broker);
  const session = await city.open();
  const [batch] = await city.batches(1);
  if (batch === undefined) throw new Error('nothing was sealed');
  const sending = session.send(batch).catch((fault: Error) => fault.message);
  await until(() => expect(broker.on(`${TOPIC}/batch`)).toHaveLength(1));
  broker.cut();
  expect(await session.ended).toMatchObject({ en: 'the broker closed the connection' });
  expect(await sending).toContain('the connection was lost');
  await until(() => expect(broker.on(`${TOPIC}/status`)).toHaveLength(1));
  const [will] = broker.on(`${TOPIC}/status`);
  expect(will).toMatchObject({ retain: true, qos: 1 });
  expect(decodeStatus(will?.payload ?? new Uint8Array())).toMatchObject({ state: 'offline', epoch: city.epoch });
});

test('a goodbye says offline with how things stand, and leaves no last will', async () => {
  const broker = await Broker.open();
  const session = await new CityRig(broker).open();
  await session.close(standing);
  expect(await session.ended).toMatchObject({ en: 'closed' });
  await until(() => expect(broker.connections).toBe(0));
  const statuses = broker.on(`${TOPIC}/status`).map(({ payload }) => decodeStatus(payload));
  expect(statuses).toEqual([expect.objectContaining({ state: 'offline', at: standing.at, sealed: 7 })]);
});

test('the gateway is known by its user name, its password and a client name of its own', async () => {
  const passwordFile = join(temporaryFolder(), 'password');
  writeFileSync(passwordFile, 'himitsu\n', { mode: 0o600 });
  const broker = await Broker.open({
    authenticate: (name, password) => name === 'gateway-01' && password === 'himitsu',
  });
  const city = new CityRig(broker);
  const settings = { url: broker.url, protocol: '3.1.1', keepaliveMs: 30_000, username: 'gateway-01' } as const;
  await city.open({ broker: { ...settings, passwordFile } });
  expect(broker.clients).toEqual([{ id: 'machimori-kakogawa-gateway-01-city', username: 'gateway-01' }]);
  writeFileSync(passwordFile, 'wrong');
  await expect(city.open({ broker: { ...settings, passwordFile } })).rejects.toMatchObject({
    code: 'broker-unreachable',
  });
  await expect(city.open({ broker: { ...settings, passwordFile: '/nowhere' } })).rejects.toMatchObject({
    code: 'broker-credentials',
    on: '/nowhere',
  });
});

test('a broker that does not let the receipts be heard is refused, and left', async () => {
  const broker = await Broker.open({ maySubscribe: () => false });
  await expect(new CityRig(broker).open()).rejects.toMatchObject({ code: 'broker-unreachable' });
  await until(() => expect(broker.connections).toBe(0));
});

test('a broker that never acknowledges the birth is left when a receipt would be late', async () => {
  const broker = await Broker.open({ acknowledges: () => false });
  const city = new CityRig(broker);
  const opening = city.open().catch((fault: Error) => fault.message);
  await until(() => expect(broker.withheld).toEqual([`${TOPIC}/birth`]));
  await city.rig.clock.advance(30_000);
  expect(await opening).toBe('no receipt came in time');
});

test('a stop does not wait for a broker that never acknowledges the birth', async () => {
  const broker = await Broker.open({ acknowledges: () => false });
  const stop = new AbortController();
  const opening = new CityRig(broker).open({}, stop.signal).catch((fault: Error) => fault.message);
  await until(() => expect(broker.withheld).toEqual([`${TOPIC}/birth`]));
  stop.abort();
  expect(await opening).toContain('the connection was lost');
});

test('nobody there is said with the address', async () => {
  const broker = await Broker.open();
  const { url } = broker;
  const city = new CityRig(broker);
  await broker.close();
  const settings = { url, protocol: '3.1.1', keepaliveMs: 30_000 } as const;
  await expect(city.open({ broker: settings })).rejects.toMatchObject({ code: 'broker-unreachable', on: url });
});
