/**
 * How a LoRa Basics Station should listen and send in a region: `router_config` (doc.sm.tc/station, "The LNS Protocol").
 *
 * Promise: it hears the channels that every device of the region knows and those that the network adds; in US915 and AU915,
 * one sub-band. Frames are not filtered by NetID or JoinEUI. The station also keeps the law itself: duty cycles, dwell times
 * and listen-before-talk stay on. For Japan that is its region "AS923JP", with 13 dBm EIRP, a tenth of the time on each channel, and
 * -80 dBm for 5 ms before it sends; but Semtech's station 2.0.6 does not listen on an SX1302, only on an SX1301.
 * Bounds: one SX1301 or SX1302, that is `maxNarrow` channels of 125 kHz around two centres; a channel that is too far off is
 * left out and named in `unheard`.
 */
import type { Channel, Modulation, Region, RegionName } from '../../../devices/lorawan/region.ts';
import { regionOf } from '../../../devices/lorawan/regions/regions.ts';
import type { ChannelPlan } from '../radio.ts';

const maxNarrow = 8;
/** Of a channel's centre from its radio's (SX1301: 925 kHz of bandwidth, as the station's own limit has it). */
const maxOffsetHz = 400_000;
const dataRateSlots = 16;

/** The station's own names of the regions, and the bands that it may send in, Hz (RP002-1.0.4; Japan: ARIB STD-T108). */
const STATION_REGIONS: Readonly<Record<RegionName, { readonly name: string; readonly range: readonly number[] }>> = {
  'AS923-1': { name: 'AS923JP', range: [920_600_000, 923_500_000] },
  EU868: { name: 'EU863', range: [863_000_000, 870_000_000] },
  US915: { name: 'US902', range: [902_000_000, 928_000_000] },
  AU915: { name: 'AU915', range: [915_000_000, 928_000_000] },
};

export interface RouterConfig {
  readonly message: Readonly<Record<string, unknown>>;
  /** Channels for which there is no room, Hz. */
  readonly unheard: readonly number[];
}

export function routerConfigOf(plan: ChannelPlan): RouterConfig {
  const region = regionOf(plan.region);
  const { name, range } = STATION_REGIONS[plan.region];
  const { concentrator, unheard } = concentratorOf(channelsOf(plan, region), region);
  const message = {
    msgtype: 'router_config',
    NetID: null, // from every network
    JoinEui: null,
    region: name,
    hwspec: 'sx1301/1',
    freq_range: range,
    DRs: dataRatesOf(region),
    max_eirp: region.downlinkPowerDbm(region.rx2.frequencyHz), // where the station knows no limit of the region's own
    nocca: false,
    nodc: false,
    nodwell: false,
    sx1301_conf: [concentrator],
  };
  return { message, unheard };
}

function channelsOf({ channels: extra, subBand }: ChannelPlan, region: Region): readonly Channel[] {
  const { joinChannels } = region;
  if (region.subBand !== undefined) {
    const own = new Set(region.subBand(subBand));
    return joinChannels.filter(({ frequencyHz }) => own.has(frequencyHz));
  }
  const dataRates = joinChannels[0]?.dataRates ?? [];
  const known = new Set(joinChannels.map(({ frequencyHz }) => frequencyHz));
  return [...joinChannels, ...extra.filter((hz) => !known.has(hz)).map((frequencyHz) => ({ frequencyHz, dataRates }))];
}

/** [spreading factor, kHz, whether it is for downlinks only] by data rate; FSK has the factor 0, a gap -1. */
function dataRatesOf({ uplinkDataRates, downlinkDataRates }: Region): readonly (readonly number[])[] {
  return Array.from({ length: dataRateSlots }, (_, index) => {
    const up = uplinkDataRates[index];
    const rate = up ?? downlinkDataRates[index];
    if (rate === undefined) return [-1, 0, 0];
    const downOnly = up === undefined ? 1 : 0;
    return rate.kind === 'fsk' ? [0, 0, downOnly] : [rate.spreadingFactor, rate.bandwidthHz / 1000, downOnly];
  });
}

function concentratorOf(channels: readonly Channel[], region: Region) {
  const isNarrow = (rate: Modulation | undefined) => rate?.kind === 'lora' && rate.bandwidthHz === 125_000;
  const ratesOf = ({ dataRates }: Channel) => dataRates.map((index) => region.uplinkDataRates[index]);
  const narrow = channels.filter((channel) => ratesOf(channel).some(isNarrow)).map(({ frequencyHz }) => frequencyHz);
  const wide = channels.find((channel) => !ratesOf(channel).some(isNarrow));
  const { centres, placed, unheard } = place(narrow);
  const multi = Array.from({ length: maxNarrow }, (_, index) => {
    const channel = placed[index];
    return [`chan_multiSF_${index}`, channel === undefined ? { enable: false } : { enable: true, ...channel }];
  });
  const concentrator = {
    ...Object.fromEntries(
      [0, 1].map((radio) => {
        const freq = centres[radio];
        return [`radio_${radio}`, freq === undefined ? { enable: false } : { enable: true, freq }];
      }),
    ),
    ...Object.fromEntries(multi),
    chan_Lora_std: wide === undefined ? { enable: false } : wideChannel(wide, region, centres),
    chan_FSK: { enable: false },
  };
  return { concentrator, unheard };
}

/** Which radio hears which channel. Those that come first, on which devices join, are sure of their place. */
function place(channelsHz: readonly number[]) {
  let left = channelsHz;
  const centres: number[] = [];
  const placed: { readonly radio: number; readonly if: number }[] = [];
  for (const radio of [0, 1]) {
    const near: number[] = [];
    for (const hz of left.slice(0, maxNarrow - placed.length)) {
      if (Math.max(...near, hz) - Math.min(...near, hz) <= 2 * maxOffsetHz) near.push(hz);
    }
    if (near.length === 0) break;
    const centre = (Math.min(...near) + Math.max(...near)) / 2;
    centres.push(centre);
    placed.push(...near.map((hz) => ({ radio, if: hz - centre })));
    left = left.filter((hz) => !near.includes(hz));
  }
  return { centres, placed, unheard: left };
}

function wideChannel({ frequencyHz, dataRates: [index = 0] }: Channel, region: Region, centres: readonly number[]) {
  const rate = region.uplinkDataRates[index];
  const radio = centres.findIndex((centre) => Math.abs(frequencyHz - centre) <= maxOffsetHz);
  const centre = centres[radio];
  if (rate?.kind !== 'lora' || centre === undefined) return { enable: false };
  return {
    enable: true,
    radio,
    if: frequencyHz - centre,
    bandwidth: rate.bandwidthHz,
    spread_factor: rate.spreadingFactor,
  };
}
