/**
 * Which batches of other gateways have been taken in: by tenant, gateway, epoch and number, in the commit in which they begin to wait.
 *
 * A batch that comes again is a repeat, and another one under its number a conflict. That is told by its digest as long as it is
 * among the last `maxDigests` of its epoch; older numbers are repeats whatever comes under them. A gap that comes again is news if it has
 * grown, in numbers or in its count: that is told by what came under its first number, as long as that is among the last `maxDigests`.
 *
 * Bounds: `maxEpochs` of a gateway (each start of it begins one) and `maxSources` in all, the one that was quiet longest is forgotten;
 * `maxRanges` of an epoch, the lowest numbers are forgotten. What is forgotten is new when it comes again, and passes through again: whoever
 * stores it tells it by its number.
 */
import { crc32 } from 'node:zlib';
import type { Statement } from 'better-sqlite3';
import { Arrivals, type Range } from '../../../shared/feed/arrivals.ts';
import type { BatchId } from '../../../shared/feed/batch.ts';
import type { Gap } from '../../../shared/feed/receipt.ts';
import type { Origin } from '../../../shared/feed/topics.ts';
import type { Apply } from '../outgoing.ts';
import type { Db } from '../schema.ts';

export const maxDigests = 256;
export const maxEpochs = 32;
/** Epochs of all gateways. */
export const maxSources = 200_000;
const maxRanges = 1_000;

export type Known = 'new' | 'repeated' | 'conflict';

/** What has come of one epoch. */
export interface SourceRow {
  readonly id: number;
  readonly tenant: string;
  readonly gateway: string;
  readonly epoch: string;
  /** Epoch ms. */
  readonly heardAt: number;
  /** JSON of ranges: numbers that have come, and numbers that will not. */
  readonly arrived: string;
  readonly lost: string;
}

interface Source {
  readonly id: number;
  readonly epoch: string;
  heardAt: number;
  arrived: Arrivals;
  lost: Arrivals;
}

/** What has come of a gateway's current and earlier epochs. */
export interface SourceState {
  readonly tenant: string;
  readonly gateway: string;
  readonly epoch: string;
  readonly heardAt: number;
  readonly arrived: readonly Range[];
  readonly lost: readonly Range[];
}

/** Whose numbers. */
interface Name {
  readonly tenant: string;
  readonly gateway: string;
  readonly epoch: string;
}

export class TakenIn {
  readonly #sql: Sql;
  /** By "tenant/gateway", then by epoch; each with the one heard last at the end. */
  readonly #sources = new Map<string, Map<string, Source>>();
  #count = 0;

  constructor(db: Db) {
    this.#sql = prepare(db);
    for (const row of this.#sql.sources.all() as SourceRow[]) this.#keep(row, sourceOf(row));
  }

  /** Notes what comes within one transaction. */
  begin(): Taking {
    return new Taking(this.#sql, {
      find: ({ tenant, gateway, epoch }) => this.#sources.get(keyOf({ tenant, gateway }))?.get(epoch),
      quietestOf: (name, mayGo) => this.#quietestOf(name, mayGo),
      keep: (name, source) => this.#keep(name, source),
      forget: (source) => this.#forget(source),
    });
  }

  *sources(): Generator<SourceState> {
    for (const [origin, epochs] of this.#sources) {
      const [tenant = '', gateway = ''] = origin.split('/');
      for (const { epoch, heardAt, arrived, lost } of epochs.values()) {
        yield { tenant, gateway, epoch, heardAt, arrived: arrived.ranges(), lost: lost.ranges() };
      }
    }
  }

  /** The epoch to forget before another one is kept; undefined while there is room. */
  #quietestOf(origin: Origin, mayGo: (source: Source) => boolean): Source | undefined {
    const own = this.#sources.get(keyOf(origin));
    if (own !== undefined && own.size >= maxEpochs) return [...own.values()].find(mayGo);
    if (this.#count < maxSources) return undefined;
    for (const epochs of this.#sources.values()) {
      const found = [...epochs.values()].find(mayGo);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** It was deleted from the file. */
  #forget({ id }: Source): void {
    for (const [key, epochs] of this.#sources) {
      for (const [epoch, source] of epochs) {
        if (source.id !== id) continue;
        epochs.delete(epoch);
        this.#count--;
        if (epochs.size === 0) this.#sources.delete(key);
        return;
      }
    }
  }

  #keep(name: Name, source: Source): void {
    const epochs = this.#sources.get(keyOf(name)) ?? new Map<string, Source>();
    if (!epochs.delete(name.epoch)) this.#count++;
    this.#sources.delete(keyOf(name));
    this.#sources.set(keyOf(name), epochs.set(name.epoch, source));
  }
}

