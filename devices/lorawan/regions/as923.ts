/**
 * AS923-1: Japan and other parts of Asia (AS923_FREQ_OFFSET 0).
 *
 * Sources: LoRa Alliance RP002-1.0.4, AS923MHz ISM band (in RP002-1.0.5 §3.10, sizes table 73, RX1 §3.10.7); for Japan
 * ARIB STD-T108, part 2 (specified low power radio stations of 20 mW, 3 dBi): on the channels from 920.6 to 923.4 MHz,
 * which include AS923-1's, a sender listens for 5 ms (below -80 dBm), sends for at most 4 s and pauses for 50 ms.
 */
import { dynamicBand } from './dynamic-channels.ts';

/** RX1DROffset 6 and 7 make RX1 faster than the uplink. */
const EFFECTIVE_OFFSETS = [0, 1, 2, 3, 4, 5, -1, -2];
const FASTEST = 7;

const minDataRate = (dwellTime400: boolean) => (dwellTime400 ? 2 : 0);

export const as923 = dynamicBand({
  name: 'AS923-1',
  joinChannelsHz: [923_200_000, 923_400_000],
  rx1DataRate(dataRate, offset, dwellTime400) {
    const effective = EFFECTIVE_OFFSETS[offset];
    if (effective === undefined) return undefined;
    return Math.min(FASTEST, Math.max(minDataRate(dwellTime400), dataRate - effective));
  },
  rx2: { frequencyHz: 923_200_000, dataRate: 2 },
  payloadSizes: {
    free: [51, 51, 115, 115, 242, 242, 242, 242],
    dwellTime400: [0, 0, 11, 53, 125, 242, 242, 242],
  },
  downlinkPowerDbm: () => 16,
  minDataRate,
  listenBeforeTalk: { listenMs: 5, longestTransmissionMs: 4000, pauseMs: 50 },
});
