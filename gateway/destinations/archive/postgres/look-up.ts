/**
 * Looks into the archive's schema in PostgreSQL, in read-only transactions; a standby will do as well.
 *
 * Rows come through a cursor, `pageRows` at a time. A query may take as long as it takes: what it reads is a month.
 */
import type { Client } from 'pg';
import { MachimoriError, messageOf } from '../../../../shared/errors.ts';
import type { PostgresAddress } from '../../../postgres/address.ts';
import { connect } from '../../../postgres/connect.ts';
import { asOpeningFault, stateOf } from '../../../postgres/faults.ts';
import { hasTable, quoted } from '../../../postgres/schema.ts';
import { say } from '../../../postgres/words.ts';
import type { LookUp, LookUpRow, LookUpSettings, LookUpSurroundings, Relations } from '../look-up.ts';
import { say as archive } from '../words.ts';

const pageRows = 5_000;
/** Types that pg gives as texts for want of a number that holds them all: int8 and numeric. These are times and counts. */
const NUMBERS = [20, 1_700];

/** Rejects with `NobodyThere`, or a MachimoriError that says what to do. */
export async function lookIntoPostgres(
  address: PostgresAddress,
  settings: LookUpSettings,
  { applicationName }: LookUpSurroundings,
  signal: AbortSignal,
): Promise<LookUp> {
  const { schema } = settings;
  const told = (fault: unknown) => asLookingFault(fault, address, schema);
  try {
    const { client } = await connect(address, { ...settings, applicationName }, signal);
    for (const type of NUMBERS) client.setTypeParser(type, Number);
    try {
      await client.query(`SET default_transaction_read_only = on; SET TIME ZONE 'UTC'; SET statement_timeout = 0`);
      if (!(await hasTable(client, schema, 'meta'))) {
        throw new MachimoriError('archive-missing', { what: say.noTables(), on: schema, hint: archive.runFirst() });
      }
    } catch (fault) {
      await client.end();
      throw fault;
    }
    return lookUpIn(client, quoted(schema), told);
  } catch (fault) {
    throw told(fault);
  }
}

function lookUpIn(client: Client, schema: string, told: (fault: unknown) => unknown): LookUp {
  return {
    relations: relationsOf(schema),
    async *rows(sql, values) {
      try {
        await client.query('BEGIN READ ONLY');
        await client.query(`DECLARE look_up NO SCROLL CURSOR FOR ${sql}`, [...values]);
        for (let rows: LookUpRow[] = []; ; ) {
          ({ rows } = await client.query(`FETCH ${pageRows} FROM look_up`));
          yield* rows;
          if (rows.length < pageRows) break;
        }
      } catch (fault) {
        throw told(fault);
      } finally {
        await client.query('ROLLBACK').catch(() => {}); // of a connection that is lost there is nothing to end
      }
    },
    close: () => client.end(),
  };
}

function asLookingFault(fault: unknown, address: PostgresAddress, schema: string): unknown {
  if (stateOf(fault) !== '42501') return asOpeningFault(fault, address, schema);
  const { user } = address;
  const what = say.mayNotRead({ user, why: messageOf(fault) });
  return new MachimoriError('archive-denied', {
    what,
    on: schema,
    hint: say.grantReading({ schema, user }),
    cause: fault,
  });
}

function relationsOf(schema: string): Relations {
  const device = 'tenant, gateway, device';
  const ms = (column: string) => `(extract(epoch FROM ${column}) * 1000)::bigint`;
  const time = (parameter: string) => `to_timestamp(${parameter}::float8 / 1000)`;
  const within = (column: string) => `${column} >= ${time('$1')} AND ${column} < ${time('$2')}`;
  const received = (from: string) => `received_at >= ${time(from)} AND received_at < ${time('$2')}`;
  return {
    key: device,
    readings: `(SELECT ${device}, ${ms('observed_at')} AS at, quality FROM ${schema}.reading
      WHERE ${within('observed_at')} AND kind <> 'alarm') r`,
    wantedReadings: `(SELECT r.tenant, r.gateway, r.device, ${ms('observed_at')} AS at, w.patience FROM ${schema}.reading r
      JOIN (SELECT e ->> 0 AS tenant, e ->> 1 AS gateway, e ->> 2 AS device, (e ->> 3)::bigint AS patience
        FROM jsonb_array_elements($3::jsonb) e) w USING (${device})
      WHERE ${within('r.observed_at')} AND kind <> 'alarm') r`,
    arrivals: `(SELECT r.tenant, r.gateway, ${ms('b.received_at')} - ${ms('r.observed_at')} AS lateness
      FROM ${schema}.reading r JOIN ${schema}.batch b ON b.id = r.batch
      WHERE ${within('r.observed_at')} AND kind <> 'alarm' AND quality IS DISTINCT FROM 'clock-unsynchronised') a`,
    alarms: `(SELECT ${device}, ${ms('observed_at')} AS at, values::text AS body FROM ${schema}.reading
      WHERE ${within('observed_at')} AND kind = 'alarm') a`,
    devices: `(SELECT ${device}, type, group_name, place_name FROM ${schema}.device) d`,
    kinds: `(SELECT ${device}, kind FROM ${schema}.newest) k`,
    batches: (
      from,
    ) => `(SELECT tenant, gateway, epoch, number, count, stored, coalesce(jsonb_array_length(refused), 0) AS refused,
      ${ms('received_at')} AS received FROM ${schema}.batch WHERE ${received(from)}) b`,
    parts: (from) => `(SELECT tenant, gateway, epoch, number, ${ms('received_at')} AS received FROM ${schema}.part
      WHERE ${received(from)}) p`,
    gaps: (from) => `(SELECT tenant, gateway, epoch, first, last, count, reason, ${ms('received_at')} AS received
      FROM ${schema}.gap WHERE ${received(from)}) g`,
    oldest: `(SELECT ${ms('received_at')} AS received FROM ${schema}.batch ORDER BY id LIMIT 1) o`,
    values: `(SELECT number AS value FROM ${schema}.series WHERE ${within('observed_at')}
      AND tenant = $3 AND gateway = $4 AND device = $5 AND quantity = $6 AND quality IS NULL AND number IS NOT NULL) v`,
    points: `(SELECT quantity, ${ms('observed_at')} AS at, number AS value,
      CASE WHEN coalesce(quality, '') IN ('', 'clock-unsynchronised') THEN 0 ELSE 1 END AS doubt
      FROM ${schema}.series WHERE ${within('observed_at')} AND tenant = $3 AND gateway = $4 AND device = $5
      AND quantity IN ($6, $7, $8, $9, $10, $11, $12, $13)
      AND kind NOT IN ('sighting', 'position', 'alarm') AND number IS NOT NULL) p`,
  };
}
