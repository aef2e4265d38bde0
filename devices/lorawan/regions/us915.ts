/** US915. Source: LoRa Alliance RP002-1.0.4, US902-928MHz ISM band. Its uplink sizes already allow for a dwell time of 400 ms. */
import { lora } from './data-rates.ts';
import { fixedBand } from './fixed-channels.ts';

const payloadSizes = [11, 53, 125, 242, 242, 0, 0, 0, 53, 129, 242, 242, 242, 242];

export const us915 = fixedBand({
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
  payloadSizes: { free: payloadSizes, dwellTime400: payloadSizes },
  maxAdrDataRate: 3,
  minDataRate: () => 0,
});
