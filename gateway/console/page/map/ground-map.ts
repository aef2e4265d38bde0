/**
 * The map itself, drawn by MapLibre GL: tiles if there are any, a scale, buttons. Nothing else comes from the network: no fonts, no pictures.
 *
 * It is in a file of its own since it is large: it is loaded when a map is first shown. A tile that does not come is told to `tilesFailed`.
 */
import maplibre, { type Map as GlMap } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import type { Language } from '../../../../shared/text.ts';
import { imageOf, pixelRatio } from './images.ts';
import type { Bounds, Place } from './spots.ts';
import { say } from './words.ts';

export type { GeoJSONSource, Map as GlMap } from 'maplibre-gl';

export interface GroundOptions {
  readonly host: HTMLElement;
  /** An address with {z}, {x} and {y}; "" for a plain ground. */
  readonly tiles: string;
  readonly language: Language;
  /** What it is a map of, for those who do not see it. */
  readonly label: string;
  /** Whether the last tile that was asked for failed. */
  tilesFailed(isSo: boolean): void;
}

/** Japan, until something is to be seen. */
const JAPAN: Bounds = [128, 30, 146, 46];
const maxZoom = 20;
/** No source of this kind has closer tiles: the last are stretched. */
const maxTileZoom = 18;
/** As near as it goes by itself. */
const nearZoom = 15;
/** Pictures that are kept of labels and groups, which are of any number. */
const maxImages = 600;

/** Throws if the browser cannot draw it. */
export function openGround({ host, tiles, language, label, tilesFailed }: GroundOptions): GlMap {
  const paper = getComputedStyle(host).getPropertyValue('--ground').trim() || '#f3f5f8';
  const map = new maplibre.Map({
    container: host,
    style: {
      version: 8,
      sources: tiles === '' ? {} : { tiles: { type: 'raster', tiles: [tiles], tileSize: 256, maxzoom: maxTileZoom } },
      layers: [
        { id: 'paper', type: 'background', paint: { 'background-color': paper } },
        ...(tiles === '' ? [] : [{ id: 'tiles', type: 'raster', source: 'tiles' } as const]),
      ],
    },
    bounds: [...JAPAN],
    maxZoom,
    attributionControl: false, // it stands below the map, where it can be read
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    locale: {
      'Map.Title': label,
      'NavigationControl.ZoomIn': say.zoomIn()[language],
      'NavigationControl.ZoomOut': say.zoomOut()[language],
    },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), 'top-right');
  map.addControl(new maplibre.ScaleControl({ unit: 'metric', maxWidth: 120 }), 'bottom-left');
  map.on('error', () => tilesFailed(true)); // nothing but tiles is loaded
  map.on('sourcedata', ({ sourceId, tile }) => {
    if (sourceId === 'tiles' && tile?.state === 'loaded') tilesFailed(false);
  });
  drawMissingImages(map);
  return map;
}

export function fitTo(map: GlMap, bounds: Bounds | undefined): void {
  if (bounds !== undefined) map.fitBounds([...bounds], { padding: 56, maxZoom: nearZoom, animate: false });
}

export function goTo(map: GlMap, { lat, lon }: Place): void {
  map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), nearZoom), duration: 300 });
}

/** Runs when layers can be added: at once, or when the style is there. */
export function whenReady(map: GlMap, act: () => void): void {
  if (map.isStyleLoaded()) act();
  else map.once('load', act);
}

/** A mark that can be drawn to its place. Returns how to move it. */
export function movableMark(map: GlMap, moved: (place: Place) => void): (place: Place) => void {
  const mark = new maplibre.Marker({ draggable: true, scale: 1.4, color: '#a8141c' });
  let isShown = false;
  mark.on('dragend', () => {
    const { lat, lng: lon } = mark.getLngLat();
    moved({ lat, lon });
  });
  return ({ lat, lon }) => {
    mark.setLngLat([lon, lat]);
    if (!isShown) mark.addTo(map);
    isShown = true;
  };
}

function drawMissingImages(map: GlMap): void {
  const names: string[] = [];
  map.on('styleimagemissing', ({ id }) => {
    const image = imageOf(id);
    if (image === undefined || map.hasImage(id)) return;
    map.addImage(id, image, { pixelRatio });
    names.push(id);
    const oldest = names.length > maxImages ? names.shift() : undefined;
    if (oldest !== undefined && map.hasImage(oldest)) map.removeImage(oldest); // asked for again if it is still wanted
  });
}
