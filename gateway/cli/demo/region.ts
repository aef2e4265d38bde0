/**
 * `demo --city`: three municipalities, each with a gateway and simulated sensors, send to one hub; behind it an archive in SQLite and a
 * stand-in for the city's context broker, which is away for a while.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from '@decimalturn/toml-patch';
import { NgsiV2Broker } from '../../../simulators/orion/ngsi-v2-broker.ts';
import { type Orion, openOrion } from '../../../simulators/orion/orion.ts';
import type { Fleet } from '../../../simulators/town/fleet.ts';
import { readConfigFile } from '../../config/config.ts';
import { type ArchiveCounts, countArchive } from '../../destinations/archive/sqlite/count.ts';
import type { EnrolledGateways } from '../../hub/enrolled-gateways.ts';
import { openLog } from '../../machine/log.ts';
import { readVersion } from '../../machine/release.ts';
import { SystemClock } from '../../machine/system-clock.ts';
import { enrolmentText } from '../../net/enrolment.ts';
import { sumOf } from '../../rig/counts.ts';
import { freePort } from '../../rig/free-port.ts';
import { nothingWaits } from '../../rig/under-test.ts';
import { type Gateway, startGateway } from '../../run.ts';
import { stopSignal, type Terminal } from '../terminal.ts';
import { say } from '../words/simulate.ts';
import { demoConfig } from './config.ts';
import { haveOutage, type Outage, showNowAndThen, whileMoving } from './course.ts';
import { openFleetAnyhow } from './open-fleet.ts';
import { type Region, regionTable, type Site } from './region-table.ts';

const TENANTS = ['takamatsu', 'miki', 'ayagawa'] as const;
const service = 'city';
const WINDOW_MS = 3_000;

export interface RegionOptions {
  readonly seconds: number | undefined;
  readonly outage: Outage;
  readonly seed: number;
  readonly json: boolean;
  readonly keep: boolean;
}

export interface RegionOutcome {
  readonly sentReadings: number;
  readonly archived: number;
  readonly entities: number;
  readonly lost: number;
  readonly duplicated: number;
}

export async function region(options: RegionOptions, terminal: Terminal): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'machimori-demo-'));
  const signal = stopSignal(options.seconds);
  const clock = new SystemClock('always');
  const broker = new NgsiV2Broker();
  const orion = await openOrion({ broker });
  const port = await freePort();
  const hub = startHub(join(directory, 'hub'), port, orion);
  const archiveFile = join(directory, 'hub', 'data', 'history.sqlite');
  const sites: Site[] = [];
  try {
    for (const [i, tenant] of TENANTS.entries()) {
      const folder = join(directory, tenant);
      mkdirSync(folder);
      const world = { seed: options.seed + i, clock, directory: folder, windowMs: WINDOW_MS };
      const fleet = await openFleetAnyhow(world, terminal);
      sites.push({ tenant, fleet, gateway: startSite(folder, tenant, fleet, { port, hub }) });
    }
    for (const { fleet } of sites) fleet.start();
    const shown: Region = { sites, hub, archiveFile, broker };
    const show = options.json ? () => {} : () => terminal.draw(regionTable(shown, terminal));
    await Promise.all([haveOutage(orion, options.outage, clock, signal), showNowAndThen(show, clock, signal)]);
    const outcome = await finish(shown, clock);
    if (options.json) terminal.writeJson(JSON.stringify(outcome));
    else terminal.print(say.regionOutcome({ ...outcome }));
    return outcome.lost === 0 && outcome.duplicated === 0 ? 0 : 1;
  } finally {
    for (const { gateway, fleet } of sites) {
      await gateway.stop();
      await fleet.stop();
    }
    await hub.stop();
    await orion.cutOff();
    if (options.keep) terminal.printError(say.kept({ directory }));
    else rmSync(directory, { recursive: true, force: true });
  }
}

function startHub(folder: string, port: number, orion: Orion): Gateway {
  mkdirSync(folder);
  const tenants = ['*'];
  const config = stringify({
    gateway: { id: 'hub', tenant: 'region', 'data-directory': 'data' },
    buffer: { 'batch-age': '1s' },
    clock: { synchronised: 'always' },
    status: { enabled: false },
    port: [{ name: 'gateways', type: 'feed', listen: `127.0.0.1:${port}` }],
    destination: [
      { name: 'archive', type: 'archive', url: 'sqlite:history.sqlite', tenants, personal: true }, // of people who do not exist
      { name: 'broker', type: 'ngsi-v2', url: orion.url, service, tenants },
    ],
  });
  return startIn(folder, 'hub.toml', config);
}

function startSite(
  folder: string,
  tenant: string,
  fleet: Fleet,
  { port, hub }: { port: number; hub: Gateway },
): Gateway {
  const origin = { tenant, gateway: `gateway-${tenant}` };
  const password = enrolledAt(hub).enrol(origin, Date.now());
  const username = `${tenant}/${origin.gateway}`;
  const file = join(folder, 'hub.enrolment');
  const enrolment = enrolmentText({ ...origin, url: `mqtt://127.0.0.1:${port}`, username, password });
  writeFileSync(file, enrolment, { mode: 0o600 });
  const destination = { name: 'hub', 'enrolment-file': file };
  return startIn(folder, 'gateway.toml', demoConfig(fleet, { id: origin.gateway, tenant, destination }));
}

function enrolledAt({ sources }: Gateway): EnrolledGateways {
  return sources.hub.enrolled;
}

function startIn(folder: string, name: string, toml: string): Gateway {
  const file = join(folder, name);
  writeFileSync(file, toml);
  const result = readConfigFile(file);
  if (!result.ok) throw new Error(`the demo's own configuration is faulty at line ${result.faults[0]?.line}`);
  const log = openLog('info', () => performance.now(), join(folder, 'gateway.log'));
  return startGateway({ config: result.config, log, version: readVersion() });
}

/** Waits until everything that was sent has arrived behind the hub, and counts it. */
async function finish({ sites, hub, archiveFile, broker }: Region, clock: SystemClock): Promise<RegionOutcome> {
  await Promise.all(sites.map(({ fleet }) => fleet.stopSending()));
  const readings = () =>
    sumOf(
      sites.flatMap(({ gateway }) => [...gateway.sources.activity.devices.values()].map((device) => device.readings)),
    );
  await whileMoving(() => sites.every(isRead), readings, clock);
  const sent = new Map(sites.map((site) => [`${site.tenant}/${site.gateway.sources.gateway}`, sentBy(site)]));
  for (const { gateway } of sites) {
    await gateway.stopPorts();
    gateway.buffer.flush();
  }
  const settled = () =>
    -sumOf(
      [hub, ...sites.map(({ gateway }) => gateway)].flatMap(({ buffer }) =>
        Object.values(buffer.stats().outboxes).map(({ waiting }) => waiting.urgent + waiting.routine),
      ),
    );
  const isThrough = () =>
    [hub, ...sites.map(({ gateway }) => gateway)].every(({ buffer }) => nothingWaits(buffer.stats()));
  await whileMoving(isThrough, settled, clock);
  const counted = countArchive(archiveFile);
  const sentReadings = sumOf([...sent.values()].flatMap((kinds) => [...kinds.values()]));
  const { archived, lost, duplicated } = compare(sent, counted);
  return { sentReadings, archived, entities: broker.entities(service, '/').length, lost, duplicated };
}

function isRead({ fleet, gateway }: Site): boolean {
  const read = gateway.sources.activity.devices;
  return [...fleet.sentByDevice()].every(([id, sent]) => {
    return (read.get(id)?.readings ?? 0) >= sumOf(sent.values());
  });
}

/** By device and kind, as "device kind". */
function sentBy({ fleet }: Site): ReadonlyMap<string, number> {
  const all = [...fleet.sentByDevice()].flatMap(([id, kinds]) =>
    [...kinds].map(([kind, count]) => [`${id} ${kind}`, count] as const),
  );
  return new Map(all);
}

/** Alarms are the gateways' own, and not among what the sensors sent. */
function compare(sent: ReadonlyMap<string, ReadonlyMap<string, number>>, { readings, same }: ArchiveCounts) {
  let [archived, lost, surplus] = [0, 0, 0];
  for (const [origin, kinds] of sent) {
    for (const [named, count] of kinds) {
      const [device = '', kind = ''] = named.split(' ');
      const arrived = readings.get(origin)?.get(device)?.get(kind) ?? 0;
      archived += arrived;
      lost += Math.max(0, count - arrived);
      surplus += Math.max(0, arrived - count);
    }
  }
  return { archived, lost, duplicated: Math.max(surplus, same) };
}
