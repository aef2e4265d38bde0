/** A hub as a process of its own, from the compiled program, with the broker and the door of its port `feed`; and its command line. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../gateway/rig/free-port.ts';
import { MAIN } from '../../gateway/rig/gateway-process.ts';
import { whenListening } from '../end-to-end/mqtt-device.ts';
import { end } from './debian-root.ts';

/** Longer than a trial lasts on a loaded machine. */
const maxMs = 180_000;

/** Of an order, what is looked at here. */
export interface Ordered {
  readonly state: string;
  readonly result?: { readonly text?: { readonly en: string } };
}

export class Hub {
  readonly config: string;
  /** Where a gateway of this tenant gets releases. */
  readonly releases: (tenant: string) => string;
  readonly #folder: string;
  readonly #port: number;
  #process: ChildProcess | undefined;

  private constructor(folder: string, port: number, door: number) {
    this.#folder = folder;
    this.#port = port;
    this.config = join(folder, 'hub.toml');
    this.releases = (tenant) => `http://127.0.0.1:${door}/v1/${tenant}/releases`;
  }

  /** It runs once this has resolved, and passes everything on to `url`, a city OS. */
  static async open(folder: string, url: string): Promise<Hub> {
    mkdirSync(folder);
    const [port, door] = [await freePort(), await freePort()];
    const hub = new Hub(folder, port, door);
    writeFileSync(
      hub.config,
      `gateway = { id = "hub", tenant = "region" }
status = { enabled = false }
buffer = { batch-age = "100ms" }
port = [{ name = "gateways", type = "feed", listen = "127.0.0.1:${port}", http-listen = "127.0.0.1:${door}" }]
destination = [{ name = "city", type = "city-os", url = "${url}", tenants = ["*"], reconnect-within = "1s" }]
`,
    );
    await hub.start();
    return hub;
  }

  async start(): Promise<void> {
    const cwd = this.#folder;
    this.#process = spawn(process.execPath, [MAIN, 'run', this.config], {
      cwd,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await whenListening(this.#port);
  }

  async stop(): Promise<void> {
    if (this.#process !== undefined) await end(this.#process);
    this.#process = undefined;
  }

  /** What it printed. Rejects, with what it wrote, if it fails. */
  async machimori(...args: readonly string[]): Promise<string> {
    return (await promisify(execFile)(process.execPath, [MAIN, ...args], this.#options())).stdout;
  }

  /** Orders, and waits for the result: what `machimori command send --wait --json` prints. */
  async order(...args: readonly string[]): Promise<Ordered> {
    const words = [MAIN, 'command', 'send', this.config, ...args, '--wait', '--json'];
    const asked = promisify(execFile)(process.execPath, words, this.#options());
    const { stdout } = await asked.catch((fault: { readonly stdout: string }) => fault); // it also ends so if the order was not done
    return JSON.parse(stdout) as Ordered; // the program's own
  }

  #options() {
    return { cwd: this.#folder, env: { ...process.env, LC_ALL: 'C' }, timeout: maxMs };
  }
}
