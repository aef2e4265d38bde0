/**
 * The archive in SQLite: WAL with `synchronous=FULL`, so that a commit survives a power cut; one transaction for each group.
 *
 * Bounds: `maxSizeBytes` for the file and its log, in which the oldest readings make room (the log grows beyond its share only while
 * somebody else reads for long). Another process may write to the same file: whoever comes second waits, without holding up this
 * program, for `answerTimeoutMs` at most. A full disk costs the oldest readings, then the transaction. A file that is found damaged
 * is set aside and the next session begins a new one; one that was deleted or replaced ends the session within `watchEveryMs`.
 */
import { statSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { codeOf, MachimoriError, TextError, textOf } from '../../../../shared/errors.ts';
import type { Text } from '../../../../shared/text.ts';
import { isDamage, isFull, NeverFits } from '../../../buffer/database.ts';
import type { DestinationSurroundings } from '../../destination.ts';
import { DeviceCache } from '../device-cache.ts';
import { type History, type Incoming, keyOf, type Written } from '../history.ts';
import { type Judgement, judge, type KnownBatch, type KnownPiece, keysToKnow } from '../judge.ts';
import type { ArchiveSettings } from '../settings.ts';
import { knownNow } from '../when.ts';
import { say } from '../words.ts';
import { maxFileBytes } from './file-size.ts';
import { OldReadings } from './old-readings.ts';
import type { Db } from './schema.ts';
import { setAside } from './set-aside.ts';
import { Statements } from './statements.ts';

const maxRows = 10_000;
const watchEveryMs = 1_000;
const busyPauseMs = 20;
/** Of `max_page_count`, what is used before the oldest leave: the rest is for the pages that a transaction takes before it gives any back. */
const fillLevel = 0.9;
/** Bytes of a reading beside its values, and of what belongs to its batch: an estimate, on the safe side. */
const bytesPerRow = 200;
/** Of pages that are not quite full. */
const overhead = 1.2;
const bytesPerGroup = 100_000;
/** Chunks that go when the disk is full before that is an error. */
const maxChunksWhenFull = 40;

export class SqliteHistory implements History {
  readonly maxRows = maxRows;
  readonly overlaps = false;
  readonly ended: Promise<Text>;
  readonly #db: Db;
  readonly #file: string;
  readonly #settings: ArchiveSettings;
  readonly #surroundings: DestinationSurroundings;
  readonly #statements: Statements;
  readonly #old: OldReadings;
  /** In use at once, with what is being written. */
  readonly #mostBytes: number;
  readonly #devices = new DeviceCache<number>();
  readonly #over = new AbortController();
  readonly #inodes: Map<string, number>;
  #end: (why: Text) => void = () => {};

  /** Takes over the opened file. */
  constructor(db: Db, file: string, settings: ArchiveSettings, surroundings: DestinationSurroundings) {
    this.#db = db;
    this.#file = file;
    this.#settings = settings;
    this.#surroundings = surroundings;
    this.#statements = new Statements(db);
    this.#old = new OldReadings(db);
    this.#mostBytes = maxFileBytes(settings.maxSizeBytes) * fillLevel;
    this.#inodes = new Map();
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    void this.#watch();
  }

  async write(group: readonly Incoming[]): Promise<readonly Written[]> {
    this.#checkFile();
    const bytes = bytesOf(group);
    if (bytes > this.#mostBytes) {
      if (group.length === 1) throw this.#full(new NeverFits(`${bytes} bytes, the file takes ${this.#mostBytes}`));
      const written: Written[] = [];
      for (const each of group) written.push(...(await this.write([each])));
      return written;
    }
    await this.#transaction(() => this.#makeRoom(bytes));
    try {
      return await this.#store(group);
    } catch (fault) {
      if (!isFull(fault)) throw fault;
      await this.#dropWhenFull();
      return await this.#store(group).catch((again: unknown) => {
        throw isFull(again) ? this.#full(again) : again;
      });
    }
  }

  async tidy(): Promise<void> {
    await this.#shrink();
    const { retentionMs } = this.#settings;
    const now = knownNow(this.#surroundings.clock);
    if (retentionMs === undefined || now === undefined) return;
    const before = now - retentionMs;
    while (await this.#transaction(() => this.#old.dropChunk(before))) await turn();
    await this.#transaction(() => this.#db.prepare('DELETE FROM newest WHERE ranked_at < ?').run(before));
  }

  close(why: Text): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    try {
      this.#db.close();
    } catch (fault) {
      const { log } = this.#surroundings;
      log.warn('The archive could not be closed; nothing that was receipted is lost', { fault: textOf(fault).en });
    }
    this.#end(why);
  }

  async #store(group: readonly Incoming[]): Promise<readonly Written[]> {
    const made: (() => void)[] = [];
    const { written } = await this.#transaction(() => {
      made.length = 0;
      return this.#insert(group, made);
    });
    for (const remember of made) remember();
    return written;
  }

  #insert(group: readonly Incoming[], made: (() => void)[]): Judgement {
    const { clock } = this.#surroundings;
    const receivedAt = clock.moment().wall;
    const now = knownNow(clock);
    const batches = new Map<string, KnownBatch>();
    const pieces = new Map<string, readonly KnownPiece[]>();
    for (const key of keysToKnow(group)) {
      const known = this.#statements.batch(key);
      if (known !== undefined) batches.set(keyOf(key), known);
      pieces.set(keyOf(key), this.#statements.pieces(key));
    }
    const judgement = judge(group, { batches, pieces });
    for (const each of judgement.batches) {
      const { tenant, gateway, devices } = each.batch;
      const rows = new Map<string, number>();
      const rowOf = (device: string): number => {
        const row =
          rows.get(device) ?? this.#device({ tenant, gateway, device }, devices.get(device), receivedAt, made);
        rows.set(device, row);
        return row;
      };
      this.#statements.insert(each, rowOf, receivedAt, now);
    }
    for (const gap of judgement.gaps) this.#statements.gap(gap, receivedAt);
    return judgement;
  }

  #device(
    { tenant, gateway, device }: { tenant: string; gateway: string; device: string },
    described: Parameters<Statements['device']>[3],
    at: number,
    made: (() => void)[],
  ): number {
    const key = `${tenant}\n${gateway}\n${device}`;
    const known = this.#devices.get(key, described);
    if (known !== undefined) return known;
    const row = this.#statements.device(tenant, gateway, device, described, at);
    made.push(() => this.#devices.put(key, described, row));
    return row;
  }

  /** One transaction that writes; while another process has the lock it is tried again. */
  async #transaction<T>(work: () => T): Promise<T> {
    const { clock } = this.#surroundings;
    const startedAt = clock.moment().monotonic;
    for (;;) {
      if (this.#over.signal.aborted) throw new TextError(say.stopped());
      try {
        return this.#db.transaction(work).immediate();
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
      this.close(say.damaged({ why }));
      const to = setAside(this.#file);
      this.#surroundings.log.error('The archive is damaged; it was set aside and a new one is begun', { file: to });
      return new TextError(say.damaged({ why }), fault);
    }
    if (codeOf(fault).startsWith('SQLITE_IOERR')) this.close(textOf(fault));
    return fault;
  }

  #makeRoom(bytes: number): void {
    while (this.#old.usedBytes() + bytes > this.#mostBytes && this.#old.dropChunk());
  }

  /** After max-size was made smaller: drops the oldest, and gives their pages back. */
  async #shrink(): Promise<void> {
    const most = maxFileBytes(this.#settings.maxSizeBytes);
    while (!this.#over.signal.aborted && this.#old.fileBytes() > most) {
      const isFree = this.#old.fileBytes() - this.#old.usedBytes() > 0;
      if (isFree) await this.#transaction(() => this.#old.giveBack());
      else if (!(await this.#transaction(() => this.#old.dropChunk()))) return;
      await turn();
    }
  }

  async #dropWhenFull(): Promise<void> {
    for (let i = 0; i < maxChunksWhenFull; i++) {
      const isMore = await this.#transaction(() => this.#old.dropChunk()).catch((fault: unknown) => {
        throw isFull(fault) ? this.#full(fault) : fault;
      });
      if (!isMore) return;
    }
  }

  #full(cause: unknown): MachimoriError {
    const what = say.full({ why: codeOf(cause) });
    return new MachimoriError('archive-full', { what, on: this.#file, hint: say.freeSpace(), cause });
  }

  async #watch(): Promise<void> {
    while (!this.#over.signal.aborted) {
      if (this.#isGone()) this.close(say.fileGone());
      await this.#surroundings.clock.sleep(watchEveryMs, this.#over.signal);
    }
  }

  /** SQLite goes on in a file without a name, and a receipt for that would be a lie. */
  #checkFile(): void {
    if (this.#isGone()) this.close(say.fileGone());
    if (this.#over.signal.aborted) throw new TextError(say.fileGone());
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

function bytesOf(group: readonly Incoming[]): number {
  let bytes = bytesPerGroup;
  for (const each of group) {
    if (each.kind === 'gap') continue;
    for (const { values } of each.rows) bytes += Buffer.byteLength(values) * overhead + bytesPerRow;
  }
  return bytes;
}
