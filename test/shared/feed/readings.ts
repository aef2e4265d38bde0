import fc from 'fast-check';
import { QUALITIES, READING_KINDS, type Reading } from '../../../shared/reading.ts';

/** Any reading at all: values of every type and magnitude, absent values, awkward names. */
export const anyReading: fc.Arbitrary<Reading> = fc
  .record({
    device: fc.constantFrom('gauge-01', 'plow-7', '検知器-3', 'x'),
    kind: fc.constantFrom(...READING_KINDS),
    observedAt: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    values: fc.dictionary(
      fc.constantFrom('level', 'lat', 'note', 'flag', 'mixed'),
      fc.oneof(
        fc.integer(),
        fc.double({ noNaN: true }).filter((n) => !Object.is(n, -0)),
        fc.integer({ min: -1e9, max: 1e9 }).map((n) => n / 1000),
        fc.string(),
        fc.boolean(),
      ),
    ),
    quality: fc.option(fc.constantFrom(...QUALITIES), { nil: undefined }),
  })
  .map(({ quality, ...rest }) => ({ ...rest, ...(quality && { quality }) }) as Reading); // kinds and values at random

/** Series by series, as a batch's body keeps them. */
export function bySeries(readings: readonly Reading[]): Reading[] {
  const series = new Map<string, Reading[]>();
  for (const reading of readings) {
    const key = `${reading.kind} ${reading.device}`;
    series.set(key, [...(series.get(key) ?? []), plain(reading)]);
  }
  return [...series.values()].flat();
}

function plain(reading: Reading): Reading {
  return { ...reading, values: { ...reading.values } } as Reading; // fast-check's dictionaries have no prototype
}
