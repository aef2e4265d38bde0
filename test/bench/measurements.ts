/** What is measured: each function starts what it needs, measures one thing and ends what it started. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Reading } from '../../shared/reading.ts';
import { Random } from '../../simulators/random.ts';
import { countSyncs, cpuSeconds, residentMb, startGatewayProcess, writtenBytes } from './processes.ts';
import { DEVICES, sampleJson, sampleStream } from './sample-readings.ts';
import { connected, maxWaitMs, Site } from './site.ts';
import { percentile, perSecondAsync, until } from './stopwatch.ts';

/** Readings handed to the pipeline at once. */
const appendSize = 500;
/** Publishes that all devices together have unanswered at once. */
const publishWindow = 1000;
const connections = 4;
/** A topic of the feed that the city OS's stand-in acknowledges and does nothing with. */
const RAW_TOPIC = 'machimori/v1/bench/raw/result';
const LATENCY = { perSecond: 200, seconds: 10 };
const QUIET = { perSecond: 2, seconds: 60 };
const idleMs = 3_000;
const settlingSeconds = 22;
/** 20 readings a second, one from each device. */
const MONTH = {
  perSecond: DEVICES.length,
  everyMs: 1_000,
  tellEvery: 5_000_000,
  lookEveryMs: 10_000,
  maxDrainMs: 3_600_000,
};

/** Straight into the pipeline, to stored in the city OS: readings a second. */
export function pipeline(readings: readonly Reading[]): Promise<number> {
  return Site.with(async (site) => {
    await site.startCityOs();
    const gateway = site.openGateway();
    try {
      await connected(gateway);
      return await perSecondAsync(readings.length, async () => {
        for (let from = 0; from < readings.length; from += appendSize) {
          await gateway.buffer.append(readings.slice(from, from + appendSize));
        }
        await site.stored(gateway, readings.length);
      });
    } finally {
      await gateway.stop();
    }
  });
}

export interface Drain {
  readonly readingsPerSecond: number;
  /** Until a reading that came with the reconnect is stored, ms. */
  readonly freshAfterMs: number;
  readonly urgentAfterMs: number;
}

/** A backlog from an outage: how fast it drains over a link with that round trip, and when what is new gets through. */
export function drain(readings: readonly Reading[], roundTripMs: number): Promise<Drain> {
  return Site.with(async (site) => {
    const cutOff = site.openGateway();
    for (let from = 0; from < readings.length; from += appendSize) {
      await cutOff.buffer.append(readings.slice(from, from + appendSize));
    }
    cutOff.buffer.flush();
    await cutOff.stop();

    await site.startCityOs(roundTripMs);
    const gateway = site.openGateway();
    try {
      await connected(gateway);
      const [fresh = '', urgent = ''] = DEVICES;
      const perSecond = await perSecondAsync(readings.length, async () => {
        const observedAt = Date.now();
        const values = { alarm: 'danger', state: 'raised', quantity: 'level', value: 2.6, limit: 2.5 } as const;
        await gateway.buffer.append([
          { device: urgent, kind: 'alarm', observedAt, values },
          { device: fresh, kind: 'status', observedAt, values: { online: true } },
        ]);
        await site.stored(gateway, readings.length + 2);
      });
      return {
        readingsPerSecond: perSecond,
        freshAfterMs: Math.max(...site.delays(fresh, 'status')),
        urgentAfterMs: Math.max(...site.delays(urgent, 'alarm')),
      };
    } finally {
      await gateway.stop();
    }
  });
}

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** From a reading's observation to its commit in the city OS, at a steady 200 readings a second in the urgent lane. */
export function urgentLatency(): Promise<Latency> {
  return Site.with(async (site) => {
    await site.startCityOs();
    const gateway = site.openGateway();
    const [device = ''] = DEVICES;
    try {
      await connected(gateway);
      await steadily(LATENCY, async () => {
        const values = { alarm: 'danger', state: 'raised', quantity: 'level', value: 2.6, limit: 2.5 } as const;
        await gateway.buffer.append([{ device, kind: 'alarm', observedAt: Date.now(), values }]);
      });
      await site.stored(gateway, LATENCY.perSecond * LATENCY.seconds);
      const delays = site.delays(device, 'alarm');
      return { p50Ms: percentile(delays, 0.5), p99Ms: percentile(delays, 0.99) };
    } finally {
      await gateway.stop();
    }
  });
}

