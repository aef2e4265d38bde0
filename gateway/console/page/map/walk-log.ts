/**
 * A walking test as it is kept in the page: each uplink that was heard, and where the walker was.
 *
 * Bounds: `maxPoints`, beyond which the oldest is forgotten.
 */
import type { HeardUplink, RecentUplink } from '../../../lorawan/recent-uplinks.ts';
import type { Place } from './spots.ts';

const maxPoints = 5_000;
/** An uplink is where the device was observed within so much of it. */
const nearMs = 60_000;

export interface Whereabouts extends Place {
  /** Epoch ms. */
  readonly at: number;
  /** If it is known. */
  readonly accuracyM?: number;
}

export interface WalkPoint extends HeardUplink {
  readonly place: Whereabouts | undefined;
  readonly placeBy: 'device' | 'phone' | undefined;
}

export class WalkLog {
  #points: readonly WalkPoint[] = [];

  get points(): readonly WalkPoint[] {
    return this.#points;
  }

  /** Uplinks that were not known yet. The device's own word about its place counts before the phone's. */
  add(uplinks: readonly RecentUplink[], device: Whereabouts | undefined, phone: Whereabouts | undefined): void {
    const added = uplinks.map(({ number: _, ...uplink }): WalkPoint => {
      const isNear = (place: Whereabouts | undefined) =>
        place !== undefined && Math.abs(place.at - uplink.observedAt) <= nearMs;
      if (isNear(device)) return { ...uplink, place: device, placeBy: 'device' };
      return isNear(phone)
        ? { ...uplink, place: phone, placeBy: 'phone' }
        : { ...uplink, place: undefined, placeBy: undefined };
    });
    this.#points = [...this.#points, ...added].slice(-maxPoints);
  }

  clear(): void {
    this.#points = [];
  }

  /** How many uplinks were sent and not heard, by their 16-bit counter; a jump back is a device that has restarted. */
  get missed(): number {
    const jumps = this.#points.slice(1).map(({ frameCounter }, i) => {
      const jump = (frameCounter - (this.#points[i]?.frameCounter ?? frameCounter) + 65_536) % 65_536;
      return jump > 0 && jump < 1_000 ? jump - 1 : 0;
    });
    return jumps.reduce((sum, jump) => sum + jump, 0);
  }
}

/** RFC 4180, a line for each station that heard an uplink. Nothing in it is a stranger's text. */
export function walkCsv(points: readonly WalkPoint[]): string {
  const header = [
    'time',
    'frameCounter',
    'dataRate',
    'stations',
    'station',
    'rssi',
    'snr',
    'lat',
    'lon',
    'accuracy',
    'placeBy',
  ];
  const lines = points.flatMap(({ observedAt, frameCounter, dataRate, stations, place, placeBy }) =>
    stations.map(({ station, rssi, snr }) => [
      ...[new Date(observedAt).toISOString(), frameCounter, dataRate, stations.length, station, rssi, snr],
      ...[place?.lat, place?.lon, place?.accuracyM, placeBy],
    ]),
  );
  return [header, ...lines].map((cells) => `${cells.map((cell) => cell ?? '').join(',')}\r\n`).join('');
}

/** RFC 7946; without those whose place is not known. */
export function walkGeoJson(points: readonly WalkPoint[]): object {
  const features = points.flatMap(({ place, observedAt, ...properties }) =>
    place === undefined
      ? []
      : {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [place.lon, place.lat] },
          properties: { time: new Date(observedAt).toISOString(), ...properties, accuracy: place.accuracyM },
        },
  );
  return { type: 'FeatureCollection', features };
}
