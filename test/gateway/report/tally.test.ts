/** A made-up month in both engines: what the report tells of it is what counting it minute by minute tells. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { LookUp } from '../../../gateway/destinations/archive/look-up.ts';
import { dayPeriod, monthPeriod, type Period } from '../../../gateway/report/period.ts';
import { type MonthTally, type TallyOptions, tallyMonth } from '../../../gateway/report/tally/month-tally.ts';
import { archivedMonth, engines } from './archived-month.ts';
import { arrivalOf, at, DAY, DEVICES, FROM, HOUR, LOST, MINUTE, silentMinutes, TO, within } from './made-up-month.ts';

const november = monthPeriod('2026-11', 'Asia/Tokyo') as Period; // there is one
const times = new Map(DEVICES.map(({ device, times }) => [device, times]));
const of = (device: string) => times.get(device) ?? [];

async function tallyOf(opened: () => Promise<LookUp>, options: Partial<TallyOptions> = {}): Promise<MonthTally> {
  const lookUp = await opened();
  try {
    return await tallyMonth(lookUp, {
      ...{ period: november, now: TO + 5 * DAY, hasAllBatches: true },
      ...{ expectEveryMs: () => undefined, progress: () => {} },
      ...options,
    });
  } finally {
    await lookUp.close();
  }
}

describe.each(engines())('in %s', (_, isMissing, placeOf) => {
  describe.skipIf(isMissing)('a month', () => {
    const opened = archivedMonth(placeOf);
    let month: MonthTally;
    const tally = (device: string) => {
      const found = month.devices.find(({ names }) => names.device === device);
      if (found === undefined) throw new Error(`${device} is not in the report`);
      return found;
    };

    beforeAll(async () => {
      month = await tallyOf(opened);
    }, 60_000);

    test.each(DEVICES.map(({ device }) => device))(
      'has every reading of %s, and the first and last of them',
      (device) => {
        const inMonth = within(of(device));
        const { readings, first, last } = tally(device);
        expect({ readings, first, last }).toEqual({
          readings: inMonth.length,
          first: inMonth[0],
          last: inMonth.at(-1),
        });
      },
    );

    test.each([
      ['gauge-01', 10],
      ['gauge-02', 60],
      ['gauge-new', 10],
      ['gauge-lost', 15],
      ['daily', 24 * 60],
    ])('finds the interval of %s, and three times as long it may be quiet', (device, minutes) => {
      const { intervalMs, allowance, available, silentMs, measuredMs, expected } = tally(device);
      expect(intervalMs).toBe(minutes * MINUTE);
      expect(allowance).toEqual({ quietMs: 3 * minutes * MINUTE, rule: 'interval' });
      const from = device === 'gauge-new' ? at(15, 12) : FROM;
      expect(measuredMs).toBe(TO - from);
      expect(silentMs).toBe(silentMinutes(of(device), 3 * minutes, from) * MINUTE);
      expect(available).toBeCloseTo(1 - silentMs / measuredMs, 12);
      expect(expected).toBe(Math.round((TO - from) / (minutes * MINUTE)));
    });

    test('says nothing of a device that reports when somebody passes', () => {
      const { intervalMs, expected, available, allowance } = tally('passers');
      expect({ intervalMs, expected, available, allowance }).toEqual({});
    });

    test('a device that was heard before and sent nothing has no availability', () => {
      expect(tally('gauge-dead')).toMatchObject({ readings: 0, available: 0, measuredMs: TO - FROM });
      expect(tally('gauge-dead').longest).toEqual({ from: FROM, to: TO, isOpen: true });
    });

    test('finds the longest silence of each, with its beginning and end', () => {
      expect(tally('gauge-01').longest).toEqual({ from: at(10, 6), to: at(11, 18), isOpen: false });
      expect(tally('gauge-lost').longest).toEqual({ from: within(of('gauge-lost')).at(-1), to: TO, isOpen: true });
      expect(tally('gauge-02').longest).toMatchObject({ isOpen: false });
    });

    test('tells the availability of each day', () => {
      const { availability } = tally('gauge-01');
      for (const [i, { from, to }] of november.days.entries()) {
        const silent = silentMinutes(of('gauge-01'), 30, from, to) * MINUTE;
        expect(availability[i], november.days[i]?.date).toBeCloseTo(1 - silent / (to - from), 12);
      }
      expect([...tally('gauge-new').availability].slice(0, 14).every(Number.isNaN)).toBe(true);
    });

    test('counts what is in doubt, and what came on each day', () => {
      expect(Object.fromEntries(tally('gauge-02').doubtful)).toEqual({ 'out-of-range': 2 });
      const all = DEVICES.flatMap(({ times }) => times);
      const byDay = november.days.map(({ from, to }) => within(all, from, to).length);
      expect(month.readingsByDay).toEqual(byDay);
    });

    test('knows the place, the group and the kinds of a device', () => {
      expect(tally('gauge-01').names).toMatchObject({
        ...{ tenant: 'kakogawa', gateway: 'gateway-01', device: 'gauge-01' },
        ...{ kinds: ['water-level'], group: 'river', place: '曳地川 大橋' },
      });
    });

    test('knows how late readings came, and what is missing of a gateway', () => {
      const [gateway, ...others] = month.gateways;
      expect(others).toEqual([]);
      const late = DEVICES.flatMap(({ times }) => within(times).map((time) => arrivalOf(time) - time)).sort(
        (a, b) => a - b,
      );
      for (const part of [0.5, 0.95, 0.99]) {
        const exact = (late[Math.ceil(late.length * part) - 1] ?? 0) / 1000;
        expect(gateway?.latenessAt(part)).toBe(Math.floor(exact / 60) * 60);
      }
      expect(gateway?.readings).toBe(DEVICES.flatMap(({ times }) => within(times)).length);
      expect(Object.fromEntries(gateway?.gaps ?? [])).toEqual({ quota: { numbers: 2, readings: LOST.gap.count } });
      expect([...(gateway?.missing.values() ?? [])]).toEqual([LOST.missing]);
      expect(month.gaps.map(({ reason, readings }) => [reason, readings])).toEqual([
        ['quota', LOST.gap.count],
        ['missing', undefined],
      ]);
      expect(gateway?.available).toBe(1); // one of its devices was always there
    });

    test('has each alarm from its raising to its clearing, with its peak', () => {
      const told = month.alarms.map(({ device, alarm, raised, cleared, peak }) => [
        device,
        alarm,
        raised,
        cleared,
        peak,
      ]);
      expect(told).toEqual([
        ['gauge-02', 'battery-low', at(1) - DAY, undefined, 3.1],
        ['gauge-01', 'silent', at(10, 6, 40), at(11, 18, 5), undefined],
        ['gauge-01', '氾濫注意', at(12, 11), at(12, 14), 4.5],
        ['gauge-lost', 'silent', at(21, 4), undefined, undefined],
      ]);
    });

    test('is only judged as far as it has come', async () => {
      const until = at(11, 12);
      const sofar = await tallyOf(opened, { now: until });
      const gauge = sofar.devices.find(({ names }) => names.device === 'gauge-01');
      expect(sofar.until).toBe(until);
      expect(gauge?.measuredMs).toBe(until - FROM);
      expect(gauge?.silentMs).toBe(silentMinutes(of('gauge-01'), 30, FROM, until) * MINUTE);
      expect(gauge?.longest).toEqual({ from: at(10, 6), to: until, isOpen: true });
    });

    test('a setting comes before the interval; one of 0 lets a device be quiet for ever', async () => {
      const expectEveryMs = (_: string, __: string, device: string) =>
        new Map([
          ['gauge-01', 48 * HOUR],
          ['passers', 2 * HOUR],
          ['gauge-dead', 0],
        ]).get(device);
      const judged = await tallyOf(opened, { expectEveryMs });
      const device = (name: string) => judged.devices.find(({ names }) => names.device === name);
      expect(device('gauge-01')).toMatchObject({ available: 1, allowance: { quietMs: 48 * HOUR, rule: 'setting' } });
      expect(device('passers')?.silentMs).toBe(silentMinutes(of('passers'), 120) * MINUTE);
      expect(device('passers')?.expected).toBeUndefined();
      expect(device('gauge-dead')?.available).toBeUndefined();
    });

    test('may be a week, in another time zone', async () => {
      const week = dayPeriod('2026-11-09', '2026-11-15', 'UTC') as Period; // it exists
      const judged = await tallyOf(opened, { period: week });
      const gauge = judged.devices.find(({ names }) => names.device === 'gauge-01');
      expect(gauge?.readings).toBe(within(of('gauge-01'), week.from, week.to).length);
      expect(gauge?.silentMs).toBe(silentMinutes(of('gauge-01'), 30, week.from, week.to) * MINUTE);
    });

    test('a gateway is silent while all of its devices are', async () => {
      const night = dayPeriod('2026-11-10', '2026-11-11', 'Asia/Tokyo') as Period; // it exists
      const only = (_: string, __: string, device: string) => (device === 'gauge-01' ? undefined : 0);
      const [gateway] = (await tallyOf(opened, { period: night, expectEveryMs: only })).gateways;
      expect(gateway?.silentMs).toBe(silentMinutes(of('gauge-01'), 30, night.from, night.to) * MINUTE);
    });

    test('does not count what is missing if the archive is not given everything', async () => {
      const judged = await tallyOf(opened, { hasAllBatches: false });
      expect(judged.gaps.map(({ reason }) => reason)).toEqual(['quota']);
    });

    test('devices that were not heard for a month before are taken as gone', async () => {
      const january = monthPeriod('2027-01', 'Asia/Tokyo') as Period; // there is one
      const judged = await tallyOf(opened, { period: january, now: january.to });
      expect(judged.more.gone + judged.devices.length).toBe(DEVICES.length);
      expect(judged.devices.every(({ available }) => available === 0)).toBe(true);
    });
  });
});
