/**
 * Whether the buffer's file and its log are still where they were opened. Whoever deletes a file or cuts it short does not
 * disturb SQLite, which goes on in a file without a name, or in what it remembers, until everything is lost with the process.
 */
import { type Stats, statSync } from 'node:fs';

export class FileWatch {
  readonly #file: string;
  #seen: readonly (Stats | undefined)[];

  constructor(file: string) {
    this.#file = file;
    this.#seen = this.#look();
  }

  /** Call when the gateway itself may have changed their sizes. */
  note(): void {
    this.#seen = this.#look();
  }

  /** What has happened to them since: deleted or replaced, cut short, or nothing. */
  changed(): 'file-gone' | 'log-gone' | 'cut' | undefined {
    const [file, log] = this.#look();
    const [fileSeen, logSeen] = this.#seen;
    if (isGone(fileSeen, file)) return 'file-gone';
    if (isCut(fileSeen, file)) return 'cut';
    if (isGone(logSeen, log)) return 'log-gone';
    return isCut(logSeen, log) ? 'cut' : undefined;
  }

  #look(): readonly (Stats | undefined)[] {
    return [this.#file, `${this.#file}-wal`].map((file) => statSync(file, { throwIfNoEntry: false }));
  }
}

function isGone(seen: Stats | undefined, now: Stats | undefined): boolean {
  return seen !== undefined && seen.ino !== now?.ino;
}

function isCut(seen: Stats | undefined, now: Stats | undefined): boolean {
  return seen !== undefined && now !== undefined && now.size < seen.size;
}
