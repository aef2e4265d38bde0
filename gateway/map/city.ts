/**
 * At a hub, the newest of every device of every gateway whose readings pass, for the map.
 *
 *   batch that is stored ──▶ newest.ts, tracks.ts ──┐
 *   birth ──▶ that there is such a device           ├──▶ `read`: what has changed since a cursor, in pages, as GeoJSON
 *   births: place, units, thresholds ───────────────┘
 *
 * Promise: the feed reader has decoded the batch anyway; nothing else is decoded, and nothing written. It starts empty with the hub and fills
 * as readings pass; `since` says since when. Sightings, sealed or not, and volunteers' phones never come here.
 *
 * Bounds: `maxDevices`, of one gateway `maxOfGateway`; further ones are left out, and `isFull` says so. `maxTracks` of those that move.
 * A page has `pageWeight`: a device weighs 1, and so do `pointsPerWeight` points of a track.
 */
import type { Clock } from '../../shared/clock.ts';
import type { DeviceDescription } from '../../shared/feed/birth.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import { type Reading, UNITS_OF_KIND, type Units, unitOf } from '../../shared/reading.ts';
import {
  coordinatesOf,
  type DeviceFeature,
  type FeatureCollection,
  type TrackFeature,
  trackFeature,
} from './geojson.ts';
import { Newest } from './newest.ts';
import { aheadMs, pointOf, Tracks } from './tracks.ts';

export const maxDevices = 100_000;
const maxOfGateway = 10_000;
const maxTracks = 1_000;
const maxName = 200;
const pageWeight = 500;
const pointsPerWeight = 10;

export interface CityOptions {
  readonly clock: Clock;
  /** Told of in the cursor, so that nobody goes on with that of an earlier run. */
  readonly run: string;
  /** Gateways whose births are known already. */
  readonly births: Iterable<Origin>;
  /** The devices in a gateway's last birth. */
  devicesOf(origin: Origin): readonly DeviceDescription[];
  describe(device: string, origin: Origin): DeviceDescription | undefined;
  /** The alarms that this hub itself has raised for the device. */
  alarmsOf(device: string, origin: Origin): readonly string[];
}

export interface CityPage extends FeatureCollection<DeviceFeature | TrackFeature> {
  /** Where to go on from. */
  readonly cursor: string;
  /** It begins from the start: what was known before counts no more. */
  readonly isWhole: boolean;
  /** There is more now. */
  readonly hasMore: boolean;
  /** Epoch ms by the hub's clock: since when it has been listening. */
  readonly since: number;
  readonly devices: number;
  readonly isFull: boolean;
}

export class City {
  readonly #options: CityOptions;
  readonly #gateways = new Map<string, Map<string, Newest>>();
  /** All of them; those that changed last are last. */
  readonly #byChange = new Set<Newest>();
  readonly #tracks = new Tracks(maxTracks);
  readonly #since: number;
  #order = 0;
  /** How often somebody was forgotten, which no cursor can tell. */
  #generation = 0;
  #isFull = false;

  constructor(options: CityOptions) {
    this.#options = options;
    this.#since = options.clock.moment().wall;
    for (const origin of options.births) this.born(origin);
  }

