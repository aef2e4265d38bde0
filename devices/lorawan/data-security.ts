/**
 * Integrity and secrecy of data frames: MICs, FRMPayload and FOpts encryption.
 *
 * A `message` is a data frame without its MIC that `parsePhyPayload` accepted: at least 8 bytes. Frame counters are complete,
 * 0 to 2^32−1. Sources: LoRaWAN 1.0.4 (TS001) §4.3.3 and §4.4; 1.1 §4.3.1.6, §4.3.3 and §4.4; the erratum "FOpts encryption,
 * usage of FCntDwn" of January 2018 to 1.1.
 */
import { BLOCK_BYTES, cmac, encryptBlock } from './aes.ts';
import { devAddrBytes } from './identifiers.ts';
import { type Direction, MIC_BYTES } from './phy-payload.ts';

/** What the MIC of a 1.1 uplink also covers. */
export interface UplinkRadio {
  /** Counter of the confirmed downlink that the uplink acknowledges; 16 bits are used, none without ACK. */
  readonly confFCnt: number;
  /** Index of the frame's data rate and channel. */
  readonly txDr: number;
  readonly txCh: number;
}

/** 1.0.x: the MIC under NwkSKey. */
export function uplinkMic10(nwkSKey: Uint8Array, message: Uint8Array, fCnt: number): Uint8Array {
  return mic(nwkSKey, message, { direction: 'up', fCnt });
}

/** 1.0.x: the MIC under NwkSKey. */
export function downlinkMic10(nwkSKey: Uint8Array, message: Uint8Array, fCnt: number): Uint8Array {
  return mic(nwkSKey, message, { direction: 'down', fCnt });
}

/** 1.1: two bytes under SNwkSIntKey, which also cover the radio, then two under FNwkSIntKey, which do not. */
export function uplinkMic11(
  keys: { readonly fNwkSIntKey: Uint8Array; readonly sNwkSIntKey: Uint8Array },
  message: Uint8Array,
  fCnt: number,
  { confFCnt, txDr, txCh }: UplinkRadio,
): Uint8Array {
  const serving = mic(keys.sNwkSIntKey, message, { direction: 'up', fCnt, confFCnt, txDr, txCh });
  const forwarding = mic(keys.fNwkSIntKey, message, { direction: 'up', fCnt });
  return Uint8Array.of(...serving.subarray(0, 2), ...forwarding.subarray(0, 2));
}

/** 1.1: the MIC under SNwkSIntKey. `confFCnt` is the counter of the acknowledged uplink; ignored without ACK. */
export function downlinkMic11(
  sNwkSIntKey: Uint8Array,
  message: Uint8Array,
  fCnt: number,
  confFCnt: number,
): Uint8Array {
  return mic(sNwkSIntKey, message, { direction: 'down', fCnt, confFCnt });
}

/** Compares two MICs in constant time. */
export function isSameMic(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== MIC_BYTES || other.length !== MIC_BYTES) return false;
  let difference = 0;
  for (let i = 0; i < MIC_BYTES; i++) difference |= (one[i] ?? 0) ^ (other[i] ?? 0);
  return difference === 0;
}

/** Encrypts or decrypts FRMPayload (its own inverse). The key is AppSKey, on FPort 0 NwkSKey (1.1: NwkSEncKey). */
export function cryptPayload(
  key: Uint8Array,
  direction: Direction,
  devAddr: string,
  fCnt: number,
  bytes: Uint8Array,
): Uint8Array {
  const blocks = new Uint8Array(Math.ceil(bytes.length / BLOCK_BYTES) * BLOCK_BYTES);
  const counter = counterBlock(0x01, direction, devAddrBytes(devAddr), fCnt);
  for (let at = 0; at < blocks.length; at += BLOCK_BYTES) {
    counter[15] = at / BLOCK_BYTES + 1;
    blocks.set(counter, at);
  }
  return xored(bytes, encryptBlock(key, blocks));
}

/**
 * Encrypts or decrypts FOpts of 1.1 (its own inverse). The key is NwkSEncKey. Downlinks with an FPort above 0 count by
 * AFCntDown, all others by NFCntDown; by the erratum the block says which (2, 1).
 */
export function cryptFOpts(
  nwkSEncKey: Uint8Array,
  frame: {
    readonly direction: Direction;
    readonly devAddr: string;
    readonly fCnt: number;
    readonly fPort?: number | undefined;
  },
  bytes: Uint8Array,
): Uint8Array {
  const block = counterBlock(0x01, frame.direction, devAddrBytes(frame.devAddr), frame.fCnt);
  block[4] = frame.direction === 'down' && (frame.fPort ?? 0) > 0 ? 2 : 1;
  block[15] = 1;
  return xored(bytes, encryptBlock(nwkSEncKey, block));
}

/** The contents of the block before the message; absent members are 0. */
interface MicBlock {
  readonly direction: Direction;
  readonly fCnt: number;
  readonly confFCnt?: number;
  readonly txDr?: number;
  readonly txCh?: number;
}

const ACK = 0x20;

/** The CMAC over B0 (in 1.1 also B1) and the message. */
function mic(key: Uint8Array, message: Uint8Array, { direction, fCnt, confFCnt, txDr, txCh }: MicBlock): Uint8Array {
  const block = counterBlock(0x49, direction, message.subarray(1, 5), fCnt);
  // 1.1 §4.4.1 and §4.4.2: without ACK, ConfFCnt is 0
  if (confFCnt !== undefined && ((message[5] ?? 0) & ACK) !== 0) {
    block[1] = confFCnt & 0xff;
    block[2] = (confFCnt >>> 8) & 0xff;
  }
  block[3] = txDr ?? 0;
  block[4] = txCh ?? 0;
  block[15] = message.length;
  const covered = new Uint8Array(BLOCK_BYTES + message.length);
  covered.set(block);
  covered.set(message, BLOCK_BYTES);
  return cmac(key, covered).subarray(0, MIC_BYTES);
}

/** The common part of the blocks B0, B1, A and Ai: purpose, direction, DevAddr as on the air, complete counter. */
function counterBlock(purpose: number, direction: Direction, devAddr: Uint8Array, fCnt: number): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  block[0] = purpose;
  block[5] = direction === 'up' ? 0 : 1;
  block.set(devAddr, 6);
  for (let i = 0; i < 4; i++) block[10 + i] = (fCnt >>> (8 * i)) & 0xff;
  return block;
}

function xored(bytes: Uint8Array, stream: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let i = 0; i < out.length; i++) out[i] = (bytes[i] ?? 0) ^ (stream[i] ?? 0);
  return out;
}
