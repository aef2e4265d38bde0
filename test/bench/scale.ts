/**
 * What a city of workers costs, stage by stage: `npm run --silent build-tools && npm run --silent build && node build/test/bench/scale.js`.
 * A line of JSON for each measurement; docs/scale.md tells what they mean.
 *
 * All processes share this machine, so the rate of a stage is not what came through but what its own processor time would let through:
 * batches / CPU seconds of that stage.
 */
import { connect, type Socket } from 'node:net';
import { GatewayProcess } from '../../gateway/rig/gateway-process.ts';
import { workerToml } from '../end-to-end/worker-rig.ts';
import { startMosquitto } from '../mosquitto/mosquitto.ts';
import { startNats } from '../nats/nats.ts';
import { type Postgres, startPostgres } from '../postgres/postgres.ts';
import { type CityBatch, cityBatches, sendCity } from './city-load.ts';
import { cpuSeconds, postgresPids, residentMb } from './processes.ts';

/** Readings on their way at once. */
const maxReadingsInFlight = 25_000;
/** Gateways that connect together. */
const atOnce = 50;
function inFlightOf([first]: readonly CityBatch[]): number {
  return Math.floor(maxReadingsInFlight / (first?.readings ?? 1));
}

interface Stages {
  readonly broker: readonly number[];
  readonly workers: readonly number[];
  readonly postgres: Postgres;
}

function cpuOf({ broker, workers, postgres }: Stages) {
  const sum = (pids: readonly number[]) => pids.reduce((all, pid) => all + cpuSeconds(pid), 0);
  return { broker: sum(broker), workers: sum(workers), postgres: sum(postgresPids(postgres)) };
}

async function measure(what: Record<string, unknown>, urls: readonly string[], batches: CityBatch[], stages: Stages) {
  const { postgres } = stages;
  const before = cpuOf(stages);
  const [walBefore] = await postgres.query('SELECT pg_current_wal_lsn() AS at');
  const sent = await sendCity(urls, batches, inFlightOf(batches));
  const after = cpuOf(stages);
  const [wal] = await postgres.query('SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), $1)::float8 AS bytes', [
    walBefore?.at,
  ]);
  const micros = (stage: keyof typeof before) => Math.round(((after[stage] - before[stage]) * 1e6) / batches.length);
  print({
    ...what,
    batches: batches.length,
    batchBytes: Math.round(batches.reduce((sum, { bytes }) => sum + bytes.length, 0) / batches.length),
    batchesPerSecond: Math.round(batches.length / sent.seconds),
    repeats: sent.repeats,
    cpuMicrosPerBatch: { broker: micros('broker'), workers: micros('workers'), postgres: micros('postgres') },
    walBytesPerBatch: Math.round(Number(wal?.bytes) / batches.length),
    workerMb: stages.workers.map(residentMb),
  });
}

async function workersAt(broker: (n: number) => string, postgres: Postgres, count: number) {
  const workers = Array.from(
    { length: count },
    (_, i) => new GatewayProcess({ config: workerToml(`worker-${i + 1}`, broker(i), postgres) }),
  );
  for (const worker of workers) await worker.start();
  await until(() => workers.every(({ log }) => log.text.includes('gateways is open')));
  await until(() => workers.every(({ log }) => log.text.includes('Connected to the destination')));
  return workers;
}

