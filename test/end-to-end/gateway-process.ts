/** A real gateway: `machimori run` as a process of its own, from the compiled code, to be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root.ts';

const MAIN = join(repositoryRoot, 'dist/gateway/main.js');

export class GatewayProcess {
  readonly directory = mkdtempSync(join(tmpdir(), 'machimori-e2e-'));
  /** All that it has logged, over all its lives. */
  log = '';
  #child: ChildProcess | undefined;
  /** It must not outlive whoever started it. */
  readonly #killAtExit = () => void this.#child?.kill('SIGKILL');

  constructor(config: string) {
    process.once('exit', this.#killAtExit);
    writeFileSync(join(this.directory, 'gateway.toml'), config);
  }

  start(): void {
    const child = spawn(process.execPath, [MAIN, 'run', 'gateway.toml'], {
      cwd: this.directory,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr?.on('data', (text: Buffer) => {
      this.log += text;
    });
    this.#child = child;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Resolves with the exit code or the signal's name. */
  async end(signal: NodeJS.Signals): Promise<number | string> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? 'not running';
    child.kill(signal);
    const [code, by] = await once(child, 'exit');
    return code ?? by;
  }

  async destroy(): Promise<void> {
    await this.end('SIGKILL');
    process.off('exit', this.#killAtExit);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A gateway whose one device, "gauge", publishes {"n": number} at a port of the loopback; more settings as TOML. */
export function gaugeConfig(
  gateway: string,
  devicePort: number,
  cityUrl: string,
  more: { buffer: string; destination: string },
): string {
  return `
    gateway = { id = "${gateway}", tenant = "city" }
    status = { enabled = false }
    buffer = { ${more.buffer} }
    [[port]]
    name = "devices"
    type = "mqtt"
    trust-local = true
    listen = "127.0.0.1:${devicePort}"
    [[device]]
    id = "gauge"
    type = "line"
    port = "devices"
    topic = "gauge"
    profile = { format = "json", fields = [{ from = "n", quantity = "n" }] }
    [[destination]]
    name = "city"
    type = "city-os"
    url = "${cityUrl}"
    ${more.destination}
  `;
}
