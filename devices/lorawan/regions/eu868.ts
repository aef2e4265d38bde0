/**
 * EU868.
 *
 * Sources: LoRa Alliance RP002-1.0.4, EU863-870MHz band; ETSI EN 300 220-2 V3.1.1, annex B, table B.1: bands with duty
 * cycles and effective radiated power (25 mW, and 500 mW from 869.4 to 869.65 MHz; EIRP is 2.15 dB more).
 */
import { dynamicBand } from './dynamic-channels.ts';

const HIGH_POWER = { fromHz: 869_400_000, toHz: 869_650_000 } as const;
const payloadSizes = [51, 51, 51, 115, 242, 242, 242, 242];

export const eu868 = dynamicBand({
  name: 'EU868',
  joinChannelsHz: [868_100_000, 868_300_000, 868_500_000],
  rx1DataRate: (dataRate, offset) => (offset >= 0 && offset <= 5 ? Math.max(0, dataRate - offset) : undefined),
  rx2: { frequencyHz: 869_525_000, dataRate: 0 },
  payloadSizes: { free: payloadSizes, dwellTime400: payloadSizes },
  downlinkPowerDbm: (hz) => (hz >= HIGH_POWER.fromHz && hz <= HIGH_POWER.toHz ? 29 : 16),
  minDataRate: () => 0,
  dutyCycles: [
    { fromHz: 863_000_000, toHz: 865_000_000, share: 0.001 },
    { fromHz: 865_000_000, toHz: 868_000_000, share: 0.01 },
    { fromHz: 868_000_000, toHz: 868_600_000, share: 0.01 },
    { fromHz: 868_700_000, toHz: 869_200_000, share: 0.001 },
    { ...HIGH_POWER, share: 0.1 },
    { fromHz: 869_700_000, toHz: 870_000_000, share: 0.01 },
  ],
});
