/**
 * What Orion 4 answers to NGSIv2, in memory: batch updates, entities, types. Compared with a transcript of a real one.
 *
 * Promise: a fault that it finds while parsing stores nothing; one that it finds later leaves the other entities stored. The last to
 * arrive wins: no time is looked at. A service that it does not know is empty when read and made when written. Bound: `maxEntities`.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { systemClock } from '../system-clock.ts';
import {
  type BrokerAnswer,
  type BrokerRequest,
  isObject,
  json,
  type StoredAttribute,
  type StoredEntity,
  target,
} from './exchange.ts';
import { checkIdentifier, escaped, isGeoForMongo, type ParsedAttribute, parseAttribute, Refusal } from './syntax.ts';

export const maxPayloadBytes = 1_048_576;
const maxEntities = 1_000_000;
const ACTIONS = ['append', 'appendStrict', 'update', 'replace', 'delete'];
const BUILTIN = new Set(['id', 'type']);

interface ParsedEntity {
  readonly id: string;
  readonly type: string;
  readonly attributes: ReadonlyMap<string, ParsedAttribute>;
}

/** What became of one entity of a batch. */
type Outcome = { readonly isStored: boolean; readonly missing?: string; readonly fault?: Refusal };

export class NgsiV2Broker {
  /** By service and path, then by id and type. */
  readonly #entities = new Map<string, Map<string, StoredEntity>>();
  readonly #clock: Pick<Clock, 'moment'>;
  /** When each attribute was last written, by its stored object, epoch ms. */
  readonly #modified = new WeakMap<StoredAttribute, number>();
  #count = 0;
  /** Told of every entity that is written. */
  wrote: (entity: ParsedEntity, where: string) => void = () => {};

  constructor(clock: Pick<Clock, 'moment'> = systemClock) {
    this.#clock = clock;
  }

