/**
 * A gateway and its configuration file: a new version of the file is taken up while the gateway runs, on trial.
 *
 *   apply ──▶ read, check ──▶ part by part, or all anew ──▶ trial: is the city OS reached? ──yes──▶ kept
 *                                                            └──no, within `trialMs`──▶ the last version again, in the file too
 *
 * Promise: a faulty file changes nothing. A version with which no destination is reached that was reached before is taken back, also
 * if the power goes meanwhile: `config-trial.json` in the data directory says so until the trial is over. If the file cannot be written the gateway
 * runs with the last version all the same, and the status says what is in the file. What a gateway was called and where its data is can be
 * changed only by a start of the process. One change at a time; others wait. Bounds: `maxVersions` (config/versions.ts).
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { MachimoriError, messageOf } from '../shared/errors.ts';
import { type ReadConfig, readConfig, readConfigFile } from './config/config.ts';
import { say } from './config/edit-words.ts';
import { digestOf, type Edit, FollowedFile, runnable } from './config/followed-file.ts';
import { orderKeysOf } from './config/order-keys.ts';
import type { Config } from './config/settings.ts';
import { ConfigVersions } from './config/versions.ts';
import type { Changed, Configuration, Ordered, TakenUp } from './control/config-actions.ts';
import { nothingKept } from './kept.ts';
import { replaceFile } from './machine/whole-file.ts';
import { type Gateway, type GatewayOptions, startGateway } from './run.ts';
import type { ConfigStanding } from './status/sources.ts';
import { isReached, standingOf, standingSchema } from './status/standing.ts';

/** How long the city OS may take to be reached with a new version. */
const trialMs = 180_000;
const lookEveryMs = 1_000;

const trialFile = v.object({
  /** The version to go back to (config/versions.ts). */
  back: v.string(),
  /** What was reached before; a version for other ports is no worse for them. */
  ...v.omit(standingSchema, ['ports']).entries,
});
type Trial = Readonly<v.InferOutput<typeof trialFile>>;

/** Without what is read from the file. */
type SupervisedOptions = Omit<GatewayOptions, 'config' | 'configuration' | 'kept'>;

export class Supervised {
  readonly #options: SupervisedOptions;
  readonly #file: FollowedFile;
  readonly #versions: ConfigVersions;
  readonly #trialPath: string;
  readonly #trialMs: number;
  readonly #over = new AbortController();
  readonly #kept = nothingKept();
  #gateway: Gateway;
  #text: string;
  #turn: Promise<unknown> = Promise.resolve();
  #watching: AbortController | undefined;
  #standing: ConfigStanding = {};

  /** Starts the gateway with what its file said when `read` was read from it. Throws what `startGateway` throws. */
  static start(read: ReadConfig, options: SupervisedOptions & { readonly trialMs?: number }): Supervised {
    return new Supervised(read, options);
  }

  private constructor(
    { config, text }: ReadConfig,
    { trialMs: givenMs = trialMs, ...options }: Parameters<typeof Supervised.start>[1],
  ) {
    this.#options = options;
    this.#file = new FollowedFile(config.file);
    this.#trialMs = givenMs;
    this.#versions = new ConfigVersions(config.gateway.dataDirectory);
    this.#trialPath = join(config.gateway.dataDirectory, 'config-trial.json');
    this.#text = text;
    this.#gateway = this.#begin(config);
    const trial = this.#readTrial();
    this.#keep(text, trial?.back);
    if (trial !== undefined) this.#watch(trial);
  }

  /** Of the moment: another after each new start. */
  get gateway(): Gateway {
    return this.#gateway;
  }

  /** Takes up what the file says now. Rejects with a MachimoriError: "config-unreadable", "config-faulty", "config-identity". */
  apply(): Promise<TakenUp> {
    return this.#inTurn(() => this.#apply());
  }

