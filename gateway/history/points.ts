/** Readings of one quantity, taken together by time. */
import type { HistoryPoint } from '../../shared/history-answer.ts';

export interface Point {
  /** Of the last reading in it, epoch ms. */
  readonly at: number;
  readonly low: number;
  readonly high: number;
  readonly mean: number;
  /** How many readings it is. */
  readonly count: number;
  readonly isDoubtful: boolean;
  /** All readings of so many ms were put together before, and only this is kept of them. */
  readonly spanMs?: number;
}

/** One point for each `bucketMs`, counted from the epoch. Values in doubt count only where there are no others. */
export function inBuckets(points: Iterable<Point>, bucketMs: number): Point[] {
  const buckets = new Map<number, Point>();
  for (const point of points) {
    const bucket = Math.floor(point.at / bucketMs);
    const before = buckets.get(bucket);
    buckets.set(bucket, before === undefined ? point : together(before, point));
  }
  return [...buckets.values()].sort((one, other) => one.at - other.at);
}

function together(one: Point, other: Point): Point {
  if (one.isDoubtful !== other.isDoubtful) return one.isDoubtful ? other : one;
  const count = one.count + other.count;
  return {
    at: Math.max(one.at, other.at),
    low: Math.min(one.low, other.low),
    high: Math.max(one.high, other.high),
    mean: (one.mean * one.count + other.mean * other.count) / count,
    count,
    isDoubtful: one.isDoubtful,
    ...((one.spanMs ?? other.spanMs) !== undefined && { spanMs: one.spanMs ?? other.spanMs ?? 0 }),
  };
}

/** With as many digits as a sensor has, so that an answer is small. */
export function told({ at, low, high, mean, isDoubtful, spanMs }: Point): HistoryPoint {
  const point = [Math.round(at), short(low), short(high), short(mean), isDoubtful ? 1 : 0] as const;
  return spanMs === undefined ? point : [...point, spanMs];
}

function short(value: number): number {
  return Number(value.toPrecision(7));
}
