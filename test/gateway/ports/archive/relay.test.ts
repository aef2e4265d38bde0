/** A relay passes on each batch of an archive once, whatever becomes of either: what is read when, and where it goes on. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { SystemClock } from '../../../../gateway/machine/system-clock.ts';
import type { DeviceDescription } from '../../../../shared/feed/birth.ts';
import type { Reading } from '../../../../shared/reading.ts';
import { batch, close, DAY, type Place, postgresPlace, sessionAt, stored } from '../../../contract/archive-rig.ts';
import { isPostgresMissing, type Postgres, setAccess, startPostgres } from '../../../postgres/postgres.ts';
import { AT, level, levels } from '../../buffer/buffer-rig.ts';
import { follow, Hub, until } from './relay-rig.ts';

const relayed = { settings: { relayed: true } };
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Writes batches of one reading each, with its level for a number, as a worker would. */
async function write(place: Place, from: number, to: number, gateway = 'gateway-01'): Promise<void> {
  const session = await sessionAt(place, relayed);
  for (const number of numbers(from, to)) {
    expect(stored(await session.send(batch([level(number)], { number, gateway })))).toBe(true);
  }
  await close(session);
}

/** Another program's batch, whose transaction is its own to end. */
async function insert(client: pg.Client, place: Place, id: number): Promise<void> {
  const { schema } = place.settings;
  await client.query(
    `INSERT INTO ${schema}.batch (id, tenant, gateway, epoch, number, lane, digest, count, stored, received_at, filed_until)
     VALUES (${id}, 'kakogawa', 'other', '8899aabbccddeeff', ${id}, 'routine', '00', 1, 1, now(), now())`,
  );
  await client.query(
    `INSERT INTO ${schema}.reading (batch, index, observed_at, tenant, gateway, device, kind, "values")
     VALUES (${id}, 0, now(), 'kakogawa', 'other', 'gauge-01', 'water-level', '{"level": ${id}}')`,
  );
}

