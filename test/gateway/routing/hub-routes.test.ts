import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfigFile } from '../../../gateway/config/config.ts';
import type { Config } from '../../../gateway/config/settings.ts';
import { HubRoutes } from '../../../gateway/routing/hub-routes.ts';
import { decodeBatch, decodeBody, encodeBatch, encodeBody } from '../../../shared/feed/batch.ts';
import type { Reading } from '../../../shared/reading.ts';
import { AT, level } from '../buffer/buffer-rig.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ORIGIN = { tenant: 'takamatsu', gateway: 'gateway-01' };
const EPOCH = '00000000000000aa';
const PLACES: Readonly<Record<string, { lat: number; lon: number }>> = {
  'gauge-01': { lat: 34.3, lon: 134.05 },
  'gauge-02': { lat: 35.5, lon: 134.05 },
};
const describe = (device: string) => ({
  ...{ id: device, type: 'line', kinds: [], units: {} },
  ...(device === 'gauge-01' && { group: 'river' }),
  ...(PLACES[device] && { place: PLACES[device] }),
});

function routes(...filters: readonly string[]): HubRoutes {
  return new HubRoutes(configOf(filters), describe);
}

function configOf(filters: readonly string[]): Config {
  const folder = temporaryFolder();
  const ring = [
    [134, 34],
    [134.4, 34],
    [134.4, 34.6],
    [134, 34.6],
    [134, 34],
  ];
  writeFileSync(join(folder, 'area.geojson'), JSON.stringify({ type: 'Polygon', coordinates: [ring] }));
  const file = join(folder, 'hub.toml');
  const destinations = filters.map(
    (filter, i) =>
      `[[destination]]\nname = "d${i}"\n${
        filter.includes('type =') ? '' : `type = "city-os"\nurl = "mqtt://127.0.0.1:${2_000 + i}"\n`
      }${filter}\n`,
  );
  writeFileSync(file, `gateway = { id = "hub" }\n[[port]]\nname = "g"\ntype = "feed"\n${destinations.join('')}`);
  const read = readConfigFile(file);
  if (!read.ok) throw new Error(read.faults.map(({ what }) => what.en).join('\n'));
  return read.config;
}

function copies(all: HubRoutes, readings: readonly Reading[], number = 7) {
  const { body, doubts } = encodeBody('columns', readings);
  const about = { encoding: 'columns', compression: 'none', lane: 'routine', doubts, count: readings.length } as const;
  const message = encodeBatch({ ...about, gateway: ORIGIN.gateway, epoch: EPOCH, number }, body);
  const digest = createHash('sha256').update(message).digest('hex').slice(0, 16);
  const { header } = decodeBatch(message);
  const found = all.copies({ ...header, digest }, ORIGIN, readings, message);
  return new Map([...found].map(([name, { bytes }]) => [name, { bytes, isWhole: bytes === message }]));
}

const alarm: Reading = {
  device: 'gauge-01',
  kind: 'alarm',
  observedAt: AT,
  values: { alarm: '氾濫', state: 'raised', quantity: 'level', value: 3, limit: 2 },
};
const position = (lat: number, lon: number): Reading => ({
  device: 'plow-1',
  kind: 'position',
  observedAt: AT,
  values: { lat, lon },
});

