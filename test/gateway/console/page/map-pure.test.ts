/** What the map reckons without a browser: spots, trails, a walk. */
import { expect, test } from 'vitest';
import {
  boundsOf,
  citySpot,
  EVERYTHING,
  filtered,
  ownSpot,
  ownSpots,
  SPOT_STATES,
  silentGatewaysIn,
  urgencyOf,
} from '../../../../gateway/console/page/map/spots.ts';
import { Trails } from '../../../../gateway/console/page/map/trails.ts';
import { WalkLog, walkCsv, walkGeoJson } from '../../../../gateway/console/page/map/walk-log.ts';
import type { DeviceFeature } from '../../../../gateway/map/geojson.ts';
import type { DeviceStatus } from '../../../../gateway/status/status.ts';
import { AT } from '../../buffer/buffer-rig.ts';

const device = (more: object): DeviceStatus =>
  ({ state: 'reporting', alarms: [], thresholds: [], units: {}, ...more }) as unknown as DeviceStatus; // as much as is looked at
const own = (more: object) => ownSpot({ tenant: 'kakogawa', gateway: 'gateway-01' }, 'gauge-01', device(more));
const reading = (kind: string, values: object, more: object = {}) => ({
  last: { kind, observedAt: AT, values, ...more },
});
const feature = (properties: object): DeviceFeature =>
  ({
    id: 'toyama/gateway-01/a',
    geometry: { type: 'Point', coordinates: [137.2, 36.7] },
    properties: {
      ...{ tenant: 'toyama', gateway: 'gateway-01', device: 'a', kinds: [], readings: [], units: {}, alarms: [] },
      ...{ thresholds: [], ...properties },
    },
  }) as unknown as DeviceFeature; // as the hub writes it

test.each([
  [{ alarms: ['氾濫危険水位', '氾濫注意水位'], state: 'silent' }, 'alarm', 4],
  [{ alarms: ['gate'] }, 'alarm', undefined],
  [{ alarms: ['silent'], state: 'silent' }, 'silent', undefined],
  [{ ...reading('water-level', { level: 9 }, { quality: 'out-of-range' }) }, 'doubtful', undefined],
  [{ ...reading('water-level', { level: 9 }, { quality: 'stale' }), state: 'maintenance' }, 'maintenance', undefined],
  [{ state: 'waiting' }, 'waiting', undefined],
  [reading('water-level', { level: 1 }), 'reporting', undefined],
])('a device with %j is %s', (given, state, level) => {
  expect(own(given)).toMatchObject({ state, level });
});

test('what needs somebody more is more urgent, and each urgency is of one state and level', () => {
  const levels = ([5, 4, 3, 2, 1, undefined] as const).map((level) => urgencyOf({ state: 'alarm', level }));
  const states = SPOT_STATES.filter((state) => state !== 'alarm').map((state) =>
    urgencyOf({ state, level: undefined }),
  );
  const all = [...levels, ...states];
  expect(all).toEqual(all.toSorted((a, b) => b - a));
  expect(new Set(all).size).toBe(all.length);
});

test.each([
  [reading('status', { shelter: 'open' }), 'shelter'],
  [reading('position', { lat: 35, lon: 139 }), 'moving'],
  [reading('people-count', { entered: 1 }), 'people'],
  [{ thresholds: [{ quantity: 'level', alarm: 'x', raise: 1, clear: 0 }] }, 'water'],
  [reading('sighting', { tag: 'child-7' }), 'detector'],
  [{}, 'other'],
])('by what it tells it is known what it is: %#', (given, kind) => {
  expect(own(given).kind).toBe(kind);
});

test('of a sighting nothing is kept, wherever it says it was', () => {
  const spot = own(reading('sighting', { tag: 'child-7', lat: 35, lon: 139 }));
  expect(spot).toMatchObject({ readings: [], place: undefined });
  expect(JSON.stringify(spot)).not.toContain('child-7');
});

test('a device that moves is where it last was, one that is doubted or nowhere on earth is where it was put', () => {
  const place = { lat: 1, lon: 2, name: 'garage' };
  const at = (values: object, more = {}) => own({ ...reading('position', values, more), place }).place;
  expect(at({ lat: 35, lon: 139 })).toEqual({ lat: 35, lon: 139 });
  expect(at({ lat: 35, lon: 139 }, { quality: 'uncertain' })).toEqual({ lat: 1, lon: 2 });
  expect(at({ lat: 95, lon: 139 })).toEqual({ lat: 1, lon: 2 });
});

test('of a gateway that its hub takes for silent every device is silent, and says why', () => {
  const expected = { state: 'silent' } as never;
  const silent = silentGatewaysIn([{ tenant: 'toyama', gateway: 'gateway-01', expected } as never]);
  expect(citySpot(feature({ heardAt: AT }), silent)).toMatchObject({ state: 'silent', isGatewaySilent: true });
  expect(citySpot(feature({ heardAt: AT }), new Set())).toMatchObject({
    state: 'reporting',
    place: { lat: 36.7, lon: 137.2 },
  });
  expect(citySpot(feature({}), new Set()).state).toBe('waiting');
});

test('what a stranger named cannot turn the direction of the page', () => {
  expect(citySpot(feature({ device: 'a\u202eb' }), new Set()).device).toBe('a\ufffdb');
});

