/**
 * A small city of simulated sensors, each on its own wire (or sharing a bus), for the demo and for tests.
 *
 * Everything that a gateway's configuration needs for each device is data here: id, type, path, settings, place, thresholds.
 * The same seed makes the same city.
 */
import { join } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import type { FaultBoard } from '../fault-board.ts';
import { followSchedule, type ScheduledFault } from '../fault-schedule.ts';
import { Random } from '../random.ts';
import type { Sent } from '../simulator.ts';
import { type FaultyWire, faultyWire } from '../wires/faults.ts';
import { openPty } from '../wires/pty-wire.ts';
import { openTcp } from '../wires/tcp-wire.ts';
import type { Wire } from '../wires/wire.ts';
import type { FleetDevice } from './fleet-device.ts';
import { type FleetLine, linesOf } from './fleet-lines.ts';

export interface FleetOptions {
  readonly seed: number;
  readonly clock: Clock;
  /** Where the links to the pseudo-terminals go. */
  readonly directory: string;
  /** Seconds of flood and crowd per second of the clock; 60 shows a whole flood within a minute. */
  readonly timeScale?: number;
  /** The window of a sighting, ms. */
  readonly windowMs?: number;
  readonly wires?: 'pty' | 'tcp';
  /** By name of the line, counted from `start`; further ones may be put on its board by hand. */
  readonly faults?: Readonly<Record<string, readonly ScheduledFault[]>>;
}

export interface Fleet {
  /** Every device, with its wire's path. */
  readonly devices: readonly (FleetDevice & { readonly path: string })[];
  /** By name of the line, to pull plugs by hand. */
  readonly wires: ReadonlyMap<string, Wire>;
  /** By name of the line: what is wrong with its wire and its sensors. */
  readonly faults: ReadonlyMap<string, FaultBoard>;
  /** Switches on all sensors. `stop` throws whatever goes wrong in one. */
  start(): void;
  /** Those that send unasked end at the end of a frame; polled ones go on answering. */
  stopSending(): Promise<void>;
  /** Ends everything and closes the wires; throws the first failure. */
  stop(): Promise<void>;
  /** Readings that a gateway must have stored, by device and kind. */
  sentByDevice(): ReadonlyMap<string, Sent>;
}

/** Opens the wires; nothing is sent before `start`. Throws "pty-missing" if there are no pseudo-terminals. */
export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const { seed, clock, directory, timeScale = 60, windowMs = 10_000, wires: wireKind = 'pty' } = options;
  const random = new Random(seed);
  const lines = linesOf({ world: { seed, timeScale }, clock, random, windowMs });
  const wires = new Map<string, FaultyWire>();
  for (const { name, shape, faults } of lines) {
    const wire = wireKind === 'pty' ? await openPty({ link: join(directory, name) }) : await openTcp();
    wires.set(name, faultyWire(wire, { faults, shape, clock, random: random.fork() }));
  }

  const senders = new AbortController();
  const answerers = new AbortController();
  const failures: unknown[] = [];
  const sending: Promise<unknown>[] = [];
  const answering: Promise<unknown>[] = [];

  function startLine(line: FleetLine): void {
    const wire = wires.get(line.name);
    if (!wire) return;
    const signal = line.isPolled ? answerers.signal : senders.signal;
    const schedule = options.faults?.[line.name] ?? [];
    const running = Promise.all([
      followSchedule(schedule, { board: line.faults, clock, signal }),
      line.simulator.run(wire, signal),
    ]);
    (line.isPolled ? answering : sending).push(running.catch((failure) => failures.push(failure)));
  }

  async function stopSending(): Promise<void> {
    senders.abort();
    await Promise.all(sending);
  }

  return {
    get devices() {
      return lines.flatMap(({ name, devices }) =>
        devices.map((device) => ({ ...device, path: wires.get(name)?.path ?? '' })),
      );
    },
    wires,
    faults: new Map(lines.map(({ name, faults }) => [name, faults])),
    start: () => lines.forEach(startLine),
    stopSending,
    async stop() {
      await stopSending();
      answerers.abort();
      await Promise.all(answering);
      await Promise.all([...wires.values()].map((wire) => wire.close()));
      if (failures.length > 0) throw failures[0];
    },
    sentByDevice: () => new Map(lines.flatMap(({ devices }) => devices.map(({ id, sent }) => [id, sent] as const))),
  };
}
