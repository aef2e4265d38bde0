/**
 * The machine that the gateway runs on: it is started, stopped, killed, loses its power, and its wall clock goes wrong.
 *
 * A kill freezes the gateway between two commits: nothing of it wakes any more, and the next one starts on a copy of the
 * files as they were at that moment. (Kills within a commit are for tests with real processes.)
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pageBytes } from '../../gateway/buffer/database.ts';
import type { Config } from '../../gateway/config/settings.ts';
import { answer } from '../../gateway/control/actions.ts';
import { RELEASED_AT } from '../../gateway/machine/release.ts';
import { openHttp } from '../../gateway/net/http.ts';
import type { VirtualWire } from '../../gateway/rig/virtual/virtual-wire.ts';
import { type Gateway, startGateway } from '../../gateway/run.ts';
import type { Surroundings } from '../../gateway/surroundings.ts';
import { SILENT } from '../../shared/reading.ts';
import type { Random } from '../../simulators/random.ts';
import { aborted } from '../../simulators/simulator.ts';
import type { Sleeper } from '../../simulators/virtual-clock.ts';
import { boxLog } from './box-log.ts';
import type { Hearing, Observations } from './observations.ts';
import { brokerOf, nothingPluggedIn, wireOf } from './plugs.ts';
import type { VirtualBroker } from './virtual-broker.ts';
import type { World } from './world.ts';

/** One run of the gateway, from start to stop or kill. */
interface Life extends Sleeper {
  isGone: boolean;
  isStopping: boolean;
  /** GPS fixes that it had need of, by their numbers, and when there were enough to set the clock. */
  readonly fixes: Set<number>;
  fixAt: number | undefined;
  /** Ms since the start of the simulation. */
  readonly startedAt: number;
  readonly gateway: Gateway;
  readonly folder: string;
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
}

