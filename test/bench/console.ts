/**
 * What the console costs a gateway with the unit's flags, 200 devices and 20 readings a second: memory without it and with it while nobody looks, CPU
 * with ten watchers; and how soon its first view can be used on a slow phone (Chromium at a sixth of the processor).
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import { accountsFileOf, HASHED_BY } from '../../gateway/config/console-accounts.ts';
import { hashPassword } from '../../gateway/console/passwords.ts';
import { openBrowser } from '../chromium.ts';
import { connectWhenUp } from '../end-to-end/mqtt-device.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { cpuSeconds, type GatewayProcess, residentMb, startGatewayProcess } from './processes.ts';
import { JSON_PROFILE } from './sample-readings.ts';

const DEVICES = Array.from({ length: 200 }, (_, i) => `gauge-${String(i + 1).padStart(3, '0')}`);
const READINGS_A_SECOND = 20;
const WATCHERS = 10;
const PASSWORD = 'a river of cold tea';
/** As a phone of the cheapest kind against the machine that measures. */
const SLOWER = 6;
const VIEWS = 5;
const maxWaitMs = 30_000;
const READING = '.device dd';
/** Keeps when the heading and the first reading were first there, ms since the address was entered. */
const SEEING = `globalThis.firstSeen = [];
  const look = () => ['h1', '${READING}'].forEach((selector, i) => {
    if (firstSeen[i] === undefined && document.querySelector(selector)) firstSeen[i] = performance.now();
  });
  new MutationObserver(look).observe(document, { childList: true, subtree: true });`;

export interface ConsoleCost {
  readonly withoutMb: number;
  readonly withMb: number;
  /** Of one core. */
  readonly idlePercent: number;
  readonly watchedPercent: number;
  /** Medians of `VIEWS`; undefined without Chromium. */
  readonly headingMs: number;
  readonly readingMs: number;
}

/** `seconds`: how long each of its parts is looked at. */
export async function consoleCost(seconds: number): Promise<ConsoleCost> {
  const without = await Fed.with(false, async (fed) => fed.settled(seconds));
  return Fed.with(true, async (fed) => {
    const withMb = await fed.settled(seconds);
    const idlePercent = await fed.percent(seconds);
    const cookie = await fed.signIn();
    const watching = await Promise.all(Array.from({ length: WATCHERS }, () => fed.watch(cookie)));
    const watchedPercent = await fed.percent(seconds);
    for (const each of watching) each.destroy();
    return { withoutMb: without, withMb, idlePercent, watchedPercent, ...(await fed.views(cookie)) };
  });
}

/** A gateway as its unit starts it, and what its devices send. */
class Fed {
  readonly #folder: string;
  readonly #gateway: GatewayProcess;
  readonly #client: MqttClient;
  readonly #url: string;
  readonly #sending: NodeJS.Timeout;

  private constructor(folder: string, gateway: GatewayProcess, client: MqttClient, url: string) {
    this.#folder = folder;
    this.#gateway = gateway;
    this.#client = client;
    this.#url = url;
    let sent = 0;
    this.#sending = setInterval(() => {
      const device = DEVICES[sent++ % DEVICES.length];
      const payload = JSON.stringify({ level: 2 + Math.sin(sent / 50), temperature: 8.25, battery: 3.61 });
      client.publish(`bench/${device}`, payload, { qos: 1 });
    }, 1_000 / READINGS_A_SECOND);
  }

  static async with<T>(hasConsole: boolean, work: (fed: Fed) => Promise<T>): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), 'machimori-bench-'));
    const [mqttPort, consolePort] = [await freePort(), await freePort()];
    mkdirSync(join(folder, 'data'), { mode: 0o700 });
    const { salt, hash } = await hashPassword(PASSWORD);
    const account = ['suzuki', 'technician', HASHED_BY, salt.toString('base64url'), hash.toString('base64url')];
    writeFileSync(accountsFileOf(join(folder, 'data')), `${account.join(' ')}\n`, { mode: 0o600 });
    const file = join(folder, 'gateway.toml');
    writeFileSync(file, configOf(mqttPort, hasConsole ? consolePort : undefined));
    const gateway = startGatewayProcess(file);
    const client = await connectWhenUp(mqttPort, 'bench');
    const fed = new Fed(folder, gateway, client, `http://127.0.0.1:${consolePort}`);
    try {
      return await work(fed);
    } finally {
      await fed.#end();
    }
  }

  /** MB, once each device has sent and as long has passed again. */
  async settled(seconds: number): Promise<number> {
    await delay((DEVICES.length / READINGS_A_SECOND + seconds) * 1_000);
    return residentMb(this.#gateway.pid);
  }

  async percent(seconds: number): Promise<number> {
    const [cpu, began] = [cpuSeconds(this.#gateway.pid), performance.now()];
    await delay(seconds * 1_000);
    const worked = cpuSeconds(this.#gateway.pid) - cpu;
    return Math.round((worked / ((performance.now() - began) / 1_000)) * 1_000) / 10;
  }

  async signIn(): Promise<string> {
    const body = JSON.stringify({ user: 'suzuki', password: PASSWORD });
    const answer = await fetch(`${this.#url}/session`, { method: 'POST', body });
    return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  }

  watch(cookie: string): Promise<IncomingMessage> {
    const headers = { cookie, 'accept-encoding': 'gzip' };
    return new Promise((resolve, reject) => {
      get(`${this.#url}/live`, { headers, agent: false }, (answer) => {
        answer.on('error', () => {}); // the reader leaves
        resolve(answer.resume());
      }).on('error', reject);
    });
  }

  /** From the address to what can be read: the heading, and the first reading. */
  async views(cookie: string): Promise<Pick<ConsoleCost, 'headingMs' | 'readingMs'>> {
    const browser = await openBrowser().catch(() => undefined);
    if (browser === undefined) return { headingMs: Number.NaN, readingMs: Number.NaN };
    const [name = '', value = ''] = cookie.split('=');
    const headings: number[] = [];
    const readings: number[] = [];
    for (let i = 0; i < VIEWS; i++) {
      const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
      await context.addCookies([{ name, value, url: this.#url }]);
      await context.addInitScript(SEEING);
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
      await page.goto(this.#url, { waitUntil: 'commit' });
      await page.locator(READING).first().waitFor({ timeout: maxWaitMs });
      const [heading, reading] = (await page.evaluate('firstSeen')) as [number, number]; // as SEEING keeps them
      headings.push(heading);
      readings.push(reading);
      await context.close();
    }
    await browser.close();
    return { headingMs: medianOf(headings), readingMs: medianOf(readings) };
  }

  async #end(): Promise<void> {
    clearInterval(this.#sending);
    this.#client.end(true);
    await this.#gateway.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function medianOf(values: readonly number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN);
}

function configOf(mqttPort: number, consolePort: number | undefined): string {
  const devices = DEVICES.map(
    (id) =>
      `[[device]]\nid = "${id}"\ntype = "line"\nport = "devices"\ntopic = "bench/${id}"\nprofile = ${JSON_PROFILE}\n`,
  );
  const console =
    consolePort === undefined ? '' : `console = { enabled = true, listen = "127.0.0.1:${consolePort}" }\n`;
  return `gateway = { id = "gw-bench-01", tenant = "bench" }
status = { enabled = false }
clock = { synchronised = "always" }
${console}[[port]]
name = "devices"
type = "mqtt"
trust-local = true
listen = "127.0.0.1:${mqttPort}"
${devices.join('')}[[destination]]
name = "city"
type = "city-os"
url = "mqtt://127.0.0.1:9"
`;
}
