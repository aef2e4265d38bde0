/** What an operator's side promises in every engine: its enrolled tags' sightings each once, nobody else's, and nothing of who was struck out. */
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ephemeralId } from '../../devices/ble/rotating.ts';
import { encryptBlock } from '../../devices/lorawan/aes.ts';
import { giveToken, removeAccount } from '../../gateway/destinations/tags/accounts.ts';
import { Audit, type AuditEntry } from '../../gateway/destinations/tags/audit.ts';
import { anonymousGateway } from '../../shared/feed/anonymous.ts';
import type { Reading } from '../../shared/reading.ts';
import {
  AT,
  HEADING,
  ibeacon,
  identifier,
  newOperator,
  type Place,
  rowOf,
  sessionOf,
} from '../gateway/destinations/tags/rig.ts';
import { type Last, patience, service } from '../gateway/destinations/tags/service.ts';
import type { LogBook } from '../gateway/machine/log-book.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { isPostgresMissing, type Postgres, startPostgres } from '../postgres/postgres.ts';
import { batch, close, DAY, HistoryClock, partOf } from './archive-rig.ts';

let postgres: Postgres | undefined;
let schemas = 0;

beforeAll(async () => {
  if (!isPostgresMissing) postgres = await startPostgres();
});
afterAll(() => postgres?.remove());

type Row = Readonly<Record<string, unknown>>;
interface Engine extends Place {
  query(sql: string): Promise<readonly Row[]>;
}

function inSqlite(): Engine {
  const dataDirectory = temporaryFolder();
  return {
    settings: { url: 'sqlite:tags.sqlite' },
    dataDirectory,
    async query(sql) {
      const db = new Database(join(dataDirectory, 'tags.sqlite'), { readonly: true });
      onTestFinished(() => void db.close());
      return db.prepare(sql).all() as Row[]; // rows of columns
    },
  };
}

function inPostgres(): Engine {
  const own = postgres;
  if (own === undefined) throw new Error('PostgreSQL has not started');
  const schema = `tags_${++schemas}`;
  return {
    settings: { url: own.url, schema },
    dataDirectory: temporaryFolder(),
    query: (sql) => own.query(`SET search_path = ${schema}`).then(() => own.query(sql)),
  };
}

interface Feature {
  readonly geometry: { readonly coordinates: unknown };
  readonly properties: { readonly unlikely: boolean };
}
interface Path {
  readonly features: readonly Feature[];
}
const said = ({ entries }: LogBook) => JSON.stringify(entries);
const minute = 60_000;

