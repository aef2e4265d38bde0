/** A month to look at: some forty devices of a city, with faults such as there are. Not counted, only shown. */
import type { Period } from '../../../gateway/report/period.ts';
import { addDay, type Pause } from '../../../gateway/report/tally/availability.ts';
import { type DayRow, DeviceTally } from '../../../gateway/report/tally/device-tally.ts';
import { GatewayTally } from '../../../gateway/report/tally/gateway-tally.ts';
import type { MonthTally } from '../../../gateway/report/tally/month-tally.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PLACES = ['曳地川 大橋', '宮前 3号水門', '東加古川駅 北口', '河原町 排水機場', '市役所 屋上', '尾上の松 公園'];
const everyMs = 10 * MINUTE;
const devices = 42;

/** `name` stands for a device, an alarm and a gateway. */
export function shownMonth(period: Period, name?: string): MonthTally {
  const { days, from, to } = period;
  const gateways = ['box-harbour', 'box-river', name ?? 'box-station'].map(
    (each) => new GatewayTally('kakogawa', each),
  );
  const random = dice(7);
  const all = Array.from({ length: devices }, (_, i) => {
    const gateway = gateways[i % gateways.length];
    const tally = new DeviceTally(
      {
        ...{
          tenant: 'kakogawa',
          gateway: gateway?.gateway ?? '',
          device: name && i === 4 ? name : `gauge-${String(i + 1).padStart(2, '0')}`,
        },
        ...{
          type: 'line',
          kinds: i % 5 === 0 ? ['people-count'] : ['water-level', 'status'],
          group: ['river', 'road'][i % 2],
        },
        place: name && i === 4 ? name : PLACES[i % PLACES.length],
      },
      days.length,
      undefined,
    );
    if (i !== 11) tally.lastBefore = from - 5 * MINUTE;
    // A quiet span of some devices, of hours or of days.
    const begins = from + random() * (to - from) * 0.8;
    const quietMs = i % 4 === 0 ? random() * 60 * HOUR : i % 3 === 0 ? random() * 5 * HOUR : 0;
    const quiet: Pause = i === 20 ? [from, to] : i === 31 ? [from + 12.4 * 24 * HOUR, to] : [begins, begins + quietMs];
    for (const [day, { from: dayFrom, to: dayTo }] of days.entries()) {
      const times = [];
      const start = i === 11 ? Math.max(dayFrom, from + 9.5 * 24 * HOUR) : dayFrom;
      for (let at = start; at < dayTo; at += everyMs) if (at <= quiet[0] || at >= quiet[1]) times.push(at);
      if (times.length > 0) tally.day(day, rowOf(times));
    }
    if (i % 7 === 2) tally.doubtful.set('out-of-range', Math.floor(random() * 400)).set('no-target', 3);
    tally.judge();
    tally.silent({ from: tally.last ?? from, to, isOpen: true });
    if (gateway !== undefined) {
      gateway.devices++;
      gateway.readings += tally.readings;
    }
    return { tally, quiet };
  });
  const pausesOf = (day: { from: number; to: number }) =>
    new Map(
      all.flatMap(({ tally, quiet }) => {
        const pause: Pause = [Math.floor(quiet[0] / everyMs) * everyMs, Math.ceil(quiet[1] / everyMs) * everyMs];
        return pause[0] > day.from && pause[1] < day.to ? [[tally, [pause]] as const] : [];
      }),
    );
  for (const [index, day] of days.entries()) {
    for (const gateway of gateways) {
      const its = all.flatMap(({ tally }) => (tally.names.gateway === gateway.gateway ? [tally] : []));
      const sum = addDay(its, { day, index, period: { from, until: to }, pauses: pausesOf(day) });
      gateway.measuredMs += sum.measuredMs;
      gateway.silentMs += sum.silentMs;
    }
  }
  for (const gateway of gateways) {
    gateway.batches = Math.round(gateway.readings / 120);
    for (const [seconds, share] of [
      [0, 0.3],
      [1, 0.34],
      [4, 0.2],
      [20, 0.1],
      [180, 0.03],
      [5_400, 0.02],
      [90_000, 0.01],
    ] as const) {
      gateway.lateness.set(seconds, Math.round(gateway.readings * share));
    }
  }
  gateways[1]?.gaps.set('quota', { numbers: 3, readings: 1_240 });
  gateways[1]?.missing.set('9f3ac2d4e5b60718', 2);
  const at = (day: number, hour: number) => from + (day - 1) * 24 * HOUR + hour * HOUR;
  const of = { tenant: 'kakogawa', gateway: 'box-river' };
  return {
    ...{
      until: to,
      oldest: from - 40 * 24 * HOUR,
      hasAllBatches: true,
      devices: all.map(({ tally }) => tally),
      gateways,
    },
    alarms: [
      {
        ...of,
        device: 'gauge-02',
        alarm: 'battery-low',
        quantity: 'battery',
        limit: 3.2,
        value: 3.18,
        raised: at(2, 4),
        cleared: undefined,
        peak: 3.02,
      },
      {
        ...of,
        device: name ?? 'gauge-05',
        alarm: name ?? '氾濫注意水位',
        quantity: 'level',
        limit: 3,
        value: 3.1,
        raised: at(12, 11.2),
        cleared: at(12, 14.7),
        peak: 4.523,
      },
      {
        ...of,
        device: 'gauge-32',
        alarm: 'silent',
        quantity: 'silence',
        limit: 1_800,
        value: 1_805,
        raised: at(13, 10.1),
        cleared: undefined,
        peak: undefined,
      },
    ],
    gaps: [
      {
        ...of,
        epoch: '9f3ac2d4e5b60718',
        first: 1_042,
        last: 1_044,
        readings: 1_240,
        reason: 'quota',
        received: at(17, 3.4),
      },
      {
        ...of,
        epoch: '9f3ac2d4e5b60718',
        first: 1_190,
        last: 1_191,
        readings: undefined,
        reason: 'missing',
        received: at(21, 8),
      },
    ],
    readingsByDay: days.map(({ from: begins, to: ends }) => {
      const days = all.map(({ tally, quiet }) =>
        tally.readings === 0
          ? 0
          : (ends - begins - Math.max(0, Math.min(ends, quiet[1]) - Math.max(begins, quiet[0]))) / everyMs,
      );
      return Math.round(days.reduce((sum, count) => sum + count, 0));
    }),
    more: { devices: 0, alarms: 0, gaps: 0, gone: 3 },
  };
}

function rowOf(times: readonly number[]): DayRow {
  const pauses = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  const longest = pauses.length === 0 ? null : Math.max(...pauses);
  return {
    ...{ readings: times.length, first: times[0] ?? 0, last: times.at(-1) ?? 0 },
    pauses: pauses.length || null,
    near: pauses.filter((pause) => pause === everyMs).length,
    median: pauses.length === 0 ? null : everyMs,
    longest,
    longest_end: longest === null ? null : (times[pauses.indexOf(longest) + 1] ?? null),
  };
}

function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
