/**
 * The site of a small board: a gateway as the package runs it, in a control group, with four serial devices on pseudo-terminals (a gauge, a Modbus
 * bus of three units, a people counter, GPS), LoRaWAN devices with three codecs behind a packet forwarder, and a console that somebody
 * watches. Twenty readings a second in all. The devices and the city OS are outside the group.
 *
 * A gateway that ends is started again, as its unit would.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { accountsFileOf, HASHED_BY } from '../../gateway/config/console-accounts.ts';
import { hashPassword } from '../../gateway/console/passwords.ts';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import type { FeedCity } from '../../gateway/rig/feed-city.ts';
import { freePort, type GatewayProcess, openRig, type Rig, startProcess, tomlOf } from '../../gateway/rig/library.ts';
import type { Status } from '../../gateway/status/status.ts';
import { deviceTable, type LorawanCity, openCity } from '../../simulators/lorawan/city.ts';
import { GATEWAY_FLAGS } from '../bench/processes.ts';
import { sampleCodec } from '../bench/sample-codec.ts';
import { repositoryRoot } from '../repository-root.ts';
import { type ControlGroup, openControlGroup } from './control-group.ts';
import { type Arrival, Lateness } from './lateness.ts';

export const BOARD = { memoryBytes: 160 * 1024 * 1024, cpuPercent: 20 } as const;
/** The default of `batch-age`. */
export const batchAgeMs = 10_000;
/** Of sealing, sending and storing, on a core that is there a fifth of the time. */
export const graceMs = 1_000;
const BUNDLE = join(repositoryRoot, 'build/bundle');
const PASSWORD = 'a river of cold tea';
const CITY = 'city';
const CODECS = [1, 2, 3];
const UPLINKS_PER_SECOND = 2;
/** Share of the uplinks that ask for an acknowledgement. */
const CONFIRMED = 0.1;
const watchAgainMs = 1_000;
const stallLookMs = 200;

const DEVICES = [
  { id: 'gauge', type: 'maxbotix', period: '200ms' },
  { id: 'counter', type: 'people-counter', period: '200ms' },
  { id: 'plow', type: 'nmea', hz: 5 },
  { id: 'quay-level', type: 'modbus-level', wire: 'bus', unit: 1, interval: '1s' },
  { id: 'quay-people', type: 'modbus-counter', wire: 'bus', unit: 2, interval: '1s' },
  {
    ...{ id: 'pump', type: 'modbus-registers', wire: 'bus', unit: 3, interval: '1s' },
    register: [{ quantity: 'pressure', address: 100, value: { is: 'wave', around: 320, height: 15, period: '20s' } }],
  },
] as const;

export class BoardSite {
  readonly rig: Rig;
  readonly radio: LorawanCity;
  readonly group: ControlGroup;
  readonly gateway: GatewayProcess;
  restarts = 0;
  /** Of the status that the watcher was sent. */
  watchedBytes = 0;
  readonly lateness = new Lateness(batchAgeMs + graceMs);
  readonly #folder: string;
  readonly #consoleUrl: string;
  readonly #over = new AbortController();
  #seen = 0;

  private constructor(parts: Pick<BoardSite, 'rig' | 'radio' | 'group' | 'gateway'>, folder: string, url: string) {
    this.rig = parts.rig;
    this.radio = parts.radio;
    this.group = parts.group;
    this.gateway = parts.gateway;
    this.#folder = folder;
    this.#consoleUrl = url;
  }

  /** `node`: the program that runs the gateway. */
  static async open(node: string): Promise<BoardSite> {
    const folder = mkdtempSync(join(tmpdir(), 'machimori-board-'));
    const [udp, consolePort] = [await freePort(), await freePort()];
    const rig = await openRig({ device: DEVICES, wire: [{ name: 'bus', type: 'pty' }], city: [{ name: CITY }] });
    const radio = await openCity({
      ...{
        seed: 1,
        clock: new SystemClock('always'),
        devices: 30,
        perSecond: UPLINKS_PER_SECOND,
        confirmed: CONFIRMED,
      },
      uplinksPerDevice: Number.POSITIVE_INFINITY,
      gateways: [{ protocol: 'udp', host: '127.0.0.1', port: udp }],
      strictness: { toleranceMs: 500, patienceMs: 1_000, minLeadMs: 0 }, // the machine is busy, and real time does not wait
    });
    await prepare(folder, rig, radio, udp, consolePort);
    const group = openControlGroup(`machimori-board-${process.pid}`, BOARD);
    const gateway = await startProcess({ folder, command: group.command(ownProgram(node)), maxLogEntries: 1_000 });
    return new BoardSite({ rig, radio, group, gateway }, folder, `http://127.0.0.1:${consolePort}`);
  }

