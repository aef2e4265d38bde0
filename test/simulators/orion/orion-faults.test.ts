import { expect, onTestFinished, test, vi } from 'vitest';
import { FaultBoard } from '../../../simulators/fault-board.ts';
import { NgsiLdBroker } from '../../../simulators/orion/ngsi-ld-broker.ts';
import { NgsiV2Broker } from '../../../simulators/orion/ngsi-v2-broker.ts';
import { openOrion } from '../../../simulators/orion/orion.ts';
import { ORION_FAULTS } from '../../../simulators/orion/orion-faults.ts';

const patience = { timeout: 10_000, interval: 5 };
const gauge = (n: number) => ({
  ...{ id: `urn:ngsi-ld:WaterObserved:w${n}`, type: 'WaterObserved' },
  waterLevel: { type: 'Property', value: n },
});

async function orion(broker: NgsiV2Broker | NgsiLdBroker) {
  const faults = new FaultBoard(ORION_FAULTS);
  const opened = await openOrion({ broker, faults });
  onTestFinished(() => opened.close());
  const post = (path: string, content: unknown) => {
    const headers = { 'content-type': 'application/json' };
    return fetch(opened.url + path, { method: 'POST', headers, body: JSON.stringify(content) });
  };
  return { opened, faults, post };
}

const entities = [1, 2, 3, 4].map(gauge);

test('of an update of NGSIv2 some entities are not stored, and Orion tells a fault', async () => {
  const broker = new NgsiV2Broker();
  const { faults, post } = await orion(broker);
  faults.strike('partial', { share: 0.5 });
  const answer = await post('/v2/op/update', { actionType: 'append', entities });
  expect(answer.status).toBe(500);
  expect(broker.entities().map(({ id }) => id)).toEqual(entities.slice(0, 2).map(({ id }) => id));
  faults.clear();
  expect((await post('/v2/op/update', { actionType: 'append', entities })).status).toBe(204);
  expect(broker.entities()).toHaveLength(4);
});

test('of an upsert of NGSI-LD the entities that are not stored are named', async () => {
  const broker = new NgsiLdBroker('orion-ld');
  const { faults, post } = await orion(broker);
  faults.strike('partial', { share: 0 });
  const answer = await post('/ngsi-ld/v1/entityOperations/upsert', entities);
  expect(answer.status).toBe(207);
  expect(await answer.json()).toMatchObject({ errors: [{ entityId: entities[3]?.id }] });
  expect(broker.entities()).toHaveLength(3);
});

test('it answers with the status that it is told to', async () => {
  const { opened, faults } = await orion(new NgsiV2Broker());
  faults.strike('status', { code: 429 });
  expect((await fetch(`${opened.url}/version`)).status).toBe(429);
  faults.clear();
  expect((await fetch(`${opened.url}/version`)).status).toBe(200);
});

test('nobody is there while it is away', async () => {
  const { opened, faults } = await orion(new NgsiV2Broker());
  faults.strike('away');
  await vi.waitFor(() => expect(fetch(`${opened.url}/version`)).rejects.toThrow(), patience);
  faults.clear();
  await vi.waitFor(async () => expect((await fetch(`${opened.url}/version`)).status).toBe(200), patience);
});

test('the tokens that it gave expire at once', async () => {
  const { opened, faults } = await orion(new NgsiV2Broker());
  opened.tokens.add('token-1');
  faults.strike('expired-token');
  expect(opened.tokens.size).toBe(0);
});
