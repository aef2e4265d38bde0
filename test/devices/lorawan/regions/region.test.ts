/** Expected values: tables of LoRa Alliance RP002-1.0.4, typed off by hand. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Modulation, Region, RegionName } from '../../../../devices/lorawan/region.ts';
import { REGION_NAMES, regionOf } from '../../../../devices/lorawan/regions/regions.ts';

const lora = (spreadingFactor: 7 | 8 | 9 | 10 | 11 | 12, kHz: 125 | 250 | 500): Modulation => ({
  kind: 'lora',
  spreadingFactor,
  bandwidthHz: (kHz * 1000) as 125_000 | 250_000 | 500_000,
});
const fsk: Modulation = { kind: 'fsk', bitRate: 50_000 };
const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');
const [as923, eu868, us915, au915] = (['AS923-1', 'EU868', 'US915', 'AU915'] as const).map(regionOf) as [
  Region,
  Region,
  Region,
  Region,
];

test('each name has its region', () => {
  expect(REGION_NAMES.map((name) => regionOf(name).name)).toEqual(REGION_NAMES);
});

describe('data rates', () => {
  test.each([as923, eu868])('$name counts from SF12 to SF7, then SF7 in 250 kHz and FSK, both ways', (region) => {
    const rates = [...([12, 11, 10, 9, 8, 7] as const).map((factor) => lora(factor, 125)), lora(7, 250), fsk];
    expect(rates.map((rate) => region.uplinkDataRateOf(rate))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(rates.map((rate) => region.downlinkDataRateOf(rate))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(region.uplinkDataRateOf(lora(8, 500))).toBeUndefined();
    expect(region.uplinkDataRateOf({ kind: 'fsk', bitRate: 150_000 })).toBeUndefined();
  });

  test('US915 has DR0 to DR4 up and DR8 to DR13 down, and SF8 in 500 kHz is another one each way', () => {
    expect(([10, 9, 8, 7] as const).map((factor) => us915.uplinkDataRateOf(lora(factor, 125)))).toEqual([0, 1, 2, 3]);
    expect(us915.uplinkDataRateOf(lora(8, 500))).toBe(4);
    expect(us915.downlinkDataRateOf(lora(8, 500))).toBe(12);
    expect(us915.uplinkDataRateOf(lora(12, 125))).toBeUndefined();
    expect(us915.downlinkDataRateOf(lora(10, 125))).toBeUndefined();
  });

  test('AU915 has DR0 to DR6 up and the downlinks of US915', () => {
    expect(([12, 11, 10, 9, 8, 7] as const).map((factor) => au915.uplinkDataRateOf(lora(factor, 125)))).toEqual([
      0, 1, 2, 3, 4, 5,
    ]);
    expect(au915.uplinkDataRateOf(lora(8, 500))).toBe(6);
    for (const region of [us915, au915]) {
      expect(([12, 11, 10, 9, 8, 7] as const).map((factor) => region.downlinkDataRateOf(lora(factor, 500)))).toEqual([
        8, 9, 10, 11, 12, 13,
      ]);
    }
  });

  test('a data rate and its index stand for each other', () => {
    for (const region of REGION_NAMES.map(regionOf)) {
      for (const [index, rate] of region.uplinkDataRates.entries()) {
        if (rate) expect(region.uplinkDataRateOf(rate)).toBe(index);
      }
      for (const [index, rate] of region.downlinkDataRates.entries()) {
        if (rate) expect(region.downlinkDataRateOf(rate)).toBe(index);
      }
    }
  });
});

describe('channels', () => {
  test('a device joins on these', () => {
    const frequencies = ({ joinChannels }: Region) => joinChannels.map(({ frequencyHz }) => frequencyHz);
    expect(frequencies(as923)).toEqual([923_200_000, 923_400_000]);
    expect(frequencies(eu868)).toEqual([868_100_000, 868_300_000, 868_500_000]);
    expect(frequencies(us915)).toHaveLength(72);
    expect(us915.joinChannels[63]).toEqual({ frequencyHz: 914_900_000, dataRates: [0, 1, 2, 3] });
    expect(us915.joinChannels[71]).toEqual({ frequencyHz: 914_200_000, dataRates: [4] });
    expect(au915.joinChannels[63]).toEqual({ frequencyHz: 927_800_000, dataRates: [0, 1, 2, 3, 4, 5] });
    expect(au915.joinChannels[71]).toEqual({ frequencyHz: 927_100_000, dataRates: [6] });
  });

  test('a frequency has its channel number', () => {
    expect(as923.channelOf(923_400_000)).toBe(1);
    expect(as923.channelOf(922_000_000)).toBeUndefined();
    expect(as923.channelOf(922_000_000, [921_800_000, 922_000_000])).toBe(3);
    expect(us915.channelOf(902_300_000)).toBe(0);
    expect(us915.channelOf(903_000_000)).toBe(64);
    expect(au915.channelOf(916_800_000)).toBe(8);
    expect(us915.channelOf(902_400_000)).toBeUndefined();
  });

  test('a sub-band is eight narrow channels and a wide one', () => {
    expect(us915.subBand?.(2)).toEqual([
      ...[903.9, 904.1, 904.3, 904.5, 904.7, 904.9, 905.1, 905.3, 904.6].map((mhz) => Math.round(mhz * 1e6)),
    ]);
    expect(au915.subBand?.(2)?.[0]).toBe(916_800_000);
    expect(au915.subBand?.(2)?.[8]).toBe(917_500_000);
    expect(us915.subBand?.(9)).toEqual([]);
    expect(as923.subBand).toBeUndefined();
  });

  test('a dynamic band lists up to five extra channels in steps of 100 Hz', () => {
    const plan = [867.1, 867.3, 867.5, 867.7, 867.9, 868.8].map((mhz) => Math.round(mhz * 1e6));
    // 8671000 = 0x844f18, 8673000 = 0x8456e8, 8675000 = 0x845eb8, 8677000 = 0x846688, 8679000 = 0x846e58, and
    // 9220000 = 0x8cafa0, least significant byte first
    expect(hex(eu868.cfList(plan))).toBe('184f84e85684b85e84886684586e8400');
    expect(hex(as923.cfList([923_200_000, 922_000_000]))).toBe(`a0af8c${'00'.repeat(13)}`);
    expect(as923.cfList([])).toBeUndefined();
    expect(as923.cfList([923_400_000])).toBeUndefined();
  });

  test('a fixed band lists masks', () => {
    expect(hex(us915.cfList(us915.subBand?.(2) ?? []))).toBe(`00ff0000000000000200${'00'.repeat(5)}01`);
    expect(hex(au915.cfList(au915.subBand?.(8) ?? []))).toBe(`00000000000000ff8000${'00'.repeat(5)}01`);
    expect(us915.cfList([])).toBeUndefined();
    expect(us915.cfList([868_100_000])).toBeUndefined();
  });

  test('LinkADRReq masks enable the channels and no others', () => {
    expect(as923.channelMasks([])).toEqual([{ chMask: 0b11, chMaskCntl: 6 }]);
    expect(eu868.channelMasks([867_100_000, 867_300_000])).toEqual([{ chMask: 0b11111, chMaskCntl: 0 }]);
    expect(eu868.channelMasks(Array.from({ length: 30 }, (_, n) => 863_000_000 + n))).toEqual([
      { chMask: 0xffff, chMaskCntl: 0 },
    ]);
    expect(us915.channelMasks(us915.subBand?.(1) ?? [])).toEqual([
      { chMask: 0x0001, chMaskCntl: 7 },
      { chMask: 0x00ff, chMaskCntl: 0 },
    ]);
    expect(au915.channelMasks([...(au915.subBand?.(2) ?? []), ...(au915.subBand?.(3) ?? [])])).toEqual([
      { chMask: 0x0006, chMaskCntl: 7 },
      { chMask: 0xff00, chMaskCntl: 0 },
      { chMask: 0x00ff, chMaskCntl: 1 },
    ]);
    expect(us915.channelMasks([])).toEqual([{ chMask: 0x00ff, chMaskCntl: 6 }]);
    expect(us915.channelMasks(us915.joinChannels.map(({ frequencyHz }) => frequencyHz))).toEqual([
      { chMask: 0x00ff, chMaskCntl: 6 },
    ]);
  });
});

describe('receive windows', () => {
  const rx1 = (name: RegionName, dataRate: number, offset: number, dwellTime400 = false) => {
    const region = regionOf(name);
    const frequencyHz = region.joinChannels[0]?.frequencyHz ?? 0;
    return region.rx1({ frequencyHz, dataRate }, { offset, dwellTime400 })?.dataRate;
  };
  const table = (name: RegionName, dataRates: readonly number[], offsets: readonly number[], dwellTime400 = false) =>
    dataRates.map((dataRate) => offsets.map((offset) => rx1(name, dataRate, offset, dwellTime400)));

  test('EU868 slows RX1 by the offset', () => {
    expect(table('EU868', [0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3, 4, 5])).toEqual([
      [0, 0, 0, 0, 0, 0],
      [1, 0, 0, 0, 0, 0],
      [2, 1, 0, 0, 0, 0],
      [3, 2, 1, 0, 0, 0],
      [4, 3, 2, 1, 0, 0],
      [5, 4, 3, 2, 1, 0],
      [6, 5, 4, 3, 2, 1],
      [7, 6, 5, 4, 3, 2],
    ]);
    expect(rx1('EU868', 5, 6)).toBeUndefined();
    expect(rx1('EU868', 12, 0)).toBeUndefined();
  });

  test('AS923 also hastens it, and keeps it from DR0 and DR1 while the dwell time is short', () => {
    expect(table('AS923-1', [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5, 6, 7])).toEqual([
      [0, 0, 0, 0, 0, 0, 1, 2],
      [1, 0, 0, 0, 0, 0, 2, 3],
      [2, 1, 0, 0, 0, 0, 3, 4],
      [3, 2, 1, 0, 0, 0, 4, 5],
      [4, 3, 2, 1, 0, 0, 5, 6],
      [5, 4, 3, 2, 1, 0, 6, 7],
    ]);
    expect(table('AS923-1', [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5, 6, 7], true)).toEqual([
      [2, 2, 2, 2, 2, 2, 2, 2],
      [2, 2, 2, 2, 2, 2, 2, 3],
      [2, 2, 2, 2, 2, 2, 3, 4],
      [3, 2, 2, 2, 2, 2, 4, 5],
      [4, 3, 2, 2, 2, 2, 5, 6],
      [5, 4, 3, 2, 2, 2, 6, 7],
    ]);
    expect(rx1('AS923-1', 5, 8)).toBeUndefined();
  });

  test('US915 and AU915 answer in 500 kHz', () => {
    expect(table('US915', [0, 1, 2, 3, 4], [0, 1, 2, 3])).toEqual([
      [10, 9, 8, 8],
      [11, 10, 9, 8],
      [12, 11, 10, 9],
      [13, 12, 11, 10],
      [13, 13, 12, 11],
    ]);
    expect(rx1('US915', 0, 4)).toBeUndefined();
    expect(table('AU915', [0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4, 5])).toEqual([
      [8, 8, 8, 8, 8, 8],
      [9, 8, 8, 8, 8, 8],
      [10, 9, 8, 8, 8, 8],
      [11, 10, 9, 8, 8, 8],
      [12, 11, 10, 9, 8, 8],
      [13, 12, 11, 10, 9, 8],
      [13, 13, 12, 11, 10, 9],
    ]);
  });

  test('RX1 is on the channel of the uplink, or on its number modulo eight', () => {
    const settings = { offset: 0, dwellTime400: false };
    expect(as923.rx1({ frequencyHz: 922_000_000, dataRate: 5 }, settings)?.frequencyHz).toBe(922_000_000);
    expect(us915.rx1({ frequencyHz: 914_900_000, dataRate: 0 }, settings)?.frequencyHz).toBe(927_500_000);
    expect(us915.rx1({ frequencyHz: 903_000_000, dataRate: 4 }, settings)?.frequencyHz).toBe(923_300_000);
    expect(au915.rx1({ frequencyHz: 915_400_000, dataRate: 0 }, settings)?.frequencyHz).toBe(923_900_000);
    expect(au915.rx1({ frequencyHz: 923_190_000, dataRate: 0 }, settings)).toBeUndefined();
  });

  test('RX2 is fixed', () => {
    expect([as923, eu868, us915, au915].map(({ rx2 }) => rx2)).toEqual([
      { frequencyHz: 923_200_000, dataRate: 2 },
      { frequencyHz: 869_525_000, dataRate: 0 },
      { frequencyHz: 923_300_000, dataRate: 8 },
      { frequencyHz: 923_300_000, dataRate: 8 },
    ]);
  });
});

describe('payload sizes', () => {
  const sizes = (region: Region, dwellTime400: boolean, count = 8) =>
    Array.from({ length: count }, (_, dataRate) => region.maxPayload(dataRate, dwellTime400));

  test('N is that of the tables without a repeater', () => {
    expect(sizes(as923, false)).toEqual([51, 51, 115, 115, 242, 242, 242, 242]);
    expect(sizes(as923, true)).toEqual([0, 0, 11, 53, 125, 242, 242, 242]);
    expect(sizes(eu868, false)).toEqual([51, 51, 51, 115, 242, 242, 242, 242]);
    expect(sizes(us915, true, 14)).toEqual([11, 53, 125, 242, 242, 0, 0, 0, 53, 129, 242, 242, 242, 242]);
    expect(sizes(au915, false, 14)).toEqual([51, 51, 51, 115, 242, 242, 242, 0, 53, 129, 242, 242, 242, 242]);
    expect(sizes(au915, true, 14)).toEqual([0, 0, 11, 53, 125, 242, 242, 0, 53, 129, 242, 242, 242, 242]);
    expect(as923.maxPayload(15, false)).toBe(0);
  });

  test('M is N and eight bytes', () => {
    expect([0, 2, 3, 4, 5].map((dataRate) => as923.maxMacPayload(dataRate, false))).toEqual([59, 123, 123, 250, 250]);
    expect([0, 2, 3, 4, 5].map((dataRate) => as923.maxMacPayload(dataRate, true))).toEqual([0, 19, 61, 133, 250]);
    expect([8, 9, 10].map((dataRate) => us915.maxMacPayload(dataRate, false))).toEqual([61, 137, 250]);
  });
});

test('powers and limits are those of the band', () => {
  expect([as923, eu868, us915, au915].map(({ maxEirpDbm }) => maxEirpDbm)).toEqual([16, 16, 30, 30]);
  expect(eu868.txPowersBelowMaxDb).toEqual([0, 2, 4, 6, 8, 10, 12, 14]);
  expect(us915.txPowersBelowMaxDb.at(-1)).toBe(28);
  expect([as923, eu868, us915, au915].map(({ maxAdrDataRate }) => maxAdrDataRate)).toEqual([5, 5, 3, 5]);
  expect([as923, eu868, us915, au915].map((region) => region.minDataRate(true))).toEqual([2, 0, 0, 2]);
  expect([as923, eu868, us915, au915].map((region) => region.minDataRate(false))).toEqual([0, 0, 0, 0]);
  // 25 mW and 500 mW ERP, 2.15 dB less than EIRP
  expect(eu868.downlinkPowerDbm(868_100_000)).toBe(16);
  expect(eu868.downlinkPowerDbm(869_525_000)).toBe(29);
  expect(as923.downlinkPowerDbm(923_200_000)).toBe(16);
});

test('Japan listens before it talks, Europe has duty cycles', () => {
  expect(as923.listenBeforeTalk).toEqual({ listenMs: 5, longestTransmissionMs: 4000, pauseMs: 50 });
  const shareAt = (hz: number) => eu868.dutyCycles?.find(({ fromHz, toHz }) => hz >= fromHz && hz < toHz)?.share;
  expect(shareAt(868_100_000)).toBe(0.01);
  expect(shareAt(869_525_000)).toBe(0.1);
  expect(shareAt(868_800_000)).toBe(0.001);
  expect(shareAt(868_650_000)).toBeUndefined();
});

test('a channel is the one within a few kilohertz of what a station reports', () => {
  fc.assert(
    fc.property(fc.nat(71), fc.integer({ min: -5_000, max: 5_000 }), (channel, offHz) => {
      const hz = us915.joinChannels[channel]?.frequencyHz ?? 0;
      expect(us915.channelOf(hz + offHz)).toBe(channel);
      expect(us915.channelHz(hz + offHz)).toBe(hz);
    }),
  );
  const own = [867_100_000, 867_300_000];
  expect(eu868.channelOf(868_299_988, own)).toBe(1);
  expect(eu868.channelOf(867_299_988, own)).toBe(4);
  expect(eu868.channelHz(867_299_988, own)).toBe(867_300_000);
  expect(eu868.channelOf(867_310_000, own)).toBeUndefined();
  expect(eu868.channelHz(867_310_000, own)).toBe(867_310_000);
  // 867.5 MHz, a channel of a device with fixed keys that the network was not told, as synthesisers report it
  for (const hz of [867_499_988, 867_500_024]) expect(eu868.channelHz(hz, own)).toBe(867_500_000);
});
