/** Packages that a configuration needs and that may not be installed: `check` names each, with the command that installs it. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatFault, readConfig } from '../../../gateway/config/config.ts';
import { isInstalled } from '../../../gateway/machine/optional-packages.ts';
import { machimori } from '../../end-to-end/machimori.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const base = '[gateway]\nid = "gateway-01"\n[clock]\nsynchronised = "always"\n';
const port = (settings: string) => `[[port]]\nname = "p"\n${settings}\n`;
const tcp = port('type = "tcp"\naddress = "127.0.0.1:9"');
const destination = (settings: string) => `[[destination]]\nname = "d"\n${settings}\n`;
const city = destination('type = "city-os"\nurl = "mqtt://127.0.0.1:1883"');
const postgres = 'url = "postgres://machimori@localhost/city"';

const NEEDS: readonly (readonly [what: string, toml: string, line: number, install: RegExp])[] = [
  [
    'an archive in PostgreSQL',
    tcp + destination(`type = "archive"\n${postgres}`),
    11,
    /npm install pg pg-copy-streams/,
  ],
  ['a relay', port(`type = "archive"\n${postgres}`) + city, 7, /npm install pg pg-copy-streams/],
  [
    'a worker at NATS',
    port('type = "feed"\nshare = "w"\ntrust-broker = true\nurl = "nats://127.0.0.1:4222"') +
      destination(`type = "archive"\n${postgres}\ntenants = ["*"]`),
    7,
    /npm install @nats-io\/transport-node@3\.3/,
  ],
  ['a controller of the box', port('type = "bluetooth"') + city, 7, /npm install @stoprocent\/bluetooth-hci-socket/],
];

test.each(NEEDS)('%s', (_, toml, line, install) => {
  const read = readConfig(base + toml, 'gateway.toml');
  if (!read.ok) throw new Error(read.faults.map((each) => formatFault(each).en).join('\n'));
  const said = (isThere: (name: string) => boolean) =>
    read.lacking(isThere).flatMap((each) => (/npm install/.test(each.mend.en) ? [formatFault(each).en] : []));
  const missing = said(() => false);
  expect(missing).toContainEqual(expect.stringMatching(install));
  expect(missing[0]).toMatch(new RegExp(`toml:${line}: .*not installed`));
  expect(said(() => true)).toEqual([]);
});

test('what needs no package lacks none, and an HTML page needs cheerio', () => {
  const read = readConfig(base + tcp + city, 'gateway.toml');
  expect(read.ok && read.lacking(() => false)).toEqual([]);
  expect([isInstalled('pg'), isInstalled('@nats-io/transport-node'), isInstalled('cheerio')]).toEqual([
    true,
    true,
    true,
  ]);
  expect(isInstalled('@machimori/there-is-no-such-package')).toBe(false);
});

test.skipIf(isInstalled('@stoprocent/bluetooth-hci-socket'))(
  'the command says it, and the configuration is good',
  async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'gateway.toml'), base + port('type = "bluetooth"') + city);
    const { code, err } = await machimori(folder, 'check', 'gateway.toml');
    expect([code, err.replace(/\s+/g, ' ')]).toEqual([
      0,
      expect.stringContaining(
        'the package @stoprocent/bluetooth-hci-socket is not installed. Run: npm install @stoprocent/bluetooth-hci-socket',
      ),
    ]);
  },
);
