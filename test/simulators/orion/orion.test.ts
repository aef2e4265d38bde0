/** The stand-in answers as Orion and the brokers of NGSI-LD do: facts from their sources and from a session with Orion 4.1.0. */
import { describe, expect, test } from 'vitest';
import type { BrokerAnswer } from '../../../simulators/orion/exchange.ts';
import { type Flavour, NgsiLdBroker } from '../../../simulators/orion/ngsi-ld-broker.ts';
import { NgsiV2Broker } from '../../../simulators/orion/ngsi-v2-broker.ts';
import { Orion } from '../../../simulators/orion/orion.ts';

const bodyOf = ({ body }: BrokerAnswer) => (body === '' ? '' : JSON.parse(body));
const gauge = (n: number, more: object = {}) => ({
  ...{ id: `urn:ngsi-ld:WaterObserved:w${n}`, type: 'WaterObserved' },
  waterLevel: {
    type: 'Number',
    value: n,
    metadata: { TimeInstant: { type: 'DateTime', value: '2026-03-01T09:00:00Z' } },
  },
  ...more,
});

describe('NGSIv2', () => {
  function orion() {
    const broker = new NgsiV2Broker();
    const send = (payload: unknown, more: Record<string, string> = {}) => {
      const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
      const own = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
      const headers = { 'fiware-service': 'kakogawa', 'fiware-servicepath': '/water', ...own, ...more };
      return broker.answer({ method: 'POST', path: '/v2/op/update', headers, body });
    };
    const get = (path: string, more: Record<string, string> = {}) => {
      const headers = { 'fiware-service': 'kakogawa', 'fiware-servicepath': '/water', ...more };
      return broker.answer({ method: 'GET', path, headers, body: '' });
    };
    const append = (...entities: unknown[]) => send({ actionType: 'append', entities });
    return { send, get, append };
  }

  test('append answers 204, the last to come wins, also if it is older, and dates come out with three decimals', () => {
    const { append, get } = orion();
    const older = gauge(1, {
      waterLevel: {
        type: 'Number',
        value: 0.5,
        metadata: { TimeInstant: { type: 'DateTime', value: '2026-03-01T08:00:00Z' } },
      },
    });
    expect(append(gauge(1))).toMatchObject({ status: 204, body: '' });
    expect(append(gauge(1), older)).toMatchObject({ status: 204 });
    expect(bodyOf(get('/v2/entities/urn:ngsi-ld:WaterObserved:w1'))).toEqual({
      ...{ id: 'urn:ngsi-ld:WaterObserved:w1', type: 'WaterObserved' },
      waterLevel: {
        type: 'Number',
        value: 0.5,
        metadata: { TimeInstant: { type: 'DateTime', value: '2026-03-01T08:00:00.000Z' } },
      },
    });
    expect(bodyOf(get('/v2/entities/urn:ngsi-ld:WaterObserved:w1?options=keyValues'))).toMatchObject({
      waterLevel: 0.5,
    });
  });

  test('an update of some that are not there is a PartialUpdate that has applied the others', () => {
    const { send, append, get } = orion();
    append(gauge(1));
    const answer = send({ actionType: 'update', entities: [gauge(1, { waterLevel: { value: 7 } }), gauge(9)] });
    expect([answer.status, bodyOf(answer)]).toEqual([
      422,
      {
        error: 'PartialUpdate',
        description: 'do not exist: urn:ngsi-ld:WaterObserved:w9/WaterObserved - [entity itself]',
      },
    ]);
    expect(bodyOf(get('/v2/entities/urn:ngsi-ld:WaterObserved:w1?options=keyValues'))).toMatchObject({ waterLevel: 7 });
  });

  test.each([
    [{ id: 'no good<', type: 'T' }, 'Invalid characters in entity id'],
    [{ id: 'ok', type: 'T', 水位: { value: 1 } }, 'Invalid characters in attribute name'],
    [{ id: 'ok', type: 'T', a: { type: 'Text', value: 'x(y)' } }, 'Invalid characters in attribute value'],
    [{ id: 'ok', type: 'T', a: { value: { deep: ['a=b'] } } }, 'Invalid characters in attribute value'],
    [{ id: 'ok', type: 'T', a: { type: 'DateTime', value: 'yesterday' } }, 'date has invalid format: yesterday'],
  ])('one malformed entity refuses the whole request: %j', (bad, description) => {
    const { append, get } = orion();
    const answer = append(gauge(1), bad);
    expect([answer.status, bodyOf(answer)]).toEqual([400, { error: 'BadRequest', description }]);
    expect(bodyOf(get('/v2/entities'))).toEqual([]);
  });

  test('full-width brackets and Japanese pass in values', () => {
    expect(orion().append(gauge(1, { note: { type: 'Text', value: '加古川（支流）' } })).status).toBe(204);
  });

  test('a second geo attribute is 413 NoResourcesAvailable, and the others are stored', () => {
    const { append, get } = orion();
    const place = { type: 'geo:json', value: { type: 'Point', coordinates: [134.8, 34.7] } };
    const answer = append(gauge(1, { location: place, there: place }), gauge(2));
    expect([answer.status, bodyOf(answer).error]).toEqual([413, 'NoResourcesAvailable']);
    expect(bodyOf(get('/v2/entities'))).toHaveLength(1);
  });

  test('more than 1 MiB is 413 with both sizes; another content type 415; no length 411; no JSON ParseError', () => {
    const { send } = orion();
    const large = send(`{"a":"${'x'.repeat(1_100_000)}"}`);
    expect([large.status, bodyOf(large)]).toEqual([
      413,
      { error: 'RequestEntityTooLarge', description: 'payload size: 1100008, max size supported: 1048576' },
    ]);
    const cbor = send('{}', { 'content-type': 'application/cbor' });
    expect([cbor.status, bodyOf(cbor).description]).toEqual([415, 'not supported content type: application/cbor']);
    expect(bodyOf(send('{nothing'))).toMatchObject({ error: 'ParseError' });
  });

  test('a service that is not known is empty, and made by the first write; services and paths are apart', () => {
    const { append, get } = orion();
    append(gauge(1));
    const other = get('/v2/entities?options=keyValues,count', { 'fiware-service': 'other' });
    expect([other.status, other.body, other.headers?.['fiware-total-count']]).toEqual([200, '[]', '0']);
    expect(get('/v2/entities?options=count', { 'fiware-service': 'KAKOGAWA' }).headers?.['fiware-total-count']).toBe(
      '1',
    );
    expect(bodyOf(get('/v2/entities', { 'fiware-servicepath': '/other' }))).toEqual([]);
    expect(get('/v2/entities', { 'fiware-service': 'a-b' }).status).toBe(400);
    expect(get('/v2/entities', { 'fiware-servicepath': '/a-b' }).status).toBe(400);
  });

  test('descriptions are escaped for HTML, and the correlator is echoed', () => {
    const { append, get } = orion();
    const answer = append(
      gauge(1, { location: { type: 'geo:json', value: { type: 'Point', coordinates: [500, 0] } } }),
      gauge(1, { location: { type: 'geo:json', value: { type: 'Point', coordinates: [500, 0] } } }),
    );
    expect(bodyOf(answer).description).toBe('Wrong GeoJson');
    expect(bodyOf(append({ id: 'x', type: 'T', a: { value: 1, '<': 2 } })).description).toContain('&lt;');
    expect(get('/v2/entities', { 'fiware-correlator': 'mine' }).headers?.['fiware-correlator']).toBe('mine');
  });
});

