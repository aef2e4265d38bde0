/**
 * The text of a document, whatever it says of its character set.
 *
 * Promise: a byte order mark counts first, then what the server declared, what the document declares of itself, and at last UTF-8, EUC-JP
 * and Shift_JIS by turns: the first in which every byte has a meaning. So a declaration that is wrong does no harm. If none fits, bytes
 * without a meaning become U+FFFD, and only their own cells are lost. Names are those of the Encoding Standard (WHATWG), whose Shift_JIS
 * is that of Windows (CP932).
 */
export type Charset = 'utf-8' | 'shift_jis' | 'euc-jp' | 'iso-2022-jp';
export const CHARSETS = ['utf-8', 'shift_jis', 'euc-jp', 'iso-2022-jp'] as const satisfies readonly Charset[];

/** Where a document declares it: within the first bytes (HTML Standard §13.2.3.2). */
const declaredWithin = 1024;
const DECLARED = /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]+)|<\?xml[^>]{0,200}encoding\s*=\s*["']([\w-]+)/i;
const MARKS = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
] as const;
/** Shift_JIS text is hardly ever EUC-JP, but EUC-JP is often Shift_JIS (of half-width katakana). */
const GUESSES = ['utf-8', 'euc-jp', 'shift_jis'];

/** `declared`: as the server did, "text/html; charset=EUC-JP" or a name. */
export function documentText(bytes: Uint8Array, declared?: string): string {
  const marked = MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte))?.[0];
  if (marked !== undefined) return new TextDecoder(marked).decode(bytes);
  const own = DECLARED.exec(String.fromCharCode(...bytes.subarray(0, declaredWithin)));
  const said = [charsetIn(declared), own?.[1] ?? own?.[2]].filter((name) => name !== undefined);
  const isEscaped = bytes.includes(0x1b); // ISO-2022-JP is seven bits, so it would pass for UTF-8
  const names = [...said, ...(isEscaped ? ['iso-2022-jp'] : []), ...GUESSES];
  for (const name of names) {
    const text = decoded(bytes, name);
    if (text !== undefined) return text;
  }
  return lenient(bytes, names);
}

/** As documentText, in the one character set that is known to be right. */
export function textIn(bytes: Uint8Array, charset: Charset): string {
  return new TextDecoder(charset).decode(bytes);
}

function charsetIn(declared: string | undefined): string | undefined {
  return declared === undefined ? undefined : (/charset\s*=\s*["']?([\w-]+)/i.exec(declared)?.[1] ?? undefined);
}

/** Undefined if a byte has no meaning in it, or nobody knows the name. */
function decoded(bytes: Uint8Array, name: string): string | undefined {
  try {
    return new TextDecoder(known(name), { fatal: true }).decode(bytes);
  } catch {
    return undefined; // TextDecoder says both by throwing
  }
}

/** As whichever leaves the fewest bytes without a meaning; of two the first. */
function lenient(bytes: Uint8Array, names: readonly string[]): string {
  const texts = names.flatMap((name) => {
    try {
      return [new TextDecoder(known(name)).decode(bytes)];
    } catch {
      return []; // nobody knows the name
    }
  });
  const losses = texts.map((text) => text.split('\ufffd').length);
  return texts[losses.indexOf(Math.min(...losses))] ?? '';
}

/** Names that servers use and the Encoding Standard does not list. */
function known(name: string): string {
  const lower = name.toLowerCase();
  return { cp932: 'shift_jis', 'windows-932': 'shift_jis', eucjp: 'euc-jp', 'euc-jp-ms': 'euc-jp' }[lower] ?? lower;
}
