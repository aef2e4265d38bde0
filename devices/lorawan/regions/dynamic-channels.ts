/**
 * Bands whose devices know two or three channels and learn others: AS923 and EU868.
 *
 * Bounds: a device has at most `maxChannels` channels (RP002-1.0.4, LinkADRReq of these bands), a CFList at most
 * `maxListed`; further ones are left out.
 */

import { cfListBytes } from '../join-accept.ts';
import type { Region } from '../region.ts';
import { DYNAMIC_DATA_RATES, dataRateOf, type PayloadSizes, payloadSizing, txPowerSteps } from './data-rates.ts';
import { nearestChannel } from './nearest-channel.ts';

const maxChannels = 16;
const maxListed = 5;
/** ChMaskCntl (RP002-1.0.4, LinkADRReq of these bands): all channels that the device knows, whatever ChMask says. */
const ALL_ON = 6;

type Own = 'name' | 'rx2' | 'minDataRate' | 'downlinkPowerDbm' | 'listenBeforeTalk' | 'dutyCycles';

export interface DynamicBand extends Pick<Region, Own> {
  readonly joinChannelsHz: readonly number[];
  /** DR of RX1, for a DR of the band; undefined for an RX1DROffset that the band does not have. */
  readonly rx1DataRate: (dataRate: number, offset: number, dwellTime400: boolean) => number | undefined;
  readonly payloadSizes: PayloadSizes;
}

export function dynamicBand({ joinChannelsHz, rx1DataRate, payloadSizes, ...own }: DynamicBand): Region {
  const extras = (channelsHz: readonly number[]) => channelsHz.filter((hz) => !joinChannelsHz.includes(hz));
  return {
    ...own,
    ...payloadSizing(payloadSizes),
    uplinkDataRates: DYNAMIC_DATA_RATES,
    downlinkDataRates: DYNAMIC_DATA_RATES,
    uplinkDataRateOf: (modulation) => dataRateOf(DYNAMIC_DATA_RATES, modulation),
    downlinkDataRateOf: (modulation) => dataRateOf(DYNAMIC_DATA_RATES, modulation),
    joinChannels: joinChannelsHz.map((frequencyHz) => ({ frequencyHz, dataRates: [0, 1, 2, 3, 4, 5] })),
    channelOf(frequencyHz, extraChannelsHz = []) {
      const index = nearestChannel(frequencyHz, [...joinChannelsHz, ...extras(extraChannelsHz)]);
      return index < 0 ? undefined : index;
    },
    channelHz(frequencyHz, extraChannelsHz = []) {
      const channelsHz = [...joinChannelsHz, ...extras(extraChannelsHz)];
      // A channel that only the device knows (fixed keys): no network puts one between whole kilohertz.
      return channelsHz[nearestChannel(frequencyHz, channelsHz)] ?? Math.round(frequencyHz / 1_000) * 1_000;
    },
    rx1({ frequencyHz, dataRate }, { offset, dwellTime400 }) {
      if (DYNAMIC_DATA_RATES[dataRate] === undefined) return undefined;
      const answer = rx1DataRate(dataRate, offset, dwellTime400);
      return answer === undefined ? undefined : { frequencyHz, dataRate: answer };
    },
    receiveDelay1Ms: 1000,
    joinAcceptDelay1Ms: 5000,
    maxEirpDbm: 16,
    txPowersBelowMaxDb: txPowerSteps(8),
    maxAdrDataRate: 5,
    cfList(channelsHz) {
      const listed = extras(channelsHz).slice(0, maxListed);
      return listed.length === 0 ? undefined : cfListBytes({ frequenciesHz: listed });
    },
    channelMasks(channelsHz) {
      // A device with fixed keys may have been given channels that nobody told the network: it keeps them.
      if (extras(channelsHz).length === 0) return [{ chMask: 2 ** joinChannelsHz.length - 1, chMaskCntl: ALL_ON }];
      const count = Math.min(maxChannels, joinChannelsHz.length + extras(channelsHz).length);
      return [{ chMask: 2 ** count - 1, chMaskCntl: 0 }];
    },
  };
}