  /** Everything runs; the site is looked after until it is closed. */
  async start(): Promise<void> {
    await this.rig.start();
    void this.radio.run();
    void this.#watch();
    void this.#watchItself();
  }

  /** As the unit does. */
  async startAgain(): Promise<void> {
    if (this.gateway.isRunning) return;
    this.restarts++;
    console.error(`The gateway ended. Its last lines:\n${this.gateway.log.text.slice(-3_000)}`);
    await this.gateway.start();
  }

  /** Devices fall silent; resolves when all that they sent has arrived, or the time is over. */
  async settle(withinMs: number): Promise<void> {
    await this.rig.bench.stopSending();
    await this.rig.bench.stopAnswering();
    this.radio.stop();
    await this.rig.until(() => this.accounts().lost === 0, 'all is stored', withinMs).catch(() => undefined); // `lost` says it
  }

  /** What the devices sent, and what of it is stored. A device's readings are told by their count. */
  accounts(): { readonly sent: number; readonly stored: number; readonly lost: number; readonly twice: number } {
    let { sent, stored, lost, twice } = this.rig.tallies();
    const counts = this.rig.ends.cities.get(CITY)?.counts();
    for (const { id, devEui } of this.radio.devices) {
      const heard = this.radio.sent.get(devEui)?.length ?? 0;
      const there = counts?.get(id)?.get('measurement') ?? 0; // beside the states of its battery and radio
      sent += heard;
      stored += there;
      lost += Math.max(0, heard - there);
      twice += Math.max(0, there - heard);
    }
    return { sent, stored, lost, twice };
  }

