import { expect, test } from 'vitest';
import { distanceM } from '../../../devices/gps/geodesy.ts';

// Lengths of one degree by NIMA TR8350.2's ellipsoid, as in the usual tables: 110 574 m of latitude at the equator and
// 111 694 m at the poles; 111 320 m of longitude at the equator and 55 800 m at 60°.
test.each([
  [{ lat: -0.5, lon: 0 }, { lat: 0.5, lon: 0 }, 110_574],
  [{ lat: 89, lon: 0 }, { lat: 90, lon: 0 }, 111_694],
  [{ lat: 0, lon: 10 }, { lat: 0, lon: 11 }, 111_320],
  [{ lat: 60, lon: 10 }, { lat: 60, lon: 11 }, 55_800],
])('one degree from %j to %j is %i m', (from, to, metres) => {
  expect(Math.abs(distanceM(from, to) / metres - 1)).toBeLessThan(0.001);
});

test('the short way leads across the date line', () => {
  expect(distanceM({ lat: 0, lon: 179.5 }, { lat: 0, lon: -179.5 })).toBeCloseTo(111_319.5, 0);
});