export interface PortThroughput {
  readonly readingsPerSecond: number;
  /** Of a core, for each reading: unlike the rate, it does not depend on what else the machine does. */
  readonly cpuUs: number;
  readonly writtenBytesPerReading: number;
  readonly idleMb: number;
  readonly loadedMb: number;
}

/** Through an MQTT port, each PUBACK after its commit: JSON of about 150 bytes at QoS 1, the gateway in its own process. */
export function mqttPort(count: number): Promise<PortThroughput> {
  return Site.with(async (site) => {
    await site.startCityOs();
    const gateway = startGatewayProcess(site.writeConfig(''));
    try {
      const devices = await connectDevices(`mqtt://127.0.0.1:${site.mqttPort}`);
      await new Promise((resolve) => setTimeout(resolve, idleMs));
      const idleMb = residentMb(gateway.pid);
      let loadedMb = 0;
      const watch = setInterval(() => {
        loadedMb = Math.max(loadedMb, residentMb(gateway.pid));
      }, 100);
      const writtenBefore = writtenBytes(gateway.pid);
      const cpuBefore = cpuSeconds(gateway.pid);
      const readingsPerSecond = await perSecondAsync(count, () => publishAll(devices, count, deviceTopic));
      const cpuUs = Math.round(((cpuSeconds(gateway.pid) - cpuBefore) / count) * 1e7) / 10;
      const writtenBytesPerReading = Math.round((writtenBytes(gateway.pid) - writtenBefore) / count);
      clearInterval(watch);
      for (const device of devices) device.removeAllListeners().end(true);
      return { readingsPerSecond, cpuUs, writtenBytesPerReading, idleMb, loadedMb };
    } finally {
      await gateway.end();
    }
  });
}

export interface Wear {
  readonly bytesPerReading: number;
  /** NaN where the system does not tell. */
  readonly syncsPerReading: number;
}

/** What two readings a second, from a sensor on a line that waits for no answer, make the gateway's process write. */
export function wear(): Promise<Wear> {
  return Site.with(async (site) => {
    await site.startCityOs();
    const sensor = await openSensor(site.sensorPort);
    const gateway = startGatewayProcess(site.writeConfig(''));
    try {
      await sensor.connected;
      await steadily({ ...QUIET, seconds: settlingSeconds }, async () => sensor.send());
      const syncs = await countSyncs(gateway.pid);
      const before = writtenBytes(gateway.pid);
      await steadily(QUIET, async () => sensor.send());
      const count = QUIET.perSecond * QUIET.seconds;
      const bytesPerReading = Math.round((writtenBytes(gateway.pid) - before) / count);
      return { bytesPerReading, syncsPerReading: Math.round(((await syncs.end()) / count) * 1000) / 1000 };
    } finally {
      sensor.close();
      await gateway.end();
    }
  });
}

