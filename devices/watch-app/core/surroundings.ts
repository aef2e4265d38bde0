/** What the detector meets outside itself. An app that embeds it passes these in; the folders beside this one have some ready made. */
import type { Place } from '../../../shared/enrolment/tag-id.ts';

/** One advertisement: the payload as it was on the air, or the parts of it that a platform hands over. */
export interface Heard {
  readonly payload?: Uint8Array | undefined;
  /** By company, as in the Assigned Numbers; the data without the company's two bytes. */
  readonly manufacturerData?: Iterable<readonly [company: number, data: Uint8Array]> | undefined;
  /** By service: a UUID of 4, 8 or 32 digits, with or without hyphens. */
  readonly serviceData?: Iterable<readonly [uuid: string, data: Uint8Array]> | undefined;
  /** dBm. */
  readonly rssi?: number | undefined;
}

/** What the operators' tags have in common, for platforms that want to know beforehand what is looked for. */
export interface Wanted {
  readonly companies: readonly number[];
  /** UUIDs with hyphens, in lower case. */
  readonly services: readonly string[];
  /** UUIDs of iBeacon fleets, likewise. */
  readonly beacons: readonly string[];
}

export type Hear = (heard: Heard) => void;
export type StopScan = () => Promise<void> | void;

export interface Scanner {
  /** Whether a scan can begin only while a person touches the page. Then it stays open between the slots, and is not listened to. */
  readonly needsTouch: boolean;
  /** Resolves once it listens. Rejects with a ScanError if it cannot. */
  start(hear: Hear, wanted: Wanted): Promise<StopScan>;
}

export const SCAN_FAULTS = ['bluetooth-off', 'not-allowed', 'not-supported', 'scan-failed'] as const;
export type ScanFault = (typeof SCAN_FAULTS)[number];

export class ScanError extends Error {
  readonly fault: ScanFault;

  constructor(fault: ScanFault, cause?: unknown) {
    super(fault, { cause });
    this.name = 'ScanError';
    this.fault = fault;
  }
}

/** Where the phone is; undefined if it does not know, or may not tell. */
export type Locate = (signal: AbortSignal) => Promise<Place | undefined>;

/**
 * Where the detector keeps its consent, the operators' list and what waits to be sent. All of it is the detector's: `clear` empties it.
 * `put` resolves once the value would survive the end of the app.
 */
export interface Store {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, value: Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
  keys(): Promise<readonly string[]>;
  clear(): Promise<void>;
}

/** What a hub says to an upload. */
export type Answer =
  /** It has it: the receipt as it came. */
  | { readonly kind: 'receipt'; readonly bytes: Uint8Array }
  /** It will never take it. */
  | { readonly kind: 'refused' }
  /** It asks for it later. */
  | { readonly kind: 'later'; readonly afterMs?: number | undefined };

/** The hub's door for phones. Both reject if the hub is not reached. */
export interface Hub {
  /** The signed list, as it came. */
  operators(signal: AbortSignal): Promise<Uint8Array>;
  upload(bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<Answer>;
}

/** Random bytes that nobody can foretell. */
export type Chance = (bytes: number) => Uint8Array;
