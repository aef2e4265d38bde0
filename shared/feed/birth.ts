/**
 * Birth and status: what a gateway is, retained by the broker so that a city OS that connects later knows it. See
 * docs/feed.md. Both are CBOR maps with text keys, since they are read by people as well and sent seldom.
 */
import { badMessage, FEED_VERSION, isCount, type Lane } from './batch.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';

/** One device of the gateway, as configured. */
export interface DeviceDescription {
  readonly id: string;
  readonly type: string;
  readonly kinds: readonly string[];
  /** SenML unit of each quantity. */
  readonly units: Readonly<Record<string, string>>;
  readonly group?: string;
  readonly profile?: string;
  /** WGS 84 degrees, and what people call the place. */
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
  /** Epoch of the batches to come; a receiver that sees a new one knows that the old numbering has ended. */
  readonly epoch: string;
  /** Epoch ms. */
  readonly at: number;
  readonly devices: readonly DeviceDescription[];
}

export interface Status {
  readonly gateway: string;
  readonly state: 'online' | 'offline';
  /** Epoch ms; absent in the last will, which is written before it happens. */
  readonly at?: number;
  readonly epoch: string;
  /** Highest number sealed so far: a receiver that has not seen it knows what is still to come. */
  readonly sealed?: number;
  /** Batches that wait, by lane. */
  readonly waiting?: Readonly<Record<Lane, number>>;
  readonly clockSynchronised?: boolean;
}

export function encodeBirth(birth: Birth): Uint8Array {
  return encodeCbor(toMap({ version: FEED_VERSION, ...birth }));
}

export function encodeStatus(status: Status): Uint8Array {
  return encodeCbor(toMap({ version: FEED_VERSION, ...status }));
}

/** Throws a MachimoriError "bad-message" where the bytes are no birth of this version. */
export function decodeBirth(bytes: Uint8Array): Birth {
  const birth = decodeRecord(bytes, 'a birth');
  if (!Array.isArray(birth.devices)) throw badMessage('a birth', 'it has no list of devices');
  return birth as unknown as Birth; // what a stranger may rely on was checked; the rest is description
}

/** Throws a MachimoriError "bad-message" where the bytes are no status of this version. */
export function decodeStatus(bytes: Uint8Array): Status {
  const status = decodeRecord(bytes, 'a status');
  if (status.state !== 'online' && status.state !== 'offline') throw badMessage('a status', 'its state is unknown');
  if (status.sealed !== undefined && !isCount(status.sealed)) throw badMessage('a status', 'its sealed is no count');
  return status as unknown as Status; // as in decodeBirth
}

function decodeRecord(bytes: Uint8Array, what: string): Record<string, unknown> {
  let record: unknown;
  try {
    record = fromMap(decodeCbor(bytes));
  } catch (cause) {
    throw badMessage(what, `it is no well-formed CBOR (${cause instanceof Error ? cause.message : cause})`);
  }
  if (typeof record !== 'object' || record === null || !('version' in record) || record.version !== FEED_VERSION) {
    throw badMessage(what, `it is not of version ${FEED_VERSION}`);
  }
  if (!('gateway' in record) || typeof record.gateway !== 'string') throw badMessage(what, 'it names no gateway');
  if (!('epoch' in record) || typeof record.epoch !== 'string') throw badMessage(what, 'it names no epoch');
  return { ...record };
}

function toMap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toMap);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, toMap(member)]),
  );
}

function fromMap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromMap);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...value].map(([key, member]) => [String(key), fromMap(member)]));
}
