/**
 * Erasure from an archive in PostgreSQL, also while gateways write it: sightings of a tag, or to an operator, whichever gateway they came from.
 *
 * Promise: once it resolves, none of those that were there is in a table, and after the next checkpoint none is in a table's file either: the days
 * that lost something are written anew (VACUUM FULL), one after the other, and whoever writes to one waits meanwhile. The write-ahead log, standbys and
 * backups hold them until they are recycled. The view `latest` lacks the detectors concerned until their next sighting. Bounds: a transaction
 * for each day; `lockTimeoutMs` for the lock of one.
 */
import type { Client } from 'pg';
import { MachimoriError, messageOf } from '../../../../shared/errors.ts';
import { listed } from '../../../../shared/text.ts';
import type { PostgresAddress } from '../../../postgres/address.ts';
import { connect } from '../../../postgres/connect.ts';
import { asOpeningFault, isTransient, stateOf } from '../../../postgres/faults.ts';
import { DENIED, hasTable, quoted } from '../../../postgres/schema.ts';
import type { Whose } from '../../destination.ts';
import type { ArchiveSettings } from '../settings.ts';
import { say } from '../words.ts';

const lockTimeoutMs = 10_000;
/** Beside the days, that of what has none, and the newest of each detector. */
const NEWEST = 'newest';

interface Table {
  readonly name: string;
  /** Who else may not write it anew. */
  readonly isOwn: boolean;
}

/**
 * How many there were. Rejects with `NobodyThere`, or a MachimoriError that says what to do: "archive-not-rewritten" if they are deleted, and
 * a file may still hold them.
 */
export async function eraseSightings(
  address: PostgresAddress,
  settings: ArchiveSettings,
  whose: Whose,
): Promise<number> {
  const { schema } = settings;
  try {
    const options = { ...settings, applicationName: 'machimori privacy' };
    const { client } = await connect(address, options, new AbortController().signal);
    try {
      await client.query(`SET statement_timeout = 0; SET lock_timeout = ${lockTimeoutMs}`);
      return (await hasTable(client, schema, 'meta')) ? await eraseIn(client, schema, whose) : 0;
    } finally {
      await client.end();
    }
  } catch (fault) {
    if (stateOf(fault) !== DENIED) throw asOpeningFault(fault, address, schema);
    const { user } = address;
    throw new MachimoriError('archive-denied', {
      what: say.mayNotErase({ user, why: messageOf(fault) }),
      on: schema,
      hint: say.eraseAsOwner({ schema, user }),
      cause: fault,
    });
  }
}

async function eraseIn(client: Client, schema: string, { quantity, is }: Whose): Promise<number> {
  const changed: Table[] = [];
  let erased = 0;
  for (const table of await tablesOf(client, schema)) {
    const { rowCount } = await client.query(
      `DELETE FROM ${quoted(schema)}.${quoted(table.name)} WHERE kind = 'sighting' AND values ->> $1 = $2`,
      [quantity, is],
    );
    const count = rowCount ?? 0;
    if (count > 0) changed.push(table);
    if (table.name !== NEWEST) erased += count;
  }
  const left: string[] = [];
  for (const { name, isOwn } of changed) {
    const full = `${quoted(schema)}.${quoted(name)}`;
    if (!isOwn || !(await isRewritten(client, full))) left.push(full);
  }
  if (left.length === 0) return erased;
  throw new MachimoriError('archive-not-rewritten', {
    what: say.notRewritten({ count: erased }),
    on: schema,
    hint: say.rewriteLater({ sql: listed(left.map((full) => `VACUUM FULL ${full};`)) }),
  });
}

async function tablesOf(client: Client, schema: string): Promise<readonly Table[]> {
  const { rows } = await client.query(
    `SELECT relname AS name, pg_has_role(relowner, 'USAGE') AS own FROM pg_catalog.pg_class WHERE oid = $2::regclass OR oid IN
       (SELECT inhrelid FROM pg_catalog.pg_inherits WHERE inhparent = $1::regclass) ORDER BY relname`,
    [`${quoted(schema)}.reading`, `${quoted(schema)}.${NEWEST}`],
  );
  return rows.map(({ name, own }) => ({ name: String(name), isOwn: own === true }));
}

/** False if somebody reads it for longer than `lockTimeoutMs`. */
async function isRewritten(client: Client, table: string): Promise<boolean> {
  try {
    await client.query(`VACUUM FULL ${table}`);
    return true;
  } catch (fault) {
    if (!isTransient(fault)) throw fault;
    return false;
  }
}
