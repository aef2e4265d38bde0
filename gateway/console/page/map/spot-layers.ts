/**
 * Spots and trails on the map: near ones are gathered into a group with their number and the sign of the worst, so that it holds any number.
 *
 * What is shown is given whole each time; it is handed on at most every `applyMs`, and of many less often.
 */
import type { Feature, FeatureCollection, Position } from 'geojson';
import type { Language } from '../../../../shared/text.ts';
import {
  fitTo,
  type GeoJSONSource,
  type GlMap,
  type GroundOptions,
  goTo,
  openGround,
  whenReady,
} from './ground-map.ts';
import { markName } from './images.ts';
import { mainValue, spotKindSign } from './spot-texts.ts';
import { boundsOf, type Place, SPOT_STATES, type Spot, urgencyOf } from './spots.ts';
import type { Trails } from './trails.ts';

export interface SpotMap {
  show(spots: readonly Spot[], trails: ReturnType<Trails['since']>): void;
  choose(id: string | undefined): void;
  /** Fits the view to these. */
  view(places: readonly Place[]): void;
  /** The same, unless somebody has moved the map. */
  firstView(places: readonly Place[]): void;
  goTo(place: Place): void;
  destroy(): void;
}

export interface SpotMapOptions extends GroundOptions {
  /** The ids of those at the place that was touched, the upper ones first. */
  touched(ids: readonly string[]): void;
}

const applyMs = 1_000;
/** With more than so many, handing them on takes a phone a while. */
const manySpots = 2_000;
const applyManyMs = 5_000;
/** A finger is not precise, pixels. */
const nearPx = 10;
const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] };

export function openSpotMap(options: SpotMapOptions): SpotMap {
  const { language, touched } = options;
  const map = openGround(options);
  let spots: readonly Spot[] = [];
  let trails: ReturnType<Trails['since']> = [];
  let chosen: string | undefined;
  let applying: ReturnType<typeof setTimeout> | undefined;
  let isReady = false;
  let isMoved = false;
  let appliedCount = 0;
  let appliedAt = Number.NEGATIVE_INFINITY;

  const apply = () => {
    applying = undefined;
    appliedAt = performance.now();
    appliedCount = spots.length;
    sourceOf(map, 'spots')?.setData(collectionOf(spots, language));
    sourceOf(map, 'trails')?.setData(lines(trails));
    showChosen();
  };
  const showChosen = () => {
    const place = spots.find(({ id }) => id === chosen)?.place;
    sourceOf(map, 'chosen')?.setData(place === undefined ? EMPTY : pointAt(place));
  };
  whenReady(map, () => {
    addLayers(map);
    isReady = true;
    apply();
  });
  map.on('movestart', ({ originalEvent }) => {
    isMoved ||= originalEvent !== undefined;
  });
  map.on('click', ({ point: { x, y } }) => {
    const found = map.queryRenderedFeatures(
      [
        [x - nearPx, y - nearPx],
        [x + nearPx, y + nearPx],
      ],
      { layers: ['groups', 'spots'].filter((layer) => map.getLayer(layer) !== undefined) },
    );
    const group = found.find(({ properties }) => properties.cluster === true);
    const ids = found.flatMap(({ properties: { id } }) => (typeof id === 'string' ? [id] : []));
    if (ids.length > 0) touched([...new Set(ids)]);
    else if (group?.geometry.type === 'Point')
      void openGroup(map, group.properties.cluster_id, group.geometry.coordinates);
  });
  return {
    show(nextSpots, nextTrails) {
      spots = nextSpots;
      trails = nextTrails;
      if (!isReady || applying !== undefined) return;
      const pauseMs = appliedCount > manySpots ? applyManyMs : applyMs;
      applying = setTimeout(apply, Math.max(0, appliedAt + pauseMs - performance.now()));
    },
    choose(id) {
      chosen = id;
      if (isReady) showChosen();
    },
    view: (places) => fitTo(map, boundsOf(places)),
    firstView(places) {
      if (!isMoved) fitTo(map, boundsOf(places));
    },
    goTo: (place) => goTo(map, place),
    destroy() {
      clearTimeout(applying);
      map.remove();
    },
  };
}

function sourceOf(map: GlMap, id: string): GeoJSONSource | undefined {
  return map.getSource<GeoJSONSource>(id);
}

