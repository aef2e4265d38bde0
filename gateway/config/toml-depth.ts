/**
 * How deep a TOML text goes. The parser's time grows with the square of the depth and its stack with the depth, so that a text of 60 kB would hold
 * up the gateway for minutes, or end in a full stack: this is looked at first, in one pass, by brackets and dots alone.
 */

/** No setting is half as deep. */
export const maxTomlDepth = 32;

/** Strings, closed or not, and comments, in which nothing counts; and what does. Each character is passed once. */
const TOKEN =
  /"""(?:[^\\]|\\[\s\S])*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|#[^\n]*|[[\]{}.=,\n]/g;

/** The line on which a text goes deeper than `maxTomlDepth`: in brackets, or by the dots of a key. Undefined if it never does. */
export function tooDeepAt(text: string): number | undefined {
  let brackets = 0;
  let dots = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '[' || token === '{') brackets++;
    else if (token === ']' || token === '}') brackets = Math.max(0, brackets - 1);
    else if (token === '.') dots++;
    else if (token === '=' || token === ',' || token === '\n') dots = 0;
    if (brackets + dots > maxTomlDepth) return text.slice(0, index).split('\n').length;
  }
  return undefined;
}
