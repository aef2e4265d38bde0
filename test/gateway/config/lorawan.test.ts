import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { certificates } from '../net/certificates.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { faultsOf } from './good-config.ts';

const BEGINNING = `[gateway]
id = "gateway-01"
tenant = "toyama"
[[destination]]
name = "city"
type = "city-os"
url = "mqtts://city.example:8883"
`;

/** Made once: each takes openssl a moment. */
let made: ReturnType<typeof certificates>['server'] | undefined;

/** What is said about a configuration with these lines from line 8 on, in a folder with a few files. */
function said(lines: string): string[] {
  const folder = temporaryFolder();
  made ??= certificates(temporaryFolder()).server;
  const { cert, key, ca } = made;
  for (const [name, content] of Object.entries({ 'lns.crt': cert, 'lns.key': key, 'ca.crt': ca, 'lns.token': 'x' })) {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
  }
  writeFileSync(join(folder, 'open.token'), 'x', { mode: 0o644 });
  const file = join(folder, 'gateway.toml');
  return faultsOf(BEGINNING + lines, file).map((line) => line.replaceAll(`${folder}/`, ''));
}

const stations = (more: string) => `[[port]]
name = "stations"
type = "basics-station"
listen = "0.0.0.0:3001"
${more}`;
const local = '[[port]]\nname = "s"\ntype = "basics-station"\nlisten = "127.0.0.1:3001"\n';
const own = '[[port.station]]\neui = "b827ebfffe123456"\ntoken-file = "lns.token"\n';
const TLS = 'cert-file = "lns.crt"\nkey-file = "lns.key"\n';

test.each([
  ['a UDP port on loopback', '[[port]]\nname = "lora"\ntype = "lorawan-udp"\ntrust-local = true'],
  ['stations with TLS and a token', stations(`${TLS}token-file = "lns.token"`)],
  ['stations with TLS and certificates of their own', stations(`${TLS}ca-file = "ca.crt"`)],
  ['stations without TLS on loopback', `${local}token-file = "lns.token"`],
  ['stations without a token on loopback, if that is meant', `${local}trust-local = true`],
  ['stations with TLS and tokens of their own', stations(`${TLS}${own}`)],
])('%s is good', (_, lines) => {
  expect(said(lines)).toEqual([]);
});

test.each([
  [
    'a UDP port that others can reach, without the names of its stations',
    '[[port]]\nname = "lora"\ntype = "lorawan-udp"\nlisten = "0.0.0.0:1700"',
    /^gateway\.toml:11: the UDP packet forwarder knows no password, .+ Add stations = /,
  ],
  [
    'the same with their names, since those can be forged',
    '[[port]]\nname = "lora"\ntype = "lorawan-udp"\nlisten = "0.0.0.0:1700"\nstations = ["B8-27-EB-FF-FE-12-34-56"]',
    /^gateway\.toml:11: note: gateway EUIs can be forged by whoever reaches this address\. /,
  ],
  [
    'a UDP port that every program here can reach, unless that is meant',
    '[[port]]\nname = "lora"\ntype = "lorawan-udp"',
    /^gateway\.toml:8: note: any program on this machine may send to this port without a password\. Set trust-local/,
  ],
  [
    'stations on loopback without a token, unless that is meant',
    local,
    /^gateway\.toml:8: any program on this machine may send to this port without a password\. Add token-file/,
  ],
  [
    'a station that is there twice',
    `${local}${own}${own.replace('b827', 'B827')}`,
    /^gateway\.toml:16: the LoRa gateway b827ebfffe123456 is there already\. Keep one entry/,
  ],
  [
    'a token of its own whose file is missing',
    `${local}${own.replace('lns.token', 'none.token')}`,
    /^gateway\.toml:14: the file .*none\.token does not exist/,
  ],
  [
    'stations that others can reach, without TLS',
    stations('token-file = "lns.token"'),
    /^gateway\.toml:11: a port that others can reach needs TLS and credentials\. Add cert-file, key-file and token-file/,
  ],
  [
    'stations that others can reach, without a token',
    stations(TLS),
    /^gateway\.toml:11: a port that others can reach needs TLS and credentials\. /,
  ],
  [
    'a certificate without its key',
    stations('cert-file = "lns.crt"\ntoken-file = "lns.token"'),
    /^gateway\.toml:8: TLS needs both cert-file and key-file\. Add the one that is missing/,
  ],
  [
    'a token that every user may read',
    stations(`${TLS}token-file = "open.token"`),
    /^gateway\.toml:14: note: every user may read open\.token\. Run: chmod 600 open\.token/,
  ],
  [
    'a token that is not there',
    stations(`${TLS}token-file = "no.token"`),
    /^gateway\.toml:14: the file no\.token does not exist\. Check the path; it is relative to this configuration/,
  ],
  [
    'a codec that is not there: the gateway goes on for all others',
    '[[profile]]\nname = "soil"\ntype = "lorawan"\ncodec-file = "soil.js"',
    /^gateway\.toml:11: note: the codec soil\.js does not exist, so payloads are kept undecoded\. Check the path/,
  ],
  [
    'a project without a destination',
    '[[project]]\nname = "soil-lab"',
    /^gateway\.toml:8: note: no destination takes the readings of project "soil-lab"\. Add a \[\[destination\]\] with tenant = "soil-lab"/,
  ],
  [
    'a project that is called as the tenant of the gateway',
    '[[project]]\nname = "toyama"',
    /^gateway\.toml:9: "toyama" is the tenant of this gateway itself\. Give the project a name of its own/,
  ],
  [
    'a device in the configuration on a LoRaWAN port',
    `[[port]]
name = "lora"
type = "lorawan-udp"
trust-local = true
[[device]]
id = "gauge-01"
type = "line"
port = "lora"
profile = "level-text"`,
    /^gateway\.toml:15: port "lora" takes LoRaWAN devices, which are not written here\. Register it with: machimori device add/,
  ],
  [
    'a region that is none',
    '[lorawan]\nregion = "JP923"',
    /^gateway\.toml:9: region must be one of "AS923-1", "EU868", "US915", "AU915", not "JP923"\. /,
  ],
])('%s is said with its line and what to do', (_, lines, expected) => {
  expect(said(lines)).toEqual([expect.stringMatching(expected)]);
});
