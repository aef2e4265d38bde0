/** AU915. Source: LoRa Alliance RP002-1.0.4, AU915-928MHz ISM band. */
import { lora, SF12_TO_SF7 } from './data-rates.ts';
import { fixedBand } from './fixed-channels.ts';

/** DR8 to DR13, of 500 kHz, which have no dwell time. */
const downlinkSizes = [53, 129, 242, 242, 242, 242];

export const au915 = fixedBand({
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
    free: [51, 51, 51, 115, 242, 242, 242, 0, ...downlinkSizes],
    dwellTime400: [0, 0, 11, 53, 125, 242, 242, 0, ...downlinkSizes],
  },
  maxAdrDataRate: 5,
  minDataRate: (dwellTime400) => (dwellTime400 ? 2 : 0),
});
