/**
 * A region feeds one hub: gateways over MQTT, an archive (PostgreSQL, or SQLite without it) and a stand-in for Orion behind it. The hub is
 * a process of its own; what feeds it and the stand-in are in this one.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { countArchive } from '../../gateway/destinations/archive/sqlite/count.ts';
import { EnrolledGateways } from '../../gateway/hub/enrolled-gateways.ts';
import { NgsiV2Broker } from '../../simulators/orion/ngsi-v2-broker.ts';
import { openOrion } from '../../simulators/orion/orion.ts';
import { startHubProcess } from '../bench/processes.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { type Postgres, startPostgres } from '../postgres/postgres.ts';
import { crowd } from './crowd.ts';
import { type Counts, SendingGateway } from './sending-gateway.ts';

export interface HubLoadOptions {
  readonly gateways: number;
  readonly plows: number;
  readonly detectors: number;
  readonly seconds: number;
  readonly archive: 'postgres' | 'sqlite';
  report(line: string): void;
}

export interface HubLoadOutcome extends Counts {
  readonly archive: HubLoadOptions['archive'];
  readonly archived: number;
  readonly doubled: number;
  readonly entities: number;
  /** Sightings are personal, and stay in the archive. */
  readonly entitiesExpected: number;
  /** From observation, less the batch's age, to the commit in PostgreSQL, and to the broker. */
  readonly archiveMs: { readonly p50: number; readonly p99: number } | undefined;
  readonly brokerMs: { readonly p50: number; readonly p99: number };
  readonly hubMb: { readonly idle: number; readonly third: number; readonly end: number };
  readonly hubCpuS: number;
}

const batchAgeMs = 10_000;
const tickMs = 100;
const service = 'load';
const maxDrainMs = 60_000;

