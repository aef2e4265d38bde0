import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect, type MqttClient } from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import { maxConnectionsEach } from '../../../../gateway/net/broker/broker.ts';
import { maxAtDoor } from '../../../../gateway/net/door.ts';
import { type MqttSettings, mqttPort } from '../../../../gateway/ports/mqtt/mqtt.ts';
import { idsOf, takeAll } from '../../buffer/buffer-rig.ts';
import { Broker } from '../../net/broker.ts';
import { freePort } from '../../net/free-port.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { surroundings } from '../heard.ts';
import { client, defaults, running, topic, until } from './mqtt-rig.ts';

const hungUp = (of: MqttClient) => new Promise<void>((resolve) => of.once('close', () => resolve()));

test('the embedded broker acknowledges a message only when its reading is committed', async () => {
  const { rig, activity, url, opened } = await running();
  await opened();
  const gauge = await client(url);
  let acknowledged = false;
  const publishing = gauge.publishAsync(topic, '7', { qos: 1 }).then(() => {
    acknowledged = true;
  });
  await until(() => expect(activity.frames).toBe(1));
  await client(url); // a whole round trip, in which a PUBACK would have come
  expect(acknowledged).toBe(false);
  expect(rig.buffer.stats().commits).toBe(0);
  await rig.clock.advance(0);
  await publishing;
  expect(takeAll(rig.buffer).flatMap(idsOf)).toEqual([7]);
});

test('a message on a topic of no device is counted and acknowledged, since again would not be better', async () => {
  const { activity, url, opened } = await running();
  await opened();
  await (await client(url)).publishAsync('sensors/nobody', '7', { qos: 1 });
  expect(activity.rubbishByCode).toEqual(new Map([['unknown-address', 1]]));
  expect(activity.lastRubbish?.en).toContain('sensors/nobody');
});

test.each([
  ['home/gateway/BTtoMQTT/A4C138AABBCC', 'home/gateway/BTtoMQTT/…'],
  ['ble/a4:c1:38:aa:bb:cc/rssi', 'ble/…/rssi'],
  ['ble/f7826da6-4fa2-4e98-8024-bc5b71e0893e', 'ble/…'],
])('the address in a topic of no device (%s) is not shown', async (topic, shown) => {
  const { activity, url, opened } = await running();
  await opened();
  await (await client(url)).publishAsync(topic, '7', { qos: 1 });
  expect(activity.lastRubbish?.en).toContain(`no device has the topic ${shown}`);
});

test('a wrong user name or password is refused, the right one let in', async () => {
  const passwordFile = join(temporaryFolder(), 'password');
  writeFileSync(passwordFile, 'himitsu\n');
  chmodSync(passwordFile, 0o600);
  const { url, opened } = await running({ username: 'gauge', passwordFile });
  await opened();
  const wrongs: { username?: string; password?: string }[] = [
    {},
    { username: 'gauge', password: 'himitu' },
    { username: 'gaug', password: 'himitsu' },
  ];
  for (const wrong of wrongs) {
    await expect(client(url, wrong)).rejects.toThrow();
  }
  const right = await client(url, { username: 'gauge', password: 'himitsu' });
  expect(right.connected).toBe(true);
});

/** Users whose passwords are their names backwards. */
function usersOf(topics: Readonly<Record<string, readonly string[]>>): MqttSettings['user'] {
  const folder = temporaryFolder();
  return Object.entries(topics).map(([username, allowed]) => {
    const passwordFile = join(folder, username);
    writeFileSync(passwordFile, [...username].toReversed().join(''), { mode: 0o600 });
    return { username, passwordFile, topics: [...allowed] };
  });
}

const as = (username: string) => ({ username, password: [...username].toReversed().join('') });

