/**
 * The besieged gateway, started as its unit starts it, with every kind of port that listens, and what is honest around it: an
 * MQTT device, a packet forwarder and a Basics Station with LoRaWAN devices, a city OS.
 *
 * It is started again when it dies, which is counted. Its memory is looked at every `lookEveryMs`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { accountsFileOf, HASHED_BY } from '../../gateway/config/console-accounts.ts';
import { hashPassword } from '../../gateway/console/passwords.ts';
import { controlSocketOf } from '../../gateway/control/socket.ts';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { openCityOsStore } from '../../simulators/city-os/store.ts';
import { deviceTable, type LorawanCity, openCity } from '../../simulators/lorawan/city.ts';
import { type CityOsProcess, GATEWAY_FLAGS, residentMb, startCityOs } from '../bench/processes.ts';
import { machimori } from '../end-to-end/machimori.ts';
import { connectWhenUp } from '../end-to-end/mqtt-device.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { repositoryRoot } from '../repository-root.ts';
import type { Target } from './attack.ts';
import { HonestDevice } from './honest-device.ts';
import { SerialRelay } from './serial-relay.ts';

const lookEveryMs = 100;
const maxStopMs = 30_000;
const quietMs = 15_000;
const shownLogBytes = 3_000;
const MAIN = join(repositoryRoot, 'dist/gateway/main.js');
/** As openCity numbers them. */
const [FORWARDER, STATION] = ['aa555a0000000000', 'aa555a0000000001'];
const HOSTILE_STATION = 'b827ebfffe00dead';
const honest = { clientId: 'honest', topic: 'gauges/honest', eui: FORWARDER };
const stolen = { username: 'hostile', topic: 'gauges/hostile', eui: HOSTILE_STATION };

export interface UplinkCounts {
  readonly sent: number;
  readonly stored: number;
}

interface Parts {
  readonly directory: string;
  readonly target: Target;
  readonly cityOs: CityOsProcess;
  readonly city: LorawanCity;
  readonly relay: SerialRelay;
}

export class SiegeSite {
  readonly target: Target;
  readonly device: HonestDevice;
  maxRssMb = 0;
  restarts = 0;
  readonly #directory: string;
  readonly #cityOs: CityOsProcess;
  readonly #city: LorawanCity;
  readonly #relay: SerialRelay;
  readonly #looking: NodeJS.Timeout;
  #gateway: ChildProcess;
  #isOver = false;

