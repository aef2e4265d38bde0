/** A backlog that goes to the city OS on a stick, by network, or both: real gateway, real commands, real stand-in. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, onTestFailed, test } from 'vitest';
import type { FeedCity } from '../../gateway/rig/feed-city.ts';
import type { GatewayProcess } from '../../gateway/rig/gateway-process.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { machimori } from './machimori.ts';
import { connectWhenUp } from './mqtt-device.ts';
import { feedCity, gatewayProcess, gaugeConfig } from './started.ts';

const READINGS = 500;

let city: FeedCity;
let gateway: GatewayProcess;
let device: MqttClient;

beforeEach(async () => {
  city = await feedCity();
  await city.cutOff();
  const port = await freePort();
  const more = { buffer: 'batch-age = "10m", batch-readings = 40', destination: 'receipt-timeout = "2s"' };
  gateway = gatewayProcess(gaugeConfig('gw-hand', port, city.url, more));
  await gateway.start();
  device = await connectWhenUp(port, 'gauge');
  const numbers = Array.from({ length: READINGS }, (_, i) => i + 1);
  await Promise.all(numbers.map((n) => device.publishAsync('gauge', JSON.stringify({ n }), { qos: 1 })));
  onTestFailed(() => console.error(gateway.log.text.slice(-2000)));
});

afterEach(async () => {
  device.end(true);
});

const run = (...args: string[]) => machimori(gateway.folder, ...args);
const exported = async () => {
  const { code, out } = await run('export', 'gateway.toml', 'week.parcel');
  expect(out).toMatch(/^week\.parcel: 13 messages for city, .* MB\.$/m);
  expect(code).toBe(0);
};
const numbersStored = () => [...city.readings()].map(({ values }) => Number(values.n)).sort((a, b) => a - b);
const all = Array.from({ length: READINGS }, (_, i) => i + 1);
/** The epoch that they were sealed in; another start of the gateway is another. */
const feedOfTheBatches = () =>
  city.cityOs.status().find(({ storedBatches }) => storedBatches > 0) ?? { repeatedBatches: 0 };
const refusedByTheCity = (n: number) => n % 100 === 0;

test('a file of an earlier export is replaced only if that is said', async () => {
  await exported();
  const again = await run('export', 'gateway.toml', 'week.parcel');
  expect(again).toMatchObject({ code: 1, err: expect.stringMatching(/^week\.parcel exists already\./) });
  expect((await run('export', 'gateway.toml', 'week.parcel', '--force')).code).toBe(0);
});

test('what was imported and then comes by network is stored once', { timeout: 120_000 }, async () => {
  await exported();
  await gateway.end('SIGKILL');
  await city.comeBack();
  const imported = await run('import', 'week.parcel', '--url', city.url);
  expect(imported).toMatchObject({ code: 0, out: expect.stringMatching(/13 batches and 0 gaps; 500 readings stored/) });
  expect(city.cityOs.status()).toMatchObject([{ storedBatches: 13, repeatedBatches: 0, missing: [] }]);
  await gateway.start();
  await expect.poll(() => feedOfTheBatches().repeatedBatches, { timeout: 60_000 }).toBe(13);
  const nothing = () => run('export', 'gateway.toml', 'rest.parcel').then(({ out }) => out);
  await expect.poll(nothing, { timeout: 30_000 }).toMatch(/^Nothing waits for city/);
  expect(numbersStored()).toEqual(all);
});

test('what has come by network and is imported then is stored once', { timeout: 120_000 }, async () => {
  await exported();
  await gateway.end('SIGKILL');
  await city.comeBack();
  await gateway.start();
  await expect.poll(() => numbersStored().length, { timeout: 60_000 }).toBe(READINGS);
  const imported = await run('import', 'week.parcel', '--url', city.url);
  expect(imported).toMatchObject({ code: 0, out: expect.stringContaining('All of it has arrived') });
  expect(feedOfTheBatches()).toMatchObject({ storedBatches: 13, repeatedBatches: 13, missing: [] });
  expect(numbersStored()).toEqual(all);
});

