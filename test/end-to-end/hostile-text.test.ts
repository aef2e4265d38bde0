/** Text of strangers, from each place where it comes in, to each place where it comes out: real gateway, real commands. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeHead, encodeItem } from '../../shared/feed/parcel.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { machimori, machimoriReading, type Outcome } from './machimori.ts';
import { connectWhenUp } from './mqtt-device.ts';
import { feedCity, gatewayProcess, gaugeConfig } from './started.ts';

/** C0, C1, ESC and OSC, directions, line separators, and a line of their own. */
const HOSTILE = 'a\u0007\u001b[2J\u001b]0;t\u0007\u0085\u009b31m\u202e\u2066\u200e\u061c\u2028\u2029\ufeff\r\nFORGED';
const WITHOUT_NUL_AND_LINES = HOSTILE.replace(/[\r\n]/g, '');

function expectPrintable(text: string): void {
  expect(text).not.toMatch(/[^\n\P{C}]|[\p{Zl}\p{Zp}]/u);
  expect(text).not.toMatch(/^FORGED/m);
}

function expectToBeSaid({ out, err }: Outcome): void {
  expectPrintable(out);
  expectPrintable(err);
  expect(out + err).toContain('FORGED');
}

test('what a city OS, a device and a broker say neither controls a terminal nor forges a line', {
  timeout: 120_000,
}, async () => {
  const city = await feedCity({ misbehaviour: { refuse: () => HOSTILE } });
  const [devicePort, statusPort] = [await freePort(), await freePort()];
  const more = { buffer: 'batch-age = "50ms", commit-within = "10ms"', destination: '' };
  const config = gaugeConfig('gw-text', devicePort, city.url, more);
  const status = `status = { listen = "127.0.0.1:${statusPort}" }\nlog = { level = "debug" }`;
  const gateway = gatewayProcess(config.replace('status = { enabled = false }', status));
  await gateway.start();
  const device = await connectWhenUp(devicePort, 'gauge');
  await device.publishAsync('gauge', '{"n":1}', { qos: 1 });
  await device.publishAsync(`somewhere/${WITHOUT_NUL_AND_LINES}/FORGED`, 'x', { qos: 1 });
  device.end(true);
  const run = (...args: string[]) => machimori(gateway.folder, ...args);
  const refused = () => run('refused', 'list', 'gateway.toml', '--json');
  await expect.poll(async () => (await refused()).out, { timeout: 30_000 }).toContain('FORGED');

  const json = await refused();
  expectToBeSaid(json);
  expect(JSON.parse(json.out).reason).toBe(HOSTILE); // the JSON still says what was said
  expectToBeSaid(await run('refused', 'list', 'gateway.toml'));
  expectToBeSaid(await run('status', 'gateway.toml'));
  expectToBeSaid(await run('status', 'gateway.toml', '--json'));
  const healthz = await (await fetch(`http://127.0.0.1:${statusPort}/healthz`)).text();
  expectPrintable(healthz);
  expect(healthz).toContain('FORGED');
  expectPrintable(await (await fetch(`http://127.0.0.1:${statusPort}/metrics`)).text());
  expectPrintable(gateway.log.text);
  expect(gateway.log.text).toContain('The gateway runs');
  await run('export', 'gateway.toml', 'rest.parcel');
});

test('nor does what is in a configuration, a file name, a codec, a recording or a parcel', async () => {
  const folder = temporaryFolder();
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
  const name = `x${WITHOUT_NUL_AND_LINES}`.replace(/[/]/g, '');

  expectToBeSaid(await machimori(folder, 'import', name, '--url', 'mqtt://127.0.0.1:1'));
  expectToBeSaid(await machimori(folder, 'check', name));
  expectToBeSaid(await machimori(folder, 'decode', name, 'x'));
  expectToBeSaid(await machimori(folder, name));
  expectToBeSaid(await machimori(folder, 'status', `--${name}`));

  const value = JSON.stringify(HOSTILE).replace(
    /[\u007f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const config = `[gateway]\nid = ${value}\n${value} = 1\n[[port]]\nname = "a"\ntype = ${value}\n[[device]]\nid = "d"\ntype = "line"\nport = ${value}\nprofile = ${value}\n`;
  write('gateway.toml', config);
  expectToBeSaid(await machimori(folder, 'check', 'gateway.toml'));
  expectToBeSaid(await machimori(folder, 'check', 'gateway.toml', '--lang', 'ja'));
  write('broken.toml', `[gateway]\nid = ${HOSTILE}`);
  expectPrintable((await machimori(folder, 'check', 'broken.toml')).err);

  write('codec.js', `function decodeUplink() { throw new Error(${value}) }`);
  write('codec2.js', `function decodeUplink() { return { data: { t: ${value} }, warnings: [${value}] } }`);
  const codec = (file: string) =>
    machimoriReading('{"fPort":2,"bytes":"01"}\n', folder, 'codec', 'run', file, '--function', 'decodeUplink');
  expectPrintable((await codec('codec.js')).out); // of what is thrown only the first line is said
  expectToBeSaid(await codec('codec2.js'));

  const head = encodeHead({ gateway: 'gw', tenant: 'city', at: 2 ** 53 - 1 });
  write('absurd.parcel', Uint8Array.from([...head, ...encodeItem('batch', new TextEncoder().encode(HOSTILE))]));
  const absurd = await machimori(folder, 'import', 'absurd.parcel', '--url', 'mqtt://127.0.0.1:1');
  expectPrintable(absurd.err);
  expect(absurd.err).toContain('9007199254740991 ms');
  expect(absurd.err).not.toMatch(/^\s+at /m);
});
