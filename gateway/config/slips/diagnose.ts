/**
 * What is wrong with a configuration that is not TOML: line by line, in words, and as it should be written.
 *
 * Each statement is read as it was meant (`statement.ts`). One that the parser does not take by itself is told with its slips,
 * and the mended line is shown if the parser takes that. If each is good by itself, they contradict one another: a key or table
 * that stands twice. Bound: `maxFaults`; what is left over is found by the next check.
 */
import { listed } from '../../../shared/text.ts';
import { isStrictToml } from '../toml.ts';
import { contradictionsIn, type SyntaxFault } from './contradictions.ts';
import { codePointOf } from './look-alikes.ts';
import type { Kind } from './meant-value.ts';
import { type Statement, statementsOf } from './statement.ts';
import { say } from './words.ts';

const maxFaults = 20;
const maxSlipsTold = 3;
const maxShown = 120;

/** Empty if nothing is known to be wrong. `kinds` tells what kind of value each setting takes, by its name. */
export function diagnose(text: string, kinds: ReadonlyMap<string, Kind>): readonly SyntaxFault[] {
  const whole = faultOfWhole(text);
  if (whole !== undefined) return [whole];
  const statements: Statement[] = [];
  const faults: SyntaxFault[] = [];
  for (const statement of statementsOf(text, kinds)) {
    statements.push(statement);
    if (statement.isSurelyWrong || !isGood(statement.source)) faults.push(faultOf(statement));
    if (faults.length >= maxFaults) break;
  }
  return faults.length > 0 ? faults : contradictionsIn(statements);
}

function faultOf({ line, slips, source, mended }: Statement): SyntaxFault {
  const [first] = slips;
  const own = slips.find(({ mend }) => mend !== undefined)?.mend;
  if (first === undefined || (own === undefined && !isGood(mended))) {
    const shown = source.trim().split('\n')[0] ?? '';
    return { line: first?.line ?? line, ...unknownFault(source, shown.slice(0, maxShown)) };
  }
  const what = listed(slips.slice(0, maxSlipsTold).map((slip) => slip.what));
  return {
    line: first.line,
    what: { ...what, code: first.what.code },
    mend: own ?? say.write({ line: changedLine(source, mended) }),
  };
}

/** Not as the first line, where a byte order mark would be overlooked. */
function isGood(statement: string): boolean {
  return isStrictToml(`\n${statement}`);
}

function unknownFault(source: string, shown: string): Omit<SyntaxFault, 'line'> {
  const control = /(?![\t\n\r])\p{Cc}/u.exec(source)?.[0];
  if (control !== undefined) return { what: say.control({ code: codePointOf(control) }), mend: say.removeInvisible() };
  let count = 0;
  const isTwice = /^[\w-]+\s*=\s*\{/.test(shown) && isGood(source.replace(/[\w-]+(?=\s*=)/g, () => `k${count++}`));
  if (isTwice) return { what: say.twiceInside(), mend: say.keepOneEntry() };
  return { what: say.notStatement({ line: shown }), mend: say.removeLine() };
}

/** The first line that was mended. */
function changedLine(source: string, mended: string): string {
  const before = source.split('\n');
  const line = mended.split('\n').find((each, i) => each !== before[i]) ?? mended;
  return line.trim().slice(0, maxShown);
}

/** A file of another kind, of which every line would be wrong. */
function faultOfWhole(text: string): SyntaxFault | undefined {
  if (text.includes('\r') && !text.includes('\n')) {
    return { line: 1, what: say.oldLineEnds(), mend: say.saveLineEnds() };
  }
  const stray = text.search(/\r(?!\n)/);
  if (stray >= 0) {
    return { line: text.slice(0, stray).split('\n').length, what: say.strayReturn(), mend: say.removeReturns() };
  }
  const lines = text.split('\n');
  const index = lines.findIndex((line) => !/^\s*(#.*)?$/.test(line));
  const first = lines[index] ?? '';
  const format = /^\s*\{\s*("|$)/.test(first)
    ? 'JSON'
    : /^\s*<[?!A-Za-z]/.test(first)
      ? 'XML'
      : /^(---\s*|[A-Za-z][\w-]*:\s*(#.*)?)$/.test(first)
        ? 'YAML'
        : undefined;
  return format && { line: index + 1, what: say.otherFormat({ format }), mend: say.useToml() };
}
