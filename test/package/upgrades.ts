/**
 * Releases on a clean Debian: one that works is confirmed, those that do not are taken back, and no reading is lost by it. There is no systemd in the
 * root: `Service` does what the unit says, and a stand-in for systemctl passes on who is to be started again.
 */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FeedCity } from '../../gateway/rig/feed-city.ts';
import type { DebianRoot } from './debian-root.ts';
import { publish, READINGS, stored, until } from './gauge.ts';

const SCRIPT = '/usr/lib/machimori/releases';
const RESTART = '/run/machimori-restart';
const SYSTEMCTL = `#!/bin/sh
case "$*" in
  *try-restart*machimori.service*) touch ${RESTART} ;;
esac
`;
const restartAfterMs = 200;
const trialSeconds = '20';

/** As the unit has it: before each start the script, after each end another start. */
class Service {
  readonly #debian: DebianRoot;
  #gateway: ChildProcess | undefined;
  #isWanted = true;
  /** How often it has been started. */
  starts = 0;
  readonly #ended: Promise<void>;

  constructor(debian: DebianRoot) {
    this.#debian = debian;
    this.#ended = this.#run();
  }

  /** The power goes, and comes back. */
  async powerCut(): Promise<void> {
    await this.restartedBy(() => this.#gateway?.kill('SIGKILL'));
  }

  /** Does it, and waits for the start that follows. */
  async restartedBy(work: () => void): Promise<void> {
    const { starts } = this;
    work();
    await until(() => this.starts > starts);
  }

  async stop(): Promise<void> {
    this.#isWanted = false;
    this.#gateway?.kill('SIGTERM');
    await this.#ended;
  }

  async #run(): Promise<void> {
    const restart = join(this.#debian.folder, RESTART);
    while (this.#isWanted) {
      rmSync(restart, { force: true });
      this.#debian.run(SCRIPT, 'before-start');
      const gateway = this.#debian.gateway();
      this.#gateway = gateway;
      this.starts++;
      while (gateway.exitCode === null && gateway.signalCode === null) {
        await delay(50);
        if (existsSync(restart)) {
          rmSync(restart);
          gateway.kill(gateway.killed ? 'SIGKILL' : 'SIGTERM');
        }
      }
      await delay(restartAfterMs);
    }
  }
}

interface Upgrading {
  /** The release that is installed. */
  readonly tree: string;
  /** Where its gateway listens. */
  readonly port: number;
  readonly city: FeedCity;
  print(line: string): void;
}

export async function upgrade(debian: DebianRoot, { tree, port, city, print }: Upgrading): Promise<void> {
  mkdirSync(join(debian.folder, 'run/systemd/system'), { recursive: true });
  writeFileSync(join(debian.folder, 'usr/bin/systemctl'), SYSTEMCTL, { mode: 0o755 });
  const service = new Service(debian);
  let sent = stored(city);
  const more = async () => {
    await publish(port, sent);
    sent += READINGS;
    await until(() => stored(city) === sent);
  };
  const current = () => debian.run('readlink', '/var/lib/machimori-releases/current').trim();
  const last = () => debian.read('/var/lib/machimori-releases/last');
  const take = async (version: string, spoil: (app: string) => void = () => {}) => {
    const path = variant(debian, tree, version, spoil);
    assert.equal(debian.run(SCRIPT, 'put', path).trim(), version);
    await service.restartedBy(() => debian.run(SCRIPT, 'take-up', version));
  };
  const judge = () => debian.runAsync('env', `MACHIMORI_TRIAL_SECONDS=${trialSeconds}`, SCRIPT, 'judge');
  try {
    const before = current();
    await more();
    await take('0.9.1');
    const judged = judge();
    await more();
    await judged;
    assert.equal(current(), '0.9.1');
    assert.match(last(), /outcome=confirmed/);
    assert.match(debian.run('machimori', 'release', 'list'), /0\.9\.1 +runs/);
    print(`an upgrade from ${before} is confirmed once a receipt has come`);

    await take('0.9.2', (app) => replace(join(app, 'main.js'), 'process.exit(1);'));
    await until(() => current() === '0.9.1');
    assert.match(last(), /why=starts/);
    await more();
    print('a release that ends as it starts is taken back before its sixth start');

    await take('0.9.3', (app) => replace(join(app, 'main.js'), 'setInterval(() => {}, 1_000);'));
    const { starts } = service;
    await judge();
    await until(() => service.starts > starts);
    assert.equal(current(), '0.9.1');
    assert.match(last(), /why=time/);
    await more();
    print('a release that does nothing is taken back when its time is over');

    await take('0.9.4');
    await service.powerCut();
    const again = judge();
    await more();
    await again;
    assert.equal(current(), '0.9.4');
    print('a power cut in the middle of a trial does not end it');

    await service.restartedBy(() => debian.run(SCRIPT, 'take-up', '0.9.1'));
    const back = judge();
    await more();
    await back;
    assert.equal(current(), '0.9.1');
    print('the release before is taken up by hand');
    assert.equal(city.duplicates(), 0);
  } finally {
    await service.stop();
    rmSync(join(debian.folder, 'run/systemd'), { recursive: true });
    rmSync(join(debian.folder, 'usr/bin/systemctl'));
  }
}

/** The same release under another version, spoilt or not; returns its path in the root. */
function variant(debian: DebianRoot, tree: string, version: string, spoil: (app: string) => void): string {
  const path = `/tmp/release-${version}`;
  const copy = join(debian.folder, path);
  cpSync(tree, copy, { recursive: true });
  for (const name of ['manifest.json', 'app/package.json']) {
    const about = JSON.parse(readFileSync(join(copy, name), 'utf8')) as { version: string };
    replace(join(copy, name), `${JSON.stringify({ ...about, version }, null, 2)}\n`);
  }
  spoil(join(copy, 'app'));
  execFileSync('chown', ['-R', '0:0', copy]);
  return path;
}

function replace(file: string, text: string): void {
  unlinkSync(file);
  writeFileSync(file, text);
}