  /**
   * Rejects with what `FollowedFile.change` throws. `ordered`: as `Configuration.change`; rejects with the signal's reason if that aborts before
   * its turn comes, and with a MachimoriError "config-no-way-back" if it could not be on trial, "config-no-orders" if no order could follow it.
   */
  change(edit: Edit, base?: string, ordered?: Ordered): Promise<Changed> {
    return this.#inTurn(async () => {
      ordered?.signal.throwIfAborted();
      const isOnTrial = this.#readTrial() !== undefined;
      try {
        // The trial is on the disk before the file is: a power cut in between starts with the one and is judged by the other.
        const writing = (text: string, config: Config) => {
          const hasKeys = (of: Config) => orderKeysOf(of).length > 0;
          if (ordered !== undefined && hasKeys(this.#gateway.config) && !hasKeys(config))
            throw noOrders(this.#file.path);
          if (this.#trialOf(text, ordered) === undefined && ordered !== undefined) throw noWayBack(this.#file.path);
        };
        const { notes, lines } = this.#file.change(edit, this.#gateway.config, { base, writing });
        return { ...(await this.#apply(ordered)), notes, lines };
      } catch (fault) {
        if (!isOnTrial && this.#file.text() === this.#text) this.#endTrial(); // it was not written
        throw fault;
      }
    });
  }

  async stop(): Promise<void> {
    this.#over.abort();
    this.#watching?.abort();
    await this.#turn.catch(() => {});
    await this.#gateway.stop();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.catch(() => {}).then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #apply(ordered?: Ordered): Promise<TakenUp> {
    const read = runnable(readConfigFile(this.#file.path), this.#gateway.config);
    if (read.text === this.#text) return { outcome: 'same', ports: [], destinations: [] };
    const trial = this.#trialOf(read.text, ordered);
    this.#standing = {};
    const applied = await this.#takeUp(read.config, read.text, trial);
    return { ...applied, ...(trial !== undefined && { trialMs: this.#trialMs }) };
  }

  /**
   * Undefined if no version can be kept to go back to, or nothing is reached now, so that nothing could be told by a trial. Whoever ordered it
   * from afar did reach the gateway, and must again: then anybody who is reached will do.
   */
  #trialOf(text: string, ordered?: Ordered): Trial | undefined {
    this.#watching?.abort();
    const running = this.#readTrial();
    const { reached, receipted } = running ?? standingOf(this.#gateway.sources);
    const back = running?.back ?? this.#keep(this.#text);
    if (this.#keep(text, back) === undefined || back === undefined) return undefined;
    if (reached.length === 0 && ordered === undefined) return undefined;
    const trial = { back, reached, receipted };
    replaceFile(this.#trialPath, Buffer.from(JSON.stringify(trial)));
    return trial;
  }

  /** `trial`: begins once the new version runs. */
  async #takeUp(config: Config, text: string, trial?: Trial): Promise<TakenUp> {
    const { log } = this.#options;
    const applied = await this.#gateway.apply(config).catch((fault) => {
      log.error('The configuration could not be taken up part by part; the gateway starts anew', {
        fault: messageOf(fault),
      });
      return undefined;
    });
    if (applied !== undefined) {
      log.info('Another configuration was taken up', { ...applied });
      this.#text = text;
      if (trial !== undefined) this.#watch(trial);
      return { outcome: 'applied', ...applied };
    }
    const restart = () => this.#startAnew(config, text, trial);
    void this.#inTurn(restart).catch((fault) =>
      log.error('The gateway could not be started anew', { fault: messageOf(fault) }),
    );
    return { outcome: 'restarts', ports: [], destinations: [] };
  }

  /** After the answer is out, since the socket ends with the gateway. If the new one cannot start, the last one does. */
  async #startAnew(config: Config, text: string, trial: Trial | undefined): Promise<void> {
    const before = this.#gateway.config;
    await new Promise((resolve) => setImmediate(resolve));
    await this.#gateway.stop();
    try {
      this.#gateway = this.#begin(config);
      this.#text = text;
      if (trial !== undefined) this.#watch(trial);
    } catch (fault) {
      this.#options.log.error('The gateway does not start with the new configuration', { fault: messageOf(fault) });
      this.#gateway = this.#begin(before);
      this.#writeBack(this.#text, text, 'not-started');
      this.#endTrial();
    }
  }

  #begin(config: Config): Gateway {
    return startGateway({ ...this.#options, config, configuration: this.#configuration, kept: this.#kept });
  }

  get #configuration(): Configuration {
    return {
      standing: () => this.#standing,
      apply: () => this.apply(),
      read: () => {
        const text = this.#file.text();
        return { file: this.#file.path, text, digest: digestOf(text), runs: text === this.#text };
      },
      check: (edit) => this.#file.check(edit),
      change: (edit, base, ordered) => this.change(edit, base, ordered),
      restart: () => {
        const { config } = this.#gateway;
        void this.#inTurn(() => this.#startAnew(config, this.#text, undefined)).catch((fault) =>
          this.#options.log.error('The gateway could not be started anew', { fault: messageOf(fault) }),
        );
      },
      versions: this.#versions,
    };
  }

  #watch(trial: Trial): void {
    const watching = new AbortController();
    this.#watching = watching;
    void this.#judge(trial, AbortSignal.any([this.#over.signal, watching.signal]));
  }

  /** Looks until the city OS is reached or the time is over. */
  async #judge(trial: Trial, signal: AbortSignal): Promise<void> {
    const { clock } = this.#gateway.sources;
    const until = clock.moment().monotonic + this.#trialMs;
    const before = new Map(this.#gateway.sources.forwarders.map(({ name, stats }) => [name, stats.lastReceiptAt]));
    this.#standing = { trialUntil: clock.moment().wall + this.#trialMs };
    while (!signal.aborted) {
      const isOver = clock.moment().monotonic >= until;
      if (isReached(this.#gateway.sources, { ports: [], ...trial }, { before, isOver })) {
        this.#options.log.info('The city OS is reached with the new configuration; it stays');
        this.#standing = {};
        return this.#endTrial();
      }
      if (isOver) {
        return this.#inTurn(async () => {
          if (!signal.aborted) await this.#takeBack(trial);
        });
      }
      await clock.sleep(lookEveryMs, signal);
    }
  }

  async #takeBack({ back }: Trial): Promise<void> {
    const [text, tried] = [this.#versions.read(back), this.#text];
    const read = readConfig(text, this.#file.path);
    if (read.ok) {
      await this.#takeUp(read.config, text); // the standing says "on trial" until it says "taken back": whoever waits must not read "done" in between
      this.#writeBack(text, tried, 'not-reached');
    } else {
      this.#standing = {};
      this.#options.log.error('The last configuration is no longer one', { version: back });
    }
    this.#endTrial(); // last of all: cut off before, the trial begins again
  }

  /** The version that runs again, into the file, unless somebody has written something else there meanwhile. */
  #writeBack(text: string, tried: string, why: 'not-reached' | 'not-started'): void {
    const at = this.#gateway.sources.clock.moment().wall;
    let isInFile = false;
    try {
      isInFile = this.#file.text() === tried;
      if (isInFile) replaceFile(this.#file.path, Buffer.from(text), { keepsOwner: true });
    } catch (fault) {
      isInFile = false;
      this.#options.log.error('The configuration file could not be written', { fault: messageOf(fault) });
    }
    this.#options.log.error('The configuration was taken back', { why, isInFile });
    this.#standing = { takenBack: { at, why, isInFile } };
  }

  /** Undefined if it cannot be kept, which is logged. */
  #keep(text: string, back?: string): string | undefined {
    try {
      return this.#versions.keep(text, this.#gateway.sources.clock.moment().wall, back);
    } catch (fault) {
      this.#options.log.warn('The configuration could not be kept; there is no going back to it', {
        fault: messageOf(fault),
      });
      return undefined;
    }
  }

  #readTrial(): Trial | undefined {
    if (!existsSync(this.#trialPath)) return undefined;
    try {
      const trial = v.parse(trialFile, JSON.parse(readFileSync(this.#trialPath, 'utf8')));
      return this.#versions.names.includes(trial.back) ? trial : undefined;
    } catch {
      return undefined; // cut short by the disk: the version in the file stays
    }
  }

  #endTrial(): void {
    rmSync(this.#trialPath, { force: true });
  }
}

function noWayBack(file: string): MachimoriError {
  return new MachimoriError('config-no-way-back', { what: say.noWayBack(), on: file, hint: say.seeDisk() });
}

/** Nobody could take back from afar what was done from afar. */
function noOrders(file: string): MachimoriError {
  return new MachimoriError('config-no-orders', { what: say.noOrders(), on: file, hint: say.keepOrderKey() });
}
