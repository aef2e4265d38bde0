import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../../devices/device-type.ts';
import { PeopleCount, parseTotals, type TotalsOptions } from '../../../devices/people-counter/totals.ts';

const usual: TotalsOptions = { rollOver: 1_000_000, maxPerMinute: 600 };

/** People by each report, "entered/left", with "?" if they are uncertain. A report comes every ten seconds. */
function counted(reports: string, options = usual): string {
  const people = new PeopleCount(options);
  const counts = reports.split(' ').map((report, i) => {
    const [entered = 0, left = 0] = report.split('/').map(Number);
    const count = people.take({ entered, left }, { wall: i * 10_000, monotonic: 0, synchronised: true });
    return `${count.entered}/${count.left}${count.isUncertain ? '?' : ''}`;
  });
  return counts.join(' ');
}

test('the first totals are the baseline, and then their growth counts', () => {
  expect(counted('123/45 126/45 126/45 127/50')).toBe('0/0 3/0 0/0 1/5');
});

test.each([
  ['a late repeat', '1000/900 1002/900 1001/900 1003/901', '0/0 2/0 0/0 1/1'],
  ['a correction', '1000/900 998/900 1001/900', '0/0 0/0? 1/0'],
  ['several that come again in order', '10/0 20/0 30/0 20/0 30/0 31/0', '0/0 10/0 10/0 0/0 0/0 1/0'],
  ['one from before the roll-over', '999998/7 1/7 999999/7 2/7', '0/0 3/0 0/0 1/0'],
])('%s counts nobody', (_, reports, expected) => {
  expect(counted(reports)).toBe(expected);
});

test('a roll-over counts through, and is uncertain only if it may have been a power cut', () => {
  expect(counted('999999/500 2/501')).toBe('0/0 3/1');
  expect(counted('999999/0 2/0')).toBe('0/0 3/0?');
});

test.each([
  ['at midnight', '512/500 0/0 3/1', '0/0 0/0 3/1'],
  ['of a counter that has hardly counted', '5/4 0/0 2/1', '0/0 0/0 2/1'],
  ['after which people came at once', '1000/900 5/2 5/2 6/2', '0/0 0/0? 0/0? 6/2?'],
  ['among late reports', '512/500 4/0 512/500 5/0 6/0 512/500 7/0', '0/0 0/0? 0/0? 0/0? 6/0? 0/0 1/0'],
])('a reset %s loses nobody who is reported', (_, reports, expected) => {
  expect(counted(reports)).toBe(expected);
});

test('a total that may have gone on while the other was reset counts the fewer people', () => {
  expect(counted('500000/5 7/9 8/9')).toBe('0/0 0/0? 8/4?');
});

test.each([
  ['lost digits', '1000/900 10/900 1002/900', '0/0 0/0? 2/0'],
  ['a digit too many', '1000/900 10001/900 1002/900', '0/0 0/0? 2/0'],
  ['zeros while the counter starts', '1000/900 0/0 1001/900', '0/0 0/0 1/0'],
])('a line with %s counts nobody', (_, reports, expected) => {
  expect(counted(reports)).toBe(expected);
});

test('a leap that the next report bears out counts as many as can have passed in the time', () => {
  expect(counted('0/0 50000/0 50010/0 50011/0')).toBe('0/0 0/0? 610/0? 1/0');
});

test('as many count after a long silence as can have passed in it, and all if its length is not known but by two reports', () => {
  const people = new PeopleCount(usual);
  const at = (minutes: number, synchronised = true) => ({ wall: minutes * 60_000, monotonic: 0, synchronised });
  people.take({ entered: 0, left: 0 }, at(0));
  expect(people.take({ entered: 36_000, left: 9 }, at(60))).toEqual({ entered: 36_000, left: 9, isUncertain: false });
  expect(people.take({ entered: 40_000, left: 9 }, at(0, false))).toEqual({ entered: 0, left: 0, isUncertain: true });
  expect(people.take({ entered: 40_001, left: 9 }, at(0, false))).toEqual({
    entered: 4001,
    left: 0,
    isUncertain: true,
  });
});

test('remembered totals are accepted only if they are two whole numbers', () => {
  expect(parseTotals({ entered: 1, left: 2 })).toEqual({ entered: 1, left: 2 });
  for (const other of [undefined, null, {}, { entered: 1 }, { entered: -1, left: 0 }, { entered: 0.5, left: 0 }]) {
    expect(parseTotals(other)).toBeUndefined();
  }
});

/** What may happen to a counter and its reports; each number is chosen within what is possible then. */
const event = fc.oneof(
  { weight: 6, arbitrary: fc.record({ is: fc.constant('report' as const), entered: fc.nat(30), left: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('again' as const), back: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('delayed' as const), entered: fc.nat(30), left: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('digits-lost' as const), way: fc.nat(1), digit: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('restart' as const), clock: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('reset' as const) }) },
);
type Event = typeof event extends fc.Arbitrary<infer E> ? E : never;

/**
 * A counter with its gateway. `reported` are the people in reports that were ever made, so the most that may be counted;
 * after `settle` everything reported has had the chance to count.
 */
