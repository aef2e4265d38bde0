/**
 * PHYPayload: LoRaWAN frames as on the air, still encrypted, and as their parts.
 *
 * Promise: any bytes give a frame or the reason why they are not one; encoding a frame gives the bytes it came from.
 * Bounds: `maxPhyPayloadBytes`; anything longer is not a frame. Reserved bits are ignored, as the specification asks.
 * Sources: LoRaWAN L2 1.0.4 (TS001) §4 and §6.2, LoRaWAN 1.1 §4 and §6.2. All numbers are little-endian on the air.
 */
import type { Text } from '../../shared/text.ts';
import {
  devAddrAt,
  devAddrBytes,
  euiAt,
  euiBytes,
  littleEndian,
  netIdAt,
  netIdBytes,
  numberAt,
} from './identifiers.ts';
import { say } from './words.ts';

/** LoRa carries 255 bytes; no region allows a MACPayload above 250. */
export const maxPhyPayloadBytes = 255;
export const maxFOptsBytes = 15;
export const MIC_BYTES = 4;

export type Direction = 'up' | 'down';

export const DATA_TYPES = [
  'unconfirmed-data-up',
  'unconfirmed-data-down',
  'confirmed-data-up',
  'confirmed-data-down',
] as const;

export type DataType = (typeof DATA_TYPES)[number];

export interface JoinRequest {
  readonly type: 'join-request';
  /** EUIs: 16 lower-case hexadecimal digits, in the order printed on a device. AppEUI before 1.1. */
  readonly joinEui: string;
  readonly devEui: string;
  /** 0..65535. */
  readonly devNonce: number;
  readonly mic: Uint8Array;
}

export interface JoinAccept {
  readonly type: 'join-accept';
  /** 16 bytes, or 32 with a CFList; the last four decrypted bytes are the MIC. */
  readonly encrypted: Uint8Array;
}

export interface DataFrame {
  readonly type: DataType;
  /** 8 lower-case hexadecimal digits. */
  readonly devAddr: string;
  readonly adr: boolean;
  /** Uplinks only. */
  readonly adrAckReq: boolean;
  readonly ack: boolean;
  /** Uplinks only: the device is in class B. */
  readonly classB: boolean;
  /** Downlinks only: more is waiting. */
  readonly fPending: boolean;
  /** The low 16 bits of the frame counter. */
  readonly fCnt16: number;
  /** MAC commands, encrypted in 1.1; at most 15 bytes. */
  readonly fOpts: Uint8Array;
  /** 0 (MAC commands) to 255; absent with an empty payload. */
  readonly fPort?: number;
  /** FRMPayload, encrypted. */
  readonly payload: Uint8Array;
  readonly mic: Uint8Array;
}

/** LoRaWAN 1.1 §6.2.4. */
export type RejoinRequest = {
  readonly type: 'rejoin-request';
  readonly devEui: string;
  /** RJcount0 of types 0 and 2, RJcount1 of type 1; it stands in for the DevNonce. */
  readonly rjCount: number;
  readonly mic: Uint8Array;
} & (
  | {
      readonly rejoinType: 0 | 2;
      /** 6 lower-case hexadecimal digits. */
      readonly netId: string;
    }
  | { readonly rejoinType: 1; readonly joinEui: string }
);

export interface Proprietary {
  readonly type: 'proprietary';
  /** Everything after the first byte. */
  readonly bytes: Uint8Array;
}

export type PhyPayload = JoinRequest | JoinAccept | DataFrame | RejoinRequest | Proprietary;

export type Parsed = { readonly ok: true; readonly frame: PhyPayload } | { readonly ok: false; readonly detail: Text };

export function directionOf(type: DataType): Direction {
  return type === 'unconfirmed-data-up' || type === 'confirmed-data-up' ? 'up' : 'down';
}

export function isDataFrame(frame: PhyPayload): frame is DataFrame {
  return DATA_TYPES.some((type) => type === frame.type);
}

