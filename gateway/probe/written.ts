/** Tables as commands that add them to a configuration, each word as a shell takes it. */
import { width } from '../words/layout.ts';
import type { Table } from './tables.ts';

/** Lines of at most `columns`, unless a word is longer; all but the last end in a backslash. */
export function addCommand({ table, settings }: Table, file: string, columns: number): readonly string[] {
  const words = [
    'machimori',
    'add',
    file,
    table,
    ...Object.entries(settings).map(([name, value]) => `${name}=${settingWord(value)}`),
  ];
  const lines: string[] = [];
  let current = '';
  for (const word of words.map(forShell)) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && width(longer) > columns - 2) {
      lines.push(`${current} \\`);
      current = `  ${word}`;
    } else current = longer;
  }
  return [...lines, current];
}

/** A text that reads as nothing else needs no quotes there (`config/edit.ts`). */
function settingWord(value: unknown): string {
  if (typeof value !== 'string') return inside(value);
  const isPlain = /^[A-Za-z/][A-Za-z0-9_./:-]*$/.test(value) && !/^(true|false|inf|nan)$/.test(value);
  return isPlain ? value : JSON.stringify(value);
}

function inside(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inside).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value); // TOML writes texts, numbers and booleans as JSON does
  return `{ ${Object.entries(value)
    .map(([key, member]) => `${key} = ${inside(member)}`)
    .join(', ')} }`;
}

function forShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
