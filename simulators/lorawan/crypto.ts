/**
 * The cryptography of a LoRaWAN end-device: AES-CMAC (RFC 4493), integrity codes, payload encryption and session keys, written
 * from LoRaWAN 1.0.3, 1.0.4 and 1.1 (clauses at each function).
 *
 * It works differently from the network's code, so that both cannot be wrong alike: the CMAC is one CBC pass, and payloads go
 * through counter mode, whose counter is the last byte of the blocks A_i of §4.3.3.
 */
import { createCipheriv } from 'node:crypto';

const BLOCK = 16;
const ZERO_BLOCK = Buffer.alloc(BLOCK);

/** Uplinks and downlinks have their own Dir byte in every block (§4.3.3, §4.4). */
export type Direction = 'up' | 'down';

/** One block, or several independently (ECB). */
export function aesBlocks(key: Uint8Array, blocks: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(blocks), cipher.final()]);
}

/** AES-CMAC, all 16 bytes (RFC 4493 §2.4). */
export function cmac(key: Uint8Array, message: Uint8Array): Buffer {
  const whole = message.length > 0 && message.length % BLOCK === 0;
  const blocks = Buffer.alloc(Math.max(1, Math.ceil(message.length / BLOCK)) * BLOCK);
  blocks.set(message);
  if (!whole) blocks[message.length] = 0x80;
  const once = doubled(aesBlocks(key, ZERO_BLOCK));
  const mask = whole ? once : doubled(once);
  const last = blocks.subarray(blocks.length - BLOCK);
  mask.forEach((byte, at) => {
    last[at] = (last[at] ?? 0) ^ byte;
  });
  const cipher = createCipheriv('aes-128-cbc', key, ZERO_BLOCK).setAutoPadding(false);
  return cipher.update(blocks).subarray(-BLOCK);
}

/** The first four bytes of a CMAC: the MIC of joins (LoRaWAN 1.0.4 §6.2.5). */
export function joinMic(key: Uint8Array, message: Uint8Array): Buffer {
  return cmac(key, message).subarray(0, 4);
}

/** The contents of the block B0 or B1 of a data frame (LoRaWAN 1.0.4 §4.4, 1.1 §4.4.1 and §4.4.2). */
export interface MicBlock {
  readonly direction: Direction;
  /** Display order, 8 hexadecimal digits. */
  readonly devAddr: string;
  /** The full 32 bits. */
  readonly fCnt: number;
  /** 1.1: low 16 bits of the counter of the acknowledged frame. */
  readonly confFCnt?: number;
  /** 1.1, uplinks, B1 only. */
  readonly txDr?: number;
  readonly txCh?: number;
}

/** The CMAC over a block and a data frame without its MIC. */
export function frameCmac(key: Uint8Array, block: MicBlock, frame: Uint8Array): Buffer {
  const first = Buffer.alloc(BLOCK);
  first[0] = 0x49;
  first.writeUInt16LE((block.confFCnt ?? 0) & 0xffff, 1);
  first[3] = block.txDr ?? 0;
  first[4] = block.txCh ?? 0;
  addressed(first, block);
  first[15] = frame.length;
  return cmac(key, Buffer.concat([first, frame]));
}

/**
 * Encrypts or decrypts an FRMPayload (LoRaWAN 1.0.4 §4.3.3). At most 255 blocks, since the block number has one byte.
 */
export function cryptPayload(
  key: Uint8Array,
  block: Pick<MicBlock, 'direction' | 'devAddr' | 'fCnt'>,
  payload: Uint8Array,
): Buffer {
  const first = Buffer.alloc(BLOCK);
  first[0] = 0x01;
  addressed(first, block);
  first[15] = 1;
  return createCipheriv('aes-128-ctr', key, first).update(payload);
}

/**
 * Encrypts or decrypts the FOpts of LoRaWAN 1.1 (§4.3.1.1 as corrected by the "FOpts encryption, usage of FCntDwn" erratum:
 * the fifth byte says which counter was used, 2 for AFCntDown).
 */
