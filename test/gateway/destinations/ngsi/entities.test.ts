/** What readings become: by the Smart Data Models, and so that Orion takes it. */
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { DEVICE_TYPES } from '../../../../devices/catalogue.ts';
import { LPP_NAMES, lppUnit } from '../../../../devices/profile/cayenne-lpp.ts';
import { entitiesOf } from '../../../../gateway/destinations/ngsi/make-entities.ts';
import { DEFAULT_RULES, Mapping, type Rule } from '../../../../gateway/destinations/ngsi/mapping.ts';
import { ngsiLd } from '../../../../gateway/destinations/ngsi/ngsi-ld.ts';
import { ngsiV2 } from '../../../../gateway/destinations/ngsi/ngsi-v2.ts';
import { unitCode } from '../../../../gateway/destinations/ngsi/units.ts';
import type { DeviceDescription } from '../../../../shared/feed/birth.ts';
import { QUALITIES, type Quality, READING_KINDS, type Reading, UNITS_OF_KIND } from '../../../../shared/reading.ts';
import { wellFormed } from '../../../../shared/text.ts';
import { isObject } from '../../../../simulators/orion/exchange.ts';
import { NgsiLdBroker } from '../../../../simulators/orion/ngsi-ld-broker.ts';
import { NgsiV2Broker } from '../../../../simulators/orion/ngsi-v2-broker.ts';
import { AT } from './ngsi-rig.ts';
import { SMART_DATA_MODELS } from './smart-data-models.ts';

const origin = { tenant: 'kakogawa', gateway: 'gateway-01' };

/** Quantities of the device types, the shipped profiles and the payload formats, and names that a profile may invent. */
const QUANTITIES = [
  ...['level', 'distance', 'temperature', 'pressure', 'humidity', 'windSpeed', 'windDirection', 'rainfall', 'battery'],
  ...[
    'entered',
    'left',
    'enteredTotal',
    'leftTotal',
    'lat',
    'lon',
    'altitude',
    'speed',
    'course',
    'hdop',
    'satellites',
  ],
  ...['fix', 'rssi', 'snr', 'batteryLevel', 'externalPower', 'linkMargin', 'online', 'downlink', 'downlinkResult'],
  ...['payload', 'port', 'id', 'type', 'location', 'value', 'name', 'constructor', '水温', 'dateExpires', 'category'],
  ...LPP_NAMES,
];
const UNITS = ['m', 'mm', 'Cel', 'Pa', '%', '%EL', '%RH', 'V', 'm/s', 'km/h', 'deg', 'count', 'dBm', 'lx', 'furlong'];

const number = fc.oneof(
  fc.double({ noNaN: true }),
  fc.integer({ min: -1_000, max: 1_000 }),
  fc.constantFrom(0, -0, 360, 359.9, 0.5, 1e21, Number.NaN, Number.POSITIVE_INFINITY),
);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('a(b)<c>', 'it\'s = "x"; &?/#', '水位（危険）', ''),
);
const values = fc.dictionary(fc.constantFrom(...QUANTITIES), fc.oneof(number, number, text, fc.boolean()), {
  maxKeys: 8,
});
const alarmValues = fc.record({
  alarm: fc.oneof(text, fc.constant('氾濫注意水位')),
  state: fc.constantFrom('raised' as const, 'cleared' as const),
  quantity: fc.constantFrom('level', 'silence', 'battery', 'temperature', '水温'),
  value: number,
  limit: number,
});
const sightingValues = fc.record({ tag: text, rssi: number, count: number, firstAt: number, lastAt: number });

const reading: fc.Arbitrary<Reading> = fc
  .record({
    device: fc.oneof(fc.constantFrom('gauge-01', 'a.b_c-d'), text),
    kind: fc.constantFrom(...READING_KINDS),
    observedAt: fc.integer({ min: 0, max: 253_402_300_799_999 }),
    quality: fc.option(fc.constantFrom(...QUALITIES), { nil: undefined }),
    values,
    alarmValues,
    sightingValues,
  })
  .map(({ kind, quality, values, alarmValues, sightingValues, ...rest }) => {
    const own = kind === 'alarm' ? alarmValues : kind === 'sighting' ? sightingValues : values;
    return { ...rest, kind, values: own, ...(quality !== undefined && { quality }) } as Reading; // by its kind
  });
