/** What every engine of the archive promises: each reading once, whatever comes twice, late, in parts, or with poison in it. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Outgoing } from '../../gateway/buffer/outgoing.ts';
import type { DeviceDescription } from '../../shared/feed/birth.ts';
import type { Reading } from '../../shared/reading.ts';
import { AT, level, levels } from '../gateway/buffer/buffer-rig.ts';
import { isPostgresMissing, type Postgres, startPostgres } from '../postgres/postgres.ts';
import {
  archiveAt,
  batch,
  close,
  DAY,
  EPOCH,
  HistoryClock,
  type Place,
  partOf,
  postgresPlace,
  sessionAt,
  sqlitePlace,
} from './archive-rig.ts';

let postgres: Postgres | undefined;

beforeAll(async () => {
  if (!isPostgresMissing) postgres = await startPostgres();
});
afterAll(() => postgres?.remove());

const ENGINES: readonly [string, boolean, () => Place][] = [
  ['SQLite', false, sqlitePlace],
  [
    'PostgreSQL',
    isPostgresMissing,
    () => {
      if (postgres === undefined) throw new Error('PostgreSQL has not started');
      return postgresPlace(postgres);
    },
  ],
];

const levelsIn = async (place: Place) => (await place.readings()).map(({ values }) => Number(values.level));
const count = async (place: Place, table: string) =>
  Number((await place.query(`SELECT COUNT(*) AS n FROM ${table}`))[0]?.n);
const at = (value: unknown) => new Date(value as string).getTime(); // a text or a Date
const gauge = (values: Record<string, number | string | boolean>, more: Partial<Reading> = {}) =>
  ({ device: 'gauge-01', kind: 'measurement', observedAt: AT, values, ...more }) as Reading;

describe.each(ENGINES)('the archive in %s', (_, isMissing, placeOf) => {
  describe.skipIf(isMissing)('stores', () => {
    test('a reading with all that is known of it', async () => {
      const place = placeOf();
      const session = await sessionAt(place, { surroundings: { describe: () => GAUGE } });
      const doubtful = gauge(
        { level: 1.25, ok: true, name: '氾濫\t"注意"\\n\n' },
        { quality: 'no-target', doubtful: ['distance'] },
      );
      const receipt = await session.send(batch([doubtful, level(2)]));
      expect(receipt).toMatchObject({ outcome: 'stored', refused: [], number: 1, digest: expect.any(String) });
      expect(await place.readings()).toMatchObject([
        {
          ...{ tenant: 'kakogawa', gateway: 'gateway-01', epoch: EPOCH, number: 1, index: 0, device: 'gauge-01' },
          ...{
            kind: 'measurement',
            observedAt: AT,
            values: doubtful.values,
            quality: 'no-target',
            doubtful: ['distance'],
          },
          ...{ lat: 34.25, lon: 134.5 },
        },
        { index: 1, kind: 'water-level', observedAt: AT + 2, values: { level: 2 }, quality: null, doubtful: null },
      ]);
      expect(await place.query('SELECT * FROM device')).toMatchObject([
        {
          tenant: 'kakogawa',
          gateway: 'gateway-01',
          device: 'gauge-01',
          type: 'line',
          group_name: 'rivers',
          place_name: '第一橋',
        },
      ]);
    });

    test('a repeat once, and calls another batch under the number a conflict', async () => {
      const place = placeOf();
      const session = await sessionAt(place);
      const first = batch(levels(1, 3));
      const receipt = await session.send(first);
      expect(await session.send(first)).toEqual(receipt);
      expect(await session.send(batch(levels(4, 6)))).toMatchObject({ outcome: 'conflict', refused: [] });
      expect(await levelsIn(place)).toEqual([1, 2, 3]);
    });

    test('equal numbers of other gateways, epochs and tenants apart', async () => {
      const place = placeOf();
      const session = await sessionAt(place);
      const all = [
        batch(levels(1, 1)),
        batch(levels(2, 2), { gateway: 'gateway-02' }),
        batch(levels(3, 3), { epoch: '8899aabbccddeeff' }),
        batch(levels(4, 4), { tenant: 'takamatsu' }),
      ];
      for (const each of all) expect(await session.send(each)).toMatchObject({ outcome: 'stored' });
      expect((await levelsIn(place)).sort()).toEqual([1, 2, 3, 4]);
      expect(
        (await place.readings())
          .map(({ tenant }) => tenant)
          .sort()
          .at(-1),
      ).toBe('takamatsu');
    });

    test('a message twice in one transaction once, and both have their receipt', async () => {
      const place = placeOf();
      const session = await sessionAt(place);
      const [one, other] = [batch(levels(1, 3)), batch(levels(7, 9))];
      const receipts = await Promise.all([one, one, other, one].map((each) => session.send(each)));
      expect(receipts.map(({ outcome }) => outcome)).toEqual(['stored', 'stored', 'conflict', 'stored']);
      expect(await levelsIn(place)).toEqual([1, 2, 3]);
    });

    test.each(['the whole first', 'the parts first', 'all at once'])(
      'each place of a batch once that came whole and in parts: %s',
      async (order) => {
        const place = placeOf();
        const session = await sessionAt(place);
        const whole = batch(levels(1, 6));
        const parts = [
          batch(levels(1, 3), { number: 2, partOf: partOf(whole, 0) }),
          batch(levels(4, 6), { number: 3, partOf: partOf(whole, 3) }),
          batch(levels(5, 6), { number: 4, partOf: partOf(whole, 4) }), // a part of a part
        ];
        const all = order === 'the parts first' ? [...parts, whole] : [whole, ...parts];
        if (order === 'all at once') await Promise.all(all.map((each) => session.send(each)));
        else for (const each of all) expect(await session.send(each)).toMatchObject({ outcome: 'stored' });
        expect((await levelsIn(place)).sort()).toEqual([1, 2, 3, 4, 5, 6]);
      },
    );

    test('a gap, which may grow', async () => {
      const place = placeOf();
      const session = await sessionAt(place);
      const gap = { gateway: 'gateway-01', epoch: EPOCH, number: 3, last: 5, count: 30, reason: 'quota' } as const;
      expect(await session.send({ kind: 'gap', gap })).toMatchObject({ number: 3, last: 5, outcome: 'stored' });
      await session.send({ kind: 'gap', gap: { ...gap, last: 9, count: 70 } });
      await session.send({ kind: 'gap', gap });
      const [found, ...others] = await place.query('SELECT * FROM gap');
      expect([Number(found?.first), Number(found?.last), Number(found?.count), found?.reason]).toEqual([
        3,
        9,
        70,
        'quota',
      ]);
      expect(others).toEqual([]);
    });

    test('what it takes and nothing personal, unless it may', async () => {
      const place = placeOf();
      const sighting = gauge({ tag: 'tag-07', count: 3, firstAt: AT, lastAt: AT }, { kind: 'sighting' });
      const accepts = ({ values }: Reading) => values.level !== 2;
      const session = await sessionAt(place, { surroundings: { accepts } });
      const receipt = await session.send(batch([level(1), level(2), sighting, level(4)]));
      expect(receipt).toMatchObject({ outcome: 'stored', refused: [] });
      expect((await place.readings()).map(({ index, values }) => [index, values.level])).toEqual([
        [0, 1],
        [2, 4], // in the batch the readings of one device and kind stand together
      ]);
      const mayTake = await sessionAt(place, { settings: { personal: true } });
      await mayTake.send(batch([sighting], { number: 2 }));
      expect(await count(place, "reading WHERE kind = 'sighting'")).toBe(1);
    });

    test('nothing of a batch that cannot be read, and says why', async () => {
      const place = placeOf();
      const session = await sessionAt(place);
      const good = batch(levels(1, 3));
      const cut = { ...good, batch: { ...good.batch, bytes: good.batch.bytes.slice(0, -4) } };
      const swapped = { ...good, batch: { ...good.batch, number: 8 } };
      expect(await session.send(cut)).toMatchObject({
        outcome: 'unreadable',
        number: 1,
        reason: expect.stringMatching(/./),
      });
      expect(await session.send(swapped)).toMatchObject({ outcome: 'unreadable', number: 8 });
      expect(await count(place, 'batch')).toBe(0);
    });
  });

  describe.skipIf(isMissing)('is not stopped by poison', () => {
    test('a NUL is stored as U+FFFD', async () => {
      const place = placeOf();
      const session = await sessionAt(place);
      const poison = gauge({ 'na\0me': 'a\0b', ok: 1 });
      expect(await session.send(batch([poison, level(2)]))).toMatchObject({ outcome: 'stored', refused: [] });
      const [found] = await place.readings();
      expect(found?.values).toEqual({ 'na\ufffdme': 'a\ufffdb', ok: 1 });
    });

    test('a time beyond the year 9999, a number that is none and an endless name are refused, and the rest is stored', async () => {
      const place = placeOf();
      const session = await sessionAt(place);
      // In a batch the readings of one device and kind stand together: the levels, the measurements, the endless name.
      const sending = batch([
        level(1),
        gauge({ a: 1 }, { observedAt: 300e12 }),
        gauge({ a: 1 }, { observedAt: -70e12 }),
        gauge({ a: Number.NaN }),
        gauge({ a: Number.POSITIVE_INFINITY }),
        gauge({ a: 1 }, { device: 'x'.repeat(257) }),
        gauge({ a: Number.MAX_VALUE, b: -0, c: 5e-324 }),
        level(8),
      ]);
      const receipt = await session.send(sending);
      expect(receipt.outcome).toBe('stored');
      expect(receipt.refused.map(({ index }) => index)).toEqual([2, 3, 4, 5, 7]);
      for (const { reason } of receipt.refused) expect(reason).toMatch(/\w+ \w+/);
      expect((await place.readings()).map(({ index }) => index)).toEqual([0, 1, 6]);
      expect(await session.send(sending)).toEqual(receipt); // a repeat refuses the same
    });

    test('a clock of 1970 or 2099 costs neither the reading nor the newest', async () => {
      const place = placeOf();
      const session = await sessionAt(place);
      const [past, future] = [
        gauge({ level: 0 }, { observedAt: 0 }),
        gauge({ level: 9 }, { observedAt: AT + 73 * 365 * DAY }),
      ];
      await session.send(batch([past, future, gauge({ level: 1 })]));
      expect(await levelsIn(place)).toEqual([0, 9, 1]);
      const [newest] = await place.query('SELECT * FROM latest');
      expect(at(newest?.observed_at)).toBe(future.observedAt);
      // What comes later is newer, though its time is before 2099.
      await session.send(batch([gauge({ level: 2 }, { observedAt: AT + 2 * 3_600_000 })], { number: 2 }));
      expect(await place.query('SELECT * FROM latest')).toHaveLength(1);
    });
  });

  describe.skipIf(isMissing)('answers a city', () => {
    test('the latest of each device and kind, whatever the order of arrival', async () => {
      const place = placeOf();
      const session = await sessionAt(place);
      await session.send(batch([level(5), level(9), level(7)], { number: 1 }));
      await session.send(batch([level(3), level(8), gauge({ battery: 3 })], { number: 2 }));
      await session.send(batch([level(1, 'gauge-02')], { number: 3, tenant: 'takamatsu' }));
      const rows = await place.query('SELECT * FROM latest ORDER BY device, kind');
      expect(rows.map(({ tenant, device, kind }) => [tenant, device, kind])).toEqual([
        ['kakogawa', 'gauge-01', 'measurement'],
        ['kakogawa', 'gauge-01', 'water-level'],
        ['takamatsu', 'gauge-02', 'water-level'],
      ]);
      expect(at(rows[1]?.observed_at)).toBe(AT + 9);
    });

    test('a series: one row for each quantity, with its unit, its doubt and its place', async () => {
      const place = placeOf();
      const session = await sessionAt(place, { surroundings: { describe: () => GAUGE } });
      const values = { distance: 2.5, moisture: 0.25, ok: false, name: '橋' };
      await session.send(
        batch([gauge(values, { kind: 'water-level', quality: 'out-of-range', doubtful: ['distance', 'level'] })]),
      );
      const rows = await place.query('SELECT * FROM series ORDER BY quantity');
      const told = rows.map(({ quantity, number, text, flag, unit, quality }) => [
        quantity,
        number,
        text,
        flag === null ? null : Boolean(flag),
        unit,
        quality,
      ]);
      expect(told).toEqual([
        ['distance', 2.5, null, null, 'm', 'out-of-range'],
        ['level', null, null, null, 'm', 'out-of-range'],
        ['moisture', 0.25, null, null, '/', null],
        ['name', null, '橋', null, null, null],
        ['ok', null, null, false, null, null],
      ]);
      expect(rows[0]).toMatchObject({ device: 'gauge-01', lat: 34.25, lon: 134.5 });
    });

    test('a position by itself, not by where its device is said to be, and no place off the globe', async () => {
      const place = placeOf();
      const session = await sessionAt(place, { surroundings: { describe: () => GAUGE } });
      const here = { lat: 37.5, lon: 139.9 };
      const positions = [here, { lat: 91, lon: 0 }].map((values) => gauge(values, { kind: 'position' }));
      await session.send(batch(positions));
      expect((await place.readings()).map(({ lat, lon }) => ({ lat, lon }))).toEqual([here, { lat: null, lon: null }]);
    });

    test('devices as they are described now', async () => {
      const place = placeOf();
      let described: DeviceDescription | undefined;
      const session = await sessionAt(place, { surroundings: { describe: () => described } });
      await session.send(batch([level(1)]));
      expect(await place.query('SELECT type FROM device')).toEqual([{ type: null }]);
      described = GAUGE;
      await session.send(batch([level(2)], { number: 2 }));
      described = { ...GAUGE, type: 'modbus' };
      await session.send(batch([level(3)], { number: 3 }));
      described = undefined; // its birth is not known for now
      await session.send(batch([level(4)], { number: 4 }));
      expect(await place.query('SELECT type, group_name FROM device')).toEqual([
        { type: 'modbus', group_name: 'rivers' },
      ]);
    });
  });

  describe.skipIf(isMissing)('keeps its word', () => {
    test('over a restart', async () => {
      const place = placeOf();
      const first = await sessionAt(place);
      await first.send(batch(levels(1, 3)));
      await close(first);
      const second = await sessionAt(place);
      expect(await second.send(batch(levels(1, 3)))).toMatchObject({ outcome: 'stored' });
      await second.send(batch(levels(4, 6), { number: 2 }));
      expect(await levelsIn(place)).toEqual([1, 2, 3, 4, 5, 6]);
    });

    test('two workers on one database store everything once', async () => {
      const place = placeOf();
      const workers = await Promise.all([sessionAt(place), sessionAt(place)]); // both begin with no tables
      const all = Array.from({ length: 30 }, (_, i) =>
        batch(levels(i * 10 + 1, i * 10 + 10), { number: i + 1, gateway: `gateway-${i % 3}` }),
      );
      const sent = workers.flatMap((worker, i) => (i === 0 ? all : all.toReversed()).map((each) => worker.send(each)));
      for (const receipt of await Promise.all(sent)) expect(receipt.outcome).toBe('stored');
      expect((await levelsIn(place)).sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    });

    test('a session that is over sends nothing, and says so', async () => {
      const place = placeOf();
      const session = await sessionAt(place);
      const sending = session.send(batch(levels(1, 3)));
      await close(session);
      await sending.catch(() => {}); // committed or not
      expect((await session.ended).ja).not.toBe('');
      await expect(session.send(batch(levels(4, 6), { number: 2 }))).rejects.toThrow('stopped');
    });

    test('what is older than the retention goes, and does not come back', async () => {
      const place = placeOf();
      const clock = new HistoryClock();
      const before = await sessionAt(place, { surroundings: { clock } });
      const old = batch([level(1), gauge({ level: 0 }, { observedAt: 0 })]);
      await before.send(old);
      clock.shiftMs += 5 * DAY;
      await before.send(batch([gauge({ level: 2 }, { observedAt: AT + 5 * DAY })], { number: 2 }));
      await close(before);
      clock.shiftMs += 27 * DAY;
      const after = await sessionAt(place, { settings: { retention: '30d' }, surroundings: { clock } });
      await vi.waitFor(async () => expect(await levelsIn(place)).toEqual([2]), { timeout: 10_000 });
      expect(await after.send(old)).toMatchObject({ outcome: 'stored' });
      expect(await levelsIn(place)).not.toContain(1);
    });

    test('nothing is deleted by a clock that has not been set', async () => {
      const place = placeOf();
      const clock = new HistoryClock();
      const before = await sessionAt(place, { surroundings: { clock } });
      await before.send(batch(levels(1, 3)));
      await close(before);
      clock.shiftMs += 400 * DAY;
      clock.isSynchronised = false;
      const after = await sessionAt(place, { settings: { retention: '30d' }, surroundings: { clock } });
      await after.send(batch(levels(4, 4), { number: 2 }));
      expect(await levelsIn(place)).toEqual([1, 2, 3, 4]);
    });

    test('whatever is sent, in whatever order and however often, the archive holds what a model holds', async () => {
      const message = fc.record({
        number: fc.integer({ min: 1, max: 6 }),
        gateway: fc.constantFrom('gateway-01', 'gateway-02'),
        content: fc.integer({ min: 1, max: 2 }),
        times: fc.array(fc.integer({ min: -40 * 24, max: 2 }), { minLength: 1, maxLength: 5 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(message, { maxLength: 5 }), { maxLength: 5 }), async (groups) => {
          const place = placeOf();
          const session = await archiveAt(place).open(new AbortController().signal);
          const model = new Map<string, { content: string; readings: Reading[] }>();
          try {
            for (const group of groups) {
              const sent = group.map(({ number, gateway, content, times }) => {
                const readings = times.map((hours, i) =>
                  gauge({ level: content * 100 + i }, { observedAt: AT + hours * 3_600_000 }),
                );
                return {
                  key: `${gateway} ${number}`,
                  content: JSON.stringify(readings),
                  readings,
                  out: batch(readings, { number, gateway }),
                };
              });
              const receipts = await Promise.all(sent.map(({ out }) => session.send(out as Outgoing)));
              for (const [i, { key, content, readings }] of sent.entries()) {
                const known = model.get(key);
                if (known === undefined) model.set(key, { content, readings });
                expect(receipts[i]?.outcome).toBe(
                  known === undefined || known.content === content ? 'stored' : 'conflict',
                );
              }
            }
            const held = (await place.readings()).map(
              (each) => `${each.gateway} ${each.number} ${each.index} ${each.observedAt} ${each.values.level}`,
            );
            const expected = [...model].flatMap(([key, { readings }]) =>
              readings.map((reading, i) => `${key} ${i} ${reading.observedAt} ${reading.values.level}`),
            );
            expect(held.sort()).toEqual(expected.sort());
            for (const { gateway, observed_at } of await place.query('SELECT * FROM latest')) {
              const own = [...model].flatMap(([key, { readings }]) =>
                key.startsWith(String(gateway)) ? readings : [],
              );
              expect(at(observed_at)).toBe(Math.max(...own.map(({ observedAt }) => observedAt)));
            }
          } finally {
            await close(session);
          }
        }),
        { numRuns: 20 },
      );
    });
  });
});

const GAUGE: DeviceDescription = {
  id: 'gauge-01',
  type: 'line',
  kinds: ['water-level'],
  units: { moisture: '/' },
  group: 'rivers',
  place: { lat: 34.25, lon: 134.5, name: '第一橋' },
};
