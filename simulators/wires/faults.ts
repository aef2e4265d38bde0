/**
 * Faults on a wire, by seed: the same seed spoils the same frames. A board says what is wrong at the moment (`WIRE_FAULTS`).
 *
 * A fault spoils exactly one frame, so that what must arrive is known to the reading: noise consists of bytes that begin no
 * frame, truncation and corruption strike where the protocol can detect them (its `FrameShape`), and nothing is sent just
 * before a plug is pulled, since a kernel would discard it unread. `write` returns false for a spoiled frame, so that its
 * simulator does not count it.
 *
 *   frame ─▶ silent? ─▶ flooded? ─▶ noise ─▶ spoiled? ─▶ late line ─▶ wire
 *
 * Not everything can be known. A frame that comes twice counts once: if each frame is a reading, a gateway may store as many more as
 * `struck` says. A late frame counts when it is handed over, but when it comes nobody may listen any more, or whoever asked for it may have given
 * up (a Modbus unit's own "slow" knows its master's patience). After a flood a reader whose protocol marks no start of a frame (HCI,
 * bare packets) may lose the next frames too.
 */
import type { Clock } from '../../shared/clock.ts';
import type { FaultBoard } from '../fault-board.ts';
import type { Random } from '../random.ts';
import { ascii } from '../simulator.ts';
import { LateLine } from './late-line.ts';
import { followPlug } from './plug.ts';
import type { Wire } from './wire.ts';
import { heardAtWrongSpeed } from './wrong-speed.ts';

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
  /** A pause ends a frame: one that stalls is spoiled. */
  readonly endsAtPause?: true;
}

/** Lines that end in CR LF: NMEA sentences, people counters. */
export const TEXT_LINE: FrameShape = { fragile: (length) => [0, length - 2], loses: 'start', noiseEnd: '\r\n' };
/** Lines that end in CR: MaxBotix. */
export const CR_LINE: FrameShape = { fragile: (length) => [0, length - 1], loses: 'start', noiseEnd: '\r' };
/** Modbus RTU answers: everything after unit, function and byte count, which determine the frame's end. */
export const MODBUS_RTU: FrameShape = {
  fragile: (length) => [3, length],
  loses: 'end',
  noiseEnd: '',
  endsAtPause: true,
};
/** Modbus TCP answers: nothing, since MBAP has no checksum and TCP loses no bytes; noise would be read as the header. */
export const MODBUS_TCP: FrameShape = {
  fragile: () => [0, 0],
  loses: 'end',
  noiseEnd: '',
  isSpoiledByNoise: true,
};
/** RYLR lines: only `+RCV=`, since the rest carries no checksum. */
export const RYLR_LINE: FrameShape = {
  fragile: (length) => [0, Math.min(5, length)],
  loses: 'start',
  noiseEnd: '\r\n',
};
/** HCI over UART: nothing, since it has neither checksum nor start byte (Core Spec Vol 4 Part A §2: a lossless line). */
export const H4_PACKET: FrameShape = { fragile: () => [0, 0], loses: 'end', noiseEnd: '' };
/** Bare packets: nothing marks their start or content, so noise becomes part of them and a flipped bit goes unseen. */
export const BARE_PACKET: FrameShape = {
  fragile: () => [0, 0],
  loses: 'end',
  noiseEnd: '',
  isSpoiledByNoise: true,
  endsAtPause: true,
};

/** Where faults strike frames. */
export type FaultName =
  | 'noise'
  | 'truncate'
  | 'corrupt'
  | 'silence'
  | 'delay'
  | 'repeat'
  | 'stall'
  | 'flood'
  | 'wrong-speed';

export interface FaultyWire extends Wire {
  /** How many frames each fault has struck. */
  readonly struck: ReadonlyMap<FaultName, number>;
}

export interface FaultyWireOptions {
  readonly faults: FaultBoard;
  readonly shape: FrameShape;
  readonly clock: Clock;
  readonly random: Random;
  /** Hears what was said and not written, since nobody had the near end open. */
  lost?(bytes: Uint8Array): void;
}

const maxNoiseBytes = 24;
/** Lower-case letters: they begin no frame of any protocol here and are not a Modbus function or HCI packet type. */
const NOISE = { from: 0x61, to: 0x7a };
const FLOOD_EVERY_MS = 100;

