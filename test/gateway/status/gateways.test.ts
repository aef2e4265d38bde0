/** What a hub's status says of gateways that are not heard. */
import { expect, test } from 'vitest';
import { Births } from '../../../gateway/hub/births.ts';
import { EnrolledGateways } from '../../../gateway/hub/enrolled-gateways.ts';
import type { ExpectedGateway } from '../../../gateway/hub/overview.ts';
import { Traffic } from '../../../gateway/hub/traffic.ts';
import { readStatus } from '../../../gateway/status/status.ts';
import { LogBook } from '../machine/log-book.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { sources } from './status-rig.ts';

const ORIGIN = { tenant: 'toyama', gateway: 'box-1' };
const MINUTE = 60_000;

/** The sentences some minutes after the gateway was enrolled, and heard if it was. */
function said(minutes: number, expected: Partial<ExpectedGateway> | undefined, { isHub = false } = {}) {
  const { from } = sources();
  const { wall } = from.clock.moment();
  const since = wall - minutes * MINUTE;
  const enrolled = EnrolledGateways.open(temporaryFolder());
  enrolled.enrol({ ...ORIGIN, isHub }, since);
  const births = new Births(new Map(), () => {}, new LogBook());
  if (expected !== undefined) births.reported(ORIGIN, { gateway: 'box-1', epoch: 'aa', state: 'online' }, since);
  const full = { state: 'reporting', expectedMs: 0, quietMs: 0, awayUntil: undefined, hasLeft: false, ...expected };
  const of = () => (expected === undefined ? undefined : (full as ExpectedGateway));
  const watch = { of, maintain: async () => false };
  const hub = { ...from.hub, enrolled, births, traffic: new Traffic(), watch };
  return readStatus({ ...from, startedAt: since, hub }).problems.map(({ en, ja }) => `${en} ${ja}`);
}

test('a gateway that is silent is a problem, one that is heard or maintained is not', () => {
  expect(said(10, { state: 'silent' })).toEqual([
    expect.stringMatching(/^toyama\/box-1 has not been heard for 10 min.*から10分受信がありません/),
  ]);
  expect(said(10, { state: 'reporting' })).toEqual([]);
  expect(said(10, { state: 'maintenance', awayUntil: 9e12 })).toEqual([]);
});

test('one that was stopped is a problem after five minutes', () => {
  expect(said(4, { state: 'maintenance', hasLeft: true })).toEqual([]);
  expect(said(6, { state: 'maintenance', hasLeft: true })).toEqual([
    expect.stringMatching(/was stopped 6 min ago, as it said.*正常に停止/),
  ]);
});

test('one that was enrolled and never heard is a problem after five minutes; who only carries for others is not', () => {
  expect(said(4, undefined)).toEqual([]);
  expect(said(6, undefined)).toEqual([
    expect.stringMatching(/was enrolled 6 min ago and has never been heard.*一度も/),
  ]);
  expect(said(6, undefined, { isHub: true })).toEqual([]);
});