describe.each(['orion-ld', 'scorpio', 'stellio'] as const)('NGSI-LD as %s', (flavour: Flavour) => {
  const entity = (n: number, value: unknown = n) => ({
    ...{ id: `urn:ngsi-ld:Device:d${n}`, type: 'Device' },
    rssi: { type: 'Property', value, observedAt: '2026-03-01T09:00:00.000Z', unitCode: 'DBM' },
  });
  const send = (broker: NgsiLdBroker, ...entities: unknown[]) =>
    broker.answer({
      method: 'POST',
      path: '/ngsi-ld/v1/entityOperations/upsert?options=update',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(entities),
    });

  test('201 for what was created, 204 for what was updated, and its own answer to a mixture', () => {
    const broker = new NgsiLdBroker(flavour);
    const created = send(broker, entity(1));
    expect([created.status, bodyOf(created)]).toEqual([201, ['urn:ngsi-ld:Device:d1']]);
    expect(send(broker, entity(1, 2)).status).toBe(204);
    const mixed = send(broker, entity(1), entity(2));
    if (flavour === 'orion-ld') expect([mixed.status, bodyOf(mixed).errors]).toEqual([207, []]);
    else expect([mixed.status, bodyOf(mixed)]).toEqual([201, ['urn:ngsi-ld:Device:d2']]);
  });

  test('207 names what failed, in its own shape', () => {
    const answer = send(new NgsiLdBroker(flavour), entity(1), {
      ...entity(2),
      rssi: { type: 'Property', value: null },
    });
    expect(answer.status).toBe(207);
    const [error] = bodyOf(answer).errors;
    const member = flavour === 'scorpio' ? 'ProblemDetails' : 'error';
    expect(error[flavour === 'scorpio' ? 'id' : 'entityId']).toBe('urn:ngsi-ld:Device:d2');
    expect(error[member]).toMatchObject({ status: 400 });
  });

  test('if all failed', () => {
    const answer = send(new NgsiLdBroker(flavour), { ...entity(2), id: 'urn:ngsi-ld:Device:503', rssi: {} });
    expect(answer.status).toBe(flavour === 'scorpio' ? 503 : 207); // Scorpio finds "503" in the id
  });

  test('a tenant that is not there', () => {
    const broker = new NgsiLdBroker(flavour);
    const headers = { 'ngsild-tenant': 'nowhere' };
    const answer = broker.answer({ method: 'GET', path: '/ngsi-ld/v1/entities?type=Device', headers, body: '' });
    expect([answer.status, bodyOf(answer).type]).toEqual([
      404,
      expect.stringMatching(/Non?Existi?n?gTenant|NonexistentTenant|TenantNotFound/),
    ]);
  });
});

test('whoever has no key or token is not let in, and tokens are given to the client alone', () => {
  const client = { id: 'gateway', secret: 's3cret', expiresIn: 3_600 };
  const orion = new Orion({ broker: new NgsiV2Broker(), door: { client } });
  const ask = (path: string, headers: Record<string, string>, body = '') =>
    orion.handle({ method: body === '' ? 'GET' : 'POST', path, headers, body });
  expect(ask('/v2/entities', {})).toMatchObject({ status: 401 });
  const basic = `Basic ${Buffer.from('gateway:s3cret').toString('base64')}`;
  expect(ask('/oauth2/token', { authorization: 'Basic bm86bm8=' }, 'grant_type=client_credentials')).toMatchObject({
    status: 401,
  });
  expect(ask('/oauth2/token', { authorization: basic }, 'grant_type=client_credentials')).toMatchObject({
    status: 200,
  });
  expect(ask('/v2/entities', { authorization: 'Bearer token-1' })).toMatchObject({ status: 200 });
});
