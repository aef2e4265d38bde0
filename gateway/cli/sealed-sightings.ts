/** Sealed sightings as they lie in an archive (SQLite) or a table (CSV), one after the other. */
import { resolve } from 'node:path';
import type { Sealed, SealedFor } from '../../shared/enrolment/seal.ts';
import { TextError } from '../../shared/errors.ts';
import { isTime } from '../../shared/reading.ts';
import { lookIntoSqlite } from '../destinations/archive/sqlite/look-up.ts';
import { readCsv } from '../destinations/tags/csv-rows.ts';
import { say } from './words/operator.ts';

export interface SealedRow {
  readonly sealed: Sealed;
  readonly about: SealedFor;
  readonly tenant: string;
  readonly gateway: string;
  /** What else is known of it: rssi, rssiMean, count, firstAt, lastAt. */
  readonly values: Readonly<Record<string, unknown>>;
}

const SIGHTINGS = `SELECT tenant, gateway, device, observed_ms AS at, "values" AS body FROM reading WHERE kind = 'sighting'`;

/** Rejects with what `readCsv` and `lookIntoSqlite` throw. */
export async function readSightings(file: string, use: (row: SealedRow) => Promise<void>): Promise<void> {
  if (file === '-' || /\.csv$/i.test(file)) return readTable(file, use);
  const archive = lookIntoSqlite(
    { engine: 'sqlite', file: resolve(file) },
    { dataDirectory: '.', applicationName: '' },
  );
  try {
    for await (const { tenant, gateway, device, at, body } of archive.rows(SIGHTINGS, [])) {
      const { operator, sealed, sealedWith, ...values } = JSON.parse(String(body)) as Record<string, unknown>; // written by the archive
      if (typeof operator !== 'string' || typeof sealed !== 'string' || typeof sealedWith !== 'string') continue; // of the city's own tags
      const about = { operator, device: String(device), observedAt: Number(at) };
      await use({ sealed: { sealed, sealedWith }, about, tenant: String(tenant), gateway: String(gateway), values });
    }
  } finally {
    await archive.close();
  }
}

const NUMBERS = {
  rssi: 'rssi',
  rssiMean: 'rssi_mean',
  count: 'count',
  firstAt: 'first_at',
  lastAt: 'last_at',
} as const;

function readTable(file: string, use: (row: SealedRow) => Promise<void>): Promise<void> {
  return readCsv(file, ['operator', 'device', 'observed_at', 'sealed', 'sealed_with'], ({ cell }) => {
    const observedAt = timeOf(cell('observed_at'));
    if (observedAt === undefined) throw new TextError(say.notTime());
    const values = Object.entries(NUMBERS).flatMap(([name, column]) =>
      cell(column) === '' ? [] : [[name, Number(cell(column))] as const],
    );
    return use({
      sealed: { sealed: cell('sealed'), sealedWith: cell('sealed_with') },
      about: { operator: cell('operator'), device: cell('device'), observedAt },
      ...{ tenant: cell('tenant'), gateway: cell('gateway'), values: Object.fromEntries(values) },
    });
  });
}

/** Epoch ms of either form. */
function timeOf(text: string): number | undefined {
  const at = /^\d{1,15}$/.test(text)
    ? Number(text)
    : /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(text)
      ? Date.parse(text)
      : Number.NaN;
  return isTime(at) ? at : undefined;
}
