/**
 * What the network knows about a device: its session and its counters, and the JSON that is remembered of them.
 *
 * Session and counters are remembered separately, since only the counters change with each frame. The caller encrypts the
 * keys. Sources: LoRaWAN 1.0.4 (TS001) §4.3.1.5, §6; 1.1 §4.3.1.5, §6.
 */
import * as v from 'valibot';

/** Within 1.0.x only the DevNonce differs: random before 1.0.4, counted from then on. */
export const LORAWAN_VERSIONS = ['1.0.2', '1.0.3', '1.0.4', '1.1'] as const;
export type LorawanVersion = (typeof LORAWAN_VERSIONS)[number];

/** 16 bytes each. In 1.0.x the three network keys are all NwkSKey. */
export interface SessionKeys {
  readonly fNwkSIntKey: Uint8Array;
  readonly sNwkSIntKey: Uint8Array;
  readonly nwkSEncKey: Uint8Array;
  readonly appSKey: Uint8Array;
}

export interface Session {
  /** 8 lower-case hexadecimal digits. */
  readonly devAddr: string;
  readonly version: LorawanVersion;
  readonly keys: SessionKeys;
  /** From the join-accept or, with fixed keys, as the device is configured. */
  readonly rx1DelayMs: number;
  readonly rx1DrOffset: number;
  readonly rx2DataRate: number;
  /** Extra uplink channels of the device, Hz. */
  readonly channelsHz: readonly number[];
  /** In which opening of the file it began (openings.ts); absent with fixed keys, and in files of earlier releases. */
  readonly opening?: string | undefined;
  /** When, epoch ms. */
  readonly beganAt?: number | undefined;
}

export interface Counters {
  /** Of the last uplink; undefined before the first. */
  readonly up?: number | undefined;
  /** MIC of the last uplink, hexadecimal: distinguishes a retransmission from a device that has restarted. */
  readonly mic?: string | undefined;
  /** Answers given to the last uplink. */
  readonly answers: number;
  /** Of the next downlink; in 1.1, of the next one without application payload. */
  readonly down: number;
  /** 1.1: of the next downlink with application payload. */
  readonly appDown: number;
  /** Counters of the last confirmed downlinks, latest first: an ACK of the device is for one of them. */
  readonly confirmed: readonly number[];
  readonly adr: AdrState;
  /** TxParamSetupReq: how often the device was told the dwell times, and whether it answered. */
  readonly told: { readonly times: number; readonly isAnswered: boolean };
  /** When the device was last asked for its battery, epoch ms. */
  readonly statusAskedAt?: number | undefined;
  /** In which opening of the file `down` and `appDown` were last known to be right (openings.ts)… */
  readonly opening?: string | undefined;
  /** …and until when, epoch ms. */
  readonly sureAt?: number | undefined;
}

/** The state of adaptive data rate. */
export interface AdrState {
  /** Best SNR of the last uplinks at this data rate, dB, oldest first. */
  readonly snrs: readonly number[];
  readonly dataRate?: number | undefined;
  /** Index of the transmit power that the device acknowledged. */
  readonly txPower: number;
  /** An unanswered request; whether it was only for the channel mask. */
  readonly asked?:
    | { readonly dataRate: number; readonly txPower: number; readonly isForMask?: boolean | undefined }
    | undefined;
  /** When the last request was made, epoch ms. */
  readonly askedAt?: number | undefined;
  /** Refusals in a row: a device that cannot comply is not asked for ever. */
  readonly refusals: number;
  /** Requests in a row that were not answered: the device does not hear them, or does not know them. */
  readonly unanswered: number;
  /** The same of those for the channel mask alone. */
  readonly unansweredMasks: number;
  /** Whether the device has taken over the channel mask. */
  readonly isMasked: boolean;
  /** Uplinks in a row that ask whether the network hears them (ADRACKReq). */
  readonly pleas: number;
}

export const FIRST_COUNTERS: Counters = {
  answers: 0,
  down: 0,
  appDown: 0,
  confirmed: [],
  adr: { snrs: [], txPower: 0, refusals: 0, unanswered: 0, unansweredMasks: 0, isMasked: false, pleas: 0 },
  told: { times: 0, isAnswered: false },
};

/**
 * The counters of a device with fixed keys that counts its uplinks from 0 again. Downlinks count on: with the same keys no
 * counter may repeat, and the device accepts any higher one (1.0.3 §4.3.1.5: by at most 16,384).
 */
export function countersAfterReset({ down, appDown, opening, sureAt }: Counters): Counters {
  return { ...FIRST_COUNTERS, down, appDown, opening, sureAt };
}

/** The counters of a session that the device has not used yet. */
export function firstCounters({ opening, beganAt }: Pick<Session, 'opening' | 'beganAt'>): Counters {
  return { ...FIRST_COUNTERS, opening, sureAt: beganAt };
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const maybe = <S extends v.GenericSchema>(schema: S) => v.optional(schema);

const countersJson = v.object({
  up: maybe(count),
  mic: maybe(v.string()),
  answers: count,
  down: count,
  appDown: count,
  confirmed: v.array(count),
  adr: v.object({
    snrs: v.array(v.number()),
    dataRate: maybe(count),
    txPower: count,
    asked: maybe(v.object({ dataRate: count, txPower: count, isForMask: maybe(v.boolean()) })),
    askedAt: maybe(v.number()),
    refusals: count,
    unanswered: v.optional(count, 0),
    unansweredMasks: v.optional(count, 0),
    isMasked: v.optional(v.boolean(), false),
    pleas: v.optional(count, 0),
  }),
  told: v.object({ times: count, isAnswered: v.boolean() }),
  statusAskedAt: maybe(v.number()),
  opening: maybe(v.string()),
  sureAt: maybe(v.number()),
});

/** The remembered counters, or the counters of a new session if they are missing or unreadable. */
export function readCounters(remembered: unknown): Counters {
  const parsed = v.safeParse(countersJson, remembered);
  return parsed.success ? parsed.output : FIRST_COUNTERS;
}

/** A session as it is remembered, with encrypted keys. */
export const sessionJson = v.object({
  devAddr: v.string(),
  version: v.picklist(LORAWAN_VERSIONS),
  keys: v.string(),
  rx1DelayMs: count,
  rx1DrOffset: count,
  rx2DataRate: count,
  channelsHz: v.array(count),
  opening: maybe(v.string()),
  beganAt: maybe(v.number()),
});

/** Whether the session has the keys and counters of 1.1. */
export function isOneOne({ version }: Pick<Session, 'version'>): boolean {
  return version === '1.1';
}
