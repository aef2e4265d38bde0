/**
 * One gateway on its worst days: killed at random moments under load, its link and its city OS failing at random.
 *
 *   gauge ──MQTT, acknowledged──▶ gateway ──flaky link──▶ city OS: crashes, keeps silent, refuses
 *   pulse ──TCP, unacknowledged─▶ (killed)
 *
 * One seed gives the same plan; what falls into it depends on the machine. Every wait is bounded: a gateway that does not
 * listen, stop or drain in time is a fault, thrown.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { GatewayProcess } from '../../gateway/rig/gateway-process.ts';
import { MachimoriError } from '../../shared/errors.ts';
import { foreign } from '../../shared/text.ts';
import { type CityOs, openCityOs } from '../../simulators/city-os/city-os.ts';
import { type Link, openLink } from '../../simulators/link/link.ts';
import type { Random } from '../../simulators/random.ts';
import { simulateLineSensor } from '../../simulators/sensors/line-sensor.ts';
import { openTcp } from '../../simulators/wires/tcp-wire.ts';
import type { Wire } from '../../simulators/wires/wire.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { type Account, missingFrom, takeAccount } from './account.ts';
import { Gauge } from './gauge.ts';

const refuseEvery = 97;
const pulseEveryMs = 2;
/** A start takes about so long; one life in four ends within it. */
const startMs = 600;
const maxStopMs = 15_000;
/** What has not reached the city OS by then, after the last that did, never will. */
const maxQuietMs = 20_000;
const lookAgainMs = 500;
/** A receipt that has not come by then, after all was stored, never will. */
const maxReceiptsMs = 4_000;

export class TortureSite {
  readonly #random: Random;
  readonly #ending = new AbortController();
  readonly #cityOs: CityOs;
  readonly #link: Link;
  readonly #gateway: GatewayProcess;
  readonly #gauge: Gauge;
  readonly #wire: Wire;

  private constructor(random: Random, parts: { cityOs: CityOs; link: Link; port: number; wire: Wire }) {
    this.#random = random;
    this.#cityOs = parts.cityOs;
    this.#link = parts.link;
    this.#wire = parts.wire;
    this.#gateway = new GatewayProcess({ config: configOf(parts.port, parts.wire.path, parts.link.port) });
    this.#gauge = new Gauge('gauge', parts.port, 1);
  }

  static async open(random: Random): Promise<TortureSite> {
    const cityOs = await openCityOs({ file: ':memory:' });
    const link = await openLink({ toPort: cityOs.port, random: random.fork() });
    const site = new TortureSite(random, { cityOs, link, port: await freePort(), wire: await openTcp() });
    site.#begin();
    return site;
  }

  /** Lives until it is killed, or now and then until it is told to stop; true if it was killed. */
  async live(): Promise<boolean> {
    const random = this.#random;
    this.#changeCityOs();
    this.#link.faults.clear();
    if (random.chance(0.2)) this.#spoilLink();
    await this.#cityOs.comeBack();
    if (random.chance(0.1)) await this.#cityOs.cutOff();
    await this.#gateway.start();
    if (random.chance(0.25)) {
      await delay(random.int(0, startMs));
    } else {
      await this.#gauge.start();
      await delay(random.int(5, 120));
      if (random.chance(0.5)) await this.#turnForTheWorse();
    }
    if (random.chance(0.1)) {
      await this.#stop();
      return false;
    }
    await this.#gateway.end('SIGKILL');
    await this.#gauge.stop();
    return true;
  }

