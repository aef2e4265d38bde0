/** A hub in a process of its own, fed by eight gateways as fast as it answers: into SQLite, PostgreSQL, or a stand-in for Orion. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { compress } from '../../gateway/buffer/compress.ts';
import { countArchive } from '../../gateway/destinations/archive/sqlite/count.ts';
import { EnrolledGateways } from '../../gateway/hub/enrolled-gateways.ts';
import { encodeBatch, encodeBody } from '../../shared/feed/batch.ts';
import { encodeBirth } from '../../shared/feed/birth.ts';
import { decodeReceipt } from '../../shared/feed/receipt.ts';
import type { Reading } from '../../shared/reading.ts';
import { NgsiV2Broker } from '../../simulators/orion/ngsi-v2-broker.ts';
import { openOrion } from '../../simulators/orion/orion.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { type Postgres, startPostgres } from '../postgres/postgres.ts';
import { startHubProcess } from './processes.ts';
import { Site } from './site.ts';
import { until } from './stopwatch.ts';

const GATEWAYS = 8;
const WINDOW = 8;
const READINGS_PER_BATCH = 500;
const maxWaitMs = 120_000;
const service = 'bench';

export interface HubRate {
  readonly readingsPerSecond: number;
  /** The same rows or requests without a hub, in the same run. */
  readonly limit: number;
}

export const isPostgresThere = existsSync('/usr/lib/postgresql/15/bin/postgres');

/** Readings a second through the port `feed` into an archive in SQLite. */
export function hubToSqlite(readings: readonly Reading[]): Promise<number> {
  return Site.with((site) =>
    flooded(site, 'type = "archive"\nurl = "sqlite:history.sqlite"', readings, () => {
      const file = join(site.directory, 'data', 'history.sqlite');
      if (!existsSync(file)) return 0;
      const { readings: found } = countArchive(file);
      return [...found.values()]
        .flatMap((devices) => [...devices.values()].flatMap((kinds) => [...kinds.values()]))
        .reduce((sum, n) => sum + n, 0);
    }),
  );
}

/** The same into PostgreSQL, beside a COPY of the same rows into a table with the same indexes. */
export async function hubToPostgres(readings: readonly Reading[]): Promise<HubRate> {
  const postgres = await startPostgres();
  try {
    const readingsPerSecond = await Site.with((site) =>
      flooded(site, `type = "archive"\nurl = "${postgres.url}"`, readings, () => countIn(postgres)),
    );
    return { readingsPerSecond, limit: await rawCopy(postgres) };
  } finally {
    await postgres.remove();
  }
}

/**
 * The same to a stand-in for Orion, beside a process that posts the same bodies. The broker has had the first reading of each device
 * before: what it must be asked about each entity once in a run is not measured.
 */
export async function hubToOrion(readings: readonly Reading[]): Promise<HubRate> {
  const broker = new NgsiV2Broker();
  const bodies: string[] = [];
  const newest = new Map<string, number>();
  broker.wrote = ({ id, attributes }) => {
    for (const { metadata } of attributes.values()) {
      const at = Date.parse(String(metadata.TimeInstant?.value));
      if (at > (newest.get(id) ?? 0)) newest.set(id, at);
    }
  };
  const keep = ({ path, body }: { path: string; body: string }) => {
    if (path.startsWith('/v2/op/update')) bodies.push(body);
    return undefined;
  };
  const devices = new Set(readings.map(({ device }) => device)).size;
  const [first, rest] = [readings.slice(0, devices), readings.slice(devices)];
  const timesOf = (all: readonly Reading[]) => [...new Map(all.map((each) => [each.device, each.observedAt])).values()];
  const last = timesOf(readings).reduce((sum, at) => sum + at, 0);
  const orion = await openOrion({ broker });
  try {
    return await Site.with(async (site) => {
      const destination = `type = "ngsi-v2"\nurl = "${orion.url}"\nservice = "${service}"`;
      const isThere = () => ([...newest.values()].reduce((sum, at) => sum + at, 0) >= last ? rest.length : 0);
      const readingsPerSecond = await flooded(site, destination, rest, isThere, {
        readings: first,
        arrived: () => newest.size,
        measuring: () => {
          orion.misbehaviour = { instead: keep };
        },
      });
      orion.misbehaviour = {};
      const file = join(site.directory, 'bodies.jsonl');
      writeFileSync(file, bodies.map((body) => JSON.stringify(body)).join('\n'));
      const startedAt = performance.now();
      const child = spawn(process.execPath, [new URL('./post-bodies.js', import.meta.url).pathname, orion.url, file]);
      await once(child, 'exit');
      return { readingsPerSecond, limit: Math.round((rest.length * 1000) / (performance.now() - startedAt)) };
    });
  } finally {
    await orion.cutOff();
  }
}

/** What is sent before anything is measured. */
interface Before {
  readonly readings: readonly Reading[];
  arrived(): number;
  measuring(): void;
}

