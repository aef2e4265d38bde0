/** Erasure from an archive in SQLite, beside a gateway that writes it: nothing is left in any of its files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { archiveType } from '../../../../gateway/destinations/archive/archive.ts';
import type { Reading } from '../../../../shared/reading.ts';
import { batch, HOUR, type Place, sessionAt, sqlitePlace } from '../../../contract/archive-rig.ts';
import { AT, levels } from '../../buffer/buffer-rig.ts';

function sealed(operator: string, n: number): Reading {
  const seal = { operator, sealed: `sealed-for-${operator}-${n}`, sealedWith: 'key' };
  const values = { ...seal, rssi: -60, count: 1, firstAt: AT + n, lastAt: AT + n };
  return { device: 'detector-01', kind: 'sighting', observedAt: AT + n, values };
}

/** Everything in the archive's folder, free pages and log included. */
function bytesOf({ dataDirectory }: Place): string {
  return readdirSync(dataDirectory)
    .map((name) => readFileSync(join(dataDirectory, name), 'latin1'))
    .join('\n');
}

const erase = ({ dataDirectory }: Place, settings: object, is: string) =>
  archiveType.eraseSightings?.(settings as never, { quantity: 'operator', is }, dataDirectory); // the url is all it takes

test('an operator’s sightings leave the file, its free pages and its log, and others stay', async () => {
  const place = sqlitePlace();
  const session = await sessionAt(place, { settings: { personal: true } });
  const mixed = Array.from({ length: 6_000 }, (_, n) => sealed(n % 3 === 0 ? 'otta' : 'alsok', n));
  for (let number = 1; number <= 6; number++) {
    await session.send(batch(mixed.slice((number - 1) * 1_000, number * 1_000), { number }));
  }
  await session.send(batch(levels(1, 3), { number: 7 }));
  expect(bytesOf(place)).toContain('sealed-for-alsok');
  expect(await erase(place, { url: 'sqlite:history.sqlite' }, 'alsok')).toBe(4_000);
  expect(bytesOf(place)).not.toContain('sealed-for-alsok');
  const left = await place.readings();
  expect(left.filter(({ values }) => values.operator === 'otta')).toHaveLength(2_000);
  expect(left.filter(({ kind }) => kind === 'water-level')).toHaveLength(3);
  expect(await erase(place, { url: 'sqlite:history.sqlite' }, 'alsok')).toBe(0);
  await session.send(batch([sealed('alsok', 7_000)], { number: 8 })); // it goes on
  expect((await place.readings()).filter(({ values }) => values.operator === 'alsok')).toHaveLength(1);
});

test('what retention deletes of an archive that may have sightings is overwritten', async () => {
  const place = sqlitePlace();
  const session = await sessionAt(place, { settings: { personal: true, maxSize: '10MB' } });
  const note = (n: number) => ({
    ...sealed('alsok', n),
    values: { ...sealed('alsok', n).values, note: 'x'.repeat(3_000) },
  });
  for (let number = 1; number <= 60; number++) {
    const readings = Array.from({ length: 100 }, (_, i) => note(HOUR + number * 100 + i));
    await session.send(batch(readings as Reading[], { number }));
  }
  expect((await place.readings()).length).toBeLessThan(6_000);
  expect(bytesOf(place)).not.toContain(`sealed-for-alsok-${HOUR + 100}"`);
});

test('where there is no archive yet nothing is erased', async () => {
  expect(await erase(sqlitePlace(), { url: 'sqlite:history.sqlite' }, 'alsok')).toBe(0);
});
