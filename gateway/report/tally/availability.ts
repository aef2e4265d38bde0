/**
 * When devices and gateways were silent, day by day.
 *
 * A device is silent from the moment at which it has been quiet for as long as it may until it reports again. A gateway is silent while
 * all of its devices that are measured are. Memory: the silences of one day of one gateway.
 */
import type { Day } from '../period.ts';
import type { DeviceTally } from './device-tally.ts';

export interface Availability {
  measuredMs: number;
  silentMs: number;
}

type Span = readonly [from: number, to: number];

/** A pause within the day, longer than the device may be quiet. */
export type Pause = Span;

/** What one day adds to a gateway's devices, and to the gateway. `pauses` by device, in the order of time. */
export function addDay(of: readonly DeviceTally[], { day, index, period, pauses }: DayOf): Availability {
  const moments: [at: number, measured: number, silent: number][] = [];
  for (const device of of) {
    const measuredFrom = device.measuredFrom(period.from);
    const isKnown = device.allowance !== undefined || device.isDead;
    if (measuredFrom === undefined || !isKnown) continue;
    const [from, to] = [Math.max(day.from, measuredFrom), Math.min(day.to, period.until)];
    if (to <= from) continue;
    const silences = silencesOf(device, index, { from, to }, pauses.get(device) ?? []);
    const silentMs = silences.reduce((sum, [since, until]) => sum + until - since, 0);
    device.measuredMs += to - from;
    device.silentMs += silentMs;
    device.availability[index] = 1 - silentMs / (to - from);
    moments.push([from, 1, 0], [to, -1, 0]);
    for (const [since, until] of silences) moments.push([since, 0, 1], [until, 0, -1]);
  }
  return sweep(moments);
}

export interface DayOf {
  readonly day: Day;
  /** Of the day in the period. */
  readonly index: number;
  /** `until`: the end of what is known. */
  readonly period: { readonly from: number; readonly until: number };
  readonly pauses: ReadonlyMap<DeviceTally, readonly Pause[]>;
}

function silencesOf(
  device: DeviceTally,
  index: number,
  { from, to }: { readonly from: number; readonly to: number },
  pauses: readonly Pause[],
): Span[] {
  const { allowance } = device;
  if (allowance === undefined) return [[from, to]]; // dead
  const { quietMs } = allowance;
  const first = numberIn(device.firsts, index);
  const last = numberIn(device.lasts, index) ?? lastBefore(device, index);
  const before = lastBefore(device, index);
  const all: Span[] = [
    ...(before === undefined ? [] : ([[before + quietMs, first ?? to]] as const)),
    ...pauses.map(([since, until]) => [since + quietMs, until] as const),
    ...(first === undefined || last === undefined ? [] : ([[last + quietMs, to]] as const)),
  ];
  return all.flatMap(([since, until]) => {
    const [begins, ends] = [Math.max(since, from), Math.min(until, to)];
    return ends > begins ? [[begins, ends] as const] : [];
  });
}

function lastBefore(device: DeviceTally, index: number): number | undefined {
  for (let day = index - 1; day >= 0; day--) {
    const last = numberIn(device.lasts, day);
    if (last !== undefined) return last;
  }
  return device.lastBefore;
}

function numberIn(numbers: Float64Array, index: number): number | undefined {
  const number = numbers[index];
  return number === undefined || Number.isNaN(number) ? undefined : number;
}

function sweep(moments: [at: number, measured: number, silent: number][]): Availability {
  moments.sort(([a], [b]) => a - b);
  const sum: Availability = { measuredMs: 0, silentMs: 0 };
  let [measured, silent, since] = [0, 0, 0];
  for (const [at, more, quieter] of moments) {
    if (measured > 0) sum.measuredMs += at - since;
    if (measured > 0 && silent === measured) sum.silentMs += at - since;
    measured += more;
    silent += quieter;
    since = at;
  }
  return sum;
}
