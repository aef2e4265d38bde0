/**
 * Policy: the operator's rules for a device's readings, applied between the device type and the buffer.
 *
 *   reading ──▶ range, rate of change ──▶ quality ──▶ thresholds with hysteresis ──▶ reading, alarms
 *
 * Pure: the state goes in and comes out, so that it can be committed with the readings. Each quantity is judged by itself: a
 * doubtful value neither raises nor clears an alarm, and does not keep a good one beside it from doing so.
 */
import * as v from 'valibot';
import { type Alarm, isDoubtful, LOW_BATTERY, QUALITIES, type Quality, type Reading } from '../../shared/reading.ts';

export interface Range {
  readonly quantity: string;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** Largest credible change per second, in the quantity's unit. */
  readonly maxRate?: number | undefined;
}

export interface Threshold {
  /** As the city calls it. */
  readonly alarm: string;
  readonly quantity: string;
  /** Whether high values raise it or low ones; if it does not say, the side of `clear` tells. */
  readonly when?: 'above' | 'below' | undefined;
  readonly raise: number;
  /** At `raise` or below it for an alarm of high values, at it or above for one of low values. */
  readonly clear: number;
}

export interface Policy {
  readonly ranges: readonly Range[];
  readonly thresholds: readonly Threshold[];
}

/** A low battery has to rise by this much to be good again, so that a voltage that sags under load does not flap. */
const BATTERY_HYSTERESIS = 1.05;

/** Two values may change by what a second allows, however close they are: many devices tell whole seconds. */
const minRateMs = 1_000;

/** The thresholds of a device, with that of its battery. */
export function withBattery(
  thresholds: readonly Threshold[],
  battery: { readonly quantity: string; readonly limit: number } | undefined,
): readonly Threshold[] {
  if (battery === undefined) return thresholds;
  const { quantity, limit } = battery;
  return [...thresholds, { alarm: LOW_BATTERY, quantity, raise: limit, clear: limit * BATTERY_HYSTERESIS }];
}

/** What policy remembers of a device: the last good value of each checked quantity, and the alarms that are up. */
export interface PolicyState {
  readonly last: Readonly<Record<string, { readonly value: number; readonly at: number }>>;
  readonly raised: readonly string[];
}

export const NO_STATE: PolicyState = { last: {}, raised: [] };

const StateSchema = v.object({
  last: v.record(v.string(), v.object({ value: v.number(), at: v.number() })),
  raised: v.array(v.string()),
});

/** The remembered state; a fresh one if there is none or it is invalid. */
export function readState(remembered: unknown): PolicyState {
  const parsed = v.safeParse(StateSchema, remembered);
  return parsed.success ? parsed.output : NO_STATE;
}

export interface Judged {
  readonly reading: Reading;
  readonly alarms: readonly Alarm[];
  readonly state: PolicyState;
}

/** What is history, because newer readings of the device came before it, is checked for its range and changes nothing. */
export function judge(
  reading: Reading,
  policy: Policy,
  state: PolicyState,
  { isHistory = false }: { readonly isHistory?: boolean } = {},
): Judged {
  if (policy.ranges.length === 0 && policy.thresholds.length === 0) return { reading, alarms: [], state };
  if (isHistory) return { reading: doubted(reading, policy.ranges, NO_STATE), alarms: [], state };
  const judged = doubted(reading, policy.ranges, state);
  const { alarms, raised } = crossings(judged, policy.thresholds, state.raised);
  return { reading: judged, alarms, state: stateAfter(judged, policy.ranges, { last: state.last, raised }, state) };
}

/** The reading with the quantities that break their range in doubt. Of several doubts the first is the quality. */
function doubted(reading: Reading, ranges: readonly Range[], state: PolicyState): Reading {
  const doubts = new Map<string, Quality>();
  for (const range of ranges) {
    const quality = isDoubtful(reading, range.quantity) ? undefined : doubtAbout(reading, range, state);
    if (quality !== undefined && doubts.get(range.quantity) !== 'out-of-range') doubts.set(range.quantity, quality);
  }
  if (doubts.size === 0) return reading;
  const [first] = [...doubts.values()].toSorted((a, b) => QUALITIES.indexOf(a) - QUALITIES.indexOf(b));
  return {
    ...reading,
    quality: isOfTime(reading.quality) ? (first ?? 'uncertain') : reading.quality,
    doubtful: [...(reading.doubtful ?? []), ...doubts.keys()],
  };
}

/** Whether the values themselves are not in doubt yet. */
function isOfTime(quality: Quality | undefined): quality is undefined | 'clock-unsynchronised' {
  return quality === undefined || quality === 'clock-unsynchronised';
}

function doubtAbout(
  { values, observedAt }: Reading,
  { quantity, min, max, maxRate }: Range,
  state: PolicyState,
): Quality | undefined {
  const value = values[quantity];
  if (typeof value !== 'number') return undefined;
  if ((min !== undefined && value < min) || (max !== undefined && value > max)) return 'out-of-range';
  const last = state.last[quantity];
  if (maxRate === undefined || last === undefined) return undefined;
  const seconds = Math.max(minRateMs, Math.abs(observedAt - last.at)) / 1000; // a clock that is set may go back
  return Math.abs(value - last.value) / seconds > maxRate ? 'changing-too-fast' : undefined;
}

/** With the good values of the quantities that have a largest rate. The same state if nothing changed. */
function stateAfter(reading: Reading, ranges: readonly Range[], now: PolicyState, before: PolicyState): PolicyState {
  const values = ranges.flatMap(({ quantity, maxRate }) => {
    const value = reading.values[quantity];
    const isGood = maxRate !== undefined && typeof value === 'number' && !isDoubtful(reading, quantity);
    return isGood ? [[quantity, { value, at: reading.observedAt }] as const] : [];
  });
  if (values.length > 0) return { ...now, last: { ...now.last, ...Object.fromEntries(values) } };
  return now.raised === before.raised ? before : now;
}

/** Whether high values raise the alarm. */
export function isForHigh({ when, raise, clear }: Threshold): boolean {
  return when === undefined ? clear <= raise : when === 'above';
}

function crossings(reading: Reading, thresholds: readonly Threshold[], raised: readonly string[]) {
  const alarms: Alarm[] = [];
  const up = new Set(raised);
  for (const threshold of thresholds) {
    const { alarm, quantity, raise, clear } = threshold;
    const value = reading.values[quantity];
    if (typeof value !== 'number' || isDoubtful(reading, quantity)) continue;
    const high = isForHigh(threshold);
    const isUp = up.has(alarm);
    const state = isUp ? 'cleared' : 'raised';
    const limit = isUp ? clear : raise;
    const crossed = high === isUp ? value < limit : value > limit;
    const reached = !isUp && value === raise;
    if (!crossed && !reached) continue;
    if (isUp) up.delete(alarm);
    else up.add(alarm);
    const { device, observedAt } = reading;
    alarms.push({ device, kind: 'alarm', observedAt, values: { alarm, state, quantity, value, limit } });
  }
  return { alarms, raised: alarms.length === 0 ? raised : [...up] };
}
