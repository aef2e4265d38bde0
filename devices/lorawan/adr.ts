/**
 * Adaptive data rate: as fast and as quiet as the link allows, which saves the device's battery and everybody's air time.
 *
 * The simple algorithm that The Things Network and ChirpStack share (Semtech, "Understanding ADR"): the best SNR of the last
 * `historySize` uplinks, less what the data rate needs and a reserve, is what can be given away, in steps of 3 dB: first the
 * data rate is raised, then the power lowered; where it is negative the power is raised. A device that has refused
 * `maxRefusals` times in a row is left alone until its session ends. Pure.
 */
import type { Modulation, Region } from './region.ts';
import type { AdrState } from './session.ts';

export const historySize = 20;
const maxRefusals = 3;
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

/** dB above what is needed; 0 for FSK, of which no SNR is known. */
export function linkMarginDb(snr: number | undefined, modulation: Modulation): number {
  if (snr === undefined || modulation.kind !== 'lora') return 0;
  return snr - (REQUIRED_SNR_DB[modulation.spreadingFactor] ?? 0);
}

/** An uplink has come. At another data rate than the last one the history begins anew. */
export function heardAt(adr: AdrState, dataRate: number, snr: number | undefined): AdrState {
  if (snr === undefined) return adr;
  const snrs = adr.dataRate === dataRate ? adr.snrs : [];
  return { ...adr, dataRate, snrs: [...snrs, snr].slice(-historySize) };
}

export interface AdrRequest {
  readonly dataRate: number;
  readonly txPower: number;
}

/** What to ask the device for; undefined where all is well, too little is known, or it does not want to be asked. */
export function adapt(
  adr: AdrState,
  region: Region,
  { marginDb, adrAckReq, minDataRate }: { marginDb: number; adrAckReq: boolean; minDataRate: number },
): AdrRequest | undefined {
  const { snrs, dataRate, txPower, refusals } = adr;
  const modulation = dataRate === undefined ? undefined : region.uplinkDataRates[dataRate];
  if (dataRate === undefined || modulation === undefined || modulation.kind !== 'lora') return undefined;
  if (refusals >= maxRefusals || (snrs.length < historySize && !adrAckReq)) return undefined;
  const best = Math.max(...snrs);
  let steps = Math.trunc((linkMarginDb(best, modulation) - marginDb) / stepDb);
  if (snrs.length < historySize) steps = Math.min(0, steps); // too little is known to go faster
  const wanted = { dataRate: Math.max(dataRate, minDataRate), txPower };
  for (; steps > 0 && wanted.dataRate < region.maxAdrDataRate; steps--) wanted.dataRate++;
  for (; steps > 0 && wanted.txPower < region.txPowersBelowMaxDb.length - 1; steps--) wanted.txPower++;
  for (; steps < 0 && wanted.txPower > 0; steps++) wanted.txPower--;
  // A device that asks whether anybody is there is content with any answer; the same settings are one.
  const isSame = wanted.dataRate === dataRate && wanted.txPower === txPower;
  return isSame ? undefined : wanted;
}

/** The device has answered a LinkADRReq. */
export function adrAnswered(adr: AdrState, isAccepted: boolean): AdrState {
  const { asked, ...rest } = adr;
  if (asked === undefined) return adr;
  return isAccepted
    ? { ...rest, txPower: asked.txPower, refusals: 0, snrs: [] }
    : { ...rest, refusals: adr.refusals + 1, snrs: [] };
}
