/**
 * What a rig can simulate: a row of catalogue.ts. A new kind of device is one file and one row.
 *
 *   settings, quantities ─▶ kind.open(devices on one line) ─▶ simulator ─▶ wire
 *
 * A kind says what its devices sense, what can be wrong with them, and how a gateway is told of them, so that a rig can write the
 * gateway's configuration itself.
 */
import type { GenericSchema, InferOutput } from 'valibot';
import type { Clock } from '../../shared/clock.ts';
import type { Text } from '../../shared/text.ts';
import type { FaultBoard, FaultKind } from '../fault-board.ts';
import type { Random } from '../random.ts';
import type { Sent, Simulator } from '../simulator.ts';
import type { FrameShape } from '../wires/faults.ts';
import type { Quantity, Sense } from './quantity.ts';
import type { SenseSettings } from './senses.ts';

export interface QuantityKind {
  readonly meaning: Text;
  /** As SenML has it: "m", "Cel", "%RH"; "" for counts. */
  readonly unit: string;
  /** What it is unless the rig's file says. */
  readonly otherwise: SenseSettings;
}

/** A device of a rig, as its kind simulates it. */
export interface KindDevice<Settings> {
  readonly id: string;
  /** The kind's name. */
  readonly kind: string;
  readonly settings: Settings;
  readonly quantities: Readonly<Record<string, Quantity>>;
  readonly faults: FaultBoard;
  readonly random: Random;
}

/** What a kind makes of the devices on one line. */
export interface Opened {
  readonly simulator: Simulator;
  readonly shape: FrameShape;
  /** Whether it only answers polls. */
  readonly isPolled: boolean;
  /** In the order of the devices. */
  readonly devices: readonly OpenedDevice[];
}

export interface OpenedDevice {
  /** What a perfect gateway stores of it. */
  readonly sent: Sent;
  /** How a gateway is told of it. */
  readonly configured: Configured;
}

export interface Configured {
  /** The device type's name at a gateway. */
  readonly type: string;
  /** The type's settings that differ from their defaults. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface KindSurroundings {
  readonly clock: Clock;
  /** Of the line. */
  readonly random: Random;
  /** Of the line, and of what is on it beside the devices: a modem. */
  readonly faults: FaultBoard;
}

export interface RigKind<S extends GenericSchema = GenericSchema> {
  /** As written in a device's `type`. */
  readonly name: string;
  readonly meaning: Text;
  /** Entries of a strict object, each with its meaning; those of quantities and of every device are added. */
  readonly settings: S;
  readonly quantities: Readonly<Record<string, QuantityKind>>;
  /** Quantities whose world follows from the settings: metres to each tag, a plow's speed. */
  worlds?(settings: InferOutput<S>, around: WorldSurroundings): Readonly<Record<string, Sense>>;
  readonly faults: readonly FaultKind[];
  /** Whether it sends messages to a broker; else bytes on a line. */
  readonly carries?: 'messages';
  /** What can be wrong with what the devices share: their modem. */
  readonly lineFaults?: readonly FaultKind[];
  /** Kinds with the same may share a line, which the first one's `open` opens; by default a kind's name. */
  readonly bus?: string;
  /** How many devices may share one line; 1: a line each. */
  readonly maxOnLine: number;
  /** What differs in the n-th of several devices with the same settings, from 0: their addresses on a shared line. */
  nth?(settings: InferOutput<S>, n: number): InferOutput<S>;
  /** Devices that contradict each other on one line, in words. */
  conflict?(devices: readonly { readonly id: string; readonly settings: InferOutput<S> }[]): Conflict | undefined;
  open(devices: readonly KindDevice<InferOutput<S>>[], around: KindSurroundings): Opened;
}

export interface WorldSurroundings {
  readonly worldSeed: number;
  readonly timeScale: number;
  path(file: string): string;
  open(sense: SenseSettings, quantity: string): Sense;
}

export interface Conflict {
  /** The index of the device whose setting is wrong. */
  readonly device: number;
  readonly setting: string;
  readonly what: Text;
  readonly hint: Text;
}

export function rigKind<const S extends GenericSchema>(kind: RigKind<S>): RigKind {
  return kind as unknown as RigKind; // what `open` gets was parsed by these settings
}
