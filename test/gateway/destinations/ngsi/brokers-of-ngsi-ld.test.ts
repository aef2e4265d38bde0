/** What is particular to the three brokers of NGSI-LD. */
import { describe, expect, test } from 'vitest';
import { ngsiLd } from '../../../../gateway/destinations/ngsi/ngsi-ld.ts';
import { AT, level, NgsiRig } from './ngsi-rig.ts';

const id = 'urn:ngsi-ld:Device:kakogawa:gateway-01:a';
const other = 'urn:ngsi-ld:Device:kakogawa:gateway-01:b';
const entities = [
  { id, type: 'Device' },
  { id: other, type: 'Device' },
];
const judge = (status: number, body: unknown) =>
  ngsiLd({ types: [] }).judge(
    { status, headers: {}, body: Buffer.from(body === '' ? '' : JSON.stringify(body)) },
    entities,
  );

describe('an answer', () => {
  test.each([
    [201, [id]],
    [204, ''],
    [207, { success: [id, other], errors: [] }],
    [207, { success: [id], errors: [{ entityId: id, error: { title: 'Duplicated Entity', status: 400 } }] }],
  ])('%i %j means that all are stored', (status, body) => {
    expect(judge(status, body)).toEqual({ is: 'taken' });
  });

  test.each([
    [207, { success: [other], errors: [{ entityId: id, error: { title: 'bad', detail: 'very', status: 400 } }] }],
    [
      207,
      {
        success: [other],
        errors: [{ id, type: 'Upsert', ProblemDetails: { title: 'bad', detail: 'very', status: 400 } }],
      },
    ],
    [
      207,
      [
        { id, failure: [{ title: 'bad', detail: 'very', status: 400 }] },
        { id: other, success: ['x'] },
      ],
    ],
    [400, { errors: [{ id, ProblemDetails: { title: 'bad', detail: 'very', status: 400 } }] }],
    [503, { errors: [{ id, ProblemDetails: { title: 'bad', detail: 'very', status: 400 } }] }],
  ])('%i %j names the one that failed, for good', (status, body) => {
    const failed = new Map([[id, { why: '400 bad: very', isNotNow: false }]]);
    expect(judge(status, body)).toEqual({ is: 'some-failed', failed });
  });

  test('with a failure of its own is tried again', () => {
    const errors = [{ entityId: id, error: { title: 'Database Error', status: 500 } }];
    expect(judge(207, { success: [other], errors })).toMatchObject({
      failed: new Map([[id, { why: '500 Database Error', isNotNow: true }]]),
    });
  });

  test('that does not say which failed is looked into by halves', () => {
    const errors = [{ entityId: 'no entity::id', error: { title: 'missing id', status: 400 } }];
    expect(judge(207, { success: [id], errors })).toMatchObject({ is: 'bad-entity' });
  });
});

test('a tenant that has to be made gets one entity first', async () => {
  const rig = new NgsiRig({ flavour: 'scorpio', settings: { brokerTenant: 'kakogawa' } });
  const session = await rig.open();
  await rig.send(
    session,
    Array.from({ length: 30 }, (_, i) => level(i, AT, `gauge-${i}`)),
  );
  expect(JSON.parse(String(rig.updates[0]?.body))).toHaveLength(1);
  expect(rig.updates.length).toBeLessThan(8);
});

test('the context goes as a link, the tenant as a header, time and unit with the attribute', async () => {
  const context = 'http://context.example/context.jsonld';
  const rig = new NgsiRig({ flavour: 'orion-ld', settings: { brokerTenant: 'kakogawa', context } });
  await rig.send(await rig.open(), [level(1.5)]);
  const [update] = rig.updates;
  expect(update?.url).toBe('http://broker/ngsi-ld/v1/entityOperations/upsert?options=update');
  expect(update?.headers).toMatchObject({
    ...{ 'ngsild-tenant': 'kakogawa', 'content-type': 'application/json' },
    link: `<${context}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`,
  });
  expect(JSON.parse(String(update?.body))[0].currentLevel).toEqual({
    ...{ type: 'Property', value: 1.5, observedAt: '2026-01-15T03:00:00.000Z', unitCode: 'MTR' },
  });
});
