import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MachimoriError } from '../../../shared/errors.ts';
import { foreign } from '../../../shared/text.ts';
import type { Action, TimelineEntry } from '../../../simulators/rig/plan.ts';
import { type Actors, Timeline } from '../../../simulators/rig/timeline.ts';

const fault = (on: string): Action => ({ kind: 'fault', on, fault: 'noise', settings: { share: 0.2 } });

/** What was asked of the actors, in order. */
function recorded(sensed: Actors['sensed'] = () => undefined) {
  const done: string[] = [];
  const actors: Actors = {
    strike: (on, name, { share }) => void done.push(`strike ${on} ${name} ${share}`),
    clear: (on, name) => void done.push(`clear ${on} ${name}`),
    set: (device, quantity, value) => void done.push(`set ${device}.${quantity} ${value}`),
    free: (device, quantity) => void done.push(`free ${device}.${quantity}`),
    gateway: (action) => void done.push(`gateway ${action}`),
    sensed,
  };
  return { done, actors };
}

const above = (number: number) => [{ subject: 'gauge', quantity: 'level', operator: '>' as const, number }];

describe('what is due', () => {
  test('is done once, in the order of the file, and undone after its time', () => {
    const { done, actors } = recorded();
    const timeline = new Timeline(
      [
        { start: { atMs: 1_000, everyMs: undefined }, forMs: 500, action: fault('b') },
        {
          start: { atMs: 1_000, everyMs: undefined },
          forMs: 500,
          action: { kind: 'set', values: [{ device: 'a', quantity: 'level', value: 2 }] },
        },
        { start: { atMs: 1_000, everyMs: undefined }, forMs: 500, action: { kind: 'gateway', action: 'kill' } },
      ],
      actors,
    );
    for (const now of [0, 999, 1_000, 1_250, 1_499]) timeline.look(now);
    expect(done).toEqual(['strike b noise 0.2', 'set a.level 2', 'gateway kill']);
    timeline.look(1_500);
    timeline.look(60_000);
    expect(done.slice(3)).toEqual(['clear b noise', 'free a.level', 'gateway start']);
    expect(timeline.events.map(({ atS, phase }) => [atS, phase])).toEqual([
      ...Array.from({ length: 3 }, () => [1, 'begins']),
      ...Array.from({ length: 3 }, () => [1.5, 'ends']),
    ]);
  });

  test('stays without a time, and says when the next is due', () => {
    const { done, actors } = recorded();
    const timeline = new Timeline(
      [
        { start: { atMs: 2_000, everyMs: undefined }, forMs: undefined, action: fault('a') },
        { start: { atMs: 1_000, everyMs: undefined }, forMs: 700, action: fault('b') },
      ],
      actors,
    );
    expect([timeline.nextMs, timeline.isWaiting]).toEqual([1_000, false]);
    timeline.look(1_000);
    expect(timeline.nextMs).toBe(1_700);
    timeline.look(1_700);
    timeline.look(2_000);
    expect([timeline.nextMs, done.at(-1)]).toEqual([Number.POSITIVE_INFINITY, 'strike a noise 0.2']);
  });
});

describe('a condition', () => {
  test('that holds once starts its entry once', () => {
    let level = 1;
    const { done, actors } = recorded(() => level);
    const timeline = new Timeline(
      [{ start: { when: above(2), everyMs: undefined }, forMs: undefined, action: fault('a') }],
      actors,
    );
    expect([timeline.isWaiting, timeline.nextMs]).toEqual([true, Number.POSITIVE_INFINITY]);
    for (const [now, value] of [
      [0, 1],
      [50, 3],
      [100, 1],
      [150, 3],
    ] as const) {
      level = value;
      timeline.look(now);
    }
    expect([done.length, timeline.isWaiting]).toEqual([1, false]);
  });

  test('with "every" starts it again after so long, while it holds', () => {
    let level = 3;
    const { actors } = recorded(() => level);
    const timeline = new Timeline(
      [{ start: { when: above(2), everyMs: 1_000 }, forMs: undefined, action: fault('a') }],
      actors,
    );
    for (let now = 0; now <= 5_000; now += 250) {
      level = now > 1_500 && now < 3_200 ? 1 : 3;
      timeline.look(now);
    }
    expect(timeline.events.map(({ atS }) => atS)).toEqual([0, 1, 3.25, 4.25]);
  });
});

