/** What somebody else answers is asked for until it fits. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ask, part } from '../../../../simulators/rig/verdict/answers.ts';
import { judged } from './evidence.ts';

/** A clock that only sleeping moves on, and how often there was asked. */
function asking(ask: Ask) {
  let now = 0;
  let asked = 0;
  return {
    times: () => asked,
    around: {
      ask: (...words: Parameters<Ask>) => {
        asked++;
        return ask(...words);
      },
      sleep: async (ms: number) => {
        now += ms;
      },
      now: () => now,
    },
  };
}

async function answered(expectation: object, ...answers: readonly unknown[]) {
  let at = 0;
  const { around, times } = asking(async () => {
    const answer = answers[Math.min(at++, answers.length - 1)];
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const outcome = await judged(
    { that: 'command', command: ['count-it'], within: '1s', ...expectation },
    [],
    {},
    around,
  );
  return { ...outcome, times: times() };
}

describe('an answer fits', () => {
  test.each([
    [{ equals: 10 }, '10\n', true],
    [{ equals: 10 }, '10.0', true],
    [{ equals: '10' }, '10.0', false],
    [{ equals: 'done' }, ' done ', true],
    [{ equals: true }, 'true', true],
    [{ 'at-least': 10 }, '10', true],
    [{ 'at-least': 10 }, '9.99', false],
    [{ 'at-least': 10 }, '', false],
    [{ 'at-least': 10, 'at-most': 20 }, '20', true],
    [{ 'at-most': 20 }, '21', false],
    [{ 'at-most': 20 }, 'none', false],
    [{ matches: '^sto.ed$' }, 'stored\n', true],
    [{ matches: '^sto.ed$' }, 'restored', false],
    [{ pointer: '/a~1b/0/n', equals: 3 }, '{"a/b":[{"n":3}]}', true],
    [{ pointer: '/a', matches: '^\\[1,2\\]$' }, '{ "a": [1, 2] }', true],
    [{ pointer: '/n', equals: 3 }, '{"m":3}', false],
    [{ pointer: '/n', equals: 3 }, 'no JSON', false],
  ])('%o: %j %s', async (wanted, answer, fits) => {
    expect((await answered(wanted, answer)).ok).toBe(fits);
  });
});

test('it is asked again until it fits', async () => {
  expect(await answered({ 'at-least': 3 }, '1', new Error('not there yet'), '2', '3')).toMatchObject({
    ok: true,
    times: 4,
    measured: { en: 'it answered 3' },
  });
});

test('an answer that fits at once is told at once, on a clock that has fractions too', async () => {
  const { around, times } = asking(async () => '3');
  const expectation = { that: 'command', command: ['count-it'], equals: 3, within: '30s' };
  let looks = 0;
  const { ok } = await judged(expectation, [], {}, { ...around, now: () => around.now() + 0.123 * looks++ });
  expect([ok, times(), around.now()]).toEqual([true, 1, 0]);
});

test('when the time is over the last answer is told, or why there was none', async () => {
  expect(await answered({ equals: 5 }, '4')).toMatchObject({ ok: false, times: 5, measured: { en: 'it answered 4' } });
  expect(await answered({ equals: 5 }, new Error('connection refused'))).toMatchObject({
    ok: false,
    measured: { en: 'no answer (connection refused)' },
    hint: { en: 'Ask it by hand' },
  });
});

test('without patience it is asked once', async () => {
  expect(await answered({ equals: 5, within: '0s' }, '4')).toMatchObject({ ok: false, times: 1 });
});

test('a long answer is shown in part', async () => {
  expect((await answered({ equals: 'x' }, 'y'.repeat(10_000))).measured.en.length).toBeLessThan(250);
});

test('a pointer finds every part of any JSON, whatever its keys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      const visit = (value: unknown, pointer: string): void => {
        expect(part(JSON.stringify(json), pointer)).toEqual(JSON.parse(JSON.stringify(value)));
        if (typeof value !== 'object' || value === null) return;
        for (const [key, inside] of Object.entries(value)) {
          visit(inside, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
        }
      };
      visit(JSON.parse(JSON.stringify(json)), '');
    }),
  );
});

test('a pointer to what an object inherits finds nothing', () => {
  expect(() => part('{}', '/constructor')).toThrow(RangeError);
});
