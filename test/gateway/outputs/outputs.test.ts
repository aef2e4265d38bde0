/** Outputs on real lines, from the crossing of a threshold to what the siren and the board get. */
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../../gateway/config/config.ts';
import { encodeIn } from '../../../gateway/outputs/character-sets.ts';
import { openTcp } from '../../../simulators/wires/tcp-wire.ts';
import { start } from '../../end-to-end/started.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** By the bits of the polynomial, as the specification has it: the product's own is table-driven or not, this one is a test's. */
function crc(bytes: readonly number[]): number[] {
  let register = 0xffff;
  for (const byte of bytes) {
    register ^= byte;
    for (let bit = 0; bit < 8; bit++) register = register & 1 ? (register >> 1) ^ 0xa001 : register >> 1;
  }
  return [register & 0xff, register >> 8];
}

async function wire() {
  const opened = await openTcp();
  onTestFinished(() => opened.unplug());
  return opened;
}

const site = (gauge: string, more: string) => `
  [gateway]
  id = "box"
  [clock]
  synchronised = "always"
  [status]
  enabled = false
  [[port]]
  name = "gauge"
  type = "tcp"
  address = "${gauge}"
  [[device]]
  id = "gauge-01"
  type = "line"
  port = "gauge"
  profile = { format = "json", fields = [{ from = "level", quantity = "level" }] }
  place = { name = "七条大橋" }
  [[device.threshold]]
  alarm = "氾濫危険"
  quantity = "level"
  raise = 3
  clear = 2.5
  ${more}`;
const addressOf = (path: string) => path.slice('tcp://'.length);

test('a relay is closed and opened with the level, and a board that lost a frame gets it again', async () => {
  const [gauge, relay] = [await wire(), await wire()];
  const frames: string[] = [];
  relay.onBytes((bytes) => {
    frames.push(Buffer.from(bytes).toString('hex'));
    if (frames.length !== 2) relay.write(bytes); // the second is lost
  });
  const gateway = start(
    temporaryFolder(),
    site(
      addressOf(gauge.path),
      `[[port]]
       name = "relay"
       type = "tcp"
       address = "${addressOf(relay.path)}"
       [[output]]
       name = "siren"
       type = "modbus-coil"
       port = "relay"
       unit = 17
       coil = 3`,
    ),
  );
  const siren = () => gateway.sources.outputs.states.get('siren');
  const frame = (on: boolean) => {
    const bytes = [17, 5, 0, 3, on ? 0xff : 0, 0];
    return Buffer.from([...bytes, ...crc(bytes)]).toString('hex');
  };
  await expect.poll(() => frames, { timeout: 15_000 }).toEqual([frame(false)]);
  gauge.write(Buffer.from('{"level":3.4}\n'));
  await expect.poll(() => frames, { timeout: 10_000 }).toEqual([frame(false), frame(true), frame(true)]);
  await expect
    .poll(siren)
    .toEqual({ isOn: true, why: { device: 'gauge-01', place: '七条大橋', alarm: '氾濫危険' }, isSilenced: false });
  gauge.write(Buffer.from('{"level":2.1}\n'));
  await expect.poll(() => frames.at(-1), { timeout: 10_000 }).toBe(frame(false));
});

test('a board shows the alarm in its own character set', async () => {
  const [gauge, board] = [await wire(), await wire()];
  let heard = Buffer.alloc(0);
  board.onBytes((bytes) => {
    heard = Buffer.concat([heard, bytes]);
  });
  start(
    temporaryFolder(),
    site(
      addressOf(gauge.path),
      `[[port]]
       name = "board"
       type = "tcp"
       address = "${addressOf(board.path)}"
       [[output]]
       name = "board"
       type = "text"
       port = "board"
       character-set = "shift_jis"
       text = "\\u0002{place} {alarm}\\u0003"
       end-text = "\\u0002\\u0003"`,
    ),
  );
  const shown = () => new TextDecoder('shift_jis').decode(heard);
  await expect.poll(shown, { timeout: 15_000 }).toBe('\u0002\u0003');
  gauge.write(Buffer.from('{"level":3.4}\n'));
  await expect.poll(shown, { timeout: 10_000 }).toBe('\u0002\u0003\u0002七条大橋 氾濫危険\u0003');
});

