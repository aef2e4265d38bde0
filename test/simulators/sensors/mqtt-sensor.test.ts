import { once } from 'node:events';
import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { expect, test, vi } from 'vitest';
import { FaultBoard } from '../../../simulators/fault-board.ts';
import { gaugeMessage, MQTT_SENSOR_FAULTS, simulateMqttSensor } from '../../../simulators/sensors/mqtt-sensor.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';

const patience = { timeout: 10_000, interval: 5 };

async function broker() {
  const aedes = await Aedes.createBroker();
  const messages: unknown[] = [];
  aedes.on('publish', (packet, client) => {
    if (client) messages.push({ topic: packet.topic, qos: packet.qos, ...JSON.parse(packet.payload.toString()) });
  });
  const server = createServer(aedes.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const close = async () => {
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `mqtt://127.0.0.1:${port}`, messages, close };
}

function sensor(clock: VirtualClock, url: string, faults = new FaultBoard(MQTT_SENSOR_FAULTS)) {
  return simulateMqttSensor({
    faults,
    clock,
    url: () => url,
    topic: 'gauges/7',
    clientId: 'gauge-7',
    message: gaugeMessage(
      () => 1.23449,
      () => 3.609,
    ),
  });
}

test('readings are published as JSON with QoS 1 and count when they are acknowledged', async () => {
  const { url, messages, close } = await broker();
  const clock = new VirtualClock();
  const gauge = sensor(clock, url);
  const stop = new AbortController();
  const run = gauge.run(stop.signal);
  await vi.waitFor(async () => {
    await clock.advance(1000);
    expect(messages.length).toBeGreaterThan(2);
  }, patience);
  stop.abort();
  await run;
  expect(gauge.sent.get('water-level')).toBe(messages.length);
  expect(messages[0]).toEqual({
    topic: 'gauges/7',
    qos: 1,
    level: 1.234,
    battery: 3.61,
    time: expect.stringMatching(/^2026-01-15T03:\d\d:\d\d\.\d{3}Z$/),
  });
  await close();
});

test('a sensor whose clock is off says so in its times, and a silent one says nothing', async () => {
  const { url, messages, close } = await broker();
  const clock = new VirtualClock();
  const faults = new FaultBoard(MQTT_SENSOR_FAULTS);
  faults.strike('clock-jump', { ms: -86_400_000 });
  const stop = new AbortController();
  const run = sensor(clock, url, faults).run(stop.signal);
  await vi.waitFor(async () => {
    await clock.advance(1000);
    expect(messages.length).toBeGreaterThan(0);
  }, patience);
  expect(messages[0]).toMatchObject({ time: expect.stringMatching(/^2026-01-14T/) });
  faults.strike('silence');
  await clock.advance(1000);
  const before = messages.length;
  await clock.advance(60_000);
  expect(messages.length - before).toBeLessThanOrEqual(1); // the one that was on its way
  stop.abort();
  await run;
  await close();
});

test('a sensor without a broker sends nothing, and ends when it is told to', async () => {
  const { url, close } = await broker();
  await close();
  const clock = new VirtualClock();
  const gauge = sensor(clock, url);
  const stop = new AbortController();
  const run = gauge.run(stop.signal);
  await clock.advance(5000);
  stop.abort();
  await run;
  expect(gauge.sent.size).toBe(0);
});

test('a sensor whose broker goes away counts no more, and ends when it is told to', async () => {
  const { url, messages, close } = await broker();
  const clock = new VirtualClock();
  const gauge = sensor(clock, url);
  const stop = new AbortController();
  const run = gauge.run(stop.signal);
  await vi.waitFor(async () => {
    await clock.advance(1000);
    expect(messages.length).toBeGreaterThan(0);
  }, patience);
  await close();
  await clock.advance(3000);
  const acknowledged = gauge.sent.get('water-level');
  await clock.advance(3000);
  stop.abort();
  await run;
  expect(gauge.sent.get('water-level')).toBe(acknowledged);
});
