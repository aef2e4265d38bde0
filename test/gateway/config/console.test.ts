/** What `check` says of the console's settings. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatFault, readConfig } from '../../../gateway/config/config.ts';
import { accountLine } from '../console/console-rig.ts';
import { certificates, isOpensslMissing } from '../net/certificates.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function checked(console: string, { folder = temporaryFolder(), more = '' } = {}) {
  const text = `[gateway]
id = "gateway-01"
data-directory = "."
[[destination]]
name = "city"
type = "city-os"
url = "mqtts://city.example:8883"
[console]
${console}
${more}`;
  const result = readConfig(text, join(folder, 'gateway.toml'));
  const said = (result.ok ? result.notes : result.faults).map((each) => formatFault(each).en.replace(/^.*\.toml:/, ''));
  return { isGood: result.ok, said, console: result.ok ? result.config.console : undefined };
}

test('it is off unless it is enabled, and then on loopback', () => {
  expect(checked('')).toMatchObject({ isGood: true, said: [], console: { enabled: false, listen: '127.0.0.1:9465' } });
});

test('a console without an account is a note that says what to do, and keeps no gateway from its work', async () => {
  const folder = temporaryFolder();
  expect(checked('enabled = true', { folder })).toMatchObject({
    isGood: true,
    said: [
      expect.stringMatching(
        /^9: note: the console has no account yet.*machimori console password .* --role technician$/,
      ),
    ],
  });
  const file = join(folder, 'console-accounts');
  writeFileSync(file, 'nonsense\n', { mode: 0o600 });
  expect(checked('enabled = true', { folder }).said).toMatchObject([
    expect.stringMatching(/note: line 1 is no account/),
  ]);
  writeFileSync(file, await accountLine('sato', 'viewer'));
  expect(checked('enabled = true\nlisten = "0.0.0.0:9465"', { folder })).toMatchObject({ isGood: true, said: [] });
});

test.skipIf(isOpensslMissing)('files of its own are found beside the configuration, and come in twos', async () => {
  const folder = temporaryFolder();
  certificates(folder);
  writeFileSync(join(folder, 'console-accounts'), await accountLine('sato', 'viewer'), { mode: 0o600 });
  const both = 'listen-cert-file = "server.pem"\nlisten-key-file = "server.key"';
  expect(checked(`enabled = true\n${both}`, { folder })).toMatchObject({
    said: [],
    console: { listenCertFile: join(folder, 'server.pem') },
  });
  const half = checked('enabled = true\nlisten-cert-file = "server.pem"', { folder });
  expect([half.isGood, half.said[0]]).toEqual([false, expect.stringMatching(/certificate.*key/i)]);
  const missing = checked(`enabled = true\n${both.replace('server.key', 'none.key')}`, { folder });
  expect(missing.said[0]).toMatch(/^11: .*none\.key/);
});

const TAGS = `[[destination]]
name = "console"
type = "tags"
operators = ["alsok"]
url = "sqlite:tags.sqlite"
operator-key-file = "k"
enrolled-file = "e"
retention = "7d"`;

test.each([
  ['enabled = true\nlisten = "127.0.0.1:9464"', /^10: .*status server listens there/, ''],
  ['enabled = true\nlisten = "9465"', /^10: .*host:port/, ''],
  ['enabled = true\nnames = ["Box 1"]', /^10: .*host name in lower case/, ''],
  ['enabled = true\nnames = ["a b", "evil.example\\r\\n"]', /host name in lower case/, ''],
  ['enabled = "yes"', /^9: .*/, ''],
  ['tiles = "http://tiles.example/{z}/{x}/{y}.png"', /^9: .*https address/, ''],
  ['tiles = "https://tiles.example/; script-src \'unsafe-inline\'/{z}"', /https address/, ''],
  ['tiles = "https://[tiles/{z}/{x}/{y}.png"', /https address/, ''],
  ['tiles = "https://tiles.example,evil.example/{z}"', /https address/, ''],
  ['enabled = true', /^11: .*audits of the destination "console"/, TAGS],
])('%j is a fault, with its line', (console, why, more) => {
  const { isGood, said } = checked(console, { more });
  expect([isGood, said]).toEqual([false, expect.arrayContaining([expect.stringMatching(why)])]);
});
