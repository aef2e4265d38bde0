/**
 * An operator's sightings in a file of SQLite: WAL with `synchronous=FULL`, so that a commit survives a power cut; readable by its owner
 * only.
 *
 * What is erased is overwritten (`secure_delete`), and the log is emptied into the file at once, so that neither holds any of it
 * afterwards; damaged files that were set aside go too. Bounds: `max-size`; the oldest sightings make room. Whoever else writes to
 * the file is waited for, without holding up this program, for `answer-timeout` at most. A file that was deleted or replaced ends the session.
 */
import { chmodSync, closeSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { codeOf, MachimoriError, TextError, textOf } from '../../../../shared/errors.ts';
import type { Text } from '../../../../shared/text.ts';
import { isDamage, isFull } from '../../../buffer/database.ts';
import { makeFolder } from '../../../machine/make-folder.ts';
import type { SqliteAddress } from '../../../postgres/address.ts';
import { type Incoming, keyOf, type Written } from '../../archive/history.ts';
import { judge, type KnownBatch, type KnownPiece, keysToKnow } from '../../archive/judge.ts';
import { setAside } from '../../archive/sqlite/set-aside.ts';
import { say as archive } from '../../archive/words.ts';
import type { DestinationSurroundings } from '../../destination.ts';
import type { TagSettings } from '../settings.ts';
import { type Dropped, type Opened, partedRows, sumOf, type TagStore } from '../store.ts';
import { Statements } from './statements.ts';
import { type Db, prepareTables } from './tables.ts';

const maxRows = 10_000;
const pageBytes = 4_096;
const cacheKib = 16_384;
const maxLogBytes = 4 * 1024 * 1024;
const busyPauseMs = 20;
const watchEveryMs = 1_000;
/** Chunks that go when there is no room before that is an error. */
const maxChunksWhenFull = 40;

type Around = Pick<DestinationSurroundings, 'clock' | 'log' | 'dataDirectory'>;

/** Rejects with a MachimoriError: "archive-unusable", "archive-not-ours", "archive-too-new". */
export async function openSqliteStore(
  { file: written }: SqliteAddress,
  settings: TagSettings,
  around: Around,
  signal: AbortSignal,
): Promise<SqliteStore> {
  const { clock, log } = around;
  const file = resolve(around.dataDirectory, written);
  const startedAt = clock.moment().monotonic;
  for (let hasSetAside = false; ; ) {
    try {
      return new SqliteStore(openFile(file, settings.maxSizeBytes), file, settings, around);
    } catch (fault) {
      const isLate = clock.moment().monotonic - startedAt > settings.answerTimeoutMs;
      if (signal.aborted) throw new TextError(archive.stopped());
      if (isDamage(fault) && !hasSetAside) {
        hasSetAside = true; // a new file that is damaged too is the disk's fault
        log.error('The sightings are damaged; they were set aside and a new file is begun', { file: setAside(file) });
      } else if (!codeOf(fault).startsWith('SQLITE_BUSY') || isLate) throw asOpeningFault(fault, file);
    }
    await clock.sleep(busyPauseMs, signal); // another process makes its tables
  }
}

function openFile(file: string, maxSizeBytes: number): Db {
  makeFolder(dirname(file));
  closeSync(openSync(file, 'a', 0o600)); // SQLite gives its log the same rights
  const db = new Database(file, { timeout: 0 });
  try {
    if (db.pragma('page_count', { simple: true }) === 0) db.pragma(`page_size = ${pageBytes}`);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('secure_delete = ON');
    const page = Number(db.pragma('page_size', { simple: true }));
    db.pragma(`journal_size_limit = ${maxLogBytes}`);
    db.pragma(`wal_autocheckpoint = ${Math.floor(maxLogBytes / page)}`);
    db.pragma(`cache_size = -${cacheKib}`);
    db.pragma(`max_page_count = ${Math.floor((maxSizeBytes - maxLogBytes) / page)}`); // or what it has, if that is more
    prepareTables(db, file);
    chmodSync(file, 0o600);
    return db;
  } catch (fault) {
    db.close();
    throw fault;
  }
}

function asOpeningFault(fault: unknown, file: string): unknown {
  if (fault instanceof MachimoriError) return fault;
  const what = archive.unusable({ why: codeOf(fault) || textOf(fault) });
  return new MachimoriError('archive-unusable', { what, on: file, hint: archive.checkFolder(), cause: fault });
}

export class SqliteStore implements TagStore {
  readonly maxRows = maxRows;
  readonly overlaps = false;
  readonly ended: Promise<Text>;
  readonly #db: Db;
  readonly #file: string;
  readonly #settings: TagSettings;
  readonly #around: Around;
  readonly #statements: Statements;
  readonly #over = new AbortController();
  readonly #inodes = new Map<string, number>();
  #end: (why: Text) => void = () => {};

  /** Takes over the opened file. */
  constructor(db: Db, file: string, settings: TagSettings, around: Around) {
    this.#db = db;
    this.#file = file;
    this.#settings = settings;
    this.#around = around;
    this.#statements = new Statements(db);
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    void this.#watch();
  }

  async write(group: readonly Incoming[], opened: Opened): Promise<readonly Written[]> {
    for (let chunks = 0; ; chunks++) {
      try {
        return await this.#transaction(() => this.#insert(group, opened));
      } catch (fault) {
        if (!isFull(fault) || chunks === maxChunksWhenFull) throw isFull(fault) ? this.#full(fault) : fault;
        if (!(await this.#transaction(() => this.#statements.dropOldest()))) throw this.#full(fault);
      }
    }
  }

  async newest(tag: string, most: number) {
    return this.#read(() => this.#statements.newest(tag, most));
  }

  async between(tag: string, from: number, until: number, most: number) {
    return this.#read(() => this.#statements.between(tag, from, until, most));
  }

  async clocks() {
    return this.#read(() => this.#statements.clocks());
  }

  async dropped() {
    return this.#read(() => this.#statements.dropped());
  }

  async keepOnly(tags: ReadonlySet<string>): Promise<number> {
    const struckOut = this.#read(() => this.#statements.tagNames()).filter((name) => !tags.has(name));
    if (struckOut.length > 0) this.#removeSetAside();
    for (const name of struckOut) {
      while (await this.#transaction(() => this.#statements.eraseSome(name))) await turn();
      await this.#transaction(() => this.#statements.eraseTag(name));
    }
    if (struckOut.length > 0) await this.#emptyLog();
    return struckOut.length;
  }

  async forget(before: number): Promise<void> {
    while (await this.#transaction(() => this.#statements.forgetSome(before))) await turn();
    await this.#emptyLog(); // also of what was erased right before this program was killed
    this.#removeSetAside(before);
  }

  close(why: Text): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    try {
      this.#db.close();
    } catch (fault) {
      const { log } = this.#around;
      log.warn('The sightings could not be closed; nothing that was receipted is lost', { fault: textOf(fault).en });
    }
    this.#end(why);
  }

  #insert(group: readonly Incoming[], opened: Opened): readonly Written[] {
    const receivedAt = this.#around.clock.moment().wall;
    const sql = this.#statements;
    const batches = new Map<string, KnownBatch>();
    const pieces = new Map<string, readonly KnownPiece[]>();
    for (const key of keysToKnow(group)) {
      const known = sql.batch(key);
      if (known !== undefined) batches.set(keyOf(key), known);
      pieces.set(keyOf(key), sql.pieces(key));
    }
    const judgement = judge(group, { batches, pieces });
    const dropped: ReadonlyMap<Dropped, number>[] = [];
    for (const each of judgement.batches) {
      const { tenant, gateway, devices } = each.batch;
      const parted = partedRows(each.rows, opened);
      dropped.push(parted.dropped);
      const id = sql.insertBatch(each, parted.stored, receivedAt);
      const detectors = new Map<string, number>();
      for (const row of parted.stored) {
        const { detector: device } = row;
        if (device !== undefined && !detectors.has(device)) {
          detectors.set(device, sql.detector({ tenant, gateway, device, described: devices.get(device) }));
        }
        sql.insertRow(id, row, device === undefined ? undefined : detectors.get(device));
      }
    }
    for (const gap of judgement.gaps) sql.gap(gap, receivedAt);
    for (const [beacon, clock] of opened.clocks) sql.learn(beacon, clock);
    sql.drop(sumOf(dropped));
    return judgement.written;
  }

  #read<T>(look: () => T): T {
    this.#checkFile();
    try {
      return look();
    } catch (fault) {
      throw this.#failed(fault);
    }
  }

  /** One transaction that writes; while another process has the lock it is tried again. */
  async #transaction<T>(work: () => T): Promise<T> {
    return this.#whenFree(() => this.#db.transaction(work).immediate());
  }

  /** Brings the whole log into the file and cuts it to nothing. */
  async #emptyLog(): Promise<void> {
    await this.#whenFree(() => {
      const [result] = this.#db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]; // its columns
      if (result?.busy !== 0) throw Object.assign(new Error('a reader has the log'), { code: 'SQLITE_BUSY' });
    });
  }

  async #whenFree<T>(work: () => T): Promise<T> {
    const { clock } = this.#around;
    const startedAt = clock.moment().monotonic;
    for (;;) {
      this.#checkFile();
      try {
        return work();
      } catch (fault) {
        const isLate = clock.moment().monotonic - startedAt > this.#settings.answerTimeoutMs;
        if (!codeOf(fault).startsWith('SQLITE_BUSY') || isLate) throw this.#failed(fault);
      }
      await clock.sleep(busyPauseMs, this.#over.signal);
    }
  }

  /** A disk that fails or a damaged file ends the session. */
  #failed(fault: unknown): unknown {
    if (isDamage(fault)) {
      const why = textOf(fault);
      this.close(archive.damaged({ why }));
      const to = setAside(this.#file);
      this.#around.log.error('The sightings are damaged; they were set aside and a new file is begun', { file: to });
      return new TextError(archive.damaged({ why }), fault);
    }
    if (codeOf(fault).startsWith('SQLITE_IOERR')) this.close(textOf(fault));
    return fault;
  }

  /** Nobody can tell whose sightings a damaged file holds. `before`: only those that were last written before it, epoch ms. */
  #removeSetAside(before = Number.POSITIVE_INFINITY): void {
    const folder = dirname(this.#file);
    const prefix = `${basename(this.#file)}.damaged-`;
    for (const name of readdirSync(folder).filter((each) => each.startsWith(prefix))) {
      const path = join(folder, name);
      if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < before) rmSync(path, { force: true });
    }
  }

  #full(cause: unknown): MachimoriError {
    const what = archive.full({ why: codeOf(cause) });
    return new MachimoriError('archive-full', { what, on: this.#file, hint: archive.freeSpace(), cause });
  }

  async #watch(): Promise<void> {
    while (!this.#over.signal.aborted) {
      if (this.#isGone()) this.close(archive.fileGone());
      await this.#around.clock.sleep(watchEveryMs, this.#over.signal);
    }
  }

  /** SQLite goes on in a file without a name, and a receipt for that would be a lie. */
  #checkFile(): void {
    if (this.#isGone()) this.close(archive.fileGone());
    if (this.#over.signal.aborted) throw new TextError(archive.fileGone());
  }

  #isGone(): boolean {
    for (const file of [this.#file, `${this.#file}-wal`]) {
      const now = statSync(file, { throwIfNoEntry: false })?.ino;
      const seen = this.#inodes.get(file);
      if (seen !== undefined && seen !== now) return true;
      if (now !== undefined) this.#inodes.set(file, now);
    }
    return false;
  }
}