  entities(service = '', path = '/'): readonly StoredEntity[] {
    return [...(this.#entities.get(`${service.toLowerCase()} ${path}`)?.values() ?? [])];
  }

  /** It forgets the newest so many writes' worth: everything of a service. */
  clear(): void {
    this.#entities.clear();
    this.#count = 0;
  }

  answer(request: BrokerRequest): BrokerAnswer {
    const correlator = request.headers['fiware-correlator'] ?? randomUUID();
    const given = this.#answer(request);
    return { ...given, headers: { ...given.headers, 'fiware-correlator': correlator } };
  }

  #answer(request: BrokerRequest): BrokerAnswer {
    try {
      const where = placeOf(request);
      const { pathname, searchParams } = target(request.path);
      if (request.method === 'GET') return this.#read(pathname, searchParams, where);
      if (request.method !== 'POST' || pathname !== '/v2/op/update') {
        return json(404, { error: 'NotFound', description: 'service not found' });
      }
      checkBody(request);
      return this.#update(parseBatch(request.body), where);
    } catch (fault) {
      if (!(fault instanceof Refusal)) throw fault;
      return json(fault.status, { error: fault.token, description: escaped(fault.message) });
    }
  }

  #update({ action, entities }: ReturnType<typeof parseBatch>, where: string): BrokerAnswer {
    const outcomes = entities.map((entity) => this.#updateOne(entity, action, where));
    const fault = outcomes.findLast((outcome) => outcome.fault !== undefined)?.fault;
    if (fault !== undefined) throw fault;
    const missing = outcomes.flatMap(({ missing }) => missing ?? []);
    if (missing.length === 0) return { status: 204, body: '' };
    const isPartial = outcomes.some(({ isStored }) => isStored);
    const [token, status] = isPartial ? ['PartialUpdate', 422] : ['NotFound', 404];
    throw new Refusal(String(token), `do not exist: ${missing.join(', ')}`, Number(status));
  }

  #updateOne(entity: ParsedEntity, action: string, where: string): Outcome {
    const { id, type, attributes } = entity;
    const key = `${id} ${type}`;
    const all = this.#entities.get(where) ?? new Map<string, StoredEntity>();
    const known = all.get(key);
    if (known === undefined && !action.startsWith('append')) {
      return { isStored: false, missing: `${id}/${type} - [entity itself]` };
    }
    const next = new Map(action === 'replace' ? [] : known?.attributes);
    for (const [name, attribute] of attributes) {
      // metadata that is not named stays (orion-api.md, "Metadata update semantics")
      const before = next.get(name)?.metadata;
      const stored = { ...attribute, metadata: { ...(isObject(before) ? before : {}), ...attribute.metadata } };
      this.#modified.set(stored, this.#clock.moment().wall);
      next.set(name, stored);
    }
    const places = [...next.values()].filter(({ type: each, value }) => each === 'geo:json' && value !== null);
    if (places.length > 1) {
      const description =
        'You cannot use more than one geo location attribute when creating an entity (see Orion user manual)';
      return { isStored: false, fault: new Refusal('NoResourcesAvailable', description, 413) };
    }
    if (!places.every(({ value }) => isGeoForMongo(value))) {
      const fault =
        known === undefined ? new Refusal('BadRequest', 'Wrong GeoJson') : databaseError('longitude out of range');
      return { isStored: false, fault };
    }
    if (known === undefined && ++this.#count > maxEntities)
      return { isStored: false, fault: databaseError('no space') };
    this.#entities.set(where, all);
    all.set(key, { id, type, attributes: next });
    this.wrote(entity, where);
    return { isStored: true };
  }

  #read(pathname: string, query: URLSearchParams, where: string): BrokerAnswer {
    if (pathname === '/version') return json(200, { orion: { version: '4.1.0' } });
    const all = [...(this.#entities.get(where)?.values() ?? [])];
    if (pathname === '/v2/types') return json(200, [...new Set(all.map(({ type }) => type))].sort());
    const options = query.get('options')?.split(',') ?? [];
    const isPlain = options.includes('keyValues');
    const [, one] = /^\/v2\/entities\/([^/]+)$/.exec(pathname) ?? [];
    if (one !== undefined) {
      const found = all.find(({ id }) => id === decodeURIComponent(one));
      const description = 'The requested entity has not been found. Check type and id';
      return found === undefined ? json(404, { error: 'NotFound', description }) : json(200, shown(found, isPlain));
    }
    if (pathname !== '/v2/entities') return json(404, { error: 'NotFound', description: 'service not found' });
    const ids = query.has('id') ? new Set(query.get('id')?.split(',')) : undefined;
    const types = query.get('type')?.split(',');
    const having = query.get('q'); // here: the name of one attribute, which has to be there
    const found = all.filter(
      ({ id, type, attributes }) =>
        (ids?.has(id) ?? true) && (types?.includes(type) ?? true) && (having === null || attributes.has(having)),
    );
    const from = Number(query.get('offset') ?? 0);
    const page = found.slice(from, from + Number(query.get('limit') ?? 20));
    const count: Record<string, string> = options.includes('count')
      ? { 'fiware-total-count': String(found.length) }
      : {};
    return json(
      200,
      page.map((each) => shown(this.#asAsked(each, query), isPlain)),
      count,
    );
  }

  /** With the attributes of `attrs`, and of their metadata those of `metadata`, with the built-in `dateModified` if it is named. */
  #asAsked(entity: StoredEntity, query: URLSearchParams): StoredEntity {
    const names = query.get('attrs')?.split(',');
    const wanted = query.get('metadata')?.split(',');
    const attributes = [...entity.attributes].flatMap(([name, attribute]): [string, StoredAttribute][] => {
      if (names?.includes(name) === false) return [];
      if (wanted === undefined) return [[name, attribute]];
      const own = isObject(attribute.metadata) ? attribute.metadata : {};
      const kept = Object.entries(own).filter(([key]) => wanted.includes(key));
      const at = new Date(this.#modified.get(attribute) ?? 0).toISOString();
      const modified = wanted.includes('dateModified') ? { dateModified: { type: 'DateTime', value: at } } : {};
      return [[name, { ...attribute, metadata: { ...Object.fromEntries(kept), ...modified } }]];
    });
    return { ...entity, attributes: new Map(attributes) };
  }
}

function databaseError(why: string): Refusal {
  return new Refusal('InternalServerError', `Database Error (collection: orion.entities - ${why})`, 500);
}

function shown({ id, type, attributes }: StoredEntity, isPlain: boolean): unknown {
  const members = [...attributes].map(([name, attribute]) => [name, isPlain ? attribute.value : attribute]);
  return { id, type, ...Object.fromEntries(members) };
}

/** Service and path (orion-api.md, "Multi tenancy", "Service path"). */
function placeOf({ headers }: BrokerRequest): string {
  const { 'fiware-service': service = '', 'fiware-servicepath': path = '/' } = headers;
  if (!/^[A-Za-z0-9_]{0,50}$/.test(service)) {
    throw new Refusal(
      'BadRequest',
      'bad character in tenant name - only underscore and alphanumeric characters are allowed',
    );
  }
  if (!path.startsWith('/')) throw new Refusal('BadRequest', 'Only / allowed as service path first character');
  const levels = path.split('/').filter((level) => level !== '');
  if (levels.length > 10) throw new Refusal('BadRequest', 'too many components in ServicePath');
  if (!levels.every((level) => /^[A-Za-z0-9_]{1,50}$/.test(level))) {
    throw new Refusal('BadRequest', 'a component of ServicePath contains an illegal character');
  }
  return `${service.toLowerCase()} /${levels.join('/')}`;
}

function checkBody({ headers, body }: BrokerRequest): void {
  const length = Buffer.byteLength(body);
  const type = headers['content-type']?.split(';')[0]?.trim();
  if (headers['content-length'] === undefined)
    throw new Refusal('ContentLengthRequired', 'Zero/No Content-Length in PUT/POST/PATCH request', 411);
  if (length > maxPayloadBytes) {
    throw new Refusal('RequestEntityTooLarge', `payload size: ${length}, max size supported: ${maxPayloadBytes}`, 413);
  }
  if (type === undefined)
    throw new Refusal(
      'UnsupportedMediaType',
      'Content-Type header not used, default application/octet-stream is not supported',
      415,
    );
  if (type !== 'application/json')
    throw new Refusal('UnsupportedMediaType', `not supported content type: ${type}`, 415);
}

function parseBatch(body: string): { readonly action: string; readonly entities: readonly ParsedEntity[] } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new Refusal('ParseError', 'Errors found in incoming JSON buffer');
  }
  if (!isObject(parsed)) throw new Refusal('ParseError', 'Errors found in incoming JSON buffer');
  const { actionType, entities, ...others } = parsed;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Refusal('BadRequest', `Unrecognized field in JSON payload: /${unknown}/`);
  if (actionType === undefined)
    throw new Refusal('BadRequest', 'Invalid JSON payload, mandatory field /actionType/ not found');
  if (!Array.isArray(entities))
    throw new Refusal('BadRequest', 'Invalid JSON payload, mandatory field /entities/ not found');
  if (entities.length === 0) throw new Refusal('BadRequest', 'empty entities vector');
  const action = ACTIONS.find((each) => each === actionType);
  if (action === undefined) throw new Refusal('BadRequest', `invalid update action type: /${String(actionType)}/`);
  return { action, entities: entities.map(parseEntity) };
}

function parseEntity(raw: unknown): ParsedEntity {
  if (!isObject(raw)) throw new Refusal('BadRequest', 'not a JSON object');
  if (raw.id === undefined) throw new Refusal('BadRequest', 'entity id length: 0, min length supported: 1');
  const id = checkIdentifier(raw.id, 'entity id');
  const type = raw.type === undefined ? 'Thing' : checkIdentifier(raw.type, 'entity type');
  const attributes = new Map<string, ParsedAttribute>();
  for (const [name, attribute] of Object.entries(raw)) {
    if (BUILTIN.has(name)) continue;
    checkIdentifier(name, 'attribute name');
    attributes.set(name, parseAttribute(attribute));
  }
  return { id, type, attributes };
}