describe.skipIf(isPostgresMissing)('a relay', () => {
  let postgres: Postgres;
  let place: Place;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.remove());
  beforeEach(() => {
    place = postgresPlace(postgres);
  });
  const openClient = async () => {
    const client = await postgres.client();
    onTestFinished(() => client.end());
    return client;
  };

  test('passes on what comes while it runs, each reading as it was stored', async () => {
    await write(place, 1, 1);
    const { hub } = follow(place);
    await until(() => expect(hub.opens).toBe(1));
    const readings: Reading[] = [
      { device: 'gauge-01', kind: 'water-level', observedAt: AT + 1, values: { level: 0.1, text: 'あ', on: true } },
      { device: 'gauge-01', kind: 'water-level', observedAt: AT + 2, values: { level: -3e-7 }, quality: 'stale' },
      {
        ...{
          device: 'plow-01',
          kind: 'position',
          observedAt: AT - 400 * DAY,
          values: { lat: 37.5, lon: 139.9, speed: 3 },
        },
        ...{ quality: 'uncertain', doubtful: ['speed'] },
      },
    ];
    const session = await sessionAt(place, relayed);
    await session.send(batch(readings, { number: 2, tenant: 'aizu', gateway: 'g-7' }));
    await until(() => expect(hub.batches).toHaveLength(1));
    const [taken] = hub.batches;
    expect(taken?.from).toEqual({ tenant: 'aizu', gateway: 'g-7' });
    expect(taken?.header).toMatchObject({ gateway: 'g-7', number: 2, lane: 'routine', count: 3 });
    expect(taken?.header.epoch).not.toBe('0011223344556677');
    expect(taken?.readings).toEqual(readings);
  });

  test('a transaction that commits before one that began earlier is not passed, and neither is skipped', async () => {
    await write(place, 1, 1);
    const { hub, looks } = follow(place);
    await until(() => expect(hub.opens).toBe(1));
    const [first, second] = [await openClient(), await openClient()];
    await first.query('BEGIN');
    await insert(first, place, 900_001);
    await second.query('BEGIN');
    await insert(second, place, 800_001);
    await second.query('COMMIT');
    await write(place, 2, 2); // of a third, which sees the second
    const before = looks();
    await until(() => expect(looks()).toBeGreaterThan(before + 2));
    expect(hub.levels).toEqual([]);
    await first.query('COMMIT');
    await until(() => expect(hub.levels).toEqual([900_001, 800_001, 2]));
  });

  test('a transaction that is rolled back holds nothing up once it is over', async () => {
    await write(place, 1, 1);
    const { hub } = follow(place);
    await until(() => expect(hub.opens).toBe(1));
    const client = await openClient();
    await client.query('BEGIN');
    await insert(client, place, 900_001);
    await write(place, 2, 2);
    await client.query('ROLLBACK');
    await until(() => expect(hub.levels).toEqual([2]));
  });

  test('says when a transaction has held it back for a minute, and when that is over', async () => {
    await write(place, 1, 1);
    const real = new SystemClock('always');
    let aheadMs = 0;
    const clock = Object.assign(Object.create(real) as typeof real, {
      moment: () => ({ ...real.moment(), monotonic: real.moment().monotonic + aheadMs }),
      sleep: (ms: number, signal: AbortSignal) => real.sleep(ms, signal),
    });
    const { hub } = follow(place, { around: { clock } });
    await until(() => expect(hub.opens).toBe(1));
    const client = await openClient();
    await client.query('BEGIN');
    await insert(client, place, 900_001);
    const [{ xid } = {}] = (await client.query('SELECT pg_current_xact_id()::text AS xid')).rows;
    await write(place, 2, 2);
    await until(() => {
      aheadMs += 30_000;
      expect(hub.held?.en).toContain(`transaction ${xid} `);
    });
    await client.query('COMMIT');
    await until(() => expect(hub.levels).toEqual([900_001, 2]));
    await until(() => expect(hub.held).toBeUndefined());
  });

  test('goes on where it was, and from now on only the first time', async () => {
    await write(place, 1, 3);
    const first = follow(place);
    await until(() => expect(first.hub.opens).toBe(1));
    await write(place, 4, 5);
    await until(() => expect(first.hub.levels).toEqual([4, 5]));
    await first.end();
    await write(place, 6, 7);
    const second = follow(place, { kept: first.kept });
    await until(() => expect(second.hub.levels).toEqual([6, 7]));
  });

  test('is told from the beginning, or from a time on', async () => {
    await write(place, 1, 3);
    const all = follow(place, { settings: { from: 'beginning' } });
    await until(() => expect(all.hub.levels).toEqual([1, 2, 3]));
    const { schema } = place.settings;
    await postgres.query(`UPDATE ${schema}.batch SET received_at = '2026-01-01T00:00Z' WHERE number = 1`);
    await postgres.query(`UPDATE ${schema}.batch SET received_at = '2026-01-02T00:00Z' WHERE number > 1`);
    const some = follow(place, { settings: { from: '2026-01-01T12:00Z' } });
    await until(() => expect(some.hub.levels).toEqual([2, 3]));
    const none = follow(place, { settings: { from: '2026-01-03T12:00Z' } });
    await until(() => expect(none.hub.opens).toBe(1));
    await write(place, 4, 4);
    await until(() => expect(none.hub.levels).toEqual([4]));
  });

  test('a batch that the hub could not store comes again, and none after it is taken for passed', async () => {
    await write(place, 1, 3);
    const hub = new Hub();
    let isBroken = true;
    hub.beforeStoring = ({ header }) => {
      if (isBroken && header.number === 2) throw new Error('the disk is full');
    };
    const { kept } = follow(place, { hub, settings: { from: 'beginning' } });
    await until(() => expect(hub.whys.at(-1)?.en).toMatch(/the disk is full/));
    expect(kept.get('port/relay/position')).toContain('"landmarks":[]');
    const identities = () => hub.batches.map(({ header: { epoch, number } }) => `${epoch} ${number}`);
    const before = identities();
    isBroken = false;
    await until(() => expect(new Set(hub.levels)).toEqual(new Set([1, 2, 3])));
    expect(identities().slice(-3)).toEqual(expect.arrayContaining(before.slice(0, 1))); // it is known by the same identity
  });

  test('reads nothing while the hub has no room, and loses nothing by it', async () => {
    await write(place, 1, 3);
    let room = false;
    const { hub, looks } = follow(place, { settings: { from: 'beginning' }, hasRoom: () => room });
    await until(() => expect(looks()).toBeGreaterThan(2));
    expect(hub.levels).toEqual([]);
    room = true;
    await until(() => expect(hub.levels).toEqual([1, 2, 3]));
  });

  test('reads long pages to their end, with batches of all sizes', async () => {
    const session = await sessionAt(place, relayed);
    const sizes = numbers(1, 1_300).map((number) => (number === 700 ? 30_000 : 1));
    const receipts = sizes.map((size, i) => session.send(batch(levels(1, size), { number: i + 1 })));
    await Promise.all(receipts);
    const { hub } = follow(place, { settings: { from: 'beginning' } });
    await until(() => expect(hub.batches).toHaveLength(1_300));
    expect(hub.batches.map(({ header, readings }) => [header.number, readings.length])).toEqual(
      sizes.map((size, i) => [i + 1, size]),
    );
  }, 60_000);

  test('devices are described before their first reading, and again when there is one more', async () => {
    const devices = new Map<string, DeviceDescription>([
      [
        'gauge-01',
        {
          ...{ id: 'gauge-01', type: 'water-level', kinds: ['water-level'], units: { level: 'm' }, group: 'river' },
          place: { lat: 34.7, lon: 134.8, name: '平荘湖' },
          thresholds: [{ alarm: 'high', quantity: 'level', raise: 2, clear: 1.8 }],
        },
      ],
    ]);
    const around = { describe: (id: string) => devices.get(id) };
    const session = await sessionAt(place, { ...relayed, surroundings: around });
    await session.send(batch([level(1)], { number: 1 }));
    const { hub } = follow(place, { settings: { from: 'beginning' } });
    await until(() => expect(hub.levels).toEqual([1]));
    expect(hub.births.map((birth) => birth.devices)).toEqual([[...devices.values()]]);
    expect(hub.births[0]).toMatchObject({ tenant: 'kakogawa', gateway: 'gateway-01' });
    devices.set('gauge-02', { id: 'gauge-02', type: 'line', kinds: [], units: {} });
    await session.send(batch([{ ...level(2), device: 'gauge-02' }], { number: 2 }));
    await session.send(batch([{ ...level(3), device: 'gauge-03' }], { number: 3 })); // nobody has described it
    await until(() => expect(hub.levels).toEqual([1, 2, 3]));
    expect(hub.births.map((birth) => birth.devices.length)).toEqual([1, 2]);
  });

  test('readings that retention has deleted meanwhile are told of as lost', async () => {
    await write(place, 1, 2);
    await postgres.query(`DELETE FROM ${place.settings.schema}.reading WHERE ("values" ->> 'level')::int = 1`);
    const { hub, log } = follow(place, { settings: { from: 'beginning' } });
    await until(() => expect(hub.levels).toEqual([2]));
    expect(log.at('error')).toMatchObject([{ fields: { readings: 1 } }]);
  });

  test('a batch of somebody’s who is no gateway is counted and passed over', async () => {
    await write(place, 1, 1);
    await postgres.query(`UPDATE ${place.settings.schema}.batch SET gateway = 'no/gateway'`);
    await write(place, 2, 2);
    const { hub } = follow(place, { settings: { from: 'beginning' } });
    await until(() => expect(hub.levels).toEqual([2]));
    expect(hub.ignoredOnes).toEqual([expect.stringContaining('no/gateway')]);
  });

  test('a batch of a gateway with this hub’s own id is counted and told of, since the hub would take it for its own', async () => {
    await write(place, 1, 1, 'relay-01');
    await write(place, 2, 2);
    const { hub } = follow(place, { settings: { from: 'beginning' } });
    await until(() => expect(hub.levels).toEqual([2]));
    expect(hub.ignoredOnes).toEqual([expect.stringMatching(/relay-01[\s\S]*own id/)]);
  });

  describe('what it meets at the door', () => {
    const faultOf = async (more: Parameters<typeof follow>[1] = {}) => {
      const { hub, end } = follow(place, more);
      await until(() => expect(hub.whys).not.toEqual([]));
      expect(hub.opens).toBe(0);
      await end();
      return hub.whys[0]?.en;
    };

    test('no tables: it says who makes them', async () => {
      expect(await faultOf()).toMatch(/no archive yet[\s\S]*start the workers/);
    });

    test('no indexes: it says what to write, and follows when that is done', async () => {
      await close(await sessionAt(place));
      const { hub } = follow(place);
      await until(() => expect(hub.whys[0]?.en).toMatch(/relayed = true/));
      await write(place, 1, 1);
      await until(() => expect(hub.opens).toBe(1));
    });

    test('an index that is not made of every partition yet is none', async () => {
      await write(place, 1, 1);
      const { schema } = place.settings;
      await postgres.query(`DROP INDEX ${schema}.reading_batch`);
      await postgres.query(`CREATE INDEX reading_batch ON ONLY ${schema}.reading (batch)`);
      expect(await faultOf()).toMatch(/no index reading_batch/);
    });

    test('tables of the release before: a worker brings them up, and what they held is passed on first', async () => {
      await write(place, 1, 2);
      const { schema } = place.settings;
      await postgres.query(
        `ALTER TABLE ${schema}.batch DROP COLUMN transaction, DROP COLUMN observed_from, DROP COLUMN observed_until;
         ALTER TABLE ${schema}.meta DROP COLUMN archive, DROP COLUMN cluster; UPDATE ${schema}.meta SET version = 1`,
      );
      expect(await faultOf()).toMatch(/schema 1, needed here: 2/);
      await write(place, 3, 3);
      const { hub } = follow(place, { settings: { from: 'beginning' } });
      await until(() => expect(hub.levels).toEqual([1, 2, 3]));
    });

    test('a user who may only read four tables is enough, and with less it says what to grant', async () => {
      await write(place, 1, 1);
      const { schema } = place.settings;
      await postgres.query(`CREATE ROLE relay LOGIN; GRANT USAGE ON SCHEMA ${schema} TO relay`);
      const settings = { url: postgres.url.replace('postgres@', 'relay@') };
      const tables = ['meta', 'batch', 'reading'].map((table) => `${schema}.${table}`).join(', ');
      await postgres.query(`GRANT SELECT ON ${tables} TO relay`);
      expect(await faultOf({ settings })).toMatch(/device[\s\S]*GRANT SELECT/);
      await postgres.query(`GRANT SELECT ON ${schema}.device TO relay`);
      const { hub } = follow(place, { settings: { ...settings, from: 'beginning' } });
      await until(() => expect(hub.levels).toEqual([1]));
      await write(place, 2, 2);
      await until(() => expect(hub.levels).toEqual([1, 2]));
    });

    test('a wrong password', async () => {
      await setAccess(postgres, 'host all guarded 127.0.0.1/32 scram-sha-256');
      onTestFinished(() => setAccess(postgres, 'host all all 127.0.0.1/32 trust'));
      await postgres.query("CREATE ROLE guarded LOGIN PASSWORD 'right'");
      const settings = { url: postgres.url.replace('postgres@', 'guarded@') };
      expect(await faultOf({ settings })).toMatch(/password-file/);
    });
  });
});

