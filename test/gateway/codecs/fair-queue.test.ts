import { expect, test } from 'vitest';
import { FairQueue } from '../../../gateway/codecs/fair-queue.ts';

test("customers are served in turn, each one's items in order", () => {
  const queue = new FairQueue<string>(10);
  for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) queue.add(item.charAt(0), item);
  const served = Array.from({ length: 7 }, () => queue.take());
  expect(served).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', undefined]);
});

test("items beyond a customer's bound are not accepted until there is room", () => {
  const queue = new FairQueue<number>(2);
  expect([queue.add('a', 1), queue.add('a', 2), queue.add('a', 3), queue.add('b', 4)]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  queue.take();
  expect(queue.add('a', 5)).toBe(true);
});
