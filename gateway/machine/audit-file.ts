/**
 * Who did what: a line of JSON for each entry, appended, and on the disk before `append` resolves.
 *
 * A file for each month (UTC), `2026-11.jsonl` in a folder of its own, readable by its owner only and never rewritten; whole months go when
 * they are forgotten.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from './make-folder.ts';
import { syncFile } from './whole-file.ts';

export interface Entry {
  /** ISO 8601, UTC. */
  readonly at: string;
}

const MONTH = /^(\d{4})-(\d\d)\.jsonl$/;

export class AuditFile<E extends Entry> {
  readonly #folder: string;
  /** The file that this process has written to last, whole. */
  #whole = '';

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Resolves when it is on the disk. Rejects with the system's error. */
  async append(entry: E): Promise<void> {
    const path = join(this.#folder, `${entry.at.slice(0, 7)}.jsonl`);
    const isNew = !existsSync(path);
    makeFolder(this.#folder);
    const file = await open(path, 'a+', 0o600);
    try {
      // What the power or a full disk has cut off must not take this entry with it.
      const isTorn = path !== this.#whole && !(await endsWithLine(file));
      this.#whole = '';
      await file.appendFile(`${isTorn ? '\n' : ''}${JSON.stringify(entry)}\n`);
      await file.datasync();
      this.#whole = path;
    } finally {
      await file.close();
    }
    if (isNew) for (const folder of [this.#folder, dirname(this.#folder)]) syncFile(folder);
  }

  /** The oldest first. A line that was cut off, by a power cut, is left out. */
  async *entries(): AsyncGenerator<E> {
    for (const name of this.#months()) {
      for (const line of (await readFile(join(this.#folder, name), 'utf8')).split('\n')) {
        const entry = entryIn<E>(line);
        if (entry !== undefined) yield entry;
      }
    }
  }

  /** The last entries, the oldest first: what is whole in the last `maxBytes` of the newest month. */
  async recent(maxBytes: number): Promise<readonly E[]> {
    const name = this.#months().at(-1);
    if (name === undefined) return [];
    const file = await open(join(this.#folder, name), 'r');
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(Math.min(size, maxBytes));
      await file.read(bytes, 0, bytes.length, size - bytes.length);
      const lines = bytes.toString('utf8').split('\n');
      return lines.flatMap((line) => entryIn<E>(line) ?? []);
    } finally {
      await file.close();
    }
  }

  /** Deletes the months that end before this time, epoch ms. */
  forget(before: number): void {
    for (const name of this.#months()) {
      const [, year, month] = MONTH.exec(name) ?? [];
      if (Date.UTC(Number(year), Number(month)) <= before) rmSync(join(this.#folder, name));
    }
  }

  #months(): readonly string[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder)
      .filter((name) => MONTH.test(name))
      .toSorted();
  }
}

async function endsWithLine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  const last = Buffer.alloc(1);
  if (size > 0) await file.read(last, 0, 1, size - 1);
  return size === 0 || last.toString() === '\n';
}

function entryIn<E>(line: string): E | undefined {
  try {
    return line === '' ? undefined : (JSON.parse(line) as E); // as `append` wrote it
  } catch {
    return undefined;
  }
}
