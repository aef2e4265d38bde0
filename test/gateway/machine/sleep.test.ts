import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { sleep } from '../../../gateway/machine/sleep.ts';

test('a signal has one listener, however many sleep by it', async () => {
  const stop = new AbortController();
  const sleeps = Array.from({ length: 1_000 }, () => sleep(3_600_000, stop.signal));
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);
  stop.abort();
  await Promise.all(sleeps);
});

test('everyone who sleeps by a signal wakes when it aborts, and nobody else', async () => {
  const stop = new AbortController();
  const other = new AbortController();
  const woken: string[] = [];
  const first = sleep(3_600_000, stop.signal).then(() => woken.push('first'));
  const second = sleep(3_600_000, stop.signal).then(() => woken.push('second'));
  const third = sleep(3_600_000, other.signal).then(() => woken.push('third'));
  stop.abort();
  await Promise.all([first, second]);
  expect(woken).toEqual(['first', 'second']);
  other.abort();
  await third;
});

test('who sleeps no time wakes after what was ready to run, and at once by a signal that has aborted', async () => {
  const stop = new AbortController();
  const order: string[] = [];
  const sleeping = sleep(0, stop.signal).then(() => order.push('slept'));
  await Promise.resolve().then(() => order.push('ready'));
  await sleeping;
  expect(order).toEqual(['ready', 'slept']);
  await expect(sleep(3_600_000, AbortSignal.abort())).resolves.toBeUndefined();
});
