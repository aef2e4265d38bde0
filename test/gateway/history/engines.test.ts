/** Both archives tell how a device's quantities went alike. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, expect, test } from 'vitest';
import { inBuckets } from '../../../gateway/history/points.ts';
import { type ArchiveQuestion, readArchive } from '../../../gateway/history/read-archive.ts';
import { SystemClock } from '../../../gateway/machine/system-clock.ts';
import { archivedMonth, engines } from '../report/archived-month.ts';
import { at, DAY, DEVICES, FROM, HOUR, TO, within } from '../report/made-up-month.ts';

const times = (device: string) => within(DEVICES.find((each) => each.device === device)?.times ?? []);

describe.each(engines())('in %s', (engine, isMissing, placeOf) => {
  describe.skipIf(isMissing)('a month', () => {
    const opened = archivedMonth(placeOf);

    async function ask(question: Partial<ArchiveQuestion> = {}) {
      const lookUp = await opened();
      try {
        const whose = { tenant: 'kakogawa', gateway: 'gateway-01', device: 'gauge-01', quantities: ['level'] };
        const asked = { ...whose, from: FROM, to: TO, bucketMs: 1, ...question };
        const { points, isCut } = await readArchive(lookUp, asked, new SystemClock('always'));
        expect(isCut).toBe(false);
        return inBuckets(points.get('level') ?? [], asked.bucketMs);
      } finally {
        await lookUp.close();
      }
    }

    test('is told reading by reading, if each is a bucket of its own', async () => {
      const points = await ask();
      expect(points.map((point) => point.at)).toEqual(times('gauge-01'));
      expect(points.find((point) => point.at === at(12, 12))).toMatchObject({
        low: 4.5,
        high: 4.5,
        mean: 4.5,
        count: 1,
      });
    });

    test('is told hour by hour with the least, the greatest and the mean, and a silence is none', async () => {
      const points = await ask({ bucketMs: HOUR });
      expect(points.reduce((sum, { count }) => sum + count, 0)).toBe(times('gauge-01').length);
      expect(points.find((point) => point.at === at(5, 3, 50))).toMatchObject({ low: 1, high: 1.5, count: 6 });
      expect(points.find((point) => point.at === at(5, 3, 50))?.mean).toBeCloseTo(1.25, 9);
      expect(points.filter((point) => point.at > at(10, 7) && point.at < at(11, 18))).toEqual([]);
    });

    test('has its doubts, and nothing of other devices or quantities', async () => {
      const points = await ask({ device: 'gauge-02', from: at(5), to: at(6) });
      expect(points.filter(({ isDoubtful }) => isDoubtful).map((point) => point.at)).toEqual([at(5, 3)]);
      expect(points).toHaveLength(24);
      expect(await ask({ device: 'gauge-99' })).toEqual([]);
      expect(await ask({ quantities: ['silence', 'value', "x' OR 1=1 --"] })).toEqual([]);
      expect(await ask({ gateway: 'gateway-02' })).toEqual([]);
    });

    test.runIf(process.env.SHOW_FIGURES !== undefined)('how long it takes, and holds up the others', async () => {
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      const began = performance.now();
      await ask({ bucketMs: 2 * HOUR });
      delay.disable();
      console.info({
        engine,
        tookMs: performance.now() - began,
        longestDelayMs: delay.max / 1e6,
        days: (TO - FROM) / DAY,
      });
    });
  });
});