export async function hubLoad(options: HubLoadOptions): Promise<HubLoadOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'machimori-hub-load-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  const postgres =
    options.archive === 'postgres' ? await startPostgres({ settings: 'track_commit_timestamp = on' }) : undefined;
  const toBroker: number[] = [];
  const broker = new NgsiV2Broker();
  broker.wrote = ({ attributes }) => {
    const at = newestOf(attributes);
    if (at !== undefined) toBroker.push(Date.now() - at);
  };
  const orion = await openOrion({ broker });
  const port = await freePort();
  const enrolled = EnrolledGateways.open(data);
  const counts: Counts = { sentReadings: 0, sentBatches: 0, receipts: 0, resent: 0, refused: 0 };
  const devices = crowd(options.gateways, options.plows, options.detectors);
  const gateways = devices.map((own, i) => {
    const origin = { tenant: `town-${i % 8}`, gateway: `gateway-${i}` };
    return { own, sending: new SendingGateway({ ...origin, password: enrolled.enrol(origin, Date.now()) }, counts) };
  });
  const config = join(folder, 'hub.toml');
  writeFileSync(config, hubToml(data, port, orion.url, postgres));
  const hub = startHubProcess(config);
  try {
    const url = `mqtt://127.0.0.1:${port}`;
    await until(() => listens(port));
    for (const { own, sending } of gateways) {
      await sending.connect(
        url,
        own.map(({ description }) => description),
      );
    }
    const idle = residentMb(hub.pid);
    options.report(`${gateways.length} gateways are connected; the hub has ${idle} MB`);
    let third = idle;
    const startedAt = Date.now();
    const endAt = startedAt + options.seconds * 1_000;
    const open = gateways.map(() => [] as ReturnType<(typeof devices)[number][number]['observe']>[]);
    const due = devices.map((own) =>
      own.map(({ offsetMs }) => startedAt + (offsetMs % Math.min(options.seconds * 500, 60_000))),
    );
    const sealAt = gateways.map((_, i) => startedAt + ((i * 6_151) % batchAgeMs));
    for (let now = startedAt; now < endAt; now = Date.now()) {
      for (const [i, { own, sending }] of gateways.entries()) {
        for (const [d, device] of own.entries()) {
          const at = due[i]?.[d] ?? now;
          if (at > now) continue;
          open[i]?.push(device.observe(now));
          const times = due[i];
          if (times !== undefined) times[d] = at + device.everyMs;
        }
        if ((sealAt[i] ?? 0) > now) continue;
        sealAt[i] = (sealAt[i] ?? now) + batchAgeMs;
        sending.send(open[i]?.splice(0) ?? []);
        sending.repeat();
      }
      if (now - startedAt > options.seconds * 333 && third === idle) third = residentMb(hub.pid);
      await sleep(tickMs);
    }
    for (const [i, { sending }] of gateways.entries()) sending.send(open[i]?.splice(0) ?? []);
    const end = residentMb(hub.pid);
    options.report(`${counts.sentReadings} readings in ${counts.sentBatches} batches; the hub has ${end} MB`);
    const archived = () => archivedIn(folder, postgres);
    await until(async () => gateways.every(({ sending }) => sending.waiting === 0));
    await until(async () => (await archived()).readings >= counts.sentReadings);
    const entitiesExpected = devices.flat().filter(({ description }) => description.type !== 'ble-hci').length;
    const cpu = cpuSeconds(hub.pid);
    const found = await archived();
    await sleep(2_000); // what is on its way to the broker
    return {
      ...counts,
      archive: options.archive,
      archived: found.readings,
      doubled: found.doubled,
      entities: new Set(broker.entities(service, '/').map(({ id }) => id.split(':').at(-1))).size,
      entitiesExpected,
      archiveMs: postgres && percentiles(await archiveLatencies(postgres)),
      brokerMs: percentiles(toBroker.map((ms) => Math.max(0, ms - batchAgeMs))),
      hubMb: { idle, third, end },
      hubCpuS: cpu,
    };
  } finally {
    for (const { sending } of gateways) sending.end();
    await hub.end();
    await orion.cutOff();
    await postgres?.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

function hubToml(data: string, port: number, orion: string, postgres: Postgres | undefined): string {
  const url = postgres === undefined ? 'sqlite:history.sqlite' : postgres.url;
  return `gateway = { id = "hub", tenant = "region", data-directory = "${data}" }
clock = { synchronised = "always" }
status = { enabled = false }
[[port]]
name = "gateways"
type = "feed"
listen = "127.0.0.1:${port}"
max-clients = 3000
[[destination]]
name = "archive"
type = "archive"
url = "${url}"
tenants = ["*"]
personal = true
[[destination]]
name = "orion"
type = "ngsi-v2"
url = "${orion}"
service = "${service}"
tenants = ["*"]
window = 64
`;
}

/** When the newest of its values was observed, epoch ms. */
function newestOf(attributes: Parameters<NgsiV2Broker['wrote']>[0]['attributes']): number | undefined {
  const times = [...attributes.values()].map(({ metadata }) => Date.parse(String(metadata.TimeInstant?.value)));
  const newest = Math.max(...times.filter((at) => !Number.isNaN(at)));
  return Number.isFinite(newest) ? newest : undefined;
}

async function archivedIn(
  folder: string,
  postgres: Postgres | undefined,
): Promise<{ readings: number; doubled: number }> {
  if (postgres !== undefined) {
    const [row] =
      await postgres.query(`SELECT count(*)::int AS n, (count(*) - count(DISTINCT (tenant, gateway, device, observed_at)))::int AS same
      FROM machimori.reading`);
    return { readings: Number(row?.n), doubled: Number(row?.same) };
  }
  const { readings, same } = countArchive(join(folder, 'data', 'history.sqlite'));
  const all = [...readings.values()].flatMap((devices) =>
    [...devices.values()].flatMap((kinds) => [...kinds.values()]),
  );
  return { readings: all.reduce((sum, n) => sum + n, 0), doubled: same };
}

/** From each reading's observation to the commit that brought it, less the batch's age, ms. */
async function archiveLatencies(postgres: Postgres): Promise<number[]> {
  const rows =
    await postgres.query(`SELECT greatest(0, extract(epoch FROM pg_xact_commit_timestamp(xmin) - observed_at) * 1000 - ${batchAgeMs})::float AS ms
    FROM machimori.reading TABLESAMPLE SYSTEM (20)`);
  return rows.map(({ ms }) => Number(ms)).filter((ms) => !Number.isNaN(ms));
}

function percentiles(values: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN);
  return { p50: at(0.5), p99: at(0.99) };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const endAt = Date.now() + maxDrainMs; !(await isSo()) && Date.now() < endAt; ) await sleep(200);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

function residentMb(pid: number): number {
  const [, kb = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kb) / 1024);
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Math.round(((Number(fields[11]) + Number(fields[12])) / 100) * 10) / 10;
}
