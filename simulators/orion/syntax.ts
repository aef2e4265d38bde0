/**
 * What Orion refuses while it parses a batch update, with its words: characters (src/lib/parse/forbiddenChars.cpp), identifiers
 * (orion-api.md, "Identifiers"), dates ("Datetime support") and GeoJSON.
 */
import { isObject } from './exchange.ts';

/** Why the batch is not stored at all: the token and the description. */
export class Refusal extends Error {
  readonly status: number;
  readonly token: string;

  constructor(token: string, description: string, status = 400) {
    super(description);
    this.status = status;
    this.token = token;
  }
}

const FORBIDDEN = /[<>"'=;()]/;
/** Of identifiers also: space, controls, & ? / # and whatever is not ASCII. */
const FORBIDDEN_ID = /[<>"'=;()&?/#]|[^\x21-\x7e]/;
const maxIdentifier = 256;
const maxDepth = 50;
const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?)?$/;

export function checkIdentifier(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new Refusal('BadRequest', `invalid JSON type for ${what}`);
  if (value === '') throw new Refusal('BadRequest', `${what} length: 0, min length supported: 1`);
  if (value.length > maxIdentifier) {
    throw new Refusal('BadRequest', `${what} length: ${value.length}, max length supported: ${maxIdentifier}`);
  }
  if (FORBIDDEN_ID.test(value)) throw new Refusal('BadRequest', `Invalid characters in ${what}`);
  return value;
}

export interface ParsedAttribute {
  readonly type: string;
  readonly value: unknown;
  readonly metadata: Readonly<Record<string, { readonly type: string; readonly value: unknown }>>;
}

export function parseAttribute(raw: unknown): ParsedAttribute {
  if (!isObject(raw))
    throw new Refusal('BadRequest', 'attribute must be a JSON object, unless keyValues option is used');
  for (const key of Object.keys(raw)) {
    if (!['type', 'value', 'metadata'].includes(key)) {
      throw new Refusal('BadRequest', `unrecognized property for context attribute: ${key}`);
    }
  }
  const value = raw.value ?? null;
  const type = raw.type === undefined ? defaultType(value) : checkIdentifier(raw.type, 'attribute type');
  if (type !== 'TextUnrestricted') checkTexts(value, 'attribute value');
  const metadata = Object.entries(isObject(raw.metadata) ? raw.metadata : {}).map(([name, each]) => {
    checkIdentifier(name, 'metadata name');
    if (!isObject(each))
      throw new Refusal('BadRequest', 'metadata must be a JSON object, unless keyValues option is used');
    const ofType = each.type === undefined ? defaultType(each.value) : checkIdentifier(each.type, 'metadata type');
    if (typeof each.value === 'string') checkTexts(each.value, 'metadata value');
    return [name, { type: ofType, value: parsedValue(ofType, each.value) }] as const;
  });
  if (type === 'geo:json') checkGeo(value);
  return { type, value: parsedValue(type, value), metadata: Object.fromEntries(metadata) };
}

function defaultType(value: unknown): string {
  if (typeof value === 'string') return 'Text';
  if (typeof value === 'number') return 'Number';
  if (typeof value === 'boolean') return 'Boolean';
  return value === null || value === undefined ? 'None' : 'StructuredValue';
}

/** Dates come out in UTC with three decimals. */
function parsedValue(type: string, value: unknown): unknown {
  if (type !== 'DateTime' && type !== 'ISO8601') return value;
  if (value === null) return value;
  const at = typeof value === 'string' && DATE.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) throw new Refusal('BadRequest', `date has invalid format: ${String(value)}`);
  return new Date(at).toISOString();
}

/** Texts anywhere within; keys are not looked at (CompoundValueNode.cpp). */
function checkTexts(value: unknown, what: string, depth = 0): void {
  if (depth > maxDepth) throw new Refusal('ParseError', 'attribute value has overpassed maximum nesting limit: 50');
  if (typeof value === 'string' && FORBIDDEN.test(value))
    throw new Refusal('BadRequest', `Invalid characters in ${what}`);
  if (typeof value !== 'object' || value === null) return;
  for (const each of Object.values(value)) checkTexts(each, what, depth + 1);
}

function checkGeo(value: unknown): void {
  if (value === null) return;
  if (!isObject(value)) throw new Refusal('BadRequest', 'geo:json needs an object or null as value');
  const { type, coordinates } = value;
  const known = ['Point', 'MultiPoint', 'LineString', 'MultiLineString', 'Polygon', 'MultiPolygon'];
  if (typeof type !== 'string' || !known.includes(type) || !Array.isArray(coordinates)) {
    throw new Refusal('BadRequest', 'invalid JSON type in geo coordinates');
  }
}

/** Longitude first, within the Earth: MongoDB finds that, after other entities were stored. */
export function isGeoForMongo(value: unknown): boolean {
  if (!isObject(value) || value.type !== 'Point' || !Array.isArray(value.coordinates)) return true;
  const [lon, lat] = value.coordinates;
  return typeof lon === 'number' && typeof lat === 'number' && Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
}

/** As Orion writes its descriptions (OrionError.cpp). */
export function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = {
    ...{
      '<': '&lt;',
      '>': '&gt;',
      '"': '&quot;',
      "'": '&#39;',
      '(': '&#40;',
      ')': '&#41;',
      '=': '&#61;',
      ';': '&#59;',
    },
  };
  return text.replace(/[<>"'()=;]/g, (character) => names[character] ?? character);
}
