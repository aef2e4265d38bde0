/** What a broker may throw a gateway out for: asked for ever more seldom, and for ever. */
import { expect, test } from 'vitest';
import { AskedFor } from '../../../../gateway/destinations/city-os/asked-for.ts';

const MINUTE = 60_000;

/** When it is asked for, in minutes, if a session begins each minute and ends over it. */
function askedAt(asked: AskedFor, from: number, until: number): number[] {
  const at: number[] = [];
  for (let minute = from; minute < until; minute++) {
    if (!asked.isDue(minute * MINUTE, true)) continue;
    asked.asked(minute * MINUTE);
    asked.lost();
    at.push(minute);
  }
  return at;
}

test('after three losses each pause is twice as long, up to an hour', () => {
  expect(askedAt(new AskedFor(), 0, 300)).toEqual([0, 1, 2, 3, 5, 9, 17, 33, 65, 125, 185, 245]);
});

test('after weeks of losses it is still asked for, and once granted it is asked for in each session again', () => {
  const asked = new AskedFor();
  expect(askedAt(asked, 0, 30 * 1_440).at(-1)).toBeGreaterThan(30 * 1_440 - 61);
  asked.granted();
  expect(askedAt(asked, 43_200, 43_203)).toEqual([43_200, 43_201, 43_202]);
});

test('within a session that goes on without it, it is asked for each hour', () => {
  const asked = new AskedFor();
  asked.asked(0);
  expect([asked.isDue(59 * MINUTE, false), asked.isDue(60 * MINUTE, false)]).toEqual([false, true]);
});