test('a station that says where it stands is on the map, and is silent when it has not talked for a while', () => {
  const stations = {
    b827ebfffe000001: { lastAt: AT, frames: 3, place: { lat: 36.7, lon: 137.2 } },
    b827ebfffe000002: { lastAt: AT, frames: 3 },
  };
  const at = (now: number) =>
    ownSpots({ tenant: 'toyama', gateway: 'gateway-01', devices: {}, ports: { lora: { stations } as never } }, now);
  expect(at(AT + 60_000)).toMatchObject([{ device: 'b827ebfffe000001', kind: 'station', state: 'reporting' }]);
  expect(at(AT + 600_000)).toMatchObject([{ state: 'silent', place: { lat: 36.7, lon: 137.2 } }]);
});

test('what it says of itself does not hide what it observes', () => {
  const readings = [
    { kind: 'status', observedAt: AT + 1, values: { battery: 3 } },
    { kind: 'water-level', observedAt: AT, values: { level: 1 } },
  ];
  expect(citySpot(feature({ readings }), new Set()).readings.map(({ kind }) => kind)).toEqual([
    'water-level',
    'status',
  ]);
});

test('spots are found by name or place in any width of letters', () => {
  const spots = [own({ place: { name: '引地川 ＡＢ橋' } }), citySpot(feature({}), new Set())];
  const ids = (wanted: object) => filtered(spots, { ...EVERYTHING, ...wanted }).map(({ device: id }) => id);
  expect(ids({ text: 'ab橋' })).toEqual(['gauge-01']);
  expect(ids({ text: ' TOYAMA/' })).toEqual(['a']);
  expect(ids({ tenant: 'kakogawa' })).toEqual(['gauge-01']);
  expect(ids({})).toEqual(['a', 'gauge-01']); // not heard yet before reporting
});

test('the view holds all places, and there is none of nowhere', () => {
  expect(boundsOf([])).toBeUndefined();
  expect(
    boundsOf([
      { lat: 36, lon: 137 },
      { lat: 34, lon: 139 },
    ]),
  ).toEqual([137, 34, 139, 36]);
});

test('a trail goes on where it was, takes the place of what was if it is told whole, and keeps the last hour', () => {
  const trails = new Trails();
  const part = (from: number, to: number, isWhole: boolean) =>
    ({
      geometry: { coordinates: Array.from({ length: to - from + 1 }, (_, i) => [137, 36 + from + i]) },
      properties: { times: Array.from({ length: to - from + 1 }, (_, i) => AT + (from + i) * 10_000), isWhole },
    }) as never; // as the hub writes it
  const told = () => trails.since(0).map(([id, points]) => [id, ...points.map(({ at }) => (at - AT) / 10_000)]);
  trails.take('a', part(0, 2, true));
  trails.take('a', part(2, 4, false));
  expect(told()).toEqual([['a', 0, 1, 2, 3, 4]]);
  trails.add('a', { at: AT + 41_000, lat: 0, lon: 0 }); // too near
  trails.add('b', { at: AT, lat: 0, lon: 0 }); // no line yet
  trails.take('a', part(3, 4, true));
  expect(told()).toEqual([['a', 3, 4]]);
  for (let i = 5; i < 1_000; i++) trails.add('a', { at: AT + i * 10_000, lat: 0, lon: 0 });
  expect(told()[0]).toHaveLength(401);
  trails.clear((id) => id === 'a');
  expect(told()).toEqual([]);
});

const uplink = (frameCounter: number, at = AT) => ({
  number: frameCounter,
  frameCounter,
  observedAt: at,
  dataRate: 'SF7BW125',
  stations: [
    { station: 'b827ebfffe000001', rssi: -80, snr: 8 },
    { station: 'b827ebfffe000002', rssi: -110 },
  ],
});

test('a walk is kept with where the device was, else where the phone was, else nowhere; never with an old place', () => {
  const log = new WalkLog();
  const place = (lat: number, at = AT) => ({ lat, lon: 139, at });
  log.add([uplink(1)], place(35), place(36));
  log.add([uplink(2)], place(35, AT - 61_000), { ...place(36), accuracyM: 5 });
  log.add([uplink(3)], undefined, place(36, AT - 61_000));
  expect(log.points.map(({ placeBy, place: at }) => [placeBy, at?.lat])).toEqual([
    ['device', 35],
    ['phone', 36],
    [undefined, undefined],
  ]);
  expect(walkGeoJson(log.points)).toMatchObject({
    type: 'FeatureCollection',
    features: [
      { geometry: { type: 'Point', coordinates: [139, 35] }, properties: { frameCounter: 1, placeBy: 'device' } },
      { geometry: { coordinates: [139, 36] }, properties: { accuracy: 5, stations: { length: 2 } } },
    ],
  });
  const lines = walkCsv(log.points).split('\r\n');
  expect(lines).toHaveLength(1 + 3 * 2 + 1);
  expect(lines[3]).toBe('2026-01-15T03:00:00.000Z,2,SF7BW125,2,b827ebfffe000001,-80,8,36,139,5,phone');
  expect(lines[6]).toBe('2026-01-15T03:00:00.000Z,3,SF7BW125,2,b827ebfffe000002,-110,,,,,');
});

test('uplinks that nobody heard are counted over the roll-over of the counter, and not when a device begins anew', () => {
  const log = new WalkLog();
  for (const counter of [65_533, 65_535, 2, 3, 0]) log.add([uplink(counter)], undefined, undefined);
  expect(log.missed).toBe(1 + 2);
});