test('a user of its own publishes to its topics, and is turned away elsewhere, which is counted and named', async () => {
  const user = usersOf({ 'gauge-01': [topic], 'gauge-02': ['sensors/gauge-02/#'] });
  const { rig, activity, url, opened } = await running({ user });
  await opened();
  await expect(client(url)).rejects.toThrow();
  await expect(client(url, { ...as('gauge-01'), username: 'gauge-02' })).rejects.toThrow();
  const liar = await client(url, as('gauge-02'));
  const closed = hungUp(liar);
  liar.publish(topic, '8', { qos: 1 });
  await closed;
  expect(activity.rubbishByCode.get('not-allowed')).toBe(1);
  expect(activity.lastTurnedAway?.en).toContain(`the user gauge-02 may not publish to ${topic}`);
  const publishing = (await client(url, as('gauge-01'))).publishAsync(topic, '7', { qos: 1 });
  await until(() => expect(activity.frames).toBe(1));
  await rig.clock.advance(0);
  await publishing;
  expect(takeAll(rig.buffer).flatMap(idsOf)).toEqual([7]);
});

test('the last will of a user of its own goes to its topics only', async () => {
  const { activity, url, opened } = await running({ user: usersOf({ 'gauge-02': ['sensors/gauge-02'] }) });
  await opened();
  const will = { topic, payload: Buffer.from('8'), qos: 1 as const };
  const liar = await client(url, { ...as('gauge-02'), will });
  liar.stream.destroy();
  await until(() => expect(activity.rubbishByCode.get('not-allowed')).toBe(1));
  expect(activity.frames).toBe(0);
});

test('beside users of their own the shared user name publishes everything', async () => {
  const passwordFile = join(temporaryFolder(), 'password');
  writeFileSync(passwordFile, 'himitsu', { mode: 0o600 });
  const user = usersOf({ 'gauge-02': ['sensors/gauge-02'] });
  const { rig, activity, url, opened } = await running({ username: 'gauge', passwordFile, user });
  await opened();
  const publishing = (await client(url, { username: 'gauge', password: 'himitsu' })).publishAsync(topic, '7', {
    qos: 1,
  });
  await until(() => expect(activity.frames).toBe(1));
  await rig.clock.advance(0);
  await publishing;
});

test("a user cannot end another's connection by its client id", async () => {
  const { url, opened } = await running({ user: usersOf({ 'gauge-01': [topic], 'gauge-02': [topic] }) });
  await opened();
  const gauge = await client(url, { ...as('gauge-01'), clientId: 'gauge' });
  await client(url, { ...as('gauge-02'), clientId: 'gauge' });
  await gauge.publishAsync('sensors/nobody', '', { qos: 0 });
  expect(gauge.connected).toBe(true);
  const closed = hungUp(gauge);
  await client(url, { ...as('gauge-01'), clientId: 'gauge' });
  await closed;
});

test('of a user of its own only so many connections stay, and the oldest goes', async () => {
  const { url, opened } = await running({ user: usersOf({ 'gauge-01': [topic] }), maxClients: 10 });
  await opened();
  const first = await client(url, as('gauge-01'));
  const closed = hungUp(first);
  const others: MqttClient[] = [];
  for (let n = 0; n < maxConnectionsEach; n++) others.push(await client(url, as('gauge-01')));
  await closed;
  expect(others.every(({ connected }) => connected)).toBe(true);
});

test('beyond its bound of clients the embedded broker lets nobody in', async () => {
  const { url, opened } = await running();
  await opened();
  for (let n = 0; n < 3; n++) await client(url);
  const extra = connect(url, { reconnectPeriod: 0 });
  let letIn = false;
  extra.on('connect', () => {
    letIn = true;
  });
  await hungUp(extra);
  expect(letIn).toBe(false);
});

test('connections that say nothing keep out nobody, and only so many wait', async () => {
  const { url, opened } = await running();
  await opened();
  const port = Number(url.split(':')[2]);
  const silent: Socket[] = [];
  onTestFinished(() => {
    for (const socket of silent) socket.destroy();
  });
  let gone = 0;
  for (let n = 0; n < 3 * maxAtDoor; n++) {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.on('error', () => {});
    socket.on('close', () => gone++);
    silent.push(socket);
    await once(socket, 'connect');
  }
  expect((await client(url)).connected).toBe(true);
  await until(() => expect(gone).toBeGreaterThanOrEqual(2 * maxAtDoor));
});