/** The part that the MIC covers. */
export function withoutMic(phyPayload: Uint8Array): Uint8Array {
  return phyPayload.subarray(0, -MIC_BYTES);
}

export function appendMic(message: Uint8Array, mic: Uint8Array): Uint8Array {
  const phyPayload = new Uint8Array(message.length + MIC_BYTES);
  phyPayload.set(message);
  phyPayload.set(mic.subarray(0, MIC_BYTES), message.length);
  return phyPayload;
}

/** The frame's parts share the memory of `bytes`. */
export function parsePhyPayload(bytes: Uint8Array): Parsed {
  const mhdr = bytes[0];
  if (mhdr === undefined) return malformed(say.empty());
  if (bytes.length > maxPhyPayloadBytes) return malformed(say.tooLong({ bytes: bytes.length }));
  if ((mhdr & 0b11) !== 0) return malformed(say.wrongMajor({ major: mhdr & 0b11 }));
  const mType = mhdr >>> 5;
  if (mType === 0) return parseJoinRequest(bytes);
  if (mType === 1) return parseJoinAccept(bytes);
  if (mType === 6) return parseRejoinRequest(bytes);
  const type = DATA_TYPES[mType - 2];
  if (type !== undefined) return parseDataFrame(type, bytes);
  return { ok: true, frame: { type: 'proprietary', bytes: bytes.subarray(1) } };
}

const JOIN_REQUEST_BYTES = 23;
/** Without and with a CFList. */
const JOIN_ACCEPT_BYTES = [17, 33];
const REJOIN_BYTES = { 0: 19, 1: 24, 2: 19 } as const;
/** MHDR, DevAddr, FCtrl, FCnt. */
const DATA_HEADER_BYTES = 8;

function parseJoinRequest(bytes: Uint8Array): Parsed {
  if (bytes.length !== JOIN_REQUEST_BYTES) return malformed(say.joinRequestLength({ bytes: bytes.length }));
  const [joinEui, devEui, devNonce] = [euiAt(bytes, 1), euiAt(bytes, 9), numberAt(bytes, 17, 2)];
  return { ok: true, frame: { type: 'join-request', joinEui, devEui, devNonce, mic: micOf(bytes) } };
}

function parseJoinAccept(bytes: Uint8Array): Parsed {
  if (!JOIN_ACCEPT_BYTES.includes(bytes.length)) {
    return malformed(say.joinAcceptLength({ bytes: bytes.length }));
  }
  return { ok: true, frame: { type: 'join-accept', encrypted: bytes.subarray(1) } };
}

function parseRejoinRequest(bytes: Uint8Array): Parsed {
  const rejoinType = bytes[1];
  if (rejoinType !== 0 && rejoinType !== 1 && rejoinType !== 2) {
    return malformed(rejoinType === undefined ? say.noRejoinType() : say.badRejoinType({ type: rejoinType }));
  }
  const length = REJOIN_BYTES[rejoinType];
  if (bytes.length !== length) {
    return malformed(say.rejoinLength({ type: rejoinType, expected: length, bytes: bytes.length }));
  }
  const rest = { type: 'rejoin-request', rjCount: numberAt(bytes, length - 6, 2), mic: micOf(bytes) } as const;
  return rejoinType === 1
    ? { ok: true, frame: { ...rest, rejoinType, joinEui: euiAt(bytes, 2), devEui: euiAt(bytes, 10) } }
    : { ok: true, frame: { ...rest, rejoinType, netId: netIdAt(bytes, 2), devEui: euiAt(bytes, 5) } };
}

