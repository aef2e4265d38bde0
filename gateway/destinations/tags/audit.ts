/**
 * Who asked for whom, and who enrolled or struck out whom: a line of JSON for each request, appended and on the disk before the answer goes out.
 * A request whose line cannot be written is not answered, and changes nothing.
 *
 * A file for each month (UTC), `<name>-audit/2026-11.jsonl`, readable by its owner only and never rewritten; whole months go when they
 * are past `audit-retention`. It names tags and accounts, and says nothing of where a tag was.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../machine/make-folder.ts';

export interface AuditEntry {
  /** ISO 8601. */
  readonly at: string;
  /** The account; of one that was refused, as it called itself. */
  readonly who: string;
  readonly address: string;
  readonly asked: 'last' | 'path' | 'list' | 'enrol' | 'strike-out';
  /** Not of a list. */
  readonly tag?: string;
  /** ISO 8601, of a path. */
  readonly from?: string;
  readonly until?: string;
  /** "refused": the credentials are wrong, or the account lacks the right. */
  readonly outcome: 'asked' | 'refused';
}

const MONTH = /^(\d{4})-(\d\d)\.jsonl$/;

export class Audit {
  readonly #folder: string;

  constructor(dataDirectory: string, destination: string) {
    this.#folder = join(dataDirectory, `${destination}-audit`);
  }

  /** Resolves when it is on the disk. */
  async append(entry: AuditEntry): Promise<void> {
    makeFolder(this.#folder);
    const file = await open(join(this.#folder, `${entry.at.slice(0, 7)}.jsonl`), 'a', 0o600);
    try {
      await file.appendFile(`${JSON.stringify(entry)}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  /** The oldest first. A line that was cut off, by a power cut, is left out. */
  async *entries(): AsyncGenerator<AuditEntry> {
    for (const name of this.#months()) {
      for (const line of (await readFile(join(this.#folder, name), 'utf8')).split('\n')) {
        const entry = entryIn(line);
        if (entry !== undefined) yield entry;
      }
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

function entryIn(line: string): AuditEntry | undefined {
  try {
    return line === '' ? undefined : (JSON.parse(line) as AuditEntry); // as `append` wrote it
  } catch {
    return undefined;
  }
}
