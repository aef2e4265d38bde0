/**
 * Policy: the operator's rules for a device's readings, applied between the device type and the buffer.
 *
 *   reading ──▶ range, rate of change ──▶ quality ──▶ thresholds with hysteresis ──▶ reading, alarms
 *
 * Pure: the state goes in and comes out, so that it can be committed with the readings. A doubtful value neither raises nor
 * clears an alarm.
 */
import * as v from 'valibot';
import type { Alarm, Quality, Reading } from '../../shared/reading.ts';

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
  readonly raise: number;
  /** Below `raise` for an alarm of high values, above it for one of low values. */
  readonly clear: number;
}

export interface Policy {
  readonly ranges: readonly Range[];
  readonly thresholds: readonly Threshold[];
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

export function judge(reading: Reading, policy: Policy, state: PolicyState): Judged {
  if (policy.ranges.length === 0 && policy.thresholds.length === 0) return { reading, alarms: [], state };
  const quality = reading.quality ?? qualityOf(reading, policy.ranges, state);
  const judged = quality === undefined ? reading : { ...reading, quality };
  if (quality !== undefined) return { reading: judged, alarms: [], state };
  const { alarms, raised } = crossings(reading, policy.thresholds, state.raised);
  return { reading: judged, alarms, state: { last: lastValues(reading, policy.ranges, state), raised } };
}

function qualityOf(reading: Reading, ranges: readonly Range[], state: PolicyState): Quality | undefined {
  let quality: Quality | undefined;
  for (const { quantity, min, max, maxRate } of ranges) {
    const value = reading.values[quantity];
    if (typeof value !== 'number') continue;
    if ((min !== undefined && value < min) || (max !== undefined && value > max)) return 'out-of-range';
    const last = state.last[quantity];
    if (maxRate === undefined || last === undefined) continue;
    const seconds = Math.max(1, reading.observedAt - last.at) / 1000;
    if (Math.abs(value - last.value) / seconds > maxRate) quality = 'changing-too-fast';
  }
  return quality;
}

function lastValues(reading: Reading, ranges: readonly Range[], { last }: PolicyState): PolicyState['last'] {
  const rated = ranges.filter(({ maxRate }) => maxRate !== undefined);
  if (rated.length === 0) return last;
  const values = rated.flatMap(({ quantity }) => {
    const value = reading.values[quantity];
    return typeof value === 'number' ? [[quantity, { value, at: reading.observedAt }] as const] : [];
  });
  return { ...last, ...Object.fromEntries(values) };
}

function crossings(reading: Reading, thresholds: readonly Threshold[], raised: readonly string[]) {
  const alarms: Alarm[] = [];
  const up = new Set(raised);
  for (const { alarm, quantity, raise, clear } of thresholds) {
    const value = reading.values[quantity];
    if (typeof value !== 'number') continue;
    const high = clear <= raise;
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
