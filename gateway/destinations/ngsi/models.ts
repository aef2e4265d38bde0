/**
 * What the Smart Data Models ask of an entity, as data: which attributes, of which kind, in which unit and range, which of them must be
 * there, and where time, place and device belong. From the schemas of dataModel.Environment, .Transportation, .Device, .Weather and
 * .Alert (smartdatamodels.org). A type that is not here is a city's own: its attributes are taken as they come.
 */
import { FRACTION } from './units.ts';

export interface AttributeModel {
  readonly is: 'number' | 'integer' | 'text' | 'flag' | 'list';
  /** UN/CEFACT code that a number is converted to, or `FRACTION`. */
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  /** Less than this. */
  readonly below?: number;
  readonly oneOf?: readonly string[];
  /** What a text says instead of false and of true. */
  readonly flags?: readonly [string, string];
}

/** What the text or list of an entity may be made of besides the reading's values. */
export type Told = 'device' | 'device-id' | 'vehicle' | 'controlled-properties';

export interface Model {
  /** Attributes that hold the time of the observation. */
  readonly times: readonly string[];
  /** Attributes that hold the place; `location` alone is one that Orion can be asked by, as it takes one in an entity. */
  readonly places: readonly string[];
  /** Whether an entity without a place would break the schema. */
  readonly needsPlace: boolean;
  readonly told: Readonly<Record<string, Told>>;
  readonly fixed: Readonly<Record<string, FixedValue>>;
  readonly attributes: Readonly<Record<string, AttributeModel>>;
}

export type FixedValue = string | number | boolean | readonly string[];

const count: AttributeModel = { is: 'integer', min: 0 };
const share: AttributeModel = { is: 'number', unit: FRACTION, min: 0, max: 1 };
const metres: AttributeModel = { is: 'number', unit: 'MTR' };
const speed: AttributeModel = { is: 'number', unit: 'KMH', min: 0 };
const text: AttributeModel = { is: 'text' };
const number: AttributeModel = { is: 'number' };
const notNegative: AttributeModel = { is: 'number', min: 0 };
const words = (...oneOf: readonly string[]): AttributeModel => ({ is: 'text', oneOf });

const VEHICLES = [
  ...['agriculturalVehicle', 'ambulance', 'anyVehicle', 'articulatedVehicle', 'autorickshaw', 'bicycle', 'binTrolley'],
  ...['BRT mini bus', 'BRT bus', 'bus', 'car', 'caravan', 'carOrLightVehicle', 'carWithCaravan', 'carWithTrailer'],
  ...['cleaningTrolley', 'compactor', 'constructionOrMaintenanceVehicle', 'dumper', 'e-bike', 'e-moped', 'e-scooter'],
  ...['e-motorcycle', 'fireTender', 'fourWheelDrive', 'highSidedVehicle', 'hopper', 'lorry', 'minibus', 'moped'],
  ...['motorcycle', 'motorcycleWithSideCar', 'motorscooter', 'policeVan', 'publicMotor', 'sweepingMachine', 'tanker'],
  ...['tempo', 'threeWheeledVehicle', 'tipper', 'trailer', 'tram', 'trolley', 'twoWheeledVehicle', 'van'],
  ...['vehicleWithoutCatalyticConverter', 'vehicleWithCaravan', 'vehicleWithTrailer'],
  ...['withEvenNumberedRegistrationPlates', 'withOddNumberedRegistrationPlates', 'pilotVessel', 'passengerVessel'],
  ...['cargoVessel', 'tug', 'militaryVessel', 'sailingVessel', 'vessel', 'other'],
];
const ALERTS = ['agriculture', 'environment', 'health', 'naturalDisaster', 'security', 'traffic', 'weather'];
const WEATHER_ALERTS = [
  ...[
    'avalanches',
    'coastalEvent',
    'coldWave',
    'flood',
    'fog',
    'forestFire',
    'heatWave',
    'highTemperature',
    'hurricane',
  ],
  ...['ice', 'lowTemperature', 'rainfall', 'rain_flood', 'snow', 'snow_ice', 'thunderstorms', 'tornado'],
  ...['tropicalCyclone', 'tsunami', 'wind'],
];
const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'];

