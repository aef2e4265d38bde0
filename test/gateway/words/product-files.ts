import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = new URL('../../..', import.meta.url).pathname;

/** TypeScript files of a file or folder of the repository, as paths within it. */
export function filesOf(path: string): string[] {
  if (/\.tsx?$/.test(path)) return [path];
  return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

export function textOfFile(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Whether a file holds sentences: a `words.ts`, a `…-words.ts`, or one of the command line's `words/`. */
export function isWordsFile(path: string): boolean {
  return /(^|[/-])words\.ts$|^gateway\/cli\/words\//.test(path);
}

export const KANA_OR_KANJI = /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9f]/u;
