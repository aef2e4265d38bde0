import { expect, test } from 'vitest';
import { Births } from '../../../gateway/hub/births.ts';
import { EnrolledGateways } from '../../../gateway/hub/enrolled-gateways.ts';
import { sightOf } from '../../../gateway/hub/overview.ts';
import { Traffic } from '../../../gateway/hub/traffic.ts';
import type { Birth } from '../../../shared/feed/birth.ts';
import { AT, level } from '../buffer/buffer-rig.ts';
import { LogBook } from '../machine/log-book.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ORIGIN = { tenant: 'toyama', gateway: 'gateway-01' };
const [A, B] = ['00000000000000aa', '00000000000000bb'];

function birth(epoch: string, at: number): Birth {
  return { ...ORIGIN, software: 'machimori 0.1.0', epoch, at, devices: [] };
}

function hub(remembered: ReadonlyMap<string, string> = new Map()) {
  const enrolled = EnrolledGateways.open(temporaryFolder());
  enrolled.enrol(ORIGIN, AT);
  const kept = new Map<string, string>();
  const births = new Births(remembered, (key, value) => kept.set(key, value), new LogBook());
  return { enrolled, births, traffic: new Traffic(), kept };
}

const nothing = { sources: () => [] };

test('a gateway that was never heard is there, and nothing is said of it', () => {
  expect(sightOf(hub(), nothing, AT)).toMatchObject([
    { ...ORIGIN, heardAt: undefined, state: undefined, hasRival: false, batches: { arrived: 0, lost: 0, missing: 0 } },
  ]);
});

test('of the epochs that were heard within a day, what came, was given up, and is missing is counted', () => {
  const source = { ...ORIGIN, epoch: A, heardAt: AT };
  const sources = () => [
    {
      ...source,
      arrived: [
        [1, 5],
        [8, 10],
      ] as const,
      lost: [[6, 6]] as const,
    },
    { ...source, epoch: B, heardAt: AT - 2 * 86_400_000, arrived: [[50, 50]] as const, lost: [] },
  ];
  const [sight] = sightOf(hub(), { sources }, AT + 1_000);
  expect(sight).toMatchObject({ batches: { arrived: 8, lost: 1, missing: 1 }, heardAt: AT });
});

test('how late readings come is told as a median and a percentile, at most half too high', () => {
  const at = hub();
  for (let n = 0; n < 100; n++) at.traffic.sent(ORIGIN, [level(0)], AT + (n < 98 ? 2_000 : 60_000));
  const [sight] = sightOf(at, nothing, AT);
  expect(sight?.latenessMs?.p50).toBeGreaterThanOrEqual(2_000);
  expect(sight?.latenessMs?.p50).toBeLessThan(3_000);
  expect(sight?.latenessMs?.p99).toBeGreaterThanOrEqual(60_000);
  expect(sight?.latenessMs?.p99).toBeLessThan(90_000);
});

test('an epoch that had ended and comes back is another box; a birth that comes again by way of another hub is not', () => {
  const { births, ...at } = hub();
  births.born(ORIGIN, birth(A, AT), AT);
  births.born(ORIGIN, birth(B, AT + 1_000), AT + 1_000);
  births.born(ORIGIN, birth(A, AT), AT + 2_000); // round the ring
  expect(sightOf({ ...at, births }, nothing, AT + 3_000)).toMatchObject([{ hasRival: false }]);
  expect(births.birthOf(ORIGIN)?.epoch).toBe(B);
  births.born(ORIGIN, birth(A, AT + 4_000), AT + 4_000);
  expect(sightOf({ ...at, births }, nothing, AT + 5_000)).toMatchObject([{ hasRival: true }]);
  expect(sightOf({ ...at, births }, nothing, AT + 4_000_000)).toMatchObject([{ hasRival: false }]);
});

test('births are known again after a restart, and one that the disk has damaged is left out', () => {
  const { births, kept } = hub();
  const gauge = {
    id: 'gauge-01',
    type: 'line',
    kinds: ['water-level'],
    units: { level: 'm' },
    place: { lat: 36.7, lon: 137.2 },
  };
  births.born(ORIGIN, { ...birth(A, AT), devices: [gauge] }, AT);
  expect(hub(kept).births.describe('gauge-01', ORIGIN)).toEqual(gauge);
  const damaged = new Map([...kept].map(([key, value]) => [key, value.slice(0, 9)]));
  expect(hub(damaged).births.describe('gauge-01', ORIGIN)).toBeUndefined();
});

test('a hostile birth is kept only as far as it is one', () => {
  const { births } = hub();
  const devices = [
    { id: 'good', type: 'line', kinds: ['water-level'], units: {}, place: { lat: 999, lon: 0 } },
    { id: 7, type: 'line' },
    'no device',
    { id: 'x'.repeat(300), type: 'line' },
    { id: 'long', type: 'y'.repeat(10_000), kinds: 'no list', units: { level: 4 }, thresholds: [{ alarm: 1 }] },
  ];
  births.born(ORIGIN, { ...birth(A, AT), devices } as unknown as Birth, AT);
  expect(births.describe('good', ORIGIN)).toEqual({ id: 'good', type: 'line', kinds: ['water-level'], units: {} });
  expect(births.describe('long', ORIGIN)).toMatchObject({ type: 'y'.repeat(200), kinds: [], units: {} });
  expect(births.birthOf(ORIGIN)?.devices).toHaveLength(2);
});
