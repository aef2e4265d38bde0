/**
 * Birth and status messages: what a gateway is and how it is. The broker retains them for a city OS that connects later.
 * See docs/feed.md. Both are CBOR maps with text keys: people read them too, and they are sent rarely.
 */
import { textOf } from '../errors.ts';
import type { Text } from '../text.ts';
import { badMessage, FEED_VERSION, isCount, type Lane } from './batch.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { fromMap, toMap } from './record.ts';
import { say } from './words.ts';

/** One device of the gateway, as configured. */
export interface DeviceDescription {
  readonly id: string;
  readonly type: string;
  readonly kinds: readonly string[];
  /** SenML unit of each quantity. */
  readonly units: Readonly<Record<string, string>>;
  readonly group?: string;
  readonly profile?: string;
  /** The outside source that tells of it, as an address; absent for what the gateway senses itself. */
  readonly source?: string;
  /** WGS 84 degrees, and the name of the place. */
  readonly place?: { readonly lat?: number; readonly lon?: number; readonly name?: string };
  readonly thresholds?: readonly {
    readonly alarm: string;
    readonly quantity: string;
    readonly raise: number;
    readonly clear: number;
  }[];
}

export interface Birth {
  readonly gateway: string;
  readonly tenant: string;
  readonly software: string;
  /** Epoch of the batches to come; a new one ends the old numbering. */
  readonly epoch: string;
  /** Epoch ms. */
  readonly at: number;
  readonly devices: readonly DeviceDescription[];
}

export interface Status {
  readonly gateway: string;
  readonly state: 'online' | 'offline';
  /** Epoch ms; absent in the last will, which is written in advance. */
  readonly at?: number;
  readonly epoch: string;
  /** Highest number sealed so far, so that a receiver knows what is still to come. */
  readonly sealed?: number;
  /** Waiting batches, by lane. */
  readonly waiting?: Readonly<Record<Lane, number>>;
  readonly clockSynchronised?: boolean;
  /** Devices that have not reported for longer than they may: how many, and the first `MAX_SILENT_NAMED` of them. */
  readonly silent?: { readonly count: number; readonly devices: readonly string[] };
  /** What is wrong at the gateway, the worst first: a code and a sentence for people each. Only its own tenant is told. */
  readonly problems?: readonly { readonly code: string; readonly en: string; readonly ja: string }[];
}

export const MAX_SILENT_NAMED = 100;
export const MAX_PROBLEMS_TOLD = 20;

export function encodeBirth(birth: Birth): Uint8Array {
  return encodeCbor(toMap({ version: FEED_VERSION, ...birth }));
}

export function encodeStatus(status: Status): Uint8Array {
  return encodeCbor(toMap({ version: FEED_VERSION, ...status }));
}

/** Throws a MachimoriError "bad-message" if the bytes are not a birth of this version. */
export function decodeBirth(bytes: Uint8Array): Birth {
  const birth = decodeRecord(bytes, say.aBirth());
  if (!Array.isArray(birth.devices)) throw badMessage(say.aBirth(), say.noDevices());
  return birth as unknown as Birth; // the members that receivers rely on were checked; the rest is description
}

/** Throws a MachimoriError "bad-message" if the bytes are not a status of this version. */
export function decodeStatus(bytes: Uint8Array): Status {
  const what = say.aStatus();
  const status = decodeRecord(bytes, what);
  if (status.state !== 'online' && status.state !== 'offline') throw badMessage(what, say.unknownState());
  if (status.sealed !== undefined && !isCount(status.sealed)) throw badMessage(what, say.badSealed());
  return status as unknown as Status; // as in decodeBirth
}

function decodeRecord(bytes: Uint8Array, what: Text): Record<string, unknown> {
  let record: unknown;
  try {
    record = fromMap(decodeCbor(bytes));
  } catch (cause) {
    throw badMessage(what, say.notCbor({ why: textOf(cause) }));
  }
  if (typeof record !== 'object' || record === null || !('version' in record) || record.version !== FEED_VERSION) {
    throw badMessage(what, say.notVersion({ expected: FEED_VERSION }));
  }
  if (!('gateway' in record) || typeof record.gateway !== 'string') throw badMessage(what, say.noGateway());
  if (!('epoch' in record) || typeof record.epoch !== 'string') throw badMessage(what, say.noEpoch());
  return { ...record };
}