test('those kept out are counted: a wrong password, one client too many, a packet without end', async () => {
  const passwordFile = join(temporaryFolder(), 'password');
  writeFileSync(passwordFile, 'himitsu\n', { mode: 0o600 });
  const { activity, url, opened } = await running({ username: 'gauge', passwordFile, maxClients: 1 });
  await opened();
  const right = { username: 'gauge', password: 'himitsu' };
  await expect(client(url, { username: 'gauge', password: '' })).rejects.toThrow();
  const inside = await client(url, right);
  await expect(client(url, right)).rejects.toThrow('Server unavailable');
  const closed = hungUp(inside);
  await Promise.race([inside.publishAsync(topic, Buffer.alloc(3_000), { qos: 1 }).catch(() => {}), closed]);
  await closed;
  expect(activity.rubbishByCode).toEqual(
    new Map([
      ['unknown-address', 1],
      ['over-limit', 1],
      ['too-long', 1],
    ]),
  );
  expect((await client(url, right)).connected).toBe(true); // its place is free again
});

test('a password file that is empty, or was emptied, lets nobody in', async () => {
  const passwordFile = join(temporaryFolder(), 'password');
  writeFileSync(passwordFile, ' \n', { mode: 0o600 });
  const { activity } = await running({ username: 'gauge', passwordFile });
  await until(() => expect(activity.why?.en).toContain('the file is empty'));
  expect(activity.state).toBe('closed');
});

test('a client that asks for its session gets none, and at QoS 2 its message is stored once', async () => {
  const { rig, activity, url, opened } = await running();
  await opened();
  const gauge = await client(url, { clean: false, clientId: 'gauge' });
  const publishing = gauge.publishAsync(topic, '7', { qos: 2 });
  await until(() => expect(activity.frames).toBe(1));
  await rig.clock.advance(0);
  await publishing;
  expect(takeAll(rig.buffer).flatMap(idsOf)).toEqual([7]);
  const present = new Promise((resolve) => {
    const again = connect(url, { reconnectPeriod: 0, clean: false, clientId: 'gauge' });
    onTestFinished(() => {
      again.end(true);
    });
    again.on('connect', ({ sessionPresent }) => resolve(sessionPresent));
  });
  expect(await present).toBe(false);
});

test('a port whose address is taken says so, and listens when it is free', async () => {
  const taken = await Broker.open();
  const { activity, opened } = await running({ listen: `127.0.0.1:${taken.port}` });
  await until(() => expect(activity.why?.en).toContain('EADDRINUSE'));
  await taken.close();
  await opened();
});

const deaf = { opened() {}, message: async () => {}, rival() {}, ignored() {}, turnedAway() {}, closed() {} };

test.each([0, 1, 5, 20])('a port that is stopped %i turns after it was started ends', async (turns) => {
  const listen = `127.0.0.1:${await freePort()}`;
  const stop = new AbortController();
  const around = surroundings();
  const run = mqttPort({ ...defaults, listen }, around).run([topic], deaf, stop.signal);
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  await run;
});

test('a device that is connecting while the port is stopped does not keep it', async () => {
  const listen = `127.0.0.1:${await freePort()}`;
  const stop = new AbortController();
  const around = surroundings();
  let isOpen = false;
  const receiver = { ...deaf, opened: () => (isOpen = true) };
  const run = mqttPort({ ...defaults, listen }, around).run([topic], receiver, stop.signal);
  await until(() => expect(isOpen).toBe(true));
  const halfWay = createConnection({ host: '127.0.0.1', port: Number(listen.split(':')[1]) });
  await once(halfWay, 'connect'); // and says nothing
  const hungUpOn = once(halfWay, 'close');
  stop.abort();
  await run;
  await hungUpOn;
});
