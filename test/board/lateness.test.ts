/** What an hour on a board says of the readings that came late. */
import { expect, test } from 'vitest';
import { type Arrival, Lateness, type Look, noStages, type Stage, stagesText } from './lateness.ts';

const AT = Date.parse('2026-01-15T03:00:00.000Z');
/** Observed at the beginning; its batch is the fifth. */
const reading = (receivedAfterMs: number): Arrival => ({
  ...{ device: 'gauge', observedAt: AT, receivedAt: AT + receivedAfterMs, number: 5 },
});

interface Told {
  /** The look from which on the batch is sealed, s. */
  readonly sealedAt: number;
  readonly pendingMs?: number;
  readonly isConnected?: boolean;
  readonly resentAt?: number;
  /** Seconds without a look. */
  readonly silent?: readonly [from: number, to: number];
}

function lateness({ sealedAt, pendingMs = 5_000, isConnected = true, resentAt = 99, silent = [99, 99] }: Told) {
  const all = new Lateness(11_000);
  for (let second = -5; second < 40; second++) {
    if (second > silent[0] && second < silent[1]) continue;
    const look: Look = {
      ...{ at: AT + second * 1_000, sealed: second >= sealedAt ? 5 : 4, pendingMs },
      ...{ isConnected, resent: second >= resentAt ? 1 : 0 },
    };
    all.look(look);
  }
  return all;
}

test.each<[Stage, Told, number]>([
  ['stood', { sealedAt: 18, silent: [9, 18] }, 18_500],
  ['commit', { sealedAt: 18, pendingMs: 15_000 }, 18_500],
  ['seal', { sealedAt: 18 }, 18_500],
  ['connection', { sealedAt: 10, isConnected: false }, 19_000],
  ['again', { sealedAt: 10, resentAt: 15 }, 19_000],
  ['way', { sealedAt: 10 }, 19_000],
])('a late reading was held up: %s', (stage, told, receivedAfterMs) => {
  const all = lateness(told);
  expect(all.isLate(reading(receivedAfterMs))).toBe(true);
  expect(all.heldUp(reading(receivedAfterMs))).toMatchObject({ stage, toSealMs: told.sealedAt * 1_000 });
});

test('what this process itself held up says nothing of the gateway', () => {
  const all = lateness({ sealedAt: 18, silent: [9, 18] });
  all.stalled(AT + 18_000, 8_000);
  expect(all.heldUp(reading(18_500))).toMatchObject({ stage: 'measuring', longestStallMs: 8_000 });
});

test('a reading within the age of its batch and a second is not late', () => {
  expect(new Lateness(11_000).isLate(reading(11_000))).toBe(false);
});

test('stages are told with their counts, and those of none are not', () => {
  expect(stagesText({ ...noStages(), stood: 3, way: 1 })).toBe('stood 3, way 1');
  expect(stagesText(noStages())).toBe('');
});
