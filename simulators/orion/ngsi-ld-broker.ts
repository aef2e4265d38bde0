/**
 * What three brokers answer to an NGSI-LD batch upsert, in memory: Orion-LD, Scorpio and Stellio, each with the statuses and shapes of
 * its own source. What is stored is the same for all.
 */
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
import { maxPayloadBytes } from './ngsi-v2-broker.ts';

export type Flavour = 'orion-ld' | 'scorpio' | 'stellio';

interface Problem {
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
}

/** A URI without what Orion-LD refuses in one (pCheckUri.cpp). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of printable ASCII is what is meant
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[^<>"\\^`{|};\s\x00-\x1f]+$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z$/;
const KINDS = ['Property', 'GeoProperty', 'Relationship'];
/** Stellio takes no other character in any key (DataRepresentationUtils.kt). */
const STELLIO_KEY = /^[A-Za-z0-9:_@]+$/;

export class NgsiLdBroker {
  readonly flavour: Flavour;
  readonly #entities = new Map<string, Map<string, StoredEntity>>();
  /** Tenants that Stellio knows: it makes none. */
  readonly tenants = new Set<string>(['']);
  wrote: (entity: StoredEntity, tenant: string) => void = () => {};

  readonly #clock: Pick<Clock, 'moment'>;
  readonly #modified = new WeakMap<StoredAttribute, number>();

  constructor(flavour: Flavour, clock: Pick<Clock, 'moment'> = systemClock) {
    this.flavour = flavour;
    this.#clock = clock;
  }

  entities(tenant = ''): readonly StoredEntity[] {
    return [...(this.#entities.get(this.#folded(tenant))?.values() ?? [])];
  }

  clear(): void {
    this.#entities.clear();
  }

  answer(request: BrokerRequest): BrokerAnswer {
    const { pathname, searchParams } = target(request.path);
    const tenant = this.#folded(request.headers['ngsild-tenant'] ?? '');
    if (request.method === 'GET') return this.#read(pathname, searchParams, tenant);
    if (request.method !== 'POST' || pathname !== '/ngsi-ld/v1/entityOperations/upsert') {
      return problem({ title: 'No such service', status: 404 });
    }
    if (this.flavour === 'stellio' && !this.tenants.has(tenant)) return unknownTenant(this.flavour);
    const fault = faultOfRequest(request);
    if (fault !== undefined) return problem(fault);
    const list: unknown = parsed(request.body);
    if (!Array.isArray(list) || list.length === 0) return problem({ title: 'Invalid payload', status: 400 });
    const isUpdate = searchParams.get('options')?.split(',').includes('update') === true;
    return this.#upsert(list, tenant, isUpdate);
  }

  #upsert(list: readonly unknown[], tenant: string, isUpdate: boolean): BrokerAnswer {
    const created: string[] = [];
    const updated: string[] = [];
    const errors: { id: string; problem: Problem }[] = [];
    const seen = new Set<string>();
    for (const raw of list) {
      const fault = this.#faultOf(raw);
      const id = isObject(raw) && typeof raw.id === 'string' ? raw.id : 'no entity::id';
      if (fault !== undefined) {
        errors.push({ id, problem: fault });
        continue;
      }
      if (seen.has(id) && this.flavour === 'orion-ld') {
        errors.push({ id, problem: { title: 'Duplicated Entity', status: 400, detail: 'previous instances merged' } });
      }
      seen.add(id);
      (this.#store(raw, tenant, isUpdate) ? created : updated).push(id);
    }
    return this.#answerOf(created, updated, errors);
  }

  /** The table of statuses: 201 names only what was created, and only Orion-LD answers 207 to a mixture without errors. */
  #answerOf(created: string[], updated: string[], errors: { id: string; problem: Problem }[]): BrokerAnswer {
    const success = [...created, ...updated];
    if (errors.length === 0) {
      if (created.length === 0) return { status: 204, body: '' };
      const isMixed = updated.length > 0 && this.flavour === 'orion-ld';
      return isMixed ? json(207, { success, errors: [] }) : json(201, created);
    }
    const shape = ({ id, problem }: { id: string; problem: Problem }) => {
      const of = { type: 'https://uri.etsi.org/ngsi-ld/errors/BadRequestData', ...problem };
      return this.flavour === 'scorpio' ? { id, type: 'Upsert', ProblemDetails: of } : { entityId: id, error: of };
    };
    const shaped = errors.map(shape);
    if (this.flavour !== 'scorpio' || success.length > 0) return json(207, { success, errors: shaped });
    const all = JSON.stringify(shaped);
    return json(all.includes('503') ? 503 : (errors[0]?.problem.status ?? 400), { errors: shaped });
  }

  /** True if it was created. */
  #store(raw: unknown, tenant: string, isUpdate: boolean): boolean {
    const { id, type, '@context': _, ...members } = Object(raw);
    const all = this.#entities.get(tenant) ?? new Map<string, StoredEntity>();
    this.#entities.set(tenant, all);
    const known = all.get(id);
    const attributes = new Map(isUpdate ? known?.attributes : []);
    for (const [name, attribute] of Object.entries(members)) {
      const stored = { ...Object(attribute) };
      this.#modified.set(stored, this.#clock.moment().wall);
      attributes.set(name, stored);
    }
    const entity = { id, type, attributes };
    all.set(id, entity);
    this.wrote(
      { id, type, attributes: new Map(Object.entries(members).map(([name, each]) => [name, Object(each)])) },
      tenant,
    );
    return known === undefined;
  }

