/**
 * The differences between the world's LoRaWAN bands.
 *
 * Source: LoRa Alliance RP002-1.0.4, Regional Parameters. Promise: pure data and functions; whatever a band does not define
 * is undefined, never guessed. LR-FHSS data rates are gaps, since stations on SX130x do not receive them, and so are the
 * SF5 and SF6 data rates that RP002-1.0.5 adds.
 */

/** How a frame is modulated. */
export type Modulation =
  | {
      readonly kind: 'lora';
      readonly spreadingFactor: 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12;
      readonly bandwidthHz: 125_000 | 250_000 | 500_000;
    }
  | { readonly kind: 'fsk'; readonly bitRate: number };

export type RegionName = 'AS923-1' | 'EU868' | 'US915' | 'AU915';

/** By data rate index; gaps are undefined. */
export type DataRates = readonly (Modulation | undefined)[];

export interface Channel {
  readonly frequencyHz: number;
  /** Indices of the uplink data rates allowed on it. */
  readonly dataRates: readonly number[];
}

/** A LinkADRReq's channel mask (TS001-1.0.4 §5.3); several in a row count as one request. */
export interface ChannelMask {
  /** 16 bits; bit 0 is the lowest channel. */
  readonly chMask: number;
  /** 0 to 7. */
  readonly chMaskCntl: number;
}

/** The share of each hour that a sender may use on these frequencies. */
export interface DutyCycle {
  readonly fromHz: number;
  readonly toHz: number;
  /** 0 to 1. */
  readonly share: number;
}

export interface ListenBeforeTalk {
  /** How long the channel must have been free before a transmission. */
  readonly listenMs: 5;
  readonly longestTransmissionMs: 4000;
  /** Between two transmissions. */
  readonly pauseMs: 50;
}

export interface Region {
  readonly name: RegionName;
  readonly uplinkDataRates: DataRates;
  readonly downlinkDataRates: DataRates;
  /** Index of an uplink's modulation; undefined if the region does not have it. */
  uplinkDataRateOf(modulation: Modulation): number | undefined;
  downlinkDataRateOf(modulation: Modulation): number | undefined;
  /** The channels that every device knows and joins on. */
  readonly joinChannels: readonly Channel[];
  /** Number of the uplink channel on a frequency, give or take some kHz: the join channels, then the extra ones in order. */
  channelOf(frequencyHz: number, extraChannelsHz?: readonly number[]): number | undefined;
  /** The frequency of that channel; if there is none, what was probably meant. */
  channelHz(frequencyHz: number, extraChannelsHz?: readonly number[]): number;
  /**
   * RX1 for an uplink. `offset`: RX1DROffset; `dwellTime400`: whether the downlink dwell time of 400 ms applies. Undefined
   * for a data rate, channel or offset that the region does not have.
   */
  rx1(
    uplink: { readonly frequencyHz: number; readonly dataRate: number },
    settings: { readonly offset: number; readonly dwellTime400: boolean },
  ): { readonly frequencyHz: number; readonly dataRate: number } | undefined;
  readonly rx2: { readonly frequencyHz: number; readonly dataRate: number };
  /** N: bytes of application payload without FOpts or repeater. 0 if the data rate must not be used. */
  maxPayload(dataRate: number, dwellTime400: boolean): number;
  /** M: bytes of the whole MACPayload, 8 more: FHDR without FOpts, and FPort. */
  maxMacPayload(dataRate: number, dwellTime400: boolean): number;
  readonly receiveDelay1Ms: 1000;
  readonly joinAcceptDelay1Ms: 5000;
  /** Of a device, dBm EIRP. */
  readonly maxEirpDbm: number;
  /** Of a station, dBm EIRP. */
  downlinkPowerDbm(frequencyHz: number): number;
  /** By TXPower index: dB below `maxEirpDbm`. */
  readonly txPowersBelowMaxDb: readonly number[];
  /** Highest uplink data rate that ADR may set: the fastest of 125 kHz. */
  readonly maxAdrDataRate: number;
  /** Lowest uplink data rate that the dwell time allows. */
  minDataRate(dwellTime400: boolean): number;
  /**
   * CFList of a join-accept, 16 bytes. Dynamic bands (type 0): the first five of `channelsHz` beyond the join channels.
   * US915 and AU915 (type 1): masks of the `channelsHz` that are in the band. Undefined if none are.
   */
  cfList(channelsHz: readonly number[]): Uint8Array | undefined;
  /**
   * Masks that enable exactly these channels. Dynamic bands: the join channels and, in order, the extra ones (up to 16 in
   * all), which the device must know; without extra ones, all that it knows. US915 and AU915: the `channelsHz` that are in the band, or all channels if none are.
   */
  channelMasks(channelsHz: readonly number[]): readonly ChannelMask[];
  /** US915 and AU915: the eight 125 kHz channels and the one 500 kHz channel of a sub-band, 1 to 8, in Hz. */
  subBand?(number: number): readonly number[];
  readonly listenBeforeTalk?: ListenBeforeTalk;
  readonly dutyCycles?: readonly DutyCycle[];
}

/** Whether dwell times can apply in the region; devices must be told (TxParamSetupReq; TS001-1.0.4 §5.8). */
export function hasDwellTimes({ minDataRate }: Pick<Region, 'minDataRate'>): boolean {
  return minDataRate(true) > minDataRate(false);
}

/**
 * Time on air of a PHYPayload with that many bytes. Uplinks carry a CRC, downlinks do not (TS001-1.0.4 §3).
 *
 * LoRa: explicit header, coding rate 4/5, preamble of 8 symbols (RP002-1.0.4, physical layer); Semtech SX1276 datasheet
 * §4.1.1.6 and §4.1.1.7; SF5 and SF6 differ, see SX1261/2 datasheet §6.1.4. FSK: preamble of 5 bytes, sync word of 3,
 * length of 1 and CRC of 2.
 */
export function timeOnAirMs(bytes: number, modulation: Modulation, { crc = true }: { crc?: boolean } = {}): number {
  if (modulation.kind === 'fsk') return ((5 + 3 + 1 + bytes + (crc ? 2 : 0)) * 8 * 1000) / modulation.bitRate;
  const { spreadingFactor, bandwidthHz } = modulation;
  const symbolMs = (2 ** spreadingFactor * 1000) / bandwidthHz;
  const isShort = spreadingFactor < 7;
  const isLowRate = symbolMs > 16;
  const preambleSymbols = 8 + (isShort ? 6.25 : 4.25);
  const bits = 8 * bytes - 4 * spreadingFactor + (isShort ? 20 : 28) + (crc ? 16 : 0);
  const blocks = Math.ceil(Math.max(0, bits) / (4 * (spreadingFactor - (isLowRate ? 2 : 0))));
  return (preambleSymbols + 8 + 5 * blocks) * symbolMs;
}
