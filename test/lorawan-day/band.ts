/**
 * The four bands as RP002-1.0.4 prints them, for the devices and stations of the day: written for these tests alone.
 *
 * Data rates are written as packet forwarders do ("SF7BW125"). FSK and LR-FHSS are left out: no device here uses them.
 */
export type BandName = 'EU868' | 'AS923-1' | 'US915' | 'AU915';

export interface Band {
  readonly name: BandName;
  readonly uplinkRates: readonly (string | undefined)[];
  readonly downlinkRates: readonly (string | undefined)[];
  /** Default channels, Hz: two or three, or all 72. */
  readonly channels: readonly number[];
  /** Whether all channels are known from the beginning. */
  readonly isFixed: boolean;
  readonly joinRates: readonly number[];
  /** Of RX1, with RX1DROffset 0 and no dwell time for downlinks, which is the default. */
  rx1(uplink: { readonly dataRate: number; readonly channel: number; readonly hz: number }): {
    readonly hz: number;
    readonly dataRate: number;
  };
  readonly rx2: { readonly hz: number; readonly dataRate: number };
  /** N by uplink data rate. */
  readonly uplinkRoom: readonly number[];
  /** M by downlink data rate: what the device takes. */
  readonly maxMacPayload: readonly number[];
  /** Highest index of TXPower. */
  readonly lowestPower: number;
  readonly knowsTxParamSetup: boolean;
}

const SF = (bw: number, ...sfs: readonly number[]) => sfs.map((sf) => `SF${sf}BW${bw}`);
const none = (count: number) => Array.from({ length: count }, () => undefined);
const steps = (count: number, first: number, step: number) => Array.from({ length: count }, (_, i) => first + i * step);

const dynamicRates = [...SF(125, 12, 11, 10, 9, 8, 7), 'SF7BW250'];
const wideRates = [...none(8), ...SF(500, 12, 11, 10, 9, 8, 7)];
const wideRoom = [0, 0, 0, 0, 0, 0, 0, 0, 61, 137, 250, 250, 250, 250];
const sameChannel: Band['rx1'] = ({ dataRate, hz }) => ({ hz, dataRate });
const eightWide =
  (rates: readonly number[]): Band['rx1'] =>
  ({ dataRate, channel }) => ({ hz: 923_300_000 + (channel % 8) * 600_000, dataRate: rates[dataRate] ?? 8 });

export const BANDS: Readonly<Record<BandName, Band>> = {
  EU868: {
    name: 'EU868',
    uplinkRates: dynamicRates,
    downlinkRates: dynamicRates,
    channels: [868_100_000, 868_300_000, 868_500_000],
    isFixed: false,
    joinRates: [0, 1, 2, 3, 4, 5],
    rx1: sameChannel,
    rx2: { hz: 869_525_000, dataRate: 0 },
    uplinkRoom: [51, 51, 51, 115, 242, 242, 242],
    maxMacPayload: [59, 59, 59, 123, 250, 250, 250],
    lowestPower: 7,
    knowsTxParamSetup: false,
  },
  'AS923-1': {
    name: 'AS923-1',
    uplinkRates: dynamicRates,
    downlinkRates: dynamicRates,
    channels: [923_200_000, 923_400_000],
    isFixed: false,
    joinRates: [2, 3, 4, 5],
    rx1: sameChannel,
    rx2: { hz: 923_200_000, dataRate: 2 },
    uplinkRoom: [51, 51, 115, 115, 242, 242, 242],
    maxMacPayload: [59, 59, 123, 123, 250, 250, 250],
    lowestPower: 7,
    knowsTxParamSetup: true,
  },
  US915: {
    name: 'US915',
    uplinkRates: [...SF(125, 10, 9, 8, 7), 'SF8BW500'],
    downlinkRates: wideRates,
    channels: [...steps(64, 902_300_000, 200_000), ...steps(8, 903_000_000, 1_600_000)],
    isFixed: true,
    joinRates: [0, 4],
    rx1: eightWide([10, 11, 12, 13, 13]),
    rx2: { hz: 923_300_000, dataRate: 8 },
    uplinkRoom: [11, 53, 125, 242, 242],
    maxMacPayload: wideRoom,
    lowestPower: 14,
    knowsTxParamSetup: false,
  },
  AU915: {
    name: 'AU915',
    uplinkRates: [...SF(125, 12, 11, 10, 9, 8, 7), 'SF8BW500'],
    downlinkRates: wideRates,
    channels: [...steps(64, 915_200_000, 200_000), ...steps(8, 915_900_000, 1_600_000)],
    isFixed: true,
    joinRates: [2, 6],
    rx1: eightWide([8, 9, 10, 11, 12, 13, 13]),
    rx2: { hz: 923_300_000, dataRate: 8 },
    uplinkRoom: [51, 51, 51, 115, 242, 242, 242],
    maxMacPayload: wideRoom,
    lowestPower: 14,
    knowsTxParamSetup: true,
  },
};

/** Semtech SX1276 datasheet §4.1.1.7: coding rate 4/5, preamble of 8 symbols, explicit header; uplinks carry a CRC. */
export function airTimeMs(rate: string, bytes: number, hasCrc: boolean): number {
  const [, sf = 7, bw = 125] = (/^SF(\d+)BW(\d+)$/.exec(rate) ?? []).map(Number);
  const symbolMs = 2 ** sf / bw;
  const slow = symbolMs > 16 ? 2 : 0;
  const symbols = Math.max(0, Math.ceil((8 * bytes - 4 * sf + 28 + (hasCrc ? 16 : 0)) / (4 * (sf - slow)))) * 5;
  return (12.25 + 8 + symbols) * symbolMs;
}
