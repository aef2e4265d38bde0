/**
 * Faults on a wire, by seed: the same seed spoils the same frames.
 *
 * A fault spoils exactly one frame, so that what must arrive is known to the reading: noise consists of bytes that begin no
 * frame, truncation and corruption strike where the protocol can detect them (its `FrameShape`), and nothing is sent just
 * before a plug is pulled, since a kernel would discard it unread. `write` returns false for a spoiled frame, so that its
 * simulator does not count it.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Random } from '../random.ts';
import { ascii } from '../simulator.ts';
import type { Wire } from './wire.ts';

/** Everything that can go wrong on demand. Probabilities are per frame, 0 to 1; times are seconds since the start. */
export interface Faults {
  /** Random bytes before a frame. */
  readonly noise?: number;
  /** Part of a frame is lost. */
  readonly truncate?: number;
  /** One bit of a frame is flipped: a wrong checksum, or an invalid character. */
  readonly corrupt?: number;
  /** The device is silent. */
  readonly silences?: readonly { readonly fromS: number; readonly toS: number }[];
  /** The plug is pulled and put back. */
  readonly unplugs?: readonly { readonly atS: number; readonly forS: number }[];
  /** For receivers with a clock (GPS): their clock is off by this from then on. */
  readonly clockJump?: { readonly atS: number; readonly byMs: number };
  /** For counters: the power fails and the totals restart from zero. */
  readonly powerCyclesAtS?: readonly number[];
}

/** Where faults may strike in a protocol's frame. */
export interface FrameShape {
  /** The part, [from, to), of a frame of this length in which a loss or a flipped bit makes it unreadable. */
  fragile(length: number): readonly [from: number, to: number];
  /** Which end of the fragile part truncation takes. */
  readonly loses: 'start' | 'end';
  /** What ends a run of noise, so that the next frame is whole. */
  readonly noiseEnd: string;
  /** Nothing ends the noise: the next frame is spoiled. */
  readonly isSpoiledByNoise?: true;
}

/** Lines that end in CR LF: NMEA sentences, people counters. */
export const TEXT_LINE: FrameShape = { fragile: (length) => [0, length - 2], loses: 'start', noiseEnd: '\r\n' };
/** Lines that end in CR: MaxBotix. */
export const CR_LINE: FrameShape = { fragile: (length) => [0, length - 1], loses: 'start', noiseEnd: '\r' };
/** Modbus RTU answers: everything after unit, function and byte count, which determine the frame's end. */
export const MODBUS_RTU: FrameShape = { fragile: (length) => [3, length], loses: 'end', noiseEnd: '' };
/** RYLR lines: only `+RCV=`, since the rest carries no checksum. */
export const RYLR_LINE: FrameShape = {
  fragile: (length) => [0, Math.min(5, length)],
  loses: 'start',
  noiseEnd: '\r\n',
};
/** HCI over UART: nothing, since it has neither checksum nor start byte (Core Spec Vol 4 Part A §2: a lossless line). */
export const H4_PACKET: FrameShape = { fragile: () => [0, 0], loses: 'end', noiseEnd: '' };
/** Bare packets: nothing marks their start or content, so noise becomes part of them and a flipped bit goes unseen. */
export const BARE_PACKET: FrameShape = { fragile: () => [0, 0], loses: 'end', noiseEnd: '', isSpoiledByNoise: true };

export type FaultName = 'noise' | 'truncate' | 'corrupt' | 'silence';

export interface FaultyWire extends Wire {
  /** How often each fault has struck. */
  readonly struck: ReadonlyMap<FaultName, number>;
}

const maxNoiseBytes = 24;
/** Lower-case letters: they begin no frame of any protocol here and are not a Modbus function or HCI packet type. */
const NOISE = { from: 0x61, to: 0x7a };
const QUIET_BEFORE_UNPLUG_S = 0.25;

/** The wire with these faults, timed from now. Unplugging is up to `unplugOnSchedule`. */
export function faultyWire(
  wire: Wire,
  given: { readonly faults: Faults; readonly shape: FrameShape; readonly clock: Clock; readonly random: Random },
): FaultyWire {
  const { faults, shape, clock, random } = given;
  const startedAt = clock.moment().monotonic;
  const struck = new Map<FaultName, number>();
  const strike = (name: FaultName): void => {
    struck.set(name, (struck.get(name) ?? 0) + 1);
  };

  function write(frame: Uint8Array): boolean {
    const seconds = (clock.moment().monotonic - startedAt) / 1000;
    if (isQuiet(faults, seconds)) {
      strike('silence');
      return false;
    }
    if (random.chance(faults.noise ?? 0)) {
      strike('noise');
      wire.write(noise(random, shape));
      if (shape.isSpoiledByNoise) {
        wire.write(frame);
        return false;
      }
    }
    const [from, to] = shape.fragile(frame.length);
    const spoils = to > from;
    if (random.chance(faults.truncate ?? 0) && spoils) {
      strike('truncate');
      wire.write(truncate(frame, from, to, shape.loses, random));
      return false;
    }
    if (random.chance(faults.corrupt ?? 0) && spoils) {
      strike('corrupt');
      const at = random.int(from, to - 1);
      wire.write(frame.map((byte, index) => (index === at ? byte ^ 0x80 : byte)));
      return false;
    }
    return wire.write(frame);
  }

  return {
    get path() {
      return wire.path;
    },
    struck,
    write,
    onBytes: (listener) => wire.onBytes(listener),
    unplug: () => wire.unplug(),
    replug: () => wire.replug(),
    close: () => wire.close(),
  };
}

/** Pulls the plug and puts it back as scheduled from now, until done or aborted (then it is plugged in). */
export async function unplugOnSchedule(wire: Wire, faults: Faults, clock: Clock, signal: AbortSignal): Promise<void> {
  const startedAt = clock.moment().monotonic;
  const until = (seconds: number) =>
    clock.sleep(Math.max(0, startedAt + seconds * 1000 - clock.moment().monotonic), signal);
  for (const { atS, forS } of [...(faults.unplugs ?? [])].sort((a, b) => a.atS - b.atS)) {
    await until(atS);
    if (signal.aborted) return;
    wire.unplug();
    await until(atS + forS);
    await wire.replug();
  }
}

function isQuiet(faults: Faults, seconds: number): boolean {
  return (
    (faults.silences ?? []).some(({ fromS, toS }) => seconds >= fromS && seconds < toS) ||
    (faults.unplugs ?? []).some(({ atS, forS }) => seconds >= atS - QUIET_BEFORE_UNPLUG_S && seconds < atS + forS)
  );
}

function noise(random: Random, shape: FrameShape): Uint8Array {
  const bytes = Array.from({ length: random.int(1, maxNoiseBytes) }, () => random.int(NOISE.from, NOISE.to));
  return Uint8Array.from([...bytes, ...ascii(shape.noiseEnd)]);
}

function truncate(frame: Uint8Array, from: number, to: number, loses: 'start' | 'end', random: Random): Uint8Array {
  const lost = random.int(1, to - from);
  const [cutFrom, cutTo] = loses === 'start' ? [from, from + lost] : [to - lost, to];
  return Uint8Array.from([...frame.subarray(0, cutFrom), ...frame.subarray(cutTo)]);
}
