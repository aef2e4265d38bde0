import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Heap } from '../../simulators/heap.ts';
import { VirtualClock } from '../../simulators/virtual-clock.ts';

test('sleepers wake in the order of their times, and then in the order they fell asleep', async () => {
  const clock = new VirtualClock();
  const woken: string[] = [];
  const sleep = (name: string, ms: number) =>
    clock.sleep(ms).then(() => woken.push(`${name} ${clock.moment().monotonic}`));
  const all = [sleep('late', 20), sleep('first', 10), sleep('second', 10), sleep('too late', 31)];
  await clock.advance(30);
  expect(woken).toEqual(['first 10', 'second 10', 'late 20']);
  expect(clock.moment().monotonic).toBe(30);
  await clock.advance(1);
  await Promise.all(all);
});

test('a woken sleeper runs to its next wait, however many promises that takes, before the next one wakes', async () => {
  const clock = new VirtualClock();
  const seen: number[] = [];
  const busy = async () => {
    await clock.sleep(1);
    for (let i = 0; i < 50; i++) await Promise.resolve();
    seen.push(clock.moment().monotonic);
    await clock.sleep(0);
    seen.push(clock.moment().monotonic);
  };
  const other = clock.sleep(2).then(() => seen.push(clock.moment().monotonic));
  await Promise.all([busy(), other, clock.advance(2)]);
  expect(seen).toEqual([1, 1, 2]);
});

test('a cancelled sleep ends at once, and one of a vanished sleeper never', async () => {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const sleeper = { isGone: false };
  let isWoken = false;
  void clock.sleep(5, undefined, sleeper).then(() => {
    isWoken = true;
  });
  const calledOff = clock.sleep(1_000_000, stop.signal);
  stop.abort();
  await calledOff;
  sleeper.isGone = true;
  await clock.advance(10);
  expect(isWoken).toBe(false);
});

test('a heap gives back whatever was put in, the least first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (numbers) => {
      const heap = new Heap<number>((a, b) => a < b);
      for (const number of numbers) heap.add(number);
      const sorted: number[] = [];
      for (let least = heap.least(); least !== undefined; least = heap.least()) {
        sorted.push(least);
        heap.removeLeast();
      }
      expect(sorted).toEqual(numbers.toSorted((a, b) => a - b));
    }),
  );
});

test('it moves on until a condition holds or its time is over, and through work that sleeps', async () => {
  const clock = new VirtualClock();
  const now = () => clock.moment().monotonic;
  expect(await clock.runUntil(() => now() >= 2_400, 10_000)).toBe(true);
  expect(now()).toBe(3_000); // it is asked every second
  expect(await clock.runUntil(() => false, 1_500)).toBe(false);
  expect(now()).toBe(4_500);
  expect(await clock.runThrough(clock.sleep(250).then(() => 'done'))).toBe('done');
  await expect(clock.runThrough(Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  await expect(clock.runThrough(new Promise(() => {}), 1_000)).rejects.toThrow(RangeError);
});
