/** Whoever is turned away at the embedded broker is counted and named, and what can go on goes on. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { idsOf, takeAll } from '../../buffer/buffer-rig.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { client, packet, rawClient, running, topic, until } from './mqtt-rig.ts';

const subackRefused = '9003000180';

test('a device that subscribes is refused that, goes on, and its readings are taken', async () => {
  const { rig, activity, url, opened } = await running();
  await opened();
  const device = await rawClient(url, packet.connect('arduino-1'), packet.subscribe(1, 'cmd/arduino-1'));
  await device.answered(subackRefused);
  device.send(packet.publish(1, topic, '7'));
  await until(() => expect(activity.frames).toBe(1));
  await rig.clock.advance(0);
  await device.answered('50020001');
  expect(takeAll(rig.buffer).flatMap(idsOf)).toEqual([7]);
  expect(activity.rubbishByCode).toEqual(new Map([['not-allowed', 1]]));
  expect(activity.lastRubbish?.en).toContain('cmd/arduino-1');
  expect(activity).toMatchObject({ turnedAway: 0, rubbishInARow: 0 });
  expect(rig.rig.log.at('warn')[0]?.fields.why).toContain('cmd/arduino-1');
});

test('of several filters none is granted', async () => {
  const { url, opened } = await running();
  await opened();
  const nosy = await client(url);
  const granted = await nosy.subscribeAsync(['#', topic, '$SYS/#']).catch(() => []);
  expect(granted.every(({ qos }) => qos >= 128)).toBe(true);
  await nosy.publishAsync('sensors/nobody', '');
  expect(nosy.connected).toBe(true);
});

test('a message that its device asks to be retained is published now, and makes a reading', async () => {
  const { rig, activity, url, opened } = await running();
  await opened();
  const publishing = (await client(url)).publishAsync(topic, '7', { qos: 1, retain: true });
  await until(() => expect(activity.frames).toBe(1));
  await rig.clock.advance(0);
  await publishing;
  expect(takeAll(rig.buffer).flatMap(idsOf)).toEqual([7]);
});

test.each([
  ['MQTT 5', packet.connect('new', { level: 5 }), 'speaks MQTT 5'],
  ['TLS', Buffer.from('16030100c8010000c40303', 'hex'), 'is not MQTT without TLS'],
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'is not MQTT without TLS'],
])('a client that speaks %s is turned away by name', async (_what, first, said) => {
  const { rig, activity, url, opened } = await running();
  await opened();
  const stranger = await rawClient(url, first);
  await stranger.closed();
  await until(() => expect(activity.turnedAway).toBe(1));
  expect(activity.lastTurnedAway?.en).toContain(said);
  expect(activity.lastTurnedAway?.en).toContain('127.0.0.1');
  expect(rig.rig.log.at('warn')[0]).toMatchObject({ message: 'A client was turned away', fields: { port: 'mqtt' } });
});

test('a wrong password and one client too many are turned away, and what they were told says why', async () => {
  const passwordFile = join(temporaryFolder(), 'password');
  writeFileSync(passwordFile, 'himitsu\n');
  chmodSync(passwordFile, 0o600);
  const { activity, url, opened } = await running({ username: 'gauge', passwordFile, maxClients: 1 });
  await opened();
  await expect(client(url, { username: 'gauge', password: 'himitu' })).rejects.toThrow('Not authorized');
  expect(activity.lastTurnedAway?.en).toContain('wrong user name or password');
  await client(url, { username: 'gauge', password: 'himitsu' });
  await expect(client(url, { username: 'gauge', password: 'himitsu' })).rejects.toThrow('Server unavailable');
  expect(activity.lastTurnedAway?.en).toContain('max-clients');
  expect(activity).toMatchObject({ turnedAway: 2, rubbishInARow: 0 });
});

test('a client that goes, with or without a goodbye, has not been turned away', async () => {
  const { activity, url, opened } = await running();
  await opened();
  const first = await client(url);
  await first.endAsync();
  const second = await client(url);
  second.stream.destroy();
  const third = await rawClient(url);
  third.destroy();
  await client(url);
  expect(activity.turnedAway).toBe(0);
});

test('a client of MQTT 3.1 with a long name is let in', async () => {
  const { url, opened } = await running();
  await opened();
  const old = { protocolId: 'MQIsdp', protocolVersion: 3, clientId: 'gauge-on-the-bridge-of-hikichi' } as const;
  expect((await client(url, old)).connected).toBe(true);
});
