/**
 * What a relay costs: `npm run --silent build-tools && npm run --silent build && node build/test/bench/relay.js`. A line of JSON for each
 * measurement (a word after it: the relay only); docs/scale.md tells what they mean. A worker fills an archive, with and without the indexes of
 * a relay; then a relay reads all of it, once for a destination that wants none of it and once for a stand-in for Orion.
 */

import { GatewayProcess } from '../../gateway/rig/gateway-process.ts';
import { NgsiV2Broker } from '../../simulators/orion/ngsi-v2-broker.ts';
import { openOrion } from '../../simulators/orion/orion.ts';
import { hubToml } from '../end-to-end/hub-rig.ts';
import { workerToml } from '../end-to-end/worker-rig.ts';
import { startMosquitto } from '../mosquitto/mosquitto.ts';
import { type Postgres, startPostgres } from '../postgres/postgres.ts';
import { type CityOptions as City, cityBatches, sendCity } from './city-load.ts';
import { cpuSeconds, postgresPids, residentMb } from './processes.ts';

const whole: City = { gateways: 2_000, batchesEach: 10, readings: 17, seed: 42 };
/** Of which Orion gets all: each device costs it more than PostgreSQL and relay together. */
const part: City = { ...whole, gateways: 200 };
/** It is done when it has used next to no processor time, and asked Orion nothing, for so long. */
const quietMs = 3_000;
const quietSeconds = 0.2;

const cpuOf = (pids: readonly number[]) => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
const batchesOf = ({ gateways, batchesEach }: City) => gateways * batchesEach;
const micros = (seconds: number, batches: number) => Math.round((seconds * 1e6) / batches);
const print = (what: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(what)}\n`);

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; !(await condition()); looks++) {
    if (looks > 6_000) throw new Error('it does not come about');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function fill(postgres: Postgres, city: City, relayed: boolean): Promise<void> {
  const batches = batchesOf(city);
  const mosquitto = await startMosquitto();
  const url = `mqtt://127.0.0.1:${mosquitto.port}`;
  const worker = new GatewayProcess({
    config: workerToml('worker-1', `url = "${url}"\nprotocol = "5"`, postgres, `relayed = ${relayed}`),
  });
  await worker.start();
  await until(
    () => worker.log.text.includes('gateways is open') && worker.log.text.includes('Connected to the destination'),
  );
  const before = { worker: cpuSeconds(worker.pid), postgres: cpuOf(postgresPids(postgres)) };
  const [wal] = await postgres.query('SELECT pg_current_wal_lsn() AS at');
  await sendCity(
    Array.from({ length: 8 }, () => url),
    cityBatches(city),
    900,
  );
  const [size] = await postgres.query(
    `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), $1)::float8 AS wal, (SELECT sum(pg_indexes_size(c.oid))::float8
       FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'machimori' AND relname ~ '^(reading_|batch$)') AS indexes`,
    [wal?.at],
  );
  print({
    measures: 'worker',
    relayed,
    workerMicrosPerBatch: micros(cpuSeconds(worker.pid) - before.worker, batches),
    postgresMicrosPerBatch: micros(cpuOf(postgresPids(postgres)) - before.postgres, batches),
    walBytesPerBatch: Math.round(Number(size?.wal) / batches),
    indexBytesPerBatch: Math.round(Number(size?.indexes) / batches),
  });
  await worker.close();
  await mosquitto.remove();
}

/** `kinds`: what Orion gets; there are only water levels. */
async function relay(postgres: Postgres, city: City, kinds: readonly string[]): Promise<void> {
  const batches = batchesOf(city);
  const orion = await openOrion({ broker: new NgsiV2Broker() });
  const hub = new GatewayProcess({
    config: hubToml(`[[port]]
      name = "archive"
      type = "archive"
      url = "${postgres.url}"
      from = "beginning"
      [[destination]]
      name = "orion"
      type = "ngsi-v2"
      url = "${orion.url}"
      tenants = ["*"]
      window = 64
      kinds = ${JSON.stringify(kinds)}`),
  });
  const [before, began] = [cpuOf(postgresPids(postgres)), performance.now()];
  await hub.start();
  await until(() => hub.log.text.includes('archive is open'));
  let [requests, cpu, busyAt, peakMb] = [orion.requests, cpuSeconds(hub.pid), performance.now(), 0];
  await until(() => {
    const now = cpuSeconds(hub.pid);
    if (orion.requests !== requests || now - cpu > quietSeconds) {
      [requests, cpu, busyAt] = [orion.requests, now, performance.now()];
    }
    peakMb = Math.max(peakMb, residentMb(hub.pid));
    return performance.now() - busyAt > quietMs;
  });
  const seconds = (busyAt - began) / 1000;
  print({
    measures: 'relay',
    kinds,
    batches,
    relayMicrosPerBatch: micros(cpuSeconds(hub.pid), batches),
    postgresMicrosPerBatch: micros(cpuOf(postgresPids(postgres)) - before, batches),
    batchesPerSecond: Math.round(batches / seconds),
    peakMb,
    requests,
  });
  await hub.close();
  await orion.cutOff();
}

async function withPostgres(work: (postgres: Postgres) => Promise<void>): Promise<void> {
  const postgres = await startPostgres({ isDurable: true, settings: 'shared_buffers = 256MB' });
  await work(postgres);
  await postgres.remove();
}

const what = process.argv[2];
if (what === undefined) await withPostgres((postgres) => fill(postgres, whole, false));
await withPostgres(async (postgres) => {
  await fill(postgres, whole, true);
  await relay(postgres, whole, ['alarm']);
});
await withPostgres(async (postgres) => {
  await fill(postgres, part, true);
  await relay(postgres, part, ['water-level']);
});