const alert: Model = {
  times: ['dateIssued'],
  places: ['location'],
  needsPlace: false,
  told: { alertSource: 'device' },
  fixed: {},
  attributes: {
    ...{ name: text, alertState: words('raised', 'cleared'), quantity: text, observedValue: number, limit: number },
    severity: words(...SEVERITIES),
  },
};

export const MODELS: Readonly<Record<string, Model>> = {
  FloodMonitoring: {
    times: ['observationDateTime'],
    places: ['location'],
    needsPlace: false,
    told: { stationID: 'device-id' },
    fixed: {},
    attributes: {
      ...{ currentLevel: metres, measuredDistance: metres, referenceLevel: metres, alertLevel: metres },
      ...{ dangerLevel: metres, floodLevelStatus: text },
    },
  },
  WaterObserved: {
    times: ['dateObserved'],
    places: ['location'],
    needsPlace: true,
    told: { refDevice: 'device' },
    fixed: {},
    attributes: {
      ...{ waterLevel: { ...metres, min: 0 }, height: { ...metres, min: 0 }, swellHeight: { ...metres, min: 0 } },
      ...{ flow: notNegative, waterDischarge: { ...notNegative, unit: 'MQS' }, waveLength: { ...metres, min: 0 } },
      ...{
        swellPeriod: { ...notNegative, unit: 'SEC' },
        swellDirection: { is: 'number', unit: 'DD', min: 0, max: 360 },
      },
      ...{ measuredArea: notNegative, objectArea: notNegative, objectHeightAverage: notNegative },
      ...{ objectHeightMax: notNegative, objectVolume: notNegative },
    },
  },
  CrowdFlowObserved: {
    times: ['dateObserved'],
    places: ['location'],
    needsPlace: false,
    told: {},
    fixed: {},
    attributes: {
      ...{ peopleCount: count, peopleCountTowards: count, peopleCountAway: count, occupancy: share },
      ...{ averageCrowdSpeed: speed, averageHeadwayTime: notNegative, congested: { is: 'flag' } },
      direction: words('inbound', 'outbound'),
    },
  },
  ItemFlowObserved: {
    times: ['dateObserved'],
    places: ['location'],
    needsPlace: true,
    told: { refDevice: 'device' },
    fixed: { laneId: 1, itemType: 'people' },
    attributes: {
      ...{ intensity: notNegative, occupancy: share, averageSpeed: speed, minSpeed: speed, maxSpeed: speed },
      ...{ averageLength: notNegative, averageHeadwayTime: notNegative, averageGapDistance: notNegative },
      ...{ congested: { is: 'flag' }, reverseLane: { is: 'flag' }, laneId: { is: 'integer', min: 1 } },
      ...{ itemType: words('people', 'ship', 'vehicle', 'yacht'), itemSubType: text },
      laneDirection: words('forward', 'backward', 'inbound', 'outbound', 'right', 'left'),
    },
  },
  Vehicle: {
    times: ['observationDateTime'],
    places: ['location'],
    needsPlace: true,
    told: {},
    fixed: { vehicleType: 'other', category: ['tracked'] },
    attributes: {
      ...{ speed, heading: { is: 'number', unit: 'DD', min: 0, below: 360 }, battery: share, bearing: number },
      ...{ mileageFromOdometer: { is: 'number', unit: 'KMT' }, vehicleType: words(...VEHICLES) },
      category: {
        is: 'list',
        oneOf: ['municipalServices', 'nonTracked', 'private', 'public', 'specialUsage', 'tracked'],
      },
      serviceStatus: words('broken', 'onRoute', 'outOfService', 'parked'),
      vehicleRunningStatus: words('running', 'stopped', 'waiting'),
      ...{ ignitionStatus: { is: 'flag' }, serviceOnDuty: { is: 'flag' }, vehicleAltitude: text },
      ...{ fleetVehicleId: text, vehiclePlateIdentifier: text },
    },
  },
  FleetVehicleStatus: {
    times: ['lastKnownPositionUpdatedAt'],
    places: ['location', 'lastKnownPosition'],
    needsPlace: false,
    told: { fleetVehicle: 'vehicle' },
    fixed: {},
    attributes: {
      ...{ speed, bearing: { is: 'number', unit: 'DD' }, battery: share },
      ...{
        mileageFromOdometer: { is: 'number', unit: 'KMT' },
        restFuelAmount: number,
        inRestrictedArea: { is: 'flag' },
      },
      currentStatus: words('deployed', 'finished', 'servicing', 'starting', 'terminated'),
    },
  },
  Device: {
    times: ['dateLastValueReported'],
    places: ['location'],
    needsPlace: false,
    told: { controlledProperty: 'controlled-properties' },
    fixed: {},
    attributes: {
      ...{
        batteryLevel: share,
        rssi: { is: 'number', unit: 'DBM' },
        deviceState: { is: 'text', flags: ['offline', 'online'] },
      },
      ...{ batteryVoltage: { is: 'number', unit: 'VLT' }, snr: { is: 'number', unit: '2N' }, distance: metres },
      ...{ depth: metres, firmwareVersion: text, serialNumber: text, provider: text },
    },
  },
  DeviceMeasurement: {
    times: ['dateObserved'],
    places: ['location'],
    needsPlace: false,
    told: { refDevice: 'device' },
    fixed: {},
    attributes: { numValue: number, textValue: text, controlledProperty: text, unit: text, measurementType: text },
  },
  Alert: { ...alert, attributes: { ...alert.attributes, category: words(...ALERTS), subCategory: text } },
  WeatherAlert: {
    ...alert,
    attributes: { ...alert.attributes, category: words(...ALERTS), subCategory: words(...WEATHER_ALERTS) },
  },
  DeviceAlert: alert,
};

