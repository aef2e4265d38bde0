import { expect, test } from 'vitest';
import { regionOf } from '../../../devices/lorawan/regions/regions.ts';
import { AirTime } from '../../../gateway/lorawan/air-time.ts';
import type { ReceiveWindow } from '../../../gateway/ports/radio.ts';

const lora = (spreadingFactor: 7 | 9 | 12, frequencyHz: number): ReceiveWindow => ({
  frequencyHz,
  modulation: { kind: 'lora', spreadingFactor, bandwidthHz: 125_000 },
});

test('a station sends one thing at a time, with the 50 ms pause required in Japan', () => {
  const air = new AirTime(regionOf('AS923-1'));
  const window = lora(7, 923_200_000);
  // 17 bytes at SF7/125 kHz without CRC: 12.25 + 8 + 5 * ceil((136 - 28 + 28) / 28) symbols of 1.024 ms are 46.3 ms
  expect(air.book('a', 17, window, 1_000)).toBe(true);
  expect(air.book('a', 17, window, 1_096)).toBe(false);
  expect(air.book('a', 17, window, 904)).toBe(false);
  expect(air.book('a', 17, window, 1_097)).toBe(true);
  expect(air.book('b', 17, window, 1_000)).toBe(true);
  air.unbook('a', 1_000);
  expect(air.book('a', 17, window, 1_000)).toBe(true);
});

test('transmissions longer than 4 s are not sent in Japan', () => {
  const air = new AirTime(regionOf('AS923-1'));
  expect(air.book('a', 64, lora(12, 923_200_000), 0)).toBe(true);
  expect(air.book('a', 200, lora(12, 923_200_000), 60_000)).toBe(false);
});

test("Europe's share of each hour is respected per sub-band, and recovers", () => {
  const air = new AirTime(regionOf('EU868'));
  const second = 1_000;
  let sent = 0;
  // 33 bytes at SF12/125 kHz without CRC take 1.811 s: 1 % of an hour has room for 19
  for (let i = 0; i < 100; i++) if (air.book('a', 33, lora(12, 868_100_000), i * 3 * second)) sent++;
  expect(sent).toBe(19);
  expect(air.book('a', 33, lora(12, 869_525_000), 400 * second)).toBe(true);
  expect(air.book('a', 33, lora(12, 868_100_000), 3_700 * second)).toBe(true);
});