async function until(condition: () => boolean): Promise<void> {
  for (let looks = 0; !condition(); looks++) {
    if (looks > 600) throw new Error('it does not come about');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Of what grows with readings and with batches; a row for each device is beside it. */
async function sizeOf(postgres: Postgres): Promise<Record<string, unknown>> {
  const [size] = await postgres.query(`SELECT
      sum(pg_total_relation_size(c.oid)) FILTER (WHERE relname LIKE 'reading%')::float8 AS readings,
      sum(pg_total_relation_size(c.oid)) FILTER (WHERE relname = 'batch')::float8 AS batches,
      sum(pg_total_relation_size(c.oid)) FILTER (WHERE relname IN ('newest', 'device'))::float8 AS devices
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'machimori' AND relkind = 'r'`);
  const [rows] = await postgres.query(`SELECT (SELECT count(*) FROM machimori.reading)::float8 AS readings,
    (SELECT count(*) FROM machimori.batch)::float8 AS batches, (SELECT count(*) FROM machimori.device)::float8 AS devices`);
  const each = (what: string) => Math.round(Number(size?.[what]) / Number(rows?.[what]));
  return {
    measures: 'size',
    bytesPerReading: each('readings'),
    bytesPerBatch: each('batches'),
    bytesPerDevice: each('devices'),
  };
}

/** Workers at NATS: how the rate and the cost depend on how many there are and what is in a batch. */
async function atNats(): Promise<void> {
  for (const [count, readings, gateways, batchesEach] of [
    [1, 17, 2_000, 10],
    [1, 100, 2_000, 3],
    [3, 17, 2_000, 5],
  ] as const) {
    const [nats, postgres] = await Promise.all([
      startNats(),
      startPostgres({ isDurable: true, settings: 'shared_buffers = 256MB' }),
    ]);
    const [first] = nats.servers;
    const mqtt = `mqtt://127.0.0.1:${first?.mqttPort}`;
    const workers = await workersAt(() => `url = "${nats.url}"\nbirths-url = "${mqtt}"`, postgres, count);
    const stages = { broker: [first?.pid ?? 0], workers: workers.map(({ pid }) => pid), postgres };
    await sendCity([mqtt], cityBatches({ gateways: 100, batchesEach: 3, readings, seed: 7 }), 300); // warm
    const batches = cityBatches({ gateways, batchesEach, readings, seed: 42 });
    await measure(
      { measures: 'nats', workers: count, readings },
      Array.from({ length: 8 }, () => mqtt),
      batches,
      stages,
    );
    await measureRepeats({ measures: 'nats, all repeats', workers: count, readings }, mqtt, batches, stages);
    print({ ...(await sizeOf(postgres)), readingsPerBatch: readings });
    await Promise.all(workers.map((worker) => worker.close()));
    await Promise.all([nats.remove(), postgres.remove()]);
  }
}

/** Batches that are all stored already: what a repeat costs. */
async function measureRepeats(what: Record<string, unknown>, mqtt: string, batches: CityBatch[], stages: Stages) {
  await measure(
    what,
    Array.from({ length: 8 }, () => mqtt),
    batches,
    stages,
  );
}

async function atMosquitto(): Promise<void> {
  const [mosquitto, postgres] = await Promise.all([
    startMosquitto(),
    startPostgres({ isDurable: true, settings: 'shared_buffers = 256MB' }),
  ]);
  const mqtt = `mqtt://127.0.0.1:${mosquitto.port}`;
  const workers = await workersAt(() => `url = "${mqtt}"\nprotocol = "5"`, postgres, 1);
  const stages = { broker: [mosquitto.pid], workers: workers.map(({ pid }) => pid), postgres };
  await sendCity([mqtt], cityBatches({ gateways: 100, batchesEach: 3, readings: 17, seed: 7 }), 300);
  const batches = cityBatches({ gateways: 2_000, batchesEach: 10, readings: 17, seed: 42 });
  await measure(
    { measures: 'mosquitto', workers: 1, readings: 17 },
    Array.from({ length: 8 }, () => mqtt),
    batches,
    stages,
  );
  await Promise.all(workers.map((worker) => worker.close()));
  await Promise.all([mosquitto.remove(), postgres.remove()]);
}

/** Gateways that are connected and subscribed to their receipts, and send nothing. Of a cluster each server has its part. */
async function connections(count: number, qos: number): Promise<void> {
  const [alone, cluster, mosquitto] = [await startNats(), await startNats(3), await startMosquitto()];
  for (const [broker, servers] of [
    ['nats', alone.servers.map(({ mqttPort, pid }) => ({ port: mqttPort, pid }))],
    ['nats, three servers', cluster.servers.map(({ mqttPort, pid }) => ({ port: mqttPort, pid }))],
    ['mosquitto', [mosquitto]],
  ] as const) {
    const all = (of: (pid: number) => number) => servers.reduce((sum, { pid }) => sum + of(pid), 0);
    const [mbBefore, cpuBefore, from] = [all(residentMb), all(cpuSeconds), performance.now()];
    const turnedAway = { count: 0 };
    const sockets: Socket[] = [];
    for (let i = 0; i < count; i += atOnce) {
      const some = Array.from({ length: Math.min(atOnce, count - i) }, (_, j) => i + j);
      sockets.push(
        ...(await Promise.all(
          some.map((n) => untilSubscribed(servers[n % servers.length]?.port ?? 0, `g${n}`, qos, turnedAway)),
        )),
      );
    }
    const seconds = (performance.now() - from) / 1000;
    print({
      measures: 'connections',
      broker,
      connections: count,
      qos,
      kBEach: Math.round(((all(residentMb) - mbBefore) * 1000) / count),
      perSecond: Math.round(count / seconds),
      cpuMicrosEach: Math.round(((all(cpuSeconds) - cpuBefore) * 1e6) / count),
      turnedAway: turnedAway.count,
    });
    for (const socket of sockets) socket.destroy();
  }
  await Promise.all([alone.remove(), cluster.remove(), mosquitto.remove()]);
}

/** A server that is busy closes; the gateway comes again. */
async function untilSubscribed(port: number, id: string, qos: number, turnedAway: { count: number }): Promise<Socket> {
  for (;;) {
    const socket = await subscribed(port, id, qos).catch(() => undefined);
    if (socket !== undefined) return socket;
    turnedAway.count++;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** CONNECT and SUBSCRIBE of MQTT 3.1.1, byte by byte, so that 10,000 clients cost this program little. */
async function subscribed(port: number, id: string, qos: number): Promise<Socket> {
  const text = (value: string) => Buffer.concat([Buffer.of(value.length >> 8, value.length & 255), Buffer.from(value)]);
  const packet = (type: number, body: Buffer) => Buffer.concat([Buffer.of(type, body.length), body]);
  const hello = packet(0x10, Buffer.concat([text('MQTT'), Buffer.of(4, 2, 0, 0), text(id)]));
  const subscribe = packet(
    0x82,
    Buffer.concat([Buffer.of(0, 1), text(`machimori/v1/t/${id}/receipt`), Buffer.of(qos)]),
  );
  const socket = connect({ host: '127.0.0.1', port });
  await new Promise<void>((resolve, reject) => {
    let bytes = 0;
    socket.on('error', reject);
    socket.on('connect', () => socket.write(Buffer.concat([hello, subscribe])));
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      if (bytes >= 9) resolve(); // CONNACK (4) and SUBACK (5)
    });
    socket.on('close', () => reject(new Error(`closed after ${bytes} bytes`)));
  });
  return socket;
}

function print(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const wanted = process.argv[2];
if (wanted === undefined || wanted === 'nats') await atNats();
if (wanted === undefined || wanted === 'mosquitto') await atMosquitto();
if (wanted === undefined || wanted === 'connections') {
  for (const qos of [1, 0]) await connections(Number(process.argv[3] ?? 2_000), qos);
}
