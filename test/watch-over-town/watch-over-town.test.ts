/** A small town through the real product; and towns with planted faults, which must be found. */
import { expect, test } from 'vitest';
import { PLANTS, type Plant } from './plants.ts';
import { runTown, type TownOutcome } from './town-run.ts';

function smallTown(seed: number, plant?: Plant): Promise<TownOutcome> {
  const size = { tags: 20, detectors: 12, volunteers: 4, strangers: 200, minutes: 3 };
  return runTown({ seed, ...size, ...(plant !== undefined && { plant, minutes: 2, strangers: 60 }), report() {} });
}

test('every enrolled tag that was heard is found by its operator at the right place and time, and nothing leaks', {
  timeout: 240_000,
}, async () => {
  const { verdict, leaks, late, byPhones } = await smallTown(1);
  expect(leaks).toEqual([]);
  expect(verdict).toEqual({
    tags: 20,
    sightings: expect.any(Number),
    found: expect.any(Number),
    ...{ missed: 0, wrongPlace: 0, wrongOperator: 0, strangers: 0 },
    ...{ leaks: 0, leaksAfterRevocation: 0, leaksAfterRetention: 0 },
  });
  expect(verdict.found).toBeGreaterThan(10);
  expect(verdict.sightings).toBeGreaterThan(50);
  expect(byPhones).toBeGreaterThan(0);
  expect(late).toBeGreaterThan(0); // so that there was something for the archives not to take
});

const FOUND: Readonly<Record<Plant, (outcome: TownOutcome) => void>> = {
  'logged address'({ verdict, leaks }) {
    const ofStrangers = leaks.filter(({ what }) => what.startsWith("a stranger's address"));
    expect(ofStrangers.length).toBeGreaterThan(20);
    expect(leaks.filter(({ where }) => !where.endsWith(': log'))).toEqual([]);
    expect(verdict).toMatchObject({ missed: 0, wrongPlace: 0, wrongOperator: 0 });
  },
  'stored identifier'({ verdict, leaks }) {
    const places = leaks.filter(({ what }) => what.startsWith('the identifier of ')).map(({ where }) => where);
    for (const place of [/^edge-0: /, /^wire \d+, a batch, decompressed$/, /^hub: .*general\.sqlite/]) {
      expect(places).toContainEqual(expect.stringMatching(place));
    }
    expect(verdict.missed).toBe(0);
  },
  'wrong archive'({ verdict, leaks }) {
    expect(verdict.wrongOperator).toBeGreaterThan(10);
    expect([verdict.missed, leaks]).toEqual([0, []]);
  },
  'wrong place'({ verdict }) {
    expect(verdict.wrongPlace).toBeGreaterThan(0);
    expect(verdict.missed).toBeGreaterThan(0);
  },
  'lost sightings'({ verdict }) {
    expect(verdict.missed).toBeGreaterThan(0);
    expect(verdict).toMatchObject({ wrongPlace: 0, wrongOperator: 0, leaks: 0 });
  },
  'parked GPS'({ verdict }) {
    expect(verdict.wrongPlace).toBeGreaterThan(0);
    expect(verdict).toMatchObject({ wrongOperator: 0, strangers: 0, leaks: 0 });
  },
  'free pages kept'({ verdict, leaks }) {
    expect(verdict).toMatchObject({ missed: 0, leaks: 0 });
    expect(verdict.leaksAfterRetention).toBeGreaterThan(0);
    expect(leaks).toContainEqual({
      what: expect.stringMatching(/^a (sighting|piece)/),
      where: expect.stringMatching(/^edge-0, after retention: .*buffer\.sqlite/),
    });
  },
  'damaged copy left'({ verdict, leaks }) {
    expect(verdict).toMatchObject({ missed: 0, leaks: 0 });
    expect(leaks.map(({ where }) => where)).toContainEqual(expect.stringMatching(/^edge-0: .*buffer\.sqlite\.broken$/));
  },
  'retention forgotten'({ verdict, leaks }) {
    expect(verdict).toMatchObject({ missed: 0, leaks: 0, leaksAfterRevocation: 0 });
    expect(leaks).toContainEqual({
      what: expect.stringMatching(/^a sighting of beta/),
      where: expect.stringMatching(/^edge-0, after retention/),
    });
  },
  'archive copy left'({ verdict, leaks }) {
    expect(verdict.leaksAfterRetention).toBeGreaterThan(1); // the command looks for the operator's name itself
    expect(verdict.leaksAfterRevocation).toBe(0);
    expect(leaks).toContainEqual({
      what: expect.stringMatching(/^a sighting of gamma/),
      where: expect.stringMatching(/^hub, after erasing: .*gamma\.sqlite\.kept$/),
    });
  },
  'struck out in part'({ verdict, leaks }) {
    expect(verdict).toMatchObject({ leaks: 0, leaksAfterRetention: 0 });
    expect(verdict.leaksAfterRevocation).toBe(leaks.length);
    for (const { where } of leaks) expect(where).toMatch(/^alpha's desk: .*tags\.sqlite(-wal)?\.kept$/);
    expect(leaks).not.toEqual([]);
  },
};

test.each(PLANTS)('a fault that is planted is found: %s', { timeout: 240_000 }, async (plant) => {
  FOUND[plant](await smallTown(2, plant));
});
