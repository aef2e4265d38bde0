/**
 * A frame in words: what `machimori decode lorawan` prints. Members are JSON; bytes are hexadecimal digits.
 *
 * Promise: everything said is in the frame, or follows from it and the keys; without a key, `micValid` is null and encrypted
 * parts stay encrypted. A payload is decrypted even if the MIC is wrong: `micValid` says whether to trust it.
 */
import { toHex } from '../../shared/hex.ts';
import type { Text } from '../../shared/text.ts';
import {
  cryptFOpts,
  cryptPayload,
  downlinkMic10,
  downlinkMic11,
  isSameMic,
  uplinkMic10,
  uplinkMic11,
} from './data-security.ts';
import type { CfList } from './join-accept.ts';
import {
  type AnsweredRequest,
  decryptJoinAccept,
  deriveJoinServerKeys,
  joinAcceptMic10,
  joinAcceptMic11,
  joinRequestMic,
  type OpenedJoinAccept,
  rejoinRequestMic,
} from './join-security.ts';
import { fullFrameCounter } from './judge-uplink.ts';
import { type MacCommand, parseMacCommands } from './mac-codec.ts';
import {
  type DataFrame,
  directionOf,
  isDataFrame,
  type JoinAccept,
  type JoinRequest,
  type PhyPayload,
  parsePhyPayload,
  type RejoinRequest,
  withoutMic,
} from './phy-payload.ts';

/** By their names in the specification, the first letter small. 16 bytes each. */
export const KEY_NAMES = [
  'appKey',
  'nwkKey',
  'nwkSKey',
  'appSKey',
  'fNwkSIntKey',
  'sNwkSIntKey',
  'nwkSEncKey',
  'jSIntKey',
  'jSEncKey',
] as const;

export type KeyName = (typeof KEY_NAMES)[number];

/** What is known besides the frame. */
export interface Known {
  readonly keys: Readonly<Partial<Record<KeyName, Uint8Array>>>;
  /** The frame's counter, or the last one before it, 0..2^32−1. */
  readonly fCnt?: number | undefined;
  /** What 1.1 MICs also cover; 0 if unknown. */
  readonly confFCnt?: number | undefined;
  readonly txDr?: number | undefined;
  readonly txCh?: number | undefined;
  /** For a 1.1 join-accept: the request that it answers, and its sender. */
  readonly joinEui?: string | undefined;
  readonly devNonce?: number | undefined;
  readonly joinReqType?: AnsweredRequest['joinReqType'] | undefined;
  readonly devEui?: string | undefined;
}

/** Members in the order of printing; undefined ones are not printed. */
export type FrameDescription = Readonly<Record<string, unknown>>;

export type Described =
  | { readonly ok: true; readonly description: FrameDescription }
  | { readonly ok: false; readonly detail: Text };

/** Describes the PHYPayload, or says why it is not one. */
export function describeFrame(phyPayload: Uint8Array, known: Known): Described {
  const parsed = parsePhyPayload(phyPayload);
  if (!parsed.ok) return parsed;
  const head = { type: parsed.frame.type, major: 0 };
  return { ok: true, description: { ...head, ...describeBody(parsed.frame, phyPayload, known) } };
}

function describeBody(frame: PhyPayload, phyPayload: Uint8Array, known: Known): FrameDescription {
  if (isDataFrame(frame)) return describeData(frame, phyPayload, known);
  switch (frame.type) {
    case 'join-request':
      return describeJoinRequest(frame, phyPayload, known);
    case 'join-accept':
      return describeJoinAccept(frame, phyPayload, known);
    case 'rejoin-request':
      return describeRejoinRequest(frame, phyPayload, known);
    case 'proprietary':
      return { bytes: toHex(frame.bytes), micValid: null };
  }
}

function describeData(frame: DataFrame, phyPayload: Uint8Array, known: Known): FrameDescription {
  const { type, devAddr, fPort } = frame;
  const isUp = directionOf(type) === 'up';
  const fCnt = fullFrameCounter(known.fCnt, frame.fCnt16);
  const mic = expectedDataMic(frame, withoutMic(phyPayload), fCnt, known);
  return {
    devAddr,
    confirmed: type === 'confirmed-data-up' || type === 'confirmed-data-down',
    fCnt,
    fPort,
    adr: frame.adr,
    adrAckReq: isUp ? frame.adrAckReq : undefined,
    ack: frame.ack,
    classB: isUp ? frame.classB : undefined,
    fPending: isUp ? undefined : frame.fPending,
    ...describeContents(frame, fCnt, known),
    mic: toHex(frame.mic),
    micValid: mic === undefined ? null : isSameMic(mic, frame.mic),
  };
}

function is11({ keys }: Known): boolean {
  return keys.fNwkSIntKey !== undefined || keys.sNwkSIntKey !== undefined || keys.nwkSEncKey !== undefined;
}

function expectedDataMic(frame: DataFrame, message: Uint8Array, fCnt: number, known: Known): Uint8Array | undefined {
  const isUp = directionOf(frame.type) === 'up';
  const { nwkSKey, fNwkSIntKey, sNwkSIntKey } = known.keys;
  const { confFCnt = 0, txDr = 0, txCh = 0 } = known;
  if (!is11(known)) return nwkSKey && (isUp ? uplinkMic10 : downlinkMic10)(nwkSKey, message, fCnt);
  if (sNwkSIntKey === undefined) return undefined;
  if (!isUp) return downlinkMic11(sNwkSIntKey, message, fCnt, confFCnt);
  return fNwkSIntKey && uplinkMic11({ fNwkSIntKey, sNwkSIntKey }, message, fCnt, { confFCnt, txDr, txCh });
}

