/**
 * NGSI-LD (ETSI GS CIM 009) as Orion-LD, Scorpio and Stellio speak it: `POST /ngsi-ld/v1/entityOperations/upsert?options=update`.
 *
 * Without `options=update` an upsert would replace the whole entity. The context goes in a Link header (§6.3.5); without one the
 * broker uses the core context, and need not download anything.
 */
import type { HttpAnswer } from '../../net/http.ts';
import { commonVerdict, problemWords } from './answers.ts';
import type { Attribute, Entity, EntityId } from './entity.ts';
import {
  type Census,
  type Failure,
  type Format,
  isoDate,
  jsonOf,
  listOf,
  memberOf,
  timeOf,
  type Verdict,
} from './format.ts';
import { readOrders } from './read-orders.ts';

export interface NgsiLdOptions {
  readonly tenant?: string | undefined;
  /** URL of the @context. */
  readonly context?: string | undefined;
  /** The types that are counted: a broker answers no question without one (§5.7.2). */
  readonly types: readonly string[];
}

export function ngsiLd({ tenant, context, types }: NgsiLdOptions): Format {
  const link = `<${context}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
  return {
    headers: {
      accept: 'application/json',
      ...(tenant !== undefined && { 'ngsild-tenant': tenant }),
      ...(context !== undefined && { link }),
    },
    entity: entityOf,
    update: (entities) => ({
      method: 'POST',
      path: '/ngsi-ld/v1/entityOperations/upsert?options=update',
      headers: { 'content-type': 'application/json' },
      body: `[${entities.join(',')}]`,
    }),
    judge,
    times(entities) {
      const ids = entities.map(({ id }) => encodeURIComponent(id)).join(',');
      const asked = [...new Set(entities.map(({ type }) => encodeURIComponent(type)))].join(',');
      const path = `/ngsi-ld/v1/entities?id=${ids}&type=${asked}&limit=${entities.length}`;
      return { method: 'GET', path, headers: {} };
    },
    readTimes: (answer) => new Map(listOf(jsonOf(answer)).flatMap(timesOf)),
    orders({ type, name, offset, limit }) {
      const path = `/ngsi-ld/v1/entities?type=${type}&q=${name}&attrs=${name},${name}_status&options=sysAttrs`;
      return { method: 'GET', path: `${path}&limit=${limit}&offset=${offset}`, headers: {} };
    },
    readOrders: (answer, name) =>
      readOrders(answer, name, {
        beside: (attribute, key) => memberOf(memberOf(attribute, key), 'value'),
        writtenAt: (attribute) => timeOf(memberOf(attribute, 'modifiedAt')),
        timeBeside: (attribute) => timeOf(memberOf(attribute, 'observedAt')),
      }),
    census() {
      const asked = types.map((type) => encodeURIComponent(type)).join(',');
      return { method: 'GET', path: `/ngsi-ld/v1/entities?type=${asked}&limit=1&count=true`, headers: {} };
    },
    typesOf: () => ({ method: 'GET', path: '/ngsi-ld/v1/types', headers: {} }),
    readCensus,
  };
}

/** Written as text: a fleet's entities are most of the work of this destination. */
function entityOf({ id, type, attributes }: Entity): string {
  let json = `{"id":${JSON.stringify(id)},"type":"${type}"`;
  for (const [name, { attribute, mark }] of attributes) json += `,"${name}":${attributeOf(attribute, mark.at)}`;
  return `${json}}`;
}

function attributeOf(attribute: Attribute, at: number): string {
  const code = attribute.is === 'number' ? attribute.unitCode : undefined;
  const unit = code === undefined ? '' : `,"unitCode":"${code}"`;
  const quality =
    attribute.quality === undefined ? '' : `,"quality":{"type":"Property","value":"${attribute.quality}"}`;
  return `${JSON.stringify(typed(attribute)).slice(0, -1)},"observedAt":"${isoDate(at)}"${unit}${quality}}`;
}

function typed(attribute: Attribute): object {
  switch (attribute.is) {
    case 'reference':
      return { type: 'Relationship', object: attribute.value };
    case 'time':
      return { type: 'Property', value: { '@type': 'DateTime', '@value': isoDate(attribute.value) } };
    case 'place':
      return { type: 'GeoProperty', value: attribute.value };
    default:
      return { type: 'Property', value: attribute.value };
  }
}

/** 201 names only what was created, so it says nothing of the others: they are stored too. */
function judge(answer: HttpAnswer, entities: readonly EntityId[]): Verdict {
  const { status } = answer;
  if (status === 200 || status === 201 || status === 204) return { is: 'taken' };
  const json = jsonOf(answer);
  const problems = problemsOf(json);
  if (status === 207 || problems.length > 0) return judgeEach(problems, status, entities);
  return commonVerdict(answer);
}

interface Problem {
  readonly id: unknown;
  readonly status: number | undefined;
  readonly words: string;
}

/**
 * {errors: [{entityId, error}]} (Orion-LD, Stellio), {errors: [{id, ProblemDetails}]} (Scorpio 5), or a list of objects with `failure`
 * (Scorpio of 2023). Scorpio answers 400, 409 or 503 with it if all have failed.
 */
function problemsOf(json: unknown): readonly Problem[] {
  const all = Array.isArray(json) ? json : [json];
  return all.flatMap((each) => {
    const errors = [...listOf(memberOf(each, 'errors')), ...failuresOf(each)];
    return errors.flatMap((error) => {
      const about = memberOf(error, 'error') ?? memberOf(error, 'ProblemDetails') ?? error;
      const status = Number(memberOf(about, 'status'));
      const words = problemWords(about) ?? JSON.stringify(about) ?? '';
      if (words.includes('Duplicated Entity')) return []; // Orion-LD stored it all the same
      const id = memberOf(error, 'entityId') ?? memberOf(error, 'id') ?? memberOf(each, 'id');
      return [{ id, status: Number.isInteger(status) ? status : undefined, words }];
    });
  });
}

function failuresOf(each: unknown): readonly unknown[] {
  const failure = memberOf(each, 'failure');
  return Array.isArray(failure) ? failure : failure === undefined ? [] : [failure];
}

function judgeEach(problems: readonly Problem[], status: number, entities: readonly EntityId[]): Verdict {
  if (problems.length === 0) return { is: 'taken' };
  const sent = new Set(entities.map(({ id }) => id));
  const failed = new Map<string, Failure>();
  for (const { id, status: own = status, words } of problems) {
    if (typeof id !== 'string' || !sent.has(id)) return { is: 'bad-entity', why: `${own} ${words}` }; // "no entity::id"
    if (!failed.has(id)) failed.set(id, { why: `${own} ${words}`, isNotNow: own >= 500 || own === 409 });
  }
  return { is: 'some-failed', failed };
}

function timesOf(entity: unknown): [string, ReadonlyMap<string, number>][] {
  const id = memberOf(entity, 'id');
  if (typeof id !== 'string') return [];
  const times = new Map<string, number>();
  for (const [name, attribute] of Object.entries(Object(entity))) {
    const at = timeOf(memberOf(attribute, 'observedAt'));
    if (at !== undefined) times.set(name, at);
  }
  return [[id, times]];
}

function readCensus(entities: HttpAnswer, types: HttpAnswer): Census {
  const header = entities.headers['ngsild-results-count'];
  const count = Number(header);
  const list = memberOf(jsonOf(types), 'typeList');
  return {
    entities: header !== undefined && Number.isSafeInteger(count) ? count : undefined,
    types: listOf(list).filter((type) => typeof type === 'string'),
  };
}
