/**
 * A rig that runs: its devices on their wires, the gateway under test before its city OS, and what happens meanwhile.
 *
 *   devices ─wires─▶ gateway under test ─▶ city OS
 *      ▲  ▲                 ▲                ▲  │
 *      │  └──── timeline ───┴────────────────┘  └──▶ verdict
 *      └── the rig's clock: the real one's time, or as fast as it goes
 *
 * Everything of the devices happens on one virtual clock, so that the same plan says the same bytes. On the real clock it keeps pace
 * with it.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError, textOf } from '../../shared/errors.ts';
import { listed, type Text } from '../../shared/text.ts';
import type { FaultBoard } from '../../simulators/fault-board.ts';
import { type Bench, noTarget, openBench, type Tap } from '../../simulators/rig/bench.ts';
import { keepPace } from '../../simulators/rig/pace.ts';
import type { GatewayAction, RigPlan } from '../../simulators/rig/plan.ts';
import { type RigEvent, Timeline } from '../../simulators/rig/timeline.ts';
import type { Evidence } from '../../simulators/rig/verdict/check.ts';
import { reachVerdict, type Verdict } from '../../simulators/rig/verdict/verdict.ts';
import { VirtualClock } from '../../simulators/virtual-clock.ts';
import { SystemClock } from '../machine/system-clock.ts';
import { Accounts, type Tallies } from './accounts.ts';
import { ask } from './ask.ts';
import { type FarEnds, openFarEnds } from './far-ends.ts';
import { type LorawanGroup, openLorawanGroups } from './lorawan-groups.ts';
import { Observer } from './observer.ts';
import { openUnderTest } from './open-under-test.ts';
import { takeFolder } from './rig-folder.ts';
import type { UnderTest } from './under-test.ts';
import { until } from './until.ts';
import { openWire } from './wires.ts';
import { say } from './words.ts';

export interface RigOptions {
  /** Hears everything on every wire. */
  readonly tap?: Tap;
  /** Told what a person should know. */
  report?(what: Text): void;
  /** Called when it has been closed. */
  closed?(): void;
}

/** How often conditions are looked at, in ms of the rig, and how often the rest if none may come to hold: a month has many. */
const LOOK_MS = 50;
const REST_MS = 1_000;
/** What is not quite due by rounding only is, after so long. */
const LEAST_MS = 0.001;
/** On the virtual clock devices begin at the rig's `begin`, to the ms, if their wires are open after so long. */
const LEAD_MS = 1_000;
/** Of the log of a gateway that has ended by itself. */
const maxLastLines = 5;
/** A device's time may be this far from the rig's before it is taken for that of its own clock. */
const maxClockDifferenceMs = 86_400_000;

/** Opens everything; nothing is sent before `start`. What was opened is closed again if it rejects. */
export async function openRig(plan: RigPlan, options: RigOptions = {}): Promise<Rig> {
  const isVirtual = plan.rig.clock === 'virtual';
  const clock = clockOf(plan, isVirtual);
  const { folder, lastRun, release } = takeFolder(plan.path(plan.rig.folder));
  const closing: (() => unknown)[] = [release];
  try {
    const bench = await openBench(plan, {
      clock,
      openWire: (wire, faults) => openWire(wire, faults, { folder, plan, isVirtual }),
      ...(options.tap && { tap: options.tap }),
    });
    closing.unshift(() => bench.close());
    const ends = await openFarEnds(plan, { folder: lastRun, clock, isVirtual });
    closing.unshift(() => ends.close());
    const lorawan = await openLorawanGroups(plan);
    closing.unshift(() => Promise.all(lorawan.map(({ city }) => city.close())));
    const gateway = await openUnderTest({ plan, bench, ends, lorawan, folder: join(lastRun, 'gateway'), clock });
    const real = isVirtual ? undefined : new SystemClock('always');
    return new Rig({ plan, options, clock, real, bench, ends, lorawan, gateway, release });
  } catch (fault) {
    for (const close of closing) await close();
    throw fault;
  }
}

