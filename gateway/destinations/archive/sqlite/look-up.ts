/** Looks into the archive's file, opened read-only, while the gateway writes it (WAL) or after it has ended. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import Database from 'better-sqlite3';
import { codeOf, MachimoriError, messageOf } from '../../../../shared/errors.ts';
import type { SqliteAddress } from '../../../postgres/address.ts';
import type { Db } from '../../sqlite/guarded-file.ts';
import type { LookUp, LookUpRow, LookUpSurroundings, Relations } from '../look-up.ts';
import { say } from '../words.ts';
import { isArchive } from './schema.ts';

/** While the gateway that made it recovers the file; a reader never waits for a writer otherwise. */
const busyTimeoutMs = 5_000;
const cacheKib = 16_384;

/** Throws a MachimoriError: "archive-missing", "archive-unusable", "archive-not-ours", "archive-too-new". */
export function lookIntoSqlite({ file: written }: SqliteAddress, { dataDirectory }: LookUpSurroundings): LookUp {
  const file = resolve(dataDirectory, written);
  if (!existsSync(file)) {
    throw new MachimoriError('archive-missing', { what: say.noFileYet(), on: file, hint: say.runFirst() });
  }
  let db: Db | undefined;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
    if (!isArchive(db, file)) {
      throw new MachimoriError('archive-missing', { what: say.noFileYet(), on: file, hint: say.runFirst() });
    }
    db.pragma(`cache_size = -${cacheKib}`);
    return lookUpIn(db, file);
  } catch (fault) {
    db?.close();
    throw asLookingFault(fault, file);
  }
}

function lookUpIn(db: Db, file: string): LookUp {
  return {
    relations: RELATIONS,
    worksInThread: true,
    async *rows(sql, values) {
      const bound = Object.fromEntries(values.map((value, i) => [String(i + 1), value]));
      try {
        for (const row of db.prepare(sql).iterate(bound)) yield row as LookUpRow; // no query asks for blobs
      } catch (fault) {
        throw asLookingFault(fault, file);
      }
    },
    async close() {
      db.close();
    },
  };
}

function asLookingFault(fault: unknown, file: string): unknown {
  if (fault instanceof MachimoriError || !codeOf(fault).startsWith('SQLITE')) return fault;
  const what = say.unusable({ why: `${codeOf(fault)}: ${messageOf(fault)}` });
  return new MachimoriError('archive-unusable', { what, on: file, hint: say.checkReader(), cause: fault });
}

// What lies far from its time, since its arrival says more than its clock, is found by neither of both; `filed_at` finds it quickly.
const between = 's.filed_at >= $1 AND s.filed_at < $2 AND s.observed_at >= $1 AND s.observed_at < $2';
const received = (from: string) => `received_at >= ${from} AND received_at < $2`;

const RELATIONS: Relations = {
  key: 'id',
  readings: `(SELECT s.device AS id, s.observed_at AS at, s.quality FROM stored s WHERE ${between} AND s.kind <> 'alarm')`,
  wantedReadings: `(SELECT s.device AS id, s.observed_at AS at, w.patience FROM stored s
    JOIN (SELECT value ->> 0 AS id, value ->> 1 AS patience FROM json_each($3)) w ON w.id = s.device
    WHERE ${between} AND s.kind <> 'alarm')`,
  arrivals: `(SELECT d.tenant, d.gateway, b.received_at - s.observed_at AS lateness
    FROM stored s JOIN device d ON d.id = s.device JOIN batch b ON b.id = s.batch
    WHERE ${between} AND s.kind <> 'alarm' AND s.quality IS NOT 'clock-unsynchronised')`,
  alarms: `(SELECT d.tenant, d.gateway, d.device, s.observed_at AS at, s."values" AS body
    FROM stored s JOIN device d ON d.id = s.device WHERE ${between} AND s.kind = 'alarm')`,
  devices: '(SELECT id, tenant, gateway, device, type, group_name, place_name FROM device)',
  kinds: '(SELECT device AS id, kind FROM newest)',
  batches: (
    from,
  ) => `(SELECT tenant, gateway, epoch, number, count, stored, coalesce(json_array_length(refused), 0) AS refused,
    received_at AS received FROM batch WHERE ${received(from)})`,
  parts: (from) => `(SELECT tenant, gateway, epoch, number, received_at AS received FROM part WHERE ${received(from)})`,
  gaps: (from) =>
    `(SELECT tenant, gateway, epoch, first, last, count, reason, received_at AS received FROM gap WHERE ${received(from)})`,
  oldest: '(SELECT received_at AS received FROM batch ORDER BY id LIMIT 1)',
  values: `(SELECT number AS value FROM series WHERE filed_ms >= $1 AND filed_ms < $2 AND observed_ms >= $1 AND observed_ms < $2
    AND tenant = $3 AND gateway = $4 AND device = $5 AND quantity = $6 AND quality IS NULL AND number IS NOT NULL)`,
  points: `(SELECT quantity, observed_ms AS at, number AS value, CASE WHEN coalesce(quality, '') IN ('', 'clock-unsynchronised') THEN 0 ELSE 1 END AS doubt
    FROM series WHERE filed_ms >= $1 AND filed_ms < $2 AND observed_ms >= $1 AND observed_ms < $2
    AND tenant = $3 AND gateway = $4 AND device = $5 AND quantity IN ($6, $7, $8, $9, $10, $11, $12, $13)
    AND kind NOT IN ('sighting', 'position', 'alarm') AND number IS NOT NULL)`,
};