  /** What has arrived since the last call. */
  newArrivals(): readonly Arrival[] {
    const arrivals: Arrival[] = [];
    const { store } = (this.rig.ends.cities.get(CITY) as FeedCity).cityOs; // as the rig opens a city by default
    for (const { receivedAt, number, reading } of store.readings({ after: this.#seen })) {
      this.#seen++;
      const { device, kind, observedAt } = reading;
      if (kind !== 'status') arrivals.push({ device, observedAt, receivedAt, number });
    }
    return arrivals;
  }

  async close(): Promise<void> {
    this.#over.abort();
    await this.gateway.stop();
    await this.radio.close();
    await this.rig.close();
    this.group.remove();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** One person signs in at the console and leaves it open; it connects again as a browser does. */
  async #watch(): Promise<void> {
    let cookie: string | undefined;
    while (!this.#over.signal.aborted) {
      try {
        cookie ??= await signIn(this.#consoleUrl);
        await this.#watchOnce(cookie);
      } catch {
        cookie = undefined; // the gateway is starting
      }
      await this.rig.clock.sleep(watchAgainMs, this.#over.signal);
    }
  }

  /** A line of the server-sent events. */
  #look(line: string): void {
    const json = /^data: (.*sealed.*)$/.exec(line)?.[1];
    if (json === undefined) return;
    const { buffer, destinations } = JSON.parse(json) as Status; // as the gateway tells it
    const { sealed = 0 } = buffer.outboxes[CITY] ?? {};
    const { state, resent = 0 } = destinations[CITY] ?? {};
    const pendingMs = Math.round(buffer.pendingMs);
    this.lateness.look({ at: Date.now(), sealed, pendingMs, isConnected: state === 'connected', resent });
  }

  /** Until the site is closed: whether this process itself stands. */
  async #watchItself(): Promise<void> {
    for (let before = Date.now(); !this.#over.signal.aborted; before = Date.now()) {
      await this.rig.clock.sleep(stallLookMs, this.#over.signal);
      const [now, lateMs] = [Date.now(), Date.now() - before - stallLookMs];
      if (lateMs >= stallLookMs) this.lateness.stalled(now, lateMs);
    }
  }

  #watchOnce(cookie: string): Promise<void> {
    const headers = { cookie, 'accept-encoding': 'gzip' };
    return new Promise((resolve, reject) => {
      const request = get(
        `${this.#consoleUrl}/live`,
        { headers, agent: false, signal: this.#over.signal },
        (answer) => {
          if (answer.statusCode !== 200) reject(new Error(`the console answers ${answer.statusCode}`));
          answer.on('data', (chunk: Buffer) => {
            this.watchedBytes += chunk.length;
          });
          answer.on('close', resolve).on('error', () => {}); // "close" follows
          const lines = createInterface({ input: answer.pipe(createGunzip()) });
          lines.on('line', (line) => this.#look(line)).on('error', () => {}); // cut short: it passes on what its input says
        },
      );
      request.on('error', reject);
    });
  }
}

/**
 * The program and Node.js are copied by the group itself, once: else their pages are those that somebody else has read, and are
 * charged to nobody.
 */
function ownProgram(node: string): [string, ...string[]] {
  const copy = `[ -e app ] || { cp -r '${BUNDLE}' app && cp '${node}' node; }`;
  return ['/bin/sh', '-c', `${copy}; exec ./node ${GATEWAY_FLAGS.join(' ')} app/main.js run gateway.toml`];
}

async function prepare(folder: string, rig: Rig, radio: LorawanCity, udp: number, consolePort: number): Promise<void> {
  mkdirSync(join(folder, 'data'), { mode: 0o700 });
  const { salt, hash } = await hashPassword(PASSWORD);
  const account = ['suzuki', 'technician', HASHED_BY, salt.toString('base64url'), hash.toString('base64url')];
  writeFileSync(accountsFileOf(join(folder, 'data')), `${account.join(' ')}\n`, { mode: 0o600 });
  for (const number of CODECS) writeFileSync(join(folder, `codec-${number}.js`), codecOf(number));
  writeFileSync(join(folder, 'gateway.toml'), configOf(rig, udp, consolePort));
  for (const number of CODECS) {
    const own = radio.devices.filter((_, i) => i % CODECS.length === number - 1);
    writeFileSync(join(folder, 'devices.csv'), deviceTable(own, `codec-${number}`), { mode: 0o600 });
    const words = [join(BUNDLE, 'main.js'), 'device', 'add', 'gateway.toml', '--import', 'devices.csv'];
    await promisify(execFile)(process.execPath, words, { cwd: folder });
  }
}

/** A maker's codec of the usual size, made to understand what the simulated devices send: Cayenne LPP. */
function codecOf(number: number): string {
  return `${sampleCodec(number).source}
decodeUplink = function (input) {
  var data = { model: ${number}, receivedAt: input.recvTime.toISOString() };
  for (var at = 0; at + 4 <= input.bytes.length; ) {
    if (input.bytes[at + 1] === 103) {
      data.temperature = signed16(input.bytes, at + 2) / 10;
      at += 4;
    } else {
      data.sequence = signed32(input.bytes, at + 2);
      at += 6;
    }
  }
  return { data: data };
};
`;
}

function configOf(rig: Rig, udp: number, consolePort: number): string {
  return tomlOf({
    gateway: { id: 'board-01', tenant: 'board', dataDirectory: 'data' },
    clock: { synchronised: 'always' },
    status: { enabled: false },
    console: { enabled: true, listen: `127.0.0.1:${consolePort}` },
    lorawan: { region: 'AS923-1' },
    port: [
      ...[...rig.bench.wires].map(([name, { path }]) => ({ name, type: 'serial', path })),
      { name: 'roof', type: 'lorawan-udp', listen: `127.0.0.1:${udp}`, trustLocal: true },
    ],
    profile: CODECS.map((number) => ({ name: `codec-${number}`, type: 'lorawan', codecFile: `codec-${number}.js` })),
    device: [...rig.bench.devices.values()].map(({ plan: { id, wire }, configured }) => ({
      ...{ id, type: configured.type, port: wire, ...configured.settings },
    })),
    destination: [...rig.ends.cities].map(([name, { url }]) => ({ name, type: 'city-os', url })),
  });
}

async function signIn(url: string): Promise<string> {
  const answer = await fetch(`${url}/session`, {
    method: 'POST',
    body: JSON.stringify({ user: 'suzuki', password: PASSWORD }),
  });
  const cookie = answer.headers.get('set-cookie')?.split(';')[0];
  if (cookie === undefined) throw new Error(`the console answers ${answer.status}`);
  return cookie;
}
