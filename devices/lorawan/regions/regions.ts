/** The regions: their channels, data rates, receive windows, payload sizes and limits of sending. */
import type { Region, RegionName } from '../region.ts';
import { lora, SF12_TO_SF7 } from './data-rates.ts';
import { dynamicBand } from './dynamic-channels.ts';
import { fixedBand } from './fixed-channels.ts';

/** RX1DROffset 6 and 7 make RX1 faster than the uplink. */
const AS923_OFFSETS = [0, 1, 2, 3, 4, 5, -1, -2];
const AS923_FASTEST = 7;

const as923MinDataRate = (dwellTime400: boolean) => (dwellTime400 ? 2 : 0);

/**
 * AS923-1: Japan and other parts of Asia (AS923_FREQ_OFFSET 0).
 *
 * Sources: LoRa Alliance RP002-1.0.4, AS923MHz ISM band (in RP002-1.0.5 §3.10, sizes table 73, RX1 §3.10.7); for Japan
 * ARIB STD-T108, part 2 (specified low power radio stations of 20 mW, 3 dBi): on the channels from 920.6 to 923.4 MHz,
 * which include AS923-1's, a sender listens for 5 ms (below -80 dBm), sends for at most 4 s and pauses for 50 ms.
 */
const as923 = dynamicBand({
  name: 'AS923-1',
  joinChannelsHz: [923_200_000, 923_400_000],
  rx1DataRate(dataRate, offset, dwellTime400) {
    const effective = AS923_OFFSETS[offset];
    if (effective === undefined) return undefined;
    return Math.min(AS923_FASTEST, Math.max(as923MinDataRate(dwellTime400), dataRate - effective));
  },
  rx2: { frequencyHz: 923_200_000, dataRate: 2 },
  payloadSizes: {
    free: [51, 51, 115, 115, 242, 242, 242, 242],
    dwellTime400: [0, 0, 11, 53, 125, 242, 242, 242],
  },
  downlinkPowerDbm: () => 16,
  minDataRate: as923MinDataRate,
  listenBeforeTalk: { listenMs: 5, longestTransmissionMs: 4000, pauseMs: 50 },
});

const EU868_HIGH_POWER = { fromHz: 869_400_000, toHz: 869_650_000 } as const;
const eu868Sizes = [51, 51, 51, 115, 242, 242, 242, 242];

/**
 * EU868.
 *
 * Sources: LoRa Alliance RP002-1.0.4, EU863-870MHz band; ETSI EN 300 220-2 V3.1.1, annex B, table B.1: bands with duty
 * cycles and effective radiated power (25 mW, and 500 mW from 869.4 to 869.65 MHz; EIRP is 2.15 dB more).
 */
const eu868 = dynamicBand({
  name: 'EU868',
  joinChannelsHz: [868_100_000, 868_300_000, 868_500_000],
  rx1DataRate: (dataRate, offset) => (offset >= 0 && offset <= 5 ? Math.max(0, dataRate - offset) : undefined),
  rx2: { frequencyHz: 869_525_000, dataRate: 0 },
  payloadSizes: { free: eu868Sizes, dwellTime400: eu868Sizes },
  downlinkPowerDbm: (hz) => (hz >= EU868_HIGH_POWER.fromHz && hz <= EU868_HIGH_POWER.toHz ? 29 : 16),
  minDataRate: () => 0,
  dutyCycles: [
    { fromHz: 863_000_000, toHz: 865_000_000, share: 0.001 },
    { fromHz: 865_000_000, toHz: 868_000_000, share: 0.01 },
    { fromHz: 868_000_000, toHz: 868_600_000, share: 0.01 },
    { fromHz: 868_700_000, toHz: 869_200_000, share: 0.001 },
    { ...EU868_HIGH_POWER, share: 0.1 },
    { fromHz: 869_700_000, toHz: 870_000_000, share: 0.01 },
  ],
});

const us915Sizes = [11, 53, 125, 242, 242, 0, 0, 0, 53, 129, 242, 242, 242, 242];

/** US915. Source: LoRa Alliance RP002-1.0.4, US902-928MHz ISM band. Its uplink sizes already allow for a dwell time of 400 ms. */
const us915 = fixedBand({
  name: 'US915',
  firstNarrowHz: 902_300_000,
  narrowDataRates: [0, 1, 2, 3],
  firstWideHz: 903_000_000,
  wideDataRates: [4],
  uplinkDataRates: [lora(10, 125_000), lora(9, 125_000), lora(8, 125_000), lora(7, 125_000), lora(8, 500_000)],
  rx1DataRates: [
    [10, 9, 8, 8],
    [11, 10, 9, 8],
    [12, 11, 10, 9],
    [13, 12, 11, 10],
    [13, 13, 12, 11],
  ],
  payloadSizes: { free: us915Sizes, dwellTime400: us915Sizes },
  maxAdrDataRate: 3,
  minDataRate: () => 0,
});

/** DR8 to DR13, of 500 kHz, which have no dwell time. */
const au915DownlinkSizes = [53, 129, 242, 242, 242, 242];

/** AU915. Source: LoRa Alliance RP002-1.0.4, AU915-928MHz ISM band. */
const au915 = fixedBand({
  name: 'AU915',
  firstNarrowHz: 915_200_000,
  narrowDataRates: [0, 1, 2, 3, 4, 5],
  firstWideHz: 915_900_000,
  wideDataRates: [6],
  uplinkDataRates: [...SF12_TO_SF7, lora(8, 500_000)],
  rx1DataRates: [
    [8, 8, 8, 8, 8, 8],
    [9, 8, 8, 8, 8, 8],
    [10, 9, 8, 8, 8, 8],
    [11, 10, 9, 8, 8, 8],
    [12, 11, 10, 9, 8, 8],
    [13, 12, 11, 10, 9, 8],
    [13, 13, 12, 11, 10, 9],
  ],
  payloadSizes: {
    free: [51, 51, 51, 115, 242, 242, 242, 0, ...au915DownlinkSizes],
    dwellTime400: [0, 0, 11, 53, 125, 242, 242, 0, ...au915DownlinkSizes],
  },
  maxAdrDataRate: 5,
  minDataRate: (dwellTime400) => (dwellTime400 ? 2 : 0),
});

const REGIONS: Readonly<Record<RegionName, Region>> = { 'AS923-1': as923, EU868: eu868, US915: us915, AU915: au915 };

export const REGION_NAMES: readonly RegionName[] = ['AS923-1', 'EU868', 'US915', 'AU915'];

export function regionOf(name: RegionName): Region {
  return REGIONS[name];
}
