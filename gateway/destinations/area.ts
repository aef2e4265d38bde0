/** An area on the map, from a GeoJSON file (RFC 7946): a Polygon or MultiPolygon, alone or as features. */
import { readFileSync, statSync } from 'node:fs';
import * as v from 'valibot';
import { MachimoriError, textOf } from '../../shared/errors.ts';
import { say } from './words.ts';

const maxFileBytes = 4 * 1024 * 1024;

const position = v.pipe(v.array(v.number()), v.minLength(2));
const ring = v.pipe(v.array(position), v.minLength(4));
const polygon = v.object({ type: v.literal('Polygon'), coordinates: v.array(ring) });
const multiPolygon = v.object({ type: v.literal('MultiPolygon'), coordinates: v.array(v.array(ring)) });
const geometry = v.variant('type', [polygon, multiPolygon]);
const feature = v.object({ type: v.literal('Feature'), geometry });
const geoJson = v.variant('type', [
  polygon,
  multiPolygon,
  feature,
  v.object({ type: v.literal('FeatureCollection'), features: v.array(feature) }),
]);

/** [longitude, latitude] in degrees. */
type Ring = readonly (readonly number[])[];

export class Area {
  /** Each an outer ring and its holes. */
  readonly #polygons: readonly (readonly Ring[])[];

  constructor(polygons: readonly (readonly Ring[])[]) {
    this.#polygons = polygons;
  }

  /** Throws a MachimoriError "area-unreadable". */
  static read(file: string): Area {
    try {
      if (statSync(file).size > maxFileBytes) throw new RangeError(`more than ${maxFileBytes} bytes`);
      return new Area(polygonsOf(v.parse(geoJson, JSON.parse(readFileSync(file, 'utf8')))));
    } catch (cause) {
      const what = say.areaUnreadable({ file, why: textOf(cause) });
      throw new MachimoriError('area-unreadable', { what, on: file, hint: say.writeArea(), cause });
    }
  }

  /** WGS 84 degrees. A point on the edge may count either way. */
  contains(lat: number, lon: number): boolean {
    return this.#polygons.some(([outer, ...holes]) => {
      return outer !== undefined && isWithin(outer, lat, lon) && !holes.some((hole) => isWithin(hole, lat, lon));
    });
  }
}

function polygonsOf(json: v.InferOutput<typeof geoJson>): readonly (readonly Ring[])[] {
  switch (json.type) {
    case 'Polygon':
      return [json.coordinates];
    case 'MultiPolygon':
      return json.coordinates;
    case 'Feature':
      return polygonsOf(json.geometry);
    case 'FeatureCollection':
      return json.features.flatMap(polygonsOf);
  }
}

/** Whether a line from the point to the east crosses the ring an odd number of times. */
function isWithin(ring: Ring, lat: number, lon: number): boolean {
  let isInside = false;
  for (const [i, [x1 = 0, y1 = 0]] of ring.entries()) {
    const [x2 = 0, y2 = 0] = ring[(i + 1) % ring.length] ?? [];
    if (y1 > lat !== y2 > lat && lon < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) isInside = !isInside;
  }
  return isInside;
}