  /**
   * Everything is well again: waits until the city OS has what was acknowledged, and says where everything is. What the
   * city OS refuses leaves the buffer with its receipt, which may have been on its way when the gateway was told to stop:
   * while something waits, the gateway is started again, each time for twice as long.
   */
  async account(): Promise<Account> {
    this.#cityOs.misbehaviour = { refuse };
    this.#link.faults.clear();
    await this.#cityOs.comeBack();
    const { store } = this.#cityOs;
    const { acknowledged } = this.#gauge;
    const bufferFile = join(this.#gateway.folder, 'data', 'buffer.sqlite');
    for (let receiptsMs = lookAgainMs; ; receiptsMs *= 2) {
      await this.#gateway.start();
      await this.#untilStored();
      await delay(receiptsMs);
      await this.#stop();
      const account = takeAccount({ acknowledged, store, bufferFile, isRefused });
      if (account.waiting === 0 || receiptsMs > maxReceiptsMs) return account;
    }
  }

  /** What the gateway has logged last, over all its lives. */
  get lastLog(): string {
    return this.#gateway.log.text.slice(-2_000);
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#gateway.close();
    await this.#gauge.stop();
    await this.#wire.close();
    await this.#link.close();
    await this.#cityOs.close();
  }

  #begin(): void {
    let n = 0;
    const line = () => `{"n":${++n}}`;
    const sensor = simulateLineSensor({ clock: new SystemClock('always'), line, periodMs: pulseEveryMs });
    void sensor.run(this.#wire, this.#ending.signal);
  }

  #changeCityOs(): void {
    const random = this.#random;
    const crashes = random.chance(0.3);
    this.#cityOs.misbehaviour = {
      refuse,
      silent: random.chance(0.1),
      ...(random.chance(0.1) && { slowMs: random.int(1, 50) }),
      ...(crashes && { crashAfterCommit: () => random.chance(0.2) }),
    };
  }

  #spoilLink(): void {
    const { faults } = this.#link;
    faults.clear();
    const name = this.#random.pick(['lag', 'lag', 'black-hole', 'cut']);
    faults.strike(name, name === 'lag' ? { ms: this.#random.int(1, 200) } : {});
  }

  async #turnForTheWorse(): Promise<void> {
    const random = this.#random;
    if (random.chance(0.3)) await this.#cityOs.cutOff();
    else this.#spoilLink();
    await delay(random.int(0, 100));
    if (random.chance(0.5)) {
      this.#link.faults.clear();
      await this.#cityOs.comeBack();
      await delay(random.int(0, 100));
    }
  }

  /** Until the city OS has all that was acknowledged and that it takes, or nothing more comes. */
  async #untilStored(): Promise<void> {
    let missing = Number.POSITIVE_INFINITY;
    for (let giveUpAt = performance.now() + maxQuietMs; missing > 0 && performance.now() < giveUpAt; ) {
      const now = missingFrom(this.#cityOs.store, this.#gauge.acknowledged, isRefused).length;
      if (now < missing) giveUpAt = performance.now() + maxQuietMs;
      missing = now;
      if (missing > 0) await delay(lookAgainMs);
    }
  }

  async #stop(): Promise<void> {
    const tooLong = delay(maxStopMs, 'too long', { ref: false });
    const ended = await Promise.race([this.#gateway.end('SIGTERM'), tooLong]);
    await this.#gauge.stop();
    if (ended === 0 || ended === 'SIGTERM') return; // by the signal itself: it came before the program listened for it
    throw new MachimoriError('gateway-did-not-stop', {
      what: foreign(`the gateway ended with ${ended} on SIGTERM`),
      on: this.#gateway.folder,
      hint: foreign('Its last log lines follow'),
    });
  }
}

/** What the city OS refuses: known by the number alone, so that it is the same each time. */
function isRefused(n: number): boolean {
  return n % refuseEvery === 0;
}

function refuse({ device, kind, values }: Parameters<NonNullable<CityOs['misbehaviour']['refuse']>>[0]) {
  const isOurs = device === 'gauge' && kind === 'measurement';
  return isOurs && isRefused(Number(values.n)) ? 'a number that this city does not take' : undefined;
}

function configOf(devicePort: number, pulsePath: string, cityPort: number): string {
  return `
    gateway = { id = "gateway-01", tenant = "city" }
    status = { enabled = false }
    buffer = { batch-age = "50ms", batch-readings = 100, commit-within = "20ms" }
    [[port]]
    name = "devices"
    type = "mqtt"
    trust-local = true
    listen = "127.0.0.1:${devicePort}"
    [[port]]
    name = "line"
    type = "tcp"
    address = "${pulsePath.replace('tcp://', '')}"
    [[device]]
    id = "gauge"
    type = "line"
    port = "devices"
    topic = "gauge"
    profile = { format = "json", fields = [{ from = "n", quantity = "n" }, { from = "level", quantity = "level" }] }
    threshold = [{ alarm = "high", quantity = "level", raise = 5, clear = 3 }]
    [[device]]
    id = "pulse"
    type = "line"
    port = "line"
    profile = { format = "json", fields = [{ from = "n", quantity = "n" }] }
    [[destination]]
    name = "city"
    type = "city-os"
    url = "mqtt://127.0.0.1:${cityPort}"
    reconnect-within = "500ms"
    receipt-timeout = "1s"
    keepalive = "5s"
  `;
}