/** A sensor behind a serial server, to which the gateway connects. */
async function openSensor(port: number) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    sockets.add(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    connected: once(server, 'connection'),
    send: () => {
      for (const socket of sockets) socket.write(`${sampleJson(0, Date.now())}\n`);
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

export interface MonthAway {
  readonly readings: number;
  /** What the outage took on the disk. */
  readonly megabytes: number;
  readonly droppedBatches: number;
  readonly readingsPerSecond: number;
  /** Of this process before the drain, and at most during it. */
  readonly mbBefore: number;
  readonly mbDraining: number;
}

/** So many days without the city OS at 20 readings a second, as fast as they can be written, and then the drain. */
export function monthAway(days: number, tell: (what: string) => void): Promise<MonthAway> {
  return Site.with(async (site) => {
    const count = Math.round(days * 86_400 * MONTH.perSecond);
    const cutOff = site.openGateway();
    let readings: Reading[] = [];
    let appended = 0;
    for (const reading of sampleStream(count, Date.now() - days * 86_400_000, new Random(1), MONTH.everyMs)) {
      readings.push(reading);
      if (readings.length < appendSize) continue;
      await cutOff.buffer.append(readings);
      appended += readings.length;
      readings = [];
      if (appended % MONTH.tellEvery === 0) tell(`${appended / 1e6} million readings written`);
    }
    await cutOff.buffer.append(readings);
    cutOff.buffer.flush();
    const { usedBytes, dropped } = cutOff.buffer.stats();
    await cutOff.stop();

    await site.startCityOs();
    const gateway = site.openGateway();
    try {
      await connected(gateway);
      const mbBefore = residentMb(process.pid);
      let mbDraining = mbBefore;
      const watch = setInterval(() => {
        mbDraining = Math.max(mbDraining, residentMb(process.pid));
        tell(`${gateway.sources.forwarders[0]?.stats.readingsStored} readings stored, ${mbDraining} MB`);
      }, MONTH.lookEveryMs);
      const left = count - dropped * appendSize;
      const readingsPerSecond = await perSecondAsync(left, () => site.stored(gateway, left, MONTH.maxDrainMs));
      clearInterval(watch);
      return {
        readings: count,
        megabytes: Math.round(usedBytes / 1e6),
        droppedBatches: dropped,
        readingsPerSecond,
        mbBefore,
        mbDraining,
      };
    } finally {
      await gateway.stop();
    }
  });
}

/** Raw publishes of the same bytes to the city OS's broker at QoS 1, the same number unanswered at once. */
export function rawPublishes(count: number): Promise<number> {
  return Site.with(async (site) => {
    await site.startCityOs();
    const devices = await connectDevices(site.cityOsUrl);
    const perSecond = await perSecondAsync(count, () => publishAll(devices, count, () => RAW_TOPIC));
    for (const device of devices) device.removeAllListeners().end(true);
    return perSecond;
  });
}

/** Connects as soon as the broker listens. */
async function connectDevices(url: string): Promise<MqttClient[]> {
  await until(async () => canConnect(url), maxWaitMs, 'the broker');
  return Promise.all(Array.from({ length: connections }, (_, i) => connectAsync(url, { clientId: `bench-${i}` })));
}

async function canConnect(url: string): Promise<boolean> {
  try {
    const client = await connectAsync(url, { reconnectPeriod: 0, connectTimeout: 1000 }, false);
    client.end(true);
    return true;
  } catch {
    return false;
  }
}

/** Publishes on all connections with a bounded number unanswered, and resolves when all are answered. */
async function publishAll(
  devices: readonly MqttClient[],
  count: number,
  topicOf: (n: number) => string,
): Promise<void> {
  let next = 0;
  const lanes = Array.from({ length: publishWindow }, async (_, lane) => {
    const device = devices[lane % devices.length];
    while (next < count) {
      const n = next++;
      await device?.publishAsync(topicOf(n), sampleJson(n, Date.now()), { qos: 1 });
    }
  });
  const lost = new Promise<never>((_, reject) => {
    for (const device of devices) device.once('close', () => reject(new Error('the broker closed the connection')));
  });
  await Promise.race([Promise.all(lanes), lost]);
}

function deviceTopic(n: number): string {
  return `bench/${DEVICES[n % DEVICES.length]}`;
}

/** Calls `action` at a steady rate, without waiting for it to finish. */
async function steadily(rate: { perSecond: number; seconds: number }, action: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  const running: Promise<void>[] = [];
  for (let i = 0; i < rate.perSecond * rate.seconds; i++) {
    const dueMs = (i * 1000) / rate.perSecond - (performance.now() - startedAt);
    if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs));
    running.push(action());
  }
  await Promise.all(running);
}
