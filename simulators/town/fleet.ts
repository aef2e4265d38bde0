/**
 * A small city of simulated sensors, each on a wire of its own (or sharing a bus), for the demo and for tests.
 *
 * What a gateway's configuration needs of each device is data here: id, type, path, settings, place, thresholds. The same
 * seed makes the same city.
 */
import { join } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { Random } from '../random.ts';
import type { Sent } from '../simulator.ts';
import { type Faults, faultyWire, unplugOnSchedule } from '../wires/faults.ts';
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
  /** Seconds of flood and crowd for each second of the clock; 60 shows a whole flood within a minute. */
  readonly timeScale?: number;
  /** The window of a sighting, ms. */
  readonly windowMs?: number;
  readonly wires?: 'pty' | 'tcp';
  /** By name of the line; what is not named has no faults. */
  readonly faults?: Readonly<Record<string, Faults>>;
}

export interface Fleet {
  /** Every device, with the path of the wire it is on. */
  readonly devices: readonly (FleetDevice & { readonly path: string })[];
  /** By name of the line, to pull plugs by hand. */
  readonly wires: ReadonlyMap<string, Wire>;
  /** Switches all sensors on. What goes wrong in one is thrown by `stop`. */
  start(): void;
  /** Those that speak by themselves end at the end of a frame; those that are polled go on answering. */
  stopSending(): Promise<void>;
  /** Ends everything and closes the wires; throws the first failure there has been. */
  stop(): Promise<void>;
  /** Readings that a gateway must have stored, by device and kind. */
  sentByDevice(): ReadonlyMap<string, Sent>;
}

/** Opens the wires; nothing is sent before `start`. Throws "pty-missing" where there are no pseudo-terminals. */
export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const { seed, clock, directory, timeScale = 60, windowMs = 10_000, wires: wireKind = 'pty', faults = {} } = options;
  const random = new Random(seed);
  const lines = linesOf({ world: { seed, timeScale }, clock, random, windowMs, faults });
  const wires = new Map<string, Wire>();
  for (const { name } of lines) {
    wires.set(name, wireKind === 'pty' ? await openPty({ link: join(directory, name) }) : await openTcp());
  }

  const senders = new AbortController();
  const answerers = new AbortController();
  const failures: unknown[] = [];
  const sending: Promise<unknown>[] = [];
  const answering: Promise<unknown>[] = [];

  function startLine(line: FleetLine): void {
    const wire = wires.get(line.name);
    if (!wire) return;
    const lineFaults = faults[line.name] ?? {};
    const signal = line.isPolled ? answerers.signal : senders.signal;
    const spoiling = faultyWire(wire, { faults: lineFaults, shape: line.shape, clock, random: random.fork() });
    const running = Promise.all([
      line.simulator.run(spoiling, signal),
      unplugOnSchedule(wire, lineFaults, clock, signal),
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