  /** A gateway has said what it has. */
  born(origin: Origin): void {
    for (const { id } of this.#options.devicesOf(origin)) this.#changed(this.#meet(origin, id));
  }

  /** A batch was stored. */
  sent(origin: Origin, readings: readonly Reading[]): void {
    const now = this.#options.clock.moment();
    const latest = now.synchronised ? now.wall + aheadMs : Number.POSITIVE_INFINITY;
    for (const reading of readings) {
      if (isOfAnother(reading)) continue;
      const device = this.#meet(origin, reading.device);
      if (device === undefined) continue;
      device.take(reading, latest);
      device.heardAt = now.wall;
      this.#changed(device);
      if (reading.kind === 'position') this.#tracks.note(idOf(device), reading, now, device.order);
    }
  }

  /** A gateway is gone, and its devices with it. */
  forget(origin: Origin): void {
    const devices = this.#gateways.get(keyOf(origin));
    if (devices === undefined) return;
    for (const device of devices.values()) {
      this.#byChange.delete(device);
      this.#tracks.forget(idOf(device));
    }
    this.#gateways.delete(keyOf(origin));
    this.#isFull = false;
    this.#generation += 1;
  }

  /** What has changed since a cursor; from the start if it is not of this run. */
  read(cursor = ''): CityPage {
    const run = `${this.#options.run}-${this.#generation}`;
    const [ofRun, order = ''] = cursor.split('.');
    const after = ofRun === run && /^\d{1,15}$/.test(order) ? Number(order) : 0;
    const features: (DeviceFeature | TrackFeature)[] = [];
    let weight = 0;
    let last = after;
    let hasMore = false;
    for (const device of this.#byChange) {
      if (device.order <= after) continue;
      hasMore = weight >= pageWeight;
      if (hasMore) break;
      last = device.order;
      features.push(this.#featureOf(device));
      const track = this.#tracks.since(idOf(device), after, this.#options.clock.moment());
      if (track !== undefined) features.push(trackFeature(idOf(device), track));
      weight += 1 + (track?.points.length ?? 0) / pointsPerWeight;
    }
    return {
      type: 'FeatureCollection',
      features,
      cursor: `${run}.${last}`,
      isWhole: after === 0,
      hasMore,
      since: this.#since,
      devices: this.#byChange.size,
      isFull: this.#isFull || this.#tracks.isFull,
    };
  }

  #featureOf({ origin, device, readings, heardAt, alarms }: Newest): DeviceFeature {
    const described = this.#options.describe(device, origin);
    const { lat, lon, name } = described?.place ?? {};
    const position = readings.find(({ kind }) => kind === 'position');
    const fixed = lat === undefined || lon === undefined ? undefined : { lat, lon };
    const place = (position && pointOf(position)) ?? fixed;
    return {
      type: 'Feature',
      id: idOf({ origin, device }),
      geometry: place === undefined ? null : { type: 'Point', coordinates: coordinatesOf(place) },
      properties: {
        ...origin,
        device,
        ...(name !== undefined && { name }),
        kinds: described?.kinds ?? [],
        readings: readings.map(({ device: _, ...reading }) => reading),
        units: unitsOf(readings, described?.units ?? {}),
        ...(heardAt !== undefined && { heardAt }),
        alarms: [...new Set([...alarms, ...this.#options.alarmsOf(device, origin)])],
        thresholds: described?.thresholds ?? [],
      },
    };
  }

  /** Undefined if there is no room for it. */
  #meet({ tenant, gateway }: Origin, id: string): Newest | undefined {
    const key = keyOf({ tenant, gateway });
    const known = this.#gateways.get(key);
    const device = known?.get(id);
    if (device !== undefined) return device;
    if (id.length > maxName) return undefined;
    const isFull = this.#byChange.size >= maxDevices || (known?.size ?? 0) >= maxOfGateway;
    this.#isFull ||= isFull;
    if (isFull) return undefined;
    const met = new Newest({ tenant, gateway }, id);
    this.#gateways.set(key, (known ?? new Map<string, Newest>()).set(id, met));
    return met;
  }

  #changed(device: Newest | undefined): void {
    if (device === undefined) return;
    this.#order += 1;
    device.order = this.#order;
    this.#byChange.delete(device);
    this.#byChange.add(device);
  }
}

/** Of the values of readings, as their gateway describes them, else as their kind defines them. */
function unitsOf(readings: readonly Reading[], described: Units): Units {
  const units = readings.flatMap(({ kind, values }) =>
    Object.keys(values).flatMap((quantity) => {
      const unit = unitOf(described, quantity) ?? unitOf(UNITS_OF_KIND[kind], quantity);
      return unit === undefined ? [] : [[quantity, unit] as const];
    }),
  );
  return Object.fromEntries(units);
}

/** A neighbouring hub's word about another gateway's device (policy/told-of.ts): it is not about a device of its own. */
function isOfAnother({ kind, values }: Reading): boolean {
  return kind === 'alarm' && typeof values.tenant === 'string' && typeof values.gateway === 'string';
}

function idOf({ origin, device }: Pick<Newest, 'origin' | 'device'>): string {
  return `${keyOf(origin)}/${device}`;
}

/** Neither has a slash: both are levels of a topic. */
function keyOf({ tenant, gateway }: Origin): string {
  return `${tenant}/${gateway}`;
}
