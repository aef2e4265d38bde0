/**
 * An operator's sightings in a file of SQLite: WAL with `synchronous=FULL`, so that a commit survives a power cut; readable by its owner
 * only.
 *
 * What is erased is overwritten (`secure_delete`), and the log is emptied into the file at once, so that neither holds any of it
 * afterwards; damaged files that were set aside go too. Bounds: `max-size`, within which the oldest sightings make room, and those of
 * guarded-file.ts.
 */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Text } from '../../../../shared/text.ts';
import { isFull } from '../../../buffer/database.ts';
import type { SqliteAddress } from '../../../postgres/address.ts';
import type { Incoming, Written } from '../../archive/history.ts';
import { judge } from '../../archive/judge.ts';
import type { DestinationSurroundings } from '../../destination.ts';
import type { GuardedFile } from '../../sqlite/guarded-file.ts';
import { openFile } from '../../sqlite/open-file.ts';
import type { TagSettings } from '../settings.ts';
import { type Dropped, type Opened, partedRows, sumOf, type TagStore } from '../store.ts';
import { Statements } from './statements.ts';
import { prepareTables } from './tables.ts';

const maxRows = 10_000;
const pageBytes = 4_096;
const cacheKib = 16_384;
const maxLogBytes = 4 * 1024 * 1024;
/** Chunks that go when there is no room before that is an error. */
const maxChunksWhenFull = 40;

type Around = Pick<DestinationSurroundings, 'clock' | 'log' | 'dataDirectory'>;

/** Rejects with a MachimoriError: "archive-unusable", "archive-not-ours", "archive-too-new". */
export function openSqliteStore(
  { file }: SqliteAddress,
  settings: TagSettings,
  around: Around,
  signal: AbortSignal,
): Promise<SqliteStore> {
  const { answerTimeoutMs, maxSizeBytes } = settings;
  return openFile(
    file,
    {
      ...{ answerTimeoutMs, pageBytes, cacheKib, maxLogBytes, maxFileBytes: maxSizeBytes - maxLogBytes },
      overwrites: true,
      shrinks: false,
      prepare: prepareTables,
    },
    around,
    signal,
    (opened) => new SqliteStore(opened, around),
  );
}

export class SqliteStore implements TagStore {
  readonly maxRows = maxRows;
  readonly overlaps = false;
  readonly ended: Promise<Text>;
  readonly #file: GuardedFile;
  readonly #around: Around;
  readonly #statements: Statements;

  /** Takes over the opened file. */
  constructor(file: GuardedFile, around: Around) {
    this.#file = file;
    this.#around = around;
    this.#statements = new Statements(file.db);
    this.ended = file.ended;
  }

  async write(group: readonly Incoming[], opened: Opened): Promise<readonly Written[]> {
    for (let chunks = 0; ; chunks++) {
      try {
        return await this.#transaction(() => this.#insert(group, opened));
      } catch (fault) {
        if (!isFull(fault) || chunks === maxChunksWhenFull) throw isFull(fault) ? this.#file.full(fault) : fault;
        if (!(await this.#transaction(() => this.#statements.dropOldest()))) throw this.#file.full(fault);
      }
    }
  }

  async newest(tag: string, most: number) {
    return this.#file.read(() => this.#statements.newest(tag, most));
  }

  async between(tag: string, from: number, until: number, most: number) {
    return this.#file.read(() => this.#statements.between(tag, from, until, most));
  }

  async clocks() {
    return this.#file.read(() => this.#statements.clocks());
  }

  async dropped() {
    return this.#file.read(() => this.#statements.dropped());
  }

  async keepOnly(tags: ReadonlySet<string>): Promise<number> {
    const struckOut = this.#file.read(() => this.#statements.tagNames()).filter((name) => !tags.has(name));
    if (struckOut.length > 0) this.#removeSetAside();
    for (const name of struckOut) {
      while (await this.#transaction(() => this.#statements.eraseSome(name))) await turn();
      await this.#transaction(() => this.#statements.eraseTag(name));
    }
    if (struckOut.length > 0) await this.#file.emptyLog();
    return struckOut.length;
  }

  async forget(before: number): Promise<void> {
    while (await this.#transaction(() => this.#statements.forgetSome(before))) await turn();
    await this.#file.emptyLog(); // also of what was erased right before this program was killed
    this.#removeSetAside(before);
  }

  close(why: Text): void {
    this.#file.close(why);
  }

  #insert(group: readonly Incoming[], opened: Opened): readonly Written[] {
    const receivedAt = this.#around.clock.moment().wall;
    const sql = this.#statements;
    const judgement = judge(
      group,
      sql.partsAndGaps.knownOf(group, (key) => sql.batch(key)),
    );
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
    for (const gap of judgement.gaps) sql.partsAndGaps.addGap(gap, receivedAt);
    for (const [beacon, clock] of opened.clocks) sql.learn(beacon, clock);
    sql.drop(sumOf(dropped));
    return judgement.written;
  }

  #transaction<T>(work: () => T): Promise<T> {
    this.#file.check();
    return this.#file.transaction(work);
  }

  /** Nobody can tell whose sightings a damaged file holds. `before`: only those that were last written before it, epoch ms. */
  #removeSetAside(before = Number.POSITIVE_INFINITY): void {
    const folder = dirname(this.#file.path);
    const prefix = `${basename(this.#file.path)}.damaged-`;
    for (const name of readdirSync(folder).filter((each) => each.startsWith(prefix))) {
      const path = join(folder, name);
      if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < before) rmSync(path, { force: true });
    }
  }
}
