/**
 * Where bytes come from.
 *
 * A port type is a row of catalogue.ts: its settings, its own check, and how it opens. What it opens has one of six
 * shapes, and `run.ts` wires the shape, never the type.
 *
 *   stream          bytes in both directions; the devices on it share one line
 *   messages        whole messages by topic, one topic a device
 *   radio           LoRaWAN frames as stations heard them (radio.ts)
 *   network-server  events of another LoRaWAN network server
 *   feed            batches of other gateways, as at a hub
 *   documents       whole documents of an outside source, each about all devices on the port
 *
 * An open port hands over what comes and, when its source goes away, opens it again, until the signal aborts. Nothing a
 * source does makes `run` reject.
 */
import type { GenericSchema, InferOutput } from 'valibot';
import type { Rubbish } from '../../devices/device-type.ts';
import type { BatchHeader } from '../../shared/feed/batch.ts';
import type { Message, Origin } from '../../shared/feed/topics.ts';
import type { Reading } from '../../shared/reading.ts';
import type { Text } from '../../shared/text.ts';
import type { Optional } from '../machine/optional-packages.ts';
import type { DialIn } from '../net/dial-in.ts';
import type { HostTurns } from '../net/host-turns.ts';
import type { OpenHttp } from '../net/http.ts';
import type { ConnectionSurroundings, Retry } from '../net/keep-open.ts';
import type { ConnectMqtt } from '../net/mqtt-connection.ts';
import type { Fault, Path } from '../words/fault.ts';
import type { ChannelPlan, RadioPort } from './radio.ts';

export interface PortType<Schema extends GenericSchema = GenericSchema> {
  /** As written in a configuration's `type`. */
  readonly name: string;
  readonly shape: OpenPort['shape'];
  /** How the bytes of a stream travel, for device types that differ by it; "serial" unless it says. */
  readonly transport?: 'serial' | 'tcp';
  /** A strict object with `name` and `type`, and a meaning for each setting. */
  readonly settings: Schema;
  /** What no single setting can know: what lies open, what is missing beside it, what contradicts it. */
  check?(settings: InferOutput<Schema>, path: Path, devices: readonly PortDevice[]): Fault[];
  /** What this machine lacks for it now, for whoever checks a configuration where it will run. */
  lacks?(settings: InferOutput<Schema>, path: Path): Fault[];
  /** Packages that somebody may not have installed, and that it is nothing without. */
  needs?(settings: InferOutput<Schema>): readonly Optional[];
  /** The outside source that it asks, as a city OS may know it: what comes from there is no sensor of this gateway. */
  source?(settings: InferOutput<Schema>): string;
  /** Of shape `feed`: batches go straight to the destinations, and nothing waits here. */
  isWorker?(settings: InferOutput<Schema>): boolean;
  /** Of shape `feed`: it fetches what others have taken in, and nobody sends here. */
  readonly fetches?: boolean;
  /** What only one port can have open at a time: a device file, an address. */
  line?(settings: InferOutput<Schema>): string;
  /** Says what it finds at the other end, without taking anything; rejects with what is wrong. */
  probe?(settings: InferOutput<Schema>, asker: ProbeSurroundings, signal: AbortSignal): Promise<Text>;
  open(settings: InferOutput<Schema>, surroundings: PortSurroundings): OpenPort;
}

/** A device that is configured on a port, as far as a port's check needs to know it. */
export interface PortDevice {
  readonly id: string;
  readonly topic?: string | undefined;
  readonly path: Path;
}

/** A port as configured. */
export interface PortConfig {
  readonly name: string;
  readonly portType: PortType;
  /** Parsed by the schema of its type. */
  readonly settings: unknown;
}

/** What a port needs to look at its other end. */
export type ProbeSurroundings = Pick<PortSurroundings, 'clock' | 'gateway'>;

