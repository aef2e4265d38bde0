/** What stands on the map: devices of this gateway and, at a hub, of the city, made alike from the status and from the hub's features. */
import { isDoubtful, type Reading, SILENT, type Units } from '../../../../shared/reading.ts';
import { printable } from '../../../../shared/text.ts';
import type { DeviceFeature } from '../../../map/geojson.ts';
import type { DeviceStatus, Status } from '../../../status/status.ts';
import { type Level, levelOf } from '../levels.ts';

export const SPOT_KINDS = ['water', 'moving', 'people', 'shelter', 'detector', 'station', 'other'] as const;
export type SpotKind = (typeof SPOT_KINDS)[number];

/** The worst first. */
export const SPOT_STATES = ['alarm', 'silent', 'doubtful', 'maintenance', 'waiting', 'reporting'] as const;
export type SpotState = (typeof SPOT_STATES)[number];

export type Observed = Omit<Reading, 'device'>;

export interface Place {
  /** WGS 84 degrees. */
  readonly lat: number;
  readonly lon: number;
}

export interface Spot {
  /** "tenant/gateway/device". */
  readonly id: string;
  readonly tenant: string;
  readonly gateway: string;
  readonly device: string;
  /** Of this gateway itself. */
  readonly isOwn: boolean;
  /** The name of its place. */
  readonly name: string | undefined;
  /** Undefined if nobody knows. */
  readonly place: Place | undefined;
  readonly kind: SpotKind;
  readonly state: SpotState;
  /** The highest of the alarms that stand. */
  readonly level: Level | undefined;
  readonly alarms: readonly string[];
  /** The newest of each kind, what it observes first and what it says of itself last; of sightings nothing. */
  readonly readings: readonly Observed[];
  readonly units: Units;
  readonly thresholds: DeviceStatus['thresholds'];
  /** Epoch ms. */
  readonly heardAt: number | undefined;
  /** Of another gateway, which is silent. */
  readonly isGatewaySilent: boolean;
}

type Own = Pick<Status, 'tenant' | 'gateway' | 'devices' | 'ports'>;

/** A station that talks tells its status every half minute or so. */
const stationQuietMs = 5 * 60_000;

/** All devices of this gateway, whether their place is known or not, and the LoRa stations that say where they stand; `now` is epoch ms. */
export function ownSpots({ tenant, gateway, devices, ports }: Own, now: number): Spot[] {
  const origin = { tenant, gateway };
  const stations = Object.values(ports).flatMap((port) => Object.entries(port.stations ?? {}));
  return [
    ...Object.entries(devices).map(([id, device]) => ownSpot(origin, id, device)),
    ...stations.flatMap(([eui, station]) => stationSpot(origin, eui, station, now)),
  ];
}

type Station = NonNullable<Status['ports'][string]['stations']>[string];

function stationSpot(origin: Pick<Spot, 'tenant' | 'gateway'>, eui: string, { place, lastAt }: Station, now: number) {
  const known = placeOf(place);
  if (known === undefined) return [];
  const spot: Spot = {
    ...{ ...origin, id: `${origin.tenant}/${origin.gateway}/${eui}`, device: eui, place: known, heardAt: lastAt },
    ...{ isOwn: true, name: undefined, kind: 'station', level: undefined, isGatewaySilent: false },
    ...{ alarms: [], readings: [], units: {}, thresholds: [] },
    state: now - lastAt > stationQuietMs ? 'silent' : 'reporting',
  };
  return [spot];
}

export function ownSpot(
  { tenant, gateway }: { readonly tenant: string; readonly gateway: string },
  device: string,
  { last, lastAt, place, alarms, state, units, thresholds }: DeviceStatus,
): Spot {
  const readings = last === undefined || last.kind === 'sighting' ? [] : [last];
  const kinds = [...(last === undefined ? [] : [last.kind]), ...thresholds.map(({ quantity }) => quantity)];
  return {
    ...{ tenant, gateway, device, alarms, readings, units, thresholds },
    id: `${tenant}/${gateway}/${device}`,
    isOwn: true,
    name: place?.name,
    place: positionIn(readings) ?? placeOf(place),
    kind: kindOf(kinds, readings),
    ...stateOf(state, alarms, readings),
    heardAt: lastAt,
    isGatewaySilent: false,
  };
}

