/**
 * The devices of a rig on their wires: opened, set, broken and mended, and what they have said.
 *
 *   plan ─▶ devices (quantities, faults) ─▶ simulators ─▶ faulty wire ─▶ tap (digest, listeners) ─▶ wire
 *
 * All that a device says follows from the plan's seed and the seconds since the rig began, so that the same plan says the same bytes, on
 * whatever wires, whoever listens and however late the machine is. Four things cannot be so: devices that are polled say it when they are
 * asked; a controller or modem that must be set up says nothing before, and its answers come when it is asked; a detector's advertisements
 * keep away from the ends of the windows of whoever hears them; and clients of a broker say nothing on a line.
 */
import { createHash, type Hash } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError } from '../../shared/errors.ts';
import { listed } from '../../shared/text.ts';
import { FaultBoard } from '../fault-board.ts';
import { Random } from '../random.ts';
import type { Sent } from '../simulator.ts';
import { type FaultyWire, faultyWire } from '../wires/faults.ts';
import type { Wire } from '../wires/wire.ts';
import type { Configured, Opened } from './kind.ts';
import { lineFaults } from './line-faults.ts';
import type { DevicePlan, RigPlan, WirePlan } from './plan.ts';
import { Quantity } from './quantity.ts';
import { seedOf } from './seed.ts';
import { openSense } from './senses.ts';
import { say } from './words.ts';

export type Direction = 'from-device' | 'to-device';
/** `at`: epoch ms of the rig's clock. */
export type Tap = (wire: string, direction: Direction, bytes: Uint8Array, at: number) => void;

export interface BenchSurroundings {
  readonly clock: Clock;
  /** `faults`: those of the connection are its own to read. */
  openWire(wire: WirePlan, faults: FaultBoard): Promise<Wire>;
  /** Hears everything on every wire. */
  tap?: Tap;
}

export interface BenchDevice {
  readonly plan: DevicePlan;
  readonly quantities: Readonly<Record<string, Quantity>>;
  readonly faults: FaultBoard;
  readonly sent: Sent;
  readonly configured: Configured;
}

interface Line {
  readonly plan: WirePlan;
  readonly wire: Wire;
  readonly opened: Opened;
  readonly faults: FaultBoard;
  readonly said: Hash;
  saidBytes: number;
  /** Once it has started. */
  spoiling?: FaultyWire;
}

/** Opens every wire; nothing is said before `start`. Rejects with what a wire cannot be opened for; what was opened is closed again. */
export async function openBench(plan: RigPlan, surroundings: BenchSurroundings): Promise<Bench> {
  const bench = new Bench(plan, surroundings);
  try {
    await bench.open();
  } catch (fault) {
    await bench.close();
    throw fault;
  }
  return bench;
}

export class Bench {
  readonly devices = new Map<string, BenchDevice>();
  readonly #plan: RigPlan;
  readonly #around: BenchSurroundings;
  readonly #lines = new Map<string, Line>();
  readonly #senders = new AbortController();
  readonly #answerers = new AbortController();
  readonly #sending: Promise<unknown>[] = [];
  readonly #answering: Promise<unknown>[] = [];
  readonly #failures: unknown[] = [];

  constructor(plan: RigPlan, surroundings: BenchSurroundings) {
    this.#plan = plan;
    this.#around = surroundings;
  }

  async open(): Promise<void> {
    for (const wire of this.#plan.wires) {
      const devices = this.#plan.devices.filter((device) => device.wire === wire.name);
      if (devices.length > 0) await this.#openLine(wire, devices);
    }
  }

