/**
 * NGSIv2 as Orion speaks it: `POST /v2/op/update` with `append`, which makes what is missing and leaves alone what is not named.
 *
 * Every attribute has its time as metadata `TimeInstant`, as IoT Agents write it; Orion gives it no meaning of its own. Metadata stay
 * until they are written again (orion-api.md, "Metadata update semantics"), so an attribute always has the same.
 */
import type { HttpAnswer } from '../../net/http.ts';
import { commonVerdict, isGood, wordsOf } from './answers.ts';
import { plainText, unescaped } from './characters.ts';
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

export interface NgsiV2Options {
  readonly service?: string | undefined;
  readonly servicePath: string;
}

/** Types named in one line of the log. */
const maxTypes = 20;

export function ngsiV2({ service, servicePath }: NgsiV2Options): Format {
  return {
    headers: {
      accept: 'application/json',
      'fiware-servicepath': servicePath,
      ...(service !== undefined && { 'fiware-service': service }),
    },
    entity: entityOf,
    update: (entities) => ({
      method: 'POST',
      path: '/v2/op/update',
      headers: { 'content-type': 'application/json' },
      body: `{"actionType":"append","entities":[${entities.join(',')}]}`,
    }),
    judge,
    times(entities) {
      const ids = entities.map(({ id }) => encodeURIComponent(id)).join(',');
      const types = [...new Set(entities.map(({ type }) => encodeURIComponent(type)))].join(',');
      const path = `/v2/entities?id=${ids}&type=${types}&metadata=TimeInstant&limit=${entities.length}`;
      return { method: 'GET', path, headers: {} };
    },
    readTimes: (answer) => new Map(listOf(jsonOf(answer)).flatMap(timesOf)),
    orders({ type, name, offset, limit }) {
      const attributes = [name, `${name}_status`].map(encodeURIComponent).join(',');
      const path = `/v2/entities?type=${type}&q=${name}&attrs=${attributes}&metadata=dateModified,TimeInstant,orderId,expiresAt`;
      return { method: 'GET', path: `${path}&limit=${limit}&offset=${offset}`, headers: {} };
    },
    readOrders(answer, name) {
      const beside = (attribute: unknown, key: string) =>
        memberOf(memberOf(memberOf(attribute, 'metadata'), key), 'value');
      return readOrders(answer, name, {
        beside,
        writtenAt: (attribute) => timeOf(beside(attribute, 'dateModified')),
        timeBeside: (attribute) => timeOf(beside(attribute, 'TimeInstant')),
      });
    },
    census: () => ({ method: 'GET', path: '/v2/entities?limit=1&options=count', headers: {} }),
    typesOf: () => ({ method: 'GET', path: `/v2/types?limit=${maxTypes}&options=values`, headers: {} }),
    readCensus,
  };
}

/** Written as text: a fleet's entities are most of the work of this destination. */
function entityOf({ id, type, attributes }: Entity): string {
  let json = `{"id":${JSON.stringify(id)},"type":"${type}"`;
  for (const [name, { attribute, mark }] of attributes) json += `,"${name}":${attributeOf(name, attribute, mark.at)}`;
  return `${json}}`;
}

function attributeOf(name: string, attribute: Attribute, at: number): string {
  const code = attribute.is === 'number' ? attribute.unitCode : undefined;
  const { type, value } = typed(name, attribute);
  const unit = code === undefined ? '' : `,"unitCode":{"type":"Text","value":"${code}"}`;
  const quality = attribute.quality === undefined ? '' : `,"quality":{"type":"Text","value":"${attribute.quality}"}`;
  const metadata = `{"TimeInstant":{"type":"DateTime","value":"${isoDate(at)}"}${unit}${quality}}`;
  return `{"type":"${type}","value":${JSON.stringify(value)},"metadata":${metadata}}`;
}

function typed(name: string, attribute: Attribute): { readonly type: string; readonly value: unknown } {
  switch (attribute.is) {
    case 'number':
      return { type: 'Number', value: attribute.value };
    case 'text':
    case 'reference':
      return { type: 'Text', value: plainText(attribute.value) };
    case 'flag':
      return { type: 'Boolean', value: attribute.value };
    case 'time':
      return { type: 'DateTime', value: isoDate(attribute.value) };
    case 'list':
      return { type: 'StructuredValue', value: attribute.value.map(plainText) };
    case 'place': // a second of type geo:json would be refused (orion-api.md, "Geospatial properties of entities")
      return { type: name === 'location' ? 'geo:json' : 'StructuredValue', value: attribute.value };
  }
}

function judge(answer: HttpAnswer, entities: readonly EntityId[]): Verdict {
  if (isGood(answer)) return { is: 'taken' };
  const error = memberOf(jsonOf(answer), 'error');
  const why = wordsOf(answer);
  if (answer.status === 413 && error === 'NoResourcesAvailable') return { is: 'bad-entity', why };
  if (answer.status === 422) return partialUpdate(answer, entities, why);
  return commonVerdict(answer);
}

/** The rest is stored. Which failed is only in the description, whose format varies (the first item alone has a dash). */
function partialUpdate(answer: HttpAnswer, entities: readonly EntityId[], why: string): Verdict {
  const description = memberOf(jsonOf(answer), 'description');
  const said = typeof description === 'string' ? unescaped(description) : '';
  const named = entities.filter(({ id, type }) => said.includes(`${id}/${type}`));
  if (named.length === 0) return { is: 'bad-entity', why };
  const failed = new Map(named.map(({ id }): [string, Failure] => [id, { why, isNotNow: false }]));
  return { is: 'some-failed', failed };
}

function timesOf(entity: unknown): [string, ReadonlyMap<string, number>][] {
  const id = memberOf(entity, 'id');
  if (typeof id !== 'string') return [];
  const times = new Map<string, number>();
  for (const [name, attribute] of Object.entries(Object(entity))) {
    const at = timeOf(memberOf(memberOf(memberOf(attribute, 'metadata'), 'TimeInstant'), 'value'));
    if (at !== undefined) times.set(name, at);
  }
  return [[id, times]];
}

function readCensus(entities: HttpAnswer, types: HttpAnswer): Census {
  const count = Number(entities.headers['fiware-total-count']);
  return {
    entities: Number.isSafeInteger(count) ? count : undefined,
    types: listOf(jsonOf(types)).filter((type) => typeof type === 'string'),
  };
}
