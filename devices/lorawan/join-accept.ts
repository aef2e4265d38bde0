/**
 * A decrypted join-accept: its parts and its bytes.
 *
 * Sources: LoRaWAN 1.0.4 (TS001) §6.2.6, 1.1 §6.2.3; the CFList: RP002-1.0.4 §2.3.1 and §2.3.2.
 */
import { devAddrAt, devAddrBytes, littleEndian, netIdAt, netIdBytes, numberAt } from './identifiers.ts';

export interface DlSettings {
  /** Bit 7: the network speaks 1.1. Reserved, and 0, in 1.0.x. */
  readonly optNeg: boolean;
  /** 0..7. */
  readonly rx1DrOffset: number;
  /** 0..15. */
  readonly rx2DataRate: number;
}

export type CfList =
  /** Type 0: up to five more channels; 0 Hz is unused. */
  | { readonly frequenciesHz: readonly number[] }
  /** Type 1: up to seven masks of 16 channels each, the lowest bit being the lowest channel. */
  | { readonly channelMasks: readonly number[] }
  /** Its 16 bytes: made by a region, or of an unknown type. */
  | { readonly bytes: Uint8Array };

export interface JoinAcceptFields {
  /** 24 bits; counted from 1.0.4 on, a random AppNonce before. */
  readonly joinNonce: number;
  /** 6 lower-case hexadecimal digits. */
  readonly netId: string;
  /** 8 lower-case hexadecimal digits. */
  readonly devAddr: string;
  readonly dlSettings: DlSettings;
  /** From the end of an uplink to RX1: 1..15 s. */
  readonly rxDelayS: number;
  readonly cfList?: CfList;
}

const FIXED_BYTES = 12;
const CF_LIST_BYTES = 16;
const maxFrequencies = 5;
/** No region has that many channels; reserved bytes read as empty masks. */
const maxChannelMasks = 7;
const HZ_PER_STEP = 100;

/** Throws a RangeError for values that do not fit in a join-accept: a fault of this program. */
export function joinAcceptBytes({
  joinNonce,
  netId,
  devAddr,
  dlSettings,
  rxDelayS,
  cfList,
}: JoinAcceptFields): Uint8Array {
  if (!(rxDelayS >= 1 && rxDelayS <= 15)) throw new RangeError('the delay of RX1 is 1 to 15 s');
  const bytes = new Uint8Array(FIXED_BYTES + (cfList === undefined ? 0 : CF_LIST_BYTES));
  bytes.set(littleEndian(joinNonce, 3), 0);
  bytes.set(netIdBytes(netId), 3);
  bytes.set(devAddrBytes(devAddr), 6);
  bytes[10] = dlSettingsByte(dlSettings);
  bytes[11] = rxDelayS;
  if (cfList !== undefined) bytes.set(cfListBytes(cfList), FIXED_BYTES);
  return bytes;
}

/** The caller guarantees 12 bytes, or 28 with a CFList. */
export function joinAcceptFields(bytes: Uint8Array): JoinAcceptFields {
  const dlSettings = bytes[10] ?? 0;
  return {
    joinNonce: numberAt(bytes, 0, 3),
    netId: netIdAt(bytes, 3),
    devAddr: devAddrAt(bytes, 6),
    dlSettings: {
      optNeg: (dlSettings & 0x80) !== 0,
      rx1DrOffset: (dlSettings >>> 4) & 0x07,
      rx2DataRate: dlSettings & 0x0f,
    },
    rxDelayS: Math.max(1, (bytes[11] ?? 0) & 0x0f), // 0 means 1 s too: 1.0.4 §5.7
    ...(bytes.length > FIXED_BYTES && { cfList: cfListOf(bytes.subarray(FIXED_BYTES)) }),
  };
}

function dlSettingsByte({ optNeg, rx1DrOffset, rx2DataRate }: DlSettings): number {
  return (optNeg ? 0x80 : 0) | ((rx1DrOffset & 0x07) << 4) | (rx2DataRate & 0x0f);
}

/** Its 16 bytes. Throws a RangeError if there are too many channels. */
export function cfListBytes(cfList: CfList): Uint8Array {
  const bytes = new Uint8Array(CF_LIST_BYTES);
  if ('bytes' in cfList) bytes.set(cfList.bytes);
  else if ('frequenciesHz' in cfList) {
    if (cfList.frequenciesHz.length > maxFrequencies) throw new RangeError('a CFList has five frequencies at most');
    for (const [i, hz] of cfList.frequenciesHz.entries())
      bytes.set(littleEndian(Math.round(hz / HZ_PER_STEP), 3), i * 3);
  } else {
    if (cfList.channelMasks.length > maxChannelMasks) throw new RangeError('a CFList has seven masks at most');
    for (const [i, mask] of cfList.channelMasks.entries()) bytes.set(littleEndian(mask, 2), i * 2);
    bytes[15] = 1;
  }
  return bytes;
}

function cfListOf(bytes: Uint8Array): CfList {
  const numbers = (count: number, size: number) =>
    Array.from({ length: count }, (_, i) => numberAt(bytes, i * size, size));
  if (bytes[15] === 0) return { frequenciesHz: numbers(maxFrequencies, 3).map((steps) => steps * HZ_PER_STEP) };
  if (bytes[15] === 1) return { channelMasks: numbers(maxChannelMasks, 2) };
  return { bytes };
}
