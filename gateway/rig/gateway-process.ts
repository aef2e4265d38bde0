/**
 * A gateway as a process of its own, or any other program that is to do a gateway's work. It can be killed and started again.
 *
 * It never outlives whoever started it: it is killed when this process exits, and where util-linux is, by the kernel when this process, or
 * the worker thread that started it, ends in any other way (prctl(2), PR_SET_PDEATHSIG).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import process from 'node:process';
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError } from '../../shared/errors.ts';
import { askStatus } from '../control/client.ts';
import { ownFile } from '../machine/own-files.ts';
import { SystemClock } from '../machine/system-clock.ts';
import type { Status } from '../status/status.ts';
import { KeptLog } from './kept-log.ts';
import {
  CONFIG_FILE,
  type Given,
  type Home,
  nothingWaits,
  notRunning,
  readConfigIn,
  settle,
  type UnderTest,
  waitUntilDrained,
} from './under-test.ts';
import { say } from './under-test-words.ts';

export interface ProcessOptions extends Given {
  /** Another program in the gateway's stead, run in the folder. */
  readonly command?: readonly [string, ...string[]];
  /** Of its log that are kept. */
  readonly maxLogEntries?: number;
}

/** The compiled program. */
export const MAIN = ownFile('main');
const LEASH = '/usr/bin/setpriv';

/** Starts it; resolves once it is begun, not once it is ready. Rejects with a MachimoriError "rig-not-compiled", and the system's errors. */
export async function startProcess(options: ProcessOptions): Promise<GatewayProcess> {
  const gateway = new GatewayProcess(options);
  await gateway.start();
  return gateway;
}

export class GatewayProcess implements UnderTest {
  readonly folder: string;
  readonly log: KeptLog;
  readonly #home: Home;
  readonly #command: readonly [string, ...string[]] | undefined;
  readonly #clock: Clock = new SystemClock('always');
  #child: ChildProcess | undefined;

  /** Writes its configuration, and starts nothing yet. */
  constructor(options: ProcessOptions) {
    this.log = new KeptLog(options.maxLogEntries);
    this.#home = settle(options);
    this.folder = this.#home.folder;
    this.#command = options.command;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** 0 if it was never started. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async start(): Promise<void> {
    if (this.isRunning) return;
    const [program, ...args] = leashed(this.#command ?? ownCommand());
    const child = spawn(program, args, {
      cwd: this.folder,
      stdio: ['ignore', this.#command === undefined ? 'ignore' : 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.log.written(text));
    }
    killAtExit(child);
    this.#child = child;
    await once(child, 'spawn');
  }

  /** Resolves with its exit code or the signal's name, once all that it has written is read. */
  async end(signal: NodeJS.Signals): Promise<number | string> {
    const child = this.#child;
    if (child === undefined || !this.isRunning) return child?.exitCode ?? child?.signalCode ?? 'not running';
    const closed = once(child, 'close');
    child.kill(signal);
    const [code, by] = await closed;
    return code ?? by;
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async status(): Promise<Status> {
    if (this.#command !== undefined) {
      const fault = { what: say.cannotBeAsked(), on: this.#command[0], hint: say.askTheCity() };
      throw new MachimoriError('rig-no-status', fault);
    }
    if (!this.isRunning) throw notRunning(this.folder);
    return askStatus(readConfigIn(this.folder));
  }

  async isDrained(): Promise<boolean> {
    return nothingWaits((await this.status()).buffer);
  }

  drained(withinMs: number): Promise<void> {
    return waitUntilDrained(this, this.#clock, withinMs);
  }

  async flush(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Kills it. */
  async close(): Promise<void> {
    await this.kill();
    this.#home.remove();
  }
}

const running = new Set<ChildProcess>();
const killRunning = () => {
  for (const child of running) child.kill('SIGKILL');
};

/** By one listener for all: Node.js warns of more than ten. */
function killAtExit(child: ChildProcess): void {
  if (running.size === 0) process.on('exit', killRunning);
  running.add(child);
  child.once('exit', () => {
    running.delete(child);
    if (running.size === 0) process.off('exit', killRunning);
  });
}

function ownCommand(): [string, ...string[]] {
  if (existsSync(MAIN)) return [process.execPath, MAIN, 'run', CONFIG_FILE];
  throw new MachimoriError('rig-not-compiled', { what: say.notCompiled(), on: MAIN, hint: say.compile() });
}

function leashed(command: readonly [string, ...string[]]): readonly [string, ...string[]] {
  return existsSync(LEASH) ? [LEASH, '--pdeathsig', 'KILL', '--', ...command] : command;
}
