/** Both archives tell how a device's quantities went alike. */
import { rmSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLookUp } from '../../../gateway/destinations/archive/open-look-up.ts';
import { inBuckets } from '../../../gateway/history/points.ts';
import { type ArchiveQuestion, readArchive } from '../../../gateway/history/read-archive.ts';
import { SystemClock } from '../../../gateway/machine/system-clock.ts';
import {
  archiveAt,
  close,
  type Place,
  postgresPlace,
  sqlitePlace,
  standingFolder,
} from '../../contract/archive-rig.ts';
import { isPostgresMissing, type Postgres, startPostgres } from '../../postgres/postgres.ts';
import { at, DAY, DESCRIPTIONS, DEVICES, FROM, HOUR, SetClock, store, TO, within } from '../report/made-up-month.ts';

let postgres: Postgres | undefined;
beforeAll(async () => {
  if (!isPostgresMissing) postgres = await startPostgres();
});
afterAll(() => postgres?.remove());

const times = (device: string) => within(DEVICES.find((each) => each.device === device)?.times ?? []);

const ENGINES: readonly [string, boolean, () => Place][] = [
  ['SQLite', false, () => sqlitePlace(standingFolder())],
  [
    'PostgreSQL',
    isPostgresMissing,
    () => {
      if (postgres === undefined) throw new Error('PostgreSQL has not started');
      return postgresPlace(postgres, standingFolder());
    },
  ],
];

describe.each(ENGINES)('in %s', (engine, isMissing, placeOf) => {
  describe.skipIf(isMissing)('a month', () => {
    let place: Place;
    beforeAll(async () => {
      place = placeOf();
      const clock = new SetClock();
      const describe = (device: string) => DESCRIPTIONS[device] as never; // what matters of it here
      const session = await archiveAt(place, { surroundings: { clock, describe } }).open(new AbortController().signal);
      await store(session, clock);
      await close(session);
    }, 60_000);
    afterAll(() => rmSync(place.dataDirectory, { recursive: true, force: true }));

    async function ask(question: Partial<ArchiveQuestion> = {}) {
      const settings = { schema: 'machimori', answerTimeoutMs: 60_000, ...place.settings } as never; // url and schema
      const surroundings = { dataDirectory: place.dataDirectory, applicationName: 'test' };
      const lookUp = await openLookUp(settings, surroundings, new AbortController().signal);
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
