/**
 * What a device type is: bytes ⇄ readings.
 *
 * A device type is pure. It does no I/O and reads no clock: bytes and moments go in, steps come out, and the same input
 * always gives the same output. So `decode` can run it on a file, the gateway on a port and a test on anything. One framer
 * and one decoder serve a port with all its devices (a Modbus bus, a LoRa modem's nodes); `maxDevicesPerPort` bounds them.
 *
 *   bytes ──▶ framer ──frames──▶ decoder ──▶ step: readings, rubbish, bytes to write, what to remember
 *                                   ▲
 *                     due(moment) ──┘  closing windows, polls, time-outs
 */
import type { GenericSchema, InferOutput } from 'valibot';
import type { Moment } from '../shared/clock.ts';
import type { OperatorPattern } from '../shared/enrolment/pattern.ts';
import type { Place as TagPlace } from '../shared/enrolment/tag-id.ts';
import type { TagSighting } from '../shared/enrolment/tag-sighting.ts';
import { MachimoriError } from '../shared/errors.ts';
import type { Details } from '../shared/orders/result.ts';
import type { Reading, ReadingKind, Units } from '../shared/reading.ts';
import { listed, type Text } from '../shared/text.ts';
import type { Signature } from './signature.ts';
import type { ReadHtml } from './web-table/html-page.ts';
import { say } from './words.ts';

/** Why bytes could not be used. The gateway counts it and `decode` prints it; it is never an exception. */
export type RubbishCode =
  | 'noise' // bytes outside any frame
  | 'too-long' // no end of frame within the framer's bound
  | 'truncated' // the input ended, or a new frame began, inside a frame
  | 'bad-checksum'
  | 'malformed' // a whole frame whose content breaks its specification
  | 'unknown-format' // a whole frame that fits no profile or supported kind
  | 'changed-shape' // a document of a web source in which something is not where the profile says
  | 'unknown-address' // from a node or unit that is not configured on this port
  | 'not-allowed' // from somebody who may not send it
  | 'retained' // kept by a broker, nobody knows since when
  | 'unexpected' // not asked for: a late or foreign answer
  | 'no-answer' // the device did not answer in time
  | 'device-error' // the device answered with an error
  | 'deaf' // the device answers, but hears nothing of what it listens for
  | 'bad-mic' // no known device sent it
  | 'replay' // a frame or join-request seen before, or older than one seen before
  | 'counter-reset' // a device with fixed keys counts its frames from 0 again
  | 'over-limit' // more than the project may send
  | 'codec-fault' // the payload's codec failed or rejects the payload; the bytes are kept as a measurement
  | 'no-time'; // the frame carries no date and none is known yet

export interface Rubbish {
  readonly code: RubbishCode;
  /** The bytes as they came; empty if none came ("no-answer") or they may hold a stranger's address. */
  readonly bytes: Uint8Array;
  /** The device concerned, if known. */
  readonly device?: string;
  /** What exactly was wrong, for the technician: "the checksum is 5A, but the content gives 5B". */
  readonly detail?: Text;
}

/** One whole frame of the protocol, or bytes that belong to none. */
export type Frame =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly code: RubbishCode; readonly bytes: Uint8Array };

/**
 * Cuts a byte stream into frames. Never holds more than `maxFrameBytes`: if no frame ends within the bound, the bytes held
 * come out as "too-long" rubbish and the framer looks for the next start. Frames own their bytes (copies).
 */
export interface Framer {
  readonly maxFrameBytes: number;
  push(bytes: Uint8Array): readonly Frame[];
  /** The input has ended (end of file, port closed): gives what is still held, as a last frame or as rubbish. */
  end(): readonly Frame[];
}

