/** Whose tags a gateway looks for, of the list that came and of the one that it signs itself. */
import { expect, test } from 'vitest';
import { AllKnown, ownKnown } from '../../../gateway/enrolment/all-known.ts';
import { KnownOperators } from '../../../gateway/enrolment/known-operators.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { LogBook } from '../machine/log-book.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { AT, HubStandIn, hourMs, operatorWithKey } from './hub-stand-in.ts';

async function hubWithDetectors() {
  const clock = new VirtualClock('2027-01-01T00:00:00Z');
  const neighbour = await HubStandIn.open();
  const heard = KnownOperators.open({
    dataDirectory: temporaryFolder(),
    key: neighbour.publicKey,
    clock,
    log: new LogBook(),
  });
  const [alsok, otta] = [(await operatorWithKey('alsok')).operator, (await operatorWithKey('otta')).operator];
  const own = { current: { number: 3, validUntil: AT + hourMs, operators: [alsok] } };
  const known = new AllKnown(() => [ownKnown(own, clock), heard]);
  const ids = () => known.operators.map(({ id }) => id);
  return { clock, neighbour, heard, alsok, otta, own, known, ids };
}

test("a hub's own operators count at its own detectors, and a neighbour's beside them", async () => {
  const { neighbour, heard, alsok, otta, known, ids } = await hubWithDetectors();
  expect(ids()).toEqual(['alsok']);
  await heard.take(await neighbour.list(7, [otta, { ...alsok, retentionMs: 1 }]));
  expect(ids()).toEqual(['alsok', 'otta']);
  expect(known.operators[0]).toBe(alsok); // its own, of two with one id
  expect(known.patterns()).toEqual([
    { operator: 'alsok', pattern: alsok.patterns[0] },
    { operator: 'otta', pattern: otta.patterns[0] },
  ]);
  expect(known.stats).toMatchObject({ state: 'current', number: 3, operators: 2 });
});

test('operators and patterns are the same arrays until one of the lists changes', async () => {
  const { neighbour, heard, otta, known } = await hubWithDetectors();
  const [operators, patterns] = [known.operators, known.patterns()];
  expect([known.operators, known.patterns()]).toEqual([operators, patterns]);
  expect(known.operators).toBe(operators);
  expect(known.patterns()).toBe(patterns);
  await heard.take(await neighbour.list(1, [otta]));
  expect(known.operators).not.toBe(operators);
});

test('its own list ends, and counts by a clock that is set alone', async () => {
  const { clock, own, known, ids, otta } = await hubWithDetectors();
  clock.synchronised = false;
  expect([ids(), known.stats.state]).toEqual([[], 'clock-unset']);
  clock.synchronised = true;
  own.current = { number: 4, validUntil: AT + hourMs, operators: [otta] };
  expect(ids()).toEqual(['otta']);
  await clock.advance(hourMs);
  expect([ids(), known.patterns(), known.stats.state]).toEqual([[], [], 'none']);
});

test('a list of the neighbour that was refused is said, whichever list counts', async () => {
  const { heard, known } = await hubWithDetectors();
  await heard.take(Uint8Array.of(1));
  expect(known.stats).toMatchObject({ state: 'current', refused: 1, lastRefusedAt: AT });
  expect(known.stats.lastRefused?.en).toMatch(/not an operators' list/);
});
