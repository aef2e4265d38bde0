/** A gateway as its hub sees it, after the hub's clock was ahead for a while. */
import { expect, test } from 'vitest';
import { Births } from '../../../gateway/hub/births.ts';
import { EnrolledGateways } from '../../../gateway/hub/enrolled-gateways.ts';
import { sightOf } from '../../../gateway/hub/overview.ts';
import { Traffic } from '../../../gateway/hub/traffic.ts';
import { LogBook } from '../machine/log-book.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ORIGIN = { tenant: 'toyama', gateway: 'gateway-01' };
const NOW = Date.UTC(2026, 3, 1);
const DAY = 86_400_000;

function hub() {
  const enrolled = EnrolledGateways.open(temporaryFolder());
  enrolled.enrol(ORIGIN, 0);
  return { enrolled, births: new Births(new Map(), () => {}, new LogBook()), traffic: new Traffic() };
}

function birth(epoch: string, at: number) {
  return { ...ORIGIN, software: '', epoch, at, devices: [] };
}

test('what was seen by a clock that was 90 days ahead is not told of for 90 days', () => {
  const sight = hub();
  for (const [i, epoch] of ['a', 'b', 'a'].entries()) sight.births.born(ORIGIN, birth(epoch, i), NOW + 90 * DAY);
  const seenAt = (now: number) => sightOf(sight, { sources: () => [] }, now)[0]?.hasRival;
  expect(seenAt(NOW + 90 * DAY + 1)).toBe(true);
  expect(seenAt(NOW)).toBe(false);
});

test('a gateway that was heard by a clock that was ahead is as silent as it is', () => {
  const sight = hub();
  sight.births.reported(ORIGIN, { gateway: ORIGIN.gateway, state: 'online', epoch: 'a' }, NOW - 600_000);
  const source = { ...ORIGIN, epoch: 'a', heardAt: NOW + 90 * DAY, arrived: [], lost: [] };
  expect(sightOf(sight, { sources: () => [source] }, NOW)[0]?.heardAt).toBe(NOW - 600_000);
});