  private constructor(parts: Parts) {
    this.target = parts.target;
    this.#directory = parts.directory;
    this.#cityOs = parts.cityOs;
    this.#city = parts.city;
    this.#relay = parts.relay;
    this.#gateway = this.#start();
    const { mqttPort } = parts.target;
    this.device = new HonestDevice({ port: mqttPort, username: 'honest', password: 'honest-secret', ...honest });
    this.#looking = setInterval(() => {
      const rss = residentMb(this.#gateway.pid ?? 0);
      if (rss > this.maxRssMb) this.maxRssMb = rss;
    }, lookEveryMs);
  }

  static async open(seed: number): Promise<SiegeSite> {
    const directory = mkdtempSync(join(tmpdir(), 'machimori-siege-'));
    const cityOs = await startCityOs(join(directory, 'city-os.sqlite'));
    const target: Target = {
      mqttPort: await freePort(),
      stationPort: await freePort(),
      udpPort: await freePort(),
      statusPort: await freePort(),
      consolePort: await freePort(),
      serialPort: await freePort(),
      controlSocket: controlSocketOf(join(directory, 'data')),
      stolen: {
        ...stolen,
        password: 'hostile-secret',
        token: 'hostile-token',
        consolePassword: 'note under the keyboard',
      },
      honest,
    };
    for (const secret of ['honest-secret', 'hostile-secret', 'honest-token', 'hostile-token']) {
      writeFileSync(join(directory, secret), secret, { mode: 0o600 });
    }
    const serialServerPort = await freePort();
    const relay = SerialRelay.open(serialServerPort, target.serialPort);
    mkdirSync(join(directory, 'data'));
    await writeAccounts(join(directory, 'data'), target.stolen.consolePassword);
    writeFileSync(join(directory, 'gateway.toml'), configOf(target, cityOs.url, serialServerPort));
    const city = await openCity({
      seed,
      clock: new SystemClock('always'),
      devices: 6,
      uplinksPerDevice: Number.POSITIVE_INFINITY,
      perSecond: 2,
      gateways: [
        { protocol: 'udp', host: '127.0.0.1', port: target.udpPort },
        { protocol: 'station', url: `ws://127.0.0.1:${target.stationPort}`, token: 'honest-token' },
      ],
      strictness: { toleranceMs: 500, patienceMs: 1_000, minLeadMs: 0 },
    });
    writeFileSync(join(directory, 'devices.csv'), deviceTable(city.devices, 'lpp'));
    const { code, err } = await machimori(directory, 'device', 'add', 'gateway.toml', '--import', 'devices.csv');
    if (code !== 0) throw new Error(`the devices could not be registered: ${err}`);
    const site = new SiegeSite({ directory, target, cityOs, city, relay });
    const early = await connectWhenUp(target.mqttPort, 'early').catch(() => undefined); // it listens: that is all that is asked
    early?.end(true);
    await city.joinAll();
    void city.run();
    site.device.latencies(); // while the gateway was starting nobody could be answered
    return site;
  }

  /** The log of all its lives. */
  get log(): string {
    return readFileSync(join(this.#directory, 'log'), 'utf8');
  }

  /** The siege is over: what was sent has time to arrive, then all stops. */
  async close(): Promise<UplinkCounts> {
    this.#city.stop();
    this.device.stop();
    const sent = [...this.#city.sent.values()].reduce((sum, { length }) => sum + length, 0);
    let stored = this.#storedUplinks();
    for (let at = performance.now(); stored < sent && performance.now() - at < quietMs; ) {
      await delay(1_000);
      stored = this.#storedUplinks();
    }
    this.#isOver = true;
    clearInterval(this.#looking);
    this.#gateway.kill('SIGTERM');
    const tooLong = delay(maxStopMs, undefined, { ref: false });
    if (this.#gateway.exitCode === null) await Promise.race([once(this.#gateway, 'exit'), tooLong]);
    this.destroy();
    await this.#city.close();
    this.#relay.close();
    await this.#cityOs.end();
    rmSync(this.#directory, { recursive: true, force: true });
    return { sent, stored };
  }

  /** Ends the gateway at once. */
  destroy(): void {
    this.#isOver = true;
    this.#gateway.kill('SIGKILL');
  }

  #storedUplinks(): number {
    const store = openCityOsStore(join(this.#directory, 'city-os.sqlite'));
    try {
      let count = 0;
      for (const { reading } of store.readings({ kind: 'measurement' })) if ('frameCounter' in reading.values) count++;
      return count;
    } finally {
      store.close();
    }
  }

  #start(): ChildProcess {
    const log = openSync(join(this.#directory, 'log'), 'a');
    const gateway = spawn(process.execPath, [...GATEWAY_FLAGS, MAIN, 'run', 'gateway.toml'], {
      cwd: this.#directory,
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', log],
    });
    closeSync(log);
    gateway.once('exit', (code, signal) => {
      if (this.#isOver) return;
      this.restarts++;
      console.error(`The gateway ended (${signal ?? code}). Its last lines:\n${this.log.slice(-shownLogBytes)}`);
      this.#gateway = this.#start();
    });
    return gateway;
  }
}

/** A technician whose password nobody knows, and a viewer whose password was stolen. */
async function writeAccounts(dataDirectory: string, stolenPassword: string): Promise<void> {
  const accounts = { technician: randomBytes(24).toString('base64url'), viewer: stolenPassword };
  const lines = Object.entries(accounts).map(async ([role, password]) => {
    const { salt, hash } = await hashPassword(password);
    return `${role} ${role} ${HASHED_BY} ${salt.toString('base64url')} ${hash.toString('base64url')}\n`;
  });
  writeFileSync(accountsFileOf(dataDirectory), (await Promise.all(lines)).join(''), { mode: 0o600 });
}

function configOf(target: Target, cityUrl: string, serialServerPort: number): string {
  const user = (name: string) =>
    `[[port.user]]\nusername = "${name}"\npassword-file = "${name}-secret"\ntopics = ["gauges/${name}"]`;
  const device = (name: string) => `
    [[device]]
    id = "${name}"
    type = "line"
    port = "devices"
    topic = "gauges/${name}"
    profile = { format = "json", fields = [{ from = "n", quantity = "n" }] }`;
  return `
    gateway = { id = "gateway-01", tenant = "city" }
    status = { listen = "127.0.0.1:${target.statusPort}" }
    clock = { synchronised = "always" }
    console = { enabled = true, listen = "127.0.0.1:${target.consolePort}" }
    [[port]]
    name = "devices"
    type = "mqtt"
    listen = "127.0.0.1:${target.mqttPort}"
    ${user('honest')}
    ${user('hostile')}
    [[port]]
    name = "roofs"
    type = "lorawan-udp"
    trust-local = true
    listen = "127.0.0.1:${target.udpPort}"
    [[port]]
    name = "masts"
    type = "basics-station"
    listen = "127.0.0.1:${target.stationPort}"
    [[port.station]]
    eui = "${STATION}"
    token-file = "honest-token"
    [[port.station]]
    eui = "${HOSTILE_STATION}"
    token-file = "hostile-token"
    [[port]]
    name = "serial-server"
    type = "tcp"
    address = "127.0.0.1:${serialServerPort}"
    ${device('honest')}
    ${device('hostile')}
    [[device]]
    id = "line"
    type = "line"
    port = "serial-server"
    profile = { format = "json", fields = [{ from = "n", quantity = "n" }] }
    [[profile]]
    name = "lpp"
    type = "lorawan"
    payload = "lpp"
    [[destination]]
    name = "city"
    type = "city-os"
    url = "${cityUrl}"
  `;
}