test('a lamp at a broker gets what it is to do, retained', async () => {
  const gauge = await wire();
  const broker = await Aedes.createBroker();
  const server = createServer(broker.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    server.close();
  });
  const got: string[] = [];
  broker.on('publish', ({ topic, payload, retain }) => {
    if (topic === 'lamp/bridge') got.push(`${payload.toString()} ${retain}`);
  });
  const { port } = server.address() as { port: number };
  start(
    temporaryFolder(),
    site(
      addressOf(gauge.path),
      `[[output]]
       name = "lamp"
       type = "mqtt"
       url = "mqtt://127.0.0.1:${port}"
       topic = "lamp/bridge"
       payload = "{alarm}"`,
    ),
  );
  await expect.poll(() => got, { timeout: 15_000 }).toEqual(['OFF true']);
  gauge.write(Buffer.from('{"level":3.4}\n'));
  await expect.poll(() => got, { timeout: 10_000 }).toEqual(['OFF true', '氾濫危険 true']);
});

let path: string | undefined;
beforeEach(() => {
  path = process.env.PATH;
});
afterEach(() => {
  process.env.PATH = path;
});

test.each([
  ['1.6.3', '--mode=signal gpiochip0 17=1'],
  ['2.1.3', '--chip gpiochip0 17=1'],
])('a pin is held with libgpiod %s for as long as the output is on', async (version, args) => {
  const folder = temporaryFolder();
  const record = join(folder, 'record');
  const program = join(folder, 'gpioset');
  writeFileSync(
    program,
    `#!/bin/sh\nif [ "$1" = --version ]; then echo "gpioset (libgpiod) v${version}"; exit; fi\necho "on $*" >> ${record}\ntrap 'echo off >> ${record}; exit' TERM\nwhile :; do sleep 0.05; done\n`,
  );
  chmodSync(program, 0o755);
  process.env.PATH = `${folder}:${path}`;
  const gauge = await wire();
  start(temporaryFolder(), site(addressOf(gauge.path), '[[output]]\nname = "lamp"\ntype = "gpio"\nline = 17'));
  const recorded = () => (existsSync(record) ? readFileSync(record, 'utf8').trim().split('\n') : []);
  await expect.poll(() => gauge.write(Buffer.from('{"level":3.4}\n')), { timeout: 10_000 }).toBe(true);
  await expect.poll(recorded, { timeout: 10_000 }).toEqual([`on ${args}`]);
  gauge.write(Buffer.from('{"level":1}\n'));
  await expect.poll(recorded, { timeout: 10_000 }).toEqual([`on ${args}`, 'off']);
});

test.each([
  ['a port with a device', 'port = "gauge"', /port "gauge" is not its own/],
  ['a port that is not there', 'port = "relais"', /there is no port "relais"/],
  ['an alarm that nothing raises', 'port = "relay"\nalarms = ["氾濫注意"]', /no threshold raises the alarm "氾濫注意"/],
  ['a unit that cannot be', 'port = "relay"\nunit = 300', /unit/],
])('%s is told', (_, more, told) => {
  const unit = more.includes('unit') ? '' : 'unit = 1';
  const output = `[[port]]\nname = "relay"\ntype = "tcp"\naddress = "127.0.0.1:9"\n[[output]]\nname = "siren"\ntype = "modbus-coil"\ncoil = 0\n${unit}\n${more}`;
  const read = readConfig(site('127.0.0.1:9', output), 'gateway.toml');
  expect((read.ok ? read.notes : read.faults).map(({ what }) => what.en).join('\n')).toMatch(told);
});

test('what a character set has is written as it is read', () => {
  for (const set of ['shift_jis', 'euc-jp'] as const) {
    const text = '氾濫危険水位 3.4m ア ①';
    expect(new TextDecoder(set).decode(encodeIn(set, text))).toBe(text);
    expect(encodeIn(set, '🌊')).toBeUndefined();
    expect(encodeIn(set, '🌊', '?')).toEqual(Uint8Array.of(0x3f));
  }
});