/** A fix is taken when its epoch is over; one may have been cut short. */
const fixTakesMs = 5_000;
const fixesToKnow = 5;
/** Timers of a busy machine fire late. */
const maxLateMs = 2;
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
  #timeIsSet = true;
  isDiskShort = false;
  #backup: string | undefined;
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
    return this.#life?.gateway;
  }

  /** When the gateway that runs was started, ms since the start of the simulation. */
  get startedAt(): number | undefined {
    return this.#life?.startedAt;
  }

  /** Where the files lie of the gateway that ran last, or is to start. */
  get folder(): string {
    return this.#life?.folder ?? this.#folder;
  }

  get cloneErrorMs(): number {
    return this.#options.cloneErrorMs ?? 0;
  }

  get isRunning(): boolean {
    return this.#life !== undefined && !this.#life.isStopping;
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
      synchronised: this.#life?.gateway.sources.clock.moment().synchronised ?? false,
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
    const sleeper = { isGone: false };
    this.#life = this.#startOn(this.#folder, sleeper, {
      isClone: false,
      openPort: ({ name, portType, settings }, surroundings) =>
        portType.shape === 'stream'
          ? wireOf(wires, name).port(name, sleeper, surroundings)
          : portType.open(settings, surroundings),
    });
  }

  #startOn(
    folder: string,
    sleeper: Sleeper & { isGone: boolean },
    { isClone, openPort }: Pick<Surroundings, 'openPort'> & { readonly isClone: boolean },
  ): Life {
    const { world, config, brokers, name } = this.#options;
    const { clock } = world;
    const boot = this.#bootNow;
    const who = `${name === undefined ? '' : `${name}: `}${isClone ? 'the clone: ' : ''}`;
    const offMs = isClone ? this.cloneErrorMs : 0;
    const random = world.random.fork();
    const gateway = startGateway({
      config: { ...config, gateway: { ...config.gateway, dataDirectory: folder } },
      log: boxLog(this.#options.world, { sleeper, who, mayBeDamaged: () => this.#hasLostPages }),
      version: 'simulated',
      surroundings: {
        time: {
          wall: () => Math.floor(this.trueTime() + (boot.errors.at(-1)?.errorMs ?? 0) + offMs),
          monotonic: () => clock.moment().monotonic - boot.at,
          isSet: () => this.#timeIsSet,
          sleep: (ms, signal) => clock.sleep(ms + random.int(0, maxLateMs), signal, sleeper),
        },
        serialLines: async () => [],
        boot: `boot-${boot.number}`,
        random: () => random.next(),
        drawEpoch: () => this.#drawEpoch(random, isClone),
        openPort,
        connect: (settings, options, signal) =>
          brokerOf(brokers, settings.url ?? '').connector(sleeper, !isClone)(settings, options, signal),
        openHttp,
        serveControl: (_directory, _sources, _log, signal) => aborted(signal),
        usage: () => ({ cpuSeconds: 0, residentBytes: 0, heapBytes: 0 }),
        diskSpace: () => ({ freeBytes: this.isDiskShort ? scarceBytes : ampleBytes, totalBytes: ampleBytes }),
      },
    });
    this.#countSilentAlarms(gateway);
    return Object.assign(sleeper, {
      isStopping: false,
      fixes: new Set<number>(),
      fixAt: undefined,
      startedAt: this.#now(),
      gateway,
      folder,
    });
  }

  #countSilentAlarms({ buffer }: Gateway): void {
    const { observations } = this.#options;
    const append = buffer.append.bind(buffer);
    buffer.append = (readings, options) => {
      observations.silentAlarms += readings.filter(({ values }) => values.alarm === SILENT).length;
      return append(readings, options);
    };
  }

  #drawEpoch(random: Random, isClone: boolean): string {
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
    await life.gateway.stop();
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
    life.gateway.buffer.close(); // what it commits now is in files that nobody opens again
    rmSync(life.folder, { recursive: true });
  }

  /** Copies the files as they are between two commits. */
  backUp(): void {
    if (this.#backup !== undefined) rmSync(this.#backup, { recursive: true });
    this.#backup = this.#newFolder();
    this.#copyFiles(this.folder, this.#backup);
    this.#options.observations.backedUp();
  }

  /** Puts the backup in the place of the files; what came since is gone from them. The gateway must not run. */
  restore(): void {
    if (this.#backup === undefined || this.#life !== undefined) throw new RangeError('there is nothing to restore');
    const before = this.#folder;
    this.#folder = this.#newFolder();
    this.#copyFiles(this.#backup, this.#folder);
    rmSync(before, { recursive: true });
    for (const epoch of this.#drawn) this.abandoned.add(epoch);
    this.#options.observations.restored();
  }

  /** Another box starts on the backup, with nothing plugged in, under the same name. */
  startClone(): void {
    if (this.#backup === undefined || this.#clone !== undefined) throw new RangeError('there is nothing to clone');
    const folder = this.#newFolder();
    this.#copyFiles(this.#backup, folder);
    this.#options.observations.cloned();
    this.#clone = this.#startOn(folder, { isGone: false }, { isClone: true, openPort: nothingPluggedIn });
  }

  async stopClone(): Promise<void> {
    const clone = this.#clone;
    if (clone === undefined) return;
    await clone.gateway.stop();
    clone.isGone = true;
    rmSync(clone.folder, { recursive: true });
    this.#clone = undefined;
  }

  #copyFiles(from: string, to: string): void {
    for (const file of readdirSync(from)) copyFileSync(join(from, file), join(to, file));
  }

  /** As a command asks through the control socket. */
  ask(action: string, parameters: unknown): Uint8Array[] {
    if (this.#life === undefined) throw new RangeError('no gateway runs');
    const pieces = answer(action, parameters, this.#life.gateway.sources);
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
    const knowsTime = () => life?.gateway.sources.clock.moment().synchronised === true;
    if (life?.fixAt !== undefined && this.#now() - life.fixAt > fixTakesMs && !knowsTime()) {
      this.#options.world.violations.add(
        'time',
        `${life.fixes.size} GPS fixes came, but ${fixTakesMs} ms later the clock was not set`,
      );
    }
    if (life === undefined || boot.knewTimeAt !== undefined || !knowsTime()) return;
    await this.#options.world.clock.sleep(3_000);
    if (this.#life === life && boot === this.#bootNow && knowsTime()) boot.knewTimeAt ??= this.#now();
  }

  /** Epoch ms, whatever the wall clock says. */
  trueTime(at = this.#now()): number {
    return ORIGIN + at;
  }

  clear(): void {
    this.kill();
    this.#clone?.gateway.buffer.close();
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

/** The wall time at which simulations begin: midnight, after the release of every clock. */
export const ORIGIN = Math.ceil(RELEASED_AT / 86_400_000 + 100) * 86_400_000;
