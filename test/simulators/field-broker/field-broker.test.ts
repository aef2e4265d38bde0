import { connectAsync, type MqttClient } from 'mqtt';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type FieldBrokerOptions, openFieldBroker } from '../../../simulators/field-broker/field-broker.ts';

const patience = { timeout: 10_000, interval: 5 };

async function opened(options: FieldBrokerOptions = {}) {
  const broker = await openFieldBroker(options);
  onTestFinished(() => broker.close());
  return broker;
}

/** A client with what it has heard, as "topic payload", and "retained" before what was kept. */
async function client(url: string) {
  const connected: MqttClient = await connectAsync(url, { reconnectPeriod: 0 });
  onTestFinished(() => connected.endAsync(true));
  connected.on('error', () => {}); // an outage is expected here
  const heard: string[] = [];
  connected.on('message', (topic, payload, { retain }) => {
    heard.push(`${retain ? 'retained ' : ''}${topic} ${payload}`);
  });
  await connected.subscribeAsync('#', { qos: 1 });
  return { client: connected, heard };
}

const closed = (client: MqttClient) => new Promise<void>((resolve) => client.once('close', () => resolve()));

test('what it has retained comes to whoever subscribes, and is said to be', async () => {
  const broker = await opened({ retained: [{ topic: 'gauge/1', payload: '{"level":1}' }] });
  const { heard } = await client(broker.url);
  await vi.waitFor(() => expect(heard).toEqual(['retained gauge/1 {"level":1}']), patience);
  await broker.publish('gauge/1', 'live');
  await vi.waitFor(() => expect(heard.at(-1)).toBe('gauge/1 live'), patience);
});

test('a client that sends more than the limit is cut off, and what it sent goes to nobody', async () => {
  const broker = await opened({ maxPacketBytes: 100 });
  const { heard } = await client(broker.url);
  const { client: sensor } = await client(broker.url);
  await sensor.publishAsync('a', 'x'.repeat(100), { qos: 1 });
  const cut = closed(sensor);
  sensor.publish('b', 'x'.repeat(101), { qos: 1 });
  await cut;
  await broker.publish('c', 'after');
  await vi.waitFor(() => expect(heard.map((each) => each[0])).toEqual(['a', 'c']), patience);
});

test('it drops its clients, and its port is closed while it is away', async () => {
  const broker = await opened();
  const { client: first } = await client(broker.url);
  const dropped = closed(first);
  broker.faults.strike('drop-clients');
  await dropped;
  const { client: second } = await client(broker.url);
  const cut = closed(second);
  broker.faults.strike('away');
  await cut;
  await expect(connectAsync(broker.url, { reconnectPeriod: 0, connectTimeout: 2_000 })).rejects.toThrow();
  broker.faults.clear();
  await vi.waitFor(async () => (await client(broker.url)).client.connected, patience);
});
