/** Features of a map as RFC 7946 writes them: WGS 84, longitude first (§3.1.1). */
import type { DeviceDescription } from '../../shared/feed/birth.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import type { Reading, Units } from '../../shared/reading.ts';
import type { TrackPart } from './track.ts';

/** Decimals of a degree: 0.1 m. */
const decimals = 6;

export type Coordinates = readonly [lon: number, lat: number];

/** A device of another gateway. */
export interface DeviceFeature {
  readonly type: 'Feature';
  /** "tenant/gateway/device". */
  readonly id: string;
  /** Null if nobody knows where it is (§3.2). */
  readonly geometry: { readonly type: 'Point'; readonly coordinates: Coordinates } | null;
  readonly properties: Origin & {
    readonly device: string;
    /** The name of its place. */
    readonly name?: string;
    /** What it can observe. */
    readonly kinds: readonly string[];
    /** The newest of each kind, as in a `Reading`; values that are long or many are left out. */
    readonly readings: readonly Omit<Reading, 'device'>[];
    /** Of the values of `readings`. */
    readonly units: Units;
    /** Epoch ms by the hub's clock; absent if nothing was heard since it started. */
    readonly heardAt?: number;
    /** The alarms that stand, as far as is known. */
    readonly alarms: readonly string[];
    readonly thresholds: NonNullable<DeviceDescription['thresholds']>;
  };
}

/** Where a device was within the last hour. */
export interface TrackFeature {
  readonly type: 'Feature';
  /** "track/" and the id of its device. */
  readonly id: string;
  readonly geometry: { readonly type: 'LineString'; readonly coordinates: readonly Coordinates[] };
  readonly properties: {
    readonly trackOf: string;
    /** Of each place, epoch ms. */
    readonly times: readonly number[];
    /** False: it goes on from what was told before, and begins with the last place of that. */
    readonly isWhole: boolean;
  };
}

export interface FeatureCollection<F> {
  readonly type: 'FeatureCollection';
  readonly features: readonly F[];
}

export function coordinatesOf({ lat, lon }: { readonly lat: number; readonly lon: number }): Coordinates {
  return [Number(lon.toFixed(decimals)), Number(lat.toFixed(decimals))];
}

export function trackFeature(id: string, { points, isWhole }: TrackPart): TrackFeature {
  return {
    type: 'Feature',
    id: `track/${id}`,
    geometry: { type: 'LineString', coordinates: points.map(coordinatesOf) },
    properties: { trackOf: id, times: points.map(({ at }) => at), isWhole },
  };
}
