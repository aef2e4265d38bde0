/** A context broker as the far end of `ngsi-v2` and `ngsi-ld`. */
import { onTestFinished } from 'vitest';
import type { Reading } from '../../shared/reading.ts';
import { type BrokerRequest, json } from '../../simulators/orion/exchange.ts';
import { NgsiLdBroker } from '../../simulators/orion/ngsi-ld-broker.ts';
import { NgsiV2Broker } from '../../simulators/orion/ngsi-v2-broker.ts';
import { openOrion } from '../../simulators/orion/orion.ts';
import type { Store } from './destination-samples.ts';

export async function contextBroker(type: 'ngsi-v2' | 'ngsi-ld'): Promise<Store> {
  const broker = type === 'ngsi-v2' ? new NgsiV2Broker() : new NgsiLdBroker('orion-ld');
  let check: ((reading: Reading) => string | undefined) | undefined;
  let lost = 0;
  let isStalled = false;
  const far = await openOrion({
    broker,
    misbehaviour: {
      instead(request) {
        if (isStalled && request.method === 'POST') return 'hang';
        const why = levelsIn(request).flatMap((level) => check?.(withLevel(level)) ?? [])[0];
        return why === undefined ? undefined : json(400, { error: 'BadRequest', description: why });
      },
      afterwards: ({ method }) => (method === 'POST' && lost-- > 0 ? 'cut' : undefined),
    },
  });
  onTestFinished(() => far.cutOff());
  await far.cutOff();
  return {
    keepsNewest: true,
    settings: { type, url: far.url, answerTimeout: '1s', askEvery: '500ms' },
    come: () => far.comeBack(),
    leave: () => far.cutOff(),
    levels: () => broker.entities().map(({ attributes }) => Number(attributes.get('currentLevel')?.value)),
    missing: () => [],
    refuse(reason) {
      check = reason;
    },
    loseAnswers(count) {
      lost = count;
    },
    stall(stalled) {
      isStalled = stalled;
    },
  };
}

function levelsIn({ method, path, body }: BrokerRequest): readonly number[] {
  if (method !== 'POST' || path.includes('token')) return [];
  const parsed: unknown = JSON.parse(body);
  const entities = Array.isArray(parsed) ? parsed : Reflect.get(Object(parsed), 'entities');
  return entities.map((entity: { currentLevel?: { value: unknown } }) => Number(entity.currentLevel?.value));
}

function withLevel(level: number): Reading {
  return { device: 'gauge-01', kind: 'water-level', observedAt: 0, values: { level } };
}
