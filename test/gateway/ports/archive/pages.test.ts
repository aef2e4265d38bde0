/** What a page of an archive holds when the archive changes while it is read. */
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { lackingIn, readPage } from '../../../../gateway/ports/archive/pages.ts';
import { BEGINNING } from '../../../../gateway/ports/archive/position.ts';
import { batch, close, postgresPlace, sessionAt } from '../../../contract/archive-rig.ts';
import { isPostgresMissing, type Postgres, startPostgres } from '../../../postgres/postgres.ts';
import { AT, levels } from '../../buffer/buffer-rig.ts';

const INT8 = 20;
const dayMs = 86_400_000;

describe.skipIf(isPostgresMissing)('a page of an archive', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.remove());

  /** A client that does something after it has asked for batches, and before it asks for their readings. */
  async function clientThat(afterBatches: () => Promise<unknown>): Promise<pg.Client> {
    const client = await postgres.client();
    onTestFinished(() => client.end());
    client.setTypeParser(INT8, Number);
    const ask = client.query.bind(client) as (...args: unknown[]) => Promise<pg.QueryResult>;
    let isDone = false;
    const query = async (...args: unknown[]) => {
      const result = await ask(...args);
      const isOfBatches = typeof args[0] === 'object' && !isDone;
      if (isOfBatches) {
        isDone = true;
        await afterBatches();
      }
      return result;
    };
    return Object.assign(client, { query });
  }

  async function writeReadings() {
    const place = postgresPlace(postgres);
    const session = await sessionAt(place, { settings: { relayed: true } });
    await session.send(batch(levels(1, 3), { number: 1 }));
    await close(session);
    return { schema: String(place.settings.schema) };
  }

  test('has its readings though they are moved to a day of their own between its two questions', async () => {
    const { schema } = await writeReadings();
    const at = new Date(AT).toISOString();
    const day = `reading_${at.slice(0, 10).replaceAll('-', '_')}`;
    const [from, to] = [AT, AT + dayMs].map((time) => `'${new Date(time).toISOString().slice(0, 10)}'`);
    await postgres.query(`DROP TABLE ${schema}.${day}`);
    await postgres.query(
      `INSERT INTO ${schema}.reading SELECT b.id, i, '${at}'::timestamptz, tenant, gateway, 'gauge-01',
         'water-level', '{"level": 1}' FROM ${schema}.batch b, generate_series(0, 2) i`,
    );
    await postgres.query(`UPDATE ${schema}.batch SET observed_from = '${at}', observed_until = '${at}'`);
    const client = await clientThat(() =>
      postgres.query(
        `CREATE TABLE ${schema}.${day} (LIKE ${schema}.reading INCLUDING ALL EXCLUDING INDEXES);
         WITH moved AS (DELETE FROM ${schema}.reading_other RETURNING *) INSERT INTO ${schema}.${day} SELECT * FROM moved;
         ALTER TABLE ${schema}.reading ATTACH PARTITION ${schema}.${day} FOR VALUES FROM (${from}) TO (${to})`,
      ),
    );
    const page = await readPage(client, schema, BEGINNING);
    expect([...page.readings.values()].map((readings) => readings.length)).toEqual([3]);
    expect(lackingIn(page)).toBe(0);
  });

  test('lacks what was deleted, however often it is read', async () => {
    const { schema } = await writeReadings();
    const client = await clientThat(() => postgres.query(`DELETE FROM ${schema}.reading`));
    const page = await readPage(client, schema, BEGINNING);
    expect(page.batches).toHaveLength(1);
    expect(lackingIn(page)).toBe(0); // its snapshot is older than the deletion
    expect(lackingIn(await readPage(client, schema, BEGINNING))).toBe(3);
  });
});
