/**
 * The machine that the gateway runs on: it is started, stopped, killed, loses its power, and its wall clock goes wrong.
 *
 * A kill freezes the gateway between two commits: nothing of it wakes any more, and the next one starts on a copy of the
 * files as they were at that moment. (Kills within a commit are for tests with real processes.)
 */
import { closeSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadingBuffer } from '../../gateway/buffer/buffer.ts';
import { pageBytes } from '../../gateway/buffer/database.ts';
import type { OrderEntry } from '../../gateway/commands/order-audit.ts';
import type { Config } from '../../gateway/config/settings.ts';
import { answer } from '../../gateway/control/actions.ts';
import { RELEASED_AT } from '../../gateway/machine/release.ts';
import { openHttp } from '../../gateway/net/http.ts';
import type { VirtualWire } from '../../gateway/rig/virtual/virtual-wire.ts';
import type { Gateway } from '../../gateway/run.ts';
import type { Surroundings } from '../../gateway/surroundings.ts';
import { SILENT } from '../../shared/reading.ts';
import type { Random } from '../../simulators/random.ts';
import { aborted } from '../../simulators/simulator.ts';
import type { Sleeper } from '../../simulators/virtual-clock.ts';
import { boxLog } from './box-log.ts';
import type { Hearing, Observations } from './observations.ts';
import { copyOf, type Disk, newDisk, type Onlooker, type Place } from './onlooker.ts';
import { brokerOf, nothingPluggedIn, wireOf } from './plugs.ts';
import { type ConfigInFile, type RunOfBox, startRun } from './run-of-box.ts';
import { type Step, stepOf } from './traps.ts';
import type { VirtualBroker } from './virtual-broker.ts';
import type { World } from './world.ts';

/** One run of the gateway, from start to stop or kill. */
interface Life extends Sleeper, Place {
  isGone: boolean;
  isStopping: boolean;
  /** GPS fixes that it had need of, by their numbers, and when there were enough to set the clock. */
  fixes: Set<number>;
  fixAt: number | undefined;
  /** When its gateway was started last. Ms since the start of the simulation. */
  startedAt: number;
  readonly run: RunOfBox;
}

export interface Boot {
  readonly number: number;
  readonly at: number;
  /** When a gateway was first seen to run with its clock set, for some seconds. */
  knewTimeAt: number | undefined;
  /** How far the wall clock was off, and since when; `isSet` where somebody had set it, to a time that may be. */
  readonly errors: { readonly at: number; readonly errorMs: number; readonly isSet: boolean }[];
}

interface BoxOptions {
  readonly world: World;
  readonly config: Config;
  readonly observations: Observations;
  readonly brokers: ReadonlyMap<string, VirtualBroker>;
  readonly wires: ReadonlyMap<string, VirtualWire>;
  /** How the history calls it, where there are several. */
  readonly name?: string;
  /** What must lie in the folder before the first start. */
  readonly prepare?: (folder: string) => void;
  /** The name of the `n`th epoch; by default by chance. */
  readonly epochOf?: (n: number) => string;
  /** How far a clone's clock is off from the box's own, ms. */
  readonly cloneErrorMs?: number;
  /** Absent: its configuration stays as it is. */
  readonly inFile?: ConfigInFile;
  readonly onlooker?: Onlooker;
}

/** A fix is taken when its epoch is over; one may have been cut short. */
const fixTakesMs = 5_000;
const fixesToKnow = 5;
/** Timers of a busy machine fire late. */
const maxLateMs = 2;
/** Entries of the audit of orders that are kept. */
const maxAudited = 100;
const SHM = '/dev/shm';
const ampleBytes = 1e12;
/** Below the reserve of a buffer's disk. */
const scarceBytes = 1e6;

export class Box {
  /** How many it has drawn: their names sort as they were drawn, which an account relies on. */
  #epochs = 0;
  readonly #options: BoxOptions;
  readonly #root = mkdtempSync(join(existsSync(SHM) ? SHM : tmpdir(), 'machimori-simulation-'));
  readonly boots: Boot[] = [];
  #life: Life | undefined;
  #folders = 0;
  #folder = this.#newFolder();
  #audited: readonly OrderEntry[] = [];
  #timeIsSet = true;
  isDiskShort = false;
  #disk = newDisk();
  #backup: Place | undefined;
  /** When it was last put back, or stood beside a copy of itself; ms since the start of the simulation. */
  #forkedAt = Number.NEGATIVE_INFINITY;
  #clone: Life | undefined;
  /** Epochs in which some numbers may never come: their file was replaced, or it is a clone's. */
  readonly abandoned = new Set<string>();
  readonly #drawn: string[] = [];
  #hasLostPages = false;

