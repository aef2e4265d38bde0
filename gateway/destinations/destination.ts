/**
 * Where batches go.
 *
 * A destination type is a row of catalogue.ts: its settings, its own check, and how it opens. A destination opens a
 * session, which sends batches and gaps. Each is answered by a receipt, which means that the other side has stored it, or the
 * promise rejects and the forwarder sends the same bytes again. A session that ends is replaced by a new one. A destination
 * never queues: the buffer is the only queue.
 */
import type { GenericSchema, InferOutput } from 'valibot';
import type { Clock } from '../../shared/clock.ts';
import type { Birth, DeviceDescription } from '../../shared/feed/birth.ts';
import type { Receipt } from '../../shared/feed/receipt.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import type { Reading } from '../../shared/reading.ts';
import type { Text } from '../../shared/text.ts';
import type { Outgoing } from '../buffer/outgoing.ts';
import type { Log } from '../machine/log.ts';
import type { Optional } from '../machine/optional-packages.ts';
import type { Enrolment } from '../net/enrolment.ts';
import type { OpenHttp } from '../net/http.ts';
import type { ConnectMqtt } from '../net/mqtt-connection.ts';
import type { Fault, Path } from '../words/fault.ts';
import type { CommonSettings } from './common-settings.ts';

export interface DestinationType<Schema extends GenericSchema = GenericSchema> {
  /** As written in a configuration's `type`. */
  readonly name: string;
  /** A strict object of `commonSettings`, `type` and what is special to it, with a meaning for each. */
  readonly settings: Schema;
  /** It hands batches on as they are, under the name and number they have. */
  readonly sendsOn?: boolean;
  /**
   * Whether it knows each batch by its number, whichever of several workers brings it, and answers only what is committed: what is needed
   * of a destination that workers hand batches to without a buffer between.
   */
  storesOnce?(settings: InferOutput<Schema>): boolean;
  /** What no single setting can know: what is missing, what contradicts what, what travels in clear. */
  check?(settings: InferOutput<Schema>, path: Path): Fault[];
  /** Packages that somebody may not have installed, and that it is nothing without. */
  needs?(settings: InferOutput<Schema>): readonly Optional[];
  /** Base64url: by which it knows the operators' list of the hub at the other end; undefined if nothing says so. */
  listKey?(settings: InferOutput<Schema>): string | undefined;
  /** Whose orders the hub at the other end may pass on, as its enrolment says; absent or empty if nobody's. */
  orderKeys?(settings: InferOutput<Schema>): NonNullable<Enrolment['orderKeys']>;
  /** Where it writes. Two destinations of one tenant at the same place would overwrite each other. */
  place(settings: InferOutput<Schema>): string;
  /** What is wrong with two there, if it is more than that. */
  samePlace?(at: { readonly place: string }): Text;
  open(settings: InferOutput<Schema>, surroundings: DestinationSurroundings): Destination;
  /** Erases sightings from what it keeps, and says how many; undefined if that is done another way. Absent if it keeps none. */
  eraseSightings?(settings: InferOutput<Schema>, whose: Whose, dataDirectory: string): Promise<number> | undefined;
}

/** Sightings of a tag of the city's own, or to an operator: by that value. */
export interface Whose {
  readonly quantity: 'tag' | 'operator';
  readonly is: string;
}

/** A destination as configured: what all have in common, and its type with the settings parsed by that type's schema. */
export interface DestinationConfig extends CommonSettings {
  readonly destinationType: DestinationType;
  readonly settings: unknown;
}

