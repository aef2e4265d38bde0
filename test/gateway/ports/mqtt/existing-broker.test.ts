import { execFileSync } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openFieldBroker } from '../../../../simulators/field-broker/field-broker.ts';
import { idsOf, takeAll } from '../../buffer/buffer-rig.ts';
import { Broker } from '../../net/broker.ts';
import { client, openMosquitto, running, topic, until } from './mqtt-rig.ts';

test('at an existing broker a message is acknowledged only when its reading is committed', async () => {
  const broker = await Broker.open();
  const { rig, activity, opened } = await running({ url: broker.url });
  await opened();
  broker.publish(topic, Buffer.from('8'));
  broker.publish(topic, Buffer.from('9'));
  await until(() => expect(activity.frames).toBeGreaterThan(0));
  expect(activity.frames).toBe(1); // the second waits for the first's acknowledgement
  await rig.clock.advance(0);
  await until(() => expect(activity.frames).toBe(2));
  await rig.clock.advance(0);
  expect(takeAll(rig.buffer).flatMap(idsOf).toSorted()).toEqual([8, 9]);
});

test('an existing broker that goes is connected to again', async () => {
  const broker = await Broker.open();
  const { activity, opened } = await running({ url: broker.url });
  await opened();
  broker.cut();
  await until(() => expect(activity.state).toBe('closed'));
  await opened();
  await until(() => expect(broker.connections).toBe(1));
});

test('a subscription that the broker refuses is reported, and its connection is not left behind', async () => {
  const broker = await Broker.open({ maySubscribe: () => false });
  const { activity } = await running({ url: broker.url });
  await until(() => expect(activity.why?.en).not.toBe('not opened yet'));
  expect(activity.state).toBe('closed');
  await until(() => expect(broker.connections).toBe(0));
});

async function simulatedBroker(): Promise<string> {
  const broker = await openFieldBroker();
  onTestFinished(() => broker.close());
  return broker.url;
}

const isInstalled = canRun('mosquitto');

describe.each([
  ['aedes', async () => (await Broker.open()).url, true],
  ['a simulated broker', simulatedBroker, true],
  ['Mosquitto', openMosquitto, isInstalled || process.env.CI === 'true'],
] as const)('at %s', (_name, open, isHere) => {
  test.skipIf(!isHere)(
    'what was retained makes no reading and is counted, what is published now makes one',
    async () => {
      const url = await open();
      const device = await client(url);
      await device.publishAsync(topic, '7', { qos: 1, retain: true });
      const { rig, activity, opened } = await running({ url });
      await opened();
      await until(() => expect(activity.rubbishByCode).toEqual(new Map([['retained', 1]])));
      expect(activity.lastRubbish?.en).toContain(topic);
      await device.publishAsync(topic, '8', { qos: 1, retain: true });
      await until(() => expect(activity.frames).toBe(1));
      await rig.clock.advance(0);
      expect(takeAll(rig.buffer).flatMap(idsOf)).toEqual([8]);
      expect(activity.rubbishInARow).toBe(0);
    },
  );

  test.skipIf(!isHere)('what is published while the gateway restarts comes afterwards', async () => {
    const url = await open();
    const device = await client(url);
    const before = await running({ url });
    await before.opened();
    await before.stop();
    await device.publishAsync(topic, '7', { qos: 1 });
    const { rig, activity } = await running({ url });
    await until(() => expect(activity.frames).toBe(1));
    await rig.clock.advance(0);
    expect(takeAll(rig.buffer).flatMap(idsOf)).toEqual([7]);
  });

  test.skipIf(!isHere)('two gateways with ports of one name each hear everything', async () => {
    const url = await open();
    const one = await running({ url }, { gateway: 'gateway-01' });
    const other = await running({ url }, { gateway: 'gateway-02' });
    await Promise.all([one.opened(), other.opened()]);
    await (await client(url)).publishAsync(topic, '7', { qos: 1 });
    for (const { activity } of [one, other]) await until(() => expect(activity.frames).toBe(1));
    expect(one.around.log.entries).toEqual([]);
  });

  test.skipIf(!isHere)('a topic that no device has any more is unsubscribed', async () => {
    const url = await open();
    const device = await client(url);
    const before = await running({ url }, { topics: [topic, 'sensors/gone'] });
    await before.opened();
    await before.stop();
    const { activity, opened } = await running({ url });
    await opened();
    await device.publishAsync('sensors/gone', '1', { qos: 1 });
    await until(() => expect(activity.rubbish).toBe(1));
    await device.publishAsync('sensors/gone', '2', { qos: 1 });
    await device.publishAsync(topic, '3', { qos: 1 });
    await until(() => expect(activity.frames).toBe(1));
    expect(activity.rubbish).toBe(1);
  });

  test.skipIf(!isHere)('another client of the same name is found out, one lost connection is none', async () => {
    const url = await open();
    const { activity, opened } = await running({ url });
    await opened();
    for (let n = 1; n <= 3; n++) {
      expect(activity.lastRivalAt).toBeUndefined();
      await client(url, { clientId: 'machimori:kakogawa:gateway-01:mqtt', clean: false });
      await until(() => expect(activity.state).toBe('closed'));
      await opened();
    }
    expect(activity.lastRivalAt).toBeDefined();
  });
});

test('what the broker did not keep while the port was closed is said', async () => {
  const broker = await Broker.open();
  const { activity, around, opened } = await running({ url: broker.url });
  await opened();
  const { port } = broker;
  await broker.close();
  await until(() => expect(activity.state).toBe('closed'));
  await Broker.open({ port });
  await opened();
  const said = around.log.at('warn').map(({ message }) => message);
  expect(said).toContain('The broker did not keep what came while the port was closed');
});

function canRun(program: string): boolean {
  try {
    execFileSync(program, ['-h'], { stdio: 'ignore' });
    return true;
  } catch (fault) {
    return fault instanceof Error && !('code' in fault && fault.code === 'ENOENT');
  }
}

test('a filter is subscribed to once, and takes every topic that it should', async () => {
  const broker = await Broker.open();
  const { rig, activity, opened } = await running({ url: broker.url }, { topics: ['meters/+/state'], meet: true });
  await opened();
  for (const [name, n] of Object.entries({ kitchen: 7, cellar: 8, attic: 9 })) {
    broker.publish(`meters/${name}/state`, Buffer.from(String(n)));
    await until(() => expect(activity.frames).toBe(n - 6));
    await rig.clock.advance(0);
  }
  expect(takeAll(rig.buffer).flatMap(idsOf).toSorted()).toEqual([7, 8, 9]);
  expect(activity.rubbish).toBe(0);
});
