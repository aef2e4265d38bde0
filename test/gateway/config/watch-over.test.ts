/** Watch-over in a configuration: whose list is believed, and what cannot be meant. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatFault, readConfig } from '../../../gateway/config/config.ts';
import { hearsOperators, listKeyOf } from '../../../gateway/config/watch-over.ts';
import { enrolmentText } from '../../../gateway/net/enrolment.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const [KEY_1, KEY_2] = ['a'.repeat(43), 'b'.repeat(43)];

function read(more: string, folder = '/tmp') {
  const result = readConfig(
    `[gateway]\nid = "edge"\n[[port]]\nname = "p"\ntype = "feed"\n${more}`,
    join(folder, 'gateway.toml'),
  );
  const found = result.ok ? result.notes : result.faults;
  return { result, said: found.map((each) => formatFault(each).en) };
}

function hubs(...keys: readonly (string | undefined)[]) {
  const folder = temporaryFolder();
  const destinations = keys.map((listKey, i) => {
    const about = { tenant: 'a', gateway: 'edge', url: `mqtt://127.0.0.1:${2_000 + i}`, username: 'u', password: 'p' };
    const text = enrolmentText({ ...about, ...(listKey !== undefined && { listKey }) });
    writeFileSync(join(folder, `${i}.enrolment`), text, { mode: 0o600 });
    return `[[destination]]\nname = "hub-${i}"\ntype = "city-os"\nenrolment-file = "${i}.enrolment"\n`;
  });
  return {
    folder,
    toml: `${destinations.join('')}[[destination]]\nname = "city"\ntype = "city-os"\nurl = "mqtt://127.0.0.1:1"\n`,
  };
}

function heard(toml: string, folder: string) {
  const { result } = read(toml, folder);
  if (!result.ok) throw new Error('the configuration is faulty');
  const { config } = result;
  return {
    key: listKeyOf(config),
    from: config.destinations.filter((each) => hearsOperators(each, config)).map(({ name }) => name),
  };
}

test('the list of the hub whose enrolment has a key is believed, and comes from there alone', () => {
  const { folder, toml } = hubs(undefined, KEY_1);
  expect(heard(toml, folder)).toEqual({ key: KEY_1, from: ['hub-1'] });
});

test('without a key nothing is asked for; one written by hand counts, by whichever feed it comes', () => {
  const { folder, toml } = hubs(undefined);
  expect(heard(toml, folder)).toEqual({ key: undefined, from: [] });
  const byHand = heard(`[watch-over]\nlist-key = "${KEY_2}"\n${toml}`, folder);
  expect(byHand).toEqual({ key: KEY_2, from: ['hub-0', 'city'] });
});

test('of two hubs the first counts, which is said', () => {
  const { folder, toml } = hubs(KEY_1, KEY_2);
  expect(heard(toml, folder)).toEqual({ key: KEY_1, from: ['hub-0'] });
  expect(read(toml, folder).said).toEqual([
    expect.stringMatching(new RegExp(`another hub has an operators' list too.* list-key = "${KEY_1}"`)),
  ]);
  expect(read(`[watch-over]\nlist-key = "${KEY_1}"\n${toml}`, folder).said).toEqual([]);
});

test('a key, a refresh or a validity that cannot be meant is a fault with its line', () => {
  expect(read('[watch-over]\nlist-key = "x"\n').said).toEqual([
    expect.stringMatching(/toml:7: list-key must be 43 characters of base64url/),
  ]);
  expect(read('[watch-over]\nlist-refresh = "12h"\nlist-validity = "13h"\n').said.join('\n')).toMatch(
    /toml:8: .*at least twice list-refresh/,
  );
  expect(read('[watch-over]\nlist-refresh = "1s"\n').said[0]).toMatch(/list-refresh must be between 60 s/);
  expect(read('[watch_over]\n').said[0]).toMatch(/watch-over/);
  expect(read('[[watch-over]]\n').said[0]).toMatch(/\[watch-over\]/);
});

test('operators need a destination that may have what is personal, and sightings', () => {
  const archive = (more: string) => `[[destination]]\nname = "a"\ntype = "archive"\nurl = "sqlite:a.sqlite"\n${more}\n`;
  expect(read(archive('operators = ["alsok"]')).said).toEqual([expect.stringMatching(/toml:10: .*personal = true/)]);
  expect(read(archive('personal = true\noperators = ["alsok"]')).said).toEqual([]);
  expect(read(archive('personal = true\noperators = ["alsok"]\nkinds = ["alarm"]')).said).toEqual([
    expect.stringMatching(/toml:12: .*Remove kinds, or operators/),
  ]);
  expect(read(archive('personal = true\noperators = ["AL SOK"]')).said).toEqual([
    expect.stringMatching(/operators must be 1 to 32 of a-z/),
  ]);
});

test('a place from elsewhere needs a detector, and a device of the gateway that gives positions', () => {
  const device = (id: string, type: string, more = '') =>
    `[[port]]\nname = "${id}"\ntype = "serial"\npath = "/dev/${id}"\n[[device]]\nid = "${id}"\ntype = "${type}"\nport = "${id}"\n${more}\n`;
  const city = '[[destination]]\nname = "city"\ntype = "city-os"\nurl = "mqtt://127.0.0.1:1"\n';
  const said = (detector: string) => read(`${device('gps-01', 'nmea')}${detector}${city}`).said;
  expect(said(device('ble', 'ble-hci', 'place-from = "gps-01"\nplace = { name = "bus 12" }'))).toEqual([]);
  expect(said(device('ble', 'ble-hci', 'place-from = "gps"'))).toEqual([
    expect.stringMatching(/toml:23: no device "gps" of this gateway gives positions.*gps-01/),
  ]);
  expect(said(device('ble', 'ble-hci', 'place-from = "ble"'))).toHaveLength(1);
  expect(said(device('gps-02', 'nmea', 'place-from = "gps-01"'))).toEqual([
    expect.stringMatching(/toml:23: device "gps-02" sights no tags/),
  ]);
  const both = 'place-from = "gps-01"\nplace = { lat = 34.7, lon = 134.8 }';
  expect(said(device('ble', 'ble-hci', both))).toEqual([expect.stringMatching(/a place that does not move/)]);
});
