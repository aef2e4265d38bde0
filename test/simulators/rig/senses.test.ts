import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { Quantity } from '../../../simulators/rig/quantity.ts';
import { openSense, SENSE_NAMES, senseSettings } from '../../../simulators/rig/senses.ts';
import { temporaryFolder } from '../../gateway/temporary-folder.ts';

const AROUND = { quantity: 'level', worldSeed: 1, seed: 2, timeScale: 1, path: (file: string) => file };

/** As a rig's file has it, in camel case. */
const sense = (settings: object, around: Partial<typeof AROUND> = {}) =>
  openSense(v.parse(senseSettings, settings), { ...AROUND, ...around });

describe('the world says of a quantity', () => {
  test('what is constant, and nothing', () => {
    expect(sense({ is: 'constant', value: 7 })(123)).toBe(7);
    expect(sense({ is: 'nothing', offset: 5 })(123)).toBeUndefined();
  });

  test('what rises on a ramp after a while, and stays', () => {
    const ramp = sense({ is: 'ramp', from: 1, to: 3, afterMs: '10s', takesMs: '20s' });
    expect([0, 10, 15, 30, 99].map(ramp)).toEqual([1, 1, 1.5, 3, 3]);
  });

  test('what goes up and down in waves', () => {
    const wave = sense({ is: 'wave', around: 10, height: 2, periodMs: '4s' });
    expect([0, 1, 2, 3, 4].map((at) => wave(at)?.toFixed(6))).toEqual(
      [10, 12, 10, 8, 10].map((value) => value.toFixed(6)),
    );
  });

  test('what was recorded, stepwise or on straight lines', () => {
    const file = join(temporaryFolder(), 'levels.csv');
    writeFileSync(file, 'time,value\n0,0\n10,10\n');
    expect(sense({ is: 'series', file })(5)).toBe(0);
    expect(sense({ is: 'series', file, between: true })(5)).toBe(5);
    expect(sense({ is: 'series', file, between: true, speed: 2 })(4)).toBe(8);
  });

  test('the same flood to everybody with the same world, and a faster one with a time scale', () => {
    const flood = sense({ is: 'flood' });
    expect(sense({ is: 'flood' }, { seed: 99 })(300)).toBe(flood(300));
    expect(sense({ is: 'flood' }, { worldSeed: 99 })(300)).not.toBe(flood(300));
    expect(sense({ is: 'flood', seed: 99 })(300)).toBe(sense({ is: 'flood' }, { worldSeed: 99 })(300));
    expect(sense({ is: 'flood' }, { timeScale: 60 })(15)).toBeCloseTo(flood(900) ?? 0, 0);
  });

  test('how many have come, and by its name how many have left: never more than came', () => {
    const [entered, left] = ['entered', 'left'].map((quantity) => sense({ is: 'crowd', perMinute: 60 }, { quantity }));
    for (let at = 0; at < 600; at += 7) {
      expect(entered?.(at + 7)).toBeGreaterThanOrEqual(entered?.(at) ?? 0);
      expect(left?.(at)).toBeLessThanOrEqual(entered?.(at) ?? 0);
    }
    expect(entered?.(600)).toBeGreaterThan(100);
  });

  test('the weather, by the name of the quantity', () => {
    const at = (quantity: string) => sense({ is: 'weather' }, { quantity })(3_600) ?? Number.NaN;
    expect(at('pressure')).toBeGreaterThan(900);
    expect(at('humidity')).toBeLessThanOrEqual(100);
    expect(at('temperature')).toBeLessThan(50);
  });
});

test('everything may be scaled and moved', () => {
  expect(sense({ is: 'constant', value: 3, scale: 2, offset: -1 })(0)).toBe(5);
});

const EXAMPLES: Readonly<Record<string, object>> = {
  constant: { value: 3 },
  nothing: {},
  ramp: { from: 0, to: 1, takesMs: '10s' },
  wave: { around: 0, height: 1, periodMs: '7s' },
  flood: {},
  crowd: {},
  weather: {},
};

test.each(SENSE_NAMES.filter((is) => is !== 'series'))(
  '%s is the same at the same moment, whoever asks, in whichever order; noise too',
  (is) => {
    const settings = { is, ...EXAMPLES[is], noise: 0.5 };
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 600_000 }), { maxLength: 20 }), (moments) => {
        const [one, other] = [sense(settings), sense(settings)];
        const first = new Map(moments.map((ms) => [ms, one(ms / 1000)]));
        for (const ms of moments.toReversed()) expect(other(ms / 1000)).toBe(first.get(ms));
      }),
      { numRuns: 20 },
    );
  },
);

test('noise is around the value, as wide as it says, and of each quantity its own', () => {
  const noisy = (seed: number) => sense({ is: 'constant', value: 10, noise: 2 }, { seed });
  const values = Array.from({ length: 5_000 }, (_, i) => noisy(7)(i * 0.15) ?? 0);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  expect(mean).toBeCloseTo(10, 0);
  expect(deviation).toBeGreaterThan(1.9);
  expect(deviation).toBeLessThan(2.1);
  // Neighbours in time know nothing of each other.
  const steps = values.slice(1).map((value, i) => (value - mean) * ((values[i] ?? 0) - mean));
  expect(Math.abs(steps.reduce((sum, step) => sum + step, 0) / steps.length / deviation ** 2)).toBeLessThan(0.06);
  expect(noisy(8)(1)).not.toBe(noisy(7)(1));
});

test('what somebody has set is sensed until it is freed', () => {
  const quantity = new Quantity((seconds) => seconds);
  quantity.set(42);
  expect([quantity.at(5), quantity.isSet]).toEqual([42, true]);
  quantity.free();
  expect([quantity.at(5), quantity.isSet]).toEqual([5, false]);
});