  constructor(options: BoxOptions) {
    this.#options = options;
    options.prepare?.(this.#folder);
    this.#boot(0);
  }

  get gateway(): Gateway | undefined {
    return this.#life?.run.gateway;
  }

  /** When the gateway that runs was started, ms since the start of the simulation. */
  get startedAt(): number | undefined {
    return this.#life?.startedAt;
  }

  /** Where the files lie of the gateway that ran last, or is to start. */
  get folder(): string {
    return this.#life?.folder ?? this.#folder;
  }

  /** What its gateways have done. */
  get disk(): Disk {
    return this.#disk;
  }

  get cloneErrorMs(): number {
    return this.#options.cloneErrorMs ?? 0;
  }

  get isRunning(): boolean {
    return this.#life !== undefined && !this.#life.isStopping;
  }

  /** Whether there has been more than one course of its files since, ms since the start of the simulation. */
  hasForkedSince(at: number): boolean {
    return this.#clone !== undefined || this.#forkedAt >= at;
  }

  get hasBackup(): boolean {
    return this.#backup !== undefined;
  }

  get hasClone(): boolean {
    return this.#clone !== undefined;
  }

  get hearing(): Hearing {
    return {
      boot: this.#bootNow.number,
      synchronised: this.#life?.run.gateway.sources.clock.moment().synchronised ?? false,
    };
  }

  /** The buffer of the gateway that runs, or is to start. */
  get file(): string {
    return join(this.folder, 'buffer.sqlite');
  }

  /** The disk loses a page of the buffer's file, which is then damaged, and may say so. */
  losePage(page: number): void {
    if (!existsSync(this.file)) return;
    this.#hasLostPages = true;
    const file = openSync(this.file, 'r+');
    writeSync(file, Buffer.alloc(pageBytes), 0, pageBytes, (page - 1) * pageBytes);
    closeSync(file);
  }

  start(): void {
    if (this.#life !== undefined) return;
    const { wires } = this.#options;
    this.#life = this.#startOn({ folder: this.#folder, disk: this.#disk }, false, (life) => (port, surroundings) => {
      const { name, portType, settings } = port;
      if (life.isGone) return nothingPluggedIn(port);
      if (portType.shape !== 'stream') return portType.open(settings, surroundings);
      return wireOf(wires, name).port(name, life, surroundings);
    });
  }

