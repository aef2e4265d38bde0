/**
 * The package's units in a Debian root, which has no systemd: before each start of the service the script, after each end another start. A
 * stand-in for systemctl passes on who is to be started again, and writes down what it was asked for.
 */
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DebianRoot } from './debian-root.ts';
import { until } from './gauge.ts';

export const SCRIPT = '/usr/lib/machimori/releases';
const RESTART = '/run/machimori-restart';
const ASKED = '/run/machimori-asked';
const SYSTEMCTL = `#!/bin/sh
echo "$@" >>${ASKED}
case "$*" in
  *restart*machimori.service*) touch ${RESTART} ;;
esac
`;
const restartAfterMs = 200;
const lookEveryMs = 50;
const trialSeconds = '20';

export interface BoxUnitsOptions {
  /** The service starts once somebody asks systemd for it; otherwise it is enabled. */
  readonly isNew: boolean;
  /** Both path units: what the gateway hands over is taken up, and what is on trial is judged. */
  readonly followsPaths: boolean;
}

export class BoxUnits {
  readonly #debian: DebianRoot;
  #gateway: ChildProcess | undefined;
  #isWanted = true;
  /** How often it has been started. */
  starts = 0;
  readonly #ended: Promise<unknown>;

  constructor(debian: DebianRoot, { isNew, followsPaths }: BoxUnitsOptions) {
    this.#debian = debian;
    mkdirSync(join(debian.folder, 'run/systemd/system'), { recursive: true });
    writeFileSync(join(debian.folder, 'usr/bin/systemctl'), SYSTEMCTL, { mode: 0o755 });
    this.#ended = Promise.all([this.#run(isNew), followsPaths ? this.#followPaths() : undefined]);
    this.#ended.catch(() => {}); // `stop` rejects with it
  }

  /** What systemctl was asked for, a line each. */
  get asked(): string {
    return this.#debian.has(ASKED) ? this.#debian.read(ASKED) : '';
  }

  /** The power goes, and comes back. */
  async powerCut(): Promise<void> {
    await this.restartedBy(() => this.#gateway?.kill('SIGKILL'));
  }

  /** The power goes. */
  async powerOff(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Does it, and waits for the start that follows. */
  async restartedBy(work: () => void): Promise<void> {
    const { starts } = this;
    work();
    await until(() => this.starts > starts);
  }

  /** Waits until the trial is over. */
  async judge(): Promise<void> {
    await this.#debian.runAsync('env', `MACHIMORI_TRIAL_SECONDS=${trialSeconds}`, SCRIPT, 'judge');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
    rmSync(join(this.#debian.folder, 'run/systemd'), { recursive: true });
    rmSync(join(this.#debian.folder, 'usr/bin/systemctl'));
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#isWanted = false;
    this.#gateway?.kill(signal);
    await this.#ended;
  }

  async #run(isNew: boolean): Promise<void> {
    const restart = join(this.#debian.folder, RESTART);
    while (isNew && this.#isWanted && !existsSync(restart)) await delay(lookEveryMs);
    while (this.#isWanted) {
      rmSync(restart, { force: true });
      this.#debian.run('install', '-d', '-o', 'machimori', '-g', 'machimori', '-m', '0700', '/var/lib/machimori'); // StateDirectory=
      this.#debian.run(SCRIPT, 'before-start');
      const gateway = this.#debian.gateway();
      this.#gateway = gateway;
      this.starts++;
      while (gateway.exitCode === null && gateway.signalCode === null) {
        await delay(lookEveryMs);
        if (existsSync(restart)) {
          rmSync(restart);
          gateway.kill(gateway.killed ? 'SIGKILL' : 'SIGTERM');
        }
      }
      await delay(restartAfterMs);
    }
  }

  async #followPaths(): Promise<void> {
    while (this.#isWanted) {
      await delay(lookEveryMs);
      if (this.#debian.has('/var/lib/machimori/update/ready'))
        await this.#debian.runAsync('machimori', 'release', 'take-up');
      if (this.#debian.has('/var/lib/machimori-releases/trial')) await this.judge();
    }
  }
}