/** The result of one frame, or of time passing. Members without content are absent. */
export interface Step {
  /** What became of commands. */
  readonly answered?: readonly CommandAnswer[];
  readonly readings?: readonly Reading[];
  /** Tags of operators' patterns, which are sealed before anything else becomes of them. */
  readonly tags?: readonly TagSighting[];
  readonly rubbish?: readonly Rubbish[];
  /** The readings' times are the gateway's, although the type keeps its own: the device does not know its date. */
  readonly hasGatewayTime?: true;
  /** Moments by which a gateway may set its clock (a type that `setsClock`). */
  readonly moments?: readonly ToldMoment[];
  /** Bytes to write to the port, in order. */
  readonly write?: readonly Uint8Array[];
  /** The port is to be closed and opened again: nothing else has helped. */
  readonly reopen?: true;
  /** The device has shown that it works, whether or not there is a reading: a detector by what it hears, whoever passes by. */
  readonly isHeard?: true;
  /** State by device that must survive a restart, committed in one transaction with `readings`. Small JSON; null forgets. */
  readonly remember?: ReadonlyMap<string, Json>;
}
/** A moment as a device told it: epoch ms, and when it was heard, monotonic ms. */
export interface ToldMoment {
  readonly time: number;
  readonly heardAt: number;
}
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface Decoder {
  /** The port has opened or reopened: gives what to write first, and forgets half-read cycles. */
  opened?(at: Moment): Step;
  /** The port has closed: what was asked is not answered. */
  closed?(at: Moment): Step;
  decode(frame: Uint8Array, at: Moment): Step;
  /** The source of a type that takes documents was asked, and has nothing new. */
  unchanged?(at: Moment): Step;
  /** Called at `dueAt` (by the monotonic clock): windows close, polls go out, answers time out. */
  due?(at: Moment): Step;
  /** When to call `due` next, monotonic ms; Infinity or absent means never. Asked after every call. */
  dueAt?(): number;
  /** Asks this device for a reading now (a cron schedule fired). */
  poll?(device: string, at: Moment): Step;
  /** Gives the command its turn; some later step, or this one, has its answer. Only of a type that has `command`. */
  command?(command: DeviceCommand, at: Moment): Step;
  /** The input has ended (end of file, gateway stopping): gives what is still pending, such as the last epoch or window. */
  end?(at: Moment): Step;
}

/** What a device is to do: an action of shared/orders/actions.ts whose place is a device, with its arguments. */
export interface DeviceOrder {
  readonly action: string;
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
}

/** What became of it. */
export interface Answered {
  readonly outcome: 'done' | 'refused' | 'failed' | 'interrupted';
  /** A word for programs. */
  readonly reason?: string;
  readonly text?: Text;
  readonly details?: Details;
}

/** An order in the words of the protocol, and what an answer means; or why it cannot be said. */
export type Encoded =
  | {
      readonly ok: true;
      /** As the type's decoder takes it: whole, or without what only the line knows (framing, transaction). */
      readonly bytes: Uint8Array;
      /** Undefined: it is no answer to this. */
      understand(answer: Uint8Array): Answered | undefined;
    }
  | { readonly ok: false; readonly reason: string; readonly text: Text };

/** An encoded order on its way. */
export interface DeviceCommand {
  /** By which its answer names it. */
  readonly id: number;
  readonly device: string;
  readonly encoded: Extract<Encoded, { ok: true }>;
}

export interface CommandAnswer extends Answered {
  readonly id: number;
}

/** A configured device. */
export interface ConfiguredDevice<Options> {
  readonly id: string;
  readonly options: Options;
  /** What its decoder last asked to remember, if anything. */
  readonly remembered?: Json;
}