function describeContents(frame: DataFrame, fCnt: number, known: Known): FrameDescription {
  const { devAddr, fPort, fOpts, payload } = frame;
  const { appSKey, nwkSKey, nwkSEncKey } = known.keys;
  const direction = directionOf(frame.type);
  const networkKey = is11(known) ? nwkSEncKey : nwkSKey;
  const key = fPort === 0 ? networkKey : appSKey;
  const isClear = key !== undefined || payload.length === 0;
  const clear = key === undefined ? payload : cryptPayload(key, direction, devAddr, fCnt, payload);
  const contents =
    fPort === undefined ? {} : isClear ? { payload: toHex(clear) } : { encryptedPayload: toHex(payload) };
  if (fPort === 0 && isClear) return { ...contents, ...describeCommands(clear, direction) };
  if (fOpts.length === 0) return { ...contents, macCommands: [] };
  if (!is11(known)) return { ...contents, ...describeCommands(fOpts, direction) };
  if (nwkSEncKey === undefined) return { ...contents, encryptedFOpts: toHex(fOpts) };
  const commands = cryptFOpts(nwkSEncKey, { direction, devAddr, fCnt, fPort }, fOpts);
  return { ...contents, ...describeCommands(commands, direction) };
}

function describeCommands(
  bytes: Uint8Array,
  direction: 'up' | 'down',
): { readonly macCommands: readonly MacCommand[]; readonly unreadMacCommands?: string } {
  const { commands, rest } = parseMacCommands(bytes, direction);
  return { macCommands: commands, ...(rest !== undefined && { unreadMacCommands: toHex(rest) }) };
}

function describeJoinRequest(frame: JoinRequest, phyPayload: Uint8Array, { keys }: Known): FrameDescription {
  const { joinEui, devEui, devNonce, mic } = frame;
  const key = keys.nwkKey ?? keys.appKey; // a device with both is 1.1 and signs with NwkKey
  const micValid = key === undefined ? null : isSameMic(joinRequestMic(key, withoutMic(phyPayload)), mic);
  return { joinEui, devEui, devNonce, mic: toHex(mic), micValid };
}

function describeRejoinRequest(frame: RejoinRequest, phyPayload: Uint8Array, { keys }: Known): FrameDescription {
  const { rejoinType, devEui, rjCount, mic } = frame;
  const key = rejoinType === 1 ? lastingIntegrityKey(keys, devEui) : keys.sNwkSIntKey;
  const micValid = key === undefined ? null : isSameMic(rejoinRequestMic(key, withoutMic(phyPayload)), mic);
  const from = frame.rejoinType === 1 ? { joinEui: frame.joinEui } : { netId: frame.netId };
  return { rejoinType, ...from, devEui, rjCount, mic: toHex(mic), micValid };
}

function describeJoinAccept(frame: JoinAccept, phyPayload: Uint8Array, known: Known): FrameDescription {
  const key = joinAcceptKey(known);
  if (key === undefined) return { encryptedPayload: toHex(frame.encrypted), micValid: null };
  const opened = decryptJoinAccept(key, phyPayload);
  const { joinNonce, netId, devAddr, dlSettings, rxDelayS, cfList } = opened.fields;
  const mic = expectedJoinAcceptMic(opened, key, known);
  return {
    joinNonce,
    netId,
    devAddr,
    dlSettings,
    rxDelay: rxDelayS,
    cfList: cfList && describeCfList(cfList),
    mic: toHex(opened.mic),
    micValid: mic === undefined ? null : isSameMic(mic, opened.mic),
  };
}

/** JSEncKey for the answer to a rejoin-request, otherwise NwkKey of a 1.1 device or AppKey of a 1.0.x device. */
function joinAcceptKey({ keys, joinReqType, devEui }: Known): Uint8Array | undefined {
  const { appKey, nwkKey, jSEncKey } = keys;
  if (joinReqType === undefined || joinReqType === 0xff) return nwkKey ?? appKey ?? jSEncKey;
  if (jSEncKey !== undefined || nwkKey === undefined || devEui === undefined) return jSEncKey;
  return deriveJoinServerKeys(nwkKey, devEui).jsEncKey;
}

function expectedJoinAcceptMic(opened: OpenedJoinAccept, key: Uint8Array, known: Known): Uint8Array | undefined {
  const { keys, joinEui, devNonce, joinReqType = 0xff, devEui } = known;
  // 1.0.x does not know OptNeg: the bit is reserved there
  if (key === keys.appKey || !opened.fields.dlSettings.optNeg) return joinAcceptMic10(key, opened.message);
  const jsIntKey = lastingIntegrityKey(keys, devEui);
  if (jsIntKey === undefined || joinEui === undefined || devNonce === undefined) return undefined;
  return joinAcceptMic11(jsIntKey, { joinReqType, joinEui, devNonce }, opened.message);
}

/** JSIntKey, as given or derived from NwkKey. */
function lastingIntegrityKey(keys: Known['keys'], devEui: string | undefined): Uint8Array | undefined {
  if (keys.jSIntKey !== undefined || keys.nwkKey === undefined || devEui === undefined) return keys.jSIntKey;
  return deriveJoinServerKeys(keys.nwkKey, devEui).jsIntKey;
}

/** Frequencies in Hz, without unused ones; masks of 16 channels as four digits each. */
function describeCfList(cfList: CfList): FrameDescription {
  if ('frequenciesHz' in cfList) return { frequenciesHz: cfList.frequenciesHz.filter((hz) => hz > 0) };
  if ('bytes' in cfList) return { unknown: toHex(cfList.bytes) };
  return { channelMasks: cfList.channelMasks.map((mask) => mask.toString(16).padStart(4, '0')) };
}