export function cryptOptions(
  key: Uint8Array,
  block: Pick<MicBlock, 'direction' | 'devAddr' | 'fCnt'> & { readonly isAFCntDown: boolean },
  options: Uint8Array,
): Buffer {
  const first = Buffer.alloc(BLOCK);
  first[0] = 0x01;
  first[4] = block.isAFCntDown ? 2 : 1;
  addressed(first, block);
  first[15] = 1;
  return createCipheriv('aes-128-ctr', key, first).update(options);
}

export interface SessionKeys {
  /** NwkSKey in LoRaWAN 1.0, where all three network keys are the same. */
  readonly fNwkSIntKey: Uint8Array;
  readonly sNwkSIntKey: Uint8Array;
  readonly nwkSEncKey: Uint8Array;
  readonly appSKey: Uint8Array;
}

/** Session keys of LoRaWAN 1.0 (1.0.4 §6.2.6); also of 1.1, from its NwkKey, with a 1.0 network (1.1 §6.2.5). */
export function sessionKeys10(
  key: Uint8Array,
  { joinNonce, netId, devNonce }: { joinNonce: number; netId: number; devNonce: number },
): SessionKeys {
  const derive = (kind: number) => {
    const block = Buffer.alloc(BLOCK);
    block[0] = kind;
    block.writeUIntLE(joinNonce, 1, 3);
    block.writeUIntLE(netId, 4, 3);
    block.writeUInt16LE(devNonce, 7);
    return aesBlocks(key, block);
  };
  return oneNetworkKey(derive(0x01), derive(0x02));
}

export function oneNetworkKey(nwkSKey: Uint8Array, appSKey: Uint8Array): SessionKeys {
  return { fNwkSIntKey: nwkSKey, sNwkSIntKey: nwkSKey, nwkSEncKey: nwkSKey, appSKey };
}

/** Session keys of LoRaWAN 1.1 (§6.2.5). */
export function sessionKeys11(
  { nwkKey, appKey }: { nwkKey: Uint8Array; appKey: Uint8Array },
  { joinNonce, joinEui, devNonce }: { joinNonce: number; joinEui: string; devNonce: number },
): SessionKeys {
  const derive = (key: Uint8Array, kind: number) => {
    const block = Buffer.alloc(BLOCK);
    block[0] = kind;
    block.writeUIntLE(joinNonce, 1, 3);
    block.set(reversedHex(joinEui), 4);
    block.writeUInt16LE(devNonce, 12);
    return aesBlocks(key, block);
  };
  return {
    fNwkSIntKey: derive(nwkKey, 0x01),
    appSKey: derive(appKey, 0x02),
    sNwkSIntKey: derive(nwkKey, 0x03),
    nwkSEncKey: derive(nwkKey, 0x04),
  };
}

/** JSIntKey, the key of the MIC of a 1.1 join-accept (1.1 §6.1.1.3). */
export function joinServerIntegrityKey(nwkKey: Uint8Array, devEui: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  block[0] = 0x06;
  block.set(reversedHex(devEui), 1);
  return aesBlocks(nwkKey, block);
}

/** EUIs and addresses are sent last byte first (1.0.4 §3.1). */
export function reversedHex(hex: string): Buffer {
  return Buffer.from(hex, 'hex').reverse();
}

/** Dir, DevAddr and FCnt are at the same place in all blocks. */
function addressed(
  block: Buffer,
  { direction, devAddr, fCnt }: Pick<MicBlock, 'direction' | 'devAddr' | 'fCnt'>,
): void {
  block[5] = direction === 'up' ? 0 : 1;
  block.set(reversedHex(devAddr), 6);
  block.writeUInt32LE(fCnt, 10);
}

/** Times x in GF(2^128): the subkeys of RFC 4493 §2.3. */
function doubled(block: Uint8Array): Buffer {
  const value = BigInt(`0x${Buffer.from(block).toString('hex')}`) << 1n;
  const reduced = value >> 128n === 0n ? value : (value ^ 0x87n) & ((1n << 128n) - 1n);
  return Buffer.from(reduced.toString(16).padStart(32, '0'), 'hex');
}
