/** A place for one measurement: a folder, a gateway by its own configuration, a city OS with a durable database. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { readConfigFile } from '../../gateway/config/config.ts';
import { openLog } from '../../gateway/machine/log.ts';
import { type Gateway, startGateway } from '../../gateway/run.ts';
import type { ReadingKind } from '../../shared/reading.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { type DelayedLink, openDelayedLink } from './delayed-link.ts';
import { type CityOsProcess, startCityOs } from './processes.ts';
import { DEVICES, JSON_PROFILE, SENSOR } from './sample-readings.ts';
import { until } from './stopwatch.ts';

/** No measurement waits longer for anything. */
export const maxWaitMs = 120_000;
/** Nothing listens there. */
const NOWHERE = 'mqtt://127.0.0.1:9';

export class Site {
  readonly directory = mkdtempSync(join(tmpdir(), 'machimori-bench-'));
  readonly mqttPort: number;
  readonly sensorPort: number;
  #cityOs: CityOsProcess | undefined;
  #link: DelayedLink | undefined;

  private constructor(mqttPort: number, sensorPort: number) {
    this.mqttPort = mqttPort;
    this.sensorPort = sensorPort;
  }

  static async open(): Promise<Site> {
    return new Site(await freePort(), await freePort());
  }

  /** Runs `work` in a fresh place and clears it away. */
  static async with<T>(work: (site: Site) => Promise<T>): Promise<T> {
    const site = await Site.open();
    try {
      return await work(site);
    } finally {
      await site.close();
    }
  }

  get cityOsFile(): string {
    return join(this.directory, 'city-os.sqlite');
  }

  get cityOsUrl(): string {
    return this.#link?.url ?? this.#cityOs?.url ?? NOWHERE;
  }

  /** The city OS, behind a link with that round trip. */
  async startCityOs(roundTripMs = 0): Promise<void> {
    this.#cityOs = await startCityOs(this.cityOsFile);
    if (roundTripMs > 0) this.#link = await openDelayedLink(this.#cityOs.url, roundTripMs / 2);
  }

  /** As if the city OS listened there, which the caller runs. */
  useCityOs(cityOs: CityOsProcess): void {
    this.#cityOs = cityOs;
  }

  /** The configuration as a file; without a city OS running it sends nowhere. */
  writeConfig(buffer: string): string {
    const devices = DEVICES.map(
      (id) =>
        `[[device]]\nid = "${id}"\ntype = "line"\nport = "devices"\ntopic = "bench/${id}"\nprofile = ${JSON_PROFILE}\n`,
    );
    const file = join(this.directory, 'gateway.toml');
    writeFileSync(
      file,
      `gateway = { id = "gw-bench-01", tenant = "bench" }
status = { enabled = false }
clock = { synchronised = "always" }
buffer = { ${buffer} }
[[port]]
name = "devices"
type = "mqtt"
trust-local = true
listen = "127.0.0.1:${this.mqttPort}"
[[port]]
name = "line"
type = "tcp"
address = "127.0.0.1:${this.sensorPort}"
[[device]]
id = "${SENSOR}"
type = "line"
port = "line"
profile = ${JSON_PROFILE}
${devices.join('')}[[destination]]
name = "city"
type = "city-os"
url = "${this.cityOsUrl}"
`,
    );
    return file;
  }

  /** A gateway in this process. */
  openGateway(buffer = ''): Gateway {
    const result = readConfigFile(this.writeConfig(buffer));
    if (!result.ok) throw new Error(`the benchmark's own configuration is faulty: ${result.faults[0]?.what.en}`);
    return startGateway({ config: result.config, log: openLog('error', () => performance.now()), version: 'bench' });
  }

  /** Resolves when the city OS has receipted so many readings. */
  async stored(gateway: Gateway, count: number, withinMs = maxWaitMs): Promise<void> {
    gateway.buffer.flush();
    await until(
      () => (gateway.sources.forwarders[0]?.stats.readingsStored ?? 0) >= count,
      withinMs,
      'the city OS to store everything',
    );
  }

  /** Milliseconds from observation to the arrival in the city OS (it commits right after), for each stored reading of a device and kind. */
  delays(device: string, kind: ReadingKind): number[] {
    const db = new Database(this.cityOsFile, { readonly: true });
    try {
      const rows = db
        .prepare('SELECT received_at - observed_at AS ms FROM stored_reading WHERE device = ? AND kind = ?')
        .all(device, kind);
      return (rows as { ms: number }[]).map(({ ms }) => ms);
    } finally {
      db.close();
    }
  }

  async stopCityOs(): Promise<void> {
    this.#link?.close();
    this.#link = undefined;
    await this.#cityOs?.end();
    this.#cityOs = undefined;
  }

  async close(): Promise<void> {
    await this.stopCityOs();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export async function connected(gateway: Gateway): Promise<void> {
  await until(() => gateway.sources.forwarders[0]?.stats.state === 'connected', maxWaitMs, 'the city OS');
}
