/** What a recording holds, whatever its format. */
import type { Text } from '../../shared/text.ts';

export const DIRECTIONS = ['from-device', 'to-device'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Bytes of a line, as they came. */
export interface Recorded {
  /** Epoch ms, with microseconds where the format has them. */
  readonly at: number;
  readonly direction: Direction;
  readonly bytes: Uint8Array;
}

/** A packet of a network (packets.ts). */
export interface CapturedPacket {
  /** Epoch ms. */
  readonly at: number;
  /** As the registry of LINKTYPE_ values has it. */
  readonly linkType: number;
  readonly bytes: Uint8Array;
}

/** Where a recording cannot be read, or says that something is missing. */
export interface Damage {
  /** The byte of the file at which it begins. */
  readonly offset: number;
  readonly what: Text;
}

export type Entry = { readonly record: Recorded } | { readonly packet: CapturedPacket } | { readonly damage: Damage };

/** Reads a format piece by piece. Pure; whatever the bytes are, it throws nothing. */
export interface RecordingReader {
  push(bytes: Uint8Array): readonly Entry[];
  /** The file has ended. */
  end(): readonly Entry[];
}

/** The end of the year 9999. Later times are damage: neither a date nor a rhythm can be made of them. */
export const maxTime = Date.UTC(10_000, 0, 1) - 1;

export function damage(offset: number, what: Text): Entry {
  return { damage: { offset, what } };
}