/** A device of another gateway, as the hub tells it. `silentGateways`: "tenant/gateway" of those. */
export function citySpot({ id, geometry, properties }: DeviceFeature, silentGateways: ReadonlySet<string>): Spot {
  const { tenant, gateway, device, name, kinds, units, heardAt, alarms, thresholds } = properties;
  const readings = properties.readings.toSorted((a, b) => rankOf(a) - rankOf(b) || b.observedAt - a.observedAt);
  const [lon = 0, lat = 0] = geometry?.coordinates ?? [];
  const isGatewaySilent = silentGateways.has(`${tenant}/${gateway}`);
  const isHeard = readings.length > 0 || heardAt !== undefined;
  const own = isGatewaySilent ? 'silent' : isHeard ? 'reporting' : 'waiting';
  return {
    ...{ id, tenant, gateway, name, alarms, readings, units, thresholds, heardAt, isGatewaySilent },
    device: printable(device), // another gateway may have any text for a name
    isOwn: false,
    place: geometry === null ? undefined : { lat, lon },
    kind: kindOf([...readings.map(({ kind }) => kind), ...kinds], readings),
    ...stateOf(own, alarms, readings),
  };
}

/** "tenant/gateway" of the gateways that their hub takes for silent. */
export function silentGatewaysIn(gateways: Status['gateways']): ReadonlySet<string> {
  const silent = gateways.filter(({ expected }) => expected?.state === 'silent');
  return new Set(silent.map(({ tenant, gateway }) => `${tenant}/${gateway}`));
}

/** What it says of itself goes last. */
function rankOf({ kind }: Observed): number {
  return kind === 'status' ? 1 : 0;
}

function positionIn(readings: readonly Observed[]): Place | undefined {
  const position = readings.find(({ kind }) => kind === 'position');
  return position === undefined || isDoubtful(position, 'lat') ? undefined : placeOf(position.values);
}

/** Undefined unless it is a place on earth. */
export function placeOf(given: object | undefined): Place | undefined {
  const { lat, lon } = (given ?? {}) as Readonly<Record<string, unknown>>; // any object may be asked
  if (typeof lat !== 'number' || typeof lon !== 'number') return undefined;
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : undefined;
}

/** `tells`: kinds of its readings, or quantities of its thresholds. */
function kindOf(tells: readonly string[], readings: readonly Observed[]): SpotKind {
  if (readings.some(({ values }) => Object.hasOwn(values, 'shelter'))) return 'shelter';
  if (tells.includes('position')) return 'moving';
  if (tells.includes('water-level') || tells.includes('level')) return 'water';
  if (tells.includes('people-count')) return 'people';
  return tells.includes('sighting') ? 'detector' : 'other';
}

function stateOf(
  state: DeviceStatus['state'],
  alarms: readonly string[],
  readings: readonly Observed[],
): Pick<Spot, 'state' | 'level'> {
  const raised = alarms.filter((alarm) => alarm !== SILENT);
  const levels = raised.flatMap((alarm) => levelOf(alarm) ?? []).toSorted((a, b) => b - a);
  if (raised.length > 0) return { state: 'alarm', level: levels[0] };
  const isSilent = state === 'silent' || alarms.length > 0;
  const isInDoubt = readings.some(({ quality }) => quality !== undefined);
  const worst = isSilent ? 'silent' : state === 'reporting' && isInDoubt ? 'doubtful' : state;
  return { state: worst, level: undefined };
}

/** The more it needs somebody, the higher: 0 to 15. */
export function urgencyOf({ state, level }: Pick<Spot, 'state' | 'level'>): number {
  if (state === 'alarm') return 10 + (level ?? 0);
  return SPOT_STATES.length - SPOT_STATES.indexOf(state);
}

export interface Wanted {
  readonly text: string;
  readonly kind: SpotKind | '';
  readonly state: SpotState | '';
  readonly tenant: string;
}

export const EVERYTHING: Wanted = { text: '', kind: '', state: '', tenant: '' };

/** The most urgent first, then by name. */
export function byUrgency(a: Spot, b: Spot): number {
  return urgencyOf(b) - urgencyOf(a) || (a.id < b.id ? -1 : Number(a.id > b.id));
}

/** Those that fit, by urgency. */
export function filtered(spots: readonly Spot[], { text, kind, state, tenant }: Wanted): readonly Spot[] {
  const sought = text.trim().normalize('NFKC').toLowerCase();
  const fits = (spot: Spot) =>
    (kind === '' || spot.kind === kind) &&
    (state === '' || spot.state === state) &&
    (tenant === '' || spot.tenant === tenant) &&
    (sought === '' || `${spot.id} ${spot.name ?? ''}`.normalize('NFKC').toLowerCase().includes(sought));
  return spots.filter(fits).toSorted(byUrgency);
}

/** West, south, east, north; undefined of nowhere. */
export type Bounds = readonly [number, number, number, number];

export function boundsOf(places: Iterable<Place>): Bounds | undefined {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { lat, lon } of places) {
    west = Math.min(west, lon);
    east = Math.max(east, lon);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  return west <= east ? [west, south, east, north] : undefined;
}