function parseDataFrame(type: DataType, bytes: Uint8Array): Parsed {
  const end = bytes.length - MIC_BYTES;
  if (end < DATA_HEADER_BYTES) return malformed(say.dataLength({ bytes: bytes.length }));
  const fCtrl = bytes[5] ?? 0;
  const fOptsEnd = DATA_HEADER_BYTES + (fCtrl & 0x0f);
  if (fOptsEnd > end) return malformed(say.fOptsCutShort({ bytes: fCtrl & 0x0f }));
  const fPort = fOptsEnd < end ? bytes[fOptsEnd] : undefined;
  // 1.0.4 and 1.1 §4.3.1.6: such a frame must be ignored
  if (fPort === 0 && fOptsEnd > DATA_HEADER_BYTES) return malformed(say.commandsTwice());
  const isUp = directionOf(type) === 'up';
  const frame: DataFrame = {
    type,
    devAddr: devAddrAt(bytes, 1),
    adr: (fCtrl & 0x80) !== 0,
    adrAckReq: isUp && (fCtrl & 0x40) !== 0,
    ack: (fCtrl & 0x20) !== 0,
    classB: isUp && (fCtrl & 0x10) !== 0,
    fPending: !isUp && (fCtrl & 0x10) !== 0,
    fCnt16: numberAt(bytes, 6, 2),
    fOpts: bytes.subarray(DATA_HEADER_BYTES, fOptsEnd),
    ...(fPort !== undefined && { fPort }),
    payload: bytes.subarray(Math.min(fOptsEnd + 1, end), end),
    mic: micOf(bytes),
  };
  return { ok: true, frame };
}

/** The inverse of `parsePhyPayload`. Throws a RangeError for an impossible frame: a fault of this program. */
export function encodePhyPayload(frame: PhyPayload): Uint8Array {
  switch (frame.type) {
    case 'join-accept':
      return joined([0x20], frame.encrypted);
    case 'proprietary':
      return joined([0xe0], frame.bytes);
    case 'join-request':
      return joined(
        [0x00],
        euiBytes(frame.joinEui),
        euiBytes(frame.devEui),
        littleEndian(frame.devNonce, 2),
        frame.mic,
      );
    case 'rejoin-request': {
      const from = frame.rejoinType === 1 ? euiBytes(frame.joinEui) : netIdBytes(frame.netId);
      return joined([0xc0, frame.rejoinType], from, euiBytes(frame.devEui), littleEndian(frame.rjCount, 2), frame.mic);
    }
    default:
      return appendMic(encodeDataFrame(frame), frame.mic);
  }
}

/** A data frame without its MIC, which covers exactly these bytes. Throws a RangeError like `encodePhyPayload`. */
export function encodeDataFrame(frame: Omit<DataFrame, 'mic'>): Uint8Array {
  const { fOpts, fPort, payload } = frame;
  if (fOpts.length > maxFOptsBytes) throw new RangeError('FOpts are longer than 15 bytes');
  if (fPort === 0 && fOpts.length > 0) throw new RangeError('MAC commands are in FOpts and on FPort 0 at once');
  if (fPort === undefined && payload.length > 0) throw new RangeError('a payload needs an FPort');
  const mhdr = (DATA_TYPES.indexOf(frame.type) + 2) << 5;
  const bit4 = directionOf(frame.type) === 'up' ? frame.classB : frame.fPending;
  const fCtrl =
    (frame.adr ? 0x80 : 0) | (frame.adrAckReq ? 0x40 : 0) | (frame.ack ? 0x20 : 0) | (bit4 ? 0x10 : 0) | fOpts.length;
  const port = fPort === undefined ? [] : [fPort];
  const message = joined(
    [mhdr],
    devAddrBytes(frame.devAddr),
    [fCtrl],
    littleEndian(frame.fCnt16, 2),
    fOpts,
    port,
    payload,
  );
  if (message.length + MIC_BYTES > maxPhyPayloadBytes) throw new RangeError('the frame is longer than 255 bytes');
  return message;
}

function malformed(detail: Text): Parsed {
  return { ok: false, detail };
}

function micOf(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(-MIC_BYTES);
}

function joined(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