  #startOn({ folder, disk }: Place, isClone: boolean, openPort: (life: Sleeper) => Surroundings['openPort']): Life {
    const { world, config, brokers, name, inFile, onlooker } = this.#options;
    const { clock, traps } = world;
    const boot = this.#bootNow;
    const who = `${name === undefined ? '' : `${name}: `}${isClone ? 'the clone: ' : ''}`;
    const offMs = isClone ? this.cloneErrorMs : 0;
    const random = world.random.fork();
    const life = { isGone: false, isStopping: false, folder, disk, startedAt: this.#now(), ...noFixes() };
    const log = boxLog(this.#options.world, {
      sleeper: life,
      who,
      mayBeDamaged: () => this.#hasLostPages,
      seen: (message) => onlooker?.logged(life, message),
      levelSet: (level) => onlooker?.levelSet(life, level),
    });
    const surroundings: Surroundings = {
      time: {
        wall: () => Math.floor(this.trueTime() + (boot.errors.at(-1)?.errorMs ?? 0) + offMs),
        monotonic: () => clock.moment().monotonic - boot.at,
        isSet: () => this.#timeIsSet,
        sleep: (ms, signal) => clock.sleep(ms + random.int(0, maxLateMs), signal, life),
      },
      serialLines: async () => [],
      boot: `boot-${boot.number}`,
      random: () => random.next(),
      drawEpoch: () => this.#drawEpoch(random, isClone, life),
      openPort: openPort(life),
      connect: (settings, options, signal) =>
        brokerOf(brokers, settings.url ?? '').connector(life, !isClone)(settings, options, signal),
      openHttp,
      serveControl: async (_directory, { buffer, configuration }, _log, signal) => {
        this.#watchCommits(buffer, life);
        if (configuration !== undefined) this.#begun(life);
        await aborted(signal);
      },
      orderAudit: () => ({
        append: async (entry) => {
          if (!traps.pass(life, 'audited')) await never();
          this.#audited = [...this.#audited, entry].slice(-maxAudited);
        },
        recent: async () => this.#audited,
      }),
      usage: () => ({ cpuSeconds: 0, residentBytes: 0, heapBytes: 0 }),
      diskSpace: () => ({ freeBytes: this.isDiskShort ? scarceBytes : ampleBytes, totalBytes: ampleBytes }),
    };
    const ownConfig = { ...config, gateway: { ...config.gateway, dataDirectory: folder } };
    const run = startRun({ config: ownConfig, log, version: 'simulated', surroundings }, inFile);
    return Object.assign(life, { run });
  }

  /** A gateway starts, the first of a life or, told to, anew. */
  #begun(life: Omit<Life, 'run'> & { readonly run?: RunOfBox }): void {
    const isAnew = life.run !== undefined;
    if (isAnew) Object.assign(life, noFixes(), { startedAt: this.#now() });
    this.#options.onlooker?.started(life, isAnew);
  }

  /**
   * Counts alarms "silent", and lets a kill come just before or after what is remembered of orders is written. Once the buffer is closed in order,
   * everything that was heard is durable.
   */
  #watchCommits(buffer: ReadingBuffer, life: Sleeper): void {
    const { observations, world } = this.#options;
    const [append, close] = [buffer.append.bind(buffer), buffer.close.bind(buffer)];
    buffer.close = () => {
      close();
      if (life === this.#life) observations.stopped();
    };
    buffer.append = (readings, options) => {
      observations.silentAlarms += readings.filter(({ values }) => values.alarm === SILENT).length;
      const step = stepOf(options?.remember);
      if (step === undefined) return append(readings, options);
      if (!world.traps.pass(life, `before ${step}`)) return never();
      return append(readings, options).then(() => {
        if (!world.traps.pass(life, `after ${step}`)) return never();
      });
    };
  }

  /** Kills it at its next such step. Resolves with whether it came to that before the signal or the time was over. */
  async killedAt(step: Step, maxMs: number, signal: AbortSignal): Promise<boolean> {
    const { traps, clock } = this.#options.world;
    const life = this.#life;
    if (life === undefined || life.isStopping) return false;
    let isKilled = false;
    const over = new AbortController();
    const forget = traps.set(life, step, () => {
      isKilled = true;
      this.kill();
      over.abort();
    });
    await Promise.race([clock.sleep(maxMs, over.signal), clock.sleep(maxMs, signal)]);
    forget();
    return isKilled;
  }

  /** It is about to do something at its far end: whether it lives on. */
  steps(step: Step): boolean {
    return this.#life === undefined || this.#options.world.traps.pass(this.#life, step);
  }

  /** What its gateway's clock may say, epoch ms, or said not longer ago than so: its machine's, and the true time, which GPS gives it. */
  walls(withinMs: number): readonly number[] {
    const now = this.#now();
    const errors = this.boots.flatMap((boot, b) =>
      boot.errors.flatMap(({ errorMs }, i) => {
        const endedAt = boot.errors[i + 1]?.at ?? this.boots[b + 1]?.at ?? now;
        return endedAt >= now - withinMs ? [errorMs] : [];
      }),
    );
    return [0, ...errors, ...errors.map((each) => each + this.cloneErrorMs)].map((each) => this.trueTime() + each);
  }

  #drawEpoch(random: Random, isClone: boolean, life: Sleeper): string {
    if (life.isGone) throw new RangeError('the machine is off');
    const n = ++this.#epochs;
    const epoch =
      this.#options.epochOf?.(n) ?? n.toString(16).padStart(8, '0') + Buffer.from(random.bytes(4)).toString('hex');
    if (isClone) this.abandoned.add(epoch);
    else this.#drawn.push(epoch);
    return epoch;
  }

  async stop(): Promise<void> {
    const life = this.#life;
    if (life === undefined || life.isStopping) return;
    life.isStopping = true;
    await life.run.stop();
    life.isGone = true;
    this.#life = undefined;
    this.#options.observations.stopped();
  }

  kill(): void {
    const life = this.#life;
    if (life === undefined) return;
    life.isGone = true;
    this.#life = undefined;
    this.#options.observations.killed();
    this.#folder = this.#newFolder();
    this.#copyFiles(life.folder, this.#folder);
    life.run.gateway.buffer.close(); // what it commits now is in files that nobody opens again
    rmSync(life.folder, { recursive: true });
  }

  /** Copies the files as they are between two commits. */
  backUp(): void {
    if (this.#backup !== undefined) rmSync(this.#backup.folder, { recursive: true });
    this.#backup = { folder: this.#newFolder(), disk: copyOf(this.#disk) };
    this.#copyFiles(this.folder, this.#backup.folder);
    this.#options.observations.backedUp();
  }

  /** Puts the backup in the place of the files; what came since is gone from them. The gateway must not run. */
  restore(): void {
    if (this.#backup === undefined || this.#life !== undefined) throw new RangeError('there is nothing to restore');
    const before = this.#folder;
    this.#folder = this.#newFolder();
    this.#copyFiles(this.#backup.folder, this.#folder);
    this.#disk = copyOf(this.#backup.disk);
    this.#forkedAt = this.#now();
    rmSync(before, { recursive: true });
    for (const epoch of this.#drawn) this.abandoned.add(epoch);
    this.#options.observations.restored();
  }

  /** Another box starts on the backup, with nothing plugged in, under the same name. */
  startClone(): void {
    if (this.#backup === undefined || this.#clone !== undefined) throw new RangeError('there is nothing to clone');
    const folder = this.#newFolder();
    this.#copyFiles(this.#backup.folder, folder);
    this.#options.observations.cloned();
    this.#clone = this.#startOn({ folder, disk: copyOf(this.#backup.disk) }, true, () => nothingPluggedIn);
  }

  async stopClone(): Promise<void> {
    const clone = this.#clone;
    if (clone === undefined) return;
    await clone.run.stop();
    this.#forkedAt = this.#now();
    clone.isGone = true;
    rmSync(clone.folder, { recursive: true });
    this.#clone = undefined;
  }

  #copyFiles(from: string, to: string): void {
    cpSync(from, to, { recursive: true });
  }

  /** As a command asks through the control socket. */
  ask(action: string, parameters: unknown): Uint8Array[] {
    if (this.#life === undefined) throw new RangeError('no gateway runs');
    const pieces = answer(action, parameters, this.#life.run.gateway.sources);
    if (pieces instanceof Promise || Symbol.asyncIterator in pieces) throw new RangeError('it is answered later');
    return [...pieces];
  }

  /** The power comes back: a new boot, with a clock that is off by so much and that nobody has set. */
  powerUp(errorMs: number): void {
    this.#timeIsSet = false;
    this.#boot(errorMs);
  }

  /** The wall clock is off by so much from now on; whoever did it says that it is right. */
  setClock(errorMs: number): void {
    this.#timeIsSet = true;
    this.#life?.fixes.clear(); // it may have had no need of the last
    if (this.#life !== undefined) this.#life.fixAt = undefined;
    const at = this.#now();
    this.#bootNow.errors.push({ at, errorMs, isSet: this.trueTime(at) + errorMs >= RELEASED_AT });
  }

  get bootNumber(): number {
    return this.#bootNow.number;
  }

  get clockIsRight(): boolean {
    return this.#timeIsSet && this.#bootNow.errors.at(-1)?.errorMs === 0;
  }

  /** A GPS receiver has given the gateway a sentence of a fix: should it not have known the time, it does after several. */
  noteFix(fix: number | undefined): void {
    if (fix === undefined || this.#life === undefined || this.hearing.synchronised) return;
    this.#life.fixes.add(fix);
    if (this.#life.fixes.size >= fixesToKnow) this.#life.fixAt ??= this.#now();
  }

  /** To be called now and then: what the gateway knows of the time for some seconds it must have acted upon. */
  async noteTime(): Promise<void> {
    const life = this.#life;
    const boot = this.#bootNow;
    const startedAt = life?.startedAt;
    const knowsTime = () => life?.run.gateway.sources.clock.moment().synchronised === true;
    if (life?.fixAt !== undefined && this.#now() - life.fixAt > fixTakesMs && !knowsTime()) {
      this.#options.world.violations.add(
        'time',
        `${life.fixes.size} GPS fixes came, but ${fixTakesMs} ms later the clock was not set`,
      );
    }
    if (life === undefined || boot.knewTimeAt !== undefined || !knowsTime()) return;
    await this.#options.world.clock.sleep(3_000);
    if (this.#life === life && life.startedAt === startedAt && boot === this.#bootNow && knowsTime())
      boot.knewTimeAt ??= this.#now();
  }

  /** Epoch ms, whatever the wall clock says. */
  trueTime(at = this.#now()): number {
    return ORIGIN + at;
  }

  clear(): void {
    this.kill();
    this.#clone?.run.gateway.buffer.close();
    rmSync(this.#root, { recursive: true, force: true });
  }

  get #bootNow(): Boot {
    const boot = this.boots.at(-1);
    if (boot === undefined) throw new RangeError('the machine was never switched on');
    return boot;
  }

  #boot(errorMs: number): void {
    const at = this.#now();
    this.boots.push({
      number: this.boots.length,
      at,
      knewTimeAt: undefined,
      errors: [{ at, errorMs, isSet: this.#timeIsSet }],
    });
  }

  #newFolder(): string {
    const folder = join(this.#root, String(++this.#folders));
    mkdirSync(folder);
    return folder;
  }

  #now(): number {
    return this.#options.world.clock.moment().monotonic;
  }
}

function noFixes(): Pick<Life, 'fixes' | 'fixAt'> {
  return { fixes: new Set(), fixAt: undefined };
}

function never(): Promise<never> {
  return new Promise(() => {});
}

/** The wall time at which simulations begin: midnight, after the release of every clock. */
export const ORIGIN = Math.ceil(RELEASED_AT / 86_400_000 + 100) * 86_400_000;
