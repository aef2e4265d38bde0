/**
 * What a relay costs: `npm run --silent build-tools && npm run --silent build && node build/test/bench/relay.js`. A line of JSON for each
 * measurement; docs/scale.md tells what they mean. A worker fills an archive, with and without the indexes of a relay; then a relay
 * passes all of it on to a stand-in for Orion.
 */

import { NgsiV2Broker } from '../../simulators/orion/ngsi-v2-broker.ts';
import { openOrion } from '../../simulators/orion/orion.ts';
import { GatewayProcess } from '../end-to-end/gateway-process.ts';
import { hubToml } from '../end-to-end/hub-rig.ts';
import { workerToml } from '../end-to-end/worker-rig.ts';
import { startMosquitto } from '../mosquitto/mosquitto.ts';
import { type Postgres, startPostgres } from '../postgres/postgres.ts';
import { cityBatches, sendCity } from './city-load.ts';
import { cpuSeconds, postgresPids, residentMb } from './processes.ts';

const city = { gateways: 2_000, batchesEach: 10, readings: 17, seed: 42 };
const batches = city.gateways * city.batchesEach;
/** Orion has everything when it has not been asked for so long. */
const quietMs = 3_000;

const cpuOf = (pids: readonly number[]) => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
const micros = (seconds: number) => Math.round((seconds * 1e6) / batches);
const print = (what: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(what)}\n`);

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; !(await condition()); looks++) {
    if (looks > 6_000) throw new Error('it does not come about');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function fill(postgres: Postgres, relayed: boolean): Promise<void> {
  const mosquitto = await startMosquitto();
  const url = `mqtt://127.0.0.1:${mosquitto.port}`;
  const worker = new GatewayProcess(
    workerToml('worker-1', `url = "${url}"\nprotocol = "5"`, postgres, `relayed = ${relayed}`),
  );
  worker.start();
  await until(() => worker.log.includes('gateways is open') && worker.log.includes('Connected to the destination'));
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
    workerMicrosPerBatch: micros(cpuSeconds(worker.pid) - before.worker),
    postgresMicrosPerBatch: micros(cpuOf(postgresPids(postgres)) - before.postgres),
    walBytesPerBatch: Math.round(Number(size?.wal) / batches),
    indexBytesPerBatch: Math.round(Number(size?.indexes) / batches),
  });
  await worker.destroy();
  await mosquitto.remove();
}

async function relay(postgres: Postgres): Promise<void> {
  const orion = await openOrion({ broker: new NgsiV2Broker() });
  const hub = new GatewayProcess(
    hubToml(`[[port]]
      name = "archive"
      type = "archive"
      url = "${postgres.url}"
      from = "beginning"
      [[destination]]
      name = "orion"
      type = "ngsi-v2"
      url = "${orion.url}"
      tenants = ["*"]`),
  );
  const [before, began] = [cpuOf(postgresPids(postgres)), performance.now()];
  hub.start();
  await until(() => hub.log.includes('archive is open'));
  let [asked, askedAt] = [0, performance.now()];
  await until(() => {
    if (orion.requests !== asked) [asked, askedAt] = [orion.requests, performance.now()];
    return asked > 0 && performance.now() - askedAt > quietMs;
  });
  const seconds = (askedAt - began) / 1000;
  const cpu = cpuSeconds(hub.pid);
  print({
    measures: 'relay',
    relayMicrosPerBatch: micros(cpu),
    postgresMicrosPerBatch: micros(cpuOf(postgresPids(postgres)) - before),
    readingsPerSecondAndCore: Math.round((batches * city.readings) / cpu),
    readingsPerSecond: Math.round((batches * city.readings) / seconds),
    relayMb: residentMb(hub.pid),
    requests: asked,
  });
  await hub.destroy();
  await orion.cutOff();
}

for (const relayed of [false, true]) {
  const postgres = await startPostgres({ isDurable: true, settings: 'shared_buffers = 256MB' });
  await fill(postgres, relayed);
  if (relayed) await relay(postgres);
  await postgres.remove();
}
