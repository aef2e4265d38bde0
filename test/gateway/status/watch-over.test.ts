/** What the status says of operators' lists and tags. */

import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { KnownOperators } from '../../../gateway/enrolment/known-operators.ts';
import { Sealing } from '../../../gateway/enrolment/sealing.ts';
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

test('a hub that cannot sign its list says so', () => {
  const { rig, from } = sources();
  writeFileSync(operatorsFileOf(rig.rig.folder), 'x');
  const operators = Operators.open(rig.rig.folder, { refreshMs: hourMs, validityMs: hourMs });
  const { problems } = readStatus({ ...from, hub: { ...from.hub, operators } });
  expect(problems.map(({ code }) => code)).toEqual(['status.operators-unreadable']);
});
