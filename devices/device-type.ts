/**
 * What hangs on a port: bytes ⇄ readings.
 *
 * A device type is pure. It does no I/O and reads no clock: bytes and moments come in, steps go out, and the same input
 * always gives the same output. That is what lets `decode` run it on a file, the gateway on a port and a test on
 * anything. One framer and one decoder serve one port with all the devices configured on it (a Modbus bus, a LoRa
 * modem's nodes); a type that can only have one device on a port says so with `maxDevicesPerPort`.
 *
 *   bytes ──▶ framer ──frames──▶ decoder ──▶ step: readings, rubbish, bytes to write, what to remember
 *                                   ▲
 *                     due(moment) ──┘  windows that close, polls, time-outs
 */
import type { GenericSchema, InferOutput } from 'valibot';
import type { Moment } from '../shared/clock.ts';
import type { Reading, ReadingKind } from '../shared/reading.ts';
import type { Text } from '../shared/text.ts';

/** Why bytes could not be used. Counted by the gateway and printed by `decode`; never an exception. */
export type RubbishCode =
  | 'noise' // bytes outside any frame
  | 'too-long' // no end of frame within the framer's bound
  | 'truncated' // the input ended, or a new frame began, inside a frame
  | 'bad-checksum'
  | 'malformed' // a whole frame whose content does not follow its specification
  | 'unknown-format' // a whole frame that fits no profile or is of no supported kind
  | 'unknown-address' // from a node or unit that is not configured on this port
  | 'unexpected' // nobody asked for it: a late or foreign answer
  | 'no-answer' // the device was asked and did not answer in time
  | 'device-error' // the device answered that it cannot
  | 'bad-mic' // nobody who is known here has sent it
  | 'replay' // a frame or join-request that came before, or one older than those that did
  | 'counter-reset' // a device with fixed keys counts its frames from the beginning again
  | 'over-limit' // more than the project may send
  | 'codec-fault' // the payload's codec failed, or says that the payload is wrong; the bytes are kept as a measurement
  | 'no-time'; // the frame carries no date and no date is known yet

export interface Rubbish {
  readonly code: RubbishCode;
  /** The bytes as they came; empty where none came ("no-answer"). */
  readonly bytes: Uint8Array;
  /** The device concerned, where it is known. */
  readonly device?: string;
  /** What exactly was wrong, for the technician: "checksum is 5A, the sentence's content gives 5B". */
  readonly detail?: Text | string;
}

/** One whole frame of the protocol, or bytes that belong to none. */
export type Frame =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly code: RubbishCode; readonly bytes: Uint8Array };

/**
 * Cuts a byte stream into frames. Never holds more than `maxFrameBytes`: where no frame ends within the bound, the
 * bytes held come out as "too-long" rubbish and the framer looks for the next start. Frames own their bytes (copies).
 */
export interface Framer {
  readonly maxFrameBytes: number;
  push(bytes: Uint8Array): readonly Frame[];
  /** The input has ended (end of file, port closed): what is still held, as a last frame or as rubbish. */
  end(): readonly Frame[];
}

/** What came of one frame or of time passing. Every member is absent when there is nothing to say. */
export interface Step {
  readonly readings?: readonly Reading[];
  readonly rubbish?: readonly Rubbish[];
  /** Bytes to write to the port, in order. */
  readonly write?: readonly Uint8Array[];
  /** State by device that must survive a restart: committed in one transaction with `readings`. Small JSON; null forgets. */
  readonly remember?: ReadonlyMap<string, Json>;
}
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface Decoder {
  /** The port has just been opened, or opened again: what to write first. Half-read cycles are forgotten. */
  opened?(at: Moment): Step;
  decode(frame: Uint8Array, at: Moment): Step;
  /** Called when `dueAt` has come (by the monotonic clock): windows close, polls go out, answers time out. */
  due?(at: Moment): Step;
  /** Monotonic ms at which `due` wants to be called next; Infinity or absent: never. Asked after every call. */
  dueAt?(): number;
  /** Ask this device for a reading now (a cron schedule fired). */
  poll?(device: string, at: Moment): Step;
  /** The input has ended (end of file, gateway stopping): what is still pending, such as the last epoch or window. */
  end?(at: Moment): Step;
}

/** One device of a type, as configured. */
export interface ConfiguredDevice<Options> {
  readonly id: string;
  readonly options: Options;
  /** What its decoder last asked to have remembered, if anything. */
  readonly remembered?: Json;
}

export interface DeviceType<Schema extends GenericSchema = GenericSchema> {
  /** As written in a configuration's `type`. */
  readonly name: string;
  /** One line for the technician. */
  readonly summary: { readonly en: string; readonly ja: string };
  readonly kinds: readonly ReadingKind[];
  /** Valibot object schema of the device's settings; each entry has a description and, if possible, a default. */
  readonly options: Schema;
  /** Named profiles that ship with the type, as raw (unparsed) values of its `profile` setting. */
  readonly profiles?: Readonly<Record<string, unknown>>;
  readonly maxDevicesPerPort: number;
  /** The type can also take whole messages (an MQTT port): a message is a frame, and nothing is due or written. */
  readonly takesMessages?: true;
  /** Whether readings carry the device's own time (a GPS fix, a time in the line) instead of the gateway's. */
  keepsOwnTime?(options: InferOutput<Schema>): boolean;
  /** Units (SenML names) of the quantities that a device's own profile defines, beyond `UNITS`; for the birth message. */
  units?(options: InferOutput<Schema>): Readonly<Record<string, string>>;
  /** Both take the port's devices, at least one and at most `maxDevicesPerPort`. */
  framer(devices: readonly ConfiguredDevice<InferOutput<Schema>>[], surroundings: Surroundings): Framer;
  decoder(devices: readonly ConfiguredDevice<InferOutput<Schema>>[], surroundings: Surroundings): Decoder;
}

/** What a framer and a decoder may know of the place they run in. */
export interface Surroundings {
  /** Epoch ms before which no reading can have been taken (the release's build), where the gateway runs live. */
  readonly notBefore?: number;
  /** How the bytes travel: some protocols differ between a serial line and a TCP stream (Modbus RTU and Modbus TCP). */
  readonly transport: 'serial' | 'tcp' | 'file' | 'message';
}
