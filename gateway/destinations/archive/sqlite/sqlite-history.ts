/**
 * The archive in SQLite: WAL with `synchronous=FULL`, so that a commit survives a power cut; one transaction for each group.
 *
 * Bounds: `maxSizeBytes` for the file and its log, in which the oldest readings make room (the log grows beyond its share only while
 * somebody else reads for long), and those of guarded-file.ts. A full disk costs the oldest readings, then the transaction.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Text } from '../../../../shared/text.ts';
import { isFull, NeverFits } from '../../../buffer/database.ts';
import type { DestinationSurroundings } from '../../destination.ts';
import type { GuardedFile } from '../../sqlite/guarded-file.ts';
import { DeviceCache } from '../device-cache.ts';
import type { History, Incoming, Written } from '../history.ts';
import { type Judgement, judge } from '../judge.ts';
import type { ArchiveSettings } from '../settings.ts';
import { knownNow } from '../when.ts';
import { maxFileBytes } from './file-size.ts';
import { OldReadings } from './old-readings.ts';
import { Statements } from './statements.ts';

const maxRows = 10_000;
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
  readonly #file: GuardedFile;
  readonly #settings: ArchiveSettings;
  readonly #surroundings: DestinationSurroundings;
  readonly #statements: Statements;
  readonly #old: OldReadings;
  /** In use at once, with what is being written. */
  readonly #mostBytes: number;
  readonly #devices = new DeviceCache<number>();

  /** Takes over the opened file. */
  constructor(file: GuardedFile, settings: ArchiveSettings, surroundings: DestinationSurroundings) {
    this.#file = file;
    this.ended = file.ended;
    this.#settings = settings;
    this.#surroundings = surroundings;
    this.#statements = new Statements(file.db);
    this.#old = new OldReadings(file.db);
    this.#mostBytes = maxFileBytes(settings.maxSizeBytes) * fillLevel;
  }

  async write(group: readonly Incoming[]): Promise<readonly Written[]> {
    this.#file.check();
    const bytes = bytesOf(group);
    if (bytes > this.#mostBytes) {
      if (group.length === 1) throw this.#file.full(new NeverFits(`${bytes} bytes, the file takes ${this.#mostBytes}`));
      const written: Written[] = [];
      for (const each of group) written.push(...(await this.write([each])));
      return written;
    }
    await this.#file.transaction(() => this.#makeRoom(bytes));
    try {
      return await this.#store(group);
    } catch (fault) {
      if (!isFull(fault)) throw fault;
      await this.#dropWhenFull();
      return await this.#store(group).catch((again: unknown) => {
        throw isFull(again) ? this.#file.full(again) : again;
      });
    }
  }

  async tidy(): Promise<void> {
    await this.#shrink();
    const { retentionMs } = this.#settings;
    const now = knownNow(this.#surroundings.clock);
    if (retentionMs === undefined || now === undefined) return;
    const before = now - retentionMs;
    while (await this.#file.transaction(() => this.#old.dropChunk(before))) await turn();
    await this.#file.transaction(() => this.#file.db.prepare('DELETE FROM newest WHERE ranked_at < ?').run(before));
  }

  close(why: Text): void {
    this.#file.close(why);
  }

  async #store(group: readonly Incoming[]): Promise<readonly Written[]> {
    const made: (() => void)[] = [];
    const { written } = await this.#file.transaction(() => {
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
    const { partsAndGaps } = this.#statements;
    const judgement = judge(
      group,
      partsAndGaps.knownOf(group, (key) => this.#statements.batch(key)),
    );
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
    for (const gap of judgement.gaps) partsAndGaps.addGap(gap, receivedAt);
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

  #makeRoom(bytes: number): void {
    while (this.#old.usedBytes() + bytes > this.#mostBytes && this.#old.dropChunk());
  }

  /** After max-size was made smaller: drops the oldest, and gives their pages back. */
  async #shrink(): Promise<void> {
    const most = maxFileBytes(this.#settings.maxSizeBytes);
    while (!this.#file.isClosed && this.#old.fileBytes() > most) {
      const isFree = this.#old.fileBytes() - this.#old.usedBytes() > 0;
      if (isFree) await this.#file.transaction(() => this.#old.giveBack());
      else if (!(await this.#file.transaction(() => this.#old.dropChunk()))) return;
      await turn();
    }
  }

  async #dropWhenFull(): Promise<void> {
    for (let i = 0; i < maxChunksWhenFull; i++) {
      const isMore = await this.#file
        .transaction(() => this.#old.dropChunk())
        .catch((fault: unknown) => {
          throw isFull(fault) ? this.#file.full(fault) : fault;
        });
      if (!isMore) return;
    }
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
