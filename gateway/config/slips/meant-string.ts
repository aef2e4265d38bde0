/** The text that was meant by something that begins with a quote, and what is wrong with how it is written. */
import type { Text } from '../../../shared/text.ts';
import { isStrictToml } from '../toml.ts';
import { codePointOf, isQuote, plainText, SURELY_HIDDEN } from './look-alikes.ts';
import { say } from './words.ts';

export interface Meant {
  readonly toml: string;
  readonly what?: Text;
  /** Where a mended line would not say it. */
  readonly mend?: Text;
}

export interface MeantString extends Meant {
  /** How many characters of the line it takes. */
  readonly length: number;
}

/** `line` begins with a quote, of whatever kind; in a list or table the text ends where an entry does. */
export function meantString(line: string, isEntry: boolean): MeantString {
  const whole = /^"(?:[^"\\]|\\.)*"|^'[^']*'/.exec(line)?.[0];
  if (whole !== undefined && endsValue(line.slice(whole.length))) return wholeString(whole);
  const [doubled, inside = ''] = /^(["'])\1([^"']+)\1\1/.exec(line)?.filter((_, i) => i !== 1) ?? [];
  if (doubled !== undefined) return { length: doubled.length, toml: quotedText(inside), what: say.doubledQuotes() };
  const end = closingQuote(line);
  if (end !== undefined) {
    const between = line.slice(1, end);
    const content = between.replace(/^"+|"+$/g, '');
    const mark = `${line[0]}…${line[end]}`;
    const isPlain = mark === '"…"' || mark === "'…'";
    const what = isPlain ? wrongBetween(between, content) : say.quoteMark({ mark });
    return { length: end + 1, toml: quotedText(content), what };
  }
  if (whole !== undefined) {
    const junk = /^[^\s,\]}#]*/.exec(line.slice(whole.length))?.[0] ?? '';
    return { length: whole.length + junk.length, toml: whole, what: say.afterText() };
  }
  const open = (isEntry ? /^.*?(?=\s+#|\s*[,\]}]|$)/ : /^.*?(?=\s+(#|\/\/)|[,;\s]*$)/).exec(line)?.[0] ?? line;
  return { length: open.length, toml: quotedText(open.slice(1).trim()), what: say.unclosedQuote() };
}

/** What no string of TOML may hold (TOML 1.0, String). */
const CONTROL = /(?!\t)\p{Cc}/u;

function wholeString(whole: string): MeantString {
  const { length } = whole;
  if (CONTROL.test(whole)) return { length, toml: whole }; // diagnose.ts says what it is
  if (!isStrictToml(`x = ${whole}`)) return { length, toml: quotedText(whole.slice(1, -1)), what: say.backslash() };
  const [hidden] = SURELY_HIDDEN.exec(whole) ?? [];
  if (hidden === undefined) return { length, toml: whole };
  return {
    length,
    toml: whole.replace(new RegExp(SURELY_HIDDEN, 'g'), ''),
    what: say.invisible({ code: codePointOf(hidden) }),
  };
}

function wrongBetween(written: string, content: string): Text {
  if (written !== content) return say.doubledQuotes();
  return content.includes('\\') ? say.backslash() : say.afterText();
}

/** The first quote of any kind after which a value may end. */
function closingQuote(line: string): number | undefined {
  for (let i = 1; i < line.length; i++) if (isQuote(line[i] ?? '') && endsValue(line.slice(i + 1))) return i;
  return undefined;
}

/** Whether a value may end before this. */
function endsValue(after: string): boolean {
  return /^(\s|$|[,\]}#=:;.)\u30fb]|\/\/)/.test(plainText(after.slice(0, 8)));
}

export function quotedText(text: string): string {
  return text.includes('\\') && !text.includes("'") ? `'${text}'` : JSON.stringify(text);
}
