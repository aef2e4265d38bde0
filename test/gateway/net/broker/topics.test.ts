import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFilter, mayMeet, takesTopic } from '../../../../gateway/net/broker/topics.ts';

test.each(['a', 'a/b', '/', 'a//b', '#', '+', 'a/#', '+/a/#', 'a/+/b', '$SYS/#'])('%s is a filter', (filter) => {
  expect(isFilter(filter)).toBe(true);
});

test.each(['', 'a#', 'a/#/b', '#/a', 'a+', 'a/+b', '##', '++', 'a\0'])('%j is not a filter', (filter) => {
  expect(isFilter(filter)).toBe(false);
});

// MQTT 3.1.1, 4.7.1 and 4.7.2, with its own examples.
test.each([
  ['sport/tennis/player1/#', 'sport/tennis/player1', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
  ['sport/#', 'sport', true],
  ['sport/#', 'sports', false],
  ['sport/tennis/+', 'sport/tennis/player1', true],
  ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
  ['sport/+', 'sport', false],
  ['sport/+', 'sport/', true],
  ['+/+', '/finance', true],
  ['/+', '/finance', true],
  ['+', '/finance', false],
  ['#', '$SYS/uptime', false],
  ['+/uptime', '$SYS/uptime', false],
  ['$SYS/#', '$SYS/uptime', true],
  ['a', 'a/b', false],
  ['a/b', 'a', false],
  ['#', 'a/b', true],
])('whether %s takes %s: %s', (filter, topic, taken) => {
  expect(takesTopic(filter, topic)).toBe(taken);
});

/** All topics of up to three levels. */
const LEVELS = ['a', 'b', '', '$s'];
const TOPICS = LEVELS.flatMap((a) => [
  a,
  ...LEVELS.flatMap((b) => [`${a}/${b}`, ...LEVELS.map((c) => `${a}/${b}/${c}`)]),
]);

test('two filters meet if there is a topic that both take', () => {
  const level = fc.constantFrom('a', 'b', '+', '$s');
  const filter = fc
    .tuple(fc.array(level, { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(([levels, isOpen]) => (isOpen ? [...levels.slice(0, 2), '#'] : levels).join('/'));
  fc.assert(
    fc.property(filter, filter, (one, other) => {
      const isTaken = TOPICS.some((topic) => takesTopic(one, topic) && takesTopic(other, topic));
      expect(mayMeet(one, other)).toBe(isTaken);
    }),
    { numRuns: 1_000 },
  );
  expect(mayMeet('#', '#')).toBe(true);
});
