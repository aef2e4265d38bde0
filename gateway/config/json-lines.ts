/** A JSON file read (RFC 8259): its values, and the line of every member in it, as toml.ts has them. */
import { messageOf } from '../../shared/errors.ts';
import type { Path } from '../words/fault.ts';
import type { TomlFile } from './toml.ts';

export function readJsonLines(text: string): TomlFile {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (fault) {
    const why = messageOf(fault);
    const at = /position (\d+)/.exec(why)?.[1];
    return { ok: false, line: lineAt(text, at === undefined ? text.length : Number(at)), why };
  }
  const lines = linesOf(text);
  return {
    ok: true,
    values,
    lineOf(path) {
      for (let length = path.length; length > 0; length--) {
        const line = lines.get(path.slice(0, length).join('\0'));
        if (line !== undefined) return line;
      }
      return 1;
    },
  };
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** A string, or a single character that gives JSON its structure; whatever else stands between is passed over. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:\n]/g;

/** Of text that JSON.parse has taken. */
function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  /** From the outermost: the index in a list, or the key of an object, undefined before its first. */
  const open: { readonly isList: boolean; key: string | number | undefined }[] = [];
  let line = 1;
  const note = () => {
    const path: Path = open.flatMap(({ key }) => (key === undefined ? [] : [key]));
    const name = path.join('\0');
    if (!lines.has(name)) lines.set(name, line);
  };
  let previous = '';
  for (const [token] of text.matchAll(TOKEN)) {
    const inside = open.at(-1);
    if (token === '\n') {
      line++;
      continue;
    }
    if (token === ':' && inside !== undefined) {
      inside.key = JSON.parse(previous) as string; // only a string stands before a colon
      note();
    } else if (token === ',' && inside?.isList) inside.key = Number(inside.key) + 1;
    else if (token === '{' || token === '[') {
      if (inside?.isList) note();
      open.push({ isList: token === '[', key: token === '[' ? 0 : undefined });
    } else if (token === '}' || token === ']') open.pop();
    previous = token;
  }
  return lines;
}