const description: fc.Arbitrary<DeviceDescription | undefined> = fc.option(
  fc.record({
    id: fc.constant('gauge-01'),
    type: fc.constantFrom(...DEVICE_TYPES.map(({ name }) => name)),
    kinds: fc.subarray([...READING_KINDS]),
    units: fc.dictionary(fc.constantFrom(...QUANTITIES), fc.constantFrom(...UNITS)),
    place: fc.record({ lat: number, lon: number }, { requiredKeys: [] }),
    thresholds: fc.array(fc.record({ alarm: text, quantity: fc.constant('level'), raise: number, clear: number }), {
      maxLength: 3,
    }),
  }),
  { nil: undefined },
);

/** All that is made of a reading, each attribute with its time. */
function made(
  reading: Reading,
  description: DeviceDescription | undefined,
  tellsDoubts = false,
  rules: readonly Rule[] = [],
) {
  const { contributions } = entitiesOf(reading, { origin, description, mapping: new Mapping(rules), tellsDoubts });
  return contributions.map(({ id, type, attributes }) => ({
    id,
    type,
    attributes: new Map(
      Object.entries(attributes).map(([name, attribute]) => [name, { attribute, mark: { at: reading.observedAt } }]),
    ),
  }));
}

function plain(reading: Reading, description?: DeviceDescription): Readonly<Record<string, unknown>>[] {
  const format = ngsiV2({ servicePath: '/' });
  return made(reading, description).map((entity) => {
    const { id, type, ...attributes } = JSON.parse(format.entity(entity));
    const values = Object.entries(attributes).map(([name, attribute]) => [
      name,
      isObject(attribute) && attribute.value,
    ]);
    return { id, type, ...Object.fromEntries(values) };
  });
}

test('whatever a device reports becomes entities that keep to the schema of their model', () => {
  fc.assert(
    fc.property(reading, description, (reading, description) => {
      for (const entity of plain(reading, description)) {
        const schema = SMART_DATA_MODELS[String(entity.type)];
        expect(schema, String(entity.type)).toBeDefined();
        if (schema !== undefined) expect(v.safeParse(schema, entity).issues ?? [], JSON.stringify(entity)).toEqual([]);
      }
    }),
    { numRuns: 3_000 },
  );
});

test('whatever a device reports is taken by Orion, and by the three brokers of NGSI-LD', () => {
  fc.assert(
    fc.property(reading, description, fc.boolean(), (reading, description, tellsDoubts) => {
      const entities = made(reading, description, tellsDoubts);
      if (entities.length === 0) return;
      for (const format of [ngsiV2({ service: 's', servicePath: '/' }), ngsiLd({ types: [] })]) {
        const { method, path, headers, body = '' } = format.update(entities.map((entity) => format.entity(entity)));
        const all = { ...format.headers, ...headers, 'content-length': '1' };
        const brokers = path.startsWith('/v2')
          ? [new NgsiV2Broker()]
          : (['orion-ld', 'scorpio', 'stellio'] as const).map((flavour) => new NgsiLdBroker(flavour));
        for (const broker of brokers) {
          const answer = broker.answer({ method, path, headers: all, body });
          expect([answer.status, answer.body, body]).toEqual([
            expect.toSatisfy((s) => s === 201 || s === 204),
            expect.anything(),
            body,
          ]);
        }
      }
    }),
    { numRuns: 2_000 },
  );
});

test('the same device has the same ids always, and two devices never share one', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      const idOf = (device: string) =>
        plain({ device, kind: 'water-level', observedAt: AT, values: { level: 1 } }).map(({ id }) => id);
      expect(idOf(a)).toEqual(idOf(a));
      if (wellFormed(a) === a && wellFormed(b) === b && a !== b) expect(idOf(a)).not.toEqual(idOf(b));
    }),
  );
});

const gauge = (more: Partial<DeviceDescription> = {}): DeviceDescription => ({
  ...{ id: 'gauge-01', type: 'maxbotix', kinds: ['water-level'], units: { level: 'm', distance: 'm' } },
  ...{ place: { lat: 34.76, lon: 134.84 } },
  ...more,
});
const water = (values: Record<string, number>, more: object = {}): Reading => ({
  ...{ device: 'gauge-01', kind: 'water-level', observedAt: AT, values },
  ...more,
});

