/** Expected values: the formula of the SX1276 datasheet §4.1.1.7, worked by hand. */
import { describe, expect, test } from 'vitest';
import { type Modulation, timeOnAirMs } from '../../../devices/lorawan/region.ts';
import { REGION_NAMES, regionOf } from '../../../devices/lorawan/regions/regions.ts';

const lora = (spreadingFactor: 5 | 7 | 9 | 10 | 12, bandwidthHz: 125_000 | 250_000 | 500_000): Modulation => ({
  kind: 'lora',
  spreadingFactor,
  bandwidthHz,
});

describe('uplinks', () => {
  test.each([
    ['SF7', 13, lora(7, 125_000), 46.336], // 45.25 symbols of 1.024 ms
    ['SF9', 13, lora(9, 125_000), 164.864], // 40.25 of 4.096
    ['SF10', 13, lora(10, 125_000), 288.768], // 35.25 of 8.192
    ['SF12 with low data rate optimisation', 13, lora(12, 125_000), 1155.072], // 35.25 of 32.768
    ['SF12 and 51 bytes of payload', 64, lora(12, 125_000), 2793.472], // 85.25 of 32.768
    ['SF7 in 250 kHz', 13, lora(7, 250_000), 23.168],
    ['SF12 in 500 kHz', 13, lora(12, 500_000), 288.768], // 35.25 of 8.192
    ['FSK', 13, { kind: 'fsk', bitRate: 50_000 } as const, 3.84], // 24 bytes
  ])('%s of %i bytes', (_, bytes, modulation, ms) => {
    expect(timeOnAirMs(bytes, modulation)).toBeCloseTo(ms, 6);
  });
});

test('a downlink has no CRC', () => {
  // 104 / 28 rounded up is 4; with the 16 bits of a CRC it would be 5
  expect(timeOnAirMs(13, lora(7, 125_000), { crc: false })).toBeCloseTo(40.25 * 1.024, 6);
  expect(timeOnAirMs(13, { kind: 'fsk', bitRate: 50_000 }, { crc: false })).toBeCloseTo(3.52, 6);
});

test('SF5 has a longer preamble and no eight bits more', () => {
  // SX1261/2 §6.1.4: 8 + 6.25 + 8 + 5 * ceil((104 + 16 - 20 + 20) / 20) symbols of 0.256 ms
  expect(timeOnAirMs(13, lora(5, 125_000))).toBeCloseTo((22.25 + 30) * 0.256, 6);
});

test('an empty frame is on the air for its preamble and header', () => {
  expect(timeOnAirMs(0, lora(12, 125_000), { crc: false })).toBeCloseTo(20.25 * 32.768, 6);
});

/** The tables were made so: a PHYPayload is 5 bytes (MHDR and MIC) longer than the MACPayload. */
test('what the tables allow under a dwell time of 400 ms stays under it', () => {
  for (const region of REGION_NAMES.map(regionOf)) {
    for (const [dataRate, modulation] of region.uplinkDataRates.entries()) {
      if (!modulation || region.maxPayload(dataRate, true) === 0 || region.name === 'EU868') continue;
      expect(timeOnAirMs(region.maxMacPayload(dataRate, true) + 5, modulation)).toBeLessThanOrEqual(400);
    }
  }
});

test('what AS923 allows without one is within the 4 s of Japan', () => {
  const { uplinkDataRates, maxMacPayload } = regionOf('AS923-1');
  for (const [dataRate, modulation] of uplinkDataRates.entries()) {
    if (modulation) expect(timeOnAirMs(maxMacPayload(dataRate, false) + 5, modulation)).toBeLessThanOrEqual(4000);
  }
});
