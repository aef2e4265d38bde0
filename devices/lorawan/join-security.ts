/**
 * Joining: MICs of join- and rejoin-requests, encryption of join-accepts, key derivation.
 *
 * A 1.1 device has two root keys, NwkKey and AppKey; a 1.0.x device has only AppKey. When a 1.1 device joins a 1.0.x network
 * (OptNeg unset), its NwkKey takes the place of AppKey in everything here.
 * Sources: LoRaWAN 1.0.4 (TS001) §6.2.5 and §6.2.6; 1.1 §6.1.1, §6.2.2 to §6.2.4.
 */
import { BLOCK_BYTES, cmac, decryptBlock, encryptBlock } from './aes.ts';
import { euiBytes, littleEndian, netIdBytes } from './identifiers.ts';
import { type JoinAcceptFields, joinAcceptBytes, joinAcceptFields } from './join-accept.ts';
import { appendMic, MIC_BYTES, withoutMic } from './phy-payload.ts';

const JOIN_ACCEPT_MHDR = 0x20;

/** Of a join-request without its MIC: under AppKey in 1.0.x, NwkKey in 1.1. */
export function joinRequestMic(key: Uint8Array, message: Uint8Array): Uint8Array {
  return cmac(key, message).subarray(0, MIC_BYTES);
}

/** Tells one root key from another, and nothing else of it: four bytes. */
export function keyCheckValue(key: Uint8Array): Uint8Array {
  return encryptBlock(key, new Uint8Array(BLOCK_BYTES)).subarray(0, 4);
}

/** Of a rejoin-request without its MIC: under SNwkSIntKey for types 0 and 2, JSIntKey for type 1. */
export function rejoinRequestMic(key: Uint8Array, message: Uint8Array): Uint8Array {
  return cmac(key, message).subarray(0, MIC_BYTES);
}

/** The request that a 1.1 join-accept answers. */
export interface AnsweredRequest {
  /** 0xff for a join-request, or the type of the rejoin-request. */
  readonly joinReqType: 0xff | 0 | 1 | 2;
  readonly joinEui: string;
  /** RJcount of a rejoin-request. */
  readonly devNonce: number;
}

/** How a join-accept is encrypted and signed. The version must match OptNeg, which tells the device. */
export type JoinAcceptSecurity =
  | { readonly version: '1.0'; readonly appKey: Uint8Array }
  | {
      readonly version: '1.1';
      readonly jsIntKey: Uint8Array;
      /** NwkKey for the answer to a join-request, JSEncKey for that to a rejoin-request. */
      readonly encryptionKey: Uint8Array;
      readonly request: AnsweredRequest;
    };

/** The PHYPayload. Throws a RangeError for values that do not fit in a join-accept, or if OptNeg does not match. */
export function encodeJoinAccept(fields: JoinAcceptFields, security: JoinAcceptSecurity): Uint8Array {
  if (fields.dlSettings.optNeg !== (security.version === '1.1')) throw new RangeError('OptNeg is set by 1.1 networks');
  const message = Uint8Array.of(JOIN_ACCEPT_MHDR, ...joinAcceptBytes(fields));
  const [mic, key] =
    security.version === '1.0'
      ? [joinAcceptMic10(security.appKey, message), security.appKey]
      : [joinAcceptMic11(security.jsIntKey, security.request, message), security.encryptionKey];
  // the sender decrypts, so that a device needs only the encrypting half of AES (1.0.4 §6.2.6)
  const sealed = decryptBlock(key, appendMic(message, mic).subarray(1));
  return Uint8Array.of(JOIN_ACCEPT_MHDR, ...sealed);
}

/** Of a decrypted join-accept without its MIC, 1.0.x. */
export function joinAcceptMic10(appKey: Uint8Array, message: Uint8Array): Uint8Array {
  return cmac(appKey, message).subarray(0, MIC_BYTES);
}

/** Of a decrypted join-accept without its MIC, 1.1. */
export function joinAcceptMic11(
  jsIntKey: Uint8Array,
  { joinReqType, joinEui, devNonce }: AnsweredRequest,
  message: Uint8Array,
): Uint8Array {
  const covered = Uint8Array.of(joinReqType, ...euiBytes(joinEui), ...littleEndian(devNonce, 2), ...message);
  return cmac(jsIntKey, covered).subarray(0, MIC_BYTES);
}

export interface OpenedJoinAccept {
  readonly fields: JoinAcceptFields;
  /** What the MIC covers; in 1.1 the end of it. */
  readonly message: Uint8Array;
  readonly mic: Uint8Array;
}

/**
 * Decrypts a join-accept of 17 or 33 bytes that `parsePhyPayload` accepted, with AppKey (1.0.x), NwkKey or JSEncKey (1.1).
 * A wrong key gives garbage, which only the MIC reveals.
 */
export function decryptJoinAccept(key: Uint8Array, phyPayload: Uint8Array): OpenedJoinAccept {
  const opened = Uint8Array.of(phyPayload[0] ?? 0, ...encryptBlock(key, phyPayload.subarray(1)));
  const message = withoutMic(opened);
  return { fields: joinAcceptFields(message.subarray(1)), message, mic: opened.subarray(-MIC_BYTES) };
}

/** Session keys of 1.0.x. */
export function deriveSessionKeys10(join: {
  readonly appKey: Uint8Array;
  readonly joinNonce: number;
  readonly netId: string;
  readonly devNonce: number;
}): { readonly nwkSKey: Uint8Array; readonly appSKey: Uint8Array } {
  const nonces = [...littleEndian(join.joinNonce, 3), ...netIdBytes(join.netId), ...littleEndian(join.devNonce, 2)];
  return { nwkSKey: derive(join.appKey, 0x01, nonces), appSKey: derive(join.appKey, 0x02, nonces) };
}

export interface SessionKeys11 {
  readonly appSKey: Uint8Array;
  readonly fNwkSIntKey: Uint8Array;
  readonly sNwkSIntKey: Uint8Array;
  readonly nwkSEncKey: Uint8Array;
}

/** Session keys of 1.1 with OptNeg set; after a rejoin-request `devNonce` is its RJcount. */
export function deriveSessionKeys11(join: {
  readonly appKey: Uint8Array;
  readonly nwkKey: Uint8Array;
  readonly joinNonce: number;
  readonly joinEui: string;
  readonly devNonce: number;
}): SessionKeys11 {
  const nonces = [...littleEndian(join.joinNonce, 3), ...euiBytes(join.joinEui), ...littleEndian(join.devNonce, 2)];
  return {
    fNwkSIntKey: derive(join.nwkKey, 0x01, nonces),
    appSKey: derive(join.appKey, 0x02, nonces),
    sNwkSIntKey: derive(join.nwkKey, 0x03, nonces),
    nwkSEncKey: derive(join.nwkKey, 0x04, nonces),
  };
}

/** The 1.1 keys that last for the device's lifetime. */
export function deriveJoinServerKeys(
  nwkKey: Uint8Array,
  devEui: string,
): { readonly jsIntKey: Uint8Array; readonly jsEncKey: Uint8Array } {
  const nonces = [...euiBytes(devEui)];
  return { jsEncKey: derive(nwkKey, 0x05, nonces), jsIntKey: derive(nwkKey, 0x06, nonces) };
}

/** The purpose and the nonces, padded with zeros to a block and encrypted. */
function derive(root: Uint8Array, purpose: number, nonces: readonly number[]): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  block.set([purpose, ...nonces]);
  return Uint8Array.from(encryptBlock(root, block));
}
