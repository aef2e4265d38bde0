/** Questions about a tag as they are asked, and their answers: JSON, and GeoJSON (RFC 7946) for a path. Pure. */
import type { DeviceDescription } from '../../../shared/feed/birth.ts';
import type { Origin } from '../../../shared/feed/topics.ts';
import { isoTime, isTime } from '../../../shared/reading.ts';
import { descriptionCells } from '../archive/description-cells.ts';
import { unlikelyAmong } from './likely.ts';
import type { Sighting } from './store.ts';

export const maxPathMs = 31 * 86_400_000;
/** Sightings of a path; more are asked for from `next` on. */
export const maxPathSightings = 10_000;
/** The newest sightings, among which the last likely one is found. */
export const lookedAt = 64;

export type Question =
  | { readonly kind: 'last'; readonly tag: string }
  | { readonly kind: 'path'; readonly tag: string; readonly from: number; readonly until: number };

/** "not-found" if it is none that can be asked, "bad-times" if `from` and `to` are none. */
export function questionOf(url: string, now: number): Question | 'not-found' | 'bad-times' {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [, written = '', kind] = /^\/v1\/tags\/([^/]+)\/(last|path)$/.exec(pathname) ?? [];
  const tag = tagIn(written);
  if (tag === undefined) return 'not-found';
  if (kind === 'last') return { kind, tag };
  const from = timeOf(searchParams.get('from'));
  const until = searchParams.has('to') ? timeOf(searchParams.get('to')) : now;
  if (from === undefined || until === undefined || until < from || until - from > maxPathMs) return 'bad-times';
  return { kind: 'path', tag, from, until };
}

/** With the place of its detector as it is described by now, if nothing was known of it when the sighting came. */
export function placed(
  sighting: Sighting,
  describe: (device: string, origin: Origin) => DeviceDescription | undefined,
): Sighting {
  const { detector, tenant, gateway, lat } = sighting;
  if (lat !== undefined || detector === undefined || tenant === undefined || gateway === undefined) return sighting;
  const [, , , name, latNow, lonNow] = descriptionCells(describe(detector, { tenant, gateway }));
  if (typeof latNow !== 'number' || typeof lonNow !== 'number') return sighting;
  return { ...sighting, placeName: typeof name === 'string' ? name : undefined, lat: latNow, lon: lonNow };
}

/** `newest`: the newest first. Undefined if there are none. */
export function lastAnswer(tag: string, newest: readonly Sighting[], maxSpeed: number): object | undefined {
  const sightings = newest.toReversed();
  const unlikely = unlikelyAmong(sightings, maxSpeed);
  const last = unlikely.lastIndexOf(false);
  const sighting = sightings[last];
  if (sighting === undefined) return undefined;
  const newer = sightings.slice(last + 1).map((each) => ({ ...facts(each), unlikely: true }));
  return { tag, last: facts(sighting), newerUnlikely: newer };
}

/** A feature for each sighting, and a line through the likely ones. Undefined if there are none. */
export function pathAnswer(
  { tag, from, until }: { readonly tag: string; readonly from: number; readonly until: number },
  found: readonly Sighting[],
  maxSpeed: number,
): object | undefined {
  if (found.length === 0) return undefined;
  const sightings = found.slice(0, maxPathSightings);
  const next = found[maxPathSightings]?.at;
  const unlikely = unlikelyAmong(sightings, maxSpeed);
  const line = sightings.flatMap((each, i) => (unlikely[i] ? [] : positionsOf(each)));
  return {
    type: 'FeatureCollection',
    tag,
    from: isoTime(from),
    to: isoTime(until),
    ...(next !== undefined && { next: isoTime(next) }),
    features: [
      ...(line.length < 2 ? [] : [feature({ type: 'LineString', coordinates: line }, { kind: 'path' })]),
      ...sightings.map((each, i) => {
        const { place, ...rest } = facts(each);
        const [coordinates] = positionsOf(each);
        const geometry = coordinates === undefined ? null : { type: 'Point', coordinates };
        return feature(geometry, { kind: 'sighting', ...rest, ...place, unlikely: unlikely[i] === true });
      }),
    ],
  };
}

function feature(geometry: object | null, properties: object): object {
  return { type: 'Feature', geometry, properties };
}

function positionsOf({ lat, lon }: Sighting): (readonly [lon: number, lat: number])[] {
  return lat === undefined || lon === undefined ? [] : [[lon, lat]];
}

/** What is undefined is left out of JSON. */
function facts({ at, firstAt, source, detector, tenant, placeName, lat, lon, accuracyM, rssi, count }: Sighting) {
  return {
    at: isoTime(at),
    firstAt: isoTime(firstAt),
    source,
    detector,
    tenant,
    place: { name: placeName, lat, lon, accuracy: accuracyM },
    rssi,
    count,
  };
}

/** ISO 8601 with its zone, or epoch ms. */
function timeOf(written: string | null): number | undefined {
  if (written === null) return undefined;
  const at = /^\d{1,15}$/.test(written)
    ? Number(written)
    : /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)$/.test(written.replace(' ', '+')) // a "+" in a query is a space
      ? Date.parse(written.replace(' ', '+'))
      : Number.NaN;
  return isTime(at) ? at : undefined;
}

/** A name as it stands in a path; undefined if it is none. */
export function tagIn(part = ''): string | undefined {
  try {
    return decodeURIComponent(part) || undefined;
  } catch {
    return undefined;
  }
}
