/** The hub's archive, read as anyone would who opens its file: each reading once, under its own tenant and gateway. */
import Database from 'better-sqlite3';
import type { Gap } from '../../../shared/feed/receipt.ts';
import type { Origin } from '../../../shared/feed/topics.ts';
import type { Reading } from '../../../shared/reading.ts';
import type { Account } from '../account.ts';
import { nameOf } from '../session-watch.ts';
import type { World } from '../world.ts';

interface BatchRow extends Origin {
  readonly id: number;
  readonly epoch: string;
  readonly number: number;
  readonly lane: 'routine' | 'urgent';
  readonly digest: string;
  readonly count: number;
}

interface ReadingRow extends Origin {
  readonly device: string;
  readonly kind: Reading['kind'];
  readonly observedAt: number;
  readonly values: string;
  readonly quality: Reading['quality'] | null;
  readonly lat: number | null;
  readonly lon: number | null;
}

/** Enters what the file holds into the accounts, which have been told of nothing yet. */
export function readArchive(file: string, accountOf: (origin: Origin) => Account | undefined, world: World): void {
  const db = new Database(file, { readonly: true });
  try {
    const readingsOf = db.prepare(
      `SELECT d.tenant, d.gateway, d.device, s.kind, s.observed_at AS observedAt, s."values", s.quality, s.lat, s.lon
       FROM stored s JOIN device d ON d.id = s.device WHERE s.batch = ? ORDER BY s."index"`,
    );
    const batches = db.prepare('SELECT id, tenant, gateway, epoch, number, lane, digest, count FROM batch ORDER BY id');
    for (const row of batches.all() as BatchRow[]) {
      const account = accountOf(row);
      const rows = readingsOf.all(row.id) as ReadingRow[]; // the statement's columns
      if (account === undefined || rows.some((each) => nameOf(each) !== nameOf(row))) {
        world.violations.add('invented', `the archive has ${row.epoch} ${row.number} under another's name`);
        continue;
      }
      const readings = rows.map(readingOf);
      account.batch(
        { ...row, encoding: 'columns', compression: 'none' },
        readings,
        readings.map(() => 'stored' as const),
      );
    }
    const gaps = db.prepare('SELECT tenant, gateway, epoch, first AS number, last, count, reason FROM gap');
    for (const gap of gaps.all() as (Gap & Origin)[]) accountOf(gap)?.gap(gap);
  } finally {
    db.close();
  }
}

function readingOf({ device, kind, observedAt, values, quality, lat, lon }: ReadingRow): Reading {
  return {
    device,
    kind,
    observedAt,
    values: { ...JSON.parse(values), ...(lat !== null && { lat }), ...(lon !== null && { lon }) },
    ...(quality !== null && { quality }),
  } as Reading; // as the archive took it
}