function addLayers(map: GlMap): void {
  map.addSource('trails', { type: 'geojson', data: EMPTY });
  map.addSource('chosen', { type: 'geojson', data: EMPTY });
  map.addSource('spots', {
    type: 'geojson',
    data: EMPTY,
    cluster: true,
    clusterRadius: 44,
    clusterMaxZoom: 13,
    clusterProperties: { urgency: ['max', ['get', 'urgency']] },
  });
  const line = { type: 'line', source: 'trails', layout: { 'line-join': 'round', 'line-cap': 'round' } } as const;
  map.addLayer({ ...line, id: 'trail-casings', paint: { 'line-color': '#fff', 'line-width': 7 } });
  map.addLayer({ ...line, id: 'trails', paint: { 'line-color': '#0b4fa8', 'line-width': 3.5 } });
  const group = ['concat', 'group|', worstOf(), '|', ['to-string', ['get', 'point_count_abbreviated']]];
  const everywhere = { 'icon-allow-overlap': true, 'icon-ignore-placement': true } as const;
  map.addLayer({
    id: 'labels',
    type: 'symbol',
    source: 'spots',
    minzoom: 11,
    filter: ['all', ['!', ['has', 'point_count']], ['!=', ['get', 'label'], '']],
    layout: { 'icon-image': ['concat', 'label|', ['get', 'label']], 'icon-anchor': 'top', 'icon-offset': [0, 27] },
  });
  map.addLayer({
    id: 'spots',
    type: 'symbol',
    source: 'spots',
    filter: ['!', ['has', 'point_count']],
    layout: { ...everywhere, 'icon-image': ['get', 'mark'], 'symbol-sort-key': ['get', 'urgency'] },
  });
  map.addLayer({
    id: 'groups',
    type: 'symbol',
    source: 'spots',
    filter: ['has', 'point_count'],
    layout: { ...everywhere, 'icon-image': group as never }, // an expression made in parts
  });
  map.addLayer({
    id: 'chosen',
    type: 'circle',
    source: 'chosen',
    paint: {
      'circle-radius': 25,
      'circle-color': 'rgb(0 0 0 / 0%)',
      'circle-stroke-color': '#0b4fa8',
      'circle-stroke-width': 4,
    },
  });
}

/** The state and level of the worst in a group, as a part of its image's name: the inverse of `urgencyOf`. */
function worstOf(): unknown {
  const cases = SPOT_STATES.filter((state) => state !== 'alarm').flatMap((state) => [
    urgencyOf({ state, level: undefined }),
    `${state}|`,
  ]);
  const levels = ([5, 4, 3, 2, 1] as const).flatMap((level) => [
    urgencyOf({ state: 'alarm', level }),
    `alarm|${level}`,
  ]);
  return ['match', ['get', 'urgency'], ...levels, ...cases, 'alarm|'];
}

async function openGroup(map: GlMap, id: number, center: Position): Promise<void> {
  const zoom = await sourceOf(map, 'spots')?.getClusterExpansionZoom(id);
  const [lon = 0, lat = 0] = center;
  if (zoom !== undefined) map.easeTo({ center: [lon, lat], zoom: zoom + 0.2, duration: 300 });
}

function collectionOf(spots: readonly Spot[], language: Language): FeatureCollection {
  const features = spots.flatMap((spot): Feature[] => {
    const { id, place, state, level, kind } = spot;
    if (place === undefined) return [];
    const label = mainValue(spot, language)?.[1] ?? '';
    const mark = markName(state, level, spotKindSign(kind)[language]);
    return [{ ...pointAt(place), properties: { id, mark, label: label.slice(0, 40), urgency: urgencyOf(spot) } }];
  });
  return { type: 'FeatureCollection', features };
}

function pointAt({ lat, lon }: Place): Feature {
  return { type: 'Feature', geometry: { type: 'Point', coordinates: [lon, lat] }, properties: {} };
}

function lines(trails: ReturnType<Trails['since']>): FeatureCollection {
  const features = trails.map(
    ([, points]): Feature => ({
      type: 'Feature',
      geometry: { type: 'LineString', coordinates: points.map(({ lat, lon }) => [lon, lat]) },
      properties: {},
    }),
  );
  return { type: 'FeatureCollection', features };
}