test('each destination gets what its tenants, kinds, groups, devices and area say; all of it as it came', () => {
  const all = routes(
    'tenants = ["*"]',
    'tenants = ["toyama"]',
    '',
    'tenants = ["takamatsu"]\nkinds = ["alarm"]',
    'tenants = ["*"]\ngroups = ["river"]',
    'tenants = ["*"]\ndevices = ["gauge-02"]',
    'tenants = ["*"]\narea-file = "area.geojson"',
  );
  const found = copies(all, [level(1), level(2, 'gauge-02'), alarm, position(34.2, 134.1), position(36, 134.1)]);
  expect([...found.keys()]).toEqual(['d0', 'd3', 'd4', 'd5', 'd6']);
  const readings = (name: string) => {
    const { header, body } = decodeBatch(found.get(name)?.bytes ?? new Uint8Array());
    return decodeBody(header, body, 100).map(({ device, kind, values }) => [device, kind, values.level ?? values.lat]);
  };
  expect(found.get('d0')?.isWhole).toBe(true);
  expect(readings('d3')).toEqual([['gauge-01', 'alarm', undefined]]);
  expect(readings('d4').toSorted()).toEqual([
    ['gauge-01', 'alarm', undefined],
    ['gauge-01', 'water-level', 1],
  ]);
  expect(readings('d5')).toEqual([['gauge-02', 'water-level', 2]]);
  expect(readings('d6').toSorted()).toEqual([
    ['gauge-01', 'alarm', undefined],
    ['gauge-01', 'water-level', 1],
    ['plow-1', 'position', 34.2],
  ]);
});

test('sealed sightings go to the destinations of their operator alone, and to a hub that parts them', () => {
  const sighting = (operator: string): Reading => ({
    device: 'detector-01',
    kind: 'sighting',
    observedAt: AT,
    values: { operator, sealed: 's', sealedWith: 'k', count: 1, firstAt: AT, lastAt: AT },
  });
  const own: Reading = {
    ...{ device: 'detector-01', kind: 'sighting', observedAt: AT },
    values: { tag: 'bus-7', operator: 'alsok', count: 1, firstAt: AT, lastAt: AT }, // of the city's own, whatever else it says
  };
  const archive = (name: string, more: string) =>
    `type = "archive"\nurl = "sqlite:${name}.sqlite"\npersonal = true\ntenants = ["*"]\n${more}`;
  const all = routes(
    'tenants = ["*"]',
    'tenants = ["*"]\noperators = ["alsok"]',
    archive('general', ''),
    archive('otta', 'operators = ["otta", "mamorio"]'),
    archive('nobody', 'operators = ["nobody"]'),
  );
  const found = copies(all, [level(1), sighting('alsok'), sighting('otta'), own]);
  expect([...found].map(([name, { isWhole }]) => [name, isWhole])).toEqual([
    ['d0', true],
    ['d1', false],
    ['d2', true], // it takes its part as it decodes
    ['d3', true],
  ]);
  const { header, body } = decodeBatch(found.get('d1')?.bytes ?? new Uint8Array());
  expect(decodeBody(header, body, 100)).toEqual([sighting('alsok')]);
  expect([...copies(all, [sighting('alsok')]).keys()]).toEqual(['d0', 'd1']);
  const config = configOf(['tenants = ["*"]', archive('otta', 'operators = ["otta", "alsok"]')]);
  const revoked = new HubRoutes(config, describe, (operator) => operator === 'otta');
  expect([...copies(revoked, [sighting('otta')]).keys()]).toEqual(['d0']);
  expect([...copies(revoked, [sighting('alsok')]).keys()]).toEqual(['d0', 'd1']);
});

test('a part keeps its gateway and number, under an epoch that is the same each time and another for each route', () => {
  const filters = ['tenants = ["*"]\nkinds = ["alarm"]', 'tenants = ["*"]\nkinds = ["water-level"]'];
  const identities = () => {
    const found = copies(routes(...filters), [level(1), alarm]);
    return ['d0', 'd1'].map((name) => decodeBatch(found.get(name)?.bytes ?? new Uint8Array()).header);
  };
  const [once, again] = [identities(), identities()];
  expect(once).toEqual(again);
  expect(once).toMatchObject([
    { gateway: 'gateway-01', number: 7, count: 1 },
    { gateway: 'gateway-01', number: 7, count: 1 },
  ]);
  expect(new Set([EPOCH, ...once.map(({ epoch }) => epoch)]).size).toBe(3);
});

test('gaps go to the destinations that take the tenant', () => {
  expect(routes('tenants = ["*"]', 'tenants = ["toyama"]', 'tenants = ["takamatsu"]').forGaps(ORIGIN)).toEqual([
    'd0',
    'd2',
  ]);
});
