import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTopic, MESSAGES, parseTopic, topicFilter } from '../../../shared/feed/topics.ts';

test('any topic is parsed into what it was made of', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
  fc.assert(
    fc.property(fc.record({ tenant: name, gateway: name, message: fc.constantFrom(...MESSAGES) }), (topic) => {
      expect(parseTopic(formatTopic(topic))).toEqual({ ...topic });
    }),
  );
});

test('topics and filters are those of docs/feed.md', () => {
  expect(formatTopic({ tenant: 'toyama', gateway: 'gw-1', message: 'batch' })).toBe('machimori/v1/toyama/gw-1/batch');
  expect(topicFilter('batch')).toBe('machimori/v1/+/+/batch');
});

test.each([
  'machimori/v2/t/g/batch',
  'machimori/v1/t/g',
  'machimori/v1/t/g/other',
  'machimori/v1//g/batch',
  'machimori/v1/t//batch',
  'machimori/v1/t/g/batch/more',
  '/machimori/v1/t/g/batch',
  '',
])('"%s" is none of the feed', (topic) => {
  expect(parseTopic(topic)).toBeUndefined();
});

test('no text makes the topic parser throw', () => {
  fc.assert(fc.property(fc.string(), (topic) => void parseTopic(topic)));
});
