/** Where uplinks were sent, each with the number of stations that heard it. */
import type { Feature } from 'geojson';
import { fitTo, type GeoJSONSource, type GroundOptions, openGround, whenReady } from './ground-map.ts';
import { boundsOf } from './spots.ts';
import type { WalkPoint } from './walk-log.ts';

export interface WalkMap {
  show(points: readonly WalkPoint[]): void;
  destroy(): void;
}

const SOURCE = 'walk';

export function openWalkMap(options: GroundOptions): WalkMap {
  const map = openGround(options);
  let shown: readonly WalkPoint[] = [];
  let isReady = false;
  const apply = () => {
    if (!isReady) return;
    const features = shown.flatMap(({ place, stations }): Feature[] =>
      place === undefined
        ? []
        : [
            {
              type: 'Feature',
              geometry: { type: 'Point', coordinates: [place.lon, place.lat] },
              properties: { mark: `walk|${stations.length}` },
            },
          ],
    );
    map.getSource<GeoJSONSource>(SOURCE)?.setData({ type: 'FeatureCollection', features });
    fitTo(map, boundsOf(shown.flatMap(({ place }) => place ?? [])));
  };
  whenReady(map, () => {
    map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
    map.addLayer({
      id: SOURCE,
      type: 'symbol',
      source: SOURCE,
      layout: { 'icon-image': ['get', 'mark'], 'icon-allow-overlap': true },
    });
    isReady = true;
    apply();
  });
  return {
    show(points) {
      shown = points;
      apply();
    },
    destroy: () => map.remove(),
  };
}