describe.skipIf(isPostgresMissing)('a database that goes, or goes back', () => {
  const startOwn = async () => {
    const postgres = await startPostgres({ isDurable: true });
    onTestFinished(() => postgres.remove());
    return postgres;
  };

  test('a restart is waited for, and said', async () => {
    const postgres = await startOwn();
    const place = postgresPlace(postgres);
    await write(place, 1, 1);
    const { hub } = follow(place);
    await until(() => expect(hub.opens).toBe(1));
    await postgres.kill();
    await until(() => expect(hub.whys).not.toEqual([]));
    await postgres.start();
    await write(place, 2, 3);
    await until(() => expect(hub.levels).toEqual([2, 3]));
    expect(hub.opens).toBe(2);
  }, 60_000);

  test('a backup put back: what is new is passed on, though its transactions have numbers that were passed', async () => {
    const postgres = await startOwn();
    const place = postgresPlace(postgres);
    await write(place, 1, 3);
    const { hub, kept, end } = follow(place);
    await until(() => expect(hub.opens).toBe(1));
    await write(place, 4, 5);
    await until(() => expect(hub.levels).toEqual([4, 5]));
    const [data, backup] = [join(postgres.folder, 'data'), join(postgres.folder, 'backup')];
    await postgres.stop();
    execFileSync('cp', ['-a', data, backup]);
    await postgres.start();
    await write(place, 6, 40);
    await until(() => expect(hub.levels).toEqual(numbers(4, 40)));
    await end();
    await postgres.stop();
    rmSync(data, { recursive: true });
    execFileSync('cp', ['-a', backup, data]);
    await postgres.start();
    await write(place, 101, 103, 'gateway-02');
    const again = follow(place, { kept });
    await until(() => expect(again.hub.levels.slice(-3)).toEqual([101, 102, 103]));
    expect(again.log.at('warn')).toMatchObject([{ message: expect.stringContaining('it was set back') }]);
    expect(again.hub.levels.length).toBeLessThanOrEqual(5); // and not all from the beginning
  }, 60_000);

  test('a dump in another cluster: a worker numbers it anew, and the last day comes again under the same identities', async () => {
    const [old, fresh] = [await startOwn(), await startOwn()];
    const place = postgresPlace(old);
    await write(place, 1, 3);
    await old.query(
      `UPDATE ${place.settings.schema}.batch SET received_at = received_at - interval '30 days' WHERE number = 1`,
    );
    const { hub, kept, end } = follow(place, { settings: { from: 'beginning' } });
    await until(() => expect(hub.levels).toEqual([1, 2, 3]));
    await end();
    const bin = '/usr/lib/postgresql/15/bin';
    const dump = execFileSync(join(bin, 'pg_dump'), ['-d', old.url]);
    execFileSync(join(bin, 'psql'), ['-q', '-d', fresh.url], { input: dump });
    const moved = { ...place, settings: { ...place.settings, url: fresh.url } };
    const before = follow(moved, { kept });
    await until(() => expect(before.hub.whys[0]?.en).toMatch(/restored into another PostgreSQL/));
    await before.end();
    await write(moved, 4, 4);
    const after = follow(moved, { kept });
    await until(() => expect(after.hub.levels).toEqual([2, 3, 4]));
    const identities = ({ batches }: Hub) => batches.map(({ header: { epoch, number } }) => `${epoch} ${number}`);
    expect(identities(after.hub).slice(0, 2)).toEqual(identities(hub).slice(1));
  }, 60_000);

  test('another archive under the same address is followed as a new one', async () => {
    const postgres = await startOwn();
    const place = postgresPlace(postgres);
    await write(place, 1, 2);
    const { hub, kept, end } = follow(place, { settings: { from: 'beginning' } });
    await until(() => expect(hub.levels).toEqual([1, 2]));
    await end();
    await postgres.query(`DROP SCHEMA ${place.settings.schema} CASCADE`);
    await write(place, 1, 2);
    const again = follow(place, { kept, settings: { from: 'beginning' } });
    await until(() => expect(again.hub.levels).toEqual([1, 2]));
    expect(again.hub.batches[0]?.header.epoch).not.toBe(hub.batches[0]?.header.epoch);
    expect(again.log.at('warn')[0]?.message).toMatch(/another archive/);
  }, 60_000);
});