/** A city's own type: time, place and device as the models here mostly have them. */
const OWN: Model = {
  times: ['dateObserved'],
  places: ['location'],
  needsPlace: false,
  told: { refDevice: 'device' },
  fixed: {},
  attributes: {},
};

export function modelOf(type: string): Model {
  return Object.hasOwn(MODELS, type) ? (MODELS[type] ?? OWN) : OWN;
}

/** The words of Device.controlledProperty for quantities; the schema has 51 of them and takes no other. */
const CONTROLLED: Readonly<Record<string, string>> = {
  ...{
    level: 'waterLevel',
    entered: 'occupancy',
    left: 'occupancy',
    lat: 'location',
    speed: 'speed',
    course: 'heading',
  },
  ...{ temperature: 'temperature', humidity: 'humidity', pressure: 'pressure', rainfall: 'precipitation' },
  ...{ rain: 'precipitation', windSpeed: 'windSpeed', windDirection: 'windDirection', illuminance: 'light' },
  ...{ soilMoisture: 'soilMoisture', flow: 'waterFlow', noise: 'noiseLevel', ph: 'pH', depth: 'depth', power: 'power' },
  ...{
    energy: 'energy',
    presence: 'occupancy',
    conductivity: 'conductivity',
    turbidity: 'turbidity',
    weight: 'weight',
  },
};
const OF_KIND: Readonly<Record<string, string>> = {
  'water-level': 'waterLevel',
  'people-count': 'occupancy',
  position: 'location',
  sighting: 'occupancy',
};

/** What a device observes, in the words of the schema; of a device that tells of itself alone, its battery. */
export function controlledProperties(kinds: readonly string[], quantities: readonly string[]): readonly string[] {
  const words = [
    ...kinds.map((kind) => (Object.hasOwn(OF_KIND, kind) ? OF_KIND[kind] : undefined)),
    ...quantities.map((quantity) => (Object.hasOwn(CONTROLLED, quantity) ? CONTROLLED[quantity] : undefined)),
  ].filter((word) => word !== undefined);
  return words.length === 0 ? ['batteryLife'] : [...new Set(words)].sort();
}