  #faultOf(raw: unknown): Problem | undefined {
    const bad = (title: string, detail?: string): Problem => ({
      title,
      status: 400,
      ...(detail !== undefined && { detail }),
    });
    if (!isObject(raw)) return bad('Not a JSON Object');
    const { id, type, ...members } = raw;
    if (typeof id !== 'string' || !URI.test(id)) return bad('Invalid URI', String(id));
    if (typeof type !== 'string' || type === '') return bad('Invalid type');
    if ('@context' in members) return bad('@context in an entity without application/ld+json');
    for (const [name, attribute] of Object.entries(members)) {
      const fault = faultOfAttribute(attribute);
      if (fault !== undefined) return bad(fault, name);
    }
    if (this.flavour === 'stellio' && !keysOf(raw).every((key) => STELLIO_KEY.test(key))) return bad('Invalid key');
    return undefined;
  }

  #read(pathname: string, query: URLSearchParams, tenant: string): BrokerAnswer {
    const isUnknown =
      this.flavour === 'stellio' ? !this.tenants.has(tenant) : tenant !== '' && !this.#entities.has(tenant);
    if (isUnknown) return unknownTenant(this.flavour);
    const all = [...(this.#entities.get(tenant)?.values() ?? [])];
    if (pathname === '/ngsi-ld/v1/types') {
      const typeList = [...new Set(all.map(({ type }) => type))].sort();
      return json(200, { id: 'urn:ngsi-ld:EntityTypeList:1', type: 'EntityTypeList', typeList });
    }
    if (pathname !== '/ngsi-ld/v1/entities') return problem({ title: 'No such service', status: 404 });
    const ids = query.has('id') ? new Set(query.get('id')?.split(',')) : undefined;
    const types = query.get('type')?.split(',');
    if (ids === undefined && types === undefined) return problem({ title: 'Too broad query', status: 400 });
    const having = query.get('q'); // here: the name of one attribute, which has to be there
    const names = query.get('attrs')?.split(',');
    const found = all.filter(
      ({ id, type, attributes }) =>
        (ids?.has(id) ?? true) && (types?.includes(type) ?? true) && (having === null || attributes.has(having)),
    );
    const count: Record<string, string> =
      query.get('count') === 'true' ? { 'ngsild-results-count': String(found.length) } : {};
    const from = Number(query.get('offset') ?? 0);
    const page = found.slice(from, from + Number(query.get('limit') ?? 20));
    const hasTimes = query.get('options')?.split(',').includes('sysAttrs') === true;
    const told = (attribute: StoredAttribute) => {
      const modifiedAt = new Date(this.#modified.get(attribute) ?? 0).toISOString();
      return hasTimes ? { ...attribute, modifiedAt } : attribute;
    };
    return json(
      200,
      page.map(({ id, type, attributes }) => {
        const shown = [...attributes].filter(([name]) => names?.includes(name) ?? true);
        return { id, type, ...Object.fromEntries(shown.map(([name, each]) => [name, told(each)])) };
      }),
      count,
    );
  }

  /** Orion-LD folds capitals. */
  #folded(tenant: string): string {
    return this.flavour === 'stellio' ? tenant : tenant.toLowerCase();
  }
}

function unknownTenant(flavour: Flavour): BrokerAnswer {
  const types = { 'orion-ld': 'NonExistingTenant', scorpio: 'TenantNotFound', stellio: 'NonexistentTenant' };
  return json(404, {
    type: `https://uri.etsi.org/ngsi-ld/errors/${types[flavour]}`,
    title: 'No such tenant',
    status: 404,
  });
}

function problem(of: Problem): BrokerAnswer {
  return json(of.status, { type: 'https://uri.etsi.org/ngsi-ld/errors/BadRequestData', ...of });
}

function faultOfRequest({ headers, body }: BrokerRequest): Problem | undefined {
  const type = headers['content-type']?.split(';')[0]?.trim();
  if (type !== 'application/json' && type !== 'application/ld+json')
    return { title: 'unsupported format', status: 415 };
  if (type === 'application/ld+json' && headers.link !== undefined)
    return { title: 'invalid combination', status: 400 };
  if (Buffer.byteLength(body) > maxPayloadBytes) return { title: 'Request Entity too large', status: 413 };
  return undefined;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function faultOfAttribute(attribute: unknown): string | undefined {
  if (!isObject(attribute)) return 'Attribute must be a JSON object';
  const { type, value, object, observedAt, unitCode } = attribute;
  if (typeof type !== 'string' || !KINDS.includes(type)) return 'Invalid type of attribute';
  if (
    type === 'Relationship' ? typeof object !== 'string' || !URI.test(object) : value === undefined || value === null
  ) {
    return 'Attribute without value';
  }
  if (unitCode !== undefined && (type !== 'Property' || typeof unitCode !== 'string')) return 'Invalid unitCode';
  if (observedAt !== undefined && !(typeof observedAt === 'string' && DATE_TIME.test(observedAt)))
    return 'Invalid ISO8601';
  return undefined;
}

function keysOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return [...own, ...Object.values(value).flatMap(keysOf)];
}
