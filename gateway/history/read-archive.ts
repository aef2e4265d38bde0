/**
 * A device's quantities from an archive.
 *
 * Promise: the sensors do not wait for it. SQLite works in this thread, and has no index by device, so time is read in slices, the newest
 * first, each as long as is likely to take `aimMs`, and in between everybody else has their turn. A slice over a silence takes no time, which
 * tells nothing of the next: none is longer than `maxSliceMs`. What is not read when `maxMs` are over is left out, the oldest. Bounds: `maxMs`; a point
 * for each bucket that the caller chooses.
 */
import type { Clock } from '../../shared/clock.ts';
import { maxHistoryQuantities } from '../../shared/history-answer.ts';
import type { LookUp } from '../destinations/archive/look-up.ts';
import type { Point } from './points.ts';

const firstSliceMs = 600_000;
const leastSliceMs = 60_000;
/** A server works elsewhere, and each question has its way to go. */
const IN_THREAD = { aimMs: 25, maxSliceMs: 3_600_000 };
const ELSEWHERE = { aimMs: 1_000, maxSliceMs: Number.POSITIVE_INFINITY };
/** A slice is at most so many times as long as the one before, or as short. */
const maxStep = 2;
const minStep = 0.1;
const maxMs = 20_000;

export interface ArchiveQuestion {
  readonly tenant: string;
  readonly gateway: string;
  readonly device: string;
  readonly quantities: readonly string[];
  /** Epoch ms; `to` is not included. */
  readonly from: number;
  readonly to: number;
  readonly bucketMs: number;
}

export interface ArchiveAnswer {
  /** In no order. */
  readonly points: ReadonlyMap<string, readonly Point[]>;
  readonly isCut: boolean;
}

/** Rejects with a MachimoriError. */
export async function readArchive(lookUp: LookUp, question: ArchiveQuestion, clock: Clock): Promise<ArchiveAnswer> {
  const { from, to, quantities } = question;
  const points = new Map<string, Point[]>(quantities.map((quantity) => [quantity, []]));
  const now = () => clock.moment().monotonic;
  const until = now() + maxMs;
  const { aimMs, maxSliceMs } = lookUp.worksInThread ? IN_THREAD : ELSEWHERE;
  let end = to;
  for (let sliceMs = firstSliceMs; end > from; ) {
    const start = Math.max(from, end - sliceMs);
    const begun = now();
    await readSlice(lookUp, { ...question, from: start, to: end }, points);
    end = start;
    if (now() > until) break;
    const step = Math.min(maxStep, Math.max(minStep, aimMs / (now() - begun)));
    sliceMs = Math.min(maxSliceMs, Math.max(leastSliceMs, sliceMs * step));
    await clock.sleep(0, ALWAYS);
  }
  return { points, isCut: end > from };
}

const ALWAYS = new AbortController().signal;

async function readSlice(
  { relations, rows }: LookUp,
  { tenant, gateway, device, quantities, from, to, bucketMs }: ArchiveQuestion,
  points: ReadonlyMap<string, Point[]>,
): Promise<void> {
  // A whole number, so that both engines divide without a remainder.
  const bucket = `at / ${Math.max(1, Math.round(bucketMs))}`;
  const sql = `SELECT quantity, doubt, min(value) AS low, max(value) AS high, avg(value) AS mean, count(*) AS count, max(at) AS last
    FROM ${relations.points} GROUP BY quantity, doubt, ${bucket}`;
  const names = Array.from({ length: maxHistoryQuantities }, (_, i) => quantities[i] ?? quantities[0] ?? '');
  for await (const row of rows(sql, [from, to, tenant, gateway, device, ...names])) {
    points.get(String(row.quantity))?.push({
      at: Number(row.last),
      low: Number(row.low),
      high: Number(row.high),
      mean: Number(row.mean),
      count: Number(row.count),
      isDoubtful: Number(row.doubt) === 1,
    });
  }
}
