/**
 * Adaptive data rate: as fast and as quiet as the link allows, which saves battery and air time.
 *
 * The simple algorithm that The Things Network and ChirpStack share (Semtech, "Understanding ADR"): the margin is the best SNR
 * of the last `historySize` uplinks minus what the data rate needs and a reserve. It is spent in steps of 3 dB, first on a
 * higher data rate, then on lower power; a negative margin raises the power. A device that refused `maxRefusals` times in a
 * row is left alone until its session ends. One that did not answer `maxUnanswered` times rests for an hour, and each further time
 * twice as long, up to a day. Pure.
 */
import type { Modulation, Region } from './region.ts';
import type { AdrState } from './session.ts';

export const historySize = 20;
const maxRefusals = 3;
const maxUnanswered = 3;
const firstRestMs = 3_600_000;
const maxRestMs = 24 * firstRestMs;
const NONE_UNANSWERED = { unanswered: 0, unansweredMasks: 0 } as const;
const stepDb = 3;

/** SNR at which a LoRa demodulator still works, dB: SX1276 datasheet, table 13 (SF5: SX1261/2 datasheet §6.1.1.1). */
const REQUIRED_SNR_DB: Readonly<Record<number, number>> = {
  5: -2.5,
  6: -5,
  7: -7.5,
  8: -10,
  9: -12.5,
  10: -15,
  11: -17.5,
  12: -20,
};

/** dB above what is needed; 0 for FSK, whose SNR is not known. */
export function linkMarginDb(snr: number | undefined, modulation: Modulation): number {
  if (snr === undefined || modulation.kind !== 'lora') return 0;
  return snr - (REQUIRED_SNR_DB[modulation.spreadingFactor] ?? 0);
}

/** The state after an uplink. A change of data rate restarts the history. */
export function heardAt(adr: AdrState, dataRate: number, snr: number | undefined): AdrState {
  if (snr === undefined) return adr;
  const snrs = adr.dataRate === dataRate ? adr.snrs : [];
  return { ...adr, dataRate, snrs: [...snrs, snr].slice(-historySize) };
}

export interface AdrRequest {
  readonly dataRate: number;
  readonly txPower: number;
}

/** What to ask of the device; undefined if nothing should change, or too little is known. */
export function adapt(
  adr: AdrState,
  region: Region,
  { marginDb, adrAckReq, minDataRate }: { marginDb: number; adrAckReq: boolean; minDataRate: number },
): AdrRequest | undefined {
  const { snrs, dataRate, txPower } = adr;
  const modulation = dataRate === undefined ? undefined : region.uplinkDataRates[dataRate];
  if (dataRate === undefined || modulation === undefined || modulation.kind !== 'lora') return undefined;
  if (snrs.length < historySize && !adrAckReq) return undefined;
  const best = Math.max(...snrs);
  let steps = Math.trunc((linkMarginDb(best, modulation) - marginDb) / stepDb);
  if (snrs.length < historySize) steps = Math.min(0, steps); // too little is known to go faster
  const wanted = { dataRate: Math.max(dataRate, minDataRate), txPower };
  for (; steps > 0 && wanted.dataRate < region.maxAdrDataRate; steps--) wanted.dataRate++;
  for (; steps > 0 && wanted.txPower < region.txPowersBelowMaxDb.length - 1; steps--) wanted.txPower++;
  for (; steps < 0 && wanted.txPower > 0; steps++) wanted.txPower--;
  // A device that only asks whether the network hears it (ADRACKReq) gets its answer anyway.
  const isSame = wanted.dataRate === dataRate && wanted.txPower === txPower;
  return isSame ? undefined : wanted;
}

/** Whether the device may be sent a LinkADRReq at `at`, epoch ms by a clock that may have been set since. */
export function mayAsk(adr: AdrState, at: number, { isForMask = false } = {}): boolean {
  const { refusals, askedAt } = adr;
  const unanswered = isForMask ? adr.unansweredMasks : adr.unanswered;
  if (refusals >= maxRefusals) return false;
  if (unanswered < maxUnanswered || askedAt === undefined) return true;
  return Math.abs(at - askedAt) >= Math.min(maxRestMs, firstRestMs * 2 ** (unanswered - maxUnanswered));
}

/** The state after an uplink at `dataRate` with the device's answer to a LinkADRReq: undefined if it has none. */
export function adrAnswered(adr: AdrState, isAccepted: boolean | undefined, dataRate?: number): AdrState {
  const { asked, ...rest } = adr;
  if (asked === undefined) return adr;
  // Its answer may have been lost, but it has done what it was asked.
  const hasChanged = adr.dataRate !== undefined && adr.dataRate !== dataRate;
  const isDone = isAccepted ?? (asked.dataRate === dataRate && hasChanged);
  if (isDone) return { ...rest, txPower: asked.txPower, refusals: 0, ...NONE_UNANSWERED, isMasked: true, snrs: [] };
  if (isAccepted === false) return { ...rest, refusals: adr.refusals + 1, ...NONE_UNANSWERED, snrs: [] };
  return asked.isForMask === true
    ? { ...rest, unansweredMasks: adr.unansweredMasks + 1 }
    : { ...rest, unanswered: adr.unanswered + 1 };
}
