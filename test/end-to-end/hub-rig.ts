/** Configurations of gateways and hubs that run in a test, over real MQTT. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnrolledGateways } from '../../gateway/hub/enrolled-gateways.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { feedCity } from './started.ts';

/** Enrols a gateway at a hub that does not run, and returns the password's file. */
export function enrol(hubFolder: string, tenant: string, gateway: string, isHub = false): string {
  const password = EnrolledGateways.open(join(hubFolder, 'data')).enrol({ tenant, gateway, isHub }, 0);
  const file = join(hubFolder, `${tenant}-${gateway}.password`);
  writeFileSync(file, password, { mode: 0o600 });
  return file;
}

export function hubToml(more: string, id = 'hub-01'): string {
  return `
    [gateway]
    id = "${id}"
    tenant = "region"
    [buffer]
    batch-age = "100ms"
    [clock]
    synchronised = "always"
    [status]
    enabled = false
    ${more}`;
}

/** A hub before a city OS of its own, which does not run yet: its folder, and what it says once its doors are written. */
export async function hubSite() {
  const folder = temporaryFolder();
  const hubFolder = join(folder, 'hub');
  mkdirSync(hubFolder);
  const city = await feedCity();
  const config = join(hubFolder, 'gateway.toml');
  /** `feed`: settings of its port. Written to `config`, too. */
  const tomlOf = (feed: string, more = '') => {
    const toml = hubToml(`
    [[port]]
    name = "gateways"
    type = "feed"
    ${feed}
    [[destination]]
    name = "city"
    type = "city-os"
    url = "${city.url}"
    tenants = ["*"]
    ${more}`);
    writeFileSync(config, toml);
    return toml;
  };
  return { folder, hubFolder, city, config, tomlOf };
}

/** A gateway that sends to a hub by a user name and password. */
export function gatewayToml(
  { tenant, id, port, passwordFile }: { tenant: string; id: string; port: number; passwordFile: string },
  more = '',
): string {
  return quietToml(
    { tenant, id },
    `name = "hub"
    url = "mqtt://127.0.0.1:${port}"
    username = "${tenant}/${id}"
    password-file = "${passwordFile}"
    ${more}`,
  );
}

/** The same with an enrolment. */
export function enrolledToml({ tenant, id, file }: { tenant: string; id: string; file: string }): string {
  return quietToml({ tenant, id }, `name = "hub"\n    enrolment-file = "${file}"`);
}

/**
 * A gateway whose only device, "gauge-01", is never heard: its readings are put into the buffer. `destination` has what belongs to its
 * only destination, a city OS; `buffer` and `device` have more settings of those.
 */
export function quietToml(
  { tenant, id, buffer = '', device = '' }: { tenant: string; id: string; buffer?: string; device?: string },
  destination: string,
): string {
  return `
    [gateway]
    id = "${id}"
    tenant = "${tenant}"
    [buffer]
    batch-age = "50ms"
    ${buffer}
    [clock]
    synchronised = "always"
    [status]
    enabled = false
    [[port]]
    name = "line"
    type = "tcp"
    address = "127.0.0.1:9"
    [[device]]
    id = "gauge-01"
    type = "line"
    port = "line"
    profile = { format = "json", fields = [{ from = "level", quantity = "level" }] }
    ${device}
    [[destination]]
    type = "city-os"
    reconnect-within = "200ms"
    receipt-timeout = "2s"
    ${destination}`;
}
