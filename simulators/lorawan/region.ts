/** Channels, data rates and receive windows of four regions (RP002-1.0.3), as a device knows them. */
import type { DataRate } from './radio.ts';

export type RegionName = 'as923-1' | 'eu868' | 'us915' | 'au915';

export interface Channel {
  readonly frequencyHz: number;
  readonly minDataRate: number;
  readonly maxDataRate: number;
  /** The RX1 frequency, if not RP002's (DlChannelReq). */
  readonly downlinkHz?: number;
}

/** One receive window. */
export interface Window extends DataRate {
  readonly frequencyHz: number;
}

export interface Region {
  /** By number; undefined if reserved or not LoRa. */
  readonly dataRates: readonly (DataRate | undefined)[];
  /** By number; channels of 'fixed' cannot be changed, only switched on and off. */
  readonly channels: readonly Channel[];
  readonly plan: 'dynamic' | 'fixed';
  readonly joinDataRate: number;
  readonly maxTxPower: number;
  readonly rx2: { readonly frequencyHz: number; readonly dataRate: number };
  readonly rx1FrequencyHz: (channel: Channel, number: number) => number;
  /** Data rate of RX1, by the uplink's and RX1DROffset. */
  readonly rx1DataRate: (uplink: number, offset: number) => number;
}

const SLOW_TO_FAST = [12, 11, 10, 9, 8, 7].map((spreadingFactor) => ({ spreadingFactor, bandwidthKhz: 125 }));
const WIDE = [12, 11, 10, 9, 8, 7].map((spreadingFactor) => ({ spreadingFactor, bandwidthKhz: 500 }));
const MHZ = 1_000_000;

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

/** The first channel and those that follow it every `stepHz`. */
function row(firstHz: number, stepHz: number, count: number, minDataRate: number, maxDataRate: number): Channel[] {
  return Array.from({ length: count }, (_, at) => ({ frequencyHz: firstHz + at * stepHz, minDataRate, maxDataRate }));
}

/** Eight downlink channels for 64 + 8 uplink channels (RP002 §2.5.7, §2.8.7). */
function ofEight(_: Channel, number: number): number {
  return 923_300_000 + (number % 8) * 600_000;
}

export const REGIONS: Readonly<Record<RegionName, Region>> = {
  'as923-1': {
    dataRates: [...SLOW_TO_FAST, { spreadingFactor: 7, bandwidthKhz: 250 }],
    channels: row(923.2 * MHZ, 200_000, 2, 0, 5),
    plan: 'dynamic',
    joinDataRate: 5,
    maxTxPower: 7,
    rx2: { frequencyHz: 923_200_000, dataRate: 2 },
    rx1FrequencyHz: ({ frequencyHz, downlinkHz }) => downlinkHz ?? frequencyHz,
    // Offsets 6 and 7 make RX1 faster (RP002 §2.10.7).
    rx1DataRate: (uplink, offset) => clamp(uplink - (offset > 5 ? 5 - offset : offset), 0, 5),
  },
  eu868: {
    dataRates: [...SLOW_TO_FAST, { spreadingFactor: 7, bandwidthKhz: 250 }],
    channels: row(868.1 * MHZ, 200_000, 3, 0, 5),
    plan: 'dynamic',
    joinDataRate: 5,
    maxTxPower: 7,
    rx2: { frequencyHz: 869_525_000, dataRate: 0 },
    rx1FrequencyHz: ({ frequencyHz, downlinkHz }) => downlinkHz ?? frequencyHz,
    rx1DataRate: (uplink, offset) => clamp(uplink - offset, 0, 6),
  },
  us915: {
    dataRates: [
      ...SLOW_TO_FAST.slice(2),
      { spreadingFactor: 8, bandwidthKhz: 500 },
      undefined,
      undefined,
      undefined,
      ...WIDE,
    ],
    channels: [...row(902.3 * MHZ, 200_000, 64, 0, 3), ...row(903 * MHZ, 1_600_000, 8, 4, 4)],
    plan: 'fixed',
    joinDataRate: 3,
    maxTxPower: 14,
    rx2: { frequencyHz: 923_300_000, dataRate: 8 },
    rx1FrequencyHz: ofEight,
    rx1DataRate: (uplink, offset) => clamp(uplink + 10 - offset, 8, 13),
  },
  au915: {
    dataRates: [...SLOW_TO_FAST, { spreadingFactor: 8, bandwidthKhz: 500 }, undefined, ...WIDE],
    channels: [...row(915.2 * MHZ, 200_000, 64, 0, 5), ...row(915.9 * MHZ, 1_600_000, 8, 6, 6)],
    plan: 'fixed',
    joinDataRate: 5,
    maxTxPower: 14,
    rx2: { frequencyHz: 923_300_000, dataRate: 8 },
    rx1FrequencyHz: ofEight,
    rx1DataRate: (uplink, offset) => clamp(uplink + 8 - offset, 8, 13),
  },
};
