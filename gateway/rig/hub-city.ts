/** A hub as the far end: a gateway in this process with a port of type `feed` and an archive in SQLite. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tomlOf } from '../config/toml.ts';
import { countArchive } from '../destinations/archive/sqlite/count.ts';
import { readArchive } from '../destinations/archive/sqlite/read-all.ts';
import { enrolmentText } from '../net/enrolment.ts';
import { readStatus } from '../status/status.ts';
import type { City, Sender } from './city.ts';
import { addTo, type Counts } from './counts.ts';
import { freePort } from './free-port.ts';
import { type GatewayHere, startHere } from './gateway-here.ts';

const ARCHIVE = 'history.sqlite';
const tenants = ['*'];

export interface HubCityOptions {
  /** Of the hub's configuration, buffer and archive. */
  readonly folder: string;
  /** 0, as by default, takes a free one. */
  readonly port?: number;
  /** More destinations behind the hub, as tables of its configuration. */
  readonly destinations?: readonly Readonly<Record<string, unknown>>[];
}

export interface HubCity extends City {
  readonly hub: GatewayHere;
}

export async function openHubCity({ folder, port: asked = 0, destinations = [] }: HubCityOptions): Promise<HubCity> {
  const port = asked === 0 ? await freePort() : asked;
  const hub = startHere({ folder, config: hubToml(port, destinations) });
  const file = join(folder, 'data', ARCHIVE);
  return {
    hub,
    url: `mqtt://127.0.0.1:${port}`,
    destination: (sender) => ({
      name: 'hub',
      type: 'city-os',
      enrolmentFile: enrol(hub, sender, port),
      reconnectWithin: '1s',
    }),
    readings: () => readArchive(file),
    counts: (gateway) => countsIn(file, gateway),
    duplicates: () => (existsSync(file) ? countArchive(file).same : 0),
    refused: () => new Map(),
    missing: () => readStatus(hub.sources).gateways.reduce((sum, { batches }) => sum + batches.missing, 0),
    cutOff: () => hub.stop(),
    comeBack: () => hub.start(),
    close: () => hub.close(),
  };
}

function hubToml(port: number, destinations: NonNullable<HubCityOptions['destinations']>): string {
  return tomlOf({
    gateway: { id: 'hub', tenant: 'region', dataDirectory: 'data' },
    buffer: { batchAge: '1s' },
    clock: { synchronised: 'always' },
    status: { enabled: false },
    port: [{ name: 'gateways', type: 'feed', listen: `127.0.0.1:${port}` }],
    destination: [
      { name: 'archive', type: 'archive', url: `sqlite:${ARCHIVE}`, tenants, personal: true }, // of people who do not exist
      ...destinations.map((destination) => ({ tenants, ...destination })),
    ],
  });
}

/** Returns the gateway's file. */
function enrol({ sources }: GatewayHere, { tenant, gateway, folder }: Sender, port: number): string {
  const password = sources.hub.enrolled.enrol({ tenant, gateway }, sources.clock.moment().wall);
  const file = join(folder, 'hub.enrolment');
  const username = `${tenant}/${gateway}`;
  const text = enrolmentText({ tenant, gateway, url: `mqtt://127.0.0.1:${port}`, username, password });
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

function countsIn(file: string, gateway: string | undefined): Counts {
  const counts = new Map<string, Map<string, number>>();
  if (!existsSync(file)) return counts;
  for (const [origin, devices] of countArchive(file).readings) {
    if (gateway !== undefined && origin.split('/')[1] !== gateway) continue;
    for (const [device, kinds] of devices) for (const [kind, n] of kinds) addTo(counts, device, kind, n);
  }
  return counts;
}
