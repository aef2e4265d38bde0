/** What the map needs beyond the status: tracks of the gateway's own devices, and at a hub the city. Only while the console is enabled. */
import { randomBytes } from 'node:crypto';
import type { Clock, Moment } from '../../shared/clock.ts';
import type { Reading } from '../../shared/reading.ts';
import { City, type CityOptions } from './city.ts';
import { type TrackFeature, trackFeature } from './geojson.ts';
import { Tracks } from './tracks.ts';

const maxOwnTracks = 500;

export interface MapSight {
  /** Absent if no other gateways send to this one. */
  readonly city?: City | undefined;
  /** A reading of a device of this gateway, not one of the past that it sends late. */
  note(reading: Reading, at: Moment): void;
  /** Of the gateway's own devices, by id; each made when it is asked for. */
  tracks(): Generator<TrackFeature>;
}

export interface MapOptions {
  readonly clock: Clock;
  readonly devices: { get(id: string): object | undefined };
  readonly others?: Omit<CityOptions, 'clock' | 'run'> | undefined;
}

export function mapSight({ clock, devices, others }: MapOptions): MapSight {
  const own = new Tracks(maxOwnTracks);
  const city = others && new City({ ...others, clock, run: randomBytes(6).toString('hex') });
  return {
    city,
    note: (reading, at) => own.note(reading.device, reading, at, 1), // they are always told whole
    *tracks() {
      for (const id of own.keys()) {
        if (devices.get(id) === undefined) own.forget(id);
        const track = own.since(id, 0, clock.moment());
        if (track !== undefined) yield trackFeature(id, track);
      }
    },
  };
}