describe.each([
  ['SQLite', false, inSqlite],
  ['PostgreSQL', isPostgresMissing, inPostgres],
] as const)('the tags in %s', (_, isMissing, engine) => {
  describe.skipIf(isMissing)('of an operator', () => {
    test('are told with place and time; what is not enrolled, or sealed to another key, is stored nowhere and counted', async () => {
      const operator = await newOperator(rowOf('はなこ', 1) + rowOf('T-2', 2));
      const other = await newOperator();
      const place = engine();
      const { session, last } = await service(operator, place);
      const phone = { ...ibeacon(1), place: { lat: 34.7567, lon: 134.8412, accuracy: 12 } };
      const readings = [
        await operator.sealed(ibeacon(1), AT),
        await operator.sealed(ibeacon(99), AT + 1),
        await other.sealed(ibeacon(2), AT + 2),
        { ...(await operator.sealed(ibeacon(2), AT + 3)), observedAt: AT + 4 }, // put beside another time
        await operator.sealed(ibeacon(2), AT + 3 * 60 * minute), // it is an hour after AT
      ];
      expect(await session.send(batch(readings))).toMatchObject({ outcome: 'stored', refused: [] });
      expect(await last('はなこ')).toEqual({
        tag: 'はなこ',
        last: {
          ...{ at: new Date(AT).toISOString(), firstAt: new Date(AT - 1_000).toISOString(), source: 'detector' },
          ...{
            detector: 'detector-01',
            tenant: 'kakogawa',
            place: { name: '加古川駅', lat: 34.7678, lon: 134.8393 },
            rssi: -60,
            count: 3,
          },
        },
        newerUnlikely: [],
      });
      expect(await last('T-2')).toBe(404);
      const dropped = Object.fromEntries(
        (await place.query('SELECT * FROM dropped')).map((row) => [row.reason, Number(row.count)]),
      );
      expect(dropped).toEqual({ 'not-enrolled': 1, unreadable: 2, 'from-the-future': 1 });
      const gateway = anonymousGateway(new Uint8Array(16).fill(5));
      await session.send(batch([await operator.sealed(phone, AT + 10 * minute, { device: 'phone' })], { gateway }));
      const answer = (await last('はなこ')) as Last;
      expect(answer.last).toMatchObject({ source: 'phone', place: { accuracy: 12 } });
      expect(answer.last.place.lat).toBeCloseTo(34.7567, 6);
      expect(answer.last).not.toHaveProperty('detector');
      expect(JSON.stringify(await place.query('SELECT * FROM detector'))).not.toContain('phone');
    });

    test('each sighting is stored once, whatever comes twice, again after a restart, or in parts first', async () => {
      const operator = await newOperator(rowOf('T-1', 1));
      const place = engine();
      const count = async () => Number((await place.query('SELECT COUNT(*) AS n FROM sighting'))[0]?.n);
      const readings = await Promise.all([1, 2, 3, 4].map((n) => operator.sealed(ibeacon(1), AT + n)));
      const first = await sessionOf(operator, place);
      const whole = batch(readings, { tenant: 'akashi' });
      const part = batch(readings.slice(0, 2), { tenant: 'akashi', number: 7, partOf: partOf(whole, 0) });
      const [a, b] = await Promise.all([first.send(part), first.send(whole)]);
      expect([a.outcome, b.outcome, await count()]).toEqual(['stored', 'stored', 4]);
      await close(first);
      const second = await sessionOf(operator, place);
      expect((await second.send(whole)).outcome).toBe('stored');
      expect((await second.send(batch(readings.slice(1), { tenant: 'akashi' }))).outcome).toBe('conflict');
      expect(await count()).toBe(4);
      await second.send(batch(readings, { tenant: 'kobe' })); // another gateway's of the same name
      expect(await count()).toBe(8);
    });

    test('what is past its retention is neither kept nor stored later', async () => {
      const operator = await newOperator(rowOf('T-1', 1));
      const place = engine();
      const { session, last, clock } = await service(operator, place, { retention: '2d' });
      const at = (ms: number) => operator.sealed(ibeacon(1), AT + ms);
      await session.send(batch([await at(-3 * DAY), await at(-DAY), await at(0)]));
      expect(await place.query('SELECT COUNT(*) AS n FROM sighting')).toMatchObject([
        { n: expect.toBeOneOf([2, '2']) },
      ]);
      await close(session);
      const later = new HistoryClock();
      later.shiftMs = 3 * DAY;
      await sessionOf(operator, place, { settings: { retention: '2d' }, surroundings: { clock: later } });
      await vi.waitFor(async () => {
        expect((await place.query('SELECT COUNT(*) AS n FROM sighting')).map(({ n }) => Number(n))).toEqual([0]);
        expect((await place.query('SELECT COUNT(*) AS n FROM batch')).map(({ n }) => Number(n))).toEqual([0]);
      }, patience);
      expect([await last('T-1').catch(() => 'closed'), clock.isSynchronised]).toEqual(['closed', true]);
    });

    test('nothing is stored while the clock is not set', async () => {
      const operator = await newOperator(rowOf('T-1', 1));
      const clock = new HistoryClock();
      clock.isSynchronised = false;
      const session = await sessionOf(operator, engine(), { surroundings: { clock } });
      const sending = batch([await operator.sealed(ibeacon(1), AT)]);
      await expect(session.send(sending)).rejects.toThrow(/clock is not set/);
      clock.isSynchronised = true;
      expect((await session.send(sending)).outcome).toBe('stored');
    });

    test('a tag that is struck out is dropped from then on, and erased; a table that is faulty or gone changes nothing', async () => {
      const operator = await newOperator(rowOf('Hanako-Yamada', 1) + rowOf('T-2', 2));
      const place = engine();
      const { session, last, log } = await service(operator, place);
      const seen = async (number: number) =>
        session.send(
          batch([await operator.sealed(ibeacon(1), AT + number), await operator.sealed(ibeacon(2), AT + number)], {
            number,
          }),
        );
      await seen(1);
      writeFileSync(operator.enrolledFile, `${HEADING}nonsense\n`);
      await vi.waitFor(() => expect(said(log)).toContain('cannot be read anew'), patience);
      await seen(2);
      expect(await last('Hanako-Yamada')).toMatchObject({ last: { at: new Date(AT + 2).toISOString() } });
      operator.enrol(rowOf('T-2', 2));
      await vi.waitFor(async () => expect(await last('Hanako-Yamada')).toBe(404), patience);
      await vi.waitFor(() => expect(said(log)).toContain('were struck out'), patience);
      await seen(3);
      expect(await last('T-2')).toMatchObject({ last: { at: new Date(AT + 3).toISOString() } });
      expect(await place.query('SELECT name FROM tag')).toEqual([{ name: 'T-2' }]);
      expect((await place.query('SELECT COUNT(*) AS n FROM sighting')).map(({ n }) => Number(n))).toEqual([3]);
      expect(said(log)).not.toMatch(/Hanako|T-2|f7826da6/);
      operator.enrol(rowOf('T-2', 2) + rowOf('Hanako-Yamada', 1));
      await vi.waitFor(async () => {
        await session.send(
          batch([await operator.sealed(ibeacon(1), AT + 50)], { number: 4 + Math.floor(Math.random() * 1e9) }),
        );
        expect(await last('Hanako-Yamada')).toMatchObject({ last: { at: new Date(AT + 50).toISOString() } });
      }, patience);
    });

    test('a tag that was struck out while nothing ran is erased when it runs again', async () => {
      const operator = await newOperator(rowOf('T-1', 1));
      const place = engine();
      const first = await sessionOf(operator, place);
      await first.send(batch([await operator.sealed(ibeacon(1), AT)]));
      await close(first);
      operator.enrol('');
      await sessionOf(operator, place);
      expect((await place.query('SELECT COUNT(*) AS n FROM sighting')).map(({ n }) => Number(n))).toEqual([0]);
      expect(await place.query('SELECT * FROM tag')).toEqual([]);
    });

    test('numbers that no edge sends cost neither the sighting nor the batch', async () => {
      const operator = await newOperator(rowOf('T-1', 1));
      const { session, last } = await service(operator, engine());
      const sealed = await operator.sealed(ibeacon(1), AT);
      const values = { ...sealed.values, rssi: 1e300, firstAt: -1e300, lastAt: 1e300, count: 1e300 };
      const hostile = { ...sealed, values } as Reading;
      expect((await session.send(batch([hostile, await operator.sealed(ibeacon(1), AT - 1)]))).outcome).toBe('stored');
      const { last: told } = (await last('T-1')) as Last;
      expect(told).toMatchObject({
        at: new Date(AT).toISOString(),
        firstAt: new Date(AT).toISOString(),
        count: 0x7fff_ffff,
      });
      expect(told).not.toHaveProperty('rssi');
    });

    test('a path is GeoJSON, in the order of time, with what is unlikely marked', async () => {
      const operator = await newOperator(rowOf('T-1', 1));
      const { session, ask } = await service(operator, engine());
      const at = (minutes: number, lat: number, lon: number) =>
        operator.sealed({ ...ibeacon(1), place: { lat, lon, accuracy: 5 } }, AT + minutes * minute);
      const readings: Reading[] = [
        await at(20, 34.758, 134.842),
        await at(0, 34.7567, 134.8412),
        await at(10, 35.69, 139.7), // Tokyo, ten minutes later
        await at(30, 34.76, 134.843),
      ];
      await session.send(batch(readings));
      const path = async (query: string) => ask(`/v1/tags/T-1/path?${query}`);
      const answer = await path(`from=${new Date(AT - minute).toISOString()}`);
      expect(answer.headers.get('content-type')).toBe('application/geo+json');
      const { features, ...rest } = (await answer.json()) as Path;
      expect(rest).toMatchObject({ type: 'FeatureCollection', tag: 'T-1' });
      expect(features[0]?.geometry.coordinates).toEqual([
        [134.8412, 34.7567],
        [134.842, 34.758],
        [134.843, 34.76],
      ]);
      expect(features.slice(1).map(({ properties }) => properties.unlikely)).toEqual([false, true, false, false]);
      const some = await path(`from=${AT + 15 * minute}&to=${AT + 25 * minute}`);
      expect(((await some.json()) as Path).features).toHaveLength(1); // a line needs two
      expect((await path(`from=${AT + 40 * minute}`)).status).toBe(404);
      for (const bad of [
        '',
        'from=yesterday',
        `from=${AT}&to=${AT - 1}`,
        `from=0&to=${AT}`,
        'from=2026-11-26T00:00:00',
      ]) {
        expect((await path(bad)).status, bad).toBe(400);
      }
    });

    test('a rotating tag is found by its key, and what was learned of its clock outlives a restart and leaves with it', async () => {
      const zeroAt = Math.floor(AT / 1000) - 40 * 86_400;
      const key = new Uint8Array(16).fill(0xab);
      const row = `Roll,"eid:${'ab'.repeat(16)},10,${zeroAt}",2026-04-01,A-9\n`;
      const operator = await newOperator(row + rowOf('T-2', 2));
      const place = engine();
      const eid = (clockS: number) => ({
        id: { format: 'eddystone-eid' as const, bytes: ephemeralId(key, clockS, 10, encryptBlock) },
      });
      const first = await service(operator, place);
      await first.session.send(batch([await operator.sealed(eid(40 * 86_400 + 300), AT)])); // 300 s fast by now
      expect(await first.last('Roll')).toMatchObject({ tag: 'Roll' });
      const clocks = await place.query('SELECT * FROM beacon_clock');
      expect(clocks).toHaveLength(1);
      await close(first.session);
      const second = await service(operator, place);
      await second.session.send(
        batch([await operator.sealed(eid(40 * 86_400 + 2_000), AT + 1_700_000)], { number: 2 }),
      );
      expect(await second.last('Roll')).toMatchObject({ last: { at: new Date(AT + 1_700_000).toISOString() } });
      operator.enrol(rowOf('T-2', 2));
      await vi.waitFor(async () => expect(await place.query('SELECT * FROM beacon_clock')).toEqual([]), patience);
    });
  });
});

