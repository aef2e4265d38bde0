/** What PostgreSQL can do to an archive: go away, refuse, hold a lock, lack a right; and the days that it is kept in. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Forwarder } from '../../../../gateway/destinations/forwarder.ts';
import { SystemClock } from '../../../../gateway/machine/system-clock.ts';
import { isNobodyThere } from '../../../../gateway/net/absence.ts';
import type { Reading } from '../../../../shared/reading.ts';
import {
  archiveAt,
  batch,
  close,
  DAY,
  HistoryClock,
  type Place,
  postgresPlace,
  sessionAt,
} from '../../../contract/archive-rig.ts';
import {
  isPostgresMissing,
  type Postgres,
  setAccess,
  startPostgres,
  useCertificate,
} from '../../../postgres/postgres.ts';
import { AT, BufferRig, CITY, level, levels } from '../../buffer/buffer-rig.ts';
import { LogBook } from '../../machine/log-book.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const until = (condition: () => unknown) => vi.waitFor(condition, { timeout: 20_000, interval: 20 });
const signal = () => new AbortController().signal;
const levelsIn = async (place: Place) =>
  (await place.readings()).map(({ values }) => Number(values.level)).sort((a, b) => a - b);
const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);
const observed = (n: number, observedAt: number): Reading => ({ ...level(n), observedAt });

/** A buffer that is forwarded to the archive until the test is over. */
function site(place: Place) {
  const clock = new SystemClock('always');
  const rig = new BufferRig({ clock, batchReadings: 10, outboxes: [CITY] });
  const buffer = rig.open();
  const destination = archiveAt(place, {
    settings: { name: CITY.name, reconnectWithin: '0s' },
    surroundings: { clock },
  });
  const forwarder = new Forwarder({ destination, buffer, clock, log: new LogBook(), random: () => 0 });
  const stop = new AbortController();
  const running = forwarder.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  return { forwarder, put: (from: number, to: number) => buffer.append(levels(from, to)) };
}

describe.skipIf(isPostgresMissing)('a cluster that is killed and stopped', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres({ isDurable: true });
  });
  afterAll(() => postgres?.remove());

  test('kill -9 of the postmaster in the middle of the load loses nothing and doubles nothing', async () => {
    const place = postgresPlace(postgres);
    const { forwarder, put } = site(place);
    await until(() => expect(forwarder.stats.state).toBe('connected'));
    let appended = 0;
    for (let kill = 1; kill <= 3; kill++) {
      const before = forwarder.stats.readingsStored;
      for (; appended < kill * 1_000; appended += 100) await put(appended + 1, appended + 100);
      await until(() => expect(forwarder.stats.readingsStored).toBeGreaterThan(before)); // it is at it
      await postgres.kill();
      await until(() => expect(forwarder.stats.state).toBe('disconnected'));
      await postgres.start();
    }
    await until(async () => expect(await levelsIn(place)).toHaveLength(appended));
    expect(await levelsIn(place)).toEqual(upTo(appended));
    expect(await place.query('SELECT SUM(stored)::int AS n FROM batch')).toEqual([{ n: appended }]);
  });

  test('a stop tells why, nobody being there is tried again soon, and everything arrives once', async () => {
    const place = postgresPlace(postgres);
    const { forwarder, put } = site(place);
    await put(1, 30);
    await until(async () => expect(await levelsIn(place)).toHaveLength(30));
    await postgres.stop();
    await until(() => expect(forwarder.stats.retry?.isSteady).toBe(true));
    expect(forwarder.stats.why?.ja).not.toBe('');
    await expect(archiveAt(place).open(signal())).rejects.toSatisfy(isNobodyThere);
    await put(31, 60);
    await postgres.start();
    await until(async () => expect(await levelsIn(place)).toEqual(upTo(60)));
  });
});

