/** Opens a file's outboxes. Each begins an epoch, now and whenever its current one turns out to be in use elsewhere. */
import { randomBytes } from 'node:crypto';
import type { BufferOptions } from './buffer-options.ts';
import { corruption } from './database.ts';
import { Epoch, type EpochRow } from './epoch.ts';
import type { EpochSql } from './epoch-sql.ts';
import { Outbox } from './outbox.ts';
import type { OutboxOptions } from './outbox-options.ts';
import { PASSING, Passage } from './passing/passage.ts';
import type { PassedGapSql } from './passing/passed-gaps.ts';
import type { Refused } from './refused.ts';
import { type Db, maxEpochId } from './schema.ts';

/** Once so many epochs wait, a restart goes on in the current one; salvage still has ids. */
const manyEpochs = 4_000;

type StoredEpoch = EpochRow & { readonly destination: string; readonly is_current: number };

interface Opening {
  readonly gateway: string;
  readonly configured: readonly OutboxOptions[];
  readonly sql: EpochSql;
  readonly passedGaps: PassedGapSql;
  readonly refused: Refused;
  /** Whether batches of other gateways come. */
  readonly takesIn: boolean;
  drawEpoch(): string;
}

/**
 * The outboxes of a file, by destination. A destination that is no longer configured but still has batches gets no new ones;
 * it shows in the statistics, and its batches are dropped like others when space is needed.
 */
export function openOutboxes(db: Db, opening: Opening): ReadonlyMap<string, Outbox> {
  const { gateway, configured, sql, passedGaps, refused, takesIn, drawEpoch } = opening;
  db.prepare("UPDATE feed SET gateway = ? WHERE gateway = ''").run(gateway); // of an earlier release, with nothing in it
  const rows = db.prepare('SELECT * FROM feed ORDER BY is_current, id').all() as StoredEpoch[]; // its columns
  const passing = rows.filter(({ epoch }) => epoch === PASSING);
  const former = [...new Set(rows.map(({ destination }) => destination))]
    .filter((destination) => !configured.some(({ name }) => name === destination))
    .map(
      (name): OutboxOptions => ({
        name,
        encoding: 'columns',
        compression: 'none',
        freshEvery: 4,
        accepts: () => false,
      }),
    );
  const outboxes = [...configured, ...former].map((options) => {
    const own = rows.filter(({ destination, epoch }) => destination === options.name && epoch !== PASSING);
    const current = beginEpoch(db, { destination: options.name, epoch: drawEpoch(), gateway }, own);
    const earlier = own.filter(({ id }) => id !== current.id);
    const epochs = [...earlier, current].map((row) => new Epoch(row, sql));
    const insert = () =>
      epochIds(db).size < manyEpochs
        ? new Epoch(insertEpoch(db, { destination: options.name, epoch: drawEpoch(), gateway }, true), sql)
        : undefined;
    const row =
      passing.find(({ destination }) => destination === options.name) ??
      (takesIn && configured.includes(options) ? insertPassage(db, options.name, gateway) : undefined);
    const passage = row && new Passage(row, { epochs: sql, passedGaps });
    return new Outbox(gateway, options, { epochs, refused, passage, insertEpoch: insert, drawEpoch });
  });
  return new Map(outboxes.map((outbox) => [outbox.name, outbox]));
}

/** The file was another gateway's, or the id was changed. */
export function reportOthers(outboxes: ReadonlyMap<string, Outbox>, { log, file }: BufferOptions): void {
  for (const [destination, outbox] of outboxes) {
    for (const [gateway, messages] of Object.entries(outbox.stats().ofOthers)) {
      const hint = `machimori export --gateway ${gateway}`;
      const what = 'The buffer holds what waits of another gateway. It is not sent: carry it by hand';
      log.error(what, { file, destination, gateway, messages, hint });
    }
  }
}

/**
 * Every opening begins an epoch. The file may be a backup, a copied card or lack the end of its log, and cannot know that:
 * under its old epoch it would give numbers a second time, and the city OS would take new readings for repeats.
 */
function beginEpoch(db: Db, named: EpochName, own: readonly StoredEpoch[]): EpochRow {
  const { epoch, gateway } = named;
  const current = own.find(({ is_current }) => is_current === 1);
  if (current?.next === 1) {
    db.prepare('UPDATE feed SET epoch = ?, gateway = ? WHERE id = ?').run(epoch, gateway, current.id);
    return { ...current, epoch, gateway };
  }
  if (current?.gateway === gateway && epochIds(db).size >= manyEpochs) return current;
  return insertEpoch(db, named, true);
}

/** Whose batches they are. */
export interface EpochName {
  readonly destination: string;
  readonly epoch: string;
  readonly gateway: string;
}

/** Enters an epoch into the file. Throws an error that `isDamage` recognises if there is no id for it. */
export function insertEpoch(db: Db, { destination, epoch, gateway }: EpochName, isCurrent: boolean): EpochRow {
  const id = freeId(epochIds(db));
  if (isCurrent) db.prepare('UPDATE feed SET is_current = 0 WHERE destination = ?').run(destination);
  db.prepare(
    `INSERT INTO feed (id, destination, epoch, is_current, next, routine, urgent, gateway)
     VALUES (?, ?, ?, ?, 1, 0, 0, ?)`,
  ).run(id, destination, epoch, isCurrent ? 1 : 0, gateway);
  return { id, gateway, epoch, next: 1, routine: 0, urgent: 0 };
}

/** Enters the row of what passes through to a destination. Throws what `insertEpoch` throws. */
export function insertPassage(db: Db, destination: string, gateway: string): EpochRow {
  return insertEpoch(db, { destination, epoch: PASSING, gateway }, false);
}

function epochIds(db: Db): ReadonlySet<number> {
  return new Set(db.prepare('SELECT id FROM feed').pluck().all() as number[]); // its primary key
}

/** The next id, so that older epochs have smaller ones; once they are used up, one that is free again. */
function freeId(ids: ReadonlySet<number>): number {
  const next = Math.max(0, ...ids) + 1;
  if (next <= maxEpochId) return next;
  for (let id = 1; id <= maxEpochId; id++) if (!ids.has(id)) return id;
  throw corruption(`more than ${maxEpochId} epochs`);
}

export function drawEpoch(): string {
  return randomBytes(8).toString('hex');
}