test('a water level is a FloodMonitoring and a WaterObserved, with its place, time and thresholds', () => {
  const thresholds = [
    { alarm: '氾濫注意水位', quantity: 'level', raise: 2, clear: 1.9 },
    { alarm: '氾濫危険水位', quantity: 'level', raise: 3.5, clear: 3.4 },
  ];
  const location = { type: 'Point', coordinates: [134.84, 34.76] };
  expect(plain(water({ level: 1.25, distance: 3 }), gauge({ thresholds }))).toEqual([
    {
      ...{ id: 'urn:ngsi-ld:FloodMonitoring:kakogawa:gateway-01:gauge-01', type: 'FloodMonitoring', location },
      ...{ currentLevel: 1.25, measuredDistance: 3, alertLevel: 2, dangerLevel: 3.5, stationID: 'gauge-01' },
      observationDateTime: '2026-01-15T03:00:00.000Z',
    },
    {
      ...{ id: 'urn:ngsi-ld:WaterObserved:kakogawa:gateway-01:gauge-01', type: 'WaterObserved', location },
      ...{ waterLevel: 1.25, dateObserved: '2026-01-15T03:00:00.000Z' },
      refDevice: 'urn:ngsi-ld:Device:kakogawa:gateway-01:gauge-01',
    },
  ]);
});

test('a level below the datum is a FloodMonitoring alone, and the WaterObserved keeps its value and its time', () => {
  expect(plain(water({ level: -0.3 }), gauge()).map(({ type }) => type)).toEqual(['FloodMonitoring']);
});

test('a reading of which nothing can go says why', () => {
  const rules: Rule[] = [
    { kind: 'water-level', type: 'WaterObserved', attributes: { waterLevel: 'level' }, fixed: {} },
  ];
  const making = { origin, mapping: new Mapping(rules), tellsDoubts: false };
  const why = (reading: Reading, description: DeviceDescription) =>
    entitiesOf(reading, { ...making, description }).lacking?.en;
  expect(why(water({ level: -0.3 }), gauge())).toMatch(/waterLevel of WaterObserved cannot be -0.3/);
  const { place: _, ...without } = gauge();
  expect(why(water({ level: 1 }), without)).toMatch(/requires a place/);
});

test('values in doubt do not stand for what is the case, unless doubts are told: then every value has its quality', () => {
  const doubtful = water({ level: 9, distance: 3 }, { quality: 'out-of-range' satisfies Quality, doubtful: ['level'] });
  const [flood] = plain(doubtful, gauge());
  expect(flood).toMatchObject({ measuredDistance: 3 });
  expect(flood).not.toHaveProperty('currentLevel');
  const [told] = made(doubtful, gauge(), true);
  const qualityOf = (name: string) => told?.attributes.get(name)?.attribute.quality;
  expect([qualityOf('currentLevel'), qualityOf('measuredDistance')]).toEqual(['out-of-range', 'good']);
});

test('a vehicle has its speed in km/h, and no heading while it stands', () => {
  const at = (values: object) =>
    plain({ device: 'plow-1', kind: 'position', observedAt: AT, values: { lat: 37.5, lon: 139.9, ...values } });
  const [vehicle, fleet] = at({ speed: 10, course: 360 });
  expect(vehicle).toMatchObject({
    type: 'Vehicle',
    speed: 36,
    heading: 0,
    vehicleType: 'other',
    category: ['tracked'],
  });
  expect(fleet).toMatchObject({ type: 'FleetVehicleStatus', speed: 36, fleetVehicle: vehicle?.id });
  expect(at({ speed: 0, course: 90 })[0]).toMatchObject({ speed: 0, heading: -1 });
});

test('people are counted in whole numbers, by direction and together', () => {
  const [crowd, items] = plain(
    { device: 'gate-1', kind: 'people-count', observedAt: AT, values: { entered: 3, left: 2 } },
    gauge({ kinds: ['people-count'] }),
  );
  expect(crowd).toMatchObject({ type: 'CrowdFlowObserved', peopleCount: 5, peopleCountTowards: 3, peopleCountAway: 2 });
  expect(items).toMatchObject({ type: 'ItemFlowObserved', intensity: 5, laneId: 1, itemType: 'people' });
});

