/**
 * A made-up November of a small city, and what is right about it, counted here minute by minute with code of its own.
 *
 * Everything happens on whole minutes, so a month is 43,200 of them, and a device is silent in those that have no report for longer than
 * it may be quiet before them.
 */
import type { Session } from '../../../gateway/destinations/destination.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { DeviceDescription } from '../../../shared/feed/birth.ts';
import type { Reading } from '../../../shared/reading.ts';
import { batch } from '../../contract/archive-rig.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** 1 November 2026, 0:00 in Tokyo. */
export const FROM = Date.parse('2026-10-31T15:00:00Z');
export const TO = FROM + 30 * DAY;
export const EPOCH = '00000000000000aa';

/** A moment of the month in Tokyo: day 3, 14:05. */
export const at = (day: number, hour = 0, minute = 0) => FROM + (day - 1) * DAY + hour * HOUR + minute * MINUTE;

/** A clock that is set to when something arrives. Nobody who waits for it goes on before the end. */
export class SetClock implements Clock {
  wall = FROM;

  moment() {
    return { wall: this.wall, monotonic: this.wall, synchronised: true };
  }

  sleep(_: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }
}

export interface Made {
  readonly device: string;
  readonly times: readonly number[];
}

function every(minutes: number, from: number, to: number, isQuiet: (at: number) => boolean = () => false): number[] {
  const times: number[] = [];
  for (let time = from; time < to; time += minutes * MINUTE) if (!isQuiet(time)) times.push(time);
  return times;
}

const between = (from: number, to: number) => (time: number) => time > from && time < to;

/** What each device sends from 30 October to 1 December. */
export const DEVICES: readonly Made[] = [
  // Away from the 10th, 6:00, to the 11th, 18:00, and for half an hour, which is allowed, on the 20th.
  {
    device: 'gauge-01',
    times: every(10, FROM - 2 * DAY, TO + DAY, (time) => {
      return between(at(10, 6), at(11, 18))(time) || between(at(20, 1), at(20, 1, 30))(time);
    }),
  },
  { device: 'gauge-02', times: every(60, FROM - 2 * DAY, TO + DAY) },
  // Put up on the 15th at noon.
  { device: 'gauge-new', times: every(10, at(15, 12), TO + DAY) },
  // Taken by the flood on the 21st.
  { device: 'gauge-lost', times: every(15, FROM - 2 * DAY, at(21, 3)) },
  // Silent all month.
  { device: 'gauge-dead', times: every(10, FROM - 5 * DAY, FROM - 3 * DAY) },
  { device: 'daily', times: every(24 * 60, FROM - 2 * DAY + 9 * HOUR, TO + DAY) },
  // Reports when somebody passes.
  { device: 'passers', times: passers() },
];

/** Pauses of 1 to 200 minutes, as even as dice. */
function passers(): number[] {
  const times: number[] = [];
  let seed = 12345;
  for (let time = FROM - DAY; time < TO; ) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    time += (1 + Math.floor((seed / 2_147_483_648) * 200)) * MINUTE;
    times.push(time);
  }
  return times;
}

export const DESCRIPTIONS: Readonly<Record<string, Partial<DeviceDescription>>> = {
  'gauge-01': { place: { name: '曳地川 大橋', lat: 34.7, lon: 134.8 }, group: 'river' },
};

/** How late a reading arrives: with its batch, which leaves every six hours, on the hour. */
export const arrivalOf = (time: number) => (Math.floor(time / (6 * HOUR)) + 1) * 6 * HOUR;

const level = (device: string, observedAt: number, more: Partial<Reading> = {}): Reading =>
  ({ device, kind: 'water-level', observedAt, values: { level: valueAt(observedAt) }, ...more }) as Reading; // a level

/** Higher on the 12th around noon than ever: 4.5 m at 12:00. */
const valueAt = (time: number) => (time === at(12, 12) ? 4.5 : 1 + ((time / MINUTE) % 60) / 100);

const alarm = (device: string, observedAt: number, values: Record<string, number | string>): Reading =>
  ({ device, kind: 'alarm', observedAt, values }) as Reading; // an alarm

const flood = { alarm: '氾濫注意', quantity: 'level', limit: 3 };

const ALARMS: readonly Reading[] = [
  alarm('gauge-01', at(12, 11), { ...flood, state: 'raised', value: 3.1 }),
  alarm('gauge-01', at(12, 14), { ...flood, state: 'cleared', value: 2.7, limit: 2.8 }),
  alarm('gauge-01', at(10, 6, 40), { alarm: 'silent', quantity: 'silence', state: 'raised', value: 2400, limit: 1800 }),
  alarm('gauge-01', at(11, 18, 5), { alarm: 'silent', quantity: 'silence', state: 'cleared', value: 300, limit: 1800 }),
  alarm('gauge-02', at(1) - DAY, {
    alarm: 'battery-low',
    quantity: 'battery',
    state: 'raised',
    value: 3.1,
    limit: 3.2,
  }),
  alarm('gauge-lost', at(21, 4), { alarm: 'silent', quantity: 'silence', state: 'raised', value: 2760, limit: 2700 }),
];

/** These readings of gauge-02 are in doubt. */
const isDoubtful = (time: number) => time === at(5, 3) || time === at(6, 3);

/** On the 2nd two numbers are told lost, and one is never heard of. */
export const LOST = { gap: { count: 120, reason: 'quota' }, missing: 1 } as const;

/** Stores all that arrives until `until`, each batch at its time. */
export async function store(session: Session, clock: SetClock, until = TO + DAY): Promise<void> {
  const all = [
    ...DEVICES.flatMap(({ device, times }) =>
      times.map((time) =>
        level(device, time, device === 'gauge-02' && isDoubtful(time) ? { quality: 'out-of-range' } : {}),
      ),
    ),
    ...ALARMS,
  ];
  const byArrival = new Map<number, Reading[]>();
  for (const reading of all) {
    const arrives = arrivalOf(reading.observedAt);
    byArrival.set(arrives, [...(byArrival.get(arrives) ?? []), reading]);
  }
  let number = 0;
  let hasLost = false;
  for (const [arrives, readings] of [...byArrival].sort(([a], [b]) => a - b)) {
    if (arrives > until) return;
    clock.wall = arrives;
    const loses = arrives > at(2) && !hasLost;
    if (loses) {
      const gap = { gateway: 'gateway-01', epoch: EPOCH, number: number + 1, last: number + 2, ...LOST.gap };
      await session.send({ kind: 'gap', gap });
      number += 2;
      hasLost = true;
    }
    await session.send(batch(readings, { number: ++number, epoch: EPOCH }));
    if (loses) number += LOST.missing;
  }
}

/** Minutes of the month in which a device was silent, by counting them. */
export function silentMinutes(times: readonly number[], quietMinutes: number, from = FROM, until = TO): number {
  const reports = new Set(times);
  let last = times.filter((time) => time <= from).at(-1) ?? Number.NEGATIVE_INFINITY;
  let silent = 0;
  for (let minute = from; minute < until; minute += MINUTE) {
    if (reports.has(minute)) last = minute;
    if (minute - last >= quietMinutes * MINUTE) silent++;
  }
  return silent;
}

export const within = (times: readonly number[], from = FROM, to = TO) =>
  times.filter((time) => time >= from && time < to);
