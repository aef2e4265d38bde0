/** Every reading of an archive in SQLite. Reads only, also while a gateway writes. */
import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Origin } from '../../../../shared/feed/topics.ts';

export interface ArchivedReading extends Origin {
  readonly device: string;
  readonly kind: string;
  /** Epoch ms. */
  readonly observedAt: number;
  /** Epoch ms. */
  readonly receivedAt: number;
  readonly values: Readonly<Record<string, unknown>>;
  readonly quality?: string;
}

interface Row extends Origin {
  readonly device: string;
  readonly kind: string;
  readonly observedAt: number;
  readonly receivedAt: number;
  readonly values: string;
  readonly quality: string | null;
}

const ALL = `SELECT d.tenant, d.gateway, d.device, s.kind, s.observed_at AS observedAt, b.received_at AS receivedAt, s."values", s.quality
  FROM stored s JOIN device d ON d.id = s.device JOIN batch b ON b.id = s.batch ORDER BY s.filed_at, s.batch, s."index"`;

/** In the order of their time, as they were when the first is asked for; none if the archive has not been made. Throws SQLite's errors. */
export function* readArchive(file: string): Generator<ArchivedReading> {
  if (!existsSync(file)) return;
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    for (const row of db.prepare(ALL).iterate() as IterableIterator<Row>) {
      const { values, quality, ...about } = row;
      yield { ...about, values: JSON.parse(values), ...(quality !== null && { quality }) };
    }
  } finally {
    db.close();
  }
}
