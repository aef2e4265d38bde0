/** A message at QoS 2 is stored once, however often it is sent before its client has released it. */
import { expect, test } from 'vitest';
import { Unreleased } from '../../../../gateway/net/broker/unreleased.ts';
import { idsOf, takeAll } from '../../buffer/buffer-rig.ts';
import { packet, rawClient, running, topic, until } from '../../ports/mqtt/mqtt-rig.ts';

const pubrec = '50020001';
const pubcomp = '70020001';

test('sent again before and after it is on the disk, it is stored once', async () => {
  const { rig, activity, url, opened } = await running();
  await opened();
  const device = await rawClient(url, packet.connect('a'), packet.publish(1, topic, '7'));
  await until(() => expect(activity.frames).toBe(1));
  device.send(packet.publish(1, topic, '7', { dup: true }));
  await rig.clock.advance(0);
  await device.answered(pubrec + pubrec);
  device.send(packet.publish(1, topic, '7', { dup: true }));
  await device.answered(pubrec + pubrec + pubrec);
  device.send(packet.release(1));
  await device.answered(pubcomp);
  expect(takeAll(rig.buffer).flatMap(idsOf)).toEqual([7]);
});

test('released, its id is free for the next one, with the same content too', async () => {
  const { rig, activity, url, opened } = await running();
  await opened();
  const device = await rawClient(url, packet.connect('a'));
  for (let n = 1; n <= 2; n++) {
    device.send(packet.publish(1, topic, '7', { dup: n === 2 }));
    await until(() => expect(activity.frames).toBe(n));
    await rig.clock.advance(0);
    await device.answered(pubrec);
    device.send(packet.release(1));
    await device.answered((pubrec + pubcomp).repeat(n));
  }
  expect(takeAll(rig.buffer).flatMap(idsOf)).toEqual([7, 7]);
});

test.each([
  ['a session that goes on', false, true, [7]],
  ['a session that goes on, and a new message of the same id', false, false, [7, 8]],
  ['a session that begins anew', true, true, [7, 8]],
])('after a lost connection: %s', async (_what, clean, dup, stored) => {
  const { rig, activity, url, opened } = await running();
  await opened();
  const before = await rawClient(url, packet.connect('a', { clean }), packet.publish(1, topic, '7'));
  await until(() => expect(activity.frames).toBe(1));
  await rig.clock.advance(0);
  await before.answered(pubrec);
  before.destroy();
  const payload = stored.length === 1 ? '7' : '8';
  const after = await rawClient(url, packet.connect('a', { clean }), packet.publish(1, topic, payload, { dup }));
  await until(() => expect(activity.frames).toBe(stored.length));
  await rig.clock.advance(0);
  await after.answered(pubrec);
  after.send(packet.release(1));
  await after.answered(pubcomp);
  expect(takeAll(rig.buffer).flatMap(idsOf)).toEqual(stored);
});

test('what could not be stored is stored when it comes again', async () => {
  const unreleased = new Unreleased();
  const client = { id: 'a' };
  const message = { messageId: 1, dup: false };
  await expect(unreleased.once(client, message, () => Promise.reject(new Error('disk')))).rejects.toThrow('disk');
  let stored = 0;
  const store = async () => {
    stored++;
    return 'passed-on' as const;
  };
  expect(await unreleased.once(client, message, store)).toBe('passed-on');
  expect(await unreleased.once(client, message, store)).toBe('kept'); // and goes on once
  expect(stored).toBe(1);
});

test('beyond its bound it forgets the client that was quiet longest', async () => {
  const unreleased = new Unreleased();
  let stored = 0;
  const send = (id: string, messageId: number) =>
    unreleased.once({ id }, { messageId, dup: true }, async () => {
      stored++;
      return 'kept';
    });
  await send('busy', 0);
  await send('quiet', 0);
  for (let n = 1; n < 20_000; n++) await send('busy', n);
  expect(stored).toBe(20_001);
  await send('busy', 0);
  expect(stored).toBe(20_001);
  await send('quiet', 0);
  expect(stored).toBe(20_002);
});