describe.skipIf(isPostgresMissing)('a cluster', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.remove());

  const partitions = async (place: Place) => {
    const rows = await place.query(
      "SELECT relname::text AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'reading'::regclass ORDER BY 1",
    );
    return rows.map(({ name }) => name);
  };
  const own = async (place: Place, more?: Parameters<typeof archiveAt>[1]) => ({
    place,
    session: await sessionAt(place, more),
  });

  test('a connection that an administrator ends rejects what is on its way, and the next session stores it', async () => {
    const { place, session } = await own(postgresPlace(postgres));
    await session.send(batch(levels(1, 3)));
    const lock = await postgres.client();
    await lock.query(`BEGIN; LOCK TABLE ${place.settings.schema}.reading IN ACCESS EXCLUSIVE MODE`);
    const sending = session.send(batch(levels(4, 6), { number: 2 }));
    const rejected = expect(sending).rejects.toThrow(/terminating connection|connection/);
    await until(async () =>
      expect(await postgres.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")).toHaveLength(1),
    );
    await postgres.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'machimori%'",
    );
    await rejected;
    expect((await session.ended).en).toMatch(/connection/);
    await lock.end();
    const next = await sessionAt(place);
    await next.send(batch(levels(4, 6), { number: 2 }));
    expect(await levelsIn(place)).toEqual(upTo(6));
  });

  test('a database that does not finish in time ends the session', async () => {
    const { place, session } = await own(postgresPlace(postgres), { settings: { answerTimeout: '1s' } });
    const lock = await postgres.client();
    await lock.query(`BEGIN; LOCK TABLE ${place.settings.schema}.batch IN ACCESS EXCLUSIVE MODE`);
    await expect(session.send(batch(levels(1, 3)))).rejects.toThrow('the database did not finish within 1 s');
    expect((await session.ended).en).toBe('the database did not finish within 1 s');
    await lock.end();
  });

  test('a deadlock or a serialization failure is tried again at once', async () => {
    const { place, session } = await own(postgresPlace(postgres));
    const { schema } = place.settings;
    await postgres.query(`
      CREATE SEQUENCE ${schema}.attempts;
      CREATE FUNCTION ${schema}.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('${schema}.attempts') = 1 THEN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END IF; RETURN NEW;
      END $$;
      CREATE TRIGGER fail BEFORE INSERT ON ${schema}.batch FOR EACH ROW EXECUTE FUNCTION ${schema}.fail()`);
    expect(await session.send(batch(levels(1, 3)))).toMatchObject({ outcome: 'stored' });
    expect(await levelsIn(place)).toEqual([1, 2, 3]);
  });

  test('a full disk rejects what was sent, and the session goes on', async () => {
    const { place, session } = await own(postgresPlace(postgres));
    const { schema } = place.settings;
    await postgres.query(`
      CREATE FUNCTION ${schema}.full() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT ON ${schema}.batch FOR EACH ROW EXECUTE FUNCTION ${schema}.full()`);
    await expect(session.send(batch(levels(1, 3)))).rejects.toThrow('No space left on device');
    await postgres.query(`DROP TRIGGER full_disk ON ${schema}.batch`);
    expect(await session.send(batch(levels(1, 3)))).toMatchObject({ outcome: 'stored' });
    expect(await levelsIn(place)).toEqual([1, 2, 3]);
  });

  test('a reading that a constraint of the city’s refuses costs only itself, also among other batches', async () => {
    const { place, session } = await own(postgresPlace(postgres));
    await place.query("ALTER TABLE reading ADD CONSTRAINT dry CHECK ((values ->> 'level')::float8 <> 13)");
    const all = [batch(levels(1, 10)), batch(levels(11, 20), { number: 2 }), batch(levels(21, 30), { number: 3 })];
    const receipts = await Promise.all(all.map((each) => session.send(each)));
    expect(receipts.map(({ refused }) => refused.map(({ index }) => index))).toEqual([[], [2], []]);
    expect(receipts[1]?.refused[0]?.reason).toMatch(/violates check constraint "dry"/);
    expect(await levelsIn(place)).toEqual(upTo(30).filter((n) => n !== 13));
    expect(await session.send(batch(levels(11, 20), { number: 2 }))).toEqual(receipts[1]);
    await session.send(batch([observed(31, AT - 30 * DAY)], { number: 4 })); // a new day has the constraint too
    expect(await partitions(place)).toContain('reading_2025_12_16');
  });

  test('a batch that is refused whatever its readings is set aside with the reason', async () => {
    const { place, session } = await own(postgresPlace(postgres));
    await place.query("ALTER TABLE batch ADD CONSTRAINT ours CHECK (gateway <> 'gateway-09')");
    const receipt = await session.send(batch(levels(1, 3), { gateway: 'gateway-09' }));
    expect(receipt).toMatchObject({ outcome: 'unreadable', reason: expect.stringContaining('"ours"') });
    expect(await session.send(batch(levels(4, 6)))).toMatchObject({ outcome: 'stored' });
  });

  test('a standby, or a database that is read-only, is told before anything is sent to it', async () => {
    const { place } = await own(postgresPlace(postgres));
    await postgres.query(
      'CREATE ROLE standby LOGIN SUPERUSER; ALTER ROLE standby SET default_transaction_read_only = on',
    );
    const standby = { ...place, settings: { ...place.settings, url: postgres.url.replace('postgres@', 'standby@') } };
    await expect(archiveAt(standby).open(signal())).rejects.toMatchObject({ code: 'archive-read-only' });
  });

  test('a role without CREATE is told what to run; afterwards it needs no right to make a schema', async () => {
    const place = postgresPlace(postgres);
    const { schema } = place.settings;
    await postgres.query('CREATE ROLE writer LOGIN');
    await postgres.query('CREATE DATABASE city');
    const url = postgres.url.replace('postgres@', 'writer@').replace(/postgres$/, 'city');
    const open = () => archiveAt({ ...place, settings: { url, schema } }).open(signal());
    await expect(open()).rejects.toMatchObject({
      code: 'archive-denied',
      hint: { en: expect.stringContaining(`CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION writer`) },
    });
    const city = await postgres.client('city');
    await city.query(`CREATE SCHEMA ${schema} AUTHORIZATION writer`);
    const session = await open();
    expect(await session.send(batch(levels(1, 3)))).toMatchObject({ outcome: 'stored' });
    await close(session);
    await city.end();
  });

  test('a role that may only write has its readings in the default partition', async () => {
    const place = postgresPlace(postgres);
    const { schema } = place.settings;
    await close(await sessionAt(place)); // the tables
    await postgres.query(`CREATE ROLE guest LOGIN; GRANT USAGE ON SCHEMA ${schema} TO guest;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO guest; GRANT USAGE ON SEQUENCE ${schema}.batch_id TO guest`);
    const guest = { ...place, settings: { url: postgres.url.replace('postgres@', 'guest@'), schema } };
    const log = new LogBook();
    const session = await sessionAt(guest, { surroundings: { log } });
    expect(await session.send(batch([observed(1, AT - 40 * DAY)]))).toMatchObject({ outcome: 'stored' });
    expect(await place.query('SELECT COUNT(*)::int AS n FROM reading_other')).toEqual([{ n: 1 }]);
    expect(log.at('warn')).not.toEqual([]);
    const owner = await sessionAt(place); // makes the day with the next reading of it
    await owner.send(batch([observed(2, AT - 40 * DAY)], { number: 2 }));
    expect(await place.query('SELECT COUNT(*)::int AS n FROM reading_other')).toEqual([{ n: 0 }]);
    expect(await levelsIn(place)).toEqual([1, 2]);
  });

  test('today and tomorrow are made ahead, other days when they come, and none for a clock of 1970 or 2099', async () => {
    const { place, session } = await own(postgresPlace(postgres));
    expect(await partitions(place)).toEqual(['reading_2026_01_15', 'reading_2026_01_16', 'reading_other']);
    const far = [observed(1, 0), observed(2, Date.UTC(2099, 0, 1)), observed(3, AT - 401 * DAY)];
    await session.send(batch([...far, observed(4, AT - 30 * DAY), observed(5, AT)]));
    expect(await partitions(place)).toEqual([
      'reading_2025_12_16',
      'reading_2026_01_15',
      'reading_2026_01_16',
      'reading_other',
    ]);
    expect(await place.query('SELECT COUNT(*)::int AS n FROM reading_other')).toEqual([{ n: 3 }]);
    expect(await levelsIn(place)).toEqual(upTo(5));
  });

  test('a day whose readings wait in the default partition takes them when it is made', async () => {
    const clock = new HistoryClock();
    const { place, session } = await own(postgresPlace(postgres), { surroundings: { clock } });
    await session.send(batch([observed(1, AT + 10 * DAY), observed(2, AT + 60 * DAY)]));
    clock.shiftMs += 10 * DAY;
    await session.send(batch([observed(3, AT + 10 * DAY + 1)], { number: 2 }));
    expect(await partitions(place)).toContain('reading_2026_01_25');
    expect(await place.query('SELECT COUNT(*)::int AS n FROM reading_other')).toEqual([{ n: 1 }]);
    expect(await levelsIn(place)).toEqual([1, 2, 3]);
  });

  test('a day that somebody’s long query keeps from being made holds nobody up', async () => {
    const { place, session } = await own(postgresPlace(postgres));
    const analyst = await postgres.client();
    await analyst.query(`BEGIN; SELECT COUNT(*) FROM ${place.settings.schema}.reading_other`);
    expect(await session.send(batch([observed(1, AT - 30 * DAY)]))).toMatchObject({ outcome: 'stored' });
    expect(await levelsIn(place)).toEqual([1]);
    await analyst.end();
  });

  test('days past the retention are dropped whole', async () => {
    const place = postgresPlace(postgres);
    const clock = new HistoryClock();
    const before = await sessionAt(place, { surroundings: { clock } });
    await before.send(batch([observed(1, AT - 3 * DAY), observed(2, AT)]));
    await close(before);
    clock.shiftMs += 6 * DAY;
    await sessionAt(place, { settings: { retention: '7d' }, surroundings: { clock } });
    await until(async () => expect(await partitions(place)).not.toContain('reading_2026_01_12'));
    expect(await partitions(place)).toContain('reading_2026_01_15');
    expect(await levelsIn(place)).toEqual([2]);
  });

  test('with PostGIS, places are geometries', async () => {
    const { place, session } = await own(postgresPlace(postgres));
    const [there] = await postgres.query("SELECT 1 AS found FROM pg_available_extensions WHERE name = 'postgis'");
    if (there === undefined)
      return expect((await place.query('SELECT has_postgis FROM meta'))[0]).toEqual({ has_postgis: false });
    const values = { lat: 37.5, lon: 139.9 };
    await session.send(batch([{ device: 'plow-1', kind: 'position', observedAt: AT, values }, level(1)]));
    const near = await place.query(
      'SELECT device, ST_AsText(place) AS place FROM latest WHERE ST_DWithin(place::geography, ST_MakePoint(139.9, 37.501)::geography, 200)',
    );
    expect(near).toEqual([{ device: 'plow-1', place: 'POINT(139.9 37.5)' }]);
    expect(await place.query('SELECT place IS NULL AS nowhere FROM reading_place ORDER BY device')).toEqual([
      { nowhere: true },
      { nowhere: false },
    ]);
  });

  test('a wrong password and a missing database are told with what to do; the right password gets in', async () => {
    const place = postgresPlace(postgres);
    const folder = temporaryFolder();
    const passwordFile = join(folder, 'password');
    await postgres.query("CREATE ROLE keeper LOGIN SUPERUSER PASSWORD 'right'");
    await setAccess(postgres, 'host all keeper 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust');
    const settings = { ...place.settings, url: postgres.url.replace('postgres@', 'keeper@'), passwordFile };
    const open = (more: object = {}) => archiveAt({ ...place, settings: { ...settings, ...more } }).open(signal());
    writeFileSync(passwordFile, 'wrong\n');
    await expect(open()).rejects.toMatchObject({ code: 'archive-login' });
    writeFileSync(passwordFile, 'right\n');
    await close(await open());
    await expect(open({ url: postgres.url.replace(/postgres$/, 'nowhere') })).rejects.toMatchObject({
      code: 'archive-no-database',
    });
    await expect(open({ url: `${postgres.url}?sslmode=require` })).rejects.toMatchObject({ code: 'archive-no-tls' });
  });

  test('TLS: the certificate and the host name are verified by sslmode', async () => {
    const place = postgresPlace(postgres);
    const folder = temporaryFolder();
    const [caFile, key] = [join(folder, 'server.crt'), join(folder, 'server.key')];
    const request = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
    execFileSync(
      'openssl',
      ['req', ...request, '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', caFile],
      {
        stdio: 'pipe',
      },
    );
    await useCertificate(postgres, caFile, key);
    const open = async (host: string, sslmode: string, more: object = {}) => {
      const url = `postgres://postgres@${host}:${postgres.port}/postgres?sslmode=${sslmode}`;
      const session = await archiveAt({ ...place, settings: { ...place.settings, url, ...more } }).open(signal());
      const rows = await postgres.query(
        "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name LIKE 'machimori%'",
      );
      await close(session);
      return rows;
    };
    const encrypted = [{ ssl: true }];
    expect(await open('localhost', 'verify-full', { caFile })).toEqual(encrypted);
    expect(await open('127.0.0.1', 'verify-ca', { caFile })).toEqual(encrypted);
    expect(await open('127.0.0.1', 'require')).toEqual(encrypted);
    for (const [host, mode, more] of [
      ['127.0.0.1', 'verify-full', { caFile }],
      ['localhost', 'verify-full', {}],
      ['localhost', 'verify-ca', {}],
    ] as const) {
      await expect(open(host, mode, more)).rejects.toMatchObject({ code: 'archive-certificate' });
    }
  });

  test('a schema of a newer release is left alone', async () => {
    const { place } = await own(postgresPlace(postgres));
    await place.query('UPDATE meta SET version = 99');
    await expect(archiveAt(place).open(signal())).rejects.toMatchObject({ code: 'archive-too-new' });
  });

  test('a Unix socket does as well', async () => {
    const place = postgresPlace(postgres);
    const url = `postgres://postgres@localhost:${postgres.port}/postgres?host=${postgres.folder}`;
    const session = await sessionAt({ ...place, settings: { ...place.settings, url } });
    expect(await session.send(batch(levels(1, 3)))).toMatchObject({ outcome: 'stored' });
  });
});
