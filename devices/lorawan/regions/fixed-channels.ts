/**
 * Bands with 64 channels of 125 kHz and 8 of 500 kHz that every device knows: US915 and AU915.
 *
 * A network usually listens on one sub-band (8 and 1 channels) and switches the others off in its devices.
 */

import { cfListBytes } from '../join-accept.ts';
import type { Channel, ChannelMask, DataRates, Region } from '../region.ts';
import { dataRateOf, FIXED_DOWNLINK_DATA_RATES, type PayloadSizes, payloadSizing, txPowerSteps } from './data-rates.ts';
import { nearestChannel } from './nearest-channel.ts';

const NARROW = 64;
const WIDE = 8;
/** The first of eight downlink channels of 500 kHz, in both bands. */
const FIRST_DOWNLINK_HZ = 923_300_000;
const DOWNLINK_STEP_HZ = 600_000;
const RX2 = { frequencyHz: FIRST_DOWNLINK_HZ, dataRate: 8 } as const;

/** ChMaskCntl (RP002-1.0.4, LinkADRReq of these bands): all 125 kHz channels on or off; ChMask is for the 500 kHz channels. */
const ALL_NARROW_ON = 6;
const ALL_NARROW_OFF = 7;

export interface FixedBand extends Pick<Region, 'name' | 'maxAdrDataRate' | 'minDataRate'> {
  /** Frequency of channel 0; the 64 are 200 kHz apart. */
  readonly firstNarrowHz: number;
  readonly narrowDataRates: readonly number[];
  /** Frequency of channel 64; the 8 are 1.6 MHz apart. */
  readonly firstWideHz: number;
  readonly wideDataRates: readonly number[];
  readonly uplinkDataRates: DataRates;
  /** DR of RX1, by uplink DR and RX1DROffset. */
  readonly rx1DataRates: readonly (readonly number[])[];
  readonly payloadSizes: PayloadSizes;
}

export function fixedBand(band: FixedBand): Region {
  const channels = channelsOf(band);
  const channelsHz = channels.map((channel) => channel.frequencyHz);
  const channelOf = (frequencyHz: number) => {
    const index = nearestChannel(frequencyHz, channelsHz);
    return index < 0 ? undefined : index;
  };
  const masksOf = (onHz: readonly number[]) => bankMasks(onHz.flatMap((hz) => channelOf(hz) ?? []));
  return {
    name: band.name,
    ...payloadSizing(band.payloadSizes),
    uplinkDataRates: band.uplinkDataRates,
    downlinkDataRates: FIXED_DOWNLINK_DATA_RATES,
    uplinkDataRateOf: (modulation) => dataRateOf(band.uplinkDataRates, modulation),
    downlinkDataRateOf: (modulation) => dataRateOf(FIXED_DOWNLINK_DATA_RATES, modulation),
    joinChannels: channels,
    channelOf,
    channelHz: (frequencyHz) => channelsHz[nearestChannel(frequencyHz, channelsHz)] ?? frequencyHz,
    rx1({ frequencyHz, dataRate }, { offset }) {
      const channel = channelOf(frequencyHz);
      const answer = band.rx1DataRates[dataRate]?.[offset];
      if (channel === undefined || answer === undefined) return undefined;
      return { frequencyHz: FIRST_DOWNLINK_HZ + (channel % 8) * DOWNLINK_STEP_HZ, dataRate: answer };
    },
    rx2: RX2,
    receiveDelay1Ms: 1000,
    joinAcceptDelay1Ms: 5000,
    maxEirpDbm: 30,
    // Within both countries' law (47 CFR 15.247 allows 36 dBm EIRP, Australia 30), and within reach of common stations.
    downlinkPowerDbm: () => 26,
    txPowersBelowMaxDb: txPowerSteps(15),
    maxAdrDataRate: band.maxAdrDataRate,
    minDataRate: band.minDataRate,
    cfList(channelsHz) {
      const channelMasks = masksOf(channelsHz);
      return channelMasks.every((mask) => mask === 0) ? undefined : cfListBytes({ channelMasks });
    },
    channelMasks: (channelsHz) => linkAdrMasks(masksOf(channelsHz)),
    subBand(number) {
      const narrow = channels.slice(0, NARROW).slice(8 * (number - 1), 8 * number);
      return [...narrow, ...channels.slice(NARROW).slice(number - 1, number)].map(({ frequencyHz }) => frequencyHz);
    },
  };
}

function channelsOf({ firstNarrowHz, narrowDataRates, firstWideHz, wideDataRates }: FixedBand): readonly Channel[] {
  return [
    ...Array.from({ length: NARROW }, (_, n) => ({
      frequencyHz: firstNarrowHz + n * 200_000,
      dataRates: narrowDataRates,
    })),
    ...Array.from({ length: WIDE }, (_, n) => ({
      frequencyHz: firstWideHz + n * 1_600_000,
      dataRates: wideDataRates,
    })),
  ];
}

/** Five masks of 16 channels each; the fifth is for the 500 kHz channels. */
function bankMasks(enabled: readonly number[]): readonly number[] {
  const masks = [0, 0, 0, 0, 0];
  for (const channel of new Set(enabled)) masks[channel >> 4] = (masks[channel >> 4] ?? 0) + 2 ** (channel & 15);
  return masks;
}

function linkAdrMasks(masks: readonly number[]): readonly ChannelMask[] {
  const narrow = masks.slice(0, 4);
  const wide = masks[4] ?? 0;
  if (masks.every((mask) => mask === 0)) return [{ chMask: 0xff, chMaskCntl: ALL_NARROW_ON }];
  if (narrow.every((mask) => mask === 0xffff)) return [{ chMask: wide, chMaskCntl: ALL_NARROW_ON }];
  return [
    { chMask: wide, chMaskCntl: ALL_NARROW_OFF },
    ...narrow.flatMap((chMask, chMaskCntl) => (chMask === 0 ? [] : [{ chMask, chMaskCntl }])),
  ];
}
