/**
 * Reads the rows of a table around pages that SQLite cannot read: from the low end up to the damage, from the high end down
 * to it, and what lies between by halves, widest first. Bound: `maxAttempts` halves; rows not found by then are lost.
 */
import type { Statement } from 'better-sqlite3';
import { codeOf } from '../../../shared/errors.ts';

const maxAttempts = 20_000;

/** Both take the lowest and the highest key. */
interface Statements {
  readonly up: Statement;
  readonly down: Statement;
}

type Range = readonly [low: number, high: number];

/** `at` of a row is its key. Throws no SQLite errors. */
export function* readAround<Row extends { readonly at: number }>(
  prepare: () => Statements,
  ranges: readonly Range[],
): Generator<Row> {
  let statements: Statements;
  try {
    statements = prepare();
  } catch (fault) {
    if (!codeOf(fault).startsWith('SQLITE_')) throw fault;
    return; // the table itself is gone
  }
  const left = [...ranges];
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const range = left.shift();
    if (range === undefined) return;
    let [low, high] = range;
    const reached = yield* readOn<Row>(statements.up, low, high);
    if (reached === 'end') continue;
    low = reached === undefined ? low : reached + 1;
    if (low > high) continue;
    const reachedFromAbove = yield* readOn<Row>(statements.down, low, high);
    if (reachedFromAbove === 'end') continue;
    high = reachedFromAbove === undefined ? high : reachedFromAbove - 1;
    if (low >= high) continue; // a single key that cannot be read
    const middle = Math.floor((low + high) / 2);
    left.push([low, middle], [middle + 1, high]);
  }
}

/** Yields rows up to the end or the damage; returns the last key read. */
function* readOn<Row extends { readonly at: number }>(
  statement: Statement,
  low: number,
  high: number,
): Generator<Row, number | 'end' | undefined> {
  let last: number | undefined;
  const iterator = statement.iterate(low, high) as IterableIterator<Row>; // the columns of the statement
  for (;;) {
    let next: IteratorResult<Row>;
    try {
      next = iterator.next();
    } catch (fault) {
      if (!codeOf(fault).startsWith('SQLITE_')) throw fault;
      return last;
    }
    if (next.done === true) return 'end';
    last = next.value.at;
    yield next.value;
  }
}
