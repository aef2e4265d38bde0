/** Numbers of other gateways that will not be sent from here: dropped here, or reported by their gateway. */
import type { Statement } from 'better-sqlite3';
import type { Gap, GapReason } from '../../../shared/feed/receipt.ts';
import type { Apply, Outgoing } from '../outgoing.ts';
import type { Db } from '../schema.ts';

interface GapRow {
  readonly id: number;
  readonly tenant: string;
  readonly gateway: string;
  readonly epoch: string;
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly reason: GapReason;
}
/** As it is entered. */
export type PassedGap = Omit<GapRow, 'id'>;

type Name = 'count' | 'after' | 'at' | 'lastOf' | 'insert' | 'extend' | 'delete';
export type PassedGapSql = Readonly<Record<Name, Statement>>;

export function preparePassedGaps(db: Db): PassedGapSql {
  const row = 'SELECT id, tenant, gateway, epoch, first, last, count, reason FROM passed_gap WHERE feed = ?';
  return {
    count: db.prepare('SELECT COUNT(*) FROM passed_gap WHERE feed = ?').pluck(),
    after: db.prepare(`${row} AND id > ? ORDER BY id LIMIT 1`),
    at: db.prepare(`${row} AND id = ?`),
    lastOf: db.prepare(`${row} AND tenant = ? AND gateway = ? AND epoch = ? ORDER BY id DESC LIMIT 1`),
    insert: db.prepare(
      `INSERT INTO passed_gap (feed, tenant, gateway, epoch, first, last, count, reason)
       VALUES (:feed, :tenant, :gateway, :epoch, :first, :last, :count, :reason)`,
    ),
    extend: db.prepare('UPDATE passed_gap SET last = ?, count = count + ? WHERE id = ?'),
    delete: db.prepare('DELETE FROM passed_gap WHERE id = ? AND last = ?'),
  };
}

export class PassedGaps {
  readonly #feed: number;
  readonly #sql: PassedGapSql;
  readonly #inFlight = new Map<number, Outgoing>();
  #count: number;

  constructor(feed: number, sql: PassedGapSql) {
    this.#feed = feed;
    this.#sql = sql;
    this.#count = sql.count.get(feed) as number; // COUNT(*)
  }

  get count(): number {
    return this.#count;
  }

  /** What was dropped here, joined to the one before it where that ends. Call inside a transaction. */
  add(gap: PassedGap): Apply {
    const before = this.#before(gap);
    const joins =
      before?.last === gap.first - 1 && before.reason === gap.reason && (before.count === 0) === (gap.count === 0);
    return joins ? this.#extend(before, gap.last, gap.count) : this.#insert(gap);
  }

  /** What its gateway reports: as it came, since it may come again and have grown. Call inside a transaction. */
  pass(gap: PassedGap): Apply {
    const before = this.#before(gap);
    const hasGrown = before?.first === gap.first && before.last <= gap.last;
    return hasGrown ? this.#extend(before, gap.last, Math.max(0, gap.count - before.count)) : this.#insert(gap);
  }

  /** The last one of the same epoch, unless it is in flight. */
  #before({ tenant, gateway, epoch }: PassedGap): GapRow | undefined {
    const before = this.#sql.lastOf.get(this.#feed, tenant, gateway, epoch) as GapRow | undefined;
    return before !== undefined && this.#inFlight.has(before.id) ? undefined : before;
  }

  #extend({ id }: GapRow, last: number, count: number): Apply {
    this.#sql.extend.run(last, count, id);
    return () => {};
  }

  #insert(gap: PassedGap): Apply {
    this.#sql.insert.run({ feed: this.#feed, ...gap });
    return () => {
      this.#count++;
    };
  }

  send(): Outgoing | undefined {
    if (this.#count === this.#inFlight.size) return undefined;
    for (let after = 0; ; ) {
      const row = this.#sql.after.get(this.#feed, after) as GapRow | undefined;
      if (row === undefined) return undefined;
      if (!this.#inFlight.has(row.id)) {
        const outgoing = outgoingOf(row);
        this.#inFlight.set(row.id, outgoing);
        return outgoing;
      }
      after = row.id;
    }
  }

  release(place: number): void {
    this.#inFlight.delete(place);
  }

  resume(outgoing: Outgoing, place: number): void {
    if (this.#sql.at.get(this.#feed, place) !== undefined) this.#inFlight.set(place, outgoing);
  }

  inFlight(): Outgoing[] {
    return [...this.#inFlight.values()];
  }

  /** False if it is not there, or has grown. Call inside a transaction. */
  remove(place: number, { last }: Gap): Apply | false {
    if (this.#sql.delete.run(place, last).changes === 0) return false;
    return () => {
      this.#inFlight.delete(place);
      this.#count--;
    };
  }
}

function outgoingOf({ id, tenant, gateway, epoch, first, last, count, reason }: GapRow): Outgoing {
  return { kind: 'gap', gap: { gateway, epoch, number: first, last, count, reason }, tenant, place: id };
}
