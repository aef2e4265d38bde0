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

test('what is put back comes next of its customer, whatever the bound, and delays no other', () => {
  const queue = new FairQueue<string>(2);
  for (const item of ['a1', 'a2']) queue.add('a', item);
  const taken = ['a1', 'a2'].map(() => queue.take() ?? '');
  for (const item of ['b1', 'b2', 'a3', 'a4']) queue.add(item.charAt(0), item);
  queue.putBack('a', taken);
  const served = Array.from({ length: 7 }, () => queue.take());
  expect(served).toEqual(['b1', 'a1', 'b2', 'a2', 'a3', 'a4', undefined]);
});
