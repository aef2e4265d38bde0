/** `machimori privacy erase`: on files, and through a running gateway. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ReadingBuffer } from '../../../gateway/buffer/buffer.ts';
import { diskSpaceOf } from '../../../gateway/buffer/disk-room.ts';
import { readConfig } from '../../../gateway/config/config.ts';
import type { ControlSources } from '../../../gateway/control/actions.ts';
import { serveControl } from '../../../gateway/control/server.ts';
import { DeviceTable } from '../../../gateway/intake/device-table.ts';
import { SystemClock } from '../../../gateway/machine/system-clock.ts';
import { bufferOptionsOf } from '../../../gateway/open-buffer.ts';
import type { Reading } from '../../../shared/reading.ts';
import { machimori } from '../../end-to-end/machimori.ts';
import { LogBook } from '../machine/log-book.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const TAG = 'たまの鈴';
const TOML = `
  [gateway]
  id = "gateway-01"
  tenant = "kakogawa"
  data-directory = "data"
  [clock]
  synchronised = "always"
  [[port]]
  name = "usb"
  type = "serial"
  path = "/dev/ttyUSB0"
  [[device]]
  id = "gauge-01"
  type = "nmea"
  port = "usb"
  [[destination]]
  name = "city"
  type = "city-os"
  url = "mqtt://127.0.0.1:1883"
  compression = "none"
`;

function sighting(values: { tag: string } | { operator: string; sealed: string; sealedWith: string }): Reading {
  const seen = { rssi: -60, count: 1, firstAt: 1, lastAt: 1 };
  return { device: 'gauge-01', kind: 'sighting', observedAt: 1, values: { ...values, ...seen } };
}

const operators = (operator: string) => sighting({ operator, sealed: `sealed-to-${operator}`, sealedWith: 'k' });

async function site() {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'gateway.toml'), TOML);
  const read = readConfig(TOML, join(folder, 'gateway.toml'));
  if (!read.ok) throw new Error(read.faults[0]?.what.en);
  const { config } = read;
  const data = config.gateway.dataDirectory;
  mkdirSync(data, { recursive: true });
  const clock = new SystemClock('always');
  const around = { clock, log: new LogBook(), boot: 'boot-1', diskSpace: diskSpaceOf };
  const buffer = ReadingBuffer.open(bufferOptionsOf(config, { ...around, devices: new DeviceTable(config) }));
  onTestFinished(() => buffer.close());
  await buffer.append([sighting({ tag: TAG }), sighting({ tag: 'another' }), operators('alsok'), operators('otta')]);
  buffer.sealOpen();
  const erase = (...args: string[]) => machimori(folder, 'privacy', 'erase', 'gateway.toml', ...args);
  const records = () =>
    readFileSync(join(data, 'erasures.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  return { folder, data, buffer, clock, erase, records };
}

test('on the files of a gateway that does not run a tag is erased, and a line proves it without its name', async () => {
  const { data, buffer, erase, records } = await site();
  buffer.close();
  expect(readFileSync(join(data, 'buffer.sqlite')).includes(TAG)).toBe(true);
  const { code, out, err } = await erase('--tag', TAG);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('1 readings erased: 1 sealed, 0 not sealed yet, 0 waiting for the clock, 0 refused');
  expect(readFileSync(join(data, 'buffer.sqlite')).includes(TAG)).toBe(false);
  expect(readFileSync(join(data, 'buffer.sqlite')).includes('another')).toBe(true);
  expect(records()).toEqual([expect.objectContaining({ kind: 'tag', readings: 1, filesFound: 0 })]);
  expect(records()[0].bufferDigest).toMatch(/^[0-9a-f]{64}$/);
  expect(readFileSync(join(data, 'erasures.jsonl')).includes(TAG)).toBe(false);
  expect(statSync(join(data, 'erasures.jsonl')).mode & 0o077).toBe(0);
});

test('a running gateway erases an operator’s sightings; each time has its line', async () => {
  const { data, buffer, clock, erase, records } = await site();
  const stop = new AbortController();
  const sources = { gateway: 'gateway-01', tenant: 'kakogawa', buffer, clock } as Partial<ControlSources>;
  const served = serveControl(data, sources as ControlSources, new LogBook(), stop.signal); // what erasing needs
  onTestFinished(async () => {
    stop.abort();
    await served;
  });
  const { code, out } = await erase('--operator', 'alsok', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ kind: 'operator', readings: 1, sealed: 1, found: [] });
  expect(readFileSync(join(data, 'buffer.sqlite')).includes('sealed-to-alsok')).toBe(false);
  expect((await erase('--operator', 'alsok', '--json')).code).toBe(0);
  expect(records().map(({ readings }) => readings)).toEqual([1, 0]);
});

test('a file that still holds the name is named, and the command fails', async () => {
  const { data, buffer, erase, records } = await site();
  buffer.close();
  writeFileSync(join(data, 'notes.txt'), `${TAG}: ask the family`);
  const { code, err } = await erase('--tag', TAG);
  expect(code).toBe(1);
  expect(err).toContain('notes.txt');
  expect(records()).toMatchObject([{ filesFound: 1 }]);
});

test('what to erase must be said, and only once', async () => {
  const { buffer, erase } = await site();
  buffer.close();
  for (const args of [[], ['--tag', 'a', '--operator', 'b'], ['--tag', '']]) {
    const { code, err } = await erase(...args);
    expect([code, err]).toEqual([2, expect.stringContaining('--tag <name> or --operator <id>')]);
  }
  const { code, err } = await erase('--operator', 'ALSOK');
  expect([code, err]).toEqual([2, expect.stringContaining('operator')]);
});