test('an action that fails is told, and stops nothing', () => {
  const { done, actors } = recorded();
  const strike: Actors['strike'] = (on) => {
    throw new MachimoriError('no-target', { what: foreign(`there is no ${on}`), on, hint: foreign('look') });
  };
  const timeline = new Timeline(
    [
      { start: { atMs: 0, everyMs: undefined }, forMs: undefined, action: fault('nobody') },
      { start: { atMs: 0, everyMs: undefined }, forMs: undefined, action: { kind: 'gateway', action: 'restart' } },
    ],
    { ...actors, strike },
  );
  timeline.look(0);
  expect(timeline.events.map(({ phase, why }) => [phase, why?.en])).toEqual([
    ['failed', expect.stringContaining('there is no nobody')],
    ['begins', undefined],
  ]);
  expect(done).toEqual(['gateway restart']);
});

test('a fault of the rig itself is no event', () => {
  const { actors } = recorded();
  const broken: Actors = { ...actors, gateway: () => JSON.parse('{') };
  const entry: TimelineEntry = {
    start: { atMs: 0, everyMs: undefined },
    forMs: undefined,
    action: { kind: 'gateway', action: 'stop' },
  };
  expect(() => new Timeline([entry], broken).look(0)).toThrow(SyntaxError);
});

test('a million events keep ten thousand', () => {
  const { actors } = recorded();
  const start = { atMs: 0, everyMs: 1 };
  const timeline = new Timeline([{ start, forMs: undefined, action: fault('a') }], actors);
  for (let now = 0; now < 20_000; now++) timeline.look(now);
  expect(timeline.events).toHaveLength(10_000);
});

describe('however entries and looks fall', () => {
  const entry = fc.record({
    at: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }),
    every: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
    lasts: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
  });
  const looks = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean()), { minLength: 1, maxLength: 40 })
    .map((steps) => {
      let now = -1;
      return steps.map(([step, isHeld]) => {
        now += step;
        return { now, isHeld };
      });
    });

  test('each begins at the first look at which it may, ends at the first after its time, ends before begins', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 5 }), looks, (entries, moments) => {
        let isHeld = false;
        const { actors } = recorded(() => (isHeld ? 3 : 1));
        const timeline = new Timeline(
          entries.map(({ at, every: everyMs, lasts: forMs }, i) => {
            const start = at === undefined ? { when: above(2), everyMs } : { atMs: at, everyMs };
            return { start, forMs, action: fault(String(i)) };
          }),
          actors,
        );
        for (const moment of moments) {
          isHeld = moment.isHeld;
          timeline.look(moment.now);
        }
        const begins = entries.map(({ at, every }) => beginsOf({ at, every }, moments));
        const expected = moments.flatMap(({ now }, look) => [
          ...moments.slice(0, look).flatMap((begun) =>
            entries.flatMap(({ lasts }, i) => {
              if (lasts === undefined || !begins[i]?.includes(begun.now)) return [];
              const endsAt = moments.slice(moments.indexOf(begun) + 1).find((each) => each.now >= begun.now + lasts);
              return endsAt?.now === now ? [[now, i, 'ends']] : [];
            }),
          ),
          ...entries.flatMap((_, i) => (begins[i]?.includes(now) ? [[now, i, 'begins']] : [])),
        ]);
        const told = timeline.events.map(({ atS, action, phase }) => [
          Math.round(atS * 1000),
          action.kind === 'fault' ? Number(action.on) : -1,
          phase,
        ]);
        expect(told).toEqual(expected);
      }),
    );
  });

  interface Moment {
    readonly now: number;
    readonly isHeld: boolean;
  }

  function beginsOf({ at, every }: { at: number | undefined; every: number | undefined }, moments: readonly Moment[]) {
    const begins: number[] = [];
    for (const { now, isHeld } of moments) {
      const last = begins.at(-1);
      const isDue = last === undefined ? now >= (at ?? 0) : every !== undefined && now >= last + every;
      if (isDue && (at !== undefined || isHeld)) begins.push(now);
    }
    return begins;
  }
});