interface Kept {
  find(name: Name): Source | undefined;
  quietestOf(origin: Origin, mayGo: (source: Source) => boolean): Source | undefined;
  keep(name: Name, source: Source): void;
  forget(source: Source): void;
}

/** One transaction's changes. Memory learns of them when what `write` returns is called. */
export class Taking {
  readonly #sql: Sql;
  readonly #kept: Kept;
  readonly #forgotten: Source[] = [];
  readonly #changed = new Map<string, { readonly name: Name; readonly source: Source }>();

  constructor(sql: Sql, kept: Kept) {
    this.#sql = sql;
    this.#kept = kept;
  }

  /** Whether a batch is here already. */
  know(tenant: string, { gateway, epoch, number }: BatchId, digest: string): Known {
    const name = { tenant, gateway, epoch };
    const source = this.#changed.get(nameOf(name))?.source ?? this.#kept.find(name);
    if (source === undefined || !source.arrived.has(number)) return 'new';
    const row = this.#sql.digest.get(source.id, number) as { digest: string; crc: number } | undefined;
    const isReadable = row !== undefined && row.crc === checkOf(source.id, number, row.digest);
    return isReadable && row.digest !== digest ? 'conflict' : 'repeated';
  }

  note(tenant: string, { gateway, epoch, number }: BatchId, digest: string, at: number): void {
    const source = this.#changing({ tenant, gateway, epoch }, at);
    source.arrived.add(number);
    this.#sql.addDigest.run(source.id, number, digest, checkOf(source.id, number, digest));
  }

  /**
   * Whether a gap says nothing new: neither numbers nor a count beyond what has been told under its first number. One that other gaps cover
   * may still have a count of its own (two boxes with one name, docs/feed.md rule 7).
   */
  knowGap(tenant: string, { gateway, epoch, number, last, count }: Gap): boolean {
    const name = { tenant, gateway, epoch };
    const source = this.#changed.get(nameOf(name))?.source ?? this.#kept.find(name);
    if (source?.lost.ranges().some(([from, to]) => from <= number && last <= to) !== true) return false;
    const told = this.#toldOf(source.id, number);
    if (told !== undefined) return last <= told.last && count <= told.count;
    const { kept, lowest } = this.#sql.gapsTold.get(source.id) as { kept: number; lowest: number | null };
    return kept >= maxDigests && number < (lowest ?? 0);
  }

  /** Numbers that will not come. */
  noteGap(tenant: string, { gateway, epoch, number, last, count }: Gap, at: number): void {
    const source = this.#changing({ tenant, gateway, epoch }, at);
    source.lost.add(number, last);
    const told = this.#toldOf(source.id, number);
    const most = `${Math.max(last, told?.last ?? 0)} ${Math.max(count, told?.count ?? 0)}`;
    this.#sql.addDigest.run(source.id, -number, most, checkOf(source.id, -number, most));
  }

