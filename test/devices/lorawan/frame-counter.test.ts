import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameCounterCandidates, fullFrameCounter } from '../../../devices/lorawan/judge-uplink.ts';
import { any16, anyFrameCounter } from './rig.ts';

const maxCounter = 0xffff_ffff;

describe('the full frame counter', () => {
  test.each([
    [undefined, 7, 7],
    [7, 8, 8],
    [7, 7, 7],
    [65_534, 65_535, 65_535],
    [65_535, 0, 65_536],
    [65_535, 65_534, 131_070],
    [65_536, 65_535, 131_071],
    [0x0001_ffff, 0x0001, 0x0002_0001],
    [0xfffe_ffff, 0x0000, 0xffff_0000],
    [0xffff_0000, 0xffff, 0xffff_ffff],
  ])('after %s with the low bits %s is %s', (last, low16, expected) => {
    expect(fullFrameCounter(last, low16)).toBe(expected);
  });

  test('is the smallest from the last one on that has the low bits, while there is one', () => {
    fc.assert(
      fc.property(anyFrameCounter, any16, (last, low16) => {
        const full = fullFrameCounter(last, low16);
        expect(full % 0x1_0000).toBe(low16);
        expect(full).toBeLessThanOrEqual(maxCounter);
        if (full < last) expect(full + 0x1_0000).toBeGreaterThan(maxCounter);
        else expect(full - last).toBeLessThan(0x1_0000);
      }),
    );
  });

  test('never starts again at 0: the keys of a session are used up with its counter', () => {
    expect(fullFrameCounter(maxCounter, 0)).toBe(0xffff_0000);
    expect(fullFrameCounter(maxCounter, maxCounter % 0x1_0000)).toBe(maxCounter);
  });
});

describe('the candidates', () => {
  test.each<[string, number | undefined, number, number[]]>([
    ['of a device that was never heard', undefined, 9, [9]],
    ['of the next frame', 70_000, 4_465, [70_001, 4_465]],
    ['of the same frame again', 70_000, 4_464, [70_000, 4_464]],
    ['of a replay, or a frame that was held up', 70_000, 4_463, [135_535, 69_999, 4_463]],
    ['of a device that has begun anew', 200_000, 1, [262_145, 196_609, 1]],
    ['at the end of a session', maxCounter, 0, [0xffff_0000, 0]],
  ])('%s', (_, last, low16, expected) => {
    expect(frameCounterCandidates(last, low16)).toEqual(expected);
  });

  test('have the low bits, are different and are counters', () => {
    fc.assert(
      fc.property(anyFrameCounter, any16, (last, low16) => {
        const candidates = frameCounterCandidates(last, low16);
        expect(new Set(candidates).size).toBe(candidates.length);
        for (const candidate of candidates) {
          expect(candidate % 0x1_0000).toBe(low16);
          expect(candidate >= 0 && candidate <= maxCounter).toBe(true);
        }
      }),
    );
  });
});