function clockOf({ rig: { begin, awaitReaderMs } }: RigPlan, isVirtual: boolean): VirtualClock {
  if (!isVirtual) return new VirtualClock(begin ?? new Date().toISOString());
  const clock = new VirtualClock(begin);
  clock.setTo(clock.moment().wall - Math.min(LEAD_MS, awaitReaderMs));
  return clock;
}

interface Parts {
  readonly plan: RigPlan;
  readonly options: RigOptions;
  readonly clock: VirtualClock;
  readonly real: Clock | undefined;
  readonly bench: Bench;
  readonly ends: FarEnds;
  readonly lorawan: readonly LorawanGroup[];
  /** Undefined: what is at the other end of the wires is none of the rig's. */
  readonly gateway: UnderTest | undefined;
  /** Lets another rig use the folder. */
  release(): void;
}

export class Rig {
  readonly plan: RigPlan;
  readonly bench: Bench;
  readonly ends: FarEnds;
  readonly gateway: UnderTest | undefined;
  readonly clock: VirtualClock;
  readonly timeline: Timeline;
  readonly observer: Observer;
  readonly accounts: Accounts;
  readonly #parts: Parts;
  readonly #over = new AbortController();
  #pacing: Promise<void> = Promise.resolve();
  #acting: Promise<void> = Promise.resolve();
  #looking: Promise<void> = Promise.resolve();
  readonly #failures: unknown[] = [];
  #radio: readonly Promise<void>[] = [];
  #startedAtMs = 0;
  #startedWall = 0;
  #isClosed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.plan = parts.plan;
    this.bench = parts.bench;
    this.ends = parts.ends;
    this.gateway = parts.gateway;
    this.clock = parts.clock;
    const sensed = (subject: string, quantity: string) => this.sensed(subject, quantity);
    this.timeline = new Timeline(parts.plan.timeline, {
      strike: (target, fault, settings) => this.strike(target, fault, settings),
      clear: (target, fault) => this.clear(target, fault),
      set: (device, quantity, value) => this.bench.set(device, quantity, value),
      free: (device, quantity) => this.bench.free(device, quantity),
      gateway: (action) => this.#act(action),
      sensed,
    });
    this.accounts = new Accounts({ ...parts, clock: parts.real ?? parts.clock });
    this.observer = new Observer(parts.plan, parts.bench, sensed);
  }

  /** Seconds since the devices began. */
  get seconds(): number {
    return Math.max(0, (this.clock.moment().monotonic - this.#startedAtMs) / 1000);
  }

  get events(): readonly RigEvent[] {
    return this.timeline.events;
  }

  /** Waits until every wire is open at its other end, and begins. Devices whose wire nobody opens begin all the same, and that is told. */
  async start(signal: AbortSignal = new AbortController().signal): Promise<void> {
    await this.#awaitReaders(signal);
    this.#setClock();
    this.#startedAtMs = this.clock.moment().monotonic;
    this.#startedWall = this.#wallNow();
    this.bench.start();
    this.#radio = this.#parts.lorawan.map(({ city }) => city.run());
    this.#looking = this.#look().catch((fault) => void this.#failures.push(fault));
    const { real, clock } = this.#parts;
    if (real !== undefined) this.#pacing = keepPace({ clock, real }, Number.POSITIVE_INFINITY, this.#over.signal);
  }

  /** Lets the rig run for so many ms of its time. */
  async pass(ms: number, signal: AbortSignal = new AbortController().signal): Promise<void> {
    const passed = this.clock.sleep(ms, signal);
    if (this.#parts.real !== undefined) return passed;
    const over = new AbortController();
    void passed.then(() => over.abort());
    await keepPace({ clock: this.clock, real: undefined }, Number.POSITIVE_INFINITY, over.signal);
  }

  /** Resolves with the first value that counts as true. Rejects with a MachimoriError "rig-not-so" when the time is over. */
  async until<T>(condition: () => T | Promise<T>, what: string, withinMs = 30_000): Promise<T> {
    const clock = this.#parts.real ?? this.clock;
    return until(condition, { clock, withinMs, what });
  }

  /** Devices fall silent, and what is on its way arrives, within `settle`. */
  async settle(): Promise<void> {
    this.timeline.beginNoMore();
    this.observer.watchNoMore();
    await this.bench.stopSending();
    await this.bench.stopAnswering(); // else the gateway stops while an answer is on its way
    for (const { city } of this.#parts.lorawan) city.stop();
    await Promise.all(this.#radio);
    const within = this.plan.rig.settleMs;
    const arrived = () => this.accounts.isAllThere();
    await this.until(arrived, 'all is stored', Math.min(within, 5_000)).catch(() => undefined); // the verdict says what is missing
    if (this.gateway?.isRunning === true) {
      await this.gateway.flush().catch((fault) => this.#tell('flush', fault));
      await this.gateway.drained(within).catch((fault) => this.#tell('drain', fault));
    } else {
      await this.until(arrived, 'all is stored', within).catch(() => undefined); // as above
    }
    await this.#acting;
  }

  async verdict(): Promise<Verdict> {
    const asking = { ask: ask(this.plan), sleep: (ms: number) => delay(ms), now: () => performance.now() };
    const farEnd = (city: string | undefined) => ({
      evidence: this.#evidence(city),
      readings: () => this.ends.readings(city),
    });
    return reachVerdict(this.plan.expectations, farEnd, asking);
  }

  /** Ends everything, whatever fails on the way. Rejects with the first failure, of a simulator too. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#over.abort();
    const { lorawan, release, options } = this.#parts;
    for (const end of [
      () => Promise.all([this.#pacing, this.#acting, this.#looking]),
      () => this.gateway?.stop(),
      () => Promise.all(lorawan.map(({ city }) => city.close())),
      () => this.ends.close(),
      () => this.bench.close(),
      release,
      () => options.closed?.(),
    ]) {
      try {
        await end();
      } catch (fault) {
        this.#failures.push(fault);
      }
    }
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** A device's quantity, "sent" or "stored"; a city's "stored". */
  sensed(subject: string, quantity: string): number | undefined {
    if (quantity === 'stored') {
      const { cities, devices } = this.accounts.stored();
      return cities.get(subject) ?? devices.get(subject) ?? 0;
    }
    if (quantity === 'sent' && this.bench.devices.has(subject)) return this.observer.sentBy(subject);
    return this.bench.devices.get(subject)?.quantities[quantity]?.at(this.seconds);
  }

  /** On a device, a wire or a city. Throws a MachimoriError "no-target" or "no-fault". */
  strike(target: string, fault: string, settings: Readonly<Record<string, number>> = {}): void {
    this.#boardOf(target).strike(fault, settings);
  }

  /** Of everything, or of one thing; all its faults, or one. */
  clear(target?: string, fault?: string): void {
    const boards = target === undefined ? this.boards().values() : [this.#boardOf(target)];
    for (const board of boards) board.clear(fault);
  }

  /** What can be broken, by name. */
  boards(): ReadonlyMap<string, FaultBoard> {
    const radio = this.#parts.lorawan.map(({ settings, faults }) => [settings.name, faults] as const);
    return new Map([...this.bench.boards(), ...radio, ...this.ends.boards]);
  }

  #boardOf(target: string): FaultBoard {
    const boards = this.boards();
    const board = boards.get(target);
    if (board === undefined) throw noTarget(target, [...boards.keys()]);
    return board;
  }

  /** Readings of a device that are stored now, without what the gateway adds of its own. */
  stored(device: string, city?: string): number {
    return this.ends.storedBy(city).get(device) ?? 0;
  }

  /** What was sent whole and what of it is stored, at a city OS, now. */
  tallies(city?: string): Tallies {
    return this.accounts.tallies(city);
  }

  async #look(): Promise<void> {
    while (!this.#over.signal.aborted) {
      const nowMs = this.clock.moment().monotonic - this.#startedAtMs;
      this.timeline.look(nowMs);
      this.observer.look(nowMs / 1000);
      const isWatching = this.timeline.isWaiting || this.observer.isWaiting;
      const restMs = Math.min(isWatching ? LOOK_MS : REST_MS, this.timeline.nextMs - nowMs);
      await this.clock.sleep(Math.max(LEAST_MS, restMs), this.#over.signal);
    }
  }

  async #awaitReaders(signal: AbortSignal): Promise<void> {
    const { real, clock } = this.#parts;
    for (
      let waitedMs = 0;
      !this.bench.isOpen && waitedMs < this.plan.rig.awaitReaderMs && !signal.aborted && !this.#hasDied;
      waitedMs += LOOK_MS
    ) {
      if (real === undefined) await clock.advance(LOOK_MS);
      else await real.sleep(LOOK_MS, signal);
    }
    if (real === undefined) {
      const leadMs = Math.min(LEAD_MS, this.plan.rig.awaitReaderMs);
      await clock.advance(Math.max(0, leadMs - clock.moment().monotonic));
    }
    if (signal.aborted) return;
    if (this.#hasDied) {
      const last = this.gateway?.log.text.trimEnd().split('\n').slice(-maxLastLines).join(' ') ?? '';
      this.#parts.options.report?.(say.gatewayDied({ last }));
    }
    const unread = [...this.bench.wires].filter(([, wire]) => !wire.isOpen).map(([name]) => name);
    if (unread.length > 0) this.#parts.options.report?.(say.noReader({ wires: listed(unread.slice(0, 10)) }));
  }

  /** Before the timeline has done anything to it. */
  get #hasDied(): boolean {
    return this.gateway?.isRunning === false;
  }

  /** Receivers tell the real time, unless the file has another: the clock stood while the readers were awaited. */
  #setClock(): void {
    const { real, clock, plan } = this.#parts;
    if (real !== undefined && plan.rig.begin === undefined) clock.setTo(real.moment().wall - clock.moment().monotonic);
  }

  /** One after another. */
  #act(action: GatewayAction): void {
    const { gateway } = this;
    if (gateway === undefined) return;
    this.#acting = this.#acting.then(async () => {
      try {
        if (action === 'kill') await gateway.kill();
        if (action === 'stop' || action === 'restart') await gateway.stop();
        if (action === 'start' || action === 'restart') await gateway.start();
      } catch (fault) {
        this.#tell(action, fault);
      }
    });
  }

  #tell(action: string, fault: unknown): void {
    if (!(fault instanceof MachimoriError)) throw fault;
    this.#parts.options.report?.(say.gatewayFault({ action, why: textOf(fault) }));
  }

  #evidence(city: string | undefined): Evidence {
    const { accounts, observer, bench, ends } = this;
    return {
      sent: accounts.sent(),
      sentBetween: (device, fromS, toS) => observer.sentBetween(device, fromS, toS),
      heldAt: (when) => observer.heldAt(when),
      silentAt: (device) => observer.silentAt(device),
      sensedAt: (device, quantity, seconds) => bench.devices.get(device)?.quantities[quantity]?.at(seconds),
      missing: ends.missing(city),
      refused: ends.refused(city),
      alike: ends.alike(city),
      secondsOf: (epochMs) => this.#secondsOf(epochMs),
    };
  }

  /** By the wall clock of gateway and city OS; a receiver's own time may be that of the rig's file. */
  #secondsOf(epochMs: number): number {
    const byWall = epochMs - this.#startedWall;
    if (Math.abs(byWall) < maxClockDifferenceMs) return byWall / 1000;
    const { wall, monotonic } = this.clock.moment();
    return (epochMs - (wall - monotonic + this.#startedAtMs)) / 1000;
  }

  #wallNow(): number {
    return (this.#parts.real ?? this.clock).moment().wall;
  }
}