test('a gateway that never has a network is emptied by receipts that come by hand', { timeout: 120_000 }, async () => {
  await exported();
  const office = await feedCity({
    misbehaviour: { refuse: ({ values }) => (refusedByTheCity(Number(values.n)) ? 'unknown gauge' : undefined) },
  });
  const imported = await run('import', 'week.parcel', '--url', office.url, '--receipts', 'receipts.parcel');
  expect(imported).toMatchObject({ code: 0, out: expect.stringContaining('Refused: 5 readings (unknown gauge)') });
  expect(office.cityOs.store.countByKind()).toEqual({ measurement: READINGS - 5 });
  const settled = await run('settle', 'gateway.toml', 'receipts.parcel');
  expect(settled).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^13 batches and gaps are settled, 0 had left/),
  });
  const again = await run('settle', 'gateway.toml', 'receipts.parcel');
  expect(again).toMatchObject({ code: 0, out: expect.stringMatching(/^0 batches and gaps are settled, 13 had left/) });

  const listed = await run('refused', 'list', 'gateway.toml', '--json');
  const refused = listed.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(refused.map(({ reading }) => reading.values.n)).toEqual([100, 200, 300, 400, 500]);
  expect(refused[0]).toMatchObject({ id: 1, destination: 'city', number: 3, reason: 'unknown gauge' });
  expect(await run('refused', 'drop', 'gateway.toml', '--id', '1,2')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^2 readings were dropped/),
  });
  expect(await run('refused', 'retry', 'gateway.toml', '--all')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^3 readings are sent again/),
  });

  await gateway.end('SIGTERM'); // what is asked now, the commands ask the file itself
  expect(await run('refused', 'list', 'gateway.toml')).toMatchObject({
    code: 0,
    out: 'Nothing is refused.\n',
  });
  expect(await run('export', 'gateway.toml', 'rest.parcel')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/1 message for city/),
  });
  await city.comeBack();
  expect((await run('import', 'rest.parcel', '--url', city.url)).code).toBe(0);
  expect(numbersStored()).toEqual([300, 400, 500]);
});

test('a stick that was damaged on its way delivers what is good and says what is not', {
  timeout: 120_000,
}, async () => {
  await exported();
  const path = join(gateway.folder, 'week.parcel');
  const bytes = readFileSync(path);
  await city.comeBack();
  await gateway.end('SIGKILL');

  writeFileSync(path, bytes.subarray(0, bytes.length - 1));
  const short = await run('import', 'week.parcel', '--url', city.url);
  expect(short).toMatchObject({ code: 1, out: expect.stringMatching(/13 batches[\s\S]*the file ends early/) });

  const flipped = Buffer.from(bytes);
  flipped.writeUInt8(flipped.readUInt8(bytes.length >> 1) ^ 4, bytes.length >> 1);
  writeFileSync(path, flipped);
  const damaged = await run('import', 'week.parcel', '--url', city.url, '--receipts', 'receipts.parcel');
  expect(damaged).toMatchObject({
    code: 1,
    out: expect.stringMatching(/12 batches[\s\S]*Damaged and not sent: 1 message/),
  });
  expect(damaged.err).toContain('Run it again');

  const settled = await run('settle', 'gateway.toml', 'receipts.parcel');
  expect(settled).toMatchObject({ code: 0, out: expect.stringMatching(/^12 batches and gaps are settled/) });
  expect(await run('export', 'gateway.toml', 'rest.parcel')).toMatchObject({
    out: expect.stringMatching(/: 1 message /),
  });
  expect(numbersStored()).toEqual(all);
});

test('wrong files, words and configurations are told apart, with what to do', { timeout: 120_000 }, async () => {
  await exported();
  const url = ['--url', city.url];
  const other = readFileSync(join(gateway.folder, 'gateway.toml'), 'utf8');
  writeFileSync(
    join(gateway.folder, 'other.toml'),
    other.replace('gw-hand', 'gw-other').replace('tenant', 'data-directory = "elsewhere", tenant'),
  );
  const cases: [string[], number, RegExp][] = [
    [['import', 'gateway.toml', ...url], 1, /gateway\.toml: this is not a file of machimori export/],
    [['import', 'no-such-file', ...url], 1, /no-such-file: it cannot be read/],
    [['import', 'week.parcel', ...url], 1, /the broker cannot be reached/],
    [['import', 'week.parcel'], 2, /--url must name the broker/],
    [['import', ...url], 2, /<file> is missing/],
    [
      ['settle', 'gateway.toml', 'week.parcel'],
      1,
      /week\.parcel: this is not a file of machimori import --receipts, but a file of batches/,
    ],
    [
      ['settle', 'gateway.toml', 'gateway.toml'],
      1,
      /this is not a file of machimori import --receipts, but a configuration/,
    ],
    [['settle', 'other.toml', 'week.parcel'], 1, /is for gateway gw-hand of city, not for gw-other of city/],
    [['export', 'other.toml', 'x.parcel'], 1, /there is no buffer here, and no gateway is running/],
    [['export', 'gateway.toml', 'no/folder/x.parcel'], 1, /The folder does not exist/],
    [
      ['export', 'gateway.toml', 'x.parcel', '--destination', 'moon'],
      1,
      /moon: the buffer knows no such destination\. There are: city/,
    ],
    [['export', 'gateway.toml'], 2, /<file> is missing/],
    [['export', 'no.toml', 'x.parcel'], 1, /the configuration cannot be read/],
    [['refused', 'mend', 'gateway.toml'], 2, /list, retry, drop/],
    [['refused', 'drop', 'gateway.toml'], 2, /--id n,… or --all/],
    [['refused', 'drop', 'gateway.toml', '--id', 'x'], 2, /--id must be numbers/],
    [['refused', 'retry', 'gateway.toml', '--id', '7'], 1, /1 of the numbers could not be processed/],
  ];
  for (const [args, code, says] of cases) {
    const outcome = await run(...args);
    expect({ args, code: outcome.code, err: outcome.err }).toEqual({ args, code, err: expect.stringMatching(says) });
  }
});
