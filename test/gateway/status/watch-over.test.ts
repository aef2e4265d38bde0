/** What the status says of operators' lists and tags. */

import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { KnownOperators } from '../../../gateway/enrolment/known-operators.ts';
import { maxOnTheWay, Sealing } from '../../../gateway/enrolment/sealing.ts';
import { Operators, operatorsFileOf } from '../../../gateway/hub/operators.ts';
import { formatMetrics } from '../../../gateway/status/metrics.ts';
import { readStatus } from '../../../gateway/status/status.ts';
import { HubStandIn, hourMs, operatorWithKey } from '../enrolment/hub-stand-in.ts';
import { sources } from './status-rig.ts';

async function watched() {
  const { rig, from } = sources();
  const hub = await HubStandIn.open();
  const { operator } = await operatorWithKey('alsok');
  const { clock, log } = rig.rig;
  const known = KnownOperators.open({ dataDirectory: rig.rig.folder, key: hub.publicKey, clock, log });
  const at = clock.moment().wall;
  const list = (number: number) => hub.list(number, [operator], { issuedAt: at, validUntil: at + hourMs });
  const watching = { ...from, watchOver: { known, sealing: new Sealing(known, log) } };
  return { rig, from, watching, known, list };
}

test('the list that counts is in the status, and no operator is a problem', async () => {
  const { watching, known, list, rig } = await watched();
  expect(readStatus(watching)).toMatchObject({ healthy: true, watchOver: { state: 'none', operators: 0 } });
  await known.take(await list(4));
  await watching.watchOver.sealing.seal([], rig.clock.moment());
  expect(readStatus(watching)).toMatchObject({
    healthy: true,
    watchOver: { state: 'current', number: 4, operators: 1, refused: 0, sealed: 0, unlisted: 0, dropped: 0 },
  });
  expect(formatMetrics(watching)).toContain('machimori_operators 1\n');
});

test('a list that is over, a clock that is not set and a list that was refused are problems, with what to do', async () => {
  const { watching, known, list, rig } = await watched();
  await known.take(await list(4));
  await rig.clock.advance(hourMs);
  const over = readStatus(watching).problems;
  expect(over.map(({ en }) => en)).toEqual([expect.stringMatching(/^The operators' list ended at 2026-.* check/)]);
  expect(over[0]?.ja).toMatch(/報告されません/);
  await known.take(await list(3));
  expect(readStatus(watching).problems.map(({ code }) => code)).toEqual([
    'status.operators-over',
    'status.operators-refused',
  ]);
  rig.clock.synchronised = false;
  expect(readStatus(watching).problems.map(({ code }) => code)).toContain('status.operators-unsure');
});

test('tags that were dropped within the hour are a problem, with what to do', async () => {
  const { watching, known, list, rig } = await watched();
  await known.take(await list(4));
  const id = { format: 'ibeacon', bytes: new Uint8Array(20) } as const;
  const at = rig.clock.moment();
  const times = { observedAt: at.wall, firstAt: at.wall, lastAt: at.wall };
  const tag = { operator: 'alsok', id, device: 'detector-01', ...times, rssi: -60, rssiMean: -60, count: 1 };
  await watching.watchOver.sealing.seal(Array<typeof tag>(maxOnTheWay + 3).fill(tag), at);
  const { problems, watchOver } = readStatus(watching);
  expect(watchOver).toMatchObject({ sealed: maxOnTheWay, dropped: 3 });
  expect(problems.map(({ en }) => en)).toEqual([
    expect.stringMatching(/^3 sightings of operators' tags were dropped.*longer window/),
  ]);
  expect(problems[0]?.ja).toMatch(/3 件を破棄しました.*window を長く/);
  await known.take(await list(5));
  await rig.clock.advance(hourMs + 1);
  expect(readStatus(watching).problems.map(({ code }) => code)).not.toContain('status.tags-dropped');
});

test('a hub that cannot sign its list says so', () => {
  const { rig, from } = sources();
  writeFileSync(operatorsFileOf(rig.rig.folder), 'x');
  const operators = Operators.open(rig.rig.folder, { refreshMs: hourMs, validityMs: hourMs });
  const { problems } = readStatus({ ...from, hub: { ...from.hub, operators } });
  expect(problems.map(({ code }) => code)).toEqual(['status.operators-unreadable']);
});
