/**
 * What the network knows of one device: its session and its counters, and the JSON that is remembered of them.
 *
 * Session and counters are remembered apart, since only the counters change with each frame. Keys are sealed by whoever
 * remembers them. Sources: LoRaWAN 1.0.4 (TS001) §4.3.1.5, §6; 1.1 §4.3.1.5, §6.
 */
import * as v from 'valibot';

/** 1.0.x differ in how a DevNonce is made: at random before 1.0.4, counted from then on. */
export const LORAWAN_VERSIONS = ['1.0.2', '1.0.3', '1.0.4', '1.1'] as const;
export type LorawanVersion = (typeof LORAWAN_VERSIONS)[number];

/** 16 bytes each. In 1.0.x the three network keys are one, NwkSKey. */
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
  /** As the join-accept gave them, or the device was made for. */
  readonly rx1DelayMs: number;
  readonly rx1DrOffset: number;
  readonly rx2DataRate: number;
  /** Extra uplink channels of the device, Hz. */
  readonly channelsHz: readonly number[];
}

export interface Counters {
  /** Of the last uplink; undefined before the first. */
  readonly up?: number | undefined;
  /** MIC of the last uplink, hexadecimal: tells a retransmission from a device that has begun anew. */
  readonly mic?: string | undefined;
  /** Answers given to the last uplink. */
  readonly answers: number;
  /** Of the next downlink. In 1.1 of those without a payload for the application. */
  readonly down: number;
  /** 1.1: of the next downlink with a payload for the application. */
  readonly appDown: number;
  /** Counters of the last confirmed downlinks, the last one first: an ACK of the device is for one of them. */
  readonly confirmed: readonly number[];
  readonly adr: AdrState;
  /** TxParamSetupReq: how often the device was told of the dwell times, and whether it has answered. */
  readonly told: { readonly times: number; readonly isAnswered: boolean };
  /** Epoch ms at which the device was last asked for its battery. */
  readonly statusAskedAt?: number | undefined;
}

/** What adaptation of the data rate knows. */
export interface AdrState {
  /** Best SNR of the last uplinks at this data rate, dB, oldest first. */
  readonly snrs: readonly number[];
  readonly dataRate?: number | undefined;
  /** Index of the transmit power that the device has acknowledged. */
  readonly txPower: number;
  /** What it was asked for and has not answered. */
  readonly asked?: { readonly dataRate: number; readonly txPower: number } | undefined;
  /** Refusals in a row: a device that cannot is not asked for ever. */
  readonly refusals: number;
}

export const FIRST_COUNTERS: Counters = {
  answers: 0,
  down: 0,
  appDown: 0,
  confirmed: [],
  adr: { snrs: [], txPower: 0, refusals: 0 },
  told: { times: 0, isAnswered: false },
};

/**
 * Those of a device with fixed keys that counts its uplinks from the beginning again. Downlinks count on: the keys are the same,
 * so a counter must not come twice, and the device takes any that is higher (1.0.3 §4.3.1.5: by at most 16,384).
 */
export function countersAfterReset({ down, appDown }: Counters): Counters {
  return { ...FIRST_COUNTERS, down, appDown };
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
    asked: maybe(v.object({ dataRate: count, txPower: count })),
    refusals: count,
  }),
  told: v.object({ times: count, isAnswered: v.boolean() }),
  statusAskedAt: maybe(v.number()),
});

/** As they were remembered; those of a new session where there are none or they cannot be read. */
export function readCounters(remembered: unknown): Counters {
  const parsed = v.safeParse(countersJson, remembered);
  return parsed.success ? parsed.output : FIRST_COUNTERS;
}

/** A session as it is remembered, its keys sealed. */
export const sessionJson = v.object({
  devAddr: v.string(),
  version: v.picklist(LORAWAN_VERSIONS),
  keys: v.string(),
  rx1DelayMs: count,
  rx1DrOffset: count,
  rx2DataRate: count,
  channelsHz: v.array(count),
});
export type SessionJson = v.InferOutput<typeof sessionJson>;

/** Whether the session has the keys and counters of 1.1. */
export function isOneOne({ version }: Pick<Session, 'version'>): boolean {
  return version === '1.1';
}
