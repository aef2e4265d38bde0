/**
 * What an end-device computes with its keys, after LoRaWAN 1.0.4 (TS001) §4 and §6 and LoRaWAN 1.1 §4 and §6: written for these
 * tests alone, on `node:crypto`.
 */
import { createCipheriv } from 'node:crypto';

export const UP = 0;
export const DOWN = 1;

export function aes(key: Buffer, blocks: Buffer): Buffer {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(blocks), cipher.final()]);
}

const LOW_128 = (1n << 128n) - 1n;

/** Multiplied by x in GF(2^128): RFC 4493 §2.3. */
function doubled(block: bigint): bigint {
  const shifted = (block << 1n) & LOW_128;
  return block >> 127n === 1n ? shifted ^ 0x87n : shifted;
}

function numberOf(block: Buffer): bigint {
  return BigInt(`0x${block.toString('hex')}`);
}

function blockOf(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(32, '0'), 'hex');
}

/** The first four bytes of AES-CMAC (RFC 4493). */
export function cmac4(key: Buffer, message: Buffer): Buffer {
  const k1 = doubled(numberOf(aes(key, Buffer.alloc(16))));
  const before = Math.max(0, Math.ceil(message.length / 16) - 1) * 16;
  const rest = message.subarray(before);
  const last = rest.length === 16 ? numberOf(rest) ^ k1 : numberOf(padded(rest, Buffer.of(0x80))) ^ doubled(k1);
  const cbc = createCipheriv('aes-128-cbc', key, Buffer.alloc(16)).setAutoPadding(false);
  return cbc.update(Buffer.concat([message.subarray(0, before), blockOf(last)])).subarray(-16, -12);
}

export function le(value: number, bytes: number): Buffer {
  const out = Buffer.alloc(bytes);
  out.writeUIntLE(value, 0, bytes);
  return out;
}

/** A0 … of the payload (1.0.4 §4.3.3): the same both ways. */
export function crypt(key: Buffer, direction: number, devAddr: Buffer, fCnt: number, data: Buffer): Buffer {
  const stream: Buffer[] = [];
  for (let i = 1; i <= Math.ceil(data.length / 16); i++) {
    stream.push(Buffer.concat([Buffer.of(1, 0, 0, 0, 0, direction), devAddr, le(fCnt, 4), Buffer.of(0, i)]));
  }
  return xor(data, aes(key, Buffer.concat(stream)));
}

/** FOpts of 1.1 (§4.3.1.6, with its erratum). `counter`: 1 for FCntUp and NFCntDown, 2 for AFCntDown. */
export function cryptFOpts(
  key: Buffer,
  { direction, counter, devAddr, fCnt }: { direction: number; counter: 1 | 2; devAddr: Buffer; fCnt: number },
  data: Buffer,
): Buffer {
  return xor(
    data,
    aes(key, Buffer.concat([Buffer.of(1, 0, 0, 0, counter, direction), devAddr, le(fCnt, 4), Buffer.of(0, 1)])),
  );
}

/** `head`: the four bytes after 0x49, which 1.1 fills. */
export function dataMic(
  key: Buffer,
  head: Buffer,
  direction: number,
  devAddr: Buffer,
  fCnt: number,
  message: Buffer,
): Buffer {
  const b0 = Buffer.concat([
    Buffer.of(0x49),
    head,
    Buffer.of(direction),
    devAddr,
    le(fCnt, 4),
    Buffer.of(0, message.length),
  ]);
  return cmac4(key, Buffer.concat([b0, message]));
}

export interface Keys {
  readonly fNwkSInt: Buffer;
  readonly sNwkSInt: Buffer;
  readonly nwkSEnc: Buffer;
  readonly appS: Buffer;
}

export function keys10(appKey: Buffer, joinNonceAndNetId: Buffer, devNonce: number): Keys {
  const derive = (type: number) => aes(appKey, padded(Buffer.of(type), joinNonceAndNetId, le(devNonce, 2)));
  const nwk = derive(1);
  return { fNwkSInt: nwk, sNwkSInt: nwk, nwkSEnc: nwk, appS: derive(2) };
}

export function keys11(
  { appKey, nwkKey }: { appKey: Buffer; nwkKey: Buffer },
  joinNonce: Buffer,
  joinEui: Buffer,
  devNonce: number,
): Keys {
  const derive = (key: Buffer, type: number) => aes(key, padded(Buffer.of(type), joinNonce, joinEui, le(devNonce, 2)));
  return {
    fNwkSInt: derive(nwkKey, 1),
    sNwkSInt: derive(nwkKey, 3),
    nwkSEnc: derive(nwkKey, 4),
    appS: derive(appKey, 2),
  };
}

export function padded(...parts: readonly Buffer[]): Buffer {
  const out = Buffer.alloc(16);
  Buffer.concat(parts).copy(out);
  return out;
}

function xor(data: Buffer, stream: Buffer): Buffer {
  return Buffer.from(data.map((byte, i) => byte ^ (stream[i] ?? 0)));
}