  /** By name of the wire. */
  get wires(): ReadonlyMap<string, Wire> {
    return new Map([...this.#lines].map(([name, { wire }]) => [name, wire]));
  }

  /** Whether somebody has every wire open. */
  get isOpen(): boolean {
    return [...this.#lines.values()].every(({ wire }) => wire.isOpen);
  }

  /** Switches on all devices. */
  start(): void {
    for (const line of this.#lines.values()) {
      const { simulator, isPolled } = line.opened;
      const signal = isPolled ? this.#answerers.signal : this.#senders.signal;
      line.spoiling = faultyWire(this.#tapped(line), {
        faults: line.faults,
        shape: line.opened.shape,
        clock: this.#around.clock,
        random: new Random(seedOf(this.#plan.rig.seed, line.plan.name, 'faults')),
        lost: (bytes) => this.#hear(line, bytes),
      });
      const running = simulator.run(line.spoiling, signal).catch((failure) => this.#failures.push(failure));
      (isPolled ? this.#answering : this.#sending).push(running);
    }
  }

  /** Those that send unasked end at the end of a frame; polled ones go on answering. */
  async stopSending(): Promise<void> {
    this.#senders.abort();
    await Promise.all(this.#sending);
  }

  /** Those that are polled say nothing more, whoever asks: what they have said is on the wire, whole. */
  async stopAnswering(): Promise<void> {
    this.#answerers.abort();
    await Promise.all(this.#answering);
  }

  /** Ends everything and closes the wires; throws the first failure of a simulator. */
  async close(): Promise<void> {
    await this.stopSending();
    await this.stopAnswering();
    await Promise.all([...this.#lines.values()].map(({ wire, spoiling = wire }) => spoiling.close()));
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  /** Throws a MachimoriError "no-target" or "no-quantity". */
  set(device: string, quantity: string, value: number): void {
    this.#quantity(device, quantity).set(value);
  }

  /** The world is sensed again. */
  free(device: string, quantity: string): void {
    this.#quantity(device, quantity).free();
  }

  /** What can be broken: devices, and wires with what their devices share. */
  boards(): ReadonlyMap<string, FaultBoard> {
    const boards = new Map<string, FaultBoard>();
    for (const [name, { faults }] of this.#lines) boards.set(name, faults);
    for (const [id, { faults }] of this.devices) boards.set(id, faults);
    return boards;
  }

  /** SHA-256 of what was said on each wire, and how many bytes that were. */
  said(): ReadonlyMap<string, { readonly bytes: number; readonly digest: string }> {
    return new Map(
      [...this.#lines].map(([name, { said, saidBytes }]) => [
        name,
        { bytes: saidBytes, digest: said.copy().digest('hex') },
      ]),
    );
  }

  async #openLine(plan: WirePlan, devices: readonly DevicePlan[]): Promise<void> {
    const { seed } = this.#plan.rig;
    const [one] = devices;
    if (one === undefined) return;
    const ofLine = lineFaults(one.kind, plan.type);
    const isAlone = devices.length === 1;
    const faults = new FaultBoard(isAlone ? [...one.kind.faults, ...ofLine] : ofLine);
    const parts = devices.map((device) => ({
      plan: device,
      ...{ id: device.id, kind: device.kind.name, settings: device.settings },
      quantities: this.#quantitiesOf(device),
      faults: isAlone ? faults : new FaultBoard(device.kind.faults),
      random: new Random(seedOf(seed, device.id, 'device')),
    }));
    const { clock, tap } = this.#around;
    const opened = one.kind.open(parts, {
      ...{ clock, faults },
      random: new Random(seedOf(seed, plan.name, 'line')),
    });
    const wire = await this.#around.openWire(plan, faults);
    if (tap !== undefined) wire.onBytes((bytes) => tap(plan.name, 'to-device', bytes, clock.moment().wall));
    const said = createHash('sha256');
    this.#lines.set(plan.name, { plan, wire, opened, faults, said, saidBytes: 0 });
    for (const [i, { plan: device, quantities, faults }] of parts.entries()) {
      const { sent, configured } = opened.devices[i] ?? { sent: new Map(), configured: { type: '', settings: {} } };
      this.devices.set(device.id, { plan: device, quantities, faults, sent, configured });
    }
  }

  #quantitiesOf({ id, kind, settings, quantities }: DevicePlan): Readonly<Record<string, Quantity>> {
    const { rig, path } = this.#plan;
    const world = { worldSeed: rig.seed, timeScale: rig.timeScale, path };
    const open = (sense: Parameters<typeof openSense>[0], quantity: string) =>
      openSense(sense, { ...world, quantity, seed: seedOf(rig.seed, id, quantity) });
    const senses = {
      ...kind.worlds?.(settings, { ...world, open }),
      ...Object.fromEntries(Object.entries(quantities).map(([name, sense]) => [name, open(sense, name)])),
    };
    return Object.fromEntries(Object.entries(senses).map(([name, sense]) => [name, new Quantity(sense)]));
  }

  /** What a device says is counted and told. */
  #tapped(line: Line): Wire {
    const { wire } = line;
    return {
      get path() {
        return wire.path;
      },
      get isOpen() {
        return wire.isOpen;
      },
      write: (bytes) => {
        this.#hear(line, bytes);
        return wire.write(bytes);
      },
      onBytes: (listener) => wire.onBytes(listener),
      unplug: () => wire.unplug(),
      replug: () => wire.replug(),
      close: () => wire.close(),
    };
  }

  #hear(line: Line, bytes: Uint8Array): void {
    const { tap, clock } = this.#around;
    line.said.update(bytes);
    line.saidBytes += bytes.length;
    tap?.(line.plan.name, 'from-device', bytes, clock.moment().wall);
  }

  #quantity(device: string, quantity: string): Quantity {
    const found = this.devices.get(device);
    if (found === undefined) throw noTarget(device, [...this.devices.keys()]);
    const sensed = Object.hasOwn(found.quantities, quantity) ? found.quantities[quantity] : undefined;
    if (sensed !== undefined) return sensed;
    throw new MachimoriError('no-quantity', {
      what: say.noQuantity({ device, quantity }),
      on: device,
      hint: say.useTarget({ known: listed(Object.keys(found.quantities)) }),
    });
  }
}

const maxNamed = 20;

export function noTarget(name: string, known: readonly string[]): MachimoriError {
  return new MachimoriError('no-target', {
    what: say.noTarget({ name }),
    on: name,
    hint: say.useTarget({ known: listed(known.slice(0, maxNamed)) }),
  });
}
