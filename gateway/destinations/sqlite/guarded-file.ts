/**
 * A destination's file of SQLite while it is used: its transactions, and what can become of it meanwhile.
 *
 * Whoever else writes to it is waited for, without holding up this program, for `answerTimeoutMs` at most. One that is found damaged is set
 * aside, and the next session begins a new one; one that was deleted or replaced ends the session within `watchEveryMs`. A disk that
 * fails ends it too.
 */
import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { codeOf, MachimoriError, TextError, textOf } from '../../../shared/errors.ts';
import type { Text } from '../../../shared/text.ts';
import { isDamage } from '../../buffer/database.ts';
import { say } from '../archive/words.ts';
import type { DestinationSurroundings } from '../destination.ts';
import { setAside } from './set-aside.ts';

export type Db = Database.Database;
export type Around = Pick<DestinationSurroundings, 'clock' | 'log'>;

export const busyPauseMs = 20;
const watchEveryMs = 1_000;

export class GuardedFile {
  readonly db: Db;
  readonly path: string;
  /** Why it was closed. */
  readonly ended: Promise<Text>;
  readonly #answerTimeoutMs: number;
  readonly #around: Around;
  readonly #over = new AbortController();
  readonly #inodes = new Map<string, number>();
  #end: (why: Text) => void = () => {};

  /** Takes over the opened file. */
  constructor(db: Db, path: string, answerTimeoutMs: number, around: Around) {
    this.db = db;
    this.path = path;
    this.#answerTimeoutMs = answerTimeoutMs;
    this.#around = around;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    void this.#watch();
  }

  get isClosed(): boolean {
    return this.#over.signal.aborted;
  }

  close(why: Text): void {
    if (this.isClosed) return;
    this.#over.abort();
    try {
      this.db.close();
    } catch (fault) {
      const { log } = this.#around;
      log.warn('The archive could not be closed; nothing that was receipted is lost', { fault: textOf(fault).en });
    }
    this.#end(why);
  }

  /** SQLite goes on in a file without a name, and a receipt for that would be a lie. Throws a TextError. */
  check(): void {
    if (this.#isGone()) this.close(say.fileGone());
    if (this.isClosed) throw new TextError(say.fileGone());
  }

  /** One transaction that writes. Rejects with SQLite's errors. */
  transaction<T>(work: () => T): Promise<T> {
    return this.#whenFree(() => this.db.transaction(work).immediate());
  }

  /** Brings the whole log into the file and cuts it to nothing. Rejects with SQLite's errors. */
  emptyLog(): Promise<void> {
    return this.#whenFree(() => {
      const [result] = this.db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]; // its columns
      if (result?.busy !== 0) throw Object.assign(new Error('a reader has the log'), { code: 'SQLITE_BUSY' });
    });
  }

  /** Throws SQLite's errors. */
  read<T>(look: () => T): T {
    this.check();
    try {
      return look();
    } catch (fault) {
      throw this.#failed(fault);
    }
  }

  /** What to say if there is no room. */
  full(cause: unknown): MachimoriError {
    const what = say.full({ why: codeOf(cause) });
    return new MachimoriError('archive-full', { what, on: this.path, hint: say.freeSpace(), cause });
  }

  /** Tried again while another process has the lock. */
  async #whenFree<T>(work: () => T): Promise<T> {
    const { clock } = this.#around;
    const startedAt = clock.moment().monotonic;
    for (;;) {
      if (this.isClosed) throw new TextError(say.stopped());
      try {
        return work();
      } catch (fault) {
        const isLate = clock.moment().monotonic - startedAt > this.#answerTimeoutMs;
        if (!codeOf(fault).startsWith('SQLITE_BUSY') || isLate) throw this.#failed(fault);
      }
      await clock.sleep(busyPauseMs, this.#over.signal);
    }
  }

  #failed(fault: unknown): unknown {
    if (isDamage(fault)) {
      const why = textOf(fault);
      this.close(say.damaged({ why }));
      this.#around.log.error(SET_ASIDE, { file: setAside(this.path) });
      return new TextError(say.damaged({ why }), fault);
    }
    if (codeOf(fault).startsWith('SQLITE_IOERR')) this.close(textOf(fault));
    return fault;
  }

  async #watch(): Promise<void> {
    while (!this.isClosed) {
      if (this.#isGone()) this.close(say.fileGone());
      await this.#around.clock.sleep(watchEveryMs, this.#over.signal);
    }
  }

  #isGone(): boolean {
    for (const file of [this.path, `${this.path}-wal`]) {
      const now = statSync(file, { throwIfNoEntry: false })?.ino;
      const seen = this.#inodes.get(file);
      if (seen !== undefined && seen !== now) return true;
      if (now !== undefined) this.#inodes.set(file, now);
    }
    return false;
  }
}

/** For the log. */
export const SET_ASIDE = 'The archive is damaged; it was set aside and a new one is begun';