/** What a port remembers over restarts, in the buffer. */
export interface PortMemory {
  read(key: string): string | undefined;
  /** Resolves when it is durable, with everything that was stored before. */
  keep(key: string, value: string): Promise<void>;
  /** Whether the buffer has room for what could wait where it is. */
  hasRoom(): boolean;
}

/** What a port needs besides its own settings. */
export interface PortSurroundings extends ConnectionSurroundings {
  readonly connect: ConnectMqtt;
  readonly openHttp: OpenHttp;
  /** Answers devices that dial in. */
  readonly dialIn: DialIn;
  /** When a stranger's server may be asked. */
  readonly turns: HostTurns;
  /** Whose port it is: gateways may give their ports the same names, and a broker tells sessions apart by name. */
  readonly tenant: string;
  readonly gateway: string;
  /** The LoRaWAN channels that stations use. */
  readonly plan: ChannelPlan;
  /** Who may send batches. */
  readonly gateways: GatewayLogins;
  readonly memory: PortMemory;
  /** The operators' list of this hub. */
  readonly operators: SignedOperators;
  /** The file behind a path below the releases that this hub offers; undefined if it is no such path. */
  offered(path: string): string | undefined;
  /** The orders of this hub; absent at a gateway that is none. */
  readonly orders?: WaitingOrders | undefined;
}

/** Orders that have no result yet (hub/hub-orders.ts). */
export interface WaitingOrders {
  /** What is to be published to a gateway that has just been heard. `isNew`: what went out before has not reached it. */
  due(to: Origin, isNew?: boolean): readonly Uint8Array[];
  /** What nothing was heard of for a while. Rejects if the disk takes nothing. */
  again(): Promise<readonly { readonly to: Origin; readonly message: Uint8Array }[]>;
  /** Calls `listener` with each that is to be published, until the returned function is called. */
  onOrdered(listener: (to: Origin, message: Uint8Array) => void): () => void;
}

export interface SignedOperators {
  /** The newest signed list, and a digest of its bytes; undefined if there is none. */
  readonly current: { readonly bytes: Uint8Array; readonly digest: string } | undefined;
  /** By which an edge knows the lists of this hub: Ed25519, base64url. Throws a MachimoriError if the key cannot be read. */
  readonly listKey: string;
  /** Whether there is such an operator. */
  has(operator: string): boolean;
  /** Whether there was, until it was revoked. */
  isRevoked(operator: string): boolean;
  /** Calls `listener` when there is another, until the returned function is called. */
  onChanged(listener: () => void): () => void;
}

export interface GatewayLogin extends Origin {
  /** A neighbouring hub: it sends on what any gateway sent it. */
  readonly isHub?: boolean;
}

/** The gateways that are enrolled at this hub. */
export interface GatewayLogins {
  has(origin: Origin): boolean;
  /** Undefined: nobody who may. */
  login(user: string, password: string, at: number): GatewayLogin | undefined;
  /** By the SHA-256 of its certificate, in hexadecimal. `at`: epoch ms, for its end. */
  certified(fingerprint: string, at: number): GatewayLogin | undefined;
  /** Calls `listener` with each that may no longer send, until the returned function is called. */
  onRevoked(listener: (revoked: Origin) => void): () => void;
}

export type OpenPort = StreamPort | MessagePort | RadioPort | NetworkServerPort | FeedPort | DocumentPort;

/** What takes the bytes of a stream. */
export interface Receiver {
  /** Nothing comes unless it is asked for: a source that closes in between is opened again by the next write. */
  readonly asksFirst?: boolean;
  /** The source is open (again): whatever was half-read is void. */
  opened(): void;
  bytes(chunk: Uint8Array): void;
  /** The source of a receiver that asks first has closed, which is no fault. */
  idle?(): void;
  /** Somebody was turned away, and is not heard until that is mended. */
  turnedAway?(rubbish: Rubbish): void;
  /** The source is gone or could not be opened, why, and when it is tried again. */
  closed(why: Text, retry?: Retry): void;
}