/** What a destination needs besides its own settings. */
export interface DestinationSurroundings {
  readonly gateway: string;
  /** Under which it publishes. */
  readonly tenant: string;
  /** "machimori 0.1.0". */
  readonly software: string;
  /** The epoch in which its batches are sealed now. */
  epoch(): string;
  /** The devices whose readings go there: the same list for as long as nothing changes. */
  devices(): readonly DeviceDescription[];
  /**
   * Whether the destination wants a reading of a batch from elsewhere, which waits as it came. Always true of what was sealed here,
   * which holds nothing else.
   */
  accepts(reading: Reading, origin: Origin): boolean;
  /** How a device was described by its gateway; undefined if its birth has not come, or does not name it. */
  describe(device: string, origin: Origin): DeviceDescription | undefined;
  /** The gateways whose batches pass through, at a hub. */
  readonly others?: KnownGateways;
  /** Which of all devices are silent. */
  silent(): Iterable<string>;
  /** Until when all devices are maintained, epoch ms; undefined if they are not. */
  maintenanceUntil?(): number | undefined;
  /** What is wrong at the gateway; nothing for a destination of another tenant. */
  problems(): readonly Text[];
  readonly clock: Clock;
  readonly log: Log;
  readonly connect: ConnectMqtt;
  readonly openHttp: OpenHttp;
  /** Takes an operators' list as it came; absent if none is to be asked for there. */
  readonly takeOperators?: (signed: Uint8Array) => void;
  /** Takes an order as it came; `answer` tells its result, as long as the session lasts. Absent if nobody may order anything. */
  readonly takeOrder?: (message: Uint8Array, answer: (result: Uint8Array) => void) => void;
  /** Gives an order that somebody asked for there, once, and tells what became of it; absent at a gateway that gives none. */
  readonly orderOf?: AskOrder;
  /** Where a destination may keep files of its own, named after it. */
  readonly dataDirectory: string;
}

/** An order that somebody asked for by way of a destination. */
export interface WantedOrder extends Origin {
  readonly device?: string;
  readonly action: string;
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
  /** Two with the same are one order. */
  readonly key: string;
  /** Epoch ms. */
  readonly issuedAt: number;
  /** By default as its action has it. */
  readonly expiresAt?: number | undefined;
}

/** As FIWARE's IoT Agents name it. */
export interface OrderStanding {
  readonly state: 'PENDING' | 'OK' | 'ERROR' | 'EXPIRED';
  /** What there is to say of it. */
  readonly info: Text | undefined;
}

/** Rejects if the disk takes nothing: it is asked for again. */
export type AskOrder = (wanted: WantedOrder) => Promise<OrderStanding>;

/** What other gateways say of themselves. */
export interface KnownGateways {
  /** The last birth of each: the same object until another one comes. */
  births(): Iterable<Birth>;
}

export interface Session {
  /**
   * Resolves with the receipt; rejects when the session ends or no receipt comes in time, and with `PacketTooLarge` if the broker says
   * so. `taken` is called when the broker has taken it, which is before the receipt.
   */
  send(outgoing: Outgoing, taken?: () => void): Promise<Receipt>;
  /** The largest batch that the broker says it takes; undefined if it says nothing. */
  readonly maxBatchBytes?: number | undefined;
  /** Tells the destination how things stand; called now and then. */
  report(standing: Standing): Promise<void>;
  /** What is wrong although it is open, a sentence each with what to do. */
  problems?(): readonly Text[];
  /** Why nothing that is sent is taken at present, with what to do; undefined if it is, or nobody knows. */
  trouble?(): Text | undefined;
  /** Resolves with the reason when the session has ended. */
  readonly ended: Promise<Text>;
  close(standing: Standing): Promise<void>;
}

/** How things stand at the gateway, for the status message. */
export interface Standing {
  readonly at: number;
  readonly sealed: number;
  readonly waiting: { readonly routine: number; readonly urgent: number };
  readonly clockSynchronised: boolean;
}

export interface Destination {
  readonly name: string;
  /** Batches on their way at once. */
  readonly window: number;
  /** Bytes of batches on their way at once; a single batch may be larger. */
  readonly windowBytes: number;
  /** A lost connection is retried after a random part of this. */
  readonly reconnectWithinMs: number;
  /** A connection may be open and lead nowhere: without any receipt it is opened anew (no-answer.ts). */
  readonly mayBeDeaf?: boolean;
  /** Its receipts say no more than that a broker has the batch. */
  readonly takesBrokersWord?: boolean;
  /** Whether another box is found to speak in this gateway's name, where that can be found out. */
  hasRival?(): boolean;
  /** Bytes of the description of its devices, while it is left out because the broker does not take it. */
  birthLeftOut?(): number | undefined;
  /** Looks at what is there, and leaves nothing behind: for `check --connect`. Rejects if it cannot be reached, or lets nobody in. */
  probe?(signal: AbortSignal): Promise<Text>;
  /** Rejects if the destination cannot be reached. */
  open(signal: AbortSignal): Promise<Session>;
}
