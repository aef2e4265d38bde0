/** A hub's map: the newest of every device, in pages, from a cursor on; and what never comes there. */
import { expect, test } from 'vitest';
import { City, type CityOptions, type CityPage, maxDevices } from '../../../gateway/map/city.ts';
import type { DeviceFeature, TrackFeature } from '../../../gateway/map/geojson.ts';
import { mapSight } from '../../../gateway/map/map-sight.ts';
import type { DeviceDescription } from '../../../shared/feed/birth.ts';
import type { Origin } from '../../../shared/feed/topics.ts';
import type { Reading } from '../../../shared/reading.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { AT, level } from '../buffer/buffer-rig.ts';

const TOYAMA: Origin = { tenant: 'toyama', gateway: 'gateway-01' };
const TAKAMATSU: Origin = { tenant: 'takamatsu', gateway: 'gateway-01' };
const GAUGE: DeviceDescription = {
  id: 'gauge-01',
  type: 'line',
  kinds: ['water-level'],
  units: { level: 'm', battery: 'V', __proto__: 'x' } as Record<string, string>,
  place: { lat: 36.7, lon: 137.2, name: '神通川' },
  thresholds: [{ alarm: '氾濫注意水位', quantity: 'level', raise: 3, clear: 2.8 }],
};

function cityOf(options: Partial<CityOptions> = {}) {
  const clock = new VirtualClock();
  const city = new City({
    clock,
    run: 'r1',
    births: [],
    devicesOf: () => [],
    describe: (device, { tenant }) => (device === GAUGE.id && tenant === TOYAMA.tenant ? GAUGE : undefined),
    alarmsOf: () => [],
    ...options,
  });
  return { city, clock };
}

const devicesIn = ({ features }: CityPage) =>
  features.filter((each): each is DeviceFeature => each.geometry?.type !== 'LineString');
const tracksIn = ({ features }: CityPage) =>
  features.filter((each): each is TrackFeature => each.geometry?.type === 'LineString');
const one = (page: CityPage) => devicesIn(page)[0]?.properties;
const alarm = (state: 'raised' | 'cleared', observedAt: number, more = {}): Reading => ({
  device: 'gauge-01',
  kind: 'alarm',
  observedAt,
  values: { alarm: 'gate', state, quantity: 'level', value: 1, limit: 1, ...more },
});
const position = (observedAt: number, lat: number): Reading => ({
  device: 'plow-01',
  kind: 'position',
  observedAt,
  values: { lat, lon: 137.123_456_789 },
});

test('devices of several gateways and tenants are features of RFC 7946, longitude first', () => {
  const { city } = cityOf();
  city.sent(TOYAMA, [level(1)]);
  city.sent(TAKAMATSU, [level(2), position(AT, 34.5)]);
  const page = city.read();
  expect(page).toMatchObject({ type: 'FeatureCollection', isWhole: true, hasMore: false, devices: 3, since: AT });
  expect(devicesIn(page)[0]).toEqual({
    type: 'Feature',
    id: 'toyama/gateway-01/gauge-01',
    geometry: { type: 'Point', coordinates: [137.2, 36.7] },
    properties: {
      ...TOYAMA,
      device: 'gauge-01',
      name: '神通川',
      kinds: ['water-level'],
      readings: [{ kind: 'water-level', observedAt: AT + 1, values: { level: 1 } }],
      units: { level: 'm' },
      heardAt: AT,
      alarms: [],
      thresholds: GAUGE.thresholds,
    },
  });
  expect(devicesIn(page).map(({ id, geometry }) => [id, geometry?.coordinates])).toEqual([
    ['toyama/gateway-01/gauge-01', [137.2, 36.7]],
    ['takamatsu/gateway-01/gauge-01', undefined],
    ['takamatsu/gateway-01/plow-01', [137.123457, 34.5]],
  ]);
});

test('from a cursor on only what has changed is told; a cursor of another run begins anew', () => {
  const { city } = cityOf();
  city.sent(TOYAMA, [level(1), level(1, 'gauge-02')]);
  const { cursor } = city.read();
  expect(city.read(cursor)).toMatchObject({ features: [], cursor, isWhole: false });
  city.sent(TOYAMA, [level(2, 'gauge-02')]);
  expect(devicesIn(city.read(cursor)).map(({ id }) => id)).toEqual(['toyama/gateway-01/gauge-02']);
  for (const foreign of ['r0-0.1', 'r1-0.x', 'r1-0.-1', '', '.', 'r1-0.1e3']) {
    expect(city.read(foreign)).toMatchObject({ isWhole: true, features: { length: 2 } });
  }
  city.forget(TOYAMA);
  expect(city.read(cursor)).toMatchObject({ isWhole: true, features: [], devices: 0 });
});

test('pages are bounded, and together they are the whole, even if devices change meanwhile', () => {
  const { city } = cityOf();
  const ids = Array.from({ length: 2_500 }, (_, i) => `gauge-${i}`);
  city.sent(
    TOYAMA,
    ids.map((id) => level(1, id)),
  );
  const met = new Set<string>();
  let page = city.read();
  let pages = 1;
  for (; page.hasMore; pages++) {
    expect(page.features.length).toBeLessThanOrEqual(500);
    for (const { id } of page.features) met.add(id);
    city.sent(TOYAMA, [level(pages + 1, ids[pages * 7])]);
    page = city.read(page.cursor);
  }
  for (const { id } of page.features) met.add(id);
  expect(met.size).toBe(ids.length);
  expect(pages).toBe(6); // those that have changed meanwhile came again
});