export interface StreamPort {
  readonly shape: 'stream';
  /** As the technician wrote it: "/dev/ttyUSB0", "tcp://10.0.0.5:4001". */
  readonly path: string;
  readonly transport: 'serial' | 'tcp';
  run(receiver: Receiver, signal: AbortSignal): Promise<void>;
  /** Writes to the source. While it is closed the bytes are dropped and the promise resolves. */
  write(bytes: Uint8Array): Promise<void>;
  /** Closes the source, which is then opened again. Absent where nothing can be opened: whoever is there has come by itself. */
  reopen?(): void;
}

/** What takes messages. */
export interface MessageReceiver {
  opened(): void;
  /** Resolves when the message may be acknowledged. */
  message(topic: string, payload: Uint8Array): Promise<void>;
  /** Another client has the name of this port's session at its broker, and ended it. */
  rival(): void;
  closed(why: Text, retry?: Retry): void;
}

/** The receiver of a port whose devices are behind a broker. */
export interface DoorReceiver extends MessageReceiver {
  /** Something came that is no device's fault and was left alone; whoever sent it goes on. */
  ignored(rubbish: Rubbish): void;
  /** Somebody was turned away, and is not heard until that is mended. */
  turnedAway(rubbish: Rubbish): void;
}

export interface MessagePort {
  readonly shape: 'messages';
  readonly path: string;
  run(topics: readonly string[], receiver: DoorReceiver, signal: AbortSignal): Promise<void>;
}

/** What takes documents. */
export interface DocumentReceiver {
  /** The source answers (again). */
  opened(): void;
  /** A document that differs from the one before, in UTF-8 with a byte order mark. Resolves when its readings are stored. */
  document(text: Uint8Array): Promise<void>;
  /** The source was asked and has nothing new. */
  unchanged(): void;
  /** The source answers, but with what cannot be taken. */
  unusable(rubbish: Rubbish): void;
  closed(why: Text, retry?: Retry): void;
}

export interface DocumentPort {
  readonly shape: 'documents';
  readonly path: string;
  run(receiver: DocumentReceiver, signal: AbortSignal): Promise<void>;
}

/** Another LoRaWAN network server, which keeps the devices' keys and sessions itself. */
export interface NetworkServerPort {
  readonly shape: 'network-server';
  readonly path: string;
  /** The only application whose devices come by this port; undefined: any. */
  readonly application: string | undefined;
  run(receiver: MessageReceiver, signal: AbortSignal): Promise<void>;
  /** Rejects if there is no connection, or it is lost before the broker has acknowledged. */
  publish(topic: string, payload: Uint8Array): Promise<void>;
}

/** What takes the feed of other gateways. */
export interface FeedReceiver {
  opened(): void;
  /** A message of the feed; resolves with the receipt, for a batch or gap, once it is stored. Rejects if it cannot be: nothing is answered. */
  take(from: Origin, message: FeedMessage, payload: Uint8Array): Promise<Uint8Array | undefined>;
  /** Somebody was turned away, and is not heard until that is mended. */
  turnedAway(rubbish: Rubbish): void;
  /** A message was left alone; its gateway sends it again. */
  ignored(rubbish: Rubbish): void;
  /** Why nothing comes although the source is open; undefined: that is over. */
  heldBack?(why: Text | undefined): void;
  closed(why: Text, retry?: Retry): void;
}

/** What a gateway may send. */
export const FEED_MESSAGES = ['batch', 'gap', 'birth', 'status', 'result'] as const satisfies readonly Message[];
export type FeedMessage = (typeof FEED_MESSAGES)[number];

export interface FeedPort {
  readonly shape: 'feed';
  readonly path: string;
  /** As its type's `isWorker`. */
  readonly isWorker: boolean;
  /** Whether a batch is such as may come by this door; absent: any that is well formed. `bytes`: of the message. */
  accepts?(header: BatchHeader, bytes: number, readings: readonly Reading[]): boolean;
  run(receiver: FeedReceiver, signal: AbortSignal): Promise<void>;
}