test('a battery is a share of 1 if it was told in percent, and otherwise a voltage', () => {
  const status = (values: Record<string, number | boolean>, units: Record<string, string>) =>
    plain({ device: 'gauge-01', kind: 'status', observedAt: AT, values }, gauge({ units }))[0];
  expect(status({ batteryLevel: 87, online: true }, { batteryLevel: '%EL' })).toMatchObject({
    ...{ type: 'Device', batteryLevel: 0.87, deviceState: 'online', controlledProperty: ['waterLevel'] },
  });
  expect(status({ battery: 3.6 }, { battery: 'V' })).toMatchObject({ batteryVoltage: 3.6 });
});

test('an alarm is an alert of its own for each name, raised and cleared', () => {
  const alarm = (state: 'raised' | 'cleared', alarm: string, quantity: string): Reading => ({
    ...{ device: 'gauge-01', kind: 'alarm', observedAt: AT },
    values: { alarm, state, quantity, value: 2.6, limit: 2.5 },
  });
  const [flood] = plain(alarm('raised', '氾濫', 'level'), gauge());
  expect(flood).toMatchObject({
    ...{ id: 'urn:ngsi-ld:WeatherAlert:kakogawa:gateway-01:gauge-01:%E6%B0%BE%E6%BF%AB', category: 'naturalDisaster' },
    ...{ subCategory: 'flood', severity: 'high', alertState: 'raised', name: '氾濫', observedValue: 2.6, limit: 2.5 },
    ...{ validFrom: '2026-01-15T03:00:00.000Z', alertSource: 'urn:ngsi-ld:Device:kakogawa:gateway-01:gauge-01' },
  });
  const [cleared] = plain(alarm('cleared', '氾濫', 'level'), gauge());
  expect(cleared).toMatchObject({
    alertState: 'cleared',
    severity: 'informational',
    validTo: '2026-01-15T03:00:00.000Z',
  });
  expect(plain(alarm('raised', 'silent', 'silence'), gauge())[0]).toMatchObject({ type: 'DeviceAlert' });
  expect(plain(alarm('raised', 'hot', 'temperature'), gauge())[0]).toMatchObject({ type: 'Alert' });
});

test('what has no attribute elsewhere is a DeviceMeasurement for each quantity', () => {
  const entities = plain(water({ level: 1, temperature: 12.5 }), gauge({ units: { level: 'm', temperature: 'Cel' } }));
  expect(entities.at(-1)).toMatchObject({
    ...{ id: 'urn:ngsi-ld:DeviceMeasurement:kakogawa:gateway-01:gauge-01:temperature', numValue: 12.5, unit: 'CEL' },
    controlledProperty: 'temperature',
  });
});

test('a mapping of the configuration stands instead of the one that ships for its kind, and a group instead of none', () => {
  const rules: Rule[] = [
    { kind: 'position', type: 'Vehicle', attributes: {}, fixed: {} },
    { kind: 'position', group: 'plows', type: 'Vehicle', attributes: {}, fixed: { vehicleType: 'lorry' } },
  ];
  const reading: Reading = { device: 'p', kind: 'position', observedAt: AT, values: { lat: 1, lon: 2 } };
  const typeOf = (group?: string) =>
    made(reading, gauge(group === undefined ? {} : { group }), false, rules).map(
      ({ attributes }) => attributes.get('vehicleType')?.attribute.value,
    );
  expect([typeOf(), typeOf('plows')]).toEqual([['other'], ['lorry']]);
});

test('every unit that the readings of a kind or a payload format have is one of UN/CEFACT', () => {
  const units = [...Object.values(UNITS_OF_KIND).flatMap((all) => Object.values(all)), ...LPP_NAMES.map(lppUnit)];
  for (const unit of units) if (unit !== undefined) expect([unit, unitCode(unit)]).toEqual([unit, expect.any(String)]);
  expect([unitCode('m'), unitCode('Cel'), unitCode('m/s'), unitCode('toString')]).toEqual([
    'MTR',
    'CEL',
    'MTS',
    undefined,
  ]);
});

test('every kind of reading has a rule', () => {
  expect(new Set(DEFAULT_RULES.map(({ kind }) => kind))).toEqual(new Set(READING_KINDS));
});
