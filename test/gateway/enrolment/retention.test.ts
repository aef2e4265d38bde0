/** How long a sighting may wait: as long as its operator says, no time once it is given up, and any time if nobody knows. */
import { expect, test } from 'vitest';
import { OperatorsRetention } from '../../../gateway/enrolment/retention.ts';
import type { Operator } from '../../../shared/enrolment/operators.ts';
import type { Reading } from '../../../shared/reading.ts';

const both = { en: 'x', ja: 'x' };

function operator(id: string, retentionMs: number): Operator {
  return { id, name: both, purpose: both, publicKey: new Uint8Array(32), patterns: [], retentionMs };
}

function sighting(of: string): Reading {
  const values = { operator: of, sealed: 's', sealedWith: 'k', count: 1, firstAt: 0, lastAt: 0 };
  return { device: 'd', kind: 'sighting', observedAt: 0, values };
}

const LEVEL: Reading = { device: 'd', kind: 'water-level', observedAt: 0, values: { level: 1 } };

test('before any list has come an edge gives nothing up', () => {
  const retention = new OperatorsRetention({ known: { listed: undefined }, operators: undefined });
  expect(retention.rules()).toBeUndefined();
  expect(retention.of(sighting('alsok'))).toBeUndefined();
});

test('at an edge a sighting may stay as its list says, and not at all if the list does not name its operator', () => {
  const known: { listed: readonly Operator[] } = { listed: [operator('alsok', 5), operator('otta', 7)] };
  const retention = new OperatorsRetention({ known, operators: undefined });
  expect(['alsok', 'otta', 'gone'].map((id) => retention.of(sighting(id)))).toEqual([5, 7, 0]);
  expect(retention.of(LEVEL)).toBeUndefined();
  const before = retention.rules();
  expect(retention.rules()).toBe(before);
  known.listed = [operator('otta', 7)];
  expect(retention.rules()).not.toBe(before);
  expect(retention.of(sighting('alsok'))).toBe(0);
});

test('at a hub its own operators count; of those that it has never heard of it knows nothing', () => {
  const operators = { all: [operator('alsok', 5)], wereAny: true, isRevoked: (id: string) => id === 'otta' };
  const retention = new OperatorsRetention({ known: undefined, operators });
  expect(['alsok', 'otta', 'neighbour'].map((id) => retention.of(sighting(id)))).toEqual([5, 0, undefined]);
});

test('a hub that never took an operator up judges nothing', () => {
  const operators = { all: [], wereAny: false, isRevoked: () => false };
  expect(new OperatorsRetention({ known: undefined, operators }).rules()).toBeUndefined();
});