export interface DeviceType<Schema extends GenericSchema = GenericSchema> {
  /** As written in a configuration's `type`. */
  readonly name: string;
  /** One line for the technician. */
  readonly summary: Text;
  readonly kinds: readonly ReadingKind[];
  /** Valibot object schema of the device's settings; each has a meaning and, if possible, a default. */
  readonly options: Schema;
  /** Options that only `decode` may set, on a recording: a configuration cannot, and a decoder on a port ignores them. */
  readonly decodeOnly?: readonly string[];
  /** Named profiles that ship with the type, as raw (unparsed) values of its `profile` setting. */
  readonly profiles?: Readonly<Record<string, unknown>>;
  readonly maxDevicesPerPort: number;
  /** How it is recognised on a line; absent: it never is, as what has no line. */
  readonly signature?: Signature<InferOutput<Schema>>;
  /** The type also takes whole messages (an MQTT port): a message is a frame, and nothing is due or written. */
  readonly takesMessages?: true;
  /** The type takes whole documents of an outside source (a web port), each with what it says of all devices on the port. */
  readonly takesDocuments?: true;
  /** A device with these options needs `Place.readHtml`. */
  readsHtml?(options: InferOutput<Schema>): boolean;
  /** Whether readings carry the device's own time (a GPS fix, a time in the line) instead of the gateway's. */
  keepsOwnTime?(options: InferOutput<Schema>): boolean;
  /** Its devices say nothing unless they are asked, so that a line which is closed in between is no fault. */
  readonly asksFirst?: true;
  /** Its steps carry moments by which a gateway may set its clock. */
  readonly setsClock?: true;
  /** That it works, only `Step.isHeard` tells, not its readings: what it sees passing by may be all that it still sees. */
  readonly provesItself?: true;
  /** How long a working device may be quiet, ms; 0 for ever. Undefined if only its own rhythm tells. */
  quietForMs?(options: InferOutput<Schema>): number | undefined;
  /** SenML units of what a device with these options sends; absent if they are those of its kinds. */
  units?(options: InferOutput<Schema>): Units;
  /** Every quantity that its readings may have; absent if only the device itself knows. */
  quantities?(options: InferOutput<Schema>): readonly string[];
  /** What its quantities cannot go beyond, however the device is set up. */
  limits?(options: InferOutput<Schema>): Readonly<Record<string, { readonly min: number; readonly max: number }>>;
  /** It is never asked by itself, only when a schedule says so (a type that asks first). */
  needsSchedule?(options: InferOutput<Schema>): boolean;
  /** The options by which a recording of such a line is decoded; absent if they are the same. */
  recorded?(options: InferOutput<Schema>, transport: Place['transport']): InferOutput<Schema>;
  /** Its address on a line with others; two devices of one address read the same unit. */
  address?(options: InferOutput<Schema>): string | number;
  /** The actions that a device with these options does. */
  commands?(options: InferOutput<Schema>): readonly string[];
  /** An order as bytes, and how its answer reads: pure. Its decoder has `command` then. */
  command?(order: DeviceOrder, options: InferOutput<Schema>): Encoded;
  /** What an option says that is allowed and can hardly be meant, or cannot work on such a line. */
  doubts?(options: InferOutput<Schema>, transport: Place['transport']): readonly Doubt[];
  /** Both take the devices of the port: at least one, at most `maxDevicesPerPort`. */
  framer(devices: readonly ConfiguredDevice<InferOutput<Schema>>[], place: Place): Framer;
  decoder(devices: readonly ConfiguredDevice<InferOutput<Schema>>[], place: Place): Decoder;
}

/** What is wrong with an option that its schema lets pass. */
export interface Doubt {
  /** The option, as its schema names it. */
  readonly option: string;
  readonly what: Text;
  readonly mend: Text;
  /** The device cannot work so. */
  readonly isFatal: boolean;
}

/** What a framer and a decoder may know about where they run. */
export interface Place {
  /** Epoch ms of the release: no live reading can be older. */
  readonly notBefore?: number;
  /** The day of a recording, if it is known: epoch ms of its noon, UTC. */
  readonly recordedOn?: number;
  /** Reads HTML pages; absent if no device needs it, or the parser is not installed. */
  readonly readHtml?: ReadHtml | undefined;
  /** Whose tags to look for, as of now; another array once it has changed. Absent if the gateway is told of no operators. */
  readonly operatorPatterns?: (() => readonly OperatorPattern[]) | undefined;
  /** Where a device that moves was at a moment (monotonic ms); undefined of one that stands, and if nobody knows. Absent: nothing moves. */
  readonly whereabouts?: ((device: string, monotonic: number) => TagPlace | undefined) | undefined;
  /** How the bytes travel ("file": a recording). Some protocols differ: Modbus RTU and Modbus TCP. */
  readonly transport: 'serial' | 'tcp' | 'file' | 'message';
}

/** The device of a port that takes only one. Throws a MachimoriError "not-one-device" for none or several. */
export function onlyDevice<Options>(devices: readonly ConfiguredDevice<Options>[]): ConfiguredDevice<Options> {
  const [device] = devices;
  if (device && devices.length === 1) return device;
  throw new MachimoriError('not-one-device', {
    what: say.notOneDevice({ count: devices.length }),
    on: devices.length === 0 ? say.portWithoutDevices() : listed(devices.map(({ id }) => id)),
    hint: say.onePortEach(),
  });
}

/** A rubbish's code and detail, for a person. */
export function rubbishText({ code, detail }: Pick<Rubbish, 'code' | 'detail'>): Text {
  return detail === undefined ? say.rubbishCode({ code }) : say.rubbish({ code, detail });
}

/** A step with one piece of rubbish. */
export function rubbishStep(code: RubbishCode, bytes: Uint8Array, detail: Text, device?: string): Step {
  return { rubbish: [{ code, bytes, detail, ...(device === undefined ? {} : { device }) }] };
}