describe('questions', () => {
  async function asked(settings: object = {}) {
    const operator = await newOperator(rowOf('T-1', 1) + rowOf('T-2', 2));
    const place = inSqlite();
    const at = await service(operator, place, settings);
    await at.session.send(batch([await operator.sealed(ibeacon(1), AT)]));
    const audit = async () => {
      const entries: AuditEntry[] = [];
      for await (const entry of new Audit(place.dataDirectory, 'alsok').entries()) entries.push(entry);
      return entries;
    };
    return { ...at, operator, place, audit };
  }

  test('are answered to who has an account, and each is in the audit', async () => {
    const { ask, audit, accountsFile, token } = await asked();
    expect((await ask('/v1/tags/T-1/last')).status).toBe(200);
    expect((await ask(`/v1/tags/T-1/path?from=${AT}&to=${AT + 1}`)).status).toBe(200);
    expect((await ask('/v1/tags/T-1/last', ['family-desk', 'guess'])).status).toBe(401);
    expect((await ask('/v1/tags/T-1/last', ['nobody', token])).status).toBe(401);
    expect((await ask('/v1/tags/T-9/last')).status).toBe(404);
    expect(await audit()).toMatchObject([
      { who: 'family-desk', address: '127.0.0.1', asked: 'last', tag: 'T-1', outcome: 'asked' },
      { asked: 'path', from: new Date(AT).toISOString(), until: new Date(AT + 1).toISOString(), outcome: 'asked' },
      { who: 'family-desk', outcome: 'refused' },
      { who: 'nobody', outcome: 'refused' },
      { tag: 'T-9', outcome: 'asked' },
    ]);
    const renewed = giveToken(accountsFile, 'family-desk');
    expect((await ask('/v1/tags/T-1/last')).status).toBe(401);
    expect((await ask('/v1/tags/T-1/last', ['family-desk', renewed])).status).toBe(200);
    removeAccount(accountsFile, 'family-desk');
    expect((await ask('/v1/tags/T-1/last', ['family-desk', renewed])).status).toBe(401);
    appendFileSync(accountsFile, 'faulty\n');
    expect((await ask('/v1/tags/T-1/last', ['family-desk', renewed])).status).toBe(503);
  });

  test('of a tag that is not enrolled have the answer of one without sightings', async () => {
    const { ask } = await asked();
    const told = async (tag: string) => {
      const answer = await ask(`/v1/tags/${tag}/last`);
      return [answer.status, await answer.text(), [...answer.headers].filter(([name]) => name !== 'date')];
    };
    expect(await told('T-2')).toEqual(await told('T-3'));
    expect((await told('T-2'))[0]).toBe(404);
  });

  test('are refused to an account, and to an address, that asks too often, or guesses', async () => {
    const often = await asked({ perMinute: 5 });
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++) statuses.push((await often.ask('/v1/tags/T-1/last')).status);
    expect(statuses.at(-1)).toBe(429);
    const guessed = await asked();
    for (let n = 0; n < 10; n++)
      expect((await guessed.ask('/v1/tags/T-1/last', ['family-desk', `${n}`])).status).toBe(401);
    expect((await guessed.ask('/v1/tags/T-1/last')).status).toBe(429); // even with the right token
  });

  test('that cannot be written down are not answered', async () => {
    const { ask, place } = await asked();
    writeFileSync(join(place.dataDirectory, 'alsok-audit'), 'a file where the folder should be');
    expect((await ask('/v1/tags/T-1/last')).status).toBe(503);
  });

  test('of other methods, paths and lengths get no answer', async () => {
    const { ask, listen } = await asked();
    for (const path of ['/', '/v1/tags//last', '/v1/tags/T-1', '/v1/tags/%ff/last', '/v1/tags/T-1/last/x']) {
      expect((await ask(path)).status, path).toBe(404);
    }
    expect((await ask(`/v1/tags/${'x'.repeat(2_000)}/last`)).status).toBe(414);
    expect((await fetch(`http://${listen}/v1/tags/T-1/last`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`http://${listen}/v1/tags/T-1/last`, { method: 'PUT' })).status).toBe(401);
    const unnamed = await fetch(`http://${listen}/v1/tags/T-1/last`);
    expect([unnamed.status, unnamed.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Basic')]);
  });
});

test.skipIf(isPostgresMissing)(
  'of a tag that was struck out, no table of PostgreSQL holds the name after the next checkpoint',
  async () => {
    const operator = await newOperator(rowOf('Jiro-Of-One-Test', 1) + rowOf('T-2', 2));
    const place = inPostgres();
    const { session, log } = await service(operator, place);
    await session.send(batch([await operator.sealed(ibeacon(1), AT), await operator.sealed(ibeacon(2), AT)]));
    await place.query('ANALYZE tag');
    const holding = async () => {
      await place.query('CHECKPOINT');
      const base = join(postgres?.folder ?? '', 'data/base');
      const files = readdirSync(base, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
      return files.filter(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes('Jiro-Of-One-Test'))
        .length;
    };
    expect(await holding()).toBeGreaterThan(0);
    operator.enrol(rowOf('T-2', 2));
    await vi.waitFor(() => expect(said(log)).toContain('were struck out'), patience);
    expect(await holding()).toBe(0);
  },
);

test('of a tag that was struck out, no file holds a byte afterwards: neither the database nor its log nor a damaged copy', async () => {
  const operator = await newOperator(rowOf('Hanako-Yamada', 1) + rowOf('T-2', 2));
  const place = inSqlite();
  const { session, last } = await service(operator, place);
  const home = { lat: 34.123_456_7, lon: 134.765_432_1, accuracy: 5 };
  for (let number = 1; number <= 30; number++) {
    const readings = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        i % 2 === 0
          ? operator.sealed({ ...ibeacon(1), place: home }, AT + number * 1_000 + i)
          : operator.sealed(ibeacon(2), AT + number * 1_000 + i),
      ),
    );
    await session.send(batch(readings, { number }));
  }
  writeFileSync(join(place.dataDirectory, 'tags.sqlite.damaged-1'), 'Hanako-Yamada');
  const latitude = Buffer.alloc(8);
  latitude.writeDoubleBE(home.lat);
  const holding = (bytes: Buffer) =>
    readdirSync(place.dataDirectory).filter(
      (name) => name.startsWith('tags.sqlite') && readFileSync(join(place.dataDirectory, name)).includes(bytes),
    );
  expect(holding(Buffer.from('Hanako')).length).toBeGreaterThan(1);
  expect(holding(latitude).length).toBeGreaterThan(0);
  operator.enrol(rowOf('T-2', 2));
  await vi.waitFor(() => expect(holding(Buffer.from('Hanako'))).toEqual([]), patience);
  expect(holding(latitude)).toEqual([]);
  expect(holding(Buffer.from(identifier(1).slice(32)))).toEqual([]);
  expect(await last('T-2')).toMatchObject({ tag: 'T-2' });
});