test('the newest by its own time counts; what is dated ahead of this hub never does', () => {
  const { city } = cityOf();
  city.sent(TOYAMA, [level(50)]);
  city.sent(TOYAMA, [level(20), level(10 * 60_000)]);
  expect(one(city.read())?.readings).toMatchObject([{ values: { level: 50 } }]);
});

test('of sightings, sealed or of the city’s own tags, nothing is told but that the detector was heard', () => {
  const { city } = cityOf();
  const window = { count: 1, firstAt: AT, lastAt: AT, rssi: -60 };
  const sealed = { operator: 'op', sealed: 'c2VjcmV0', sealedWith: 'a2V5', ...window };
  city.sent(TOYAMA, [
    {
      device: 'detector-01',
      kind: 'sighting',
      observedAt: AT,
      values: { tag: 'child-7', lat: 35, lon: 139, ...window },
    },
    { device: 'detector-01', kind: 'sighting', observedAt: AT, values: sealed },
  ]);
  const page = city.read();
  expect(one(page)).toMatchObject({ device: 'detector-01', readings: [], heardAt: AT });
  expect(devicesIn(page)[0]?.geometry).toBeNull();
  expect(JSON.stringify(page)).not.toMatch(/child-7|c2VjcmV0|a2V5|"op"/);
});

test('alarms stand from raised to cleared by their own times, beside those that this hub has raised', () => {
  const { city } = cityOf({ alarmsOf: (device) => (device === 'gauge-01' ? ['flood'] : []) });
  city.sent(TOYAMA, [alarm('raised', AT + 1)]);
  expect(one(city.read())?.alarms).toEqual(['gate', 'flood']);
  city.sent(TOYAMA, [alarm('cleared', AT + 5)]);
  city.sent(TOYAMA, [alarm('raised', AT + 3)]); // late
  expect(one(city.read())?.alarms).toEqual(['flood']);
});

test('a neighbouring hub’s word about another’s device makes no device of its own', () => {
  const { city } = cityOf();
  city.sent(TOYAMA, [alarm('raised', AT, { tenant: 'x', gateway: 'y', device: 'z' })]);
  expect(city.read().features).toEqual([]);
});

test('a birth tells of devices before they are heard, and again when they are described anew', () => {
  const { city } = cityOf({ births: [TOYAMA], devicesOf: () => [GAUGE] });
  const page = city.read();
  expect(one(page)).toMatchObject({ device: 'gauge-01', name: '神通川', readings: [] });
  expect(one(page)).not.toHaveProperty('heardAt');
  city.born(TOYAMA);
  expect(city.read(page.cursor).features).toHaveLength(1);
});

test('a plow’s track is told once, then on from where it was', async () => {
  const { city, clock } = cityOf();
  const drive = async (i: number) => {
    city.sent(TOYAMA, [position(AT + i * 20_000, 36 + i / 1_000)]);
    await clock.advance(20_000);
  };
  for (const i of [0, 1, 2]) await drive(i);
  const page = city.read();
  expect(tracksIn(page)).toMatchObject([
    { id: 'track/toyama/gateway-01/plow-01', properties: { isWhole: true, times: { length: 3 } } },
  ]);
  await drive(3);
  const [next] = tracksIn(city.read(page.cursor));
  expect(next?.geometry.coordinates).toEqual([
    [137.123457, 36.002],
    [137.123457, 36.003],
  ]);
  expect(next?.properties).toMatchObject({ isWhole: false, trackOf: 'toyama/gateway-01/plow-01' });
});

test('long texts and many values are left out of what is kept', () => {
  const { city } = cityOf();
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`q${i}`, i]));
  city.sent(TOYAMA, [
    { device: 'a', kind: 'measurement', observedAt: AT, values: { ...many, note: 'x'.repeat(4_000) } },
    { device: 'b'.repeat(300), kind: 'measurement', observedAt: AT, values: {} },
  ]);
  const [only, ...others] = devicesIn(city.read());
  expect(others).toEqual([]);
  expect(Object.keys(only?.properties.readings[0]?.values ?? {})).toHaveLength(32);
});

test('one gateway cannot fill the map, and beyond the bound devices are left out, which is said', () => {
  const { city } = cityOf();
  const from = (gateway: number) => ({ tenant: 'toyama', gateway: `gateway-${gateway}` });
  const readings = Array.from({ length: 10_001 }, (_, i) => level(1, `gauge-${i}`));
  city.sent(from(0), readings);
  expect(city.read()).toMatchObject({ devices: 10_000, isFull: true });
  for (let gateway = 1; gateway <= 10; gateway++) city.sent(from(gateway), readings.slice(0, 10_000));
  expect(city.read().devices).toBe(maxDevices);
  city.forget(from(0));
  expect(city.read()).toMatchObject({ devices: maxDevices - 10_000, isFull: false });
});

test('tracks of the gateway’s own devices go with the device', () => {
  const clock = new VirtualClock();
  const known = new Map([['plow-01', {}]]);
  const map = mapSight({ clock, devices: known });
  for (const i of [0, 1]) map.note(position(AT + i * 20_000, 36 + i), clock.moment());
  expect([...map.tracks()]).toMatchObject([{ properties: { trackOf: 'plow-01' } }]);
  expect(map.city).toBeUndefined();
  known.clear();
  expect([...map.tracks()]).toEqual([]);
});
