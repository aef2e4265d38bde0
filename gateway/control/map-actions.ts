/** What the map asks beyond the status. Both answer only while a gateway runs with its console enabled: otherwise nothing of it is kept. */
import * as v from 'valibot';
import { MachimoriError } from '../../shared/errors.ts';
import { printableJson } from '../../shared/text.ts';
import type { CityPage } from '../map/city.ts';
import type { MapSight } from '../map/map-sight.ts';
import { type Act, json, parse } from './messages.ts';
import { say } from './words.ts';

export interface MapSources {
  /** Absent unless it is kept. */
  readonly map?: MapSight | undefined;
}

/** `isHub` is false if no other gateways send to this one. */
export type CityAnswer = { readonly isHub: false } | ({ readonly isHub: true } & CityPage);

const maxCursor = 64;

export const MAP_ACTIONS: Readonly<Record<string, Act<MapSources>>> = {
  /** A GeoJSON FeatureCollection: where each of the gateway's own devices that move was within the last hour. */
  tracks(parameters, { map }) {
    parse(v.strictObject({}), parameters);
    return collection(kept(map).tracks());
  },

  /** A `CityAnswer`: a GeoJSON FeatureCollection of what has changed since `cursor`. */
  city(parameters, { map }) {
    const { cursor } = parse(
      v.strictObject({ cursor: v.optional(v.pipe(v.string(), v.maxLength(maxCursor))) }),
      parameters,
    );
    const { city } = kept(map);
    const answer: CityAnswer = city === undefined ? { isHub: false } : { isHub: true, ...city.read(cursor) };
    return json(answer);
  },
};

/** Piece by piece: hundreds of tracks are megabytes, and the gateway has other work. */
function* collection(features: Iterable<object>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode('{"type":"FeatureCollection","features":[');
  let between = '';
  for (const feature of features) {
    yield encoder.encode(between + printableJson(JSON.stringify(feature)));
    between = ',';
  }
  yield encoder.encode(']}');
}

function kept(map: MapSight | undefined): MapSight {
  if (map !== undefined) return map;
  throw new MachimoriError('no-map', { what: say.noMap(), on: say.theGateway(), hint: say.noMapHint() });
}