/** The wire with the faults of this board, from now until it is closed. */
export function faultyWire(wire: Wire, options: FaultyWireOptions): FaultyWire {
  const { faults, shape, clock, random, lost } = options;
  const stop = new AbortController();
  const { signal } = stop;
  const struck = new Map<FaultName, number>();
  const late = new LateLine(wire, { clock, signal, ...(lost && { lost }) });
  const plug = followPlug(wire, { faults, clock, signal, busyUntilMs: () => late.emptyAtMs });
  const flood = followFlood(wire, options, signal);

  const strike = (name: FaultName): void => {
    struck.set(name, (struck.get(name) ?? 0) + 1);
  };
  const happens = (name: FaultName): boolean => faults.happens(name, random);

  function write(frame: Uint8Array): boolean {
    if (faults.get('silence') || faults.get('unplug')) {
      strike('silence');
      return false;
    }
    if (flood.isFlowing()) {
      strike('flood');
      return false;
    }
    const lateMs = faults.get('delay')?.ms ?? 0;
    if (lateMs > 0) strike('delay');
    if (happens('noise')) {
      strike('noise');
      late.write(noise(random, shape), lateMs);
      if (shape.isSpoiledByNoise) {
        late.write(frame, lateMs);
        return false;
      }
    }
    const spoiled = spoil(frame);
    if (spoiled) {
      late.write(spoiled, lateMs);
      return false;
    }
    if (happens('stall')) return stall(frame, lateMs, faults.get('stall')?.ms ?? 0);
    const isOut = late.write(frame, lateMs);
    if (!happens('repeat')) return isOut;
    if (isOut) strike('repeat');
    follow(isOut, frame, lateMs);
    return isOut;
  }

  /** The frame as it comes, if it is spoiled. */
  function spoil(frame: Uint8Array): Uint8Array | undefined {
    const ratio = faults.get('wrong-speed')?.ratio;
    const heard = ratio === undefined ? frame : heardAtWrongSpeed(frame, ratio);
    if (Buffer.compare(heard, frame) !== 0) {
      strike('wrong-speed');
      return heard;
    }
    const [from, to] = shape.fragile(frame.length);
    if (to <= from) return undefined;
    if (happens('truncate')) {
      strike('truncate');
      return truncate(frame, from, to, shape.loses, random);
    }
    if (!happens('corrupt')) return undefined;
    strike('corrupt');
    const at = random.int(from, to - 1);
    return frame.map((byte, index) => (index === at ? byte ^ 0x80 : byte));
  }

  function stall(frame: Uint8Array, lateMs: number, pauseMs: number): boolean {
    strike('stall');
    const half = Math.ceil(frame.length / 2);
    const isOut = late.write(frame.subarray(0, half), lateMs);
    return follow(isOut, frame.subarray(half), lateMs + pauseMs) && shape.endsAtPause !== true;
  }

  /** What follows a frame that was lost is lost too, whoever has come meanwhile: it would not be counted. */
  function follow(isOut: boolean, bytes: Uint8Array, lateMs: number): boolean {
    if (isOut) return late.write(bytes, lateMs);
    late.lose(bytes, lateMs);
    return false;
  }

  return {
    get path() {
      return wire.path;
    },
    get isOpen() {
      return wire.isOpen;
    },
    struck,
    write,
    onBytes: (listener) => wire.onBytes(listener),
    unplug: () => wire.unplug(),
    replug: () => wire.replug(),
    async close() {
      stop.abort();
      await Promise.all([plug.ended(), flood.ended()]);
      await wire.close();
    },
  };
}

/** Random bytes while the board says so, and then what ends a frame, so that the next one is whole: up to `FLOOD_EVERY_MS` later. */
function followFlood(wire: Wire, { faults, shape, clock, random }: FaultyWireOptions, signal: AbortSignal) {
  let flooding: Promise<void> | undefined;
  async function flow(): Promise<void> {
    for (let owed = 0; !signal.aborted; ) {
      const perSecond = faults.get('flood')?.bytes;
      if (perSecond === undefined) break;
      owed += (perSecond * FLOOD_EVERY_MS) / 1000;
      wire.write(random.bytes(Math.floor(owed)));
      owed %= 1;
      await clock.sleep(FLOOD_EVERY_MS, signal);
    }
    wire.write(ascii(shape.noiseEnd));
    flooding = undefined;
  }
  const begin = () => {
    if (faults.get('flood')) flooding ??= flow();
  };
  const forget = faults.onStruck(begin);
  begin();
  return {
    isFlowing: () => flooding !== undefined,
    async ended() {
      forget();
      await flooding;
    },
  };
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
