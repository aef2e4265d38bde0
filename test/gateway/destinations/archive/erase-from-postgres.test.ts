/** Erasure from an archive in PostgreSQL, beside a gateway that writes it: no row is left, and no table's file holds one after a checkpoint. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ReadingBuffer } from '../../../../gateway/buffer/buffer.ts';
import { diskSpaceOf } from '../../../../gateway/buffer/disk-room.ts';
import { withUnits } from '../../../../gateway/config/case.ts';
import { readConfigFile } from '../../../../gateway/config/config.ts';
import { archiveType } from '../../../../gateway/destinations/archive/archive.ts';
import type { Whose } from '../../../../gateway/destinations/destination.ts';
import { DeviceTable } from '../../../../gateway/intake/device-table.ts';
import { bufferOptionsOf } from '../../../../gateway/open-buffer.ts';
import type { Reading } from '../../../../shared/reading.ts';
import {
  batch,
  close,
  DAY,
  HistoryClock,
  type Place,
  postgresPlace,
  sessionAt,
} from '../../../contract/archive-rig.ts';
import { machimori } from '../../../end-to-end/machimori.ts';
import { isPostgresMissing, type Postgres, startPostgres } from '../../../postgres/postgres.ts';
import { AT, levels } from '../../buffer/buffer-rig.ts';
import { LogBook } from '../../machine/log-book.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

function sealed(operator: string, n: number, at = AT): Reading {
  const seal = { operator, sealed: `sealed-for-${operator}-${n}`, sealedWith: 'key' };
  const values = { ...seal, rssi: -60, count: 1, firstAt: at + n, lastAt: at + n };
  return { device: 'detector-01', kind: 'sighting', observedAt: at + n, values };
}

const ofTag = (tag: string, n: number): Reading => ({
  ...{ device: 'detector-02', kind: 'sighting', observedAt: AT + n },
  values: { tag, rssi: -60, count: 1, firstAt: AT + n, lastAt: AT + n },
});

describe.skipIf(isPostgresMissing)('an archive in PostgreSQL', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.remove());

  const erase = async ({ settings, dataDirectory }: Place, whose: Whose, more: object = {}) => {
    const written = { name: 'history', type: 'archive', ...settings, ...more };
    const parsed = v.parse(archiveType.settings, withUnits(archiveType.settings, written));
    return archiveType.eraseSightings?.(parsed, whose, dataDirectory);
  };
  const alsok: Whose = { quantity: 'operator', is: 'alsok' };
  const filesWith = async (text: string) => {
    await postgres.query('CHECKPOINT');
    const base = join(postgres.folder, 'data/base');
    return readdirSync(base, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile() && readFileSync(join(each.parentPath, each.name)).includes(text))
      .map(({ name }) => name);
  };

  test('loses an operator’s sightings, or a tag’s, of every day; others stay, and no file holds them', async () => {
    const place = postgresPlace(postgres);
    const session = await sessionAt(place, { settings: { personal: true } });
    const days = [AT, AT - DAY, AT - 500 * DAY]; // the last is in reading_other
    const readings = days.flatMap((at, i) => [sealed('alsok', i, at), sealed('otta', i, at)]);
    await session.send(batch([...readings, ofTag('たまの鈴', 7), ofTag('another', 8)], { number: 1 }));
    await session.send(batch(levels(1, 3), { number: 2 }));
    expect((await filesWith('sealed-for-alsok')).length).toBeGreaterThan(2);
    expect(await erase(place, alsok)).toBe(3);
    expect(await erase(place, { quantity: 'tag', is: 'たまの鈴' })).toBe(1);
    const left = await place.readings();
    expect(left.map(({ kind, values }) => String(values.operator ?? values.tag ?? kind)).sort()).toEqual([
      'another',
      'otta',
      'otta',
      'otta',
      'water-level',
      'water-level',
      'water-level',
    ]);
    expect(JSON.stringify(await place.query('SELECT * FROM newest'))).not.toContain('alsok');
    expect(await filesWith('sealed-for-alsok')).toEqual([]);
    expect(await filesWith('たまの鈴')).toEqual([]);
    expect(await erase(place, alsok)).toBe(0);
    await session.send(batch([sealed('alsok', 99)], { number: 3 })); // it goes on
    expect((await place.readings()).filter(({ values }) => values.operator === 'alsok')).toHaveLength(1);
  });

  test('that is not there yet loses nothing', async () => {
    expect(await erase(postgresPlace(postgres), alsok)).toBe(0);
  });

  test('that somebody reads all the while loses its rows, and is told which files to write anew', async () => {
    const place = postgresPlace(postgres);
    const session = await sessionAt(place, { settings: { personal: true } });
    await session.send(batch([sealed('alsok', 1)]));
    const [{ day } = { day: '' }] = await place.query('SELECT tableoid::regclass::text AS day FROM reading');
    const analyst = await postgres.client();
    await analyst.query(`BEGIN; SELECT COUNT(*) FROM ${place.settings.schema}.${day}`);
    await expect(erase(place, alsok)).rejects.toThrow(new RegExp(`1 sighting was deleted.*VACUUM FULL .*${day}`));
    expect(await place.readings()).toEqual([]);
    await analyst.end();
  });

  test('whose role may not delete says what to grant', async () => {
    const place = postgresPlace(postgres);
    const session = await sessionAt(place, { settings: { personal: true } });
    await session.send(batch([sealed('alsok', 1)]));
    const { schema } = place.settings;
    await postgres.query(`CREATE ROLE clerk LOGIN; GRANT USAGE ON SCHEMA ${schema} TO clerk`);
    const url = postgres.url.replace('postgres@', 'clerk@');
    await expect(erase(place, alsok, { url })).rejects.toThrow(/may not delete.*GRANT SELECT, DELETE ON ALL TABLES/);
    await postgres.query(`GRANT SELECT, DELETE ON ALL TABLES IN SCHEMA ${schema} TO clerk`);
    await expect(erase(place, alsok, { url })).rejects.toThrow(/1 sighting was deleted.*VACUUM FULL/); // it is not the owner
    expect(await place.readings()).toEqual([]);
  });

  test('keeps no sighting past its retention until midnight; other readings of that day stay', async () => {
    const place = postgresPlace(postgres);
    const clock = new HistoryClock();
    const before = await sessionAt(place, { settings: { personal: true }, surroundings: { clock } });
    await before.send(batch([sealed('alsok', 1), sealed('alsok', 2, AT + 2 * 3_600_000), ...levels(1, 2)]));
    await close(before);
    clock.shiftMs = 7 * DAY + 3_600_000; // an hour past the retention of the first
    await sessionAt(place, { settings: { personal: true, retention: '7d' }, surroundings: { clock } });
    await vi.waitFor(
      async () =>
        expect((await place.readings()).map(({ kind }) => kind).sort()).toEqual([
          ...['sighting', 'water-level', 'water-level'],
        ]),
      { timeout: 15_000, interval: 20 },
    );
  });

  test('is erased by `machimori privacy erase`; one that is away is told, and asked again alone', async () => {
    const place = postgresPlace(postgres);
    const session = await sessionAt(place, { settings: { personal: true } });
    await session.send(batch([sealed('alsok', 1), sealed('alsok', 2), sealed('otta', 3)]));
    const folder = temporaryFolder();
    const archive = (name: string, url: string) =>
      `[[destination]]\nname = "${name}"\ntype = "archive"\npersonal = true\nschema = "${place.settings.schema}"\nurl = "${url}"\n`;
    const away = postgres.url.replace(/:\d+\//, ':9/');
    writeFileSync(
      join(folder, 'gateway.toml'),
      `gateway = { id = "gateway-01", tenant = "kakogawa", data-directory = "data" }
      clock = { synchronised = "always" }
      [[port]]
      name = "usb"
      type = "serial"
      path = "/dev/ttyUSB0"
      [[device]]
      id = "gauge-01"
      type = "nmea"
      port = "usb"
      ${archive('history', postgres.url)}
      ${archive('elsewhere', away)}`,
    );
    const read = readConfigFile(join(folder, 'gateway.toml'));
    if (!read.ok) throw new Error(read.faults[0]?.what.en);
    const { config } = read;
    mkdirSync(config.gateway.dataDirectory);
    const around = { clock: new HistoryClock(), log: new LogBook(), boot: 'boot-1', diskSpace: diskSpaceOf };
    ReadingBuffer.open(bufferOptionsOf(config, { ...around, devices: new DeviceTable(config) })).close();
    const run = (...args: string[]) =>
      machimori(folder, 'privacy', 'erase', 'gateway.toml', '--operator', 'alsok', ...args);
    const both = await run('--json');
    expect([both.code, both.err]).toEqual([1, '']);
    expect(JSON.parse(both.out)).toMatchObject({
      ...{ kind: 'operator', readings: 2, archived: 2, notErased: [], found: [] },
      failed: [{ destination: 'elsewhere' }],
    });
    expect((await place.readings()).map(({ values }) => values.operator)).toEqual(['otta']);
    const told = await run();
    expect([told.code, told.err]).toEqual([
      1,
      expect.stringMatching(/Not erased from elsewhere: .*--destination\s+elsewhere/s),
    ]);
    const alone = await run('--destination', 'history');
    expect([alone.code, alone.err]).toEqual([0, '']);
    const records = readFileSync(join(folder, 'data/erasures.jsonl'), 'utf8').trim().split('\n');
    expect(records.map((line) => JSON.parse(line).readings)).toEqual([2, 0, 0]);
    const unknown = await run('--destination', 'city');
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('history')]);
    onTestFinished(() => close(session));
  });
});
