/** What `check` says about outside sources. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { faultsOf } from './good-config.ts';

const source = (port: string, device = 'row = "A"') => `[gateway]
id = "hall"
[[destination]]
name = "city"
type = "city-os"
url = "mqtts://city.example:8883"
[[port]]
name = "river"
type = "web"
${port}
[[device]]
id = "gauge"
type = "web-table"
port = "river"
profile = "page"
${device}
[[profile]]
name = "page"
format = "csv"
row-key = "station"
time = { from = "time" }
fields = [{ from = "level", quantity = "level", unit = "m" }]
`;
const good = 'url = "https://river.example.jp/a.csv"\ncontact = "a@city.example.jp"';

test('a source that is asked politely over https has nothing to say', () => {
  expect(faultsOf(source(good))).toEqual([]);
  expect(faultsOf(source(`${good}\nschedule = "3-59/10 * * * *"`))).toEqual([]);
  expect(faultsOf(source(`url = "http://127.0.0.1:8080/a.csv"\ncontact = "a@city.example.jp"`))).toEqual([]);
});

test.each([
  [
    'url = "river.example.jp"\ncontact = "a@b.jp"',
    /:10: "river\.example\.jp" is not the address of a page\. Write it from the beginning: https:/,
  ],
  ['url = "ftp://river.example.jp/"\ncontact = "a@b.jp"', /:10: "ftp:.* is not the address of a page/],
  ['url = "https://me:secret@river.example.jp/"\ncontact = "a@b.jp"', /:10: the address holds a user name or password/],
  ['url = "http://river.example.jp/"\ncontact = "a@b.jp"', /:10: note: http:\/\/ is not protected/],
  [
    `${good}\nevery = "10s"`,
    /:12: note: a source that is asked more often than once a minute may shut the gateway out/,
  ],
  [`${good}\nevery = "10m"\nschedule = "0 * * * *"`, /:13: both schedule and every are set/],
  [`${good}\nschedule = "hourly"`, /:12: "hourly" is not a cron expression/],
  ['url = "https://river.example.jp/"', /:7: note: the source's operator cannot see who asks/],
  [`${good}\nmax-size = "10MB"`, /:12: max-size/],
  [
    `${good}\n[[port.header]]\nname = "Host"\nvalue-file = "x"`,
    /:13: .*must be the name of a header that the gateway does not set itself/,
  ],
  [`${good}\n[[port.header]]\nname = "X-Key"\nvalue-file = "/nowhere"`, /:14: the file \/nowhere does not exist/],
])('a mistake in the port is named with its line: %s', (port, expected) => {
  expect(faultsOf(source(port)).join('\n')).toMatch(expected);
});

test('a secret header does not go over http', () => {
  const file = join(temporaryFolder(), 'key');
  writeFileSync(file, 'abc', { mode: 0o600 });
  const port = `url = "http://river.example.jp/"\ncontact = "a@b.jp"\n[[port.header]]\nname = "X-Key"\nvalue-file = "${file}"`;
  expect(faultsOf(source(port))).toEqual([expect.stringMatching(/:10: a secret header would travel unencrypted/)]);
});

test('a row and the column in which it stands go together, and a page without a time is noted', () => {
  expect(faultsOf(source(good, ''))).toEqual([
    expect.stringMatching(/the profile has a row-key, but the device does not say which row/),
  ]);
  const inline = (text: string) =>
    source(good)
      .replace(/row-key = .*\n/, text)
      .replace(/time = .*\n/, '');
  expect(faultsOf(inline('')).join()).toMatch(/row names a row, but the profile has no row-key/);
  expect(faultsOf(inline('row-key = "station"\n'))).toEqual([
    expect.stringMatching(/note: the profile has no time, so nobody can tell a page that has stopped/),
  ]);
});

test('documents and devices that read them go together', () => {
  expect(
    faultsOf(
      source(good)
        .replace('type = "web-table"', 'type = "maxbotix"\nmounting-height-m = 3')
        .replace('profile = "page"\nrow = "A"', ''),
    ).join(),
  ).toMatch(/the type maxbotix cannot read the documents of port river/);
  const serial = source('x').replace('type = "web"\nx', 'type = "serial"\npath = "/dev/null"');
  expect(faultsOf(serial).join()).toMatch(/the type web-table reads documents of the web, and port river has none/);
});
