/** What was before the page was opened, and what has come since, as one series. */
import type { HistoryAnswer, HistoryPoint } from '../../../../shared/history-answer.ts';
import type { Series } from '../history.ts';

/** Oldest first; each list as long as the others. */
export interface Course {
  /** Epoch ms. */
  readonly at: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** The value, or the mean of those that are one point. */
  readonly values: readonly number[];
  readonly isDoubtful: readonly boolean[];
  /** Of how many ms it is all that is kept; 0 of a reading. */
  readonly spanMs: readonly number[];
}

export interface PlotWindow {
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  /** The line is broken if nothing came for longer. */
  readonly gapMs: number;
}

/** `live`: what has come since, which counts from after the newest that was told. From `from` on, epoch ms. */
export function courseOf(
  told: HistoryAnswer | undefined,
  quantity: string,
  live: Series | undefined,
  from: number,
): Course {
  const before = (told?.series[quantity] ?? []).filter(([at]) => at >= from);
  const last = before.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
  const since = (live?.at ?? []).flatMap((at, i): HistoryPoint[] => {
    const value = live?.values[i];
    if (value === undefined || at <= last || at < from) return [];
    return [[at, value, value, value, live?.isDoubtful[i] === true ? 1 : 0]];
  });
  const all = [...before, ...since];
  return {
    at: all.map(([at]) => at),
    low: all.map(([, low]) => low),
    high: all.map(([, , high]) => high),
    values: all.map(([, , , mean]) => mean),
    isDoubtful: all.map(([, , , , isDoubtful]) => isDoubtful === 1),
    spanMs: all.map(([, , , , , spanMs = 0]) => spanMs),
  };
}

const leastGapMs = 5_000;
/** So many of its usual steps without a reading are a gap. */
const stepsOfGap = 4;
/** And so many of what was put together. */
const spansOfGap = 2.5;

/**
 * How long nothing may come before the line is broken, ms: as long as the device may be quiet, or, if that is for ever, by its own rhythm. Never
 * shorter than points are apart that were made of several.
 */
export function gapOf(at: readonly number[], expectedMs: number, bucketMs: number): number {
  const steps = at.slice(1).map((time, i) => time - (at[i] ?? time));
  const usual = steps.toSorted((one, other) => one - other)[Math.floor(steps.length / 2)] ?? 0;
  const quiet = expectedMs > 0 ? expectedMs : stepsOfGap * usual;
  return Math.max(leastGapMs, quiet, spansOfGap * bucketMs);
}

type Drawn = { [Name in Exclude<keyof Course, 'spanMs'>]: (Course[Name][number] | null)[] };

/** The course with nothing in the middle of each gap, so that no line is drawn over it. */
export function withGaps(course: Course, gapMs: number): Drawn {
  const drawn: Drawn = { at: [], low: [], high: [], values: [], isDoubtful: [] };
  for (const [i, at] of course.at.entries()) {
    const last = course.at[i - 1];
    const spanMs = Math.max(course.spanMs[i - 1] ?? 0, course.spanMs[i] ?? 0);
    if (last !== undefined && at - last > Math.max(gapMs, spansOfGap * spanMs)) {
      drawn.at.push((last + at) / 2);
      for (const name of ['low', 'high', 'values', 'isDoubtful'] as const) drawn[name].push(null);
    }
    drawn.at.push(at);
    drawn.low.push(course.low[i] ?? null);
    drawn.high.push(course.high[i] ?? null);
    drawn.values.push(course.values[i] ?? null);
    drawn.isDoubtful.push(course.isDoubtful[i] ?? null);
  }
  return drawn;
}

/** RFC 4180; times in ISO 8601, UTC. No cell begins what a spreadsheet would take for a formula. */
export function csvOf({ at, low, high, values, isDoubtful }: Course, quantity: string, unit: string): string {
  const rows = at.map((time, i) =>
    [new Date(time).toISOString(), values[i], low[i], high[i], isDoubtful[i] === true ? 1 : 0].join(','),
  );
  const name = cell(unit === '' ? quantity : `${quantity} (${unit})`);
  return [`time,${name},least,greatest,doubtful`, ...rows, ''].join('\r\n');
}

function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
