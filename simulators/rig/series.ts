/**
 * A recorded series, a table of times and values (CSV), played as a sense.
 *
 * Times are seconds, or ISO 8601; only their distances count. Before the first value and, unless it is looped, after the last one the
 * nearest holds. An empty cell is nothing sensed. Bounds: `maxPoints`, `maxFileBytes`.
 */
import { readFileSync, statSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { codeOf, MachimoriError, messageOf } from '../../shared/errors.ts';
import { listed, type Text } from '../../shared/text.ts';
import type { Sense } from './quantity.ts';
import { say } from './words.ts';

export interface Point {
  /** Seconds since the first. */
  readonly atS: number;
  readonly value: number | undefined;
}

export interface Playing {
  /** Seconds of the recording per second of the rig. */
  readonly speed: number;
  readonly loop: boolean;
}

const maxPoints = 1_000_000;
const maxFileBytes = 64 * 1024 * 1024;
const DELIMITERS = [',', ';', '\t'];

/** Throws a MachimoriError "bad-series" that names the file and the line. */
export function readSeries(file: string, columns: { readonly time: string; readonly value: string }): readonly Point[] {
  const rows = rowsOf(file);
  const heading = rows[0]?.cells ?? [];
  const [time, value] = [columns.time, columns.value].map((name) => {
    const index = heading.findIndex((cell) => cell.trim().toLowerCase() === name.toLowerCase());
    if (index >= 0) return index;
    throw badSeries(file, 1, say.noColumn({ name }), say.columnsThere({ columns: listed(heading) }));
  });
  let first: number | undefined;
  let before = Number.NEGATIVE_INFINITY;
  return rows.slice(1).map(({ line, cells }) => {
    const at = secondsOf(cells[time ?? 0] ?? '');
    if (at === undefined) throw badSeries(file, line, say.noTime({ text: cells[time ?? 0] ?? '' }), say.timeForms());
    if (at < before) throw badSeries(file, line, say.timeGoesBack(), say.sortRows());
    before = at;
    first ??= at;
    const written = (cells[value ?? 0] ?? '').trim();
    const number = written === '' ? undefined : Number(written);
    if (number !== undefined && !Number.isFinite(number)) {
      throw badSeries(file, line, say.noNumber({ text: written }), say.numberForms());
    }
    return { atS: at - first, value: number };
  });
}

/** Each value holds until the next. */
export function stepwise(points: readonly Point[], playing: Playing): Sense {
  return (seconds) => points[indexAt(points, placeIn(points, seconds, playing))]?.value;
}

/** On a straight line from each value to the next. */
export function between(points: readonly Point[], playing: Playing): Sense {
  return (seconds) => {
    const at = placeIn(points, seconds, playing);
    const index = indexAt(points, at);
    const [from, to] = [points[index], points[index + 1]];
    if (from?.value === undefined || to?.value === undefined || at <= from.atS) return from?.value;
    return from.value + ((to.value - from.value) * (at - from.atS)) / (to.atS - from.atS);
  };
}

/** A loop is as long as its last time and, for the way back to the first, its last step. */
function placeIn(points: readonly Point[], seconds: number, { speed, loop }: Playing): number {
  const at = seconds * speed;
  if (!loop) return at;
  const last = points.at(-1)?.atS ?? 0;
  const length = last + (last - (points.at(-2)?.atS ?? 0));
  return length > 0 ? at % length : 0;
}

/** The last point that is not later; the first, if all are. */
function indexAt(points: readonly Point[], at: number): number {
  let [low, high] = [0, points.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((points[middle]?.atS ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

function rowsOf(file: string): readonly Row[] {
  try {
    const { size } = statSync(file);
    if (size > maxFileBytes) throw badSeries(file, 1, say.tooLarge({ max: maxFileBytes / 1024 ** 2 }), say.cutIt());
    const isLax = { relax_column_count: true, skip_empty_lines: true } as const;
    const read = parse(readFileSync(file), { bom: true, delimiter: DELIMITERS, comment: '#', info: true, ...isLax });
    const rows = (read as unknown as Informed[]).map(({ info, record }) => ({ line: info.lines, cells: record }));
    if (rows.length < 2) throw badSeries(file, 1, say.noRows(), say.seriesForm());
    if (rows.length > maxPoints) throw badSeries(file, maxPoints, say.tooManyRows({ max: maxPoints }), say.cutIt());
    return rows;
  } catch (cause) {
    if (cause instanceof MachimoriError) throw cause;
    if (codeOf(cause) === 'ENOENT')
      throw new MachimoriError('bad-series', { what: say.noFile(), on: file, hint: say.checkPath(), cause });
    throw badSeries(file, 1, say.unreadable({ why: messageOf(cause) }), say.seriesForm());
  }
}

/** What csv-parse gives with `info`. */
interface Informed {
  readonly info: { readonly lines: number };
  readonly record: readonly string[];
}

/** "12.5", or "2026-01-15T03:00:00Z"; without a zone, UTC. */
function secondsOf(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^-?\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(trimmed)) return undefined;
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/.test(trimmed.slice(10));
  const ms = Date.parse(`${trimmed.replace(' ', 'T')}${hasZone || trimmed.length === 10 ? '' : 'Z'}`);
  return Number.isNaN(ms) ? undefined : ms / 1000;
}

function badSeries(file: string, line: number, what: Text, hint: Text): MachimoriError {
  return new MachimoriError('bad-series', { what, on: `${file}:${line}`, hint });
}
