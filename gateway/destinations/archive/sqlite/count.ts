/** What an archive in SQLite holds, counted. Reads only, also while a gateway writes. */
import Database from 'better-sqlite3';

export interface ArchiveCounts {
  /** By "tenant/gateway", device and kind. */
  readonly readings: ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, number>>>;
  /** Readings of a device and kind that are as another one of the same moment. */
  readonly same: number;
}

/** Throws SQLite's errors. */
export function countArchive(file: string): ArchiveCounts {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const readings = new Map<string, Map<string, Map<string, number>>>();
    const rows = db
      .prepare('SELECT tenant, gateway, device, kind, count(*) AS n FROM reading GROUP BY 1, 2, 3, 4')
      .all();
    for (const { tenant, gateway, device, kind, n } of rows as Row[]) {
      const origin = `${tenant}/${gateway}`;
      const devices = readings.get(origin) ?? new Map<string, Map<string, number>>();
      readings.set(origin, devices);
      devices.set(device, (devices.get(device) ?? new Map()).set(kind, n));
    }
    const same = db.prepare(`SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM reading
      GROUP BY tenant, gateway, device, kind, observed_ms, "values")`);
    return { readings, same: same.pluck().get() as number }; // SUM
  } finally {
    db.close();
  }
}

interface Row {
  readonly tenant: string;
  readonly gateway: string;
  readonly device: string;
  readonly kind: string;
  readonly n: number;
}
