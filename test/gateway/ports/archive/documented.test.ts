/** What docs/archive.md tells an engineer to run before a relay follows an archive. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lackedIndexes, prepareSchema, RELAY_INDEXES } from '../../../../gateway/postgres/schema.ts';
import { batch, close, DAY, type Place, postgresPlace, sessionAt } from '../../../contract/archive-rig.ts';
import { isPostgresMissing, type Postgres, startPostgres } from '../../../postgres/postgres.ts';
import { repositoryRoot } from '../../../repository-root.ts';
import { level } from '../../buffer/buffer-rig.ts';
import { follow, until } from './relay-rig.ts';

const document = readFileSync(join(repositoryRoot, 'docs/archive.md'), 'utf8');

describe.skipIf(isPostgresMissing)('what docs/archive.md has an engineer run', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.remove());

  /** Runs the block of SQL that begins so, in a schema of the test's own. */
  function run(beginning: string, { settings: { schema } }: Place): string {
    const [, sql] = new RegExp(`\`\`\`sql\\n( *${beginning}[\\s\\S]*?)\`\`\``).exec(document) ?? [];
    if (sql === undefined) throw new Error(`no block begins with ${beginning}`);
    const input = sql.replaceAll('machimori', String(schema));
    return execFileSync('/usr/lib/postgresql/15/bin/psql', ['-v', 'ON_ERROR_STOP=1', '-d', postgres.url], {
      ...{ input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] },
    });
  }

  /** Readings of three days, from a gateway that makes no indexes. */
  async function write(): Promise<Place> {
    const place = postgresPlace(postgres);
    const session = await sessionAt(place);
    for (const number of [1, 2, 3]) {
      const reading = { ...level(number), observedAt: level(number).observedAt - number * DAY };
      await session.send(batch([reading], { number }));
    }
    await close(session);
    return place;
  }

  test('the indexes of a large archive, made by hand, are those that a relay asks for; on later days they are there too', async () => {
    const place = await write();
    const { hub } = follow(place, { settings: { from: 'beginning' } });
    await until(() => expect(hub.whys[0]?.en).toMatch(/no index batch_relay/));
    const client = await postgres.client();
    const { schema } = place.settings;
    await prepareSchema(client, String(schema), { relayed: true, maxIndexed: 1_000 }); // it is larger: left to the engineer
    expect(await lackedIndexes(client, String(schema))).toEqual(RELAY_INDEXES);
    await client.end();
    run('CREATE INDEX CONCURRENTLY', place);
    await until(() => expect(hub.levels).toEqual([1, 2, 3]));
    const session = await sessionAt(place);
    await session.send(batch([{ ...level(4), observedAt: level(4).observedAt - 9 * DAY }], { number: 4 }));
    await close(session);
    await until(() => expect(hub.levels).toEqual([1, 2, 3, 4]));
    const lacking = await postgres.query(
      `SELECT inhrelid::regclass FROM pg_inherits p WHERE inhparent = '${place.settings.schema}.reading'::regclass AND NOT EXISTS (
         SELECT FROM pg_inherits i JOIN pg_index x ON x.indexrelid = i.inhrelid
         WHERE i.inhparent = '${place.settings.schema}.reading_batch'::regclass AND x.indrelid = p.inhrelid)`,
    );
    expect(lacking).toEqual([]);
  }, 60_000);

  test('its role can follow, and can change nothing', async () => {
    const place = await write();
    await close(await sessionAt(place, { settings: { relayed: true } }));
    run('CREATE ROLE relay', place);
    const settings = { url: postgres.url.replace('postgres@', 'relay@'), from: 'beginning' };
    const { hub } = follow(place, { settings });
    await until(() => expect(hub.levels).toEqual([1, 2, 3]));
    const changeable = await postgres.query(
      `SELECT relname FROM pg_class WHERE relnamespace = '${place.settings.schema}'::regnamespace AND relkind IN ('r', 'p')
         AND has_table_privilege('relay', oid, 'INSERT, UPDATE, DELETE, TRUNCATE')`,
    );
    expect(changeable).toEqual([]);
  }, 60_000);
});
