import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Area } from '../../../gateway/destinations/area.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function area(json: unknown): Area {
  const file = join(temporaryFolder(), 'area.geojson');
  writeFileSync(file, typeof json === 'string' ? json : JSON.stringify(json));
  return Area.read(file);
}

const square = (lon: number, lat: number, size: number) => [
  [lon, lat],
  [lon + size, lat],
  [lon + size, lat + size],
  [lon, lat + size],
  [lon, lat],
];
/** Around Takamatsu, with a lake in its middle. */
const coordinates = [square(134, 34.2, 0.4), square(134.15, 34.35, 0.1)];

test('a polygon contains what is within its ring and not in its holes; longitude comes first', () => {
  const takamatsu = area({ type: 'Polygon', coordinates });
  expect(takamatsu.contains(34.3, 134.05)).toBe(true);
  expect(takamatsu.contains(34.4, 134.2)).toBe(false);
  expect(takamatsu.contains(134.05, 34.3)).toBe(false);
  expect(takamatsu.contains(34.7, 134.05)).toBe(false);
});

test('several polygons, and features, count together', () => {
  const other = [square(135, 35, 0.1)];
  const both = area({
    type: 'FeatureCollection',
    features: [
      { type: 'Feature', properties: { name: '高松市' }, geometry: { type: 'Polygon', coordinates } },
      { type: 'Feature', properties: null, geometry: { type: 'MultiPolygon', coordinates: [other] } },
    ],
  });
  expect(both.contains(34.3, 134.05)).toBe(true);
  expect(both.contains(35.05, 135.05)).toBe(true);
  expect(both.contains(34.9, 134.9)).toBe(false);
});

test.each([
  ['no JSON', '{"type": '],
  ['a point', { type: 'Point', coordinates: [134, 34] }],
  [
    'an open triangle',
    {
      type: 'Polygon',
      coordinates: [
        [
          [1, 1],
          [2, 2],
          [1, 1],
        ],
      ],
    },
  ],
  ['texts', { type: 'Polygon', coordinates: [[['134', '34']]] }],
])('%s is refused, with the file and what to write', (_, json) => {
  expect(() => area(json)).toThrow(/the area in .*area\.geojson cannot be read/);
});