class Model {
  readonly #options: TotalsOptions;
  #people: PeopleCount;
  #wall = 0;
  #clock = true;
  #shown: [number, number];
  /** People since the last reset, or since the start. */
  #life: [number, number] = [0, 0];
  #earlier: [number, number] = [0, 0];
  #sent: (readonly [number, number])[] = [];
  #held: (readonly [number, number])[] = [];
  #sinceDamage = 0;
  counted: [number, number] = [0, 0];

  constructor(options: TotalsOptions, start: [number, number]) {
    this.#options = options;
    this.#people = new PeopleCount(options);
    this.#shown = [...start];
    this.#report();
  }

  get reported(): [number, number] {
    return [this.#earlier[0] + this.#life[0], this.#earlier[1] + this.#life[1]];
  }

  play(event: Event): void {
    this.#wall += 1_000;
    if (event.is === 'report') this.#pass(event.entered, event.left);
    if (event.is === 'report') this.#report();
    if (event.is === 'again') this.#hear(this.#sent.at(-1 - (event.back % this.#sent.length)) ?? this.#shown);
    if (event.is === 'delayed') this.#delay(event.entered, event.left);
    if (event.is === 'digits-lost' && this.#sinceDamage > 1) this.#damage(event.way, event.digit);
    if (event.is === 'restart') this.#restart(event.clock);
    if (event.is === 'reset' && this.#sinceDamage > 1) this.#reset();
  }

  /** Two reports without any fault. */
  settle(): void {
    for (let i = 0; i < 2; i++) this.play({ is: 'report', entered: 1, left: 1 });
  }

  #pass(...people: [number, number]): void {
    for (const way of [0, 1] as const) {
      this.#life[way] += people[way];
      this.#shown[way] = (this.#shown[way] + people[way]) % this.#options.rollOver;
    }
  }

  #report(): void {
    this.#sinceDamage++;
    this.#sent = [...this.#sent, [...this.#shown] as const].slice(-6);
    this.#hear(this.#shown);
    for (const late of this.#held.splice(0)) this.#hear(late);
  }

  #delay(entered: number, left: number): void {
    if (this.#held.length >= 4) return;
    this.#pass(entered, left);
    this.#held.push([...this.#shown]);
  }

  #damage(way: number, digit: number): void {
    const line = [...this.#shown].map(String);
    const text = line[way] ?? '';
    const less = text.slice(0, digit % text.length) + text.slice((digit % text.length) + 1);
    if (less === '') return;
    line[way] = less;
    this.#sinceDamage = 0;
    this.#hear([Number(line[0]), Number(line[1])]);
  }

  #restart(clock: boolean): void {
    this.#clock = clock;
    this.#people = new PeopleCount(this.#options, JSON.parse(JSON.stringify(this.#people.memory)) as Json);
  }

  /** Just before a roll-over a reset looks like one. */
  #reset(): void {
    const { rollOver, maxPerMinute } = this.#options;
    if (Math.max(...this.#shown) > rollOver - maxPerMinute) return;
    this.#sinceDamage = 0;
    this.#earlier = this.reported;
    this.#life = [0, 0];
    this.#shown = [0, 0];
  }

  #hear([entered, left]: readonly [number, number]): void {
    const moment = { wall: this.#wall, monotonic: this.#wall, synchronised: this.#clock };
    const count = this.#people.take({ entered, left }, moment);
    expect(Math.min(count.entered, count.left)).toBeGreaterThanOrEqual(0);
    this.counted[0] += count.entered;
    this.counted[1] += count.left;
  }
}

const small = { rollOver: 1_000_000, maxPerMinute: 200 };

test('whatever repeats, comes late, is reset, loses digits or restarts, nobody is counted twice', () => {
  const start = fc.tuple(fc.nat(999_999), fc.nat(999_999));
  fc.assert(
    fc.property(start, fc.array(event, { maxLength: 80 }), (totals, events) => {
      const model = new Model(small, totals);
      for (const each of events) {
        model.play(each);
        expect(model.counted[0]).toBeLessThanOrEqual(model.reported[0]);
        expect(model.counted[1]).toBeLessThanOrEqual(model.reported[1]);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('without a reset nobody is lost either, through any number of roll-overs', () => {
  const start = fc.tuple(fc.nat(9_999), fc.nat(9_999));
  const events = fc.array(
    event.filter(({ is }) => is !== 'reset'),
    { maxLength: 80 },
  );
  fc.assert(
    fc.property(start, events, (totals, happens) => {
      const model = new Model({ rollOver: 10_000, maxPerMinute: 200 }, totals);
      for (const each of happens) model.play(each);
      model.settle();
      expect(model.counted).toEqual(model.reported);
    }),
    { numRuns: 2_000 },
  );
});

test('after resets of totals that were large everyone is counted who was reported', () => {
  const passing = fc.tuple(fc.integer({ min: 10, max: 30 }), fc.integer({ min: 10, max: 30 }));
  const lives = fc.array(fc.array(passing, { minLength: 20, maxLength: 25 }), { maxLength: 5 });
  fc.assert(
    fc.property(lives, (each) => {
      const model = new Model(small, [50_000, 50_000]);
      for (const life of each) {
        for (const [entered, left] of life) model.play({ is: 'report', entered, left });
        model.play({ is: 'reset' });
        model.settle();
      }
      expect(model.counted).toEqual(model.reported);
    }),
  );
});