async function flooded(
  site: Site,
  destination: string,
  readings: readonly Reading[],
  arrived: () => number | Promise<number>,
  before?: Before,
): Promise<number> {
  const data = join(site.directory, 'data');
  mkdirSync(data);
  const enrolled = EnrolledGateways.open(data);
  const port = await freePort();
  const config = join(site.directory, 'hub.toml');
  writeFileSync(
    config,
    `gateway = { id = "hub", tenant = "region", data-directory = "${data}" }
clock = { synchronised = "always" }
status = { enabled = false }
[[port]]
name = "gateways"
type = "feed"
listen = "127.0.0.1:${port}"
[[destination]]
name = "behind"
tenants = ["*"]
${destination}
`,
  );
  const floods = Array.from({ length: GATEWAYS }, (_, i) => {
    const gateway = `gateway-${i}`;
    const own = (all: readonly Reading[] = []) =>
      all.filter((_, n) => Math.floor(n / READINGS_PER_BATCH) % GATEWAYS === i);
    const password = enrolled.enrol({ tenant: 'bench', gateway }, Date.now());
    return new Flood(gateway, password, [own(before?.readings), own(readings)]);
  });
  const hub = startHubProcess(config);
  try {
    for (const flood of floods) await flood.connect(port);
    if (before !== undefined) {
      await Promise.all(floods.map((flood) => flood.send(0)));
      await until(() => before.arrived() >= before.readings.length, maxWaitMs, 'the first readings behind the hub');
      before.measuring();
    }
    const startedAt = performance.now();
    await Promise.all(floods.map((flood) => flood.send(1)));
    await until(async () => (await arrived()) >= readings.length, maxWaitMs, 'the readings behind the hub');
    return Math.round((readings.length * 1000) / (performance.now() - startedAt));
  } finally {
    for (const flood of floods) flood.end();
    await hub.end();
  }
}

interface Sealed {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** One gateway with backlogs that go one after another. Its batches are sealed beforehand. */
class Flood {
  readonly #gateway: string;
  readonly #password: string;
  readonly #devices: readonly string[];
  readonly #backlogs: readonly (readonly Sealed[])[];
  readonly #waiting = new Map<number, () => void>();
  #client: MqttClient | undefined;

  constructor(gateway: string, password: string, backlogs: readonly (readonly Reading[])[]) {
    this.#gateway = gateway;
    this.#password = password;
    this.#devices = [...new Set(backlogs.flat().map(({ device }) => device))];
    const epoch = createHash('sha256').update(gateway).digest('hex').slice(0, 16);
    let number = 0;
    this.#backlogs = backlogs.map((readings) =>
      Array.from({ length: Math.ceil(readings.length / READINGS_PER_BATCH) }, (_, i) => {
        const part = readings.slice(i * READINGS_PER_BATCH, (i + 1) * READINGS_PER_BATCH);
        const { body, doubts } = encodeBody('columns', part);
        const about = { gateway, epoch, number: ++number, lane: 'routine', count: part.length, doubts } as const;
        return {
          number,
          bytes: encodeBatch({ ...about, encoding: 'columns', compression: 'brotli' }, compress(body, 'brotli')),
        };
      }),
    );
  }

  async connect(port: number): Promise<void> {
    const username = `bench/${this.#gateway}`;
    const connect = () =>
      connectAsync(`mqtt://127.0.0.1:${port}`, { username, password: this.#password, reconnectPeriod: 0 }, false);
    await until(
      async () => {
        this.#client = await connect().catch(() => undefined);
        return this.#client !== undefined;
      },
      maxWaitMs,
      'the hub',
    );
    const client = this.#client;
    if (client === undefined) throw new Error('not connected');
    client.on('message', (_topic, payload) => {
      const { number } = decodeReceipt(payload);
      this.#waiting.get(number)?.();
    });
    const topic = (message: string) => `machimori/v1/bench/${this.#gateway}/${message}`;
    await client.subscribeAsync(topic('receipt'), { qos: 1 });
    const units = { level: 'm', temperature: 'Cel', battery: 'V' };
    const place = { lat: 34.3, lon: 134 };
    const devices = this.#devices.map((id) => ({ id, type: 'line', kinds: ['water-level'], units, place }));
    const birth = encodeBirth({
      gateway: this.#gateway,
      tenant: 'bench',
      software: 'bench',
      epoch: '00',
      at: Date.now(),
      devices,
    });
    await client.publishAsync(topic('birth'), Buffer.from(birth), { qos: 1 });
  }

  /** Resolves when every batch of the backlog has its receipt. */
  async send(backlog: number): Promise<void> {
    const batches = this.#backlogs[backlog] ?? [];
    let next = 0;
    const one = async () => {
      for (let batch = batches[next++]; batch !== undefined; batch = batches[next++]) {
        const { number, bytes } = batch;
        const receipted = new Promise<void>((resolve) => this.#waiting.set(number, resolve));
        this.#client?.publish(`machimori/v1/bench/${this.#gateway}/batch`, Buffer.from(bytes), { qos: 1 });
        await receipted;
      }
    };
    await Promise.all(Array.from({ length: WINDOW }, one));
  }

  end(): void {
    this.#client?.end(true);
  }
}

async function countIn(postgres: Postgres): Promise<number> {
  const [row] = await postgres.query('SELECT coalesce(sum(stored), 0)::int AS n FROM machimori.batch').catch(() => []);
  return Number(row?.n ?? 0);
}

async function rawCopy(postgres: Postgres): Promise<number> {
  await postgres.query('CREATE TABLE machimori.raw (LIKE machimori.reading INCLUDING INDEXES)');
  const client = await postgres.client();
  const chunks: Buffer[] = [];
  for await (const chunk of client.query(copyTo('COPY (SELECT * FROM machimori.reading) TO STDOUT (FORMAT binary)'))) {
    chunks.push(chunk as Buffer);
  }
  const [row] = await postgres.query('SELECT count(*)::int AS n FROM machimori.reading');
  const startedAt = performance.now();
  await pipeline(Readable.from(chunks), client.query(copyFrom('COPY machimori.raw FROM STDIN (FORMAT binary)')));
  const ms = performance.now() - startedAt;
  await client.end();
  return Math.round((Number(row?.n) * 1000) / ms);
}
