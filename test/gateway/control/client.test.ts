import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ReadingBuffer } from '../../../gateway/buffer/buffer.ts';
import { diskSpaceOf } from '../../../gateway/buffer/disk-room.ts';
import { readConfig } from '../../../gateway/config/config.ts';
import type { Config } from '../../../gateway/config/settings.ts';
import { askGateway, readJson, readLines } from '../../../gateway/control/client.ts';
import { controlSocketOf } from '../../../gateway/control/socket.ts';
import { DeviceTable } from '../../../gateway/intake/device-table.ts';
import { SystemClock } from '../../../gateway/machine/system-clock.ts';
import { bufferOptionsOf } from '../../../gateway/open-buffer.ts';
import { collect } from '../../shared/feed/pieces.ts';
import { level, levels } from '../buffer/buffer-rig.ts';
import { LogBook } from '../machine/log-book.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const TOML = `
  gateway = { id = "gateway-01", tenant = "kakogawa" }
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
`;

function configIn(folder: string): Config {
  const result = readConfig(TOML, join(folder, 'gateway.toml'));
  if (!result.ok) throw new Error(result.faults[0]?.what.en);
  mkdirSync(result.config.gateway.dataDirectory, { recursive: true });
  return result.config;
}

function openBuffer(config: Config): ReadingBuffer {
  const surroundings = { clock: new SystemClock('always'), log: new LogBook(), boot: 'boot-1', diskSpace: diskSpaceOf };
  const buffer = ReadingBuffer.open(bufferOptionsOf(config, { ...surroundings, devices: new DeviceTable(config) }));
  onTestFinished(() => buffer.close());
  return buffer;
}

const exportAll = (config: Config) =>
  askGateway(config, new LogBook(), (ask) => collect(ask('export', { destination: 'city' })));

test('where no gateway runs the file is asked itself, and is closed again', async () => {
  const config = configIn(temporaryFolder());
  const before = openBuffer(config);
  await before.append(levels(1, 10));
  before.close();
  expect(await exportAll(config)).toHaveLength(3);
  expect([...openBuffer(config).waiting('city')]).toHaveLength(1);
});

test('a gateway that has no socket holds the file, and that is said', async () => {
  const config = configIn(temporaryFolder());
  openBuffer(config);
  await expect(exportAll(config)).rejects.toMatchObject({ code: 'buffer-in-use' });
});

test('a data directory whose name is too long for a socket is asked through the file', async () => {
  const folder = temporaryFolder();
  const config = configIn(join(folder, 'd'.repeat(120)));
  const before = openBuffer(config);
  await before.append([level(1)]);
  before.close();
  expect(await exportAll(config)).toHaveLength(3);
});

test('where there is neither gateway nor file nothing is made', async () => {
  const config = configIn(temporaryFolder());
  await expect(exportAll(config)).rejects.toMatchObject({ code: 'no-buffer' });
  await expect(exportAll(config)).rejects.toMatchObject({ code: 'no-buffer' });
});

test('a gateway that ends in the middle of its answer is told from one that has answered', async () => {
  const config = configIn(temporaryFolder());
  const gateway = createServer((_request, response) => {
    response.writeHead(200).write('half', () => response.destroy());
  }).listen(controlSocketOf(config.gateway.dataDirectory));
  await once(gateway, 'listening');
  onTestFinished(() => {
    gateway.close();
  });
  await expect(exportAll(config)).rejects.toMatchObject({
    code: 'gateway-gone',
    hint: { en: expect.stringMatching(/again/) },
  });
});

test('what a gateway refuses is thrown as it said it', async () => {
  const config = configIn(temporaryFolder());
  openBuffer(config).close();
  const asked = askGateway(config, new LogBook(), (ask) => readJson(ask('drop-refused', { destination: 'moon' })));
  await expect(asked).rejects.toMatchObject({
    code: 'no-destination',
    on: 'moon',
    hint: { en: 'There are: city', ja: '送信先の一覧: city' },
  });
});

test('lines are found however they are cut, within a character too', async () => {
  const bytes = new TextEncoder().encode('{"a":"水位"}\n{"b":1}\n');
  for (let cut = 0; cut <= bytes.length; cut++) {
    async function* pieces() {
      yield bytes.subarray(0, cut);
      yield bytes.subarray(cut);
    }
    expect(await collect(readLines(pieces()))).toEqual(['{"a":"水位"}', '{"b":1}']);
  }
});
