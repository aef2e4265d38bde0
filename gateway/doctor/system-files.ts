/** The files in which Linux tells how a machine is. What is missing or unreadable is undefined: not every machine tells everything. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export class SystemFiles {
  readonly #root: string;

  /** `root`: "/" on a real machine. */
  constructor(root: string) {
    this.#root = root;
  }

  text(path: string): string | undefined {
    try {
      return readFileSync(join(this.#root, path), 'utf8').trim();
    } catch {
      return undefined;
    }
  }

  /** A whole number, in decimal. */
  number(path: string): number | undefined {
    const text = this.text(path);
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  }

  /** The names in a folder. */
  names(path: string): readonly string[] {
    try {
      return readdirSync(join(this.#root, path)).toSorted();
    } catch {
      return [];
    }
  }
}
