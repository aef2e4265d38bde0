/** Data rates and payload sizes, laid out as in the tables of RP002. */
import type { DataRates, Modulation } from '../region.ts';

type SpreadingFactor = Extract<Modulation, { kind: 'lora' }>['spreadingFactor'];
type Bandwidth = Extract<Modulation, { kind: 'lora' }>['bandwidthHz'];

export function lora(spreadingFactor: SpreadingFactor, bandwidthHz: Bandwidth): Modulation {
  return { kind: 'lora', spreadingFactor, bandwidthHz };
}

/** DR0 to DR5 of all bands but US915. */
export const SF12_TO_SF7: DataRates = [
  lora(12, 125_000),
  lora(11, 125_000),
  lora(10, 125_000),
  lora(9, 125_000),
  lora(8, 125_000),
  lora(7, 125_000),
];

/** The same eight for AS923 and EU868. */
export const DYNAMIC_DATA_RATES: DataRates = [...SF12_TO_SF7, lora(7, 250_000), { kind: 'fsk', bitRate: 50_000 }];

/** The same downlinks for US915 and AU915: DR8 to DR13. */
export const FIXED_DOWNLINK_DATA_RATES: DataRates = [
  ...Array.from({ length: 8 }, () => undefined),
  lora(12, 500_000),
  lora(11, 500_000),
  lora(10, 500_000),
  lora(9, 500_000),
  lora(8, 500_000),
  lora(7, 500_000),
];

export function dataRateOf(rates: DataRates, modulation: Modulation): number | undefined {
  const index = rates.findIndex((rate) => rate !== undefined && isSame(rate, modulation));
  return index < 0 ? undefined : index;
}

function isSame(a: Modulation, b: Modulation): boolean {
  if (a.kind === 'fsk') return b.kind === 'fsk' && a.bitRate === b.bitRate;
  return b.kind === 'lora' && a.spreadingFactor === b.spreadingFactor && a.bandwidthHz === b.bandwidthHz;
}

/** N by data rate, without a dwell time and with 400 ms. */
export interface PayloadSizes {
  readonly free: readonly number[];
  readonly dwellTime400: readonly number[];
}

export function payloadSizing({ free, dwellTime400 }: PayloadSizes) {
  const maxPayload = (dataRate: number, isLimited: boolean) => (isLimited ? dwellTime400 : free)[dataRate] ?? 0;
  return {
    maxPayload,
    maxMacPayload(dataRate: number, isLimited: boolean): number {
      const n = maxPayload(dataRate, isLimited);
      return n === 0 ? 0 : n + 8;
    },
  };
}

/** 0, 2, 4 … dB below the maximum, in all four bands. */
export function txPowerSteps(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => 2 * index);
}