  /** The furthest that was told of the gap with this first number; undefined if that is not kept, or the disk has damaged it. */
  #toldOf(source: number, first: number): Pick<Gap, 'last' | 'count'> | undefined {
    const row = this.#sql.digest.get(source, -first) as { digest: string; crc: number } | undefined;
    if (row === undefined || row.crc !== checkOf(source, -first, row.digest)) return undefined;
    const [last = 0, count = 0] = row.digest.split(' ').map(Number);
    return { last, count };
  }

  /** Takes over what another file knew. */
  takeUp({ tenant, gateway, epoch, heardAt, arrived, lost }: Omit<SourceRow, 'id'>): void {
    const source = this.#changing({ tenant, gateway, epoch }, heardAt);
    for (const [first, last] of readRanges(arrived)) source.arrived.add(first, last);
    for (const [first, last] of readRanges(lost)) source.lost.add(first, last);
  }

  write(): Apply[] {
    const forgetting = this.#forgotten.map((source) => () => this.#kept.forget(source));
    const keeping = [...this.#changed.values()].map(({ name, source }) => {
      source.arrived = within(source.arrived);
      source.lost = within(source.lost);
      this.#sql.update.run({
        id: source.id,
        heardAt: source.heardAt,
        arrived: JSON.stringify(source.arrived.ranges()),
        lost: JSON.stringify(source.lost.ranges()),
      });
      this.#sql.trimDigests.run(source.id, source.id, maxDigests);
      this.#sql.trimGaps.run(source.id, source.id, maxDigests);
      return () => this.#kept.keep(name, source);
    });
    return [...forgetting, ...keeping];
  }

  #changing(name: Name, at: number): Source {
    const changed = this.#changed.get(nameOf(name))?.source;
    const source = changed ?? this.#begin(name);
    source.heardAt = Math.max(source.heardAt, at);
    this.#changed.set(nameOf(name), { name, source });
    return source;
  }

  #begin(name: Name): Source {
    const before = this.#kept.find(name);
    if (before !== undefined && !this.#forgotten.includes(before)) return copyOf(before);
    const isChanged = ({ id }: Source) => [...this.#changed.values()].some(({ source }) => source.id === id);
    const quietest = this.#kept.quietestOf(name, (source) => !this.#forgotten.includes(source) && !isChanged(source));
    if (quietest !== undefined) {
      this.#sql.deleteDigests.run(quietest.id);
      this.#sql.deleteSource.run(quietest.id);
      this.#forgotten.push(quietest);
    }
    const id = Number(this.#sql.insert.run(name).lastInsertRowid);
    if (before !== undefined) return { ...copyOf(before), id }; // forgotten in this very transaction
    return { id, epoch: name.epoch, heardAt: 0, arrived: new Arrivals(), lost: new Arrivals() };
  }
}

/** Neither has a slash: both are levels of a topic. */
function keyOf({ tenant, gateway }: Origin): string {
  return `${tenant}/${gateway}`;
}

function nameOf({ tenant, gateway, epoch }: Name): string {
  return `${tenant}/${gateway}/${epoch}`;
}

function sourceOf({ id, epoch, heardAt, arrived, lost }: SourceRow): Source {
  return { id, epoch, heardAt, arrived: new Arrivals(readRanges(arrived)), lost: new Arrivals(readRanges(lost)) };
}

/** So that memory stays as it was if the transaction fails. */
function copyOf(source: Source): Source {
  return { ...source, arrived: new Arrivals(source.arrived.ranges()), lost: new Arrivals(source.lost.ranges()) };
}

function within(arrivals: Arrivals): Arrivals {
  const ranges = arrivals.ranges();
  return ranges.length <= maxRanges ? arrivals : new Arrivals(ranges.slice(-maxRanges));
}

/** A row is checked before it is read. */
function readRanges(json: string): readonly Range[] {
  return JSON.parse(json) as readonly Range[];
}

function checkOf(source: number, number: number, digest: string): number {
  return crc32(`${source} ${number} ${digest}`);
}

type Statements =
  | 'sources'
  | 'insert'
  | 'update'
  | 'deleteSource'
  | 'digest'
  | 'addDigest'
  | 'trimDigests'
  | 'gapsTold'
  | 'trimGaps'
  | 'deleteDigests';
type Sql = Readonly<Record<Statements, Statement>>;

function prepare(db: Db): Sql {
  return {
    sources: db.prepare(
      'SELECT id, tenant, gateway, epoch, heard_at AS heardAt, arrived, lost FROM source ORDER BY heard_at, id',
    ),
    insert: db.prepare(
      `INSERT INTO source (tenant, gateway, epoch, heard_at, arrived, lost)
       VALUES (:tenant, :gateway, :epoch, 0, '[]', '[]')`,
    ),
    update: db.prepare('UPDATE source SET heard_at = :heardAt, arrived = :arrived, lost = :lost WHERE id = :id'),
    deleteSource: db.prepare('DELETE FROM source WHERE id = ?'),
    digest: db.prepare('SELECT digest, crc FROM arrived WHERE source = ? AND number = ?'),
    addDigest: db.prepare('INSERT OR REPLACE INTO arrived (source, number, digest, crc) VALUES (?, ?, ?, ?)'),
    trimDigests: db.prepare(
      'DELETE FROM arrived WHERE source = ? AND number > 0 AND number <= (SELECT MAX(number) FROM arrived WHERE source = ?) - ?',
    ),
    gapsTold: db.prepare(
      'SELECT COUNT(*) AS kept, -MAX(number) AS lowest FROM arrived WHERE source = ? AND number < 0',
    ),
    trimGaps: db.prepare(
      `DELETE FROM arrived WHERE source = ? AND number < 0 AND number > (
         SELECT number FROM arrived WHERE source = ? AND number < 0 ORDER BY number LIMIT 1 OFFSET ? - 1)`,
    ),
    deleteDigests: db.prepare('DELETE FROM arrived WHERE source = ?'),
  };
}
