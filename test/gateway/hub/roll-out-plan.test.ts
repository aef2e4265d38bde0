/** A release goes to a share of the gateways first, and further only while it does well. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextStep, type RollOutPlan, type RollOutState, type SeenGateway } from '../../../gateway/hub/roll-out-plan.ts';

const HOUR = 3_600_000;
const PLAN: RollOutPlan = {
  ...{ id: 'a1b2c3d4', version: '0.2.0', url: 'https://hub.example/releases' },
  ...{ stages: [0.01, 0.1, 0.5, 1], pauseMs: HOUR, patienceMs: 24 * HOUR, stopShare: 0.02 },
};
const START: RollOutState = { state: 'running', stage: 0, since: 0 };

/** Gateways that do with an order what `answer` says, as time goes by. */
class Fleet {
  readonly gateways: SeenGateway[];
  readonly #answer: (name: string) => SeenGateway['order'] | 'quiet';
  state = START;
  at = 0;
  ordered: string[] = [];

  constructor(count: number, answer: (name: string) => SeenGateway['order'] | 'quiet') {
    this.#answer = answer;
    this.gateways = Array.from({ length: count }, (_, i) => ({
      ...{ name: `kakogawa/box-${i}`, hasVersion: false, hasNewer: false, isOffline: false, order: undefined },
    }));
  }

  /** A look every half an hour. */
  run(hours: number, until: (fleet: Fleet) => boolean = () => false): this {
    for (
      const end = this.at + hours * HOUR;
      this.at < end && !until(this) && this.state.state === 'running';
      this.at += HOUR / 2
    ) {
      const { state, order } = nextStep(PLAN, this.state, this.gateways, this.at);
      this.state = state;
      this.ordered.push(...order);
      for (const [i, each] of this.gateways.entries()) {
        if (!order.includes(each.name)) continue;
        const answer = this.#answer(each.name);
        const isDone = answer === 'done' || answer === 'quiet';
        this.gateways[i] = {
          ...each,
          order: answer === 'quiet' ? 'done' : answer,
          hasVersion: isDone,
          isOffline: answer === 'quiet',
        };
      }
    }
    return this;
  }
}

test('it reaches everybody once, in stages with a pause between them', () => {
  const fleet = new Fleet(500, () => 'done');
  const sizes: number[] = [];
  fleet.run(48, ({ ordered }) => {
    if (sizes.at(-1) !== ordered.length) sizes.push(ordered.length);
    return false;
  });
  expect(fleet.state.state).toBe('done');
  expect(new Set(fleet.ordered).size).toBe(500);
  expect(fleet.ordered).toHaveLength(500);
  const [, first = 0, second = 0, third = 0] = sizes;
  expect(first / 500).toBeCloseTo(0.01, 1);
  expect(second / 500).toBeCloseTo(0.1, 1);
  expect(third / 500).toBeCloseTo(0.5, 1);
});

test.each(['failed', 'quiet'] as const)('it stops when too many of those that took it are %s', (bad) => {
  const fleet = new Fleet(500, (name) => (/[05]$/.test(name) ? bad : 'done')).run(100);
  expect(fleet.state.state).toBe('stopped');
  expect(fleet.ordered.length).toBeLessThan(100);
  expect(nextStep(PLAN, fleet.state, fleet.gateways, fleet.at).order).toEqual([]);
});

test('gateways that are away hold a stage up for a day, but not if none has taken it', () => {
  const some = new Fleet(500, (name) => (/7$/.test(name) ? 'waiting' : 'done')).run(200);
  expect(some.state.state).toBe('done');
  const all = new Fleet(500, () => 'waiting').run(200);
  expect(all.state).toMatchObject({ state: 'running', stage: 0 });
});

test('what has the version already is not ordered to take it', () => {
  const fleet = new Fleet(100, () => 'done');
  for (const [i, each] of fleet.gateways.entries()) if (i % 2 === 0) fleet.gateways[i] = { ...each, hasVersion: true };
  fleet.run(48);
  expect(fleet.ordered).toHaveLength(50);
  expect(fleet.state.state).toBe('done');
});

test('what runs something newer is not asked, and has not failed', () => {
  const fleet = new Fleet(100, () => 'done');
  for (const [i, each] of fleet.gateways.entries()) if (i % 2 === 0) fleet.gateways[i] = { ...each, hasNewer: true };
  fleet.run(48);
  expect(fleet.ordered).toHaveLength(50);
  const gateways = fleet.gateways.map((each) => (each.hasNewer ? { ...each, order: 'failed' as const } : each));
  const { tally } = nextStep(PLAN, fleet.state, gateways, fleet.at);
  expect(tally).toMatchObject({ chosen: 100, done: 50, failed: 0, newer: 50 });
  expect(fleet.state.state).toBe('done');
});

test('whatever the gateways do, nobody is ordered twice and no stage is left before its pause', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('done', 'failed', 'waiting', 'quiet'), { minLength: 1, maxLength: 60 }),
      (answers) => {
        const fleet = new Fleet(
          answers.length,
          (name) => answers[Number(/\d+$/.exec(name)?.[0])] as SeenGateway['order'],
        );
        let stage = 0;
        let since = 0;
        fleet.run(300, ({ state, at }) => {
          if (state.stage !== stage) {
            expect(state.stage).toBe(stage + 1);
            expect(at - since).toBeGreaterThanOrEqual(PLAN.pauseMs);
            [stage, since] = [state.stage, at];
          }
          return false;
        });
        expect(new Set(fleet.ordered).size).toBe(fleet.ordered.length);
      },
    ),
    { numRuns: 50 },
  );
});
