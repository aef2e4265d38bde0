/** The rules of the Smart Data Models for what is sent, written out from their schemas by hand: key-values form. */
import * as v from 'valibot';

const id = v.pipe(v.string(), v.maxLength(256), v.regex(/^urn:ngsi-ld:[\w.%:-]+$/));
const dateTime = v.pipe(v.string(), v.isoTimestamp());
const notNegative = v.pipe(v.number(), v.minValue(0));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const point = v.object({
  type: v.literal('Point'),
  coordinates: v.tuple([
    v.pipe(v.number(), v.minValue(-180), v.maxValue(180)),
    v.pipe(v.number(), v.minValue(-90), v.maxValue(90)),
  ]),
});
const maybe = <S extends v.GenericSchema>(schema: S) => v.optional(schema);
const model = <const T extends string, E extends v.ObjectEntries>(type: T, entries: E) =>
  v.object({ id, type: v.literal(type), location: v.optional(point), ...entries });

const SEVERITY = v.picklist(['informational', 'low', 'medium', 'high', 'critical']);
const ALERT = v.picklist(['traffic', 'naturalDisaster', 'weather', 'environment', 'health', 'security', 'agriculture']);
const alert = {
  alertSource: id,
  dateIssued: dateTime,
  validFrom: maybe(dateTime),
  validTo: maybe(dateTime),
  severity: maybe(SEVERITY),
};
const VEHICLE_TYPES = ['bus', 'car', 'lorry', 'other', 'tanker', 'van', 'sweepingMachine', 'ambulance'];
const CATEGORIES = ['municipalServices', 'nonTracked', 'private', 'public', 'specialUsage', 'tracked'];
const CONTROLLED = [
  ...[
    'airPollution',
    'atmosphericPressure',
    'batteryLife',
    'batterySupply',
    'conductivity',
    'depth',
    'energy',
    'heading',
  ],
  ...['humidity', 'light', 'location', 'motion', 'noiseLevel', 'occupancy', 'pH', 'power', 'precipitation', 'pressure'],
  ...['smoke', 'soilMoisture', 'solarRadiation', 'speed', 'temperature', 'trafficFlow', 'turbidity', 'waterFlow'],
  ...['waterLevel', 'weatherConditions', 'weight', 'windDirection', 'windSpeed'],
];

export const SMART_DATA_MODELS: Readonly<Record<string, v.GenericSchema>> = {
  FloodMonitoring: model('FloodMonitoring', {
    currentLevel: maybe(v.number()),
    measuredDistance: maybe(v.number()),
    alertLevel: maybe(v.number()),
    dangerLevel: maybe(v.number()),
    stationID: maybe(v.string()),
    observationDateTime: maybe(dateTime),
  }),
  WaterObserved: model('WaterObserved', {
    location: point,
    dateObserved: dateTime,
    refDevice: maybe(id),
    waterLevel: maybe(notNegative),
  }),
  CrowdFlowObserved: model('CrowdFlowObserved', {
    dateObserved: v.string(),
    peopleCount: maybe(count),
    peopleCountTowards: maybe(count),
    peopleCountAway: maybe(count),
    occupancy: maybe(share),
  }),
  ItemFlowObserved: model('ItemFlowObserved', {
    location: point,
    dateObserved: dateTime,
    laneId: v.pipe(v.number(), v.integer(), v.minValue(1)),
    itemType: maybe(v.picklist(['people', 'ship', 'vehicle', 'yacht'])),
    intensity: maybe(notNegative),
    refDevice: maybe(id),
  }),
  Vehicle: v.pipe(
    model('Vehicle', {
      location: point,
      vehicleType: v.picklist(VEHICLE_TYPES),
      category: v.array(v.picklist(CATEGORIES)),
      speed: maybe(v.union([notNegative, v.literal(-1)])),
      heading: maybe(v.union([v.pipe(v.number(), v.minValue(0), v.ltValue(360)), v.literal(-1)])),
      observationDateTime: maybe(dateTime),
    }),
    v.check(({ speed, heading }) => speed !== 0 || heading === -1, 'heading is -1 when speed is 0'),
  ),
  FleetVehicleStatus: model('FleetVehicleStatus', {
    speed: maybe(v.number()),
    bearing: maybe(v.number()),
    fleetVehicle: maybe(id),
    lastKnownPosition: maybe(point),
    lastKnownPositionUpdatedAt: maybe(dateTime),
  }),
  Device: model('Device', {
    controlledProperty: v.array(v.picklist(CONTROLLED)),
    batteryLevel: maybe(v.union([share, v.literal(-1)])),
    rssi: maybe(v.number()),
    deviceState: maybe(v.string()),
    value: maybe(v.string()),
    dateLastValueReported: maybe(dateTime),
  }),
  DeviceMeasurement: v.pipe(
    model('DeviceMeasurement', {
      numValue: maybe(v.number()),
      textValue: maybe(v.string()),
      controlledProperty: maybe(v.string()),
      refDevice: maybe(id),
      dateObserved: maybe(dateTime),
      unit: maybe(v.string()),
    }),
    v.check(({ numValue, textValue }) => numValue !== undefined || textValue !== undefined, 'it measures something'),
  ),
  WeatherAlert: model('WeatherAlert', {
    ...alert,
    category: ALERT,
    subCategory: v.picklist(['flood', 'rainfall', 'wind']),
  }),
  Alert: model('Alert', { ...alert, category: ALERT, subCategory: maybe(v.string()) }),
  DeviceAlert: model('DeviceAlert', { ...alert, category: v.literal('device') }),
  TagSighting: model('TagSighting', { tag: v.string() }),
};
